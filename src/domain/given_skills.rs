//! Names of skills that were given with a job. They are kept among what else the import said, and mapped when they are read.

use serde_json::{Map, Value};

/// Where they stand in the metadata.
const KEY: &str = "skills";

/// Why skills cannot be kept with metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unkept {
    /// There is no place in it.
    #[error("With `skills`, `metadata` is a JSON object or left out.")]
    NoObject,
    /// The place is taken.
    #[error("`metadata` has an entry `skills` of its own: name it otherwise.")]
    Taken,
}

/// The names that the metadata hold: none where the entry is no list of texts.
pub fn read(metadata: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let names = metadata.get(KEY).and_then(Value::as_array).and_then(|names| names.iter().map(text).collect::<Option<Vec<_>>>());
    names.unwrap_or_default()
}

/// The metadata with the names in it.
pub fn keep(metadata: Value, names: &[String]) -> Result<Value, Unkept> {
    if names.is_empty() {
        return Ok(metadata);
    }
    let mut entries = match metadata {
        Value::Null => Map::new(),
        Value::Object(entries) if entries.contains_key(KEY) => return Err(Unkept::Taken),
        Value::Object(entries) => entries,
        _ => return Err(Unkept::NoObject),
    };
    entries.insert(KEY.to_owned(), names.into());
    Ok(Value::Object(entries))
}

/// The names, and the metadata without them, as they were given.
pub fn take(mut metadata: Value) -> (Vec<String>, Value) {
    let names = read(&metadata);
    if let (false, Value::Object(entries)) = (names.is_empty(), &mut metadata) {
        entries.remove(KEY);
        if entries.is_empty() {
            metadata = Value::Null;
        }
    }
    (names, metadata)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_kept_is_taken_out_again() {
        let names = ["HVAC".to_owned(), "SQL".to_owned()];
        for metadata in [Value::Null, json!({ "rank": 1 })] {
            let kept = keep(metadata.clone(), &names).expect("kept");
            assert_eq!(read(&kept), names);
            assert_eq!(take(kept), (names.to_vec(), metadata));
        }
        for metadata in [json!("only a text"), json!([1]), json!({ "skills": { "a": 1 } }), json!({})] {
            assert_eq!(keep(metadata.clone(), &[]), Ok(metadata.clone()));
            assert_eq!(take(metadata.clone()), (vec![], metadata));
        }
    }

    #[test]
    fn names_never_overwrite_what_is_there() {
        let names = ["HVAC".to_owned()];
        assert_eq!(keep(json!("only a text"), &names), Err(Unkept::NoObject));
        assert_eq!(keep(json!({ "skills": 1 }), &names), Err(Unkept::Taken));
    }
}
