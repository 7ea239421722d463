//! Documents that were read before: a text that comes again is neither parsed nor measured again, and one that was refused is
//! refused again.

use std::sync::Arc;

use async_graphql::{Name, ServerError, parser::types::OperationType};
use axum::http::StatusCode;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use crate::{
    graphql::{Document, Limits, Unfit, Validated},
    http::refusal::Refusal,
    metrics,
};

/// About how many bytes the documents that are kept may take.
const KEPT: u64 = 32 << 20;
/// About how many bytes a parsed document takes for each of its text.
const PER_BYTE: u32 = 24;
/// About how many it takes besides.
const BESIDES: u32 = 256 + Validated::BYTES;

/// A document that was read, or why it is not executed.
type Read = Result<Arc<Document>, Unfit>;

/// The documents that this process has read.
#[derive(Clone)]
pub(in crate::http) struct Documents {
    pub(super) limits: Limits,
    read: Cache<[u8; 32], Read>,
}

impl Documents {
    pub(in crate::http) fn new(limits: Limits) -> Self {
        let read = Cache::builder()
            .weigher(|_, document: &Read| match document {
                Ok(document) => u32::try_from(document.text_bytes).unwrap_or(u32::MAX).saturating_mul(PER_BYTE).saturating_add(BESIDES),
                Err(_) => 512,
            })
            .max_capacity(KEPT)
            .build();
        Self { limits, read }
    }

    /// The document of that text.
    pub(in crate::http) fn read(&self, text: &str) -> Read {
        if text.len() > crate::graphql::DOCUMENT_BYTES {
            return self.limits.read(text).map(Arc::new);
        }
        let key = Sha256::digest(text).into();
        let known = self.read.get(&key);
        metrics::document(known.is_some());
        known.unwrap_or_else(|| self.read.get_with(key, || self.limits.read(text).map(Arc::new)))
    }
}

/// The refusal of a document that is too much.
pub(in crate::http) fn too_much(message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "TOO_COMPLEX", message)
}

/// The type of the operation that would be executed; an error when it cannot be told which one that is.
pub(in crate::http) fn type_of(document: &Document, name: Option<&str>) -> Result<OperationType, ServerError> {
    let mut operations = document.parsed.operations.iter();
    let found = match name {
        Some(name) => operations.find(|(known, _)| known.map(Name::as_str) == Some(name)),
        None => match (operations.next(), operations.next()) {
            (Some(only), None) => Some(only),
            (_, more) => {
                let message = if more.is_some() {
                    "The document has more than one operation: give `operationName`."
                } else {
                    "The document has no operation."
                };
                return Err(ServerError::new(message, None));
            }
        },
    };
    match (found, name) {
        (Some((_, operation)), _) => Ok(operation.node.ty),
        (None, name) => Err(ServerError::new(format!("The document has no operation `{}`.", name.unwrap_or_default()), None)),
    }
}
