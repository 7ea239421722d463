//! Which upstreams there are.

use rolegraph::{
    config::{Settings, Sources},
    domain::{clock::SystemClock, fields::Field, provider_state::Circuit},
    providers::registry::{Registry, Surroundings},
};

use super::{BLS, CAREERONESTOP, LIGHTCAST, ONET, TOOLS, registry};

/// Where the recorded answers of each upstream are.
const FIXTURES: [(&str, &str); 4] =
    [("onet-web-services", "onet"), ("careeronestop", "careeronestop"), ("bls-public-data", "bls"), ("lightcast", "lightcast")];

fn nobody() -> Registry {
    registry("http://127.0.0.1:1", &[])
}

#[tokio::test]
async fn without_credentials_nobody_is_asked_and_all_are_listed() {
    let registry = nobody();
    assert!(registry.providers().is_empty() && registry.skills().is_none());
    let states = registry.states();
    let names: Vec<_> = states.iter().map(|state| state.name.as_str()).collect();
    assert_eq!(names, ["onet-web-services", "careeronestop", "bls-public-data", "lightcast"]);
    assert!(states.iter().all(|state| !state.configured && !state.healthy && state.circuit == Circuit::Closed && state.requests == 0));
}

#[tokio::test]
async fn with_credentials_all_are_there_and_well_until_somebody_fails() {
    let registry = registry("http://127.0.0.1:1", &[ONET, TOOLS, CAREERONESTOP, BLS, LIGHTCAST]);
    let names: Vec<_> = registry.providers().iter().map(|provider| provider.name()).collect();
    assert_eq!(names, ["onet-web-services", "careeronestop", "bls-public-data"]);
    assert!(registry.skills().is_some() && registry.states().iter().all(|state| state.configured && state.healthy));

    let codes: Vec<_> = (11..31).map(|number| format!("15-12{number}.00").parse().expect("a code")).collect();
    let fetched = registry.providers()[1].fetch(&codes, &[Field::Tasks]).await.expect("fetched");
    assert_eq!((fetched.claims.len(), fetched.failures.len()), (0, 20));
    let state = registry.states().swap_remove(1);
    assert_eq!((state.circuit, state.healthy, state.last_success_at), (Circuit::Open, false, None));
    assert!(state.requests <= 25 && state.requests == state.failures, "{state:?}");
    assert!(state.last_error.is_some_and(|error| error.starts_with("careeronestop: occupation: not available: no connection")));
}

#[test]
fn every_listed_upstream_has_recorded_answers() {
    for state in nobody().states() {
        let folder = FIXTURES.iter().find(|(name, _)| *name == state.name).map(|(_, folder)| *folder);
        let folder = folder.unwrap_or_else(|| panic!("no fixtures of {}", state.name));
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures").join(folder);
        let answers =
            std::fs::read_dir(&folder).expect("a folder").flatten().filter(|file| file.path().extension().is_some_and(|e| e == "json"));
        assert!(answers.count() > 0, "no recorded answer of {}", state.name);
    }
}

#[test]
fn who_fills_a_field_is_the_tables_order_unless_the_settings_say_another() {
    let table = nobody();
    assert!(Field::ALL.iter().all(|field| table.order(*field) == field.default_providers()));
    let registry = registry(
        "http://127.0.0.1:1",
        &[CAREERONESTOP, &[("providers.order.wages", "careeronestop, bls-oews"), ("providers.order.tasks", "onet-database")]],
    );
    assert_eq!(registry.order(Field::Wages), ["careeronestop", "bls-oews"]);
    let asked = registry.fields_of(&*registry.providers()[0]);
    assert!(!asked.contains(&Field::Tasks) && asked.contains(&Field::Wages), "{asked:?}");
    let flags = vec![("providers.order.wages".to_owned(), "careeronestop, nobody".to_owned())];
    let error = Settings::load(&Sources { flags, ..Sources::default() }).expect_err("unknown").to_string();
    assert!(error.contains("`providers.order.wages` is `careeronestop, nobody`; allowed is names of providers"), "{error}");
}

#[test]
fn the_real_addresses_are_those_of_the_contracts() {
    let settings = Settings::load(&Sources::default()).expect("usable").settings.providers;
    let urls = [
        settings.onet.base_url.url(),
        settings.onet.tools_base_url.url(),
        settings.careeronestop.base_url.url(),
        settings.bls.base_url.url(),
        settings.lightcast.base_url.url(),
        settings.lightcast.token_url.url(),
    ];
    let expected = [
        "https://api-v2.onetcenter.org/",
        "https://services.onetcenter.org/ws/",
        "https://api.careeronestop.org/",
        "https://api.bls.gov/publicAPI/v2/",
        "https://emsiservices.com/",
        "https://auth.emsicloud.com/connect/token",
    ];
    assert_eq!(urls.map(String::from), expected);
    assert!(Registry::new(&settings, &Surroundings::new(std::sync::Arc::new(SystemClock))).providers().is_empty());
}

#[test]
fn the_settings_show_no_secret_of_an_upstream() {
    let keys = [
        "onet.api_key",
        "onet.user_id",
        "onet.password",
        "careeronestop.user_id",
        "careeronestop.token",
        "bls.api_key",
        "lightcast.client_id",
        "lightcast.client_secret",
    ];
    let flags = keys.iter().map(|key| (format!("providers.{key}"), "canary".to_owned())).collect();
    let loaded = Settings::load(&Sources { flags, ..Sources::default() }).expect("usable");
    assert!(!format!("{loaded:?}").contains("canary"));
    let shown =
        |key: &str| loaded.effective().iter().find(|setting| setting.key == format!("providers.{key}")).and_then(|it| it.value.clone());
    assert!(keys.iter().all(|key| shown(key).as_deref() == Some("********")));
}

/// Thirty occupations and all fields: how many requests each upstream gets.
#[tokio::test]
async fn thirty_occupations_take_as_few_requests_as_possible() {
    let stub = wiremock::MockServer::start().await;
    let occupation = super::recorded("onet/v2_occupation_17-2141.00");
    wiremock::Mock::given(wiremock::matchers::path_regex("^/online/occupations/[^/]*$")).respond_with(occupation).mount(&stub).await;
    let empty = serde_json::json!({
        "status": "REQUEST_SUCCEEDED", "Results": { "series": [] }, "OccupationDetail": [{ "ToolsAndTechOccupationDetails":
            { "Tools": { "Categories": [{ "Title": "Hammers", "Examples": [{ "Name": "Hammer" }] }] } } }],
    });
    let other = super::answer(200, &empty);
    wiremock::Mock::given(wiremock::matchers::any()).respond_with(other).mount(&stub).await;
    let registry = registry(&stub.uri(), &[ONET, CAREERONESTOP, BLS]);
    let codes: Vec<_> = (0..30).map(|number| format!("15-{:04}.00", 1_211 + number).parse().expect("a code")).collect();
    futures::future::join_all(registry.providers().iter().map(|provider| provider.fetch(&codes, &Field::ALL))).await;
    let requests: Vec<_> = registry.states().iter().map(|state| (state.name.clone(), state.requests)).collect();
    let expected = [("onet-web-services", 240), ("careeronestop", 30), ("bls-public-data", 5), ("lightcast", 0)];
    assert_eq!(requests, expected.map(|(name, requests)| (name.to_owned(), requests)), "O*NET: an occupation and its seven sections");
}
