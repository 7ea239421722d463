//! The page that says what this is.

use std::fmt::Write as _;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
};
use serde_json::json;

use super::Shared;
use crate::config::Explore;

const VERSION: &str = env!("CARGO_PKG_VERSION");

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const LINKS: [(&str, &str); 5] = [
    ("/console", "the admin console: review, override and restore"),
    ("/graphiql", "GraphiQL: ask questions, with ready examples"),
    ("/graphql", "the API: POST a GraphQL operation as JSON"),
    ("/health/live", "health: the process lives"),
    ("/health/ready", "health: the service can answer"),
];

/// For people as HTML, for programs as JSON.
pub(super) async fn about(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let reference = shared.service.reference();
    let releases = reference.releases();
    let wants_page = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"));
    let is_there = |link: &str| link != "/graphiql" || shared.options.explore == Explore::Everybody;
    let links: Vec<_> = LINKS.into_iter().filter(|(link, _)| is_there(link)).collect();
    if wants_page {
        return ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page(&releases, &links))).into_response();
    }
    let links: serde_json::Map<_, _> = links.iter().map(|(link, what)| ((*link).to_owned(), json!(what))).collect();
    Json(json!({ "name": "rolegraph", "version": VERSION, "releases": releases, "links": links })).into_response()
}

fn page(releases: &[&str], there: &[(&str, &str)]) -> String {
    let mut links = String::new();
    for (link, what) in there {
        // Writing to a string does not fail.
        let _ = write!(links, "<li><a href=\"{link}\">{link}</a> — {what}</li>");
    }
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><title>rolegraph</title>\
         <style>:root{{color-scheme:light dark}}body{{font:1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}}</style>\
         <h1>rolegraph {VERSION}</h1><p>Occupation and job data over GraphQL. Every field says where it comes from.</p><ul>{links}</ul>\
         <p>Data: {}.</p><p><small>O*NET® is a trademark of the U.S. Department of Labor, Employment and Training Administration, used under CC BY 4.0. \
         Wages and projections: U.S. Bureau of Labor Statistics.</small></p></html>",
        releases.join(", ")
    )
}
