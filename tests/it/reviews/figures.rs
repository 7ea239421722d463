//! What decisions say of the suggestions: agreement, recalibration, and what a threshold promises.

use std::{ops::Range, sync::Arc};

use rolegraph::{
    domain::{access::Principal, filter::JobFilter},
    service::{ImportedJob, soc::Approval},
};
use rolegraph_entity::soc_review;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{act, approved, review_of, role, soc};
use crate::support::{TestApp, on_both_databases, ranker::TestRanker};

fn me() -> Principal {
    Principal::system("test")
}

/// Roles of these numbers: every other one sure (90 %), the others not (60 %); seven in ten of the sure ones are decided as suggested,
/// four in ten of the others.
async fn decisions(app: &TestApp, numbers: Range<usize>) {
    let title = |number: usize| format!("Nurse no. {number} {}", if number.is_multiple_of(2) { 90 } else { 60 });
    let role =
        |number: usize| json!({ "kind": "FEATURED_ROLE", "title": title(number), "company": "acme", "slug": format!("nurse-{number}") });
    let text = Value::Array(numbers.clone().map(role).collect()).to_string();
    let jobs = ImportedJob::from_json(text.as_bytes()).expect("readable");
    app.service().import_jobs(&me(), &jobs, "importTest").await.expect("imported");
    app.drain().await;
    let db = app.db().await;
    let mut reviews = soc_review::Entity::find().all(&db).await.expect("readable");
    reviews.retain(|review| review.status == "PENDING" && review.title.starts_with("Nurse no. "));
    reviews.sort_by_key(|review| review.title.split(' ').nth(2).and_then(|number| number.parse::<usize>().ok()));
    for (number, review) in numbers.zip(reviews) {
        let right = if number.is_multiple_of(2) { number / 2 % 10 < 7 } else { number / 2 % 10 < 4 };
        let code = if right { "29-1141" } else { "29-1171" }.parse().ok();
        let approval = Approval { review: review.id, code, note: None, judged: true };
        app.service().approve_soc(&me(), approval).await.expect("approved");
    }
}

/// The confidence in the first candidate for a title.
async fn confidence(app: &TestApp, title: &str) -> f64 {
    let answer = app.ask("query($title: String!) { suggestSoc(title: $title, first: 1) { confidence } }", json!({ "title": title })).await;
    answer["suggestSoc"][0]["confidence"].as_f64().expect("a confidence")
}

#[track_caller]
fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 0.03, "{a} is not about {b}");
}

