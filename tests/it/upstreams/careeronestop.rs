//! CareerOneStop.

use rolegraph::domain::{
    fields::Field,
    provenance::{Derivation, Source},
    values::FieldValue,
};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, path},
};

use super::{CAREERONESTOP, answer, claim, code, failures, fetch, fixture, keys, paths, provider, recorded, registry, state, value};

const NAME: &str = "careeronestop";
const ENGINEERS: &str = "17-2141.00";
const DETAILS: &str = "/v1/occupation/user%2Fcanary/17-2141.00/US";
const TECHTOOL: &str = "/v1/techtool/user%2Fcanary/17-2141.00";

async fn stub(at: &str, response: ResponseTemplate) -> MockServer {
    let stub = MockServer::start().await;
    Mock::given(path(at)).and(header("authorization", "Bearer token-canary")).respond_with(response).mount(&stub).await;
    stub
}

fn details() -> Value {
    fixture("careeronestop/occupation_detail_17-2141.00_US")
}

#[tokio::test]
async fn one_call_fills_every_field() {
    let stub = stub(DETAILS, answer(200, &details())).await;
    let registry = registry(&stub.uri(), &[CAREERONESTOP]);
    let fetched = fetch(&provider(&registry, NAME), &[ENGINEERS], &Field::ALL).await;
    assert_eq!((failures(&fetched), paths(&stub).await), (vec![], vec![DETAILS.to_owned()]));

    let Some(FieldValue::TaskList(tasks)) = &claim(&fetched, ENGINEERS, Field::Tasks).value else { panic!("{fetched:#?}") };
    assert_eq!(keys(&tasks.0), ["1411", "20733", "20736", "1412", "1421", "20734", "1413", "1419", "20737", "20741"]);
    assert_eq!((tasks.0[0].importance, tasks.0[9].importance), (Some(83.0), Some(62.0)));
    // By falling number of new activities, then by falling importance: 20733 has two, 1412 two.
    let Some(FieldValue::TextList(core)) = &claim(&fetched, ENGINEERS, Field::CoreResponsibilities).value else { panic!("{fetched:#?}") };
    assert_eq!(keys(&core.0), ["20733", "1412", "1411", "20736", "20734"]);
    assert_eq!(claim(&fetched, ENGINEERS, Field::CoreResponsibilities).derivation, Derivation::Chosen { of: 10 });

    let knowledge = value(&fetched, ENGINEERS, Field::Knowledge);
    assert_eq!(knowledge[0], json!({ "key": "2.C.3.c", "elementId": "2.C.3.c", "name": "Design", "importance": 88.0 }));
    let titles = value(&fetched, ENGINEERS, Field::RelatedTitles);
    assert_eq!((titles.as_array().map(Vec::len), &titles[1]["text"]), (Some(20), &json!("Application Engineer")));
    let Some(FieldValue::ToolList(tools)) = &claim(&fetched, ENGINEERS, Field::ToolsAndTechnology).value else { panic!("{fetched:#?}") };
    assert_eq!(tools.0.len(), 89);
    assert!(tools.0[0].hot_technology);
    let accelerometers = tools.0.iter().find(|tool| tool.name == "Accelerometers").expect("a tool");
    assert_eq!(accelerometers.key, "tool:accelerometers:accelerometers");

    let education = json!({ "typicalLevel": "Bachelor's degree" });
    assert_eq!(value(&fetched, ENGINEERS, Field::Education), education);
    assert_eq!(value(&fetched, ENGINEERS, Field::WorkExperience), json!({ "typical": "None", "onTheJobTraining": "None" }));
}

#[tokio::test]
async fn wages_and_outlook_are_decoded_to_the_cent() {
    let stub = stub(DETAILS, answer(200, &details())).await;
    let fetched = fetch(&provider(&registry(&stub.uri(), &[CAREERONESTOP]), NAME), &[ENGINEERS], &[Field::Wages, Field::Outlook]).await;
    let expected = json!([{
        "area": "US", "year": 2021,
        "annualMedian": { "amount": 95_300.0 }, "hourlyMedian": { "amount": 45.82 },
        "annualP10": { "amount": 60_750.0 }, "annualP25": { "amount": 76_050.0 },
        "annualP75": { "amount": 120_180.0 }, "annualP90": { "amount": 136_210.0 },
    }]);
    assert_eq!(value(&fetched, ENGINEERS, Field::Wages), expected);
    let wages = claim(&fetched, ENGINEERS, Field::Wages);
    assert_eq!((wages.source, wages.release.as_deref(), &wages.derivation), (Source::Bls, Some("OEWS May 2021"), &Derivation::Direct));
    let outlook = json!({
        "baseYear": 2019, "projectedYear": 2029, "employment": 316_300, "projectedEmployment": 328_700,
        "percentChange": 4.0, "annualOpenings": 19_200, "growth": "AVERAGE",
    });
    assert_eq!(value(&fetched, ENGINEERS, Field::Outlook), outlook);
    assert_eq!(claim(&fetched, ENGINEERS, Field::Outlook).release.as_deref(), Some("EP 2019-29"));
}

