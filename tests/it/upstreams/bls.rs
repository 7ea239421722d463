//! The Public Data API of BLS.

use std::collections::BTreeSet;

use rolegraph::domain::{
    fields::Field,
    provenance::{Derivation, Source},
};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, Request, Respond, ResponseTemplate,
    matchers::{header, method, path},
};

use super::{BLS, answer, claim, code, failures, fetch, fixture, provider, recorded, registry, state, value};

const NAME: &str = "bls-public-data";
const DATA: &str = "/publicAPI/v2/timeseries/data/";

/// Answers as a fixed text, or with a figure for every series that is asked for.
async fn stub(response: impl Respond + 'static) -> MockServer {
    let stub = MockServer::start().await;
    let asked = Mock::given(method("POST")).and(path(DATA)).and(header("content-type", "application/json"));
    asked.respond_with(response).mount(&stub).await;
    stub
}

fn series_of(request: &Request) -> Vec<String> {
    let body: Value = request.body_json().expect("JSON");
    assert_eq!(body["registrationkey"], "TEST-KEY");
    body["seriesid"].as_array().expect("a list").iter().map(|id| id.as_str().expect("a text").to_owned()).collect()
}

fn figure(id: &str, value: &str) -> Value {
    json!({ "seriesID": id, "data": [{ "year": "2025", "period": "A01", "latest": "true", "value": value, "footnotes": [{}] }] })
}

fn succeeded(series: &[Value]) -> Value {
    json!({ "status": "REQUEST_SUCCEEDED", "message": [], "Results": { "series": series } })
}

/// Every series has the figure 1000.
fn figures(request: &Request) -> ResponseTemplate {
    answer(200, &succeeded(&series_of(request).iter().map(|id| figure(id, "1000")).collect::<Vec<_>>()))
}

async fn asked(stub: &MockServer) -> Vec<Vec<String>> {
    stub.received_requests().await.expect("recorded").iter().map(series_of).collect()
}

#[tokio::test]
async fn wages_and_employment_are_decoded_exactly() {
    let stub = stub(recorded("bls/v2_oews_17-2141_all_datatypes")).await;
    let fetched = fetch(&provider(&registry(&stub.uri(), &[BLS]), NAME), &["17-2141.00"], &Field::ALL).await;
    let expected = json!([{
        "area": "US", "year": 2021, "employment": 278_240, "annualMean": { "amount": 97_000.0 },
        "annualMedian": { "amount": 95_300.0 }, "hourlyMedian": { "amount": 45.82 },
        "annualP10": { "amount": 60_750.0 }, "annualP25": { "amount": 76_050.0 },
        "annualP75": { "amount": 120_180.0 }, "annualP90": { "amount": 136_210.0 },
    }]);
    assert_eq!(value(&fetched, "17-2141.00", Field::Wages), expected);
    let claim = claim(&fetched, "17-2141.00", Field::Wages);
    assert_eq!((claim.source, claim.release.as_deref(), &claim.derivation), (Source::Bls, Some("OEWS May 2021"), &Derivation::Direct));
}

#[tokio::test]
async fn thirty_occupations_are_packed_into_five_requests() {
    let stub = stub(figures).await;
    let codes: Vec<String> = (0..30).map(|number| format!("15-{:04}.00", 1_211 + number)).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let fetched = fetch(&provider(&registry(&stub.uri(), &[BLS]), NAME), &codes, &[Field::Wages]).await;
    assert!(fetched.failures.is_empty() && fetched.claims.iter().all(|claim| claim.value.is_some()));
    let mut sizes: Vec<_> = asked(&stub).await.iter().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [40, 50, 50, 50, 50], "240 series, 50 a request");
    let distinct: BTreeSet<_> = asked(&stub).await.concat().into_iter().collect();
    assert_eq!(distinct.len(), 240);
}

