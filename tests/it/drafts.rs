//! Drafts of the assistant, from the gap to the person who approves them.

mod network;
mod undo;
mod words;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    layers::{About, Known, stored},
    on_both_databases,
};

/// A field with all that is known of its value.
const FIELD: &str = "query($slug: String!, $fields: [JobField!]) { job(by: {slug: $slug}) { version fields(names: $fields) { field value
    provenance { source provider release stale expiresAt inheritedFrom { code } explanation approval { by { id } note } ai { model promptVersion confidence generatedAt basedOn } }
    layers { effective provenance { source provider } } } coverage { percent sourcedPercent gaps { field reason remedy } } } }";

pub(crate) async fn field(app: &TestApp, slug: &str, name: &str) -> Value {
    app.admin(FIELD, json!({ "slug": slug, "fields": [name] })).await["job"].clone()
}

async fn occupation(app: &TestApp, title: &str, code: &str) -> String {
    let id = app.create(json!({ "kind": "OCCUPATION", "title": title, "socCode": code })).await;
    app.drain().await;
    id
}

async fn role(app: &TestApp, title: &str, description: &str) -> String {
    let company = app.company("acme").await;
    app.create(json!({ "kind": "FEATURED_ROLE", "title": title, "description": description, "company": company, "published": true })).await
}

/// What came of the fields of a run about one job.
async fn enrich(app: &TestApp, id: &str, fields: &[&str], force: bool) -> Vec<(String, String, Value)> {
    let run = app
        .admin(
            "mutation($id: ID!, $fields: [JobField!], $force: Boolean) { enrichJob(id: $id, fields: $fields, force: $force) { run { id } errors { message } } }",
            json!({ "id": id, "fields": fields, "force": force }),
        )
        .await;
    app.drain().await;
    let outcomes = "query($id: ID!) { enrichmentRun(id: $id) { outcomes(first: 50) { nodes { field result provider message } } } }";
    let told = app.admin(outcomes, json!({ "id": run["enrichJob"]["run"]["id"] })).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = told["enrichmentRun"]["outcomes"]["nodes"].as_array().expect("outcomes").clone();
    nodes.iter().map(|node| (text(&node["field"]), text(&node["result"]), json!([node["provider"], node["message"]]))).collect()
}

/// The changes of that action in history, the oldest first.
pub(crate) async fn changes(app: &TestApp, action: &str) -> Vec<Value> {
    let db = app.db().await;
    let mut rows = rolegraph_entity::change::Entity::find()
        .filter(rolegraph_entity::change::Column::Action.eq(action))
        .all(&db)
        .await
        .expect("readable");
    db.close().await.expect("closed");
    rows.sort_by_key(|row| row.id);
    let read = |text: &Option<String>| text.as_deref().map_or(Value::Null, |text| serde_json::from_str(text).expect("JSON"));
    rows.iter().map(|row| json!({ "field": row.field, "before": read(&row.before), "after": read(&row.after) })).collect()
}

/// CareerOneStop, which knows all of that occupation.
async fn careeronestop(code: &str) -> wiremock::MockServer {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/careeronestop/occupation_detail_17-2141.00_US.json");
    let body = std::fs::read_to_string(path).expect("a fixture").replace("17-2141", code);
    let stub = wiremock::MockServer::start().await;
    let answer = wiremock::ResponseTemplate::new(200).set_body_raw(body, "application/json");
    wiremock::Mock::given(wiremock::matchers::any()).respond_with(answer).mount(&stub).await;
    stub
}

fn layers(job: &Value) -> Vec<(bool, String)> {
    let layers = job["fields"][0]["layers"].as_array().expect("layers");
    layers.iter().map(|layer| (layer["effective"] == true, layer["provenance"]["source"].as_str().expect("a source").to_owned())).collect()
}

