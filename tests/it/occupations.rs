//! Occupations: reference data, the same for everybody and on every database.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{TestApp, app::node_id, database::Dialect};

async fn app() -> TestApp {
    TestApp::on(Dialect::Sqlite).await
}

/// The codes that a search finds, the best first.
async fn found(app: &TestApp, search: &str) -> Vec<String> {
    let query = "query($search: String!) { occupations(search: $search, first: 10) { nodes { code } } }";
    let answer = app.ask(query, json!({ "search": search })).await;
    let nodes = answer["occupations"]["nodes"].as_array().expect("nodes");
    nodes.iter().map(|node| node["code"].as_str().expect("a code").to_owned()).collect()
}

#[tokio::test]
async fn all_occupations_are_listed_page_by_page() {
    let app = app().await;
    let query = "query($after: String) { occupations(first: 100, after: $after) { totalCount nodes { code } pageInfo { hasNextPage hasPreviousPage endCursor } } }";
    let (mut codes, mut after, mut pages) = (vec![], Value::Null, 0);
    loop {
        let (statements, answer) = app.counted(app.ask(query, json!({ "after": after }))).await;
        assert_eq!(statements, 0, "reference data is in memory");
        let page = &answer["occupations"];
        assert_eq!((&page["totalCount"], &page["pageInfo"]["hasPreviousPage"]), (&json!(1016), &json!(pages > 0)));
        codes.extend(page["nodes"].as_array().expect("nodes").iter().map(|node| node["code"].as_str().expect("a code").to_owned()));
        pages += 1;
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
    }
    assert_eq!((pages, codes.len(), codes.iter().collect::<BTreeSet<_>>().len()), (11, 1016, 1016));
    assert!(codes.is_sorted());
    assert_eq!((codes[0].as_str(), codes[1015].as_str()), ("11-1011.00", "55-3019.00"));
}

#[tokio::test]
async fn a_search_forgives_typing_errors() {
    let app = app().await;
    for (search, first) in [
        ("sofware develper", "15-1252.00"),
        ("Software Developer", "15-1252.00"),
        ("registerd nurse", "29-1141.00"),
        ("electrican", "47-2111.00"),
        ("data scientist", "15-2051.00"),
        ("15-1252", "15-1252.00"),
        ("15-1252.00", "15-1252.00"),
        ("151252", "15-1252.00"),
        (" 29-1141.01 ", "29-1141.01"),
    ] {
        assert_eq!(found(&app, search).await.first().map(String::as_str), Some(first), "{search}");
    }
    let nurses = found(&app, "nurse").await;
    assert!(nurses.contains(&"29-1141.00".to_owned()), "{nurses:?}");
    assert_eq!(found(&app, "qzxwv jkqzx").await, Vec::<String>::new());
    let all = app.ask("{ a: occupations(search: \" \") { totalCount } b: occupations(search: \"\") { totalCount } }", json!({})).await;
    assert_eq!(all, json!({ "a": { "totalCount": 1016 }, "b": { "totalCount": 1016 } }), "nothing to search for");
}

