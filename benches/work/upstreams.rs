//! Stubs of the upstreams: what was recorded of one occupation, for every one.

use std::{
    fmt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{OriginalUri, State},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

/// How long an answer takes.
pub(crate) const LATENCY: Duration = Duration::from_millis(50);

/// Whose stub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Upstream {
    Onet,
    CareerOneStop,
    Bls,
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Onet => "O*NET Web Services",
            Self::CareerOneStop => "CareerOneStop",
            Self::Bls => "BLS",
        })
    }
}

#[derive(Default)]
struct Inner {
    requests: [AtomicUsize; 3],
}

/// All three, on one port.
pub(crate) struct Stub {
    address: String,
    inner: Arc<Inner>,
    server: JoinHandle<()>,
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

type Setting = (&'static str, String);

impl Stub {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Arc::<Inner>::default();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&inner));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { address, inner, server }
    }

    pub(crate) fn requests(&self, upstream: Upstream) -> usize {
        self.inner.requests[upstream as usize].load(Ordering::Relaxed)
    }

    pub(crate) fn onet(&self) -> Vec<Setting> {
        vec![("PROVIDERS__ONET__BASE_URL", format!("{}/onet/", self.address)), ("PROVIDERS__ONET__API_KEY", "key".to_owned())]
    }

    pub(crate) fn careeronestop(&self) -> Vec<Setting> {
        vec![
            ("PROVIDERS__CAREERONESTOP__BASE_URL", format!("{}/careeronestop", self.address)),
            ("PROVIDERS__CAREERONESTOP__USER_ID", "user".to_owned()),
            ("PROVIDERS__CAREERONESTOP__TOKEN", "token".to_owned()),
        ]
    }

    pub(crate) fn bls(&self) -> Vec<Setting> {
        vec![("PROVIDERS__BLS__BASE_URL", format!("{}/bls/", self.address)), ("PROVIDERS__BLS__API_KEY", "key".to_owned())]
    }
}

/// A recorded answer, all of it on one page.
fn recorded(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures").join(path);
    let mut answer: Value = serde_json::from_slice(&std::fs::read(path).expect("a fixture")).expect("JSON");
    if let Some(answer) = answer.as_object_mut().filter(|answer| answer.contains_key("end")) {
        answer.remove("next");
        answer["total"] = answer["end"].clone();
    }
    answer
}

async fn answer(State(inner): State<Arc<Inner>>, OriginalUri(uri): OriginalUri, body: Bytes) -> Json<Value> {
    let (upstream, answer) = match uri.path() {
        path if path.starts_with("/onet/") => match path.rsplit_once("/details/") {
            Some((_, section)) => (
                Upstream::Onet,
                recorded(&format!("onet/v2_details_{section}_17-2141.00{}.json", if section == "tasks" { "_p1" } else { "" })),
            ),
            None => (Upstream::Onet, recorded("onet/v2_occupation_17-2141.00.json")),
        },
        path if path.starts_with("/careeronestop/") => {
            (Upstream::CareerOneStop, recorded("careeronestop/occupation_detail_17-2141.00_US.json"))
        }
        _ => (Upstream::Bls, series(&body)),
    };
    inner.requests[upstream as usize].fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(LATENCY).await;
    Json(answer)
}

/// A figure for every series that is asked for.
fn series(body: &[u8]) -> Value {
    let asked: Value = serde_json::from_slice(body).expect("JSON");
    let figure =
        json!([{ "year": "2025", "period": "A01", "periodName": "Annual", "latest": "true", "value": "52000", "footnotes": [{}] }]);
    let series: Vec<_> = asked["seriesid"].as_array().expect("series").iter().map(|id| json!({ "seriesID": id, "data": figure })).collect();
    json!({ "status": "REQUEST_SUCCEEDED", "responseTime": 1, "message": [], "Results": { "series": series } })
}
