//! Ids as the API tells them: opaque, unique across types, and decided by what they name.

use std::fmt::Display;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The id of a thing of that kind under that key.
pub fn api_id(kind: &str, key: impl Display) -> String {
    URL_SAFE_NO_PAD.encode(format!("{kind}:{key}"))
}
