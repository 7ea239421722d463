//! Who touched an item of a field last.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What a change of a field says of one item: each kind of operation that names it, with what it sets.
type Said<'a> = BTreeMap<&'a str, &'a Value>;

/// What an override does to an item. A patch speaks of the items that it names; a value of a company's own, and a blank, of all.
fn said_of<'a>(told: Option<&'a Value>, key: &str) -> Said<'a> {
    let Some(told) = told.filter(|told| told["source"] == "CUSTOM") else { return Said::new() };
    let operations = &told["operations"];
    let named = |item: &&Value| [item.get("key"), item.get("area"), Some(*item)].into_iter().flatten().any(|named| named == key);
    match told["mode"].as_str() {
        Some("PATCH") => {
            let kinds = ["add", "hide", "edit"];
            kinds.iter().filter_map(|kind| Some((*kind, operations[kind].as_array()?.iter().find(named)?))).collect()
        }
        Some("REPLACE") => match operations {
            Value::Array(items) => items.iter().find(named).map_or([("gone", operations)].into(), |item| [("item", item)].into()),
            single => single.get(key).map(|property| [("item", property)].into()).unwrap_or_default(),
        },
        _ => [("blank", &told["mode"])].into(),
    }
}

/// The keys that an override speaks of.
fn keys(told: Option<&Value>) -> Vec<&str> {
    fn key(item: &Value) -> Option<&str> {
        item.as_str().or_else(|| item.get("key")?.as_str()).or_else(|| item.get("area")?.as_str())
    }
    let Some(told) = told.filter(|told| told["source"] == "CUSTOM") else { return vec![] };
    match (told["mode"].as_str(), &told["operations"]) {
        (Some("PATCH"), operations) => {
            let items = ["add", "hide", "edit"].into_iter().filter_map(|kind| operations[kind].as_array()).flatten();
            items.filter_map(key).collect()
        }
        (_, Value::Array(items)) => items.iter().filter_map(key).collect(),
        (_, Value::Object(properties)) => properties.keys().map(String::as_str).collect(),
        _ => vec![],
    }
}

/// For each item that a change ever touched the place of the last change that did, in the order of the keys. `changes` are the
/// changes of one field, before and after, the newest first; `shown` are the keys of what is there now. An item that is not in
/// the answer was never touched: it follows the official data.
pub fn blame<'a>(changes: &[(Option<&'a Value>, Option<&'a Value>)], shown: &[&'a str]) -> BTreeMap<&'a str, usize> {
    let spoken = changes.iter().flat_map(|(before, after)| keys(*before).into_iter().chain(keys(*after)));
    let all: BTreeSet<&str> = spoken.chain(shown.iter().copied()).collect();
    let touched = |key: &str| changes.iter().position(|(before, after)| said_of(*before, key) != said_of(*after, key));
    all.into_iter().filter_map(|key| Some((key, touched(key)?))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_change_that_touched_an_item_is_blamed() {
        let official = json!({ "source": "ONET", "digest": "d" });
        let first =
            json!({ "source": "CUSTOM", "mode": "PATCH", "operations": { "hide": ["a", "b"], "add": [{ "key": "own", "text": "Ours" }] } });
        let second = json!({ "source": "CUSTOM", "mode": "PATCH", "operations": { "hide": ["a"], "edit": [{ "key": "c", "text": "C" }], "add": [{ "key": "own", "text": "Ours" }] } });
        let changes = [(Some(&first), Some(&second)), (Some(&official), Some(&first))];
        let blamed = blame(&changes, &["a", "c", "d", "own"]);
        assert_eq!(blamed, [("a", 1), ("b", 0), ("c", 0), ("own", 1)].into(), "`d` follows the official data");
    }

    #[test]
    fn a_blank_and_a_whole_value_touch_everything_and_a_restore_too() {
        let official = json!({ "source": "ONET", "digest": "d" });
        let blank = json!({ "source": "CUSTOM", "mode": "BLANK", "operations": null });
        let whole = json!({ "source": "CUSTOM", "mode": "REPLACE", "operations": [{ "key": "own", "text": "Ours" }] });
        assert_eq!(blame(&[(Some(&official), Some(&blank))], &["a"]), [("a", 0)].into());
        assert_eq!(blame(&[(Some(&official), Some(&whole))], &["a", "own"]), [("a", 0), ("own", 0)].into());
        assert_eq!(blame(&[(Some(&whole), Some(&official)), (Some(&official), Some(&whole))], &["a"]), [("a", 0), ("own", 0)].into());
        let single = json!({ "source": "CUSTOM", "mode": "REPLACE", "operations": { "typicalLevel": "Bachelor's degree" } });
        assert_eq!(blame(&[(None, Some(&single))], &[]), [("typicalLevel", 0)].into());
        assert!(blame(&[], &["a"]).is_empty());
    }
}