#[tokio::test]
async fn searching_twice_and_by_pages_finds_the_same() {
    let app = app().await;
    let query = "query($after: String, $first: Int) { occupations(search: \"engineer\", first: $first, after: $after) { totalCount nodes { code } pageInfo { endCursor hasNextPage } } }";
    let whole = app.ask(query, json!({ "first": 30 })).await;
    let mut pieces = vec![];
    let mut after = Value::Null;
    for _ in 0..3 {
        let page = app.ask(query, json!({ "first": 10, "after": after })).await;
        pieces.extend(page["occupations"]["nodes"].as_array().expect("nodes").clone());
        after = page["occupations"]["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(whole["occupations"]["nodes"], json!(pieces));
}

#[tokio::test]
async fn occupations_are_narrowed_to_a_major_group() {
    let app = app().await;
    let query = "query($group: String, $search: String) { occupations(majorGroup: $group, search: $search, first: 100) { totalCount nodes { code majorGroup { code title } } } }";
    let short = app.ask(query, json!({ "group": "15" })).await;
    assert_eq!(app.ask(query, json!({ "group": "15-0000" })).await, short);
    let nodes = short["occupations"]["nodes"].as_array().expect("nodes");
    assert_eq!(short["occupations"]["totalCount"], json!(nodes.len()));
    assert_eq!(nodes.len(), 38);
    let group = json!({ "code": "15-0000", "title": "Computer and Mathematical Occupations" });
    assert!(nodes.iter().all(|node| node["majorGroup"] == group && node["code"].as_str().expect("a code").starts_with("15-")));
    let searched = app.ask(query, json!({ "group": "29", "search": "software developer" })).await;
    assert!(
        searched["occupations"]["nodes"]
            .as_array()
            .expect("nodes")
            .iter()
            .all(|node| node["code"].as_str().expect("a code").starts_with("29-"))
    );
    for wrong in ["1", "15-1252", "software", "15-1200", "99-00000"] {
        assert_eq!(app.refusal(query, json!({ "group": wrong }), None).await, "INVALID", "{wrong}");
    }
}

#[tokio::test]
async fn an_occupation_tells_what_the_source_files_tell() {
    let app = app().await;
    let query = "query($code: SocCode!) { occupation(code: $code) { id code title description jobZone majorGroup { code title } related(first: 3) { code title } alternateTitles(first: 3) jobs { totalCount } } }";
    let answer = app.ask(query, json!({ "code": "15-1252" })).await;
    insta::assert_json_snapshot!("software_developers", answer);
    let whole = "query($code: SocCode!) { occupation(code: $code) { alternateTitles related { code } } }";
    let counts = include_str!("fixtures/bundle/alternate_titles.tsv");
    for code in ["11-1011.00", "15-1252.00", "29-1141.00", "31-1121.00", "55-3019.00"] {
        let answer = app.ask(whole, json!({ "code": code })).await;
        let titles = answer["occupation"]["alternateTitles"].as_array().expect("titles");
        let expected = counts.lines().find_map(|line| line.strip_prefix(&format!("{code}\t"))).expect("a count");
        assert_eq!(titles.len().to_string(), expected, "{code}");
        assert_eq!(titles.iter().map(Value::to_string).collect::<BTreeSet<_>>().len(), titles.len(), "{code}");
        let related = answer["occupation"]["related"].as_array().expect("related").len();
        assert_eq!(related, if code == "55-3019.00" { 0 } else { 20 }, "{code}");
    }
    let none = app.ask("{ occupation(code: \"15-1252\") { alternateTitles(first: 0) related(first: 0) { code } } }", json!({})).await;
    assert_eq!(none["occupation"], json!({ "alternateTitles": [], "related": [] }));
    assert_eq!(app.refusal("{ occupation(code: \"15-1252\") { alternateTitles(first: -1) } }", json!({}), None).await, "INVALID");
}

#[tokio::test]
async fn ids_of_occupations_are_read_back() {
    let app = app().await;
    let answer = app
        .ask("{ occupations(search: \"nurse\", first: 3) { nodes { id code } } occupation(code: \"31-1120\") { id code } }", json!({}))
        .await;
    let mut named = answer["occupations"]["nodes"].as_array().expect("nodes").clone();
    named.push(answer["occupation"].clone());
    let ids: Vec<_> = named.iter().map(|node| &node["id"]).collect();
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Occupation { code } } }";
    assert_eq!(app.ask(query, json!({ "ids": ids })).await["nodes"], json!(named));
    let strange =
        [node_id("Occupation", "15-9999.00"), node_id("Occupation", "software"), node_id("Secret", "1"), "💥".to_owned(), String::new()];
    let answer = app.ask(query, json!({ "ids": strange })).await;
    assert_eq!(answer["nodes"], json!([null, null, null, null, null]));
    assert_eq!(app.refusal(query, json!({ "ids": vec!["a"; 101] }), None).await, "INVALID");
}

#[tokio::test]
async fn a_code_that_there_is_not_is_null_and_a_text_that_is_no_code_is_refused() {
    let app = app().await;
    assert_eq!(app.ask("{ occupation(code: \"15-9999.00\") { code } }", json!({})).await, json!({ "occupation": null }));
    for wrong in ["15_1252", "151252", "15-1252.0", "15-12522", "software", ""] {
        let answer = app.post("query($code: SocCode!) { occupation(code: $code) { code } }", json!({ "code": wrong }), None).await;
        let message = answer["errors"][0]["message"].as_str().expect("a message");
        let told = format!(
            "`{wrong}` is not an occupation code: write a SOC 2018 code such as 15-1252, or an O*NET-SOC 2019 code such as 15-1252.00"
        );
        assert!(message.contains(&told), "{message}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_REQUEST");
    }
    let literal = app.post("{ occupation(code: 15) { code } }", json!({}), None).await;
    assert_eq!((&literal["data"], literal["errors"].as_array().map(Vec::len)), (&Value::Null, Some(1)));
}