on_both_databases! {
    async fn decisions_tell_what_a_confidence_is_worth(app: TestApp) {
        let company = app.company("acme").await;
        decisions(&app, 0..180).await;
        let refused = app.service().recalibrate_soc(&me(), false).await.expect_err("too few");
        assert_eq!(
            refused.to_string(),
            "200 decisions of people are needed; there are 180 on what this ranker suggested (index test-index, weights test-weights)."
        );
        decisions(&app, 180..200).await;

        let agreement = app.service().soc_agreement().await.expect("measured");
        assert_eq!((agreement.all.decisions, agreement.all.first, agreement.all.first3), (200, 0.55, 1.0));
        near(agreement.all.confidence, 0.75);
        let bands: Vec<_> = agreement.bands.iter().filter(|band| band.shares.decisions > 0).map(|band| (band.from, band.shares.decisions, band.shares.first)).collect();
        assert_eq!(bands, [(0.5, 100, 0.4), (0.9, 100, 0.7)]);

        let dry = app.service().recalibrate_soc(&me(), true).await.expect("fitted");
        assert_eq!((dry.version, dry.fit.decisions), (None, 200));
        assert!(dry.fit.after.ece < dry.fit.before.ece && dry.fit.after.log_loss < dry.fit.before.log_loss, "{dry:?}");
        near(confidence(&app, "Nurse 90").await, 0.9);
        let done = app.service().recalibrate_soc(&me(), false).await.expect("fitted");
        assert_eq!((done.version, done.fit), (Some(1), dry.fit));
        let other = app.replica().await;
        for process in [&app, &other] {
            near(confidence(process, "Nurse 90").await, 0.7);
            near(confidence(process, "Nurse 60").await, 0.4);
        }
        near(confidence(&app, "Direct Nurse 97").await, 0.97);
        let newer = app.replica_with(Arc::new(TestRanker { index: "newer-index" })).await;
        near(confidence(&newer, "Nurse 90").await, 0.9);
        let refused = newer.service().recalibrate_soc(&me(), true).await.expect_err("its suggestions were not decided on");
        assert!(refused.to_string().contains("there are 0 on what this ranker suggested (index newer-index"), "{refused}");

        let id = role(&app, &company, "Nurse no. 999 90", None).await;
        let told = soc(&app, &id).await;
        near(told["soc"]["review"]["candidates"][0]["confidence"].as_f64().expect("a confidence"), 0.7);
        assert_eq!(told["soc"]["review"]["rankedBy"], json!({ "index": "test-index", "model": "test-weights", "recalibration": 1 }));
        let again = app.service().recalibrate_soc(&me(), false).await.expect("fitted");
        assert_eq!((again.version, again.replaces, again.fit), (Some(2), done.fit.curve, done.fit), "always from the confidence as shipped");
    }

    async fn a_threshold_tells_what_to_expect_before_anything_is_approved(app: TestApp) {
        let company = app.company("acme").await;
        for title in ["Nurse 95", "Nurse 99", "Nurse 60", "?"] {
            role(&app, &company, title, None).await;
        }
        let before = app.trace().await;
        let at = app.service().reviews_at(&me(), 0.9).await.expect("told");
        assert_eq!((at.reviews.len(), at.expected.measured), (2, None));
        near(at.expected.precision().expect("promised"), 0.97);
        assert_eq!(app.service().reviews_at(&me(), 0.0).await.expect("told").reviews.len(), 3, "without a candidate there is nothing to approve");
        let none = app.service().reviews_at(&me(), 1.0).await.expect("told");
        assert_eq!((none.reviews.len(), none.expected.precision()), (0, None));
        let refused = app.service().reviews_at(&me(), 1.5).await.expect_err("no confidence");
        assert_eq!(refused.to_string(), "`minConfidence` is 0 to 1; this is 1.5.");
        assert_eq!(app.trace().await, before);
    }

    async fn refining_suggests_and_approves_only_what_is_asked_for(app: TestApp) {
        let company = app.company("acme").await;
        let sure = role(&app, &company, "Nurse 98", Some("29-1171")).await;
        let unsure = role(&app, &company, "Cook 60", None).await;
        let settled = role(&app, &company, "Developer 99", None).await;
        approved(&app, &settled, None).await;
        // The code was reviewed, and turned down: refining opens a new review.
        let turned_down = role(&app, &company, "Cook 97", None).await;
        act(&app, "rejectSoc", json!({ "id": review_of(&app, &turned_down).await })).await;
        app.drain().await;
        let before = app.trace().await;
        let told = app.service().refine_soc(&me(), &JobFilter::default(), None).await.expect("suggested");
        let told: Vec<_> = told.iter().map(|one| (one.job.title.as_str(), one.candidates[0].code.to_string(), one.approved)).collect();
        let expected = [("Nurse 98", "29-1141.00"), ("Cook 60", "35-2014.00"), ("Cook 97", "35-2014.00")];
        assert_eq!(told, expected.map(|(title, code)| (title, code.to_owned(), false)));
        assert_eq!(app.trace().await, before, "nothing is written");

        let told = app.service().refine_soc(&me(), &JobFilter::default(), Some(0.97)).await.expect("suggested");
        assert_eq!(told.iter().map(|one| one.approved).collect::<Vec<_>>(), [true, false, true]);
        app.drain().await;
        for (id, status) in [(&sure, "APPROVED"), (&unsure, "IN_REVIEW"), (&turned_down, "APPROVED")] {
            assert_eq!(soc(&app, id).await["soc"]["status"], status);
        }
        let agreement = app.service().soc_agreement().await.expect("measured");
        assert_eq!((agreement.all.decisions, agreement.by_threshold, agreement.rejected), (1, 2, 1), "nobody looked at the single ones");
    }
}
