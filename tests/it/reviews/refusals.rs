//! What is refused, why, and that a refusal leaves no trace.

use serde_json::{Value, json};

use super::{act, approved, review_of, role};
use crate::support::{TestApp, app::node_id, on_both_databases};

/// The one error of a mutation that did nothing.
async fn refused(app: &TestApp, mutation: &str, variables: Value) -> Value {
    let payload = act(app, mutation, variables).await;
    assert_eq!((&payload["review"], &payload["changeset"]), (&Value::Null, &Value::Null));
    assert_eq!(payload["errors"].as_array().map(Vec::len), Some(1), "{payload}");
    payload["errors"][0].clone()
}

on_both_databases! {
    async fn a_refused_step_says_where_the_code_stands_and_changes_nothing(app: TestApp) {
        let company = app.company("acme").await;
        let open = role(&app, &company, "Nurse 80", Some("29-1171")).await;
        let settled = role(&app, &company, "Cook 80", None).await;
        let decided = review_of(&app, &settled).await;
        approved(&app, &settled, None).await;
        let uncoded = app.create(json!({ "kind": "OCCUPATION", "title": "Cooks" })).await;
        app.drain().await;
        let pending = review_of(&app, &open).await;
        let rejected = role(&app, &company, "Developer 80", Some("15-1252")).await;
        let turned_down = review_of(&app, &rejected).await;
        act(&app, "rejectSoc", json!({ "id": turned_down })).await;
        let nobody = node_id("SocReview", "00000000-0000-7000-8000-000000000000");

        let before = app.trace().await;
        let cases = [
            ("an unknown code", "approveSoc", json!({ "id": pending, "code": "15-1259" })),
            ("a review that there is not", "approveSoc", json!({ "id": nobody })),
            ("an id of something else", "approveSoc", json!({ "id": open })),
            ("a long note", "approveSoc", json!({ "id": pending, "note": "x".repeat(2_001) })),
            ("a note with a control character", "rejectSoc", json!({ "id": pending, "note": "bell \u{7}" })),
            ("approving what is approved", "approveSoc", json!({ "id": decided, "code": "35-2011" })),
            ("rejecting what is approved", "rejectSoc", json!({ "id": decided })),
            ("approving what is rejected", "approveSoc", json!({ "id": turned_down })),
            ("rejecting a review that there is not", "rejectSoc", json!({ "id": nobody })),
            ("reviewing what is approved", "requestSocReview", json!({ "id": settled })),
            ("reviewing a job that there is not", "requestSocReview", json!({ "id": nobody })),
            ("reopening what is in review", "reopenSoc", json!({ "id": open, "note": "Why not" })),
            ("reopening what is proposed", "reopenSoc", json!({ "id": rejected, "note": "Why not" })),
            ("reopening what has no code", "reopenSoc", json!({ "id": uncoded, "note": "Why not" })),
            ("reopening without a reason", "reopenSoc", json!({ "id": settled, "note": " " })),
        ];
        let mut told = serde_json::Map::new();
        for (name, mutation, variables) in cases {
            told.insert(name.to_owned(), refused(&app, mutation, variables).await);
        }
        assert_eq!(app.trace().await, before);
        insta::assert_json_snapshot!("refused_reviews", told);

        let superseded = pending;
        act(&app, "requestSocReview", json!({ "id": open })).await;
        let before = app.trace().await;
        let told = refused(&app, "approveSoc", json!({ "id": superseded })).await;
        assert_eq!((&told["code"], &told["path"]), (&json!("CONFLICT"), &json!(["reviewId"])));
        assert!(told["message"].as_str().is_some_and(|message| message.starts_with("The review is superseded")), "{told}");
        assert_eq!(app.trace().await, before);
    }

    async fn who_is_not_signed_in_decides_nothing(app: TestApp) {
        let company = app.company("acme").await;
        let id = role(&app, &company, "Nurse 80", None).await;
        let review = review_of(&app, &id).await;
        let before = app.trace().await;
        for mutation in [
            format!("mutation {{ requestSocReview(jobId: \"{id}\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ approveSoc(reviewId: \"{review}\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ rejectSoc(reviewId: \"{review}\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ reopenSoc(jobId: \"{id}\", note: \"x\") {{ errors {{ code }} }} }}"),
        ] {
            assert_eq!(app.refusal(&mutation, json!({}), None).await, "UNAUTHENTICATED");
        }
        assert_eq!(app.trace().await, before);
    }
}
