//! What the items of the four kinds of lists have in common when a company writes them.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt::Debug;

use super::check::{At, optional_text, score, text};
use crate::domain::{
    user_error::UserError,
    values::{Item, RatedElement, Task, TaskType, TextItem, Tool, ToolKind, by_importance, own_key},
};

/// An item that a company can add to a list, or edit.
pub trait Entry: Item + Clone + Debug + PartialEq + Serialize + DeserializeOwned {
    /// What an edit of such an item says.
    type Edit: Edit<Self>;

    /// The text that names it.
    fn words(&self) -> &str;

    /// What makes it this item and no other: two items with the same identity say the same.
    fn identity(&self) -> String {
        fold(self.words())
    }

    /// Gives it a key.
    fn set_key(&mut self, key: String);

    /// Brings it into the form in which it is kept, or tells what rule it breaks.
    fn check(&mut self, at: &At) -> Result<(), UserError>;

    /// Puts a list into its order, as far as there is one; items that are alike in it stay as they are.
    fn arrange(_list: &mut [Self]) {}

    /// The key of an item of a company's own: it depends on what the item says alone, so that it survives releases,
    /// rebases and copies, and the key of an official item never looks like it.
    fn own_key(&self) -> String {
        own_key(&self.identity())
    }
}

/// A change of single properties of an official item; all others keep following the official data.
pub trait Edit<T>: Clone + Debug + PartialEq + Serialize + DeserializeOwned {
    /// The item.
    fn key(&self) -> &str;

    /// True when it says nothing.
    fn is_empty(&self) -> bool;

    /// Brings it into the form in which it is kept, or tells what rule it breaks.
    fn check(&mut self, at: &At) -> Result<(), UserError>;

    /// Changes the item.
    fn apply(&self, item: &mut T);
}

/// A text whatever its case and its spaces.
fn fold(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Sets what is given.
fn set<T: Clone>(to: &mut T, value: Option<&T>) {
    if let Some(value) = value {
        to.clone_from(value);
    }
}

/// An edit of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TextEdit {
    /// The item.
    pub key: String,
    /// The text.
    pub text: String,
}

impl Entry for TextItem {
    type Edit = TextEdit;

    fn words(&self) -> &str {
        &self.text
    }

    fn set_key(&mut self, key: String) {
        self.key = key;
    }

    fn check(&mut self, at: &At) -> Result<(), UserError> {
        text(&mut self.text, at)
    }
}

impl Edit<TextItem> for TextEdit {
    fn key(&self) -> &str {
        &self.key
    }

    fn is_empty(&self) -> bool {
        false
    }

    fn check(&mut self, at: &At) -> Result<(), UserError> {
        text(&mut self.text, &at.then("text"))
    }

    fn apply(&self, item: &mut TextItem) {
        item.text.clone_from(&self.text);
    }
}

/// An edit of a task.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskEdit {
    /// The item.
    pub key: String,
    /// The statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// How the task belongs to the occupation.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub task_type: Option<TaskType>,
    /// Standardised importance, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importance: Option<f64>,
}

impl Entry for Task {
    type Edit = TaskEdit;

    fn words(&self) -> &str {
        &self.statement
    }

    fn set_key(&mut self, key: String) {
        self.key = key;
    }

    fn check(&mut self, at: &At) -> Result<(), UserError> {
        score(self.importance, &at.then("importance"))?;
        text(&mut self.statement, &at.then("statement"))
    }

    /// Core, then supplemental, then new ones, then those that are not classed.
    fn arrange(list: &mut [Self]) {
        list.sort_by_key(|task| (task.task_type.is_none(), task.task_type));
    }
}

impl Edit<Task> for TaskEdit {
    fn key(&self) -> &str {
        &self.key
    }

    fn is_empty(&self) -> bool {
        self.statement.is_none() && self.task_type.is_none() && self.importance.is_none()
    }

    fn check(&mut self, at: &At) -> Result<(), UserError> {
        score(self.importance, &at.then("importance"))?;
        optional_text(&mut self.statement, &at.then("statement"))
    }

