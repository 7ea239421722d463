//! How much one caller may ask for in a minute.

use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::json;

use super::{Answer, refusal, send, told};
use crate::{
    access::key,
    support::{TestApp, app::TOKEN, database::Dialect},
};

/// May cost 5 for the statement, 1 for the page and 1 for each job.
const FIFTY_JOBS: &str = "{ jobs(first: 50) { nodes { title } } }";

async fn limited(proxies: usize) -> TestApp {
    let settings =
        [("rates.anonymous", "100".to_owned()), ("rates.signed_in", "200".to_owned()), ("http.trusted_proxies", proxies.to_string())];
    TestApp::with_settings(Dialect::Sqlite, &settings).await
}

async fn ask(app: &TestApp, query: &str, headers: &[(&str, &str)]) -> Answer {
    let headers: Vec<_> = [("content-type", "application/json")].iter().chain(headers).copied().collect();
    send(app, Method::POST, "/graphql", &headers, json!({ "query": query }).to_string()).await
}

fn number(headers: &HeaderMap, name: &str) -> u64 {
    headers[name].to_str().expect("text").parse().expect("a number")
}

#[tokio::test]
async fn who_asks_for_too_much_is_told_when_to_try_again() {
    let app = limited(0).await;
    let first = ask(&app, FIFTY_JOBS, &[]).await;
    assert_eq!((first.0, told(&first, "ratelimit-policy")), (StatusCode::OK, "\"anonymous\";q=100;w=60"));
    assert!(told(&first, "ratelimit").starts_with("\"anonymous\";r=44;t=3"), "{}", told(&first, "ratelimit"));
    let (statements, second) = app.counted(ask(&app, FIFTY_JOBS, &[])).await;
    assert_eq!((statements, refusal(&second)), (0, (429, "RATE_LIMITED".to_owned())), "nothing was done");
    // Twelve more are needed, and 100 come in a minute.
    assert!((5..=8).contains(&number(&second.1, "retry-after")), "{:?}", second.1);
    assert!(told(&second, "ratelimit").starts_with("\"anonymous\";r=0;t="));
    assert_eq!(ask(&app, "{ viewer { scopes } }", &[]).await.0, StatusCode::OK, "less is still let in");
    assert_eq!(ask(&app, "{ nothing }", &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn each_credential_has_a_bucket_of_its_own_wherever_it_comes_from() {
    let app = limited(1).await;
    let company = app.company("acme").await;
    let (own, other) = (key(&app, Some(&company), &[]).await.0, key(&app, Some(&company), &[]).await.0);
    let with = async |token: &str, from: &str| {
        ask(&app, FIFTY_JOBS, &[("authorization", &format!("Bearer {token}")), ("x-forwarded-for", from)]).await.0.as_u16()
    };
    let mut answers = vec![];
    for from in ["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"] {
        answers.push(with(&own, from).await);
    }
    assert_eq!(answers, [200, 200, 200, 429], "200 in a minute, from whatever address");
    assert_eq!((with(&other, "1.1.1.1").await, with(TOKEN, "1.1.1.1").await), (200, 200), "that of another credential is untouched");
}

#[tokio::test]
async fn without_a_credential_the_address_counts_as_trusted_proxies_tell_it() {
    let app = limited(1).await;
    let from = async |told: &str| ask(&app, FIFTY_JOBS, &[("x-forwarded-for", told)]).await.0.as_u16();
    assert_eq!((from("1.1.1.1").await, from("1.1.1.1").await), (200, 429));
    assert_eq!(from("2.2.2.2, 1.1.1.1").await, 429, "what the caller wrote is not believed");
    assert_eq!(from("2.2.2.2").await, 200);
    assert_eq!((from("2001:db8::1").await, from("2001:db8::2").await), (200, 429), "a network of IPv6 is one caller");

    let app = limited(0).await;
    let from = async |told: &str| ask(&app, FIFTY_JOBS, &[("x-forwarded-for", told)]).await.0.as_u16();
    assert_eq!((from("1.1.1.1").await, from("2.2.2.2").await), (200, 429), "nobody is trusted");
}

#[tokio::test]
async fn guessing_credentials_is_paid_for() {
    let app = limited(1).await;
    let guess = async |token: &str| {
        refusal(&ask(&app, FIFTY_JOBS, &[("authorization", &format!("Bearer {token}")), ("x-forwarded-for", "1.1.1.1")]).await).0
    };
    assert_eq!((guess("one").await, guess("two").await), (401, 429));
    assert_eq!(ask(&app, FIFTY_JOBS, &[("x-forwarded-for", "2.2.2.2")]).await.0, StatusCode::OK);
}
