//! O*NET Web Services.

use rolegraph::domain::{fields::Field, provenance::Derivation, values::FieldValue};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method, path, query_param},
};

use super::{ONET, TOOLS, answer, claim, failures, fetch, fixture, keys, paths, provider, queries, recorded, registry, state, value};

const NAME: &str = "onet-web-services";
const ENGINEERS: &str = "17-2141.00";
const OCCUPATION: &str = "/online/occupations/17-2141.00";
const SECTIONS: [&str; 7] = ["tasks", "technology_skills", "skills", "knowledge", "abilities", "job_zone", "education"];

async fn get(stub: &MockServer, at: &str, response: ResponseTemplate) {
    Mock::given(method("GET")).and(path(at)).respond_with(response).mount(stub).await;
}

/// A list that is whole: the samples are cut to their first ten items.
fn whole(name: &str) -> Value {
    let mut page = fixture(name);
    page["total"] = page["end"].clone();
    page
}

fn section(name: &str) -> Value {
    match name {
        "tasks" => whole("onet/v2_details_tasks_17-2141.00_p1"),
        name => whole(&format!("onet/v2_details_{name}_17-2141.00")),
    }
}

/// Mechanical engineers, all sections; `instead` answers some of them.
async fn engineers(instead: &[(&str, ResponseTemplate)]) -> MockServer {
    let stub = MockServer::start().await;
    for (name, response) in instead {
        get(&stub, &format!("{OCCUPATION}/details/{name}"), response.clone()).await;
    }
    let occupation = recorded("onet/v2_occupation_17-2141.00");
    Mock::given(path(OCCUPATION)).and(header("x-api-key", "onet-canary")).respond_with(occupation).mount(&stub).await;
    for name in SECTIONS {
        get(&stub, &format!("{OCCUPATION}/details/{name}"), answer(200, &section(name))).await;
    }
    stub
}

#[tokio::test]
async fn all_fields_of_an_occupation_are_decoded() {
    let stub = engineers(&[]).await;
    let registry = registry(&stub.uri(), &[ONET]);
    let provider = provider(&registry, NAME);
    let fetched = fetch(&provider, &[ENGINEERS], &Field::ALL).await;
    assert_eq!(failures(&fetched), []);

    let Some(FieldValue::TaskList(tasks)) = &claim(&fetched, ENGINEERS, Field::Tasks).value else { panic!("{fetched:#?}") };
    assert_eq!(keys(&tasks.0), ["1411", "20733", "20736", "1412", "20734", "1421", "1413", "20741", "1419", "20737"]);
    assert_eq!((tasks.0[0].importance, tasks.0[9].importance), (Some(83.0), Some(62.0)));
    let Some(FieldValue::TextList(core)) = &claim(&fetched, ENGINEERS, Field::CoreResponsibilities).value else { panic!("{fetched:#?}") };
    assert_eq!(keys(&core.0), ["1411", "20733", "20736", "1412", "20734", "1421", "1413", "20741"]);
    assert_eq!(claim(&fetched, ENGINEERS, Field::CoreResponsibilities).derivation, Derivation::Chosen { of: 10 });

    let skills = value(&fetched, ENGINEERS, Field::Skills);
    assert_eq!(skills[0], json!({ "key": "2.A.1.b", "elementId": "2.A.1.b", "name": "Active Listening", "importance": 72.0 }));
    assert_eq!(skills.as_array().map(Vec::len), Some(10));
    assert_eq!(value(&fetched, ENGINEERS, Field::Knowledge)[0]["name"], "Design");
    assert_eq!(value(&fetched, ENGINEERS, Field::Abilities)[0]["importance"], 75.0);

    let titles = value(&fetched, ENGINEERS, Field::RelatedTitles);
    assert_eq!(titles[0], json!({ "key": "application-engineer", "text": "Application Engineer" }));
    assert_eq!(titles.as_array().map(Vec::len), Some(10));

    let education = value(&fetched, ENGINEERS, Field::Education);
    assert_eq!((&education["typicalLevel"], &education["jobZone"]), (&json!("Bachelor's degree"), &json!(4)));
    let levels = json!([
        { "level": "Post-secondary certificate", "percent": 9.0 },
        { "level": "Associate's degree", "percent": 29.0 },
        { "level": "Bachelor's degree", "percent": 52.0 },
    ]);
    assert_eq!(education["distribution"], levels);
    let experience = value(&fetched, ENGINEERS, Field::WorkExperience);
    assert!(experience["typical"].as_str().is_some_and(|text| text.starts_with("A considerable amount of work-related skill")));
    assert!(experience["onTheJobTraining"].as_str().is_some_and(|text| text.starts_with("Employees in these occupations usually need")));
    assert_eq!(claim(&fetched, ENGINEERS, Field::Skills).release.as_deref(), Some("O*NET Web Services, updated 2024"));
}

