//! The three-way difference: the official value when the override was made, the official value now, and what is shown.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::{Override, OverrideContent};
use crate::domain::values::FieldValue;

/// What an override changes, and what has changed under it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// The official value when the override was made, or rebased last.
    pub original: Option<Value>,
    /// The official value now.
    pub base: Option<Value>,
    /// What is shown; none for a blank.
    pub custom: Option<Value>,
    /// Items that are shown and not official.
    pub added: Vec<Value>,
    /// Official items that are not shown.
    pub removed: Vec<Value>,
    /// Items that are shown otherwise than the official data has them: before is official, after is shown.
    pub changed: Vec<ItemChange>,
    /// Official items that the override touches, and that have changed or vanished since it was made: before is what
    /// the override was made on, after is the official item now.
    pub conflicts: Vec<ItemChange>,
}

/// An item before and after. The key of a single value's property is its name, that of wages their area.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemChange {
    /// The key of the item.
    pub key: String,
    /// What it was; none when it was not there.
    pub before: Option<Value>,
    /// What it is; none when it is no longer there.
    pub after: Option<Value>,
}

impl Override {
    /// The difference that it makes over the official value of today.
    pub fn diff(&self, official: Option<&FieldValue>) -> Diff {
        let shown = self.value_over(official);
        let custom = (!matches!(self.content, OverrideContent::Blank)).then(|| shown.to_json());
        let (original, base) = (self.base.value.as_deref().map(FieldValue::to_json), official.map(FieldValue::to_json));
        let (before, after) = (Entries::of(base.as_ref()), Entries::of(custom.as_ref()));
        let conflicts = self.conflicts(&Entries::of(original.as_ref()), &before);
        let whole = |there: &Entries<'_>, other: &Entries<'_>| there.only_here(other).cloned().collect::<Vec<_>>();
        let (added, removed) = match (&base, &custom) {
            (Some(Value::Object(_)), Some(_)) => (vec![], vec![]),
            (Some(single @ Value::Object(_)), None) => (vec![], vec![single.clone()]),
            (None, Some(single @ Value::Object(_))) => (vec![single.clone()], vec![]),
            _ => (whole(&after, &before), whole(&before, &after)),
        };
        let changed = match (&base, &custom) {
            (Some(Value::Object(_)), Some(_)) => before.keys_with(&after).filter_map(|key| before.change(&after, key)).collect(),
            (Some(_), Some(_)) => before.changes_to(&after),
            _ => vec![],
        };
        Diff { original, base, custom, added, removed, changed, conflicts }
    }

    /// The keys of official items that the override touches and that have changed since it was made.
    pub fn conflicting_keys(&self, official: Option<&FieldValue>) -> Vec<String> {
        let (original, base) = (self.base.value.as_deref().map(FieldValue::to_json), official.map(FieldValue::to_json));
        let conflicts = self.conflicts(&Entries::of(original.as_ref()), &Entries::of(base.as_ref()));
        conflicts.into_iter().map(|conflict| conflict.key).collect()
    }

    /// A patch touches what it names; a whole value and a blank touch everything.
    fn conflicts(&self, original: &Entries<'_>, base: &Entries<'_>) -> Vec<ItemChange> {
        if self.base.value.is_none() && self.base.digest.is_some() {
            return vec![];
        }
        match &self.content {
            OverrideContent::Patch(patch) => patch.touched().into_iter().filter_map(|key| original.change(base, key)).collect(),
            _ => original.keys_with(base).filter_map(|key| original.change(base, key)).collect(),
        }
    }
}

/// The items of a list, or the properties of a single value, by their keys and in their order.
struct Entries<'a> {
    order: Vec<&'a str>,
    by_key: HashMap<&'a str, &'a Value>,
}

impl<'a> Entries<'a> {
    fn of(value: Option<&'a Value>) -> Self {
        let key = |item: &'a Value| item.get("key").or_else(|| item.get("area")).and_then(Value::as_str).unwrap_or_default();
        let pairs: Vec<(&str, &Value)> = match value {
            Some(Value::Array(items)) => items.iter().map(|item| (key(item), item)).collect(),
            Some(Value::Object(properties)) => properties.iter().map(|(name, value)| (name.as_str(), value)).collect(),
            _ => vec![],
        };
        Self { order: pairs.iter().map(|(key, _)| *key).collect(), by_key: pairs.into_iter().collect() }
    }

    /// The entries whose keys the other has not.
    fn only_here(&self, other: &Entries<'_>) -> impl Iterator<Item = &'a Value> {
        self.order.iter().filter(|key| !other.by_key.contains_key(**key)).filter_map(|key| self.by_key.get(key).copied())
    }

    /// All keys of both.
    fn keys_with<'b>(&'b self, other: &'b Self) -> impl Iterator<Item = &'a str> + 'b {
        self.order.iter().copied().chain(other.order.iter().copied().filter(|key| !self.by_key.contains_key(key)))
    }

    /// What became of one entry; none when it is the same.
    fn change(&self, after: &Entries<'_>, key: &str) -> Option<ItemChange> {
        let (before, after) = (self.by_key.get(key).copied(), after.by_key.get(key).copied());
        (before != after).then(|| ItemChange { key: key.to_owned(), before: before.cloned(), after: after.cloned() })
    }

    /// What became of the entries that both have.
    fn changes_to(&self, after: &Entries<'_>) -> Vec<ItemChange> {
        self.order.iter().filter(|key| after.by_key.contains_key(**key)).filter_map(|key| self.change(after, key)).collect()
    }
}
