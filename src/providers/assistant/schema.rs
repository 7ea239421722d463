//! The JSON schemas of answers, in the subset that all servers know, and a check against them.
//!
//! The root is an object; every object forbids further properties and requires all that it has; there are no lengths, ranges or
//! patterns: [`super::answer`] checks these.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::error::Rejection;
use crate::domain::{fields::Field, values::ValueType};

/// The name of a field's schema, and of the list in its root: `core_responsibilities`.
pub fn name(field: Field) -> String {
    field.name().to_lowercase()
}

/// The property in which an item cites its evidence: ids of tasks where the evidence is tasks.
pub const fn citation(field: Field) -> &'static str {
    match field {
        Field::CoreResponsibilities | Field::Tasks => "based_on_task_ids",
        _ => "based_on",
    }
}

/// The schema of the answer for a field. `levels` are the words that evidence uses for what is no list. None for what is never drafted.
pub fn of(field: Field, levels: &BTreeSet<String>) -> Option<Value> {
    let word = || json!({ "type": "string", "enum": levels });
    let number = || json!({ "type": "number" });
    let maybe_number = || json!({ "type": ["number", "null"] });
    let item = match field.value_type() {
        _ if !field.ai_may_draft() => return None,
        ValueType::TextList | ValueType::TaskList => object(field, vec![("text", json!({ "type": "string" }))]),
        ValueType::ToolList => object(
            field,
            vec![("name", json!({ "type": "string" })), ("kind", json!({ "type": "string", "enum": ["tool", "technology"] }))],
        ),
        ValueType::RatedElementList => {
            object(field, vec![("element_id", json!({ "type": "string" })), ("importance", number()), ("level", maybe_number())])
        }
        ValueType::Education => return Some(object(field, vec![("typical_level", word())])),
        ValueType::WorkExperience => return Some(object(field, vec![("typical", word())])),
        ValueType::Outlook | ValueType::Wages => return None,
    };
    let name = name(field);
    Some(json!({
        "type": "object", "additionalProperties": false, "required": [name],
        "properties": { name: { "type": "array", "items": item } }
    }))
}

fn object(field: Field, properties: Vec<(&str, Value)>) -> Value {
    let cited = (citation(field), json!({ "type": "array", "items": { "type": "string" } }));
    let all: Vec<(&str, Value)> = properties.into_iter().chain([cited]).collect();
    let required: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> = all.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

/// Checks a value against a schema of the subset. The path of the first thing that does not fit is told.
pub fn check(schema: &Value, value: &Value) -> Result<(), Rejection> {
    check_at(schema, value, "$").map_err(Rejection::Schema)
}

fn check_at(schema: &Value, value: &Value, path: &str) -> Result<(), String> {
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    if !types.iter().any(|name| is_of_type(name, value)) {
        return Err(format!("{path} is not of type {}", types.join(" or ")));
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        return Err(format!("{path} is none of the allowed words"));
    }
    if let (Some(properties), Some(object)) = (schema["properties"].as_object(), value.as_object()) {
        if let Some(name) = object.keys().find(|name| !properties.contains_key(*name)) {
            return Err(format!("{path} has a property `{}` too many", short(name)));
        }
        for (name, schema) in properties {
            let inner = object.get(name).ok_or_else(|| format!("{path} lacks `{name}`"))?;
            check_at(schema, inner, &format!("{path}.{name}"))?;
        }
    }
    if let (Some(items), Some(list)) = (schema.get("items"), value.as_array()) {
        for (place, item) in list.iter().enumerate() {
            check_at(items, item, &format!("{path}[{place}]"))?;
        }
    }
    Ok(())
}

fn is_of_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks all schemas inside one.
    fn walk(schema: &Value, depth: usize, seen: &mut dyn FnMut(&Value, usize)) {
        seen(schema, depth);
        for inner in schema["properties"].as_object().into_iter().flat_map(|properties| properties.values()) {
            walk(inner, depth + 1, seen);
        }
        if let Some(items) = schema.get("items") {
            walk(items, depth + 1, seen);
        }
    }

    #[test]
    fn every_schema_keeps_to_the_subset_that_all_servers_know() {
        let known = ["type", "additionalProperties", "required", "properties", "items", "enum"];
        for field in Field::ALL.into_iter().filter(|field| field.ai_may_draft()) {
            let schema = of(field, &BTreeSet::from(["Bachelor's Degree".to_owned()])).expect("a schema");
            assert_eq!(schema["type"], "object", "{field}");
            walk(&schema, 1, &mut |schema, depth| {
                assert!(depth <= 4 || schema["type"] == "string", "{field}: objects and lists in four levels");
                assert!(schema.as_object().expect("an object").keys().all(|key| known.contains(&key.as_str())), "{field}");
                if schema["type"] == "object" {
                    assert_eq!(schema["additionalProperties"], false, "{field}");
                    let all: BTreeSet<_> = schema["properties"].as_object().expect("properties").keys().cloned().collect();
                    let required: BTreeSet<_> = schema["required"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
                    assert_eq!(required, all.iter().map(String::as_str).collect(), "{field}");
                }
            });
            let name = name(field);
            assert!(name.len() <= 64 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
        }
        assert_eq!(of(Field::Wages, &BTreeSet::new()), None);
        assert_eq!(of(Field::Outlook, &BTreeSet::new()), None);
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_path() {
        let schema = of(Field::Skills, &BTreeSet::new()).expect("a schema");
        let item = json!({ "element_id": "2.A.1.a", "importance": 50, "level": null, "based_on": ["x"] });
        let why = |change: &dyn Fn(&mut Value)| {
            let mut answer = json!({ "skills": [item] });
            change(&mut answer);
            check(&schema, &answer).err().map(|rejection| rejection.to_string().replace("it does not fit the schema: ", ""))
        };
        assert_eq!(why(&|_| {}), None);
        assert_eq!(why(&|answer| answer["extra"] = json!(1)).as_deref(), Some("$ has a property `extra` too many"));
        assert_eq!(why(&|answer| *answer = json!([])).as_deref(), Some("$ is not of type object"));
        assert_eq!(why(&|answer| *answer = json!({})).as_deref(), Some("$ lacks `skills`"));
        assert_eq!(
            why(&|answer| answer["skills"][0]["importance"] = json!("high")).as_deref(),
            Some("$.skills[0].importance is not of type number")
        );
    }
}
