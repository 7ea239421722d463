//! Refusals: what a caller is told when nothing was executed.

use async_graphql::{Response, ServerError};
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{self, IntoResponse},
};

use super::written::Written;

/// A refusal before anything was executed.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), headers: vec![] }
    }

    /// With one more header.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// What was wrong.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// A request that is none.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> response::Response {
        let mut error = ServerError::new(self.message, None);
        error.extensions.get_or_insert_default().set("code", self.code);
        let body = Written::of(&Response::from_errors(vec![error])).bytes();
        let kind = HeaderValue::from_static("application/json; charset=utf-8");
        let mut answer = (self.status, [(header::CONTENT_TYPE, kind)], body).into_response();
        answer.headers_mut().extend(self.headers);
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        answer
    }
}
