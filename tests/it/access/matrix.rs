//! Every root field, asked by everybody.

use std::{collections::BTreeSet, time::Duration};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use rolegraph::domain::access::Scope;
use serde_json::{Value, json};

use super::{
    COMPANY_ADMIN, Caller,
    calls::{Api, Root},
    create, key, revoke,
};
use crate::support::{
    TestApp,
    app::{TOKEN, node_id},
    on_both_databases,
};

/// The root fields that everybody may ask for; what is not here has a rule in the schema.
const PUBLIC: [&str; 14] = [
    "_entities",
    "_service",
    "node",
    "nodes",
    "viewer",
    "job",
    "jobs",
    "occupation",
    "occupations",
    "suggestSoc",
    "coverage",
    "mapSkills",
    "providers",
    "companies",
];

/// Besides these a subscription is open to everybody.
const PUBLIC_SUBSCRIPTIONS: [&str; 1] = ["jobChanged"];

async fn callers(app: &TestApp) -> Vec<Caller> {
    let (a, b) = (app.company("acme").await, app.company("other").await);
    let caller =
        |name, token: Option<String>, scopes: &[Scope]| Caller { name, token, scopes: scopes.iter().copied().collect(), let_in: true };
    let (revoked, id) = key(app, Some(&a), &COMPANY_ADMIN).await;
    assert_eq!(revoke(app, TOKEN, &id).await["errors"], json!([]));
    let soon = app.clock_now() + chrono::TimeDelta::seconds(1);
    let expired = create(app, TOKEN, json!({ "name": "For a second", "scopes": ["platform:admin"], "expiresAt": soon })).await;
    let expired = expired["secret"].as_str().expect("a key").to_owned();
    app.clock.advance(chrono::TimeDelta::seconds(1));
    vec![
        caller("anonymous", None, &[]),
        caller("public key", Some(key(app, None, &[]).await.0), &[]),
        caller("partner key", Some(key(app, Some(&a), &[Scope::JobsRead]).await.0), &[Scope::JobsRead]),
        caller("admin of company A", Some(key(app, Some(&a), &COMPANY_ADMIN).await.0), &COMPANY_ADMIN),
        caller("admin of company B", Some(key(app, Some(&b), &COMPANY_ADMIN).await.0), &COMPANY_ADMIN),
        caller("platform admin", Some(TOKEN.to_owned()), &Scope::ALL),
        Caller { let_in: false, ..caller("expired", Some(expired), &[]) },
        Caller { let_in: false, ..caller("revoked", Some(revoked), &[]) },
    ]
}

/// The status, and the code of the first error; none when the field was answered, or its stream goes on.
async fn asked(app: &TestApp, root: &Root, document: &str, token: Option<&str>) -> (StatusCode, Option<String>) {
    let mut request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    if root.operation == "subscription" {
        request = request.header(header::ACCEPT, "text/event-stream");
    }
    let request = request.body(Body::from(json!({ "query": document }).to_string())).expect("a request");
    let answer = tokio::time::timeout(Duration::from_secs(2), app.send(request));
    let Ok((status, _, body)) = answer.await else { return (StatusCode::OK, None) };
    let text = String::from_utf8(body).expect("text");
    let json = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or(&text);
    let body: Value = serde_json::from_str(json).unwrap_or_else(|error| panic!("{document}: {error}: {text}"));
    (status, body["errors"][0]["extensions"]["code"].as_str().map(str::to_owned))
}

#[test]
fn every_root_field_has_a_rule() {
    let roots = Api::new().roots();
    let public: BTreeSet<_> = roots.iter().filter(|root| root.any_of.is_none()).map(|root| root.name.as_str()).collect();
    assert_eq!(public, PUBLIC.into_iter().chain(PUBLIC_SUBSCRIPTIONS).collect());
    assert!(roots.iter().filter(|root| root.operation == "mutation").all(|root| root.any_of.is_some()), "every mutation has one");
    for scope in roots.iter().flat_map(|root| root.any_of.iter().flatten()) {
        scope.parse::<Scope>().unwrap_or_else(|error| panic!("{error}"));
    }
}

on_both_databases! {
    async fn everybody_may_do_what_the_schema_says_and_nothing_else(app: TestApp) {
        let (api, callers) = (Api::new(), callers(&app).await);
        let nothing = node_id("Job", uuid::Uuid::nil());
        for caller in &callers {
            // That a key is in use is noted once a minute.
            app.post("{ viewer { scopes } }", json!({}), caller.token.as_deref()).await;
        }
        let (mut allowed, mut refused) = (0, 0);
        for root in api.roots() {
            let document = api.call(&root, &nothing, false).expect("a call");
            let may = |caller: &Caller| caller.let_in && root.any_of.as_ref().is_none_or(|any| {
                any.iter().any(|scope| caller.scopes.contains(&scope.parse().expect("a scope"))) || caller.scopes.contains(&Scope::PlatformAdmin)
            });
            let (may_ask, may_not): (Vec<_>, Vec<_>) = callers.iter().partition(|caller| may(caller));
            for caller in may_ask {
                // A stream goes on for as long as somebody listens.
                if root.operation == "subscription" && caller.name != "platform admin" {
                    continue;
                }
                let (status, code) = asked(&app, &root, &document, caller.token.as_deref()).await;
                let told = format!("{} as {}: {status} {code:?}", root.name, caller.name);
                assert!(!matches!(code.as_deref(), Some("UNAUTHENTICATED" | "FORBIDDEN" | "BAD_REQUEST")), "{told}: {document}");
                allowed += 1;
            }
            let before = app.trace().await;
            for caller in may_not {
                let (status, code) = asked(&app, &root, &document, caller.token.as_deref()).await;
                let expected = match caller {
                    Caller { let_in: false, .. } => (StatusCode::UNAUTHORIZED, Some("UNAUTHENTICATED")),
                    Caller { token: None, .. } => (StatusCode::OK, Some("UNAUTHENTICATED")),
                    _ => (StatusCode::OK, Some("FORBIDDEN")),
                };
                assert_eq!((status, code.as_deref()), expected, "{} as {}", root.name, caller.name);
                refused += 1;
            }
            assert_eq!(app.trace().await, before, "{}: a refused call left a trace", root.name);
        }
        assert!(allowed > 120 && refused > 150, "{allowed} allowed, {refused} refused");
    }

    async fn a_viewer_is_told_what_it_may_do(app: TestApp) {
        let company = app.company("acme").await;
        let (secret, id) = key(&app, Some(&company), &[Scope::SocReview, Scope::JobsRead]).await;
        let viewer = "{ viewer { actor { id name kind } company { slug } scopes } }";
        let told = app.post(viewer, json!({}), Some(&secret)).await;
        let actor = json!({ "id": crate::support::app::uuid_of(&id).to_string(), "name": "A key", "kind": "API_KEY" });
        assert_eq!(told["data"]["viewer"], json!({ "actor": actor, "company": { "slug": "acme" }, "scopes": ["jobs:read", "soc:review"] }));
        assert_eq!(app.ask(viewer, json!({})).await["viewer"], json!({ "actor": null, "company": null, "scopes": [] }));
    }
}
