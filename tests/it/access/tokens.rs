//! Tokens of an identity provider: whom they stand for, and every way of forging one.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use crate::support::{TestApp, app::uuid_of, database::Dialect, on_both_databases};

const VIEWER: &str = "{ viewer { actor { id name kind } company { slug } scopes } }";
/// The test clock's 2026-11-23 08:00, in seconds since 1970.
const NOW: i64 = 1_795_420_800;

/// An identity provider that signs with a key of its own.
struct Issuer {
    pair: EcdsaKeyPair,
    kid: &'static str,
}

impl Issuer {
    fn new(kid: &'static str) -> Self {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &SystemRandom::new()).expect("a key");
        Self { pair, kid }
    }

    fn jwk(&self) -> Value {
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(32);
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) })
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let text = unsigned(header, claims);
        let signature = self.pair.sign(&SystemRandom::new(), text.as_bytes()).expect("a signature");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    fn token(&self, claims: &Value) -> String {
        self.sign(&json!({ "alg": "ES256", "typ": "JWT", "kid": self.kid }), claims)
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// Good claims with others over them; null takes one away.
fn claims(others: &Value) -> Value {
    let mut claims =
        json!({ "iss": "https://login.example.org/", "aud": ["rolegraph", "other"], "sub": "ada", "name": "Ada", "exp": NOW + 600 });
    for (name, value) in others.as_object().expect("claims") {
        claims[name] = value.clone();
    }
    claims.as_object_mut().expect("claims").retain(|_, value| !value.is_null());
    claims
}

async fn believing(dialect: Dialect, keys: &str) -> TestApp {
    let settings = [("jwt.issuer", "https://login.example.org/"), ("jwt.audience", "rolegraph"), ("jwt.keys", keys)];
    TestApp::with_settings(dialect, &settings.map(|(key, value)| (key, value.to_owned()))).await
}

/// The app with the keys of these issuers in a file, which has to live as long.
async fn trusting(app: &TestApp, issuers: &[&Issuer]) -> (TestApp, NamedTempFile) {
    let file = NamedTempFile::new().expect("a file");
    let keys: Vec<_> = issuers.iter().map(|issuer| issuer.jwk()).collect();
    std::fs::write(file.path(), json!({ "keys": keys }).to_string()).expect("written");
    (believing(app.dialect, file.path().to_str().expect("a path")).await, file)
}

async fn viewer(app: &TestApp, token: &str) -> Value {
    app.post(VIEWER, json!({}), Some(token)).await["data"]["viewer"].take()
}

/// Why a token is not believed.
async fn refused(app: &TestApp, token: &str) -> String {
    let answer = app.post(VIEWER, json!({}), Some(token)).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{answer}");
    answer["errors"][0]["message"].as_str().expect("a message").to_owned()
}

on_both_databases! {
    async fn a_token_stands_for_somebody_of_its_company(app: TestApp) {
        let issuer = Issuer::new("one");
        let (app, _file) = trusting(&app, &[&issuer]).await;
        let company = uuid_of(&app.company("acme").await);
        let told = viewer(&app, &issuer.token(&claims(&json!({ "company": "acme", "scope": "openid jobs:read history:read platform:admin" })))).await;
        assert_eq!(told, json!({ "actor": { "id": "jwt:ada", "name": "Ada", "kind": "USER" }, "company": { "slug": "acme" }, "scopes": ["jobs:read", "history:read"] }));
        let by_id = viewer(&app, &issuer.token(&claims(&json!({ "company": company.to_string(), "scope": ["jobs:read"], "name": null })))).await;
        assert_eq!((&by_id["company"]["slug"], &by_id["actor"]["name"], &by_id["scopes"]), (&json!("acme"), &json!("ada"), &json!(["jobs:read"])));
        let platform = viewer(&app, &issuer.token(&claims(&json!({ "scope": "platform:admin jobs:read" })))).await;
        assert_eq!((&platform["company"], &platform["scopes"]), (&Value::Null, &json!(["platform:admin"])));
        let nobody = viewer(&app, &issuer.token(&claims(&json!({})))).await;
        assert_eq!((&nobody["company"], &nobody["scopes"]), (&Value::Null, &json!([])));
        assert_eq!(refused(&app, &issuer.token(&claims(&json!({ "company": "nobody" })))).await, "The token is of a company that is not known here.");
        assert_eq!(refused(&app, &issuer.token(&claims(&json!({ "company": 7 })))).await, "The token's claim `company` is no text.");
    }

    async fn what_a_token_changes_is_told_of_its_holder(app: TestApp) {
        let issuer = Issuer::new("one");
        let (app, _file) = trusting(&app, &[&issuer]).await;
        app.company("acme").await;
        let token = issuer.token(&claims(&json!({ "company": "acme", "scope": "jobs:write jobs:read history:read" })));
        let create = "mutation { createJob(input: { kind: FEATURED_ROLE, title: \"Data Steward\" }) { changeset { actor { id name kind } } errors { message } } }";
        let made = app.post(create, json!({}), Some(&token)).await["data"]["createJob"].take();
        assert_eq!(made["changeset"]["actor"], json!({ "id": "jwt:ada", "name": "Ada", "kind": "USER" }), "{made}");
    }

    async fn a_forged_token_is_believed_by_nobody(app: TestApp) {
        let (issuer, stranger) = (Issuer::new("one"), Issuer::new("one"));
        let (app, _file) = trusting(&app, &[&issuer]).await;
        let good = claims(&json!({ "scope": "platform:admin" }));
        let none = format!("{}.", unsigned(&json!({ "alg": "none", "kid": "one" }), &good));
        // The public key as the secret of an HMAC: every way in which it is written.
        let text = unsigned(&json!({ "alg": "HS256", "kid": "one" }), &good);
        let public = issuer.pair.public_key().as_ref().to_vec();
        let by_public_key = |secret: &[u8]| {
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes());
            format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
        };
        let told = "The token's algorithm, or its key's, is not allowed. Allowed are RS256, PS256, ES256, EdDSA.";
        for token in [none, by_public_key(&public), by_public_key(issuer.jwk()["x"].as_str().expect("x").as_bytes())] {
            let message = refused(&app, &token).await;
            assert!(message == told || message.starts_with("The token's parts are no JSON") || message.starts_with("This token is not good"), "{message}");
        }
        let of = |others: Value| issuer.token(&claims(&others));
        let cases = [
            (stranger.token(&good), "The token's signature is wrong."),
            (of(json!({ "iss": "https://evil.example.org/" })), "The token is of another issuer."),
            (of(json!({ "iss": null })), "The token has no claim `iss`, or not of the right type."),
            (of(json!({ "aud": "other" })), "The token is for another audience."),
            (of(json!({ "aud": null })), "The token has no claim `aud`, or not of the right type."),
            (of(json!({ "exp": NOW - 31 })), "The token expired at 2026-11-23 07:59:29 UTC."),
            (of(json!({ "nbf": NOW + 31 })), "The token is not good before 2026-11-23 08:00:31 UTC."),
            (issuer.sign(&json!({ "alg": "RS256", "kid": "one" }), &good), told),
            (issuer.sign(&json!({ "alg": "ES256", "kid": "two" }), &good), "The token is signed by a key that is not one of the identity provider's."),
            (of(json!({ "name": "x".repeat(100_000) })), "The token has more than 8192 bytes."),
            ("a.b.c".to_owned(), "This token is not good: send a good one, or none."),
        ];
        for (token, message) in cases {
            assert_eq!(refused(&app, &token).await, message);
        }
        for typed in [json!({ "exp": (NOW + 600).to_string() }), json!({ "exp": null }), json!({ "sub": null }), json!({ "sub": 7 }), json!({ "nbf": "soon" })] {
            let message = refused(&app, &of(typed.clone())).await;
            assert!(message.contains("a claim is missing or not of the right type") || message.starts_with("The token has no claim"), "{typed}: {message}");
        }
        let token = issuer.token(&good);
        let (head, signature) = token.rsplit_once('.').expect("a signature");
        let other = head.split_once('.').expect("parts").0.to_owned() + "." + &URL_SAFE_NO_PAD.encode(claims(&json!({ "sub": "eve" })).to_string());
        assert_eq!(refused(&app, &format!("{other}.{signature}")).await, "The token's signature is wrong.");
        assert_eq!(viewer(&app, &token).await["scopes"], json!(["platform:admin"]), "the good one is good");
        assert_eq!(viewer(&app, &of(json!({ "exp": 4e18 }))).await["actor"]["id"], "jwt:ada");
    }

    async fn without_an_identity_provider_no_token_is_good(app: TestApp) {
        let token = Issuer::new("one").token(&claims(&json!({ "scope": "platform:admin" })));
        assert_eq!(refused(&app, &token).await, "This token is not good: send a good one, or none.");
    }

    async fn keys_are_read_again_when_they_change_and_seldom(app: TestApp) {
        let (old, new) = (Issuer::new("old"), Issuer::new("new"));
        let server = MockServer::start().await;
        let keys = |issuer: &Issuer| ResponseTemplate::new(200).set_body_json(json!({ "keys": [{ "kty": "odd" }, issuer.jwk()] }));
        Mock::given(method("GET")).and(path("/jwks")).respond_with(keys(&old)).up_to_n_times(1).mount(&server).await;
        Mock::given(method("GET")).and(path("/jwks")).respond_with(keys(&new)).mount(&server).await;
        let app = believing(app.dialect, &format!("{}/jwks", server.uri())).await;
        let reads = async || server.received_requests().await.expect("recorded").len();
        let far = claims(&json!({ "exp": NOW + 86_400 }));
        for _ in 0..3 {
            assert_eq!(viewer(&app, &old.token(&far)).await["actor"]["id"], "jwt:ada");
            refused(&app, &new.token(&far)).await;
        }
        assert_eq!(reads().await, 1, "a key that is not known is looked for once a minute at most");
        app.clock.advance(chrono::TimeDelta::seconds(61));
        assert_eq!(viewer(&app, &new.token(&far)).await["actor"]["id"], "jwt:ada");
        refused(&app, &old.token(&far)).await;
        assert_eq!(reads().await, 2);
        server.reset().await;
        app.clock.advance(chrono::TimeDelta::minutes(11));
        assert_eq!(viewer(&app, &new.token(&far)).await["actor"]["id"], "jwt:ada", "kept while they cannot be read");
    }

    async fn while_the_keys_cannot_be_read_a_token_may_be_tried_again(app: TestApp) {
        let app = believing(app.dialect, "/no/such/file.json").await;
        let answer = app.post(VIEWER, json!({}), Some(&Issuer::new("one").token(&claims(&json!({}))))).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
    }
}