#[tokio::test]
async fn figures_for_a_group_say_so_and_capped_wages_are_bounds() {
    let mut details = details();
    let occupation = &mut details["OccupationDetail"][0];
    occupation["Wages"]["SocWageInfo"]["SocCode"] = json!("17-2140");
    occupation["Wages"]["NationalWagesList"] = json!([
        { "RateType": "Hourly", "Median": "100+", "Pct10": "*" },
        { "RateType": "Annual", "Median": "$208,000+", "Pct10": "", "Pct25": "N/A", "Pct75": 5, "Pct90": "0" },
    ]);
    occupation["EducationTraining"]["MatOccupation"]["MatOccCode"] = json!("172140");
    let projections = &mut occupation["Projections"]["Projections"];
    let mut state = projections[0].clone();
    (state["Stfips"], state["StateName"], state["EstimatedEmployment"]) = (json!("06"), json!("California"), json!("1"));
    *projections = json!([state, projections[0]]);
    let stub = stub(DETAILS, answer(200, &details)).await;
    let fields = [Field::Wages, Field::Education, Field::Outlook];
    let fetched = fetch(&provider(&registry(&stub.uri(), &[CAREERONESTOP]), NAME), &[ENGINEERS], &fields).await;
    let bound = |amount: f64| json!({ "amount": amount, "atLeast": true });
    let wages = json!([{
        "area": "US", "year": 2021, "annualMedian": bound(208_000.0), "hourlyMedian": bound(100.0), "annualP75": { "amount": 5.0 },
    }]);
    assert_eq!(value(&fetched, ENGINEERS, Field::Wages), wages);
    let group = Derivation::PublishedFor { code: code("17-2140") };
    assert_eq!([Field::Wages, Field::Education].map(|field| claim(&fetched, ENGINEERS, field).derivation.clone()), [group.clone(), group]);
    assert_eq!(value(&fetched, ENGINEERS, Field::Outlook)["employment"], 316_300, "the nation's row, wherever it stands");
}

#[tokio::test]
async fn a_call_asks_for_what_the_fields_need_and_writes_out_every_flag() {
    let stub = stub(DETAILS, answer(200, &details())).await;
    let provider = provider(&registry(&stub.uri(), &[CAREERONESTOP]), NAME);
    fetch(&provider, &[ENGINEERS], &[Field::CoreResponsibilities, Field::Wages]).await;
    let request = &stub.received_requests().await.expect("recorded")[0];
    let flags: Vec<_> = request.url.query_pairs().map(|(flag, wanted)| (flag.into_owned(), wanted.into_owned())).collect();
    let on: Vec<_> = flags.iter().filter(|(_, wanted)| wanted == "true").map(|(flag, _)| flag.as_str()).collect();
    assert_eq!((flags.len(), on), (19, vec!["tasks", "dwas", "wages"]));
    assert!(flags.iter().all(|(_, wanted)| wanted == "true" || wanted == "false"));
}

#[tokio::test]
async fn what_was_asked_for_and_is_not_there_is_known_to_be_empty() {
    let stub = stub(DETAILS, recorded("careeronestop/occupation_detail_all_flags_false")).await;
    Mock::given(path(TECHTOOL)).respond_with(ResponseTemplate::new(404)).mount(&stub).await;
    let fetched = fetch(&provider(&registry(&stub.uri(), &[CAREERONESTOP]), NAME), &[ENGINEERS], &Field::ALL).await;
    assert!(fetched.failures.is_empty() && fetched.claims.iter().all(|claim| claim.value.is_none()), "{fetched:#?}");
}

