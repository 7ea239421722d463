//! What an override changes, and what has changed under it.

use async_graphql::{ID, Json, SimpleObject};

use crate::domain::overrides;

/// Three ways: the official value when the override was made (original), the official value now (base), and what is shown
/// (custom).
#[derive(SimpleObject, Debug)]
pub(crate) struct FieldDiff {
    /// The official value when the override was made, or rebased last; null for a gap.
    original: Option<Json<serde_json::Value>>,
    /// The official value now; null for a gap.
    base: Option<Json<serde_json::Value>>,
    /// What is shown; null for a blank.
    custom: Option<Json<serde_json::Value>>,
    /// The operations of a patch, as overrideFields takes them, and as it keeps them: added items have their keys.
    operations: Option<Json<serde_json::Value>>,
    /// Items that are shown and not official.
    added: Vec<Json<serde_json::Value>>,
    /// Official items that are not shown.
    removed: Vec<Json<serde_json::Value>>,
    /// Items that are shown otherwise than the official data has them: before is official, after is shown.
    changed: Vec<ItemChange>,
    /// Official items that the override touches, and that have changed or vanished since: before is what the override was
    /// made on, after is the official item now.
    conflicts: Vec<ItemChange>,
}

/// An item before and after.
#[derive(SimpleObject, Debug)]
pub(crate) struct ItemChange {
    /// Its key; of a value that is no list, the name of a property; of wages, the area.
    key: ID,
    /// What it was; null when it was not there.
    before: Option<Json<serde_json::Value>>,
    /// What it is; null when it is not there.
    after: Option<Json<serde_json::Value>>,
}

impl FieldDiff {
    pub(super) fn new(diff: overrides::Diff, operations: Option<serde_json::Value>) -> Self {
        Self {
            original: diff.original.map(Json),
            base: diff.base.map(Json),
            custom: diff.custom.map(Json),
            operations: operations.map(Json),
            added: diff.added.into_iter().map(Json).collect(),
            removed: diff.removed.into_iter().map(Json).collect(),
            changed: diff.changed.into_iter().map(Into::into).collect(),
            conflicts: diff.conflicts.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<overrides::ItemChange> for ItemChange {
    fn from(change: overrides::ItemChange) -> Self {
        Self { key: change.key.into(), before: change.before.map(Json), after: change.after.map(Json) }
    }
}