#[tokio::test]
async fn technology_is_merged_and_the_hot_one_stands_first() {
    let mut categories = section("technology_skills");
    categories["category"][1]["example"] = json!([{ "title": "minitab", "in_demand": true }, { "title": 5 }, {}]);
    categories["category"][1]["example_more"] = json!([{ "title": "Blink" }]);
    let stub = engineers(&[("technology_skills", answer(200, &categories))]).await;
    let registry = registry(&stub.uri(), &[ONET]);
    let fetched = fetch(&provider(&registry, NAME), &[ENGINEERS], &[Field::ToolsAndTechnology]).await;
    let Some(FieldValue::ToolList(tools)) = &claim(&fetched, ENGINEERS, Field::ToolsAndTechnology).value else { panic!("{fetched:#?}") };
    assert_eq!(keys(&tools.0)[..2], ["technology:43232102:adobe-illustrator", "technology:43232604:autodesk-autocad-civil-3d~a613292a"]);
    let minitab: Vec<_> = tools.0.iter().filter(|tool| tool.name.eq_ignore_ascii_case("Minitab")).collect();
    assert_eq!(minitab.len(), 1, "once, though it stands under two commodities");
    assert_eq!((minitab[0].commodity_code.as_deref(), minitab[0].in_demand, minitab[0].hot_technology), (Some("43232605"), true, false));
    assert!(tools.0.iter().any(|tool| tool.name == "Blink"), "what stands under example_more counts too");
    assert!(
        tools.0.iter().position(|tool| !tool.hot_technology).is_some_and(|place| tools.0[place..].iter().all(|tool| !tool.hot_technology))
    );
}

#[tokio::test]
async fn tools_come_from_version_1_9_with_an_account_of_its_own() {
    let stub = engineers(&[]).await;
    let tools = fixture("onet/v1_details_tools_used_17-2141.00");
    Mock::given(path(format!("/ws{OCCUPATION}/details/tools_used")))
        .and(header("authorization", "Basic dXNlcjpwYXNzLWNhbmFyeQ=="))
        .and(query_param("display", "long"))
        .respond_with(answer(200, &tools))
        .expect(1)
        .mount(&stub)
        .await;
    let registry = registry(&stub.uri(), &[ONET, TOOLS]);
    let fetched = fetch(&provider(&registry, NAME), &[ENGINEERS], &[Field::ToolsAndTechnology]).await;
    let tools = value(&fetched, ENGINEERS, Field::ToolsAndTechnology);
    let tools: Vec<_> = tools.as_array().expect("a list").iter().filter(|tool| tool["kind"] == "TOOL").collect();
    assert_eq!(tools.len(), 24);
    let etchers = tools.iter().find(|tool| tool["name"] == "Plasma etchers").expect("listed");
    assert_eq!(
        (&etchers["key"], &etchers["category"]),
        (&json!("tool:23211101:plasma-etchers~83a0bdec"), &json!("Semiconductor process systems"))
    );
}

#[tokio::test]
async fn technology_survives_an_account_that_is_refused_for_tools_but_waits_for_tools_that_may_come() {
    let at = format!("/ws{OCCUPATION}/details/tools_used");
    let refusing = engineers(&[]).await;
    get(&refusing, &at, ResponseTemplate::new(401)).await;
    let registry_refusing = registry(&refusing.uri(), &[ONET, TOOLS]);
    let fetched = fetch(&provider(&registry_refusing, NAME), &[ENGINEERS], &[Field::ToolsAndTechnology]).await;
    assert!(value(&fetched, ENGINEERS, Field::ToolsAndTechnology).as_array().is_some_and(|list| list.len() > 20));
    let told = state(&registry_refusing, NAME).last_error;
    assert_eq!(told.as_deref(), Some("onet-web-services: v1.9 tools_used: the credentials were refused"));

    let failing = engineers(&[]).await;
    get(&failing, &at, ResponseTemplate::new(503)).await;
    let fetched = fetch(&provider(&registry(&failing.uri(), &[ONET, TOOLS]), NAME), &[ENGINEERS], &[Field::ToolsAndTechnology]).await;
    let told = "onet-web-services: v1.9 tools_used: not available: status 503".to_owned();
    assert_eq!(failures(&fetched), [(ENGINEERS.to_owned(), Field::ToolsAndTechnology, told)]);
}

