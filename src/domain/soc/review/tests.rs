use proptest::prelude::*;

use super::*;

fn code(number: u32) -> SocCode {
    format!("15-125{number}.00").parse().expect("a code")
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = (0..7_u8, 1..4_u32).prop_map(|(kind, number)| match kind {
        0 => Step::Propose(code(number)),
        1 => Step::Withdraw,
        2 => Step::Settle(code(number)),
        3 => Step::Open,
        4 => Step::Approve(code(number)),
        5 => Step::Reject,
        _ => Step::Reopen,
    });
    proptest::collection::vec(one, 1..60)
}

const START: Standing = Standing { code: None, status: SocStatus::Unassigned };

proptest! {
    #[test]
    fn whatever_is_tried_a_code_is_approved_in_a_review_and_unlocked_by_reopening_alone(steps in steps()) {
        let mut standing = START;
        for step in steps {
            let before = standing;
            match before.after(step) {
                Ok(after) => {
                    let was = before.status == SocStatus::Approved;
                    let is = after.status == SocStatus::Approved;
                    prop_assert!(!was || step == Step::Reopen, "{step:?} left {before:?}");
                    prop_assert!(!is || matches!(step, Step::Settle(_)) || before.status == SocStatus::InReview);
                    prop_assert!(!is || after.code.is_some(), "nothing is approved without a code");
                    prop_assert_eq!(after.status == SocStatus::Unassigned, after.code.is_none() && after.status != SocStatus::InReview);
                    prop_assert!(step != Step::Reopen || after.code == before.code, "the code stays in question");
                    standing = after;
                }
                Err(refused) => {
                    prop_assert_eq!(refused, IllegalStep { standing: before, step });
                    let told = refused.told(&["reviewId"]);
                    prop_assert!(told.message.contains(in_words(before.status)), "{}", told.message);
                    let locked = before.status == SocStatus::Approved;
                    prop_assert_eq!(told.code, if locked { UserErrorCode::Locked } else { UserErrorCode::Invalid });
                }
            }
        }
    }
}

#[test]
fn the_way_there_and_back() {
    let walk = [
        (Step::Propose(code(1)), SocStatus::Proposed),
        (Step::Open, SocStatus::InReview),
        (Step::Reject, SocStatus::Proposed),
        (Step::Open, SocStatus::InReview),
        (Step::Approve(code(2)), SocStatus::Approved),
        (Step::Reopen, SocStatus::InReview),
        (Step::Withdraw, SocStatus::InReview),
        (Step::Reject, SocStatus::Unassigned),
    ];
    let mut standing = START;
    for (step, status) in walk {
        standing = standing.after(step).expect("a legal step");
        assert_eq!(standing.status, status, "{step:?}");
    }
    assert_eq!(standing, START);
}

#[test]
fn what_makes_no_sense_is_refused_with_the_state() {
    let told = |standing: Standing, step| standing.after(step).expect_err("illegal").told(&[]).message;
    let approved = Standing { code: Some(code(2)), status: SocStatus::Approved };
    let locked = "The SOC code 15-1252.00 is approved, and so locked: reopen it first (reopenSoc).";
    for step in [Step::Propose(code(1)), Step::Withdraw, Step::Settle(code(1)), Step::Open, Step::Approve(code(1)), Step::Reject] {
        assert_eq!(told(approved, step), locked);
    }
    let proposed = Standing { status: SocStatus::Proposed, ..approved };
    assert_eq!(told(proposed, Step::Reopen), "The SOC code 15-1252.00 is proposed, not approved: there is nothing to reopen.");
    assert_eq!(told(START, Step::Reopen), "The job has no SOC code and is unassigned, not approved: there is nothing to reopen.");
    let none = "The SOC code 15-1252.00 is proposed: no review of it is pending; ask for one (requestSocReview).";
    assert_eq!(told(proposed, Step::Approve(code(1))), none);
    assert_eq!(told(proposed, Step::Reject), none);
}

fn review(confidences: &[f64], current: Option<u32>) -> Review {
    let ranked =
        |(number, confidence): (u32, &f64)| Ranked::from(Candidate { code: code(number), confidence: *confidence, evidence: vec![] });
    Review {
        id: Uuid::nil(),
        job_id: Uuid::nil(),
        company_id: None,
        status: ReviewStatus::Pending,
        title: "Developer".to_owned(),
        description: None,
        current: current.map(code),
        candidates: (1..).zip(confidences).map(ranked).collect(),
        versions: Versions::default(),
        raw_confidence: 0.0,
        decision: None,
        decided_by: None,
        decided_at: None,
        judged: false,
        note: None,
        created_at: DateTime::default(),
    }
}

#[test]
fn what_deserves_a_person_comes_first() {
    let places = [
        (review(&[], None), 0),
        (review(&[0.3, 0.3], Some(2)), 0),
        (review(&[0.3, 0.3], None), 150),
        (review(&[0.9, 0.05], Some(2)), 625),
        (review(&[0.9, 0.05], Some(1)), 875),
        (review(&[0.97], None), 970),
    ];
    for (review, place) in places {
        assert_eq!(review.place(), place, "{:?}", review.candidates);
        assert_eq!(Review { status: ReviewStatus::Rejected, ..review }.place(), 1_001);
    }
}

#[test]
fn a_review_has_one_verdict_and_says_which() {
    let (me, at) = (Actor::system("me"), DateTime::from_timestamp(1_795_420_800, 0).expect("a time"));
    let approved = review(&[0.9], None).decided(Verdict::Approve(code(3)), &me, at, None, true).expect("decided");
    assert_eq!((approved.status, approved.decision), (ReviewStatus::Approved, Some(code(3))));
    let again = |review: Review| review.decided(Verdict::Reject, &me, at, None, true).expect_err("decided already");
    let told = again(approved);
    assert_eq!(told.code, UserErrorCode::Conflict);
    assert_eq!(
        told.message,
        "The review is decided: me approved 15-1253.00 on 2026-11-23 at 08:00 UTC. To change that, reopen the code first (reopenSoc)."
    );
    let rejected = review(&[0.9], None).decided(Verdict::Reject, &me, at, None, true).expect("decided");
    assert!(again(rejected).message.starts_with("The review is decided: me rejected it on 2026-11-23 at 08:00 UTC."));
    let superseded = Review { status: ReviewStatus::Superseded, ..review(&[0.9], None) };
    assert!(again(superseded).message.starts_with("The review is superseded"));
}

#[test]
fn a_code_is_found_among_the_candidates_by_its_six_digits() {
    let review = review(&[0.5, 0.3], None);
    assert_eq!(review.rank_of("15-1252".parse().expect("a code")), Some(2));
    assert_eq!(review.rank_of(code(9)), None);
}