#[tokio::test]
async fn details_share_the_series_of_their_soc_code_and_say_so() {
    let stub = stub(figures).await;
    let registry = registry(&stub.uri(), &[BLS]);
    let fetched = fetch(&provider(&registry, NAME), &["15-1299.00", "15-1299.08", "31-1120"], &[Field::Wages]).await;
    assert_eq!(asked(&stub).await.concat().len(), 16);
    let derivation = |text| claim(&fetched, text, Field::Wages).derivation.clone();
    assert_eq!(derivation("15-1299.00"), Derivation::Direct);
    assert_eq!(derivation("15-1299.08"), Derivation::PublishedFor { code: code("15-1299") });
    assert_eq!(derivation("31-1120"), Derivation::Direct, "a publication code has figures of its own");
}

#[tokio::test]
async fn empty_series_are_unknown_and_missing_ones_lose_nothing_else() {
    let stub = stub(recorded("bls/v2_oews_15-1252_one_series_empty")).await;
    let fetched = fetch(&provider(&registry(&stub.uri(), &[BLS]), NAME), &["15-1252.00", "29-1141.00"], &[Field::Wages]).await;
    let expected = json!([{
        "area": "US", "year": 2025, "annualMean": { "amount": 148_100.0 },
        "annualMedian": { "amount": 135_980.0 }, "annualP75": { "amount": 171_980.0 },
    }]);
    assert_eq!(value(&fetched, "15-1252.00", Field::Wages), expected);
    let told = "bls-public-data: timeseries/data: the answer cannot be read: 8 series did not come back".to_owned();
    assert_eq!(failures(&fetched), [("29-1141.00".to_owned(), Field::Wages, told)], "silence is not the same as empty");
}

#[tokio::test]
async fn a_code_without_series_is_known_to_be_empty() {
    let absent = |request: &Request| {
        let series: Vec<_> = series_of(request).iter().map(|id| json!({ "seriesID": id, "data": [] })).collect();
        let mut body = fixture("bls/v2_series_does_not_exist");
        body["Results"]["series"] = json!(series);
        answer(200, &body)
    };
    let stub = stub(absent).await;
    let registry = registry(&stub.uri(), &[BLS]);
    let fetched = fetch(&provider(&registry, NAME), &["99-9999.00"], &[Field::Wages]).await;
    assert_eq!((value(&fetched, "99-9999.00", Field::Wages), state(&registry, NAME).failures), (Value::Null, 0));
}

#[tokio::test]
async fn footnotes_tell_bounds_and_a_dash_is_unknown() {
    let cap = "This wage is equal to or greater than $115.00 per hour or $239,200 per year.";
    let capped = move |request: &Request| {
        let series = series_of(request).into_iter().map(|id| {
            let (value, note) = match &id[23..] {
                "01" => ("211,230", json!({})),
                "04" => ("262,930", json!({})),
                "13" => ("239200", json!({ "code": "5", "text": cap })),
                "08" | "15" => ("-", json!({ "code": "5", "text": cap })),
                _ => ("-", json!({ "code": "8", "text": "Estimate not released." })),
            };
            let row = json!({ "year": "2025", "period": "A01", "value": value, "footnotes": [null, note] });
            json!({ "seriesID": id, "data": [{ "year": "2024", "period": "A01", "value": "1" }, row] })
        });
        answer(200, &succeeded(&series.collect::<Vec<_>>()))
    };
    let stub = stub(capped).await;
    let fetched = fetch(&provider(&registry(&stub.uri(), &[BLS]), NAME), &["11-1011.00"], &[Field::Wages]).await;
    let bound = |amount: f64| json!({ "amount": amount, "atLeast": true });
    let expected = json!([{
        "area": "US", "year": 2025, "employment": 211_230, "annualMean": { "amount": 262_930.0 },
        "annualMedian": bound(239_200.0), "hourlyMedian": bound(115.0), "annualP90": bound(239_200.0),
    }]);
    assert_eq!(value(&fetched, "11-1011.00", Field::Wages), expected);
}