#[tokio::test]
async fn only_the_sections_that_the_fields_need_are_called() {
    let stub = engineers(&[]).await;
    let provider = provider(&registry(&stub.uri(), &[ONET]), NAME);
    fetch(&provider, &[ENGINEERS], &[Field::RelatedTitles]).await;
    assert_eq!(paths(&stub).await, [OCCUPATION]);
    fetch(&provider, &[ENGINEERS], &[Field::Tasks, Field::CoreResponsibilities, Field::WorkExperience]).await;
    let mut called = paths(&stub).await.split_off(1);
    called.sort();
    assert_eq!(called, [OCCUPATION.to_owned(), format!("{OCCUPATION}/details/job_zone"), format!("{OCCUPATION}/details/tasks")]);
    fetch(&provider, &[ENGINEERS], &[Field::Wages]).await;
    assert_eq!(paths(&stub).await.len(), 4, "wages are not its field");
}

#[tokio::test]
async fn sections_that_are_not_listed_are_not_called_and_known_to_be_empty() {
    let stub = MockServer::start().await;
    let bare = json!({ "code": "55-1011.00", "title": "Air Crew Officers", "description": "…", "brand_new": [1] });
    get(&stub, "/online/occupations/55-1011.00", answer(200, &bare)).await;
    let registry = registry(&stub.uri(), &[ONET]);
    let fetched = fetch(&provider(&registry, NAME), &["55-1011.00"], &Field::ALL).await;
    assert!(fetched.failures.is_empty() && fetched.claims.iter().all(|claim| claim.value.is_none()));
    assert_eq!(stub.received_requests().await.map(|requests| requests.len()), Some(1));
}

#[tokio::test]
async fn pages_are_read_to_the_end() {
    let stub = engineers(&[]).await;
    stub.reset().await;
    let page = |start: u64, end: u64| {
        let tasks: Vec<_> =
            (start..=end).map(|id| json!({ "id": id.to_string(), "title": format!("Task {id}"), "category": "Core" })).collect();
        answer(200, &json!({ "start": start, "end": end, "total": 450, "next": "http://127.0.0.1:1/elsewhere", "task": tasks }))
    };
    let at = format!("{OCCUPATION}/details/tasks");
    for (start, end) in [(1, 200), (201, 400), (401, 450)] {
        let asked = Mock::given(path(at.as_str())).and(query_param("start", start.to_string()));
        asked.and(query_param("end", (start + 199).to_string())).respond_with(page(start, end)).expect(1).mount(&stub).await;
    }
    get(&stub, OCCUPATION, recorded("onet/v2_occupation_17-2141.00")).await;
    let fetched = fetch(&provider(&registry(&stub.uri(), &[ONET]), NAME), &[ENGINEERS], &[Field::Tasks]).await;
    let tasks = value(&fetched, ENGINEERS, Field::Tasks);
    assert_eq!((tasks.as_array().map(Vec::len), &tasks[449]["key"]), (Some(450), &json!("450")));
    assert_eq!(queries(&stub, "start").await, ["1", "201", "401"]);
}

#[tokio::test]
async fn pages_that_do_not_go_on_are_an_error_of_their_field_alone() {
    let stuck = recorded("onet/v2_details_tasks_17-2141.00_p1");
    let stub = engineers(&[("tasks", stuck)]).await;
    let fetched = fetch(&provider(&registry(&stub.uri(), &[ONET]), NAME), &[ENGINEERS], &[Field::Tasks, Field::Skills]).await;
    let told = "onet-web-services: tasks: the answer cannot be read: its pages do not go on".to_owned();
    assert_eq!(failures(&fetched), [(ENGINEERS.to_owned(), Field::Tasks, told)]);
    assert_eq!(value(&fetched, ENGINEERS, Field::Skills).as_array().map(Vec::len), Some(10));
}

