//! How a review ends, and that a decision can be put into question.

use rolegraph_entity::event::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::{act, approved, review_of, role, soc};
use crate::bulk::{changeset_of, revert};
use crate::support::{TestApp, app::uuid_of, layers::Over, on_both_databases};

/// How many events of a kind there are.
async fn events(app: &TestApp, kind: &str) -> u64 {
    let db = app.db().await;
    let count = Entity::find().filter(Column::Kind.eq(kind)).count(&db).await.expect("counted");
    db.close().await.expect("closed");
    count
}

const FIELDS: &str = "query($id: ID!) { job(by: {id: $id}) { version soc { status } coverage { filled gaps { field reason } } enrichment { status }
    relatedTitles { value overridden provenance { source inheritedFrom { code } } } tasks { provenance { source inheritedFrom { code } } } } }";

async fn fields(app: &TestApp, job: &str) -> Value {
    app.admin(FIELDS, json!({ "id": job })).await["job"].clone()
}

on_both_databases! {
    async fn approving_without_a_code_takes_the_first_candidate_and_the_role_inherits_at_once(app: TestApp) {
        let company = app.company("acme").await;
        let id = role(&app, &company, "Night Nurse 80", Some("29-1171")).await;
        let review = review_of(&app, &id).await;
        let payload = act(&app, "approveSoc", json!({ "id": review, "note": " As the ward says. " })).await;
        assert_eq!(payload["errors"], json!([]));
        assert_eq!(
            payload["review"],
            json!({ "id": review, "status": "APPROVED", "decision": { "code": "29-1141.00" }, "note": "As the ward says.",
                "decidedBy": { "name": "Platform admin" }, "job": { "id": id, "soc": { "status": "APPROVED" } } })
        );
        let set = &payload["changeset"];
        assert_eq!((&set["action"], &set["note"], &set["actor"]["name"]), (&json!("approveSoc"), &json!("As the ward says."), &json!("Platform admin")));
        let change = &set["changes"]["nodes"][0];
        assert_eq!((&change["action"], &change["job"]["id"]), (&json!("SOC_APPROVED"), &json!(id)));
        assert_eq!((&change["before"]["socCode"], &change["before"]["socStatus"]), (&json!("29-1171.00"), &json!("IN_REVIEW")));
        assert_eq!((&change["after"]["socCode"], &change["after"]["socStatus"]), (&json!("29-1141.00"), &json!("APPROVED")));
        assert_eq!(set["changes"]["nodes"].as_array().map(Vec::len), Some(1));

        let told = fields(&app, &id).await;
        assert_eq!((&told["version"], &told["coverage"]), (&json!(2), &json!({ "filled": 11, "gaps": [] })));
        assert_eq!(told["enrichment"], json!({ "status": "QUEUED" }), "what the occupation lacks is asked for");
        let from = json!({ "source": "ONET", "inheritedFrom": { "code": "29-1141.00" } });
        assert_eq!((&told["tasks"]["provenance"], &told["relatedTitles"]["provenance"]), (&from, &from));
        assert_eq!((app.drain().await, events(&app, "SOC_APPROVED").await), (1, 1));
        assert_eq!(fields(&app, &id).await["enrichment"], json!({ "status": "COMPLETE" }));
        let locked = app.admin("mutation($id: ID!) { updateJob(input: {id: $id, socCode: \"29-1171\"}) { job { id } errors { code message } } }", json!({ "id": id })).await;
        let message = "The SOC code 29-1141.00 is approved, and so locked: reopen it first (reopenSoc).";
        assert_eq!(locked["updateJob"], json!({ "job": null, "errors": [{ "code": "LOCKED", "message": message }] }));
    }

    async fn any_occupation_may_be_approved(app: TestApp) {
        let company = app.company("acme").await;
        let id = role(&app, &company, "Night Nurse 80", None).await;
        let payload = approved(&app, &id, Some("31-1120")).await;
        assert_eq!(payload["review"]["decision"], json!({ "code": "31-1120" }), "a publication code is one too");
        assert_eq!(fields(&app, &id).await["tasks"]["provenance"]["inheritedFrom"], json!({ "code": "31-1120" }));
    }

    async fn a_rejected_code_is_a_proposal_again_and_may_be_reviewed_anew(app: TestApp) {
        let company = app.company("acme").await;
        for (title, code, status) in [("Nurse 80", Some("29-1171"), "PROPOSED"), ("Cook 80", None, "UNASSIGNED")] {
            let id = role(&app, &company, title, code).await;
            let review = review_of(&app, &id).await;
            let payload = act(&app, "rejectSoc", json!({ "id": review, "note": "Ask the ward." })).await;
            assert_eq!((&payload["errors"], &payload["review"]["status"], &payload["review"]["decision"]), (&json!([]), &json!("REJECTED"), &Value::Null));
            assert_eq!((&payload["changeset"]["action"], &payload["changeset"]["changes"]["nodes"][0]["action"]), (&json!("rejectSoc"), &json!("SOC_REJECTED")));
            assert_eq!(soc(&app, &id).await["soc"]["status"], status);
            assert_eq!(app.drain().await, 0, "nobody asks again by himself");
            let payload = act(&app, "requestSocReview", json!({ "id": id })).await;
            assert_eq!((&payload["errors"], &payload["review"]["status"], &payload["changeset"]["action"]), (&json!([]), &json!("PENDING"), &json!("requestSocReview")));
            assert_ne!(payload["review"]["id"], json!(review));
            assert_eq!(soc(&app, &id).await["soc"]["status"], "IN_REVIEW");
            approved(&app, &id, None).await;
            assert_eq!(soc(&app, &id).await["soc"]["status"], "APPROVED");
        }
    }

    async fn reopening_takes_the_inheritance_away_and_keeps_what_the_company_has_set(app: TestApp) {
        let company = app.company("acme").await;
        let id = role(&app, &company, "Night Nurse 80", None).await;
        approved(&app, &id, None).await;
        app.drain().await;
        Over::new(uuid_of(&id), "RELATED_TITLES").company(uuid_of(&company)).value(&json!([{ "key": "k", "text": "Our nurse" }])).write(&app).await;
        let facts = app.trace().await["fact"];
        let payload = act(&app, "reopenSoc", json!({ "id": id, "note": "The duties have changed." })).await;
        assert_eq!((&payload["errors"], &payload["review"]["status"], &payload["review"]["job"]["soc"]["status"]), (&json!([]), &json!("PENDING"), &json!("IN_REVIEW")));
        assert_eq!((&payload["changeset"]["action"], &payload["changeset"]["note"]), (&json!("reopenSoc"), &json!("The duties have changed.")));
        assert_eq!(events(&app, "SOC_REOPENED").await, 1);
        let told = soc(&app, &id).await;
        assert_eq!((&told["soc"]["occupation"]["code"], &told["soc"]["approvedBy"], &told["soc"]["approvedAt"]), (&json!("29-1141.00"), &Value::Null, &Value::Null));
        let told = fields(&app, &id).await;
        assert_eq!((&told["coverage"]["filled"], &told["tasks"]["provenance"]), (&json!(1), &Value::Null));
        assert_eq!(told["coverage"]["gaps"][0]["reason"], "The SOC code 29-1141.00 is in review, not approved: the job inherits nothing yet.");
        assert_eq!((&told["relatedTitles"]["value"], &told["relatedTitles"]["overridden"]), (&json!(["Our nurse"]), &json!(true)));
        assert_eq!(app.trace().await["fact"], facts, "nothing was copied, so nothing is taken away");

        approved(&app, &id, Some("29-1171")).await;
        let told = fields(&app, &id).await;
        assert_eq!((&told["coverage"]["filled"], &told["tasks"]["provenance"]["inheritedFrom"]["code"]), (&json!(11), &json!("29-1171.00")));
        assert_eq!(told["relatedTitles"]["value"], json!(["Our nurse"]));
    }

    async fn a_reopening_is_undone_and_the_undoing_is_undone(app: TestApp) {
        let company = app.company("acme").await;
        let id = role(&app, &company, "Night Nurse 80", None).await;
        approved(&app, &id, None).await;
        app.drain().await;
        let (before, inherited) = (soc(&app, &id).await["soc"].clone(), fields(&app, &id).await);
        let reopened = act(&app, "reopenSoc", json!({ "id": id, "note": "The duties have changed." })).await;
        let set = changeset_of(&app, "reopenSoc").await;
        let undone = revert(&app, &set, false).await;
        assert_eq!((&undone["errors"], &undone["operation"]["status"]), (&json!([]), &json!("COMPLETE")));
        let after = soc(&app, &id).await["soc"].clone();
        for name in ["status", "occupation", "approvedBy", "approvedAt"] {
            assert_eq!(after[name], before[name], "{name}: by the same person, at the same time");
        }
        assert_eq!((&after["review"]["id"], &after["review"]["status"]), (&reopened["review"]["id"], &json!("SUPERSEDED")), "nobody is asked any more");
        assert_eq!(fields(&app, &id).await["tasks"], inherited["tasks"], "it inherits again");
        let again = revert(&app, undone["operation"]["changeset"]["id"].as_str().expect("an id"), false).await;
        assert_eq!((&again["errors"], &again["operation"]["status"]), (&json!([]), &json!("COMPLETE")));
        let open = soc(&app, &id).await["soc"].clone();
        assert_eq!((&open["status"], &open["review"]["status"]), (&json!("IN_REVIEW"), &json!("PENDING")));
    }

    async fn a_rejection_is_undone_and_the_undoing_is_undone(app: TestApp) {
        let company = app.company("acme").await;
        let id = role(&app, &company, "Night Nurse 80", Some("29-1171")).await;
        let before = soc(&app, &id).await["soc"].clone();
        act(&app, "rejectSoc", json!({ "id": review_of(&app, &id).await, "note": "Ask the ward." })).await;
        let rejected = soc(&app, &id).await["soc"].clone();
        let set = changeset_of(&app, "rejectSoc").await;
        let undone = revert(&app, &set, false).await;
        let operation = &undone["operation"];
        assert_eq!((&undone["errors"], &operation["status"]), (&json!([]), &json!("COMPLETE")));
        assert_eq!(operation["changeset"]["changes"]["nodes"][0]["action"], "SOC_REVIEW_OPENED");
        let pending = soc(&app, &id).await["soc"].clone();
        assert_eq!((&pending["status"], &pending["occupation"], &pending["review"]["status"]), (&before["status"], &before["occupation"], &json!("PENDING")));
        assert_ne!(pending["review"]["id"], rejected["review"]["id"], "what was decided stays decided");
        assert_eq!(pending["review"]["candidates"], before["review"]["candidates"]);
        assert_eq!(revert(&app, &set, false).await["errors"][0]["code"], "ALREADY_DONE");

        let again = revert(&app, operation["changeset"]["id"].as_str().expect("an id"), false).await;
        assert_eq!((&again["errors"], &again["operation"]["status"]), (&json!([]), &json!("COMPLETE")));
        let ended = soc(&app, &id).await["soc"].clone();
        assert_eq!((&ended["status"], &ended["review"]["status"]), (&rejected["status"], &json!("SUPERSEDED")), "nobody is asked any more");
        assert_eq!(revert(&app, &set, false).await["operation"]["status"], "COMPLETE", "and can be undone again");
        approved(&app, &id, None).await;
        let late = revert(&app, again["operation"]["changeset"]["id"].as_str().expect("an id"), false).await;
        assert_eq!(late["operation"]["results"]["nodes"][0]["error"]["message"], "A code was approved since, so it was left as it is.");
        assert_eq!(soc(&app, &id).await["soc"]["status"], "APPROVED");
    }

    async fn a_reopened_occupation_is_settled_by_a_code_or_in_its_review(app: TestApp) {
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses 80", "socCode": "29-1171" })).await;
        app.drain().await;
        let payload = act(&app, "reopenSoc", json!({ "id": id, "note": "It is another." })).await;
        assert_eq!((&payload["errors"], &payload["review"]["status"]), (&json!([]), &json!("PENDING")));
        assert_eq!(fields(&app, &id).await["coverage"]["filled"], 0);
        app.admin("mutation($id: ID!) { updateJob(input: {id: $id, socCode: \"29-1141\"}) { errors { message } } }", json!({ "id": id })).await;
        let told = soc(&app, &id).await;
        assert_eq!((&told["soc"]["status"], &told["soc"]["review"]["status"]), (&json!("APPROVED"), &json!("SUPERSEDED")));
        assert_eq!(fields(&app, &id).await["coverage"]["filled"], 11);
    }

    async fn a_company_that_changes_its_mind_during_a_review_is_heard(app: TestApp) {
        let company = app.company("acme").await;
        let id = role(&app, &company, "Night Nurse 80", Some("29-1171")).await;
        let change = async |code: Value| {
            app.admin("mutation($input: UpdateJobInput!) { updateJob(input: $input) { errors { message } } }", json!({ "input": { "id": id, "socCode": code } })).await;
            app.drain().await;
            soc(&app, &id).await["soc"].clone()
        };
        let told = change(json!("29-1141")).await;
        assert_eq!((&told["status"], &told["review"]["current"]), (&json!("IN_REVIEW"), &json!({ "code": "29-1141.00" })));
        let told = change(Value::Null).await;
        assert_eq!((&told["status"], &told["occupation"], &told["review"]["current"]), (&json!("IN_REVIEW"), &Value::Null, &Value::Null));
    }
}
