//! Canaries: secrets are found nowhere.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use rolegraph::{
    domain::clock::{Clock, SystemClock},
    net::{Call, Limits, Upstream, UpstreamOptions},
};
use tracing_subscriber::util::SubscriberInitExt;

use super::{
    fake::{Fake, answer, json, say},
    scaled,
};

const CANARIES: [&str; 3] = ["canary-user-7f3a", "canary key/9b&2", "canary-token-51cc"];

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

/// An upstream that repeats all it knows of the secrets, in every way of failing.
async fn telltale() -> Fake {
    let all = CANARIES.join(" ");
    Fake::start(move |number, stream| {
        let html = format!("content-type: text/{}\r\n", CANARIES[0]);
        let answers = [
            json("500 Internal Server Error", &format!("{{\"error\": \"{all}\"}}")),
            json("404 Not Found", &format!("\"{all}\"")),
            json("200 OK", &format!("{{\"{all}")),
            json("200 OK", &format!("[\"{all}\"]")),
            answer("200 OK", &html, all.as_bytes()),
            answer("302 Found", &format!("location: /{}\r\n", CANARIES[0]), b""),
            json("400 Bad Request", &format!("\"{all}\"")),
            json("401 Unauthorized", &format!("\"{all}\"")),
        ];
        say(stream, answers[number.min(answers.len() - 1)].clone().into())
    })
    .await
}

#[tokio::test]
async fn no_secret_is_in_messages_debug_output_or_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let _logging = subscriber.set_default();

    let fake = telltale().await;
    let options = UpstreamOptions {
        name: "stub",
        base: fake.base.parse().expect("a URL"),
        limits: Limits { tries: 1, ..scaled(&Limits::default()) },
        secrets: CANARIES.iter().map(|canary| (*canary).into()).collect(),
        wall_clock: Arc::new(|| SystemClock.now()),
    };
    let mut told = vec![format!("{options:?}")];
    let upstream = Upstream::new(options).expect("a client");
    for _ in 0..8 {
        let call = Call::get("thing", ["v1", CANARIES[0]]).query("key", CANARIES[1]).header("authorization", CANARIES[2].into());
        told.push(format!("{call:?}"));
        match upstream.call(call).await.and_then(|answer| answer.read::<u64>()) {
            Ok(_) => panic!("nothing good is answered"),
            Err(error) => told.push(format!("{error} {error:?}")),
        }
    }
    told.push(format!("{upstream:?} {:?}", upstream.health()));
    let told = told.join("\n");

    let logged = String::from_utf8(log.0.lock().expect("whole").clone()).expect("text");
    assert!(logged.contains("outcome=\"UNAVAILABLE\""), "failures are logged: {logged}");
    for form in ["canary", "Canary", "9b%262", "9b&2", "7f3a", "51cc"] {
        assert!(!told.contains(form), "{form} in {told}");
        let lines: Vec<_> = logged.lines().filter(|line| line.contains(form)).collect();
        assert!(lines.is_empty(), "{form} in {lines:#?}");
    }
}