#[tokio::test]
async fn tools_that_are_missing_from_the_details_come_from_a_call_of_their_own() {
    let stub = stub(DETAILS, recorded("careeronestop/occupation_detail_all_flags_false")).await;
    Mock::given(path(TECHTOOL)).respond_with(recorded("careeronestop/techtool_17-2141.00")).expect(1).mount(&stub).await;
    let fields = [Field::ToolsAndTechnology, Field::Tasks];
    let fetched = fetch(&provider(&registry(&stub.uri(), &[CAREERONESTOP]), NAME), &[ENGINEERS], &fields).await;
    assert_eq!(value(&fetched, ENGINEERS, Field::ToolsAndTechnology).as_array().map(Vec::len), Some(89));
    assert_eq!(value(&fetched, ENGINEERS, Field::Tasks), Value::Null);
}

#[tokio::test]
async fn codes_without_an_entry_are_known_to_be_empty() {
    for response in [ResponseTemplate::new(404), recorded("careeronestop/occupation_detail_empty")] {
        let stub = stub(DETAILS, response).await;
        let registry = registry(&stub.uri(), &[CAREERONESTOP]);
        let fetched = fetch(&provider(&registry, NAME), &[ENGINEERS, "31-1120"], &[Field::Tasks, Field::Wages]).await;
        assert!(fetched.failures.is_empty() && fetched.claims.iter().all(|claim| claim.value.is_none()));
        assert_eq!(paths(&stub).await, [DETAILS], "the publication code is not asked");
        assert!(state(&registry, NAME).healthy);
    }
}

#[tokio::test]
async fn an_unreadable_block_costs_its_fields_alone() {
    let mut details = details();
    details["OccupationDetail"][0]["SkillsDataList"] = json!("see website");
    details["OccupationDetail"][0]["Wages"] = json!("n/a");
    details["OccupationDetail"][0]["Tasks"][3] = json!({ "TaskId": "1" });
    details["OccupationDetail"][0]["BrandNew"] = json!({ "a": [1] });
    let stub = stub(DETAILS, answer(200, &details)).await;
    let fetched = fetch(&provider(&registry(&stub.uri(), &[CAREERONESTOP]), NAME), &[ENGINEERS], &Field::ALL).await;
    let told =
        |field, block| (ENGINEERS.to_owned(), field, format!("careeronestop: occupation: the answer cannot be read: the block {block}"));
    assert_eq!(failures(&fetched), [told(Field::Skills, "SkillsDataList"), told(Field::Wages, "Wages")]);
    assert_eq!(value(&fetched, ENGINEERS, Field::Tasks).as_array().map(Vec::len), Some(9), "one unreadable task costs itself");
}

#[tokio::test]
async fn a_refused_account_is_told_without_its_name() {
    let stub = stub(DETAILS, ResponseTemplate::new(401).set_body_string("user/canary token-canary")).await;
    let registry = registry(&stub.uri(), &[CAREERONESTOP]);
    let provider = provider(&registry, NAME);
    let fetched = fetch(&provider, &[ENGINEERS], &[Field::Tasks]).await;
    let told = "careeronestop: occupation: the credentials were refused";
    assert_eq!(failures(&fetched), [(ENGINEERS.to_owned(), Field::Tasks, told.to_owned())]);
    fetch(&provider, &[ENGINEERS], &[Field::Wages]).await;
    assert_eq!(paths(&stub).await.len(), 1, "it is not asked again at once");
    let state = state(&registry, NAME);
    assert_eq!((state.healthy, state.last_error.as_deref(), state.requests, state.failures), (false, Some(told), 1, 1));
    assert!(!format!("{provider:?} {registry:?} {state:?} {fetched:?}").contains("canary"));
}

#[tokio::test]
async fn too_many_calls_are_waited_for_and_told() {
    let stub = MockServer::start().await;
    let busy = || ResponseTemplate::new(429);
    Mock::given(path(DETAILS)).respond_with(busy().insert_header("retry-after-ms", "200")).up_to_n_times(1).mount(&stub).await;
    Mock::given(path(DETAILS)).respond_with(busy()).up_to_n_times(1).mount(&stub).await;
    Mock::given(path(DETAILS)).respond_with(answer(200, &details())).mount(&stub).await;
    let registry = registry(&stub.uri(), &[CAREERONESTOP]);
    let start = std::time::Instant::now();
    let fetched = fetch(&provider(&registry, NAME), &[ENGINEERS], &[Field::Tasks]).await;
    assert_eq!(failures(&fetched), []);
    assert!(start.elapsed().as_millis() >= 200);
    assert_eq!((state(&registry, NAME).requests, state(&registry, NAME).failures), (3, 2));
}
