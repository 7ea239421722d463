//! Undoing what people said of drafts.

use rolegraph::{
    domain::{
        access::{Actor, ActorKind, Principal, Scope},
        fields::Field,
        run::RunStatus,
    },
    service::{BulkOptions, Word},
};
use serde_json::{Value, json};

use super::{
    changes, enrich, field, layers, occupation, role,
    words::{approve, reject},
};
use crate::{
    bulk::{changeset_of, revert},
    support::{TestApp, app::uuid_of, on_both_databases},
};

async fn undo(app: &TestApp, set: &str) -> (Value, String) {
    let answer = revert(app, set, false).await;
    assert_eq!(answer["errors"], json!([]), "{answer}");
    let id = answer["operation"]["changeset"]["id"].as_str().unwrap_or_default().to_owned();
    (answer["operation"].clone(), id)
}

async fn rejections(app: &TestApp) -> usize {
    use sea_orm::{EntityTrait, PaginatorTrait};
    let db = app.db().await;
    let count = rolegraph_entity::ai_rejection::Entity::find().count(&db).await.expect("counted");
    db.close().await.expect("closed");
    usize::try_from(count).expect("few")
}

on_both_databases! {
    async fn an_approval_is_taken_back_and_given_again(app: TestApp) {
        let id = occupation(&app, "Data Scientists", "15-2051").await;
        let before = field(&app, "data-scientists", "SKILLS").await["fields"].clone();
        app.days_pass(1);
        approve(&app, &id, "SKILLS", Some("Looks right.")).await;
        let approved = field(&app, "data-scientists", "SKILLS").await["fields"].clone();
        let set = changeset_of(&app, "approveAiValue").await;
        app.days_pass(1);
        let trace = app.trace().await;
        let dry = revert(&app, &set, true).await;
        assert_eq!((&dry["operation"]["status"], app.trace().await["fact"]), (&json!("COMPLETE"), trace["fact"]));
        let (operation, undone) = undo(&app, &set).await;
        assert_eq!(operation["results"], dry["operation"]["results"], "a dry run tells what is done");
        assert_eq!((&operation["status"], &operation["results"]["nodes"][0]["field"]), (&json!("COMPLETE"), &json!("SKILLS")));
        assert_eq!(operation["changeset"]["changes"]["nodes"][0]["action"], "AI_UNAPPROVED");
        assert_eq!(field(&app, "data-scientists", "SKILLS").await["fields"], before, "with the day on which it expires");
        assert_eq!(revert(&app, &set, false).await["errors"][0]["code"], "ALREADY_DONE");
        app.days_pass(1);
        let (operation, _) = undo(&app, &undone).await;
        assert_eq!(operation["changeset"]["changes"]["nodes"][0]["action"], "AI_APPROVED");
        assert_eq!(field(&app, "data-scientists", "SKILLS").await["fields"], approved, "in the name of who approved it, for ever");
        assert_eq!(undo(&app, &set).await.0["status"], "COMPLETE", "and can be undone again");
        assert_eq!(field(&app, "data-scientists", "SKILLS").await["fields"], before);
    }

    async fn a_rejected_draft_comes_back_and_goes_again(app: TestApp) {
        let id = occupation(&app, "Data Scientists", "15-2051").await;
        approve(&app, &id, "SKILLS", None).await;
        let before = field(&app, "data-scientists", "SKILLS").await["fields"].clone();
        app.days_pass(1);
        reject(&app, &id, "SKILLS", false).await;
        assert_eq!((layers(&field(&app, "data-scientists", "SKILLS").await), rejections(&app).await), (vec![], 1));
        let set = changeset_of(&app, "rejectAiValue").await;
        let (operation, undone) = undo(&app, &set).await;
        assert_eq!((&operation["status"], &operation["changeset"]["changes"]["nodes"][0]["action"]), (&json!("COMPLETE"), &json!("AI_REINSTATED")));
        assert_eq!(field(&app, "data-scientists", "SKILLS").await["fields"], before, "approved as it was");
        assert_eq!(rejections(&app).await, 0, "nobody has rejected it any more");
        app.days_pass(1);
        assert_eq!(undo(&app, &undone).await.0["changeset"]["changes"]["nodes"][0]["action"], "AI_REJECTED");
        assert_eq!((layers(&field(&app, "data-scientists", "SKILLS").await), rejections(&app).await), (vec![], 1));
        assert_eq!(enrich(&app, &id, &["SKILLS"], true).await[0].1, "NOT_AVAILABLE", "it is not drafted again");
    }

    async fn what_was_drafted_anew_since_is_left(app: TestApp) {
        let id = role(&app, "Cloud Security Engineer", "Secure cloud infrastructure; respond to incidents; manage vulnerabilities.").await;
        enrich(&app, &id, &["TOOLS_AND_TECHNOLOGY"], false).await;
        reject(&app, &id, "TOOLS_AND_TECHNOLOGY", true).await;
        app.drain().await;
        let before = field(&app, "cloud-security-engineer", "TOOLS_AND_TECHNOLOGY").await;
        let (operation, _) = undo(&app, &changeset_of(&app, "rejectAiValue").await).await;
        let message = "Another draft was made, or somebody else spoke of it since, so it was left as it is.";
        assert_eq!((&operation["status"], &operation["results"]["nodes"][0]["error"]["message"]), (&json!("FAILED"), &json!(message)));
        assert_eq!(field(&app, "cloud-security-engineer", "TOOLS_AND_TECHNOLOGY").await, before);
        assert!(changes(&app, "AI_REINSTATED").await.is_empty());
    }

    async fn a_company_undoes_its_own_words_with_the_scope_that_they_took(app: TestApp) {
        let id = role(&app, "Cloud Security Engineer", "Secure cloud infrastructure.").await;
        enrich(&app, &id, &["EDUCATION"], false).await;
        let company = app.ask("{ jobs(filter: {kind: FEATURED_ROLE}) { nodes { company { id } } } }", json!({})).await;
        let company = uuid_of(company["jobs"]["nodes"][0]["company"]["id"].as_str().expect("an id"));
        let member = |scopes: &[Scope]| {
            let actor = Actor { id: "ann".into(), name: "Ann".into(), kind: ActorKind::User };
            Principal::member(actor, company, scopes.iter().copied().chain([Scope::JobsRead]))
        };
        let word = Word { job: uuid_of(&id), field: Field::Education, note: None };
        let (_, set) = app.service().approve_ai_value(&member(&[Scope::OverridesWrite]), &word).await.expect("theirs");
        let before = app.trace().await;
        let error = app.service().revert_changeset(&member(&[Scope::JobsWrite]), set.id, BulkOptions::default()).await.expect_err("too little");
        assert_eq!(error.to_string(), "To undo this changeset takes what it took to make it: you do not have overrides:write.");
        assert_eq!(app.trace().await, before);
        let done = app.service().revert_changeset(&member(&[Scope::OverridesWrite]), set.id, BulkOptions::default()).await.expect("theirs");
        assert_eq!((done.status, done.failed), (RunStatus::Complete, 0));
        assert_eq!(field(&app, "cloud-security-engineer", "EDUCATION").await["fields"][0]["provenance"]["approval"], Value::Null);

        let shared = occupation(&app, "Data Scientists", "15-2051").await;
        app.sql("UPDATE jobs SET soc_code = '15-2051.00', soc_status = 'APPROVED' WHERE kind = 'FEATURED_ROLE'").await;
        let word = Word { job: uuid_of(&id), field: Field::Skills, note: None };
        let (_, set) = app.service().approve_ai_value(&Principal::platform_admin(), &word).await.expect("the admin may");
        let error = app.service().revert_changeset(&member(&[Scope::OverridesWrite]), set.id, BulkOptions::default()).await.expect("theirs to see");
        assert_eq!((error.status, error.failed), (RunStatus::Failed, 1), "the draft is that of all who inherit it");
        assert_eq!(app.admin("query($id: ID!) { job(by: {id: $id}) { skills { provenance { approval { by { id } } } } } }", json!({ "id": shared })).await["job"]["skills"]["provenance"]["approval"]["by"]["id"], "admin");
    }
}
