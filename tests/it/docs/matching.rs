//! Answers as docs tell them, shortened.

use serde_json::Value;

/// Stands for any value, or at the end of a list for any further items.
const ANY: &str = "…";

/// Where an answer is not what was said, outermost first.
pub(super) fn differences(said: &Value, answer: &Value) -> impl Iterator<Item = String> {
    let mut found = Vec::new();
    compare(said, answer, "answer", &mut found);
    found.into_iter()
}

fn compare(said: &Value, answer: &Value, at: &str, found: &mut Vec<String>) {
    match (said, answer) {
        (Value::String(text), _) if text == ANY => {}
        (Value::Object(said), Value::Object(answer)) => {
            for name in said.keys().filter(|name| !answer.contains_key(*name)) {
                found.push(format!("{at}.{name} is not there"));
            }
            for (name, value) in answer {
                match said.get(name) {
                    Some(said) => compare(said, value, &format!("{at}.{name}"), found),
                    None => found.push(format!("{at}.{name} is not told: {value}")),
                }
            }
        }
        (Value::Array(said), Value::Array(answer)) => {
            let open = said.last().is_some_and(|last| last == ANY);
            let told = if open { &said[..said.len() - 1] } else { said };
            if answer.len() < told.len() || (!open && answer.len() > told.len()) {
                found.push(format!("{at} has {} items", answer.len()));
            }
            for (place, (said, answer)) in told.iter().zip(answer).enumerate() {
                compare(said, answer, &format!("{at}[{place}]"), found);
            }
        }
        _ if said == answer => {}
        _ => found.push(format!("{at} is {answer}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_ellipsis_stands_for_anything_and_for_further_items() {
        let agree = |said: Value, answer: Value| differences(&said, &answer).next().is_none();
        assert!(agree(json!({"a": "…", "b": [1, "…"]}), json!({"a": {"c": 1}, "b": [1, 2, 3]})));
        assert!(agree(json!([1, "…"]), json!([1])));
        assert!(!agree(json!([1, 2, "…"]), json!([1])));
        assert!(!agree(json!([1]), json!([1, 2])));
        assert!(!agree(json!({"a": 1}), json!({"a": 1, "b": 2})));
        assert!(!agree(json!({"a": 1, "b": 2}), json!({"a": 1})));
        assert!(!agree(json!({"a": 1.0}), json!({"a": 2.0})));
    }
}
