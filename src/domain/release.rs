//! Releases of data (`O*NET 30.0`, `OEWS May 2025`, `EP 2024-34`): which is older, and what a new one changes of a field.

use serde::Serialize;
use serde_json::Value;

use crate::domain::values::FieldValue;

/// How many items of a list, or properties of a single value, became what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// They were not there before.
    pub added: usize,
    /// They are no longer there.
    pub removed: usize,
    /// Their words are others.
    pub reworded: usize,
    /// Their words are the same, and something else about them is not: a rating, a class, a figure.
    pub rerated: usize,
    /// They are the same.
    pub carried_forward: usize,
}

/// The properties that hold an item's words.
const WORDS: [&str; 3] = ["text", "statement", "name"];

impl Changes {
    /// What became of an official value.
    pub fn between(before: Option<&FieldValue>, after: Option<&FieldValue>) -> Self {
        let (before, after) = (before.map(FieldValue::to_json), after.map(FieldValue::to_json));
        let (before, after) = (entries(before.as_ref()), entries(after.as_ref()));
        let mut changes = Self::default();
        for (key, item) in &after {
            let counter = match before.iter().find(|(known, _)| known == key) {
                None => &mut changes.added,
                Some((_, old)) if old == item => &mut changes.carried_forward,
                Some((_, old)) if words(old) != words(item) => &mut changes.reworded,
                Some(_) => &mut changes.rerated,
            };
            *counter += 1;
        }
        changes.removed = before.iter().filter(|(key, _)| after.iter().all(|(known, _)| known != key)).count();
        changes
    }
}

/// The items of a list, or the properties of a single value, by their keys.
fn entries(value: Option<&Value>) -> Vec<(&str, &Value)> {
    match value {
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| (item.get("key").or_else(|| item.get("area")).and_then(Value::as_str).unwrap_or_default(), item))
            .collect(),
        Some(Value::Object(properties)) => properties.iter().map(|(name, value)| (name.as_str(), value)).collect(),
        _ => vec![],
    }
}

/// What an item says in words.
fn words(item: &Value) -> Option<&str> {
    item.as_str().or_else(|| WORDS.iter().find_map(|name| item.get(name)?.as_str()))
}

/// True when both are releases of the same thing, and `one` came before `other`.
pub fn is_older(one: &str, other: &str) -> bool {
    let name = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let numbers =
        |text: &str| text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u32>().ok()).collect::<Vec<_>>();
    name(one) == name(other) && numbers(one) < numbers(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::values::{Education, Task, TaskList, TaskType};

    #[test]
    fn every_item_is_of_one_class() {
        let task = |key: &str, statement: &str, task_type| Task {
            key: key.to_owned(),
            statement: statement.to_owned(),
            task_type: Some(task_type),
            importance: None,
            origins: vec![],
        };
        let before = TaskList(vec![
            task("1", "Stay", TaskType::Core),
            task("2", "Reword me", TaskType::Core),
            task("3", "Class me", TaskType::New),
            task("4", "Go", TaskType::Core),
        ]);
        let after = TaskList(vec![
            task("1", "Stay", TaskType::Core),
            task("2", "Reworded", TaskType::Core),
            task("3", "Class me", TaskType::Core),
            task("5", "Come", TaskType::Core),
        ]);
        let expected = Changes { added: 1, removed: 1, reworded: 1, rerated: 1, carried_forward: 1 };
        assert_eq!(Changes::between(Some(&before.clone().into()), Some(&after.into())), expected);
        assert_eq!(Changes::between(None, Some(&before.into())), Changes { added: 4, ..Changes::default() });
        let education =
            |level: &str, zone| Education { typical_level: level.to_owned(), job_zone: Some(zone), distribution: vec![] }.into();
        let changes = Changes::between(Some(&education("None", 2)), Some(&education("A degree", 3)));
        assert_eq!(changes, Changes { reworded: 1, rerated: 1, ..Changes::default() });
    }

    #[test]
    fn releases_of_one_thing_have_an_order() {
        assert!(is_older("O*NET 29.3", "O*NET 30.0") && is_older("O*NET 30.2", "O*NET 30.10"));
        assert!(is_older("OEWS May 2024", "OEWS May 2025") && is_older("EP 2023-33", "EP 2024-34"));
        assert!(!is_older("O*NET 30.0", "O*NET 30.0") && !is_older("O*NET 30.1", "O*NET 30.0"));
        assert!(!is_older("OEWS May 2024", "O*NET 30.0"), "they are of two things");
    }
}
