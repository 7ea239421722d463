//! The web pages, compiled in. Without them (a `cargo build` before the first `make web`) a page says how to build them.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use rust_embed::RustEmbed;

use super::Shared;
use crate::config::Explore;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web/dist"]
#[allow_missing = true]
struct Dist;

/// Scripts and connections to this host only. GraphiQL's editor writes styles inline, and draws with data URLs; the console's
/// dialogs write one that keeps the page behind them still.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const NOT_BUILT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>rolegraph</title><h1>The page is not built yet</h1>\
                         <p>Run <code>make web</code>, then build the service again. The API is at <a href=/graphql>/graphql</a>.</p></html>";

/// The manifest of what the pages ask for: a page that is built puts it there, so that its documents are listed.
pub(super) fn documents() -> Option<String> {
    String::from_utf8(Dist::get("documents.json")?.data.into_owned()).ok()
}

/// There for everybody, or for nobody: a page that is opened cannot tell who opens it.
pub(super) async fn graphiql(State(shared): State<Shared>) -> Response {
    if shared.options.explore != Explore::Everybody {
        return StatusCode::NOT_FOUND.into_response();
    }
    page("graphiql/index.html")
}

/// The same page at every address below: which part of it to show, it reads from its address itself.
pub(super) async fn console() -> Response {
    page("console/index.html")
}

fn page(path: &str) -> Response {
    match Dist::get(path) {
        Some(page) => served(page.data.into_owned(), "text/html; charset=utf-8", "no-cache"),
        None => (StatusCode::NOT_FOUND, [(header::CONTENT_SECURITY_POLICY, POLICY)], Html(NOT_BUILT)).into_response(),
    }
}

pub(super) async fn asset(Path(path): Path<String>) -> Response {
    match Dist::get(&format!("assets/{path}")) {
        // Names carry a hash of what is in the file, so that it never changes.
        Some(file) => served(file.data.into_owned(), media_type(&path), "public, max-age=31536000, immutable"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn served(bytes: Vec<u8>, kind: &'static str, cache: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache), (header::CONTENT_SECURITY_POLICY, POLICY)];
    let mut response = (headers, bytes).into_response();
    response.headers_mut().insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("ttf") => "font/ttf",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}
