//! The demo's eight roles, from the suggestion to the data that they inherit.

use std::sync::Arc;

use rolegraph::{domain::soc::SocCode, providers::soc::BuiltIn};
use serde_json::{Value, json};

use crate::support::{TestApp, database::Dialect};

/// The roles with the codes that reviewers accept, the best first.
fn accepted() -> Vec<(String, Vec<String>)> {
    let roles: Value = serde_json::from_str(include_str!("../../../data/seed/featured_roles.json")).expect("JSON");
    let texts = |list: &Value| list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text").to_owned()).collect();
    let role = |role: &Value| (role["title"].as_str().expect("a title").to_owned(), texts(&role["acceptable_onet_soc_codes"]));
    roles["roles"].as_array().expect("roles").iter().map(role).collect()
}

const REVIEWS: &str = "{ socReviews(status: PENDING, first: 20) { totalCount nodes { id title job { id coverage { sourcedPercent } }
    candidates { rank confidence ranker occupation { code } evidence { kind text weight } } } } }";

const APPROVE: &str =
    "mutation($id: ID!, $code: SocCode!) { approveSoc(reviewId: $id, code: $code) { review { decision { code } } errors { message } } }";

const JOB: &str = "query($id: ID!, $code: SocCode!) { job(by: {id: $id}) { coverage { filled total percent sourcedPercent }
    soc { status occupation { code } } fields { field value provenance { source provider release inheritedFrom { code } explanation } } }
    occupation(code: $code) { fields { field value provenance { source } } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_eight_roles_get_an_accepted_code_and_inherit_its_data_with_origins() {
    let app = TestApp::with_ranker(Dialect::Sqlite, Arc::new(BuiltIn::default())).await.with_demo().await;
    let accepted = accepted();
    let reviews = app.admin(REVIEWS, json!({})).await["socReviews"].clone();
    assert_eq!(reviews["totalCount"], 8);
    let mut firsts = 0;
    for review in reviews["nodes"].as_array().expect("reviews") {
        let title = review["title"].as_str().expect("a title");
        let codes = &accepted.iter().find(|(role, _)| role == title).expect("a role of the demo").1;
        let candidates = review["candidates"].as_array().expect("candidates");
        assert_eq!((candidates.len(), &review["job"]["coverage"]["sourcedPercent"]), (10, &json!(0.0)), "{title}");
        let code = |candidate: &Value| candidate["occupation"]["code"].as_str().expect("a code").to_owned();
        // A detail of O*NET is a matter of taste where the six digits agree.
        let fits = |candidate: &&Value| codes.iter().any(|good| soc(good) == soc(&code(candidate)));
        let found = candidates.iter().find(fits).unwrap_or_else(|| panic!("{title}: none of {codes:?} in {candidates:?}"));
        assert!(found["rank"].as_i64() <= Some(2), "{title}: {found}");
        assert!(found["confidence"].as_f64() > Some(0.0) && found["ranker"] == "OFFLINE", "{found}");
        assert!(found["evidence"].as_array().is_some_and(|evidence| !evidence.is_empty()), "{title}: {found}");
        firsts += i32::from(found["rank"] == 1);
        let best = codes.iter().find(|good| soc(good) == soc(&code(found))).expect("found above").clone();
        let done = app.admin(APPROVE, json!({ "id": review["id"], "code": best })).await["approveSoc"].clone();
        assert_eq!(done, json!({ "review": { "decision": { "code": best } }, "errors": [] }), "{title}");
        inherits(&app, title, &review["job"]["id"], &best).await;
    }
    assert!(firsts >= 7, "an accepted code came first for {firsts} of 8");
    app.drain().await;
    let report = app.ask("{ coverage(filter: {kind: FEATURED_ROLE}) { jobs percent } }", json!({})).await;
    assert_eq!(report["coverage"]["jobs"], 8);
    assert!(report["coverage"]["percent"].as_f64() > Some(85.0), "{report}");
}

/// The six digits of a code.
fn soc(code: &str) -> SocCode {
    code.parse::<SocCode>().expect("a code").soc()
}

/// The role answers what its occupation answers, and tells of each field where it is from.
async fn inherits(app: &TestApp, title: &str, job: &Value, code: &str) {
    let told = app.ask(JOB, json!({ "id": job, "code": code })).await;
    assert_eq!(told["job"]["soc"], json!({ "status": "APPROVED", "occupation": { "code": code } }), "{title}");
    let fields = told["job"]["fields"].as_array().expect("fields");
    let occupation = told["occupation"]["fields"].as_array().expect("fields");
    assert_eq!((fields.len(), occupation.len()), (11, 11));
    for (field, of_occupation) in fields.iter().zip(occupation) {
        if field["provenance"]["source"] == "AI" {
            // What was drafted from the role's own words stays where the occupation has nothing official.
            assert!(matches!(of_occupation["provenance"]["source"].as_str(), None | Some("AI")), "{title}: {of_occupation}");
            continue;
        }
        assert_eq!((&field["field"], &field["value"]), (&of_occupation["field"], &of_occupation["value"]), "{title}");
        let provenance = &field["provenance"];
        assert_eq!(provenance.is_null(), field["value"].is_null(), "{title}: {field}");
        if !provenance.is_null() {
            assert_eq!(provenance["inheritedFrom"], json!({ "code": code }), "{title}: {field}");
            assert!(
                matches!(provenance["source"].as_str(), Some("ONET" | "BLS")) && provenance["release"].is_string(),
                "{title}: {provenance}"
            );
        }
    }
    let filled = fields.iter().filter(|field| !field["value"].is_null()).count();
    assert_eq!((&told["job"]["coverage"]["filled"], filled > 5), (&json!(filled), true), "{title}");
}
