//! What the load test compares the service to: an axum handler that reads the body of a request and answers bytes that it
//! holds in memory. It does everything that the service does around an answer at the least, and nothing of the answer.
//!
//! `static_server PORT NAME=FILE…` answers `POST /NAME` with the bytes of FILE until it is stopped.

use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc};

use anyhow::{Context, Result};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use tokio::net::TcpListener;

type Answers = Arc<BTreeMap<String, Bytes>>;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().context("which port?")?.parse().context("the port is a number")?;
    let mut answers = BTreeMap::new();
    for argument in arguments {
        let (name, file) = argument.split_once('=').context("answers are given as NAME=FILE")?;
        let bytes = std::fs::read(file).with_context(|| format!("cannot read {file}"))?;
        answers.insert(name.to_owned(), Bytes::from(bytes));
    }
    let router = Router::new().route("/{name}", post(answer)).with_state(Arc::new(answers));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.context("the port is taken")?;
    axum::serve(listener, router).await.context("cannot serve")
}

async fn answer(State(answers): State<Answers>, Path(name): Path<String>, _body: Bytes) -> Response {
    match answers.get(&name) {
        Some(bytes) => ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