#[tokio::test]
async fn a_list_in_place_of_the_results_and_unknown_parts_are_read_all_the_same() {
    let listed = |request: &Request| {
        let series: Vec<_> = series_of(request).iter().map(|id| figure(id, "1000")).chain([json!("garbage"), json!({})]).collect();
        answer(200, &json!({ "status": "REQUEST_SUCCEEDED", "message": null, "new": 1, "Results": [{ "series": series, "new": [] }] }))
    };
    let stub = stub(listed).await;
    let fetched = fetch(&provider(&registry(&stub.uri(), &[BLS]), NAME), &["15-1252.00"], &[Field::Wages]).await;
    assert_eq!(value(&fetched, "15-1252.00", Field::Wages)[0]["annualMedian"], json!({ "amount": 1_000.0 }));
}

#[tokio::test]
async fn a_spent_quota_stops_all_requests() {
    let stub = stub(recorded("bls/threshold_reached_http200")).await;
    let registry = registry(&stub.uri(), &[BLS]);
    let provider = provider(&registry, NAME);
    let fetched = fetch(&provider, &["15-1252.00"], &[Field::Wages]).await;
    let told = |code: &str| (code.to_owned(), Field::Wages, "bls-public-data: timeseries/data: the quota is spent".to_owned());
    assert_eq!(failures(&fetched), [told("15-1252.00")]);
    assert_eq!(failures(&fetch(&provider, &["29-1141.00"], &[Field::Wages]).await), [told("29-1141.00")]);
    assert_eq!((asked(&stub).await.len(), state(&registry, NAME).quota_remaining), (1, Some(0)), "neither tried again nor asked again");
}

#[tokio::test]
async fn an_invalid_key_is_told_without_the_key() {
    let stub = stub(recorded("bls/invalid_key_http200")).await;
    let registry = registry(&stub.uri(), &[BLS]);
    let provider = provider(&registry, NAME);
    let fetched = fetch(&provider, &["15-1252.00"], &[Field::Wages]).await;
    let told = "bls-public-data: timeseries/data: the credentials were refused";
    assert_eq!(failures(&fetched), [("15-1252.00".to_owned(), Field::Wages, told.to_owned())]);
    let state = state(&registry, NAME);
    assert_eq!((state.healthy, state.last_error.as_deref(), state.quota_remaining), (false, Some(told), Some(499)));
    assert!(!format!("{provider:?} {registry:?} {state:?} {fetched:?}").contains("TEST-KEY"));
}

#[tokio::test]
async fn over_capacity_is_tried_again() {
    let stub = MockServer::start().await;
    let over = json!({ "status": "REQUEST_FAILED_OVER_CAPACITY", "message": [], "Results": {} });
    Mock::given(path(DATA)).respond_with(answer(200, &over)).up_to_n_times(2).mount(&stub).await;
    Mock::given(path(DATA)).respond_with(figures).mount(&stub).await;
    let fetched = fetch(&provider(&registry(&stub.uri(), &[BLS]), NAME), &["15-1252.00"], &[Field::Wages]).await;
    assert_eq!((failures(&fetched), asked(&stub).await.len()), (vec![], 3));
}

#[tokio::test]
async fn a_failing_request_costs_its_own_codes_alone() {
    let half = |request: &Request| {
        let ids = series_of(request);
        if ids.iter().any(|id| &id[17..23] == "151211") { answer(200, &succeeded(&[])) } else { figures(request) }
    };
    let stub = stub(half).await;
    let codes: Vec<String> = (0..13).map(|number| format!("15-{:04}.00", 1_211 + number)).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let fetched = fetch(&provider(&registry(&stub.uri(), &[BLS]), NAME), &codes, &[Field::Wages]).await;
    let failed: Vec<_> = fetched.failures.iter().map(|failure| failure.code.to_string()).collect();
    assert_eq!(failed, codes[..6], "48 series of theirs were in that request, two of the seventh");
    assert_eq!(fetched.claims.len(), 7);
}
