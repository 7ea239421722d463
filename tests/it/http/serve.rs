//! Connections: how many, and how long one may keep the service waiting.

use std::time::{Duration, Instant};

use rolegraph::http::AdminToken;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::support::{TestApp, app::TOKEN, database::Dialect};

const PATIENCE: Duration = Duration::from_secs(20);

/// A service that listens, with settings of the test's own.
struct Listening {
    app: TestApp,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Listening {
    async fn start(settings: &[(&str, &str)]) -> Self {
        let settings: Vec<_> = settings.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        let app = TestApp::with_settings(Dialect::Sqlite, &settings).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let serving = app.app.clone();
        let served = tokio::spawn(async move { serving.serve(listener, AdminToken::new(TOKEN), async move { drop(stopped.await) }).await });
        Self { app, address, stop, served }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("it listens")
    }

    async fn stop(self) -> Duration {
        let begin = Instant::now();
        drop(self.stop);
        self.served.await.expect("it ends");
        begin.elapsed()
    }
}

fn request(method: &str, path: &str, headers: &str, body: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: here\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn health() -> String {
    request("GET", "/health/live", "", "")
}

fn post(query: &str, headers: &str) -> String {
    let headers = format!("Content-Type: application/json\r\n{headers}");
    request("POST", "/graphql", &headers, &json!({ "query": query }).to_string())
}

/// What comes until that was said, or until the end.
async fn heard(stream: &mut TcpStream, until: &str) -> String {
    let (mut all, mut buffer) = (vec![], [0; 4096]);
    let listen = async {
        while !String::from_utf8_lossy(&all).contains(until) {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(count) => all.extend_from_slice(&buffer[..count]),
            }
        }
    };
    assert!(timeout(PATIENCE, listen).await.is_ok(), "neither {until:?} nor an end: {}", String::from_utf8_lossy(&all));
    String::from_utf8_lossy(&all).into_owned()
}

/// How long it takes until nothing more comes.
async fn end(stream: &mut TcpStream) -> Duration {
    let begin = Instant::now();
    heard(stream, "nothing says this").await;
    begin.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_comes_byte_by_byte_is_cut_and_an_idle_connection_closed() {
    let service = Listening::start(&[("limits.head_seconds", "1")]).await;
    let (mut slow, mut idle) = (service.connect().await, service.connect().await);
    idle.write_all(health().as_bytes()).await.expect("sent");
    assert!(heard(&mut idle, "\r\n\r\n").await.starts_with("HTTP/1.1 200"));
    let begin = Instant::now();
    for byte in "GET /health/live HTTP/1.1\r\nX-Long: ".bytes().chain(std::iter::repeat_n(b'a', 1_000)) {
        if slow.write_all(&[byte]).await.is_err() || begin.elapsed() > PATIENCE {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert!(end(&mut idle).await < Duration::from_secs(1), "it was closed meanwhile");
    assert!(service.stop().await < Duration::from_secs(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_too_many_is_told_so_and_there_is_room_when_one_goes() {
    let service = Listening::start(&[("limits.connections", "2")]).await;
    let (mut first, second) = (service.connect().await, service.connect().await);
    first.write_all(health().as_bytes()).await.expect("sent");
    assert!(heard(&mut first, "\r\n\r\n").await.starts_with("HTTP/1.1 200"));
    let mut third = service.connect().await;
    third.write_all(post("{ viewer { scopes } }", "").as_bytes()).await.expect("sent");
    let told = heard(&mut third, "nothing says this").await;
    assert!(told.starts_with("HTTP/1.1 503") && told.contains("Retry-After: 1") && told.contains("OVERLOADED"), "{told}");
    first.write_all(health().as_bytes()).await.expect("sent");
    assert!(heard(&mut first, "\r\n\r\n").await.starts_with("HTTP/1.1 200"), "who is in stays in");
    drop(second);
    let begin = Instant::now();
    loop {
        let mut fourth = service.connect().await;
        fourth.write_all(health().as_bytes()).await.expect("sent");
        if heard(&mut fourth, "\r\n\r\n").await.starts_with("HTTP/1.1 200") {
            break;
        }
        assert!(begin.elapsed() < PATIENCE, "there is no room");
    }
    service.stop().await;
}

/// A hundred answers of a hundred kilobytes are more than the machine keeps for a reader.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_stops_reading_is_cut_off() {
    let service = Listening::start(&[("limits.stalled_seconds", "1")]).await;
    let mut stream = service.connect().await;
    stream.write_all(post("{ _service { sdl } }", "").repeat(200).as_bytes()).await.expect("sent");
    sleep(Duration::from_secs(4)).await;
    let begin = Instant::now();
    let told = heard(&mut stream, "nothing says this").await;
    let answers = told.matches("HTTP/1.1 200").count();
    assert!((1..200).contains(&answers), "{answers} answers");
    assert!(begin.elapsed() < Duration::from_secs(5), "the rest was not answered meanwhile");
    let mut reader = service.connect().await;
    reader.write_all(post("{ _service { sdl } }", "Connection: close\r\n").as_bytes()).await.expect("sent");
    assert!(heard(&mut reader, "nothing says this").await.contains("@key"), "who reads is answered");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_does_not_come_ends_its_request() {
    let service = Listening::start(&[("limits.stalled_seconds", "1")]).await;
    let mut stream = service.connect().await;
    let head = "POST /graphql HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"query\":";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let begin = Instant::now();
    let told = heard(&mut stream, "nothing says this").await;
    assert!(told.starts_with("HTTP/1.1 400") && told.contains("The body broke off."), "{told}");
    assert!(begin.elapsed() < Duration::from_secs(5), "long before the deadline of requests");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_on_which_nothing_happens_lives_on_and_a_request_under_way_is_answered_at_the_stop() {
    let service = Listening::start(&[("limits.stalled_seconds", "1"), ("limits.head_seconds", "1")]).await;
    let mut stream = service.connect().await;
    let subscribe = post("subscription { jobChanged { title } }", "Accept: text/event-stream\r\n");
    stream.write_all(subscribe.as_bytes()).await.expect("sent");
    heard(&mut stream, "\r\n\r\n").await;
    sleep(Duration::from_secs(3)).await;
    service.app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
    assert!(heard(&mut stream, "Nurses").await.contains("event: next"));
    let mut late = service.connect().await;
    let asked = post("{ viewer { scopes } }", "");
    let (begin, rest) = asked.split_at(asked.len() - 5);
    late.write_all(begin.as_bytes()).await.expect("sent");
    sleep(Duration::from_millis(200)).await;
    let address = service.address;
    let stopped = tokio::spawn(service.stop());
    sleep(Duration::from_millis(200)).await;
    late.write_all(rest.as_bytes()).await.expect("sent");
    assert!(heard(&mut late, "viewer").await.starts_with("HTTP/1.1 200"));
    assert!(end(&mut stream).await < Duration::from_secs(2), "the stream ends");
    assert!(stopped.await.expect("it stops") < Duration::from_secs(5));
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens");
}