on_both_databases! {
    async fn an_occupation_without_ratings_is_drafted_from_its_neighbours_for_all_that_inherit(app: TestApp) {
        occupation(&app, "Data Scientists", "15-2051").await;
        let told = field(&app, "data-scientists", "SKILLS").await;
        let (value, provenance) = (&told["fields"][0]["value"], &told["fields"][0]["provenance"]);
        assert_eq!(value.as_array().map(Vec::len), Some(35));
        assert_eq!(
            [&provenance["source"], &provenance["provider"], &provenance["release"], &provenance["approval"], &provenance["stale"]],
            [&json!("AI"), &json!("offline-assistant"), &Value::Null, &Value::Null, &json!(false)]
        );
        assert_eq!((&provenance["inheritedFrom"]["code"], &provenance["expiresAt"]), (&json!("15-2051.00"), &json!("2027-02-21T08:00:00+00:00")));
        assert_eq!(provenance["explanation"], "No official source has a value, so offline-neighbours drafted one; nobody has approved it yet.");
        let ai = &provenance["ai"];
        assert_eq!((&ai["model"], &ai["promptVersion"]), (&json!("offline-neighbours"), &json!("neighbours-1")));
        assert_eq!(ai["generatedAt"], "2026-11-23T08:00:00+00:00");
        assert!(ai["confidence"].as_f64().is_some_and(|confidence| (0.6..1.0).contains(&confidence)), "{ai}");
        assert!(ai["basedOn"].as_array().is_some_and(|codes| codes.len() == 10 && codes.contains(&json!("15-2041.00"))), "{ai}");
        assert_eq!((&told["coverage"]["percent"], &told["coverage"]["sourcedPercent"]), (&json!(100.0), &json!(72.73)));

        app.create(json!({ "kind": "OCCUPATION", "title": "Data Scientists Too", "socCode": "15-2051" })).await;
        let too = field(&app, "data-scientists-too", "SKILLS").await;
        assert_eq!(too["fields"][0], told["fields"][0], "what is drafted for an occupation is there for the next job at once");
        let before = app.trace().await;
        app.drain().await;
        let after = app.trace().await;
        assert_eq!((&after["fact"], &after["fact_version"], &after["changeset"].0), (&before["fact"], &before["fact_version"], &before["changeset"].0));
    }

    async fn drafts_are_told_in_outcomes_history_and_versions_once(app: TestApp) {
        let id = occupation(&app, "Data Scientists", "15-2051").await;
        let told = field(&app, "data-scientists", "SKILLS").await;
        assert_eq!(told["version"], 2, "one batch of drafts is one new version");
        let history = "query($id: ID!) { node(id: $id) { ... on Job { enrichment { lastRun { status outcomes(first: 20, results: [SUPPLEMENTED]) { nodes { field result provider message attempts } } } } } } }";
        let run = app.admin(history, json!({ "id": id })).await["node"]["enrichment"]["lastRun"].clone();
        let supplemented = |field: &str| json!({ "field": field, "result": "SUPPLEMENTED", "provider": "offline-assistant", "message": null, "attempts": 1 });
        assert_eq!((&run["status"], &run["outcomes"]["nodes"]), (&json!("COMPLETE"), &json!([supplemented("SKILLS"), supplemented("KNOWLEDGE"), supplemented("ABILITIES")])));
        let again = enrich(&app, &id, &["SKILLS", "WAGES"], true).await;
        assert_eq!(again[0], ("SKILLS".to_owned(), "UNCHANGED".to_owned(), json!(["offline-assistant", null])));
        assert_eq!(again[1].1, "UNCHANGED");
        assert_eq!(field(&app, "data-scientists", "SKILLS").await["version"], 2, "the same draft is not written again");
        let changes = changes(&app, "FIELD_ENRICHED").await;
        assert_eq!(changes.len(), 3, "{changes:#?}");
        let skills = changes.iter().find(|change| change["field"] == "SKILLS").expect("a change");
        assert_eq!((&skills["before"], &skills["after"]["source"], &skills["after"]["provider"]), (&Value::Null, &json!("AI"), &json!("offline-assistant")));
    }

    async fn official_data_that_comes_later_takes_over_and_the_draft_stays_as_a_layer(app: TestApp) {
        let id = occupation(&app, "Data Scientists", "15-2051").await;
        let stub = careeronestop("15-2051").await;
        let settings = [("providers.careeronestop.base_url", stub.uri()), ("providers.careeronestop.user_id", "me".to_owned()), ("providers.careeronestop.token", "t".to_owned())];
        let settings: Vec<_> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let app = app.replica_with(&settings).await;
        let outcomes = enrich(&app, &id, &["SKILLS"], false).await;
        assert_eq!(outcomes[0], ("SKILLS".to_owned(), "FILLED".to_owned(), json!(["careeronestop", null])));
        let told = field(&app, "data-scientists", "SKILLS").await;
        assert_eq!(layers(&told), [(true, "ONET".to_owned()), (false, "AI".to_owned())]);
        assert!(told["fields"][0]["provenance"]["explanation"].as_str().is_some_and(|text| text.ends_with("; official data goes before the AI draft.")));
        let taken_over = changes(&app, "FIELD_ENRICHED").await.pop().expect("a change");
        assert_eq!((&taken_over["before"]["source"], &taken_over["after"]["source"]), (&json!("AI"), &json!("ONET")));
        app.days_pass(91);
        assert_eq!(app.service().queue_stale(chrono::TimeDelta::zero()).await.expect("queued"), 1);
        app.drain().await;
        let later = field(&app, "data-scientists", "SKILLS").await;
        assert_eq!(layers(&later), [(true, "ONET".to_owned()), (false, "AI".to_owned())]);
        assert_eq!(app.service().queue_stale(chrono::TimeDelta::zero()).await.expect("queued"), 0, "a draft under official data is not looked after");
    }

    async fn a_role_is_drafted_from_its_own_words_but_never_its_wages(app: TestApp) {
        let id = role(&app, "Cloud Security Engineer", "Secure cloud infrastructure; respond to incidents; manage vulnerabilities.").await;
        let outcomes = enrich(&app, &id, &[], false).await;
        let of = |result: &str| outcomes.iter().filter(|outcome| outcome.1 == result).map(|outcome| outcome.0.as_str()).collect::<Vec<_>>();
        assert_eq!(of("SUPPLEMENTED"), ["TOOLS_AND_TECHNOLOGY", "SKILLS", "KNOWLEDGE", "ABILITIES", "RELATED_TITLES", "EDUCATION", "WORK_EXPERIENCE"]);
        assert_eq!(of("NOT_AVAILABLE"), ["CORE_RESPONSIBILITIES", "TASKS", "OUTLOOK", "WAGES"]);
        let told = field(&app, "cloud-security-engineer", "EDUCATION").await;
        let provenance = &told["fields"][0]["provenance"];
        assert_eq!((&provenance["source"], &provenance["inheritedFrom"]), (&json!("AI"), &Value::Null));
        let gaps = told["coverage"]["gaps"].as_array().expect("gaps");
        let gap = |field: &str| gaps.iter().find(|gap| gap["field"] == field).map(|gap| [gap["reason"].clone(), gap["remedy"].clone()]);
        let none = "The job has no SOC code, so there is no occupation to inherit from.";
        assert_eq!(gap("WAGES"), Some([json!(none), json!("Give the job a SOC code, or override the field.")]));
        assert_eq!(gap("TASKS"), Some([json!(format!("{none} offline-assistant has no draft either.")), json!("Give the job a SOC code, or override the field.")]));
        let before = app.trace().await;
        let again = enrich(&app, &id, &[], false).await;
        assert_eq!(again.iter().filter(|outcome| outcome.1 == "UNCHANGED").count(), 7);
        let after = app.trace().await;
        assert_eq!((&after["fact"], &after["changeset"].0), (&before["fact"], &before["changeset"].0), "what is fresh is not asked for again");
        app.days_pass(91);
        assert_eq!(app.service().queue_stale(chrono::TimeDelta::zero()).await.expect("queued"), 1);
        assert_eq!(app.drain().await, 1);
        let later = field(&app, "cloud-security-engineer", "EDUCATION").await;
        assert_eq!((&later["fields"][0]["provenance"]["stale"], &later["version"]), (&json!(false), &told["version"]));
        assert_eq!(app.service().queue_stale(chrono::TimeDelta::zero()).await.expect("queued"), 0);
    }

    async fn an_assistant_that_is_off_drafts_nothing_and_the_gap_says_so(app: TestApp) {
        let app = app.replica_with(&[("assistant.kind", "off")]).await;
        let id = occupation(&app, "Data Scientists", "15-2051").await;
        let told = field(&app, "data-scientists", "SKILLS").await;
        assert_eq!((&told["fields"][0]["value"], &told["coverage"]["percent"]), (&Value::Null, &json!(72.73)));
        let expected = json!({ "field": "SKILLS", "reason": "onet-database has no skills for 15-2051.00.",
            "remedy": "Set up an assistant to draft the field (`assistant.kind`), configure a provider that may have it (onet-web-services, careeronestop), or override the field." });
        assert_eq!(told["coverage"]["gaps"][0], expected);
        let outcomes = enrich(&app, &id, &["SKILLS"], true).await;
        assert_eq!(outcomes[0], ("SKILLS".to_owned(), "NOT_AVAILABLE".to_owned(), json!([null, "onet-database has no skills for 15-2051.00."])));
        let state = app.ask("{ providers { name configured healthy } }", json!({})).await;
        assert!(state["providers"].as_array().expect("providers").contains(&json!({ "name": "offline-assistant", "configured": false, "healthy": false })));
    }

    async fn a_thin_official_list_gets_a_draft_below_it_that_repeats_nothing(app: TestApp) {
        let list = json!([{ "key": "technology:-:python", "name": "Python", "kind": "TECHNOLOGY", "hotTechnology": true, "inDemand": true }]);
        let id = occupation(&app, "Data Scientists", "15-2051").await;
        app.sql("UPDATE facts SET valid_to = valid_from WHERE field = 'TOOLS_AND_TECHNOLOGY'").await;
        let db = app.db().await;
        let known = Known::new(About::Occupation("15-2051.00"), "TOOLS_AND_TECHNOLOGY", "ONET", "onet-database");
        let known = known.value(&stored("TOOLS_AND_TECHNOLOGY", &list));
        known.times(app.clock_now(), Some(app.clock_now() + chrono::TimeDelta::days(90)), None).write_to(&app, &db).await;
        let outcomes = enrich(&app, &id, &["TOOLS_AND_TECHNOLOGY"], false).await;
        let told = field(&app, "data-scientists", "TOOLS_AND_TECHNOLOGY").await;
        assert_eq!((outcomes[0].1.as_str(), layers(&told)), ("SUPPLEMENTED", vec![(true, "ONET".to_owned()), (false, "AI".to_owned())]), "{outcomes:?}");
        let keys = |value: &Value| value.as_array().expect("items").iter().map(|item| item["key"].clone()).collect::<Vec<_>>();
        assert_eq!(keys(&told["fields"][0]["value"]), [json!("technology:-:python")]);
    }
}
