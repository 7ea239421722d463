//! What an operation may cost, and what it did: told in the header `rolegraph-cost`, and in `extensions.cost` to who sends it.

use std::sync::Arc;

use async_graphql::{Response, Value};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, json};

use crate::graphql::{Document, Limits, Unfit};

/// The header that tells, and that asks for `extensions.cost`.
const COST: HeaderName = HeaderName::from_static("rolegraph-cost");

/// True when a caller wants to be told in the answer itself.
pub(super) fn is_asked_for(asked: &HeaderMap) -> bool {
    asked.contains_key(COST)
}

/// What an operation costs.
#[derive(Debug)]
pub(in crate::http) struct Cost {
    document: Arc<Document>,
    operation: Option<String>,
    /// What it may cost.
    pub(in crate::http) estimated: u64,
    limit: u64,
}

impl Cost {
    /// The document of the operation.
    pub(super) fn document(&self) -> &Document {
        &self.document
    }

    /// Of an operation with its variables, unless it may cost more than is allowed.
    pub(super) fn of(
        document: Arc<Document>,
        operation: Option<String>,
        variables: &Map<String, serde_json::Value>,
        limits: Limits,
    ) -> Result<Self, Unfit> {
        let estimated = document.costs.estimated(operation.as_deref(), variables);
        limits.afford(estimated)?;
        Ok(Self { document, operation, estimated, limit: limits.cost })
    }

    /// Tells what the answer did cost: in its extensions to who asked so. Answers the header.
    pub(super) fn tell(&self, asked: &HeaderMap, answer: &mut Response) -> Option<(HeaderName, HeaderValue)> {
        let (estimated, actual) = (self.estimated, self.document.costs.counted(self.operation.as_deref(), &answer.data));
        if is_asked_for(asked) {
            let limit = (self.limit > 0).then_some(self.limit);
            let told = Value::from_json(json!({ "estimated": estimated, "actual": actual, "limit": limit }));
            answer.extensions.extend(told.ok().map(|told| ("cost".to_owned(), told)));
        }
        Some((COST, HeaderValue::from_str(&format!("estimated={estimated}, actual={actual}")).ok()?))
    }
}