#[tokio::test]
async fn a_422_says_that_there_is_nothing() {
    let nothing = answer(422, &fixture("onet/v2_error_422_missing_parameter"));
    let stub = engineers(&[("knowledge", nothing.clone())]).await;
    get(&stub, "/online/occupations/99-9999.00", nothing).await;
    let registry = registry(&stub.uri(), &[ONET]);
    let fetched = fetch(&provider(&registry, NAME), &[ENGINEERS, "99-9999.00"], &[Field::Knowledge, Field::Skills]).await;
    assert_eq!(failures(&fetched), []);
    assert_eq!(value(&fetched, ENGINEERS, Field::Knowledge), Value::Null);
    assert_eq!(value(&fetched, ENGINEERS, Field::Skills).as_array().map(Vec::len), Some(10));
    assert_eq!(value(&fetched, "99-9999.00", Field::Skills), Value::Null);
    assert_eq!((state(&registry, NAME).failures, state(&registry, NAME).healthy), (0, true));
}

#[tokio::test]
async fn a_publication_code_is_not_asked() {
    let stub = MockServer::start().await;
    let fetched = fetch(&provider(&registry(&stub.uri(), &[ONET]), NAME), &["31-1120"], &[Field::Tasks]).await;
    assert_eq!(value(&fetched, "31-1120", Field::Tasks), Value::Null);
    assert!(paths(&stub).await.is_empty());
}

#[tokio::test]
async fn a_failing_section_costs_its_fields_and_a_failing_code_no_other() {
    let stub = engineers(&[("job_zone", ResponseTemplate::new(500))]).await;
    get(&stub, "/online/occupations/11-1011.00", ResponseTemplate::new(404)).await;
    let registry = registry(&stub.uri(), &[ONET]);
    let fields = [Field::Education, Field::WorkExperience, Field::Skills];
    let fetched = fetch(&provider(&registry, NAME), &["11-1011.00", ENGINEERS], &fields).await;
    let missing = |field| ("11-1011.00".to_owned(), field, "onet-web-services: occupation: there is no such thing".to_owned());
    let zone = |field| (ENGINEERS.to_owned(), field, "onet-web-services: job_zone: not available: status 500".to_owned());
    let expected = [
        missing(Field::Education),
        missing(Field::WorkExperience),
        missing(Field::Skills),
        zone(Field::Education),
        zone(Field::WorkExperience),
    ];
    assert_eq!(failures(&fetched), expected, "404 is a wrong path: O*NET says 422 of a code that it does not know");
    assert_eq!(value(&fetched, ENGINEERS, Field::Skills).as_array().map(Vec::len), Some(10));
}

#[tokio::test]
async fn a_refused_key_is_told_of_every_code_and_shown_once() {
    let stub = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(401)).mount(&stub).await;
    let registry = registry(&stub.uri(), &[ONET]);
    let fetched = fetch(&provider(&registry, NAME), &["11-1011.00", "11-1021.00", "11-1031.00"], &[Field::Tasks]).await;
    assert!(
        fetched.failures.iter().all(|failure| failure.error.to_string() == "onet-web-services: occupation: the credentials were refused")
    );
    assert_eq!(fetched.failures.len(), 3);
    assert!(paths(&stub).await.len() <= 2, "those under way at once, and no more");
}

#[tokio::test]
async fn unknown_parts_are_ignored_and_missing_ones_are_unknown() {
    let tasks = json!({ "start": 1, "end": 5, "total": 5, "brand_new": {}, "task": [
        { "id": "23222", "title": "Answer questions.", "category": "New" },
        { "id": 7, "title": "Plan.", "importance": "55", "category": "Supplemental", "more": [1] },
        { "title": "Lead.", "importance": 140, "category": "Core" },
        { "id": "9" },
        "garbage",
    ]});
    let stub = engineers(&[("tasks", answer(200, &tasks)), ("skills", answer(200, &json!({ "total": 1, "element": "none" })))]).await;
    let fetched = fetch(&provider(&registry(&stub.uri(), &[ONET]), NAME), &[ENGINEERS], &[Field::Tasks, Field::Skills]).await;
    let expected = json!([
        { "key": "lead~929a6ee2", "statement": "Lead.", "type": "CORE" },
        { "key": "7", "statement": "Plan.", "type": "SUPPLEMENTAL", "importance": 55.0 },
        { "key": "23222", "statement": "Answer questions.", "type": "NEW" },
    ]);
    assert_eq!(value(&fetched, ENGINEERS, Field::Tasks), expected);
    let told = "onet-web-services: skills: the answer cannot be read: no list `element`".to_owned();
    assert_eq!(failures(&fetched), [(ENGINEERS.to_owned(), Field::Skills, told)]);
}
