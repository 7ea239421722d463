//! Keys of programs: given out once, good until they end.

use rolegraph::domain::access::Scope;
use serde_json::{Value, json};

use super::{COMPANY_ADMIN, create, key, revoke};
use crate::support::{TestApp, app::TOKEN, on_both_databases};

const KEYS: &str = "{ apiKeys { totalCount nodes { id name prefix scopes company { slug } lastUsedAt revokedAt expiresAt } } }";

fn refused(payload: &Value) -> (Value, Value, Value) {
    assert_eq!((&payload["secret"], &payload["apiKey"]), (&Value::Null, &Value::Null), "{payload}");
    let error = &payload["errors"][0];
    (error["code"].clone(), error["path"].clone(), error["message"].clone())
}

on_both_databases! {
    async fn a_key_is_told_once_and_kept_as_a_digest(app: TestApp) {
        let company = app.company("acme").await;
        let made = create(&app, TOKEN, json!({ "name": " Partner ", "scopes": ["jobs:read", "history:read"], "company": company })).await;
        let secret = made["secret"].as_str().expect("a secret").to_owned();
        let key = &made["apiKey"];
        assert_eq!(made["errors"], json!([]));
        assert_eq!((&key["name"], &key["scopes"], &key["company"]["id"]), (&json!("Partner"), &json!(["jobs:read", "history:read"]), &json!(company)));
        assert!(secret.starts_with(&format!("{}_", key["prefix"].as_str().expect("a prefix"))) && secret.len() == 59, "{secret}");
        let listed = app.admin(KEYS, json!({})).await["apiKeys"].take();
        assert_eq!((&listed["totalCount"], &listed["nodes"][0]["name"], &listed["nodes"][0]["lastUsedAt"]), (&json!(1), &json!("Partner"), &Value::Null));
        let rows = app.dump().await;
        assert!(rows.contains("Partner") && !rows.contains(&secret[16..]), "the key itself is nowhere in the database");

        let viewer = app.post("{ viewer { actor { name } } }", json!({}), Some(&secret)).await;
        assert_eq!(viewer["data"]["viewer"]["actor"]["name"], "Partner");
        assert_eq!(app.admin(KEYS, json!({})).await["apiKeys"]["nodes"][0]["lastUsedAt"], "2026-11-23T08:00:00+00:00");
        for wrong in [&secret[..58], &format!("{secret}x"), &secret.replace("rg_", "rx_"), "rg_000000000000_0000000000000000000000000000000000000000000"] {
            let answer = app.post("{ viewer { scopes } }", json!({}), Some(wrong)).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{wrong}");
            assert_eq!(answer["errors"][0]["message"], "This token is not good: send a good one, or none.");
        }
    }

    async fn a_revoked_key_is_refused_here_at_once_and_elsewhere_soon(app: TestApp) {
        let company = app.company("acme").await;
        let (secret, id) = key(&app, Some(&company), &[Scope::JobsRead]).await;
        let other = app.replica().await;
        let good = async |app: &TestApp| app.post("{ viewer { scopes } }", json!({}), Some(&secret)).await.get("errors").is_none();
        assert!(good(&app).await && good(&other).await);
        let revoked = revoke(&app, TOKEN, &id).await;
        assert_eq!((&revoked["errors"], &revoked["secret"], &revoked["apiKey"]["revokedAt"]), (&json!([]), &Value::Null, &json!("2026-11-23T08:00:00+00:00")));
        assert!(!good(&app).await, "here at once");
        let begin = std::time::Instant::now();
        while good(&other).await {
            assert!(begin.elapsed().as_secs() < 5, "it is still good elsewhere");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let told = app.post("{ viewer { scopes } }", json!({}), Some(&secret)).await["errors"][0]["message"].clone();
        assert_eq!(told, format!("The key {} was revoked at 2026-11-23 08:00:00 UTC.", &secret[..15]));
        assert_eq!(revoke(&app, TOKEN, &id).await["errors"][0]["code"], "ALREADY_DONE");
        assert_eq!(revoke(&app, TOKEN, "nothing").await["errors"], json!([{ "code": "NOT_FOUND", "path": ["id"] }]));
        let db = app.db().await;
        let actions: Vec<String> = <rolegraph_entity::change::Entity as sea_orm::EntityTrait>::find().all(&db).await.expect("readable").into_iter().map(|row| row.action).collect();
        assert_eq!(actions.iter().filter(|action| action.starts_with("API_KEY_")).count(), 2, "history tells of both: {actions:?}");
    }

    async fn nobody_gives_more_than_he_has(app: TestApp) {
        let company = app.company("acme").await;
        let (admin, _) = key(&app, Some(&company), &COMPANY_ADMIN).await;
        let (keeper, _) = key(&app, Some(&company), &[Scope::KeysManage]).await;
        let own = create(&app, &admin, json!({ "name": "Ours", "scopes": ["jobs:read"] })).await;
        assert_eq!((&own["errors"], &own["apiKey"]["company"]["id"]), (&json!([]), &json!(company)), "of the own company when it says nothing");
        app.post("{ viewer { scopes } }", json!({}), Some(&keeper)).await;
        let trace = app.trace().await;
        let more = refused(&create(&app, &keeper, json!({ "name": "More", "scopes": ["keys:manage", "jobs:write"] })).await);
        assert_eq!(more, (json!("FORBIDDEN"), json!(["input", "scopes", "1"]), json!("You do not have the scope jobs:write yourself, so you cannot give it.")));
        assert_eq!(refused(&create(&app, &admin, json!({ "name": "All", "scopes": ["platform:admin"] })).await).0, "FORBIDDEN");
        let unknown = refused(&create(&app, TOKEN, json!({ "name": "x", "scopes": ["jobs:eat"] })).await);
        assert_eq!((&unknown.0, unknown.2.as_str().expect("a message").starts_with("`jobs:eat` is no scope. Scopes are jobs:read, jobs:write,")), (&json!("INVALID"), true));
        assert_eq!(refused(&create(&app, TOKEN, json!({ "name": "x", "scopes": ["jobs:read"] })).await).1, json!(["input", "scopes", "0"]), "about whose jobs?");
        assert_eq!(refused(&create(&app, TOKEN, json!({ "name": "x", "scopes": ["platform:admin"], "company": company })).await).0, "INVALID");
        assert_eq!(refused(&create(&app, TOKEN, json!({ "name": " ", "scopes": [] })).await).1, json!(["input", "name"]));
        assert_eq!(refused(&create(&app, TOKEN, json!({ "name": "x", "scopes": [], "company": "nobody" })).await).1, json!(["input", "company"]));
        let past = refused(&create(&app, TOKEN, json!({ "name": "x", "scopes": [], "expiresAt": "2026-11-23T08:00:00Z" })).await);
        assert_eq!((past.1, past.2), (json!(["input", "expiresAt"]), json!("A key expires in the future, or never; this is 2026-11-23 08:00:00 UTC.")));
        assert_eq!(app.trace().await["api_key"], trace["api_key"]);
    }

    async fn a_replayed_creation_does_not_tell_the_key_again(app: TestApp) {
        use axum::{body::Body, http::{Request, header}};
        let send = async || {
            let body = json!({ "query": "mutation { createApiKey(input: {name: \"x\", scopes: []}) { secret apiKey { id } errors { code } } }" }).to_string();
            let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json").header(header::AUTHORIZATION, format!("Bearer {TOKEN}")).header("Idempotency-Key", "once");
            let (_, _, body) = app.send(request.body(Body::from(body)).expect("a request")).await;
            serde_json::from_slice::<Value>(&body).expect("JSON")["data"]["createApiKey"].take()
        };
        let (first, second) = (send().await, send().await);
        assert!(first["secret"].is_string(), "{first}");
        assert_eq!((&second["secret"], &second["apiKey"]), (&Value::Null, &first["apiKey"]));
        assert!(!app.dump().await.contains(&first["secret"].as_str().expect("a secret")[16..]));
    }
}
