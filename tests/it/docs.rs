//! Every operation in README.md and docs/ runs against the demo, and answers what stands below it.
//!
//! A fence of `graphql` is asked. What follows it up to the next one belongs to it: a fence `json variables` holds its
//! variables, a fence `json answer` its answer. There `"…"` stands for any value, or for any further items of a list. As
//! in GraphiQL's examples, a comment `# $id = { … }` fills a variable with the one value that the query in it answers.
//! The operations of the pages for admins are sent with the admin's token, all others without. Queued work is done after each.

mod matching;
mod page;
mod partners;

use std::sync::Arc;

use rolegraph::providers::soc::BuiltIn;
use serde_json::{Value, json};

use super::support::{app::TestApp, database::Dialect};
use page::{Operation, pages};

/// The pages whose readers have the admin's token.
const ADMINS: [&str; 4] = ["docs/admin.md", "docs/bulk-and-history.md", "docs/overrides.md", "docs/partners.md"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_in_the_docs_answers_what_the_docs_say() {
    let app = TestApp::with_ranker(Dialect::Sqlite, Arc::new(BuiltIn::default())).await.with_demo().await;
    let mut problems = Vec::new();
    let mut pages = pages(&["README.md", "docs"], "md");
    // What admins change comes last, so that the others find the demo as it was.
    pages.sort_by_key(|page| ADMINS.contains(&page.path.as_str()));
    for operation in pages.iter().flat_map(page::operations) {
        let token = ADMINS.contains(&operation.page.as_str()).then_some(super::support::app::TOKEN);
        let answer = ask(&app, &operation, token).await;
        match &operation.answer {
            Some(said) => problems.extend(matching::differences(said, &answer).map(|what| format!("{operation}: {what}"))),
            None if answer.get("errors").is_some() => problems.push(format!("{operation}: {}", answer["errors"])),
            None => {}
        }
    }
    assert!(problems.is_empty(), "the docs say something else:\n  {}", problems.join("\n  "));
}

/// The one fence of that language on a page.
fn fence(page: &str, language: &str) -> String {
    let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).expect("a page");
    let (_, rest) = text.split_once(&format!("```{language}\n")).expect("a fence");
    rest.split_once("```").expect("its end").0.to_owned()
}

/// The specification's own test vector, and one with another body.
#[test]
fn the_snippets_for_partners_verify_what_is_genuine_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let vector = r#"{"webhook-id": "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", "webhook-timestamp": "1649367553", "webhook-signature": "v1,AAAA v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="}"#;
    let (secret, body) = ("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", r#"{"email":"test@example.com","username":"test_user"}"#);
    let javascript = format!(
        "{}\nconst ask = (body, now) => isGenuine('{secret}', {vector}, body, now);\nconsole.log([ask('{body}', 1649367553), ask('{body}', 1649367900), ask('{{}}', 1649367553)].join(' '));\n",
        fence("docs/partners.md", "js")
    );
    let python = format!(
        "{}\nask = lambda body, now: is_genuine('{secret}', {vector}, body, now)\nprint(ask(b'{body}', 1649367553), ask(b'{body}', 1649367900), ask(b'{{}}', 1649367553))\n",
        fence("docs/partners.md", "python")
    );
    for (program, name, text) in [("node", "snippet.mjs", javascript), ("python3", "snippet.py", python)] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("written");
        let output = std::process::Command::new(program).arg(&file).output().expect("it runs");
        let told = String::from_utf8_lossy(&output.stdout).to_lowercase();
        assert_eq!(told.trim(), "true false false", "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_of_the_web_page_is_answered() {
    let app = TestApp::on(Dialect::Sqlite).await.with_demo().await;
    let mut problems = Vec::new();
    for example in pages(&["web/graphiql/examples"], "graphql").iter().map(page::example) {
        let answer = ask(&app, &example, Some(super::support::app::TOKEN)).await;
        if answer.get("errors").is_some() {
            problems.push(format!("{example}: {}", answer["errors"]));
        }
    }
    assert!(problems.is_empty(), "these examples fail:\n  {}", problems.join("\n  "));
}

async fn ask(app: &TestApp, operation: &Operation, token: Option<&str>) -> Value {
    let mut variables = operation.variables.clone();
    for (name, query) in operation.fillings() {
        let answer = app.post(query, json!({}), token).await;
        variables[name] = only_leaf(&answer["data"]).unwrap_or_else(|| panic!("{operation}: {query} answers {answer}"));
    }
    let answer = app.post(&operation.text, variables, token).await;
    app.drain().await;
    answer
}

/// The one value in an answer.
fn only_leaf(value: &Value) -> Option<Value> {
    match value {
        Value::Object(fields) => fields.values().next().and_then(only_leaf),
        Value::Array(items) => items.first().and_then(only_leaf),
        Value::Null => None,
        leaf => Some(leaf.clone()),
    }
}
