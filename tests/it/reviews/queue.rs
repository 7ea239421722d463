//! The order in which reviews wait.

use serde_json::{Value, json};

use super::{approved, role};
use crate::support::{TestApp, on_both_databases};

const PAGE: &str = "query($status: SocReviewStatus, $after: String) { socReviews(status: $status, first: 2, after: $after) {
    totalCount nodes { title status } pageInfo { endCursor hasNextPage } } }";

async fn page(app: &TestApp, status: &str, after: &Value) -> (Vec<String>, Value) {
    let answer = app.admin(PAGE, json!({ "status": status, "after": after })).await["socReviews"].clone();
    let titles = answer["nodes"].as_array().expect("nodes").iter().map(|node| node["title"].as_str().expect("a title").to_owned());
    (titles.collect(), answer)
}

/// What waits, the first first.
async fn titles(app: &TestApp, query: &str) -> Vec<String> {
    let answer = app.admin(query, json!({})).await;
    answer["socReviews"]["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| node["title"].as_str().expect("a title").to_owned())
        .collect()
}

on_both_databases! {
    async fn what_deserves_a_person_comes_first_and_pages_neither_repeat_nor_lose(app: TestApp) {
        let company = app.company("acme").await;
        let mut ids = vec![];
        for (title, code) in [
            ("Sure Nurse 95", Some("29-1141")),
            ("Doubtful Nurse 40", Some("29-1141")),
            ("Disputed Nurse 95", Some("29-1171")),
            ("Unclear ?", None),
            ("Fair Nurse 70", None),
            ("Sure Cook 95", None),
        ] {
            ids.push(role(&app, &company, title, code).await);
        }
        // Half the confidence and half the lead, in thousandths; 250 less for the disputed one.
        let expected = ["Unclear ?", "Doubtful Nurse 40", "Fair Nurse 70", "Disputed Nurse 95", "Sure Nurse 95", "Sure Cook 95"];
        assert_eq!(titles(&app, "{ socReviews(status: PENDING) { nodes { title } } }").await, expected);

        let (first, answer) = page(&app, "PENDING", &Value::Null).await;
        assert_eq!((first, &answer["totalCount"], &answer["pageInfo"]["hasNextPage"]), (expected[..2].iter().map(ToString::to_string).collect(), &json!(6), &json!(true)));
        approved(&app, &ids[1], None).await;
        let late = role(&app, &company, "Late Nurse 45", None).await;
        let (second, answer) = page(&app, "PENDING", &answer["pageInfo"]["endCursor"]).await;
        assert_eq!((second, &answer["totalCount"]), (vec!["Late Nurse 45".to_owned(), expected[2].to_owned()], &json!(6)));
        let (third, answer) = page(&app, "PENDING", &answer["pageInfo"]["endCursor"]).await;
        assert_eq!(third, expected[3..5]);
        let (fourth, answer) = page(&app, "PENDING", &answer["pageInfo"]["endCursor"]).await;
        assert_eq!((fourth, &answer["pageInfo"]["hasNextPage"]), (vec![expected[5].to_owned()], &json!(false)));

        approved(&app, &late, None).await;
        let all = titles(&app, "{ socReviews { nodes { title } } }").await;
        assert_eq!(all[5..], ["Doubtful Nurse 40", "Late Nurse 45"], "what is decided comes last");
        assert_eq!(titles(&app, "{ socReviews(status: APPROVED) { nodes { title } } }").await, all[5..]);
        assert_eq!(titles(&app, "{ socReviews(status: REJECTED) { nodes { title } } }").await, [""; 0]);
        assert_eq!(app.refusal("{ socReviews(after: \"x\") { totalCount } }", json!({}), Some(crate::support::app::TOKEN)).await, "INVALID");
    }
}
