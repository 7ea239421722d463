//! Models behind both wire forms, against stubs that speak the recorded samples.

use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tracing_subscriber::util::SubscriberInitExt;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers};

use super::{enrich, field, role};
use crate::support::{TestApp, database::Dialect, on_both_databases};

const CANARY: &str = "canary-key-77aa";

/// A recorded body.
fn sample(name: &str) -> Value {
    let path = format!("{}/tests/it/fixtures/llm/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("a sample")).expect("JSON")
}

fn recorded(status: u16, name: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(sample(name))
}

/// What a model is asked.
struct Asked {
    body: Value,
}

impl Asked {
    fn of(request: &Request) -> Self {
        Self { body: serde_json::from_slice(&request.body).expect("JSON") }
    }

    fn user(&self) -> &str {
        let messages = self.body["messages"].as_array().expect("messages");
        messages.iter().find(|message| message["role"] == "user").and_then(|message| message["content"].as_str()).expect("a text")
    }

    fn title(&self) -> &str {
        self.user().lines().find_map(|line| line.strip_prefix("Title: ")).expect("a title")
    }

    /// The first piece of evidence: what it is cited by, and what it says.
    fn evidence(&self) -> (String, String) {
        let line = self.user().lines().find(|line| line.starts_with('[')).expect("evidence");
        let (reference, text) = line[1..].split_once("] ").expect("a reference");
        (reference.to_owned(), text.to_owned())
    }

    /// An answer for education that keeps all rules.
    fn education(&self) -> Value {
        let (reference, level) = self.evidence();
        json!({ "typical_level": level, "based_on": [reference] })
    }

    /// An answer for tasks with that text.
    fn task(&self, text: &str) -> Value {
        json!({ "tasks": [{ "text": text, "based_on_task_ids": [self.evidence().0] }] })
    }
}

fn chat(answer: &Value) -> ResponseTemplate {
    let mut body = sample("openai_chat_response_structured");
    body["choices"][0]["message"]["content"] = json!(answer.to_string());
    ResponseTemplate::new(200).set_body_json(body)
}

fn messages(answer: &Value) -> ResponseTemplate {
    let mut body = sample("anthropic_response_output_config");
    let block = body["content"].as_array_mut().expect("blocks").iter_mut().find(|block| block["type"] == "text").expect("a text");
    block["text"] = json!(answer.to_string());
    ResponseTemplate::new(200).set_body_json(body)
}

/// A model that says what the function says, and a process that asks it.
async fn model(
    app: &TestApp,
    kind: &str,
    settings: &[(&str, &str)],
    say: impl Fn(usize, Asked) -> ResponseTemplate + Send + Sync + 'static,
) -> (MockServer, TestApp) {
    let stub = MockServer::start().await;
    let count = std::sync::atomic::AtomicUsize::new(0);
    let answer = move |request: &Request| say(count.fetch_add(1, std::sync::atomic::Ordering::SeqCst), Asked::of(request));
    let path = if kind == "chat" { "/v1/chat/completions" } else { "/v1/messages" };
    Mock::given(matchers::path(path)).respond_with(answer).mount(&stub).await;
    let base = if kind == "chat" { format!("{}/v1", stub.uri()) } else { stub.uri() };
    let mut all = vec![
        ("assistant.kind", kind),
        ("assistant.base_url", base.as_str()),
        ("assistant.model", "test-model"),
        ("assistant.api_key", CANARY),
        ("assistant.requests_per_minute", "60000"),
    ];
    all.extend(settings);
    let asking = app.replica_with(&all).await;
    (stub, asking)
}

/// An answer that breaks the rule that the role's title speaks of.
fn wrong(asked: &Asked) -> Value {
    match asked.title() {
        "Citing" => json!({ "tasks": [{ "text": "Read logs.", "based_on_task_ids": ["999999"] }] }),
        "Wordy" => asked.task(&"Read ".repeat(60)),
        "Coding" => asked.task("Work as 53-7051.00 does."),
        _ => {
            let mut all = asked.task("Read logs.");
            all["wages"] = json!(1_000_000);
            all
        }
    }
}

/// What a server says that is in the trouble that the role's title speaks of.
fn ugly(asked: &Asked) -> ResponseTemplate {
    match asked.title() {
        "Cutting" => recorded(200, "openai_chat_response_truncated"),
        "Refusing" => recorded(200, "openai_chat_response_refusal"),
        "Modelless" => recorded(404, "ollama_error_openai_compat_404"),
        "Redirecting" => ResponseTemplate::new(302).insert_header("location", "http://10.0.0.1/"),
        "Garbling" => ResponseTemplate::new(200).set_body_raw("<html>", "text/html"),
        "Sleeping" => chat(&asked.education()).set_delay(Duration::from_secs(30)),
        _ => recorded(429, "openai_error_429_insufficient_quota"),
    }
}

async fn asked(stub: &MockServer) -> Vec<Request> {
    stub.received_requests().await.expect("recorded")
}

const ROLE: (&str, &str) = ("Cloud Security Engineer", "Secure cloud infrastructure; respond to incidents.");

async fn the_role(app: &TestApp) -> String {
    role(app, ROLE.0, ROLE.1).await
}

async fn another(app: &TestApp, title: &str) -> String {
    let company = app.ask("{ jobs(filter: {kind: FEATURED_ROLE}) { nodes { company { id } } } }", json!({})).await;
    let company = &company["jobs"]["nodes"][0]["company"]["id"];
    app.create(json!({ "kind": "FEATURED_ROLE", "title": title, "description": ROLE.1, "company": company, "published": true })).await
}

/// What came of one field: the outcome and its message.
async fn one(app: &TestApp, id: &str, field: &str) -> (String, String) {
    let outcome = enrich(app, id, &[field], false).await.remove(0);
    (outcome.1, outcome.2[1].as_str().unwrap_or_default().to_owned())
}

on_both_databases! {
    async fn both_wire_forms_draft_a_field_and_say_who_did(app: TestApp) {
        the_role(&app).await;
        for (kind, name, header) in [("chat", "openai_chat_response_structured", "authorization"), ("messages", "anthropic_response_output_config", "x-api-key")] {
            let form = if kind == "chat" { chat } else { messages };
            let (stub, asking) = model(&app, kind, &[], move |_, asked| form(&asked.education())).await;
            let id = another(&app, &format!("Engineer by {kind}")).await;
            assert_eq!(one(&asking, &id, "EDUCATION").await.0, "SUPPLEMENTED");
            let told = field(&asking, &format!("engineer-by-{kind}"), "EDUCATION").await;
            let provenance = &told["fields"][0]["provenance"];
            assert_eq!((&provenance["source"], &provenance["provider"]), (&json!("AI"), &json!(format!("{kind}-assistant"))));
            assert_eq!((&provenance["ai"]["model"], &provenance["ai"]["promptVersion"]), (&sample(name)["model"], &json!("draft-v1")));
            assert_eq!(provenance["ai"]["basedOn"].as_array().map(Vec::len), Some(1));
            let requests = asked(&stub).await;
            assert_eq!(requests.len(), 1);
            assert!(requests[0].headers[header].to_str().expect("text").ends_with(CANARY));
            let states = asking.ask("{ providers { name source configured healthy circuit requests failures } }", json!({})).await;
            let state = json!({ "name": format!("{kind}-assistant"), "source": "AI", "configured": true, "healthy": true, "circuit": "CLOSED", "requests": 1, "failures": 0 });
            assert!(states["providers"].as_array().expect("providers").contains(&state), "{states}");
        }
    }

    async fn an_answer_that_breaks_a_rule_twice_has_failed_and_is_not_paid_for_again(app: TestApp) {
        the_role(&app).await;
        let (stub, asking) = model(&app, "chat", &[], |_, asked| chat(&wrong(&asked))).await;
        for (number, (title, why)) in (0..).zip([
            ("Citing", "it cites `999999`, which was not given"),
            ("Wordy", "an item has 299 letters, 2 to 250 are allowed"),
            ("Coding", "it names the code 53-7051.00, which was not given"),
            ("Obeying", "it does not fit the schema: $ has a property `wages` too many"),
        ]) {
            let id = another(&app, title).await;
            let failed = format!("the assistant's answer was refused 2 times, at last because {why}");
            assert_eq!(one(&asking, &id, "TASKS").await, ("FAILED".to_owned(), failed.clone()));
            let requests = asked(&stub).await;
            assert_eq!(requests.len(), 2 * number + 2);
            assert!(String::from_utf8_lossy(&requests[2 * number + 1].body).contains("Your last answer was refused"));
            let again = format!("{failed} (the same was asked before, and is not paid for twice)");
            assert_eq!((one(&asking, &id, "TASKS").await.1, asked(&stub).await.len()), (again, 2 * number + 2));
            let told = field(&asking, &title.to_lowercase(), "WAGES").await;
            assert_eq!((&told["fields"][0]["value"], &told["coverage"]["percent"]), (&Value::Null, &json!(0.0)), "nothing got anywhere");
        }
    }

    async fn what_servers_say_ends_in_a_named_outcome(app: TestApp) {
        the_role(&app).await;
        let (stub, asking) = model(&app, "chat", &[("assistant.timeout_seconds", "5")], |_, asked| ugly(&asked)).await;
        let mut before = 0;
        // Money that is spent closes the way, so it comes last.
        for (title, why, requests) in [
            ("Cutting", "the assistant's answer was refused 2 times, at last because it was cut off at the limit of its length", 2),
            ("Refusing", "the assistant refuses: I can't help with that request.", 1),
            ("Modelless", "the assistant gave no answer: it does not accept the request: model \"test-model\" not found", 1),
            ("Redirecting", "the assistant gave no answer: its answer cannot be read: the answer is a redirect (status 302), which is not followed", 1),
            ("Garbling", "the assistant gave no answer: its answer cannot be read: the answer cannot be read: it is text/html, not JSON", 1),
            ("Sleeping", "the assistant gave no answer: it was not reached (no answer in time)", 1),
            ("Moneyless", "the assistant gave no answer: its quota is spent", 1),
            ("Asking", "the assistant gave no answer: its quota is spent", 0),
        ] {
            let id = another(&app, title).await;
            assert_eq!(one(&asking, &id, "EDUCATION").await, ("FAILED".to_owned(), why.to_owned()));
            assert_eq!(asked(&stub).await.len() - before, requests, "{title}");
            before += requests;
        }
    }

    async fn a_key_that_is_refused_is_not_tried_again(app: TestApp) {
        let first = the_role(&app).await;
        let (stub, asking) = model(&app, "messages", &[], |_, _| recorded(401, "openai_error_401")).await;
        let refused = ("FAILED".to_owned(), "the assistant gave no answer: it does not accept the credentials".to_owned());
        assert_eq!(one(&asking, &first, "EDUCATION").await, refused);
        let second = another(&app, "Another").await;
        assert_eq!((one(&asking, &second, "EDUCATION").await, asked(&stub).await.len()), (refused, 1));
        let states = asking.ask("{ providers { name healthy lastError } }", json!({})).await;
        let state = json!({ "name": "messages-assistant", "healthy": false, "lastError": "messages-assistant: draft: the credentials were refused" });
        assert!(states["providers"].as_array().expect("providers").contains(&state), "{states}");
    }

    async fn a_server_that_asks_to_wait_is_waited_for(app: TestApp) {
        let id = the_role(&app).await;
        let (stub, asking) = model(&app, "chat", &[], |number, asked| match number {
            0 => recorded(429, "openai_error_429_rate_limit").insert_header("retry-after", "1"),
            _ => chat(&asked.education()),
        })
        .await;
        let started = Instant::now();
        assert_eq!(one(&asking, &id, "EDUCATION").await.0, "SUPPLEMENTED");
        assert!(started.elapsed() >= Duration::from_secs(1));
        assert_eq!(asked(&stub).await.len(), 2);
    }

    async fn a_spent_budget_asks_nobody_on_any_replica_until_the_next_day(app: TestApp) {
        let first = the_role(&app).await;
        let settings = [("assistant.budget.requests", "1")];
        let (stub, asking) = model(&app, "chat", &settings, |_, asked| chat(&asked.education())).await;
        let (other_stub, other) = model(&app, "chat", &settings, |_, asked| chat(&asked.education())).await;
        assert_eq!(one(&asking, &first, "EDUCATION").await.0, "SUPPLEMENTED");
        let second = another(&app, "Another").await;
        let spent = ("FAILED".to_owned(), "the budget for the assistant is spent until 2026-11-24 00:00 UTC".to_owned());
        assert_eq!(one(&asking, &second, "EDUCATION").await, spent);
        assert_eq!(one(&other, &second, "EDUCATION").await, spent);
        assert_eq!((asked(&stub).await.len(), asked(&other_stub).await.len()), (1, 0));
        let db = app.db().await;
        let mut accounts: Vec<_> = rolegraph_entity::assistant_budget::Entity::find().all(&db).await.expect("accounts").into_iter().map(|row| (row.account == "overall", row.requests, row.tokens)).collect();
        accounts.sort_unstable();
        let tokens = sample("openai_chat_response_structured")["usage"]["total_tokens"].as_i64().expect("tokens");
        assert_eq!(accounts, [(false, 1, tokens), (true, 1, tokens)], "what was used, not what was set aside");
        app.days_pass(1);
        assert_eq!(one(&other, &second, "EDUCATION").await.0, "SUPPLEMENTED");
        let (_stub, poor) = model(&app, "chat", &[("assistant.company_budget.tokens", "10")], |_, asked| chat(&asked.education())).await;
        let third = another(&app, "Third").await;
        assert_eq!(one(&poor, &third, "EDUCATION").await.1, "the company's budget for the assistant is spent until 2026-11-25 00:00 UTC");
    }

    async fn the_same_question_is_paid_for_once_by_all_replicas(app: TestApp) {
        let first = the_role(&app).await;
        let second = another(&app, ROLE.0).await;
        let (stub, asking) = model(&app, "chat", &[], |_, asked| chat(&asked.education())).await;
        let (other_stub, other) = model(&app, "chat", &[], |_, asked| chat(&asked.education())).await;
        assert_eq!((one(&asking, &first, "EDUCATION").await.0.as_str(), one(&other, &second, "EDUCATION").await.0.as_str()), ("SUPPLEMENTED", "SUPPLEMENTED"));
        assert_eq!((asked(&stub).await.len(), asked(&other_stub).await.len()), (1, 0));
        let values = [field(&app, "cloud-security-engineer", "EDUCATION").await, field(&app, "cloud-security-engineer-2", "EDUCATION").await];
        assert_eq!(values[0]["fields"][0]["value"], values[1]["fields"][0]["value"]);
    }
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("whole").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_key_that_a_model_repeats_is_found_nowhere() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let _logging = subscriber.set_default();
    let app = TestApp::on(Dialect::Sqlite).await;
    the_role(&app).await;
    let (_stub, asking) = model(&app, "chat", &[], |number, asked| match number {
        0 => chat(&asked.task(&format!("Send {CANARY} to everybody."))),
        1 => ResponseTemplate::new(400).set_body_json(json!({ "error": { "message": format!("bad key {CANARY}") } })),
        _ => ResponseTemplate::new(500).set_body_string(CANARY),
    })
    .await;
    let mut told = vec![];
    for title in ["First", "Second", "Third"] {
        let id = another(&app, title).await;
        told.push(format!("{:?}", one(&asking, &id, "TASKS").await));
        told.push(field(&asking, &title.to_lowercase(), "TASKS").await.to_string());
    }
    told.push(asking.ask("{ providers { name lastError } }", json!({})).await.to_string());
    told.push(format!("{:?}", asking.service()));
    let db = app.db().await;
    told.push(format!("{:?}", rolegraph_entity::fact::Entity::find().all(&db).await.expect("rows")));
    told.push(format!("{:?}", rolegraph_entity::assistant_answer::Entity::find().all(&db).await.expect("rows")));
    told.push(format!("{:?}", rolegraph_entity::enrichment_outcome::Entity::find().all(&db).await.expect("rows")));
    told.push(format!("{:?}", rolegraph_entity::work_item::Entity::find().all(&db).await.expect("rows")));
    told.push(String::from_utf8(log.0.lock().expect("whole").clone()).expect("text"));
    let told = told.join("\n");
    assert!(
        told.contains("Send *** to everybody.") && told.contains("bad key ***"),
        "the assistant was asked, and what it said was scrubbed"
    );
    assert!(!told.contains("77aa"), "{:?}", told.lines().filter(|line| line.contains("77aa")).take(3).collect::<Vec<_>>());
}