    fn apply(&self, item: &mut Task) {
        set(&mut item.statement, self.statement.as_ref());
        item.task_type = self.task_type.or(item.task_type);
        item.importance = self.importance.or(item.importance);
    }
}

/// An edit of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolEdit {
    /// The item.
    pub key: String,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The title of its commodity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Often asked for across occupations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hot_technology: Option<bool>,
    /// Often asked for in this occupation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_demand: Option<bool>,
}

impl Entry for Tool {
    type Edit = ToolEdit;

    fn words(&self) -> &str {
        &self.name
    }

    fn identity(&self) -> String {
        let kind = match self.kind {
            ToolKind::Tool => "tool",
            ToolKind::Technology => "technology",
        };
        format!("{kind} {}", fold(&self.name))
    }

    fn set_key(&mut self, key: String) {
        self.key = key;
    }

    fn check(&mut self, at: &At) -> Result<(), UserError> {
        optional_text(&mut self.category, &at.then("category"))?;
        let is_code = |code: &String| code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit());
        if self.commodity_code.as_ref().is_some_and(|code| !is_code(code)) {
            return Err(at.then("commodityCode").invalid("A UNSPSC commodity code has eight digits."));
        }
        text(&mut self.name, &at.then("name"))
    }
}

impl Edit<Tool> for ToolEdit {
    fn key(&self) -> &str {
        &self.key
    }

    fn is_empty(&self) -> bool {
        self.name.is_none() && self.category.is_none() && self.hot_technology.is_none() && self.in_demand.is_none()
    }

    fn check(&mut self, at: &At) -> Result<(), UserError> {
        optional_text(&mut self.category, &at.then("category"))?;
        optional_text(&mut self.name, &at.then("name"))
    }

    fn apply(&self, item: &mut Tool) {
        set(&mut item.name, self.name.as_ref());
        item.category = self.category.clone().or_else(|| item.category.take());
        set(&mut item.hot_technology, self.hot_technology.as_ref());
        set(&mut item.in_demand, self.in_demand.as_ref());
    }
}

/// An edit of a rated element.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ElementEdit {
    /// The item.
    pub key: String,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Standardised importance, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importance: Option<f64>,
    /// Standardised level, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<f64>,
}

impl Entry for RatedElement {
    type Edit = ElementEdit;

    fn words(&self) -> &str {
        &self.name
    }

    fn set_key(&mut self, key: String) {
        self.key = key;
    }

    fn check(&mut self, at: &At) -> Result<(), UserError> {
        score(self.importance, &at.then("importance"))?;
        score(self.level, &at.then("level"))?;
        let is_id =
            |id: &String| id.len() <= 20 && id.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        if self.element_id.as_ref().is_some_and(|id| !is_id(id)) {
            return Err(at.then("elementId").invalid("An element id of O*NET's content model looks like 2.A.1.a."));
        }
        text(&mut self.name, &at.then("name"))
    }

    /// By falling importance, unrated ones last.
    fn arrange(list: &mut [Self]) {
        list.sort_by(|a, b| by_importance(a.importance, b.importance));
    }
}

impl Edit<RatedElement> for ElementEdit {
    fn key(&self) -> &str {
        &self.key
    }

    fn is_empty(&self) -> bool {
        self.name.is_none() && self.importance.is_none() && self.level.is_none()
    }

    fn check(&mut self, at: &At) -> Result<(), UserError> {
        score(self.importance, &at.then("importance"))?;
        score(self.level, &at.then("level"))?;
        optional_text(&mut self.name, &at.then("name"))
    }

    /// O*NET's statistics stand behind O*NET's importance only: another importance has none.
    fn apply(&self, item: &mut RatedElement) {
        set(&mut item.name, self.name.as_ref());
        item.level = self.level.or(item.level);
        if self.importance.is_some() {
            item.importance = self.importance;
            item.rating = None;
        }
    }
}
