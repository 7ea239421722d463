//! What a custom layer tells of the override that made it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::access::Actor;

/// How an override changes a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OverrideMode {
    /// A whole value.
    Replace,
    /// Edits on the official list, which keeps following its updates.
    Patch,
    /// Deliberately empty.
    Blank,
}

impl OverrideMode {
    /// The name in the API and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Replace => "REPLACE",
            Self::Patch => "PATCH",
            Self::Blank => "BLANK",
        }
    }

    /// The mode of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Replace, Self::Patch, Self::Blank].into_iter().find(|mode| mode.name() == name)
    }
}

/// How many operations of each kind a patch holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Edits {
    /// Items of the company's own.
    pub added: usize,
    /// Official items that are not shown.
    pub hidden: usize,
    /// Official items that are shown otherwise.
    pub edited: usize,
}

/// Who overrode a field, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverrideLayer {
    /// How.
    pub mode: OverrideMode,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub note: Option<String>,
    /// What a patch does; nothing for other modes.
    pub edits: Edits,
}
