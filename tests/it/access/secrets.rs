//! What must stay secret stands in no log, however much is logged.

use std::{
    fs::File,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::support::process::{rolegraph, text};

const TOKEN: &str = "canary-admin-token-51c7";

/// The service, logging all that it can into a file; killed at the end.
struct Loud(Child);

impl Drop for Loud {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Waits until something is so.
async fn until<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What an operation is answered by a service at that address.
fn ask(address: &str, token: &str, query: &str) -> Value {
    let body = json!({ "query": query }).to_string();
    let mut stream = TcpStream::connect(address).expect("connected");
    let length = body.len();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("readable");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let json = &body[body.find('{').expect("JSON")..=body.rfind('}').expect("JSON")];
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_tokens_and_signing_secrets_are_never_logged() {
    let folder = tempfile::tempdir().expect("a folder");
    let receiver = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(204)).mount(&receiver).await;
    let log = folder.path().join("log");
    let mut command = rolegraph(folder.path());
    command.args(["serve", "--listen", "127.0.0.1:0"]).env("ROLEGRAPH_ADMIN_TOKEN", TOKEN).env("ROLEGRAPH_LOG__FILTER", "trace");
    command.env("ROLEGRAPH_WEBHOOKS__PRIVATE_ADDRESSES", "true").stdout(Stdio::null()).stderr(File::create(&log).expect("a file"));
    let _loud = Loud(command.spawn().expect("it starts"));
    let address = until("it does not say where it is", async || {
        let (_, rest) = text(Path::new(&log)).split_once(" is at http://").map(|(a, b)| (a.to_owned(), b.to_owned()))?;
        rest.split_once('\n').map(|(address, _)| address.trim().to_owned())
    })
    .await;

    let made = ask(&address, TOKEN, "mutation { createApiKey(input: {name: \"Partner\", scopes: [\"platform:admin\"]}) { secret } }");
    let key = made["data"]["createApiKey"]["secret"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let hook =
        format!("mutation {{ createWebhookEndpoint(input: {{url: \"{}/hooks\", events: [JOB_CREATED]}}) {{ secret }} }}", receiver.uri());
    let made = ask(&address, &key, &hook);
    let signing = made["data"]["createWebhookEndpoint"]["secret"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let wrong = format!("{}x", &key[..key.len() - 1]);
    assert_eq!(ask(&address, &wrong, "{ viewer { scopes } }")["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    ask(&address, &key, "mutation { createJob(input: {kind: OCCUPATION, title: \"Nurses\"}) { errors { code } } }");
    until("nothing is sent", async || (!receiver.received_requests().await.expect("recorded").is_empty()).then_some(())).await;

    let log = text(&log);
    assert!(log.len() > 4_000 && log.contains("TRACE") && log.contains("request{"), "it logs much: {} bytes", log.len());
    for (what, secret) in
        [("the admin's token", TOKEN), ("a key", &key[16..]), ("a wrong key", &wrong[16..]), ("a key that signs", &signing[6..])]
    {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{what} is in the log: {}", line.unwrap_or_default());
    }
}
