//! Operations on an official list, by the keys of its items.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{
    check::{At, count, twice, unknown_key},
    entry::{Edit, Entry},
};
use crate::domain::{provenance::Edits, user_error::UserError};

/// Edits on an official list. What they do not touch follows the list through every later release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Patch<T: Entry> {
    /// Items of the company's own. One that says the same as a shown official item is shown once, as the official one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<T>,
    /// The keys of official items that are not shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hide: Vec<String>,
    /// Official items of which single properties are others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edit: Vec<T::Edit>,
    /// The keys of the items that come first, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
}

impl<T: Entry> Default for Patch<T> {
    fn default() -> Self {
        Self { add: vec![], hide: vec![], edit: vec![], order: vec![] }
    }
}

impl<T: Entry> Patch<T> {
    /// True when it says nothing.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.hide.is_empty() && self.edit.is_empty() && self.order.is_empty()
    }

    /// How many operations of each kind there are.
    pub(super) fn edits(&self) -> Edits {
        Edits { added: self.add.len(), hidden: self.hide.len(), edited: self.edit.len() }
    }

    /// True when the item of that key is the company's.
    pub(super) fn owns(&self, key: &str) -> bool {
        self.add.iter().any(|item| item.key() == key) || self.edit.iter().any(|edit| edit.key() == key)
    }

    /// The keys that an official change can touch.
    pub(super) fn touched(&self) -> impl Iterator<Item = &str> {
        let named = self.hide.iter().map(String::as_str);
        named.chain(self.edit.iter().map(Edit::key)).chain(self.add.iter().map(T::key))
    }

    /// The list that the operations make of the official one. An edited item that is no longer on it is kept as it is
    /// on `base`, the list that the edit was made on: nobody's words are lost because a release dropped the original.
    pub fn apply(&self, official: &[T], base: &[T]) -> Vec<T> {
        let gone: HashSet<&str> = self.hide.iter().map(String::as_str).chain(self.add.iter().map(T::key)).collect();
        let mut list: Vec<T> = official.iter().filter(|item| !gone.contains(item.key())).cloned().collect();
        let mut own = vec![];
        for edit in &self.edit {
            if let Some(item) = list.iter_mut().find(|item| item.key() == edit.key()) {
                edit.apply(item);
            } else if let Some(mut item) = base.iter().find(|item| item.key() == edit.key()).cloned() {
                edit.apply(&mut item);
                own.push(item);
            }
        }
        own.extend(self.add.iter().cloned());
        if !own.is_empty() {
            let mut said: HashSet<String> = list.iter().map(T::identity).collect();
            own.retain(|item| said.insert(item.identity()));
            list.append(&mut own);
        }
        T::arrange(&mut list);
        if !self.order.is_empty() {
            let place = |item: &T| self.order.iter().position(|key| key == item.key()).unwrap_or(usize::MAX);
            list.sort_by_cached_key(place);
        }
        list
    }

    /// Brings the operations into the form in which they are kept, or tells what rule they break, whatever the job.
    pub(super) fn check(&mut self, at: &At) -> Result<(), UserError> {
        let lengths = [("add", self.add.len()), ("hide", self.hide.len()), ("edit", self.edit.len()), ("order", self.order.len())];
        lengths.iter().try_for_each(|(name, length)| count(*length, &at.then(name)))?;
        if self.is_empty() {
            return Err(at.invalid("The patch says nothing: give `add`, `hide`, `edit` or `order`."));
        }
        check_items(&mut self.add, &at.then("add"))?;
        for (place, edit) in self.edit.iter_mut().enumerate() {
            let at = at.then("edit").then(place);
            if edit.is_empty() {
                return Err(at.invalid("The edit says nothing: name a property to set beside `key`."));
            }
            edit.check(&at)?;
        }
        self.check_keys(at)
    }

    /// No key twice, and none both hidden and shown.
    fn check_keys(&self, at: &At) -> Result<(), UserError> {
        let once = |name: &str, keys: &[&str]| match twice(keys.iter().copied()) {
            Some((place, key)) => Err(at.then(name).then(place).invalid(format!("The key `{key}` stands in `{name}` twice."))),
            None => Ok(()),
        };
        let (hidden, edited) = (keys_of(&self.hide), self.edit.iter().map(Edit::key).collect::<Vec<_>>());
        let first = keys_of(&self.order);
        once("hide", &hidden)?;
        once("edit", &edited)?;
        once("order", &first)?;
        let both = |name: &str, keys: &[&str]| match keys.iter().position(|key| hidden.contains(key)) {
            Some(place) => {
                let message = format!("The item `{}` is hidden too: hide it, or `{name}` it.", keys[place]);
                Err(at.then(name).then(place).invalid(message))
            }
            None => Ok(()),
        };
        both("edit", &edited)?;
        both("order", &first)
    }

    /// Tells what rule the operations break on that official list.
    pub(super) fn check_against(&self, official: &[T], at: &At) -> Result<(), UserError> {
        let known: HashSet<&str> = official.iter().map(T::key).collect();
        let is_known = |name: &str, place: usize, key: &str| {
            let named = || official.iter().map(|item| (item.key(), item.words()));
            if known.contains(key) { Ok(()) } else { Err(unknown_key(key, named(), &at.then(name).then(place))) }
        };
        self.hide.iter().enumerate().try_for_each(|(place, key)| is_known("hide", place, key))?;
        self.edit.iter().enumerate().try_for_each(|(place, edit)| is_known("edit", place, edit.key()))?;
        let own = |key: &str| self.add.iter().any(|item| item.key() == key);
        self.order.iter().enumerate().filter(|(_, key)| !own(key)).try_for_each(|(place, key)| is_known("order", place, key))?;
        if self.apply(official, official) == Self::default().apply(official, official) {
            return Err(at.invalid("The patch changes nothing: the official list says all of it already."));
        }
        Ok(())
    }
}

/// Brings items that a company writes into the form in which they are kept, with keys of their own.
pub(super) fn check_items<T: Entry>(items: &mut [T], at: &At) -> Result<(), UserError> {
    for (place, item) in items.iter_mut().enumerate() {
        item.check(&at.then(place))?;
        let key = item.own_key();
        item.set_key(key);
    }
    match twice(items.iter().map(T::key)) {
        Some((place, _)) => {
            Err(at.then(place).invalid(format!("`{}` stands in the list twice.", super::check::shown(items[place].words()))))
        }
        None => Ok(()),
    }
}

fn keys_of(keys: &[String]) -> Vec<&str> {
    keys.iter().map(String::as_str).collect()
}
