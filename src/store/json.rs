//! Columns that hold JSON as text, so that both databases give back the very bytes that they were given.

use std::fmt::Display;

use serde::{Serialize, de::DeserializeOwned};

use super::{Result, StoreError};

/// The text of a value.
pub(super) fn write(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Database(sea_orm::DbErr::Json(error.to_string())))
}

/// The value of a text.
pub(super) fn read<T: DeserializeOwned>(table: &'static str, id: impl Display, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| StoreError::unreadable(table, id, error))
}

/// The value of a text that may be absent.
pub(super) fn read_optional<T: DeserializeOwned>(table: &'static str, id: impl Display, text: Option<&str>) -> Result<Option<T>> {
    text.map(|text| read(table, id, text)).transpose()
}
