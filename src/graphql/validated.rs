//! With which variables a document was found to be valid: such a request need not be validated again.
//!
//! The library's rules look at a document, at the name of the operation, and at the values of its variables where they stand for
//! an argument. So what was valid once is valid again with the same values. Of a value of a built-in type they look only at which
//! kind of value it is; of any other, such as one of an enum, the value itself is part of the shape.

use std::{
    collections::HashSet,
    fmt::Write,
    sync::{Mutex, PoisonError},
};

use async_graphql::{
    Name,
    parser::types::{BaseType, ExecutableDocument, OperationDefinition, Type},
};
use serde_json::{Map, Value};

/// How many shapes of one document are remembered.
const SHAPES: usize = 8;
/// The longest shape that is remembered, in bytes.
const LONGEST: usize = 128;

/// The shapes of variables with which a document was valid.
#[derive(Debug, Default)]
pub struct Validated(Mutex<HashSet<String>>);

impl Validated {
    /// About how many bytes it takes at most.
    pub const BYTES: u32 = 8 * (128 + 48);

    /// True when the document was valid with such variables.
    pub fn knows(&self, shape: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(shape)
    }

    /// The document is valid with such variables.
    pub fn note(&self, shape: String) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < SHAPES {
            known.insert(shape);
        }
    }
}

/// The shape of the variables of an operation; none when it is too long to be remembered, or the operation is not there.
pub fn shape(document: &ExecutableDocument, operation: Option<&str>, variables: &Map<String, Value>) -> Option<String> {
    let wanted = |name: Option<&Name>| operation.is_none() || name.map(Name::as_str) == operation;
    let (name, found) = document.operations.iter().find(|(name, _)| wanted(*name))?;
    let mut shape = name.map_or_else(String::new, |name| format!("{name}:"));
    let operation: &OperationDefinition = &found.node;
    for definition in &operation.variable_definitions {
        match variables.get(definition.node.name.node.as_str()) {
            Some(value) => of_value(&definition.node.var_type.node, value, &mut shape),
            None => shape.push('-'),
        }
        if shape.len() > LONGEST {
            return None;
        }
    }
    Some(shape)
}

fn of_value(declared: &Type, value: &Value, shape: &mut String) {
    match (&declared.base, value) {
        (_, Value::Null) => shape.push('N'),
        (BaseType::List(of), Value::Array(list)) => {
            let mut kinds: Vec<_> = list.iter().map(|entry| kind(of, entry)).collect();
            kinds.sort_unstable();
            kinds.dedup();
            shape.push('[');
            shape.extend(kinds);
            shape.push(']');
        }
        _ => shape.push_str(&kind(declared, value)),
    }
}

/// Which kind of value it is, or, where the type may look at more than that, the value itself.
fn kind(declared: &Type, value: &Value) -> String {
    let named = match &declared.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(_) => "",
    };
    let kind = match (named, value) {
        (_, Value::Null) => "N",
        ("String" | "ID", Value::String(_)) => "S",
        ("Boolean", Value::Bool(_)) => "B",
        ("Int" | "Float", Value::Number(number)) if number.is_i64() => "I",
        ("Float", Value::Number(_)) => "F",
        _ => {
            let mut itself = String::from("=");
            // Writing to a text does not fail.
            let _ = write!(itself, "{value};");
            return itself;
        }
    };
    kind.to_owned()
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    fn of(query: &str, operation: Option<&str>, variables: Value) -> Option<String> {
        let Value::Object(variables) = variables else { panic!("no object") };
        shape(&parse_query(query).expect("a document"), operation, &variables)
    }

    #[test]
    fn of_built_in_types_the_kind_of_a_value_counts_of_others_the_value() {
        let query = "query($a: Int, $b: [ID!]!, $c: SocCode, $d: JobFilter) { x }";
        let shape = |variables: Value| of(query, None, variables).expect("a shape");
        assert_eq!(shape(json!({ "a": 1, "b": ["x", "y"], "other": 5 })), "I[S]--");
        assert_eq!(shape(json!({ "a": 2, "b": ["z"] })), shape(json!({ "a": 1, "b": ["x", "y"] })));
        let differs = [
            json!({ "a": null, "b": ["z"] }),
            json!({ "a": "1", "b": ["z"] }),
            json!({ "a": "2", "b": ["z"] }),
            json!({ "a": 1.5, "b": ["z"] }),
            json!({ "a": u64::MAX, "b": ["z"] }),
            json!({ "a": 1, "b": ["z", 1] }),
            json!({ "a": 1, "b": ["z", null] }),
            json!({ "a": 1, "b": [["z"]] }),
            json!({ "a": 1, "b": [] }),
            json!({ "a": 1, "b": "z" }),
            json!({ "a": 1, "b": ["z"], "c": "15-1252" }),
            json!({ "a": 1, "b": ["z"], "c": "29-1141" }),
            json!({ "a": 1, "b": ["z"], "d": { "search": "a" } }),
            json!({ "a": 1, "b": ["z"], "d": { "search": "b" } }),
            json!({ "b": ["z"] }),
        ];
        let all: HashSet<_> = differs.into_iter().map(shape).chain([shape(json!({ "a": 1, "b": ["z"] }))]).collect();
        assert_eq!(all.len(), 16, "each is another one: {all:?}");
    }

    #[test]
    fn operations_of_one_document_are_told_apart_and_long_shapes_are_none() {
        let two = "query A($a: Int) { x } query B($a: Int) { y }";
        assert_ne!(of(two, Some("A"), json!({ "a": 1 })), of(two, Some("B"), json!({ "a": 1 })));
        assert_eq!(of(two, Some("C"), json!({})), None);
        assert_eq!(of("query($a: JobFilter) { x }", None, json!({ "a": { "search": "x".repeat(LONGEST) } })), None);
    }

    #[test]
    fn so_many_shapes_are_remembered_and_no_more() {
        let known = Validated::default();
        (0..100).for_each(|number| known.note(number.to_string()));
        assert!(known.knows("0") && known.knows("7") && !known.knows("8"));
    }
}
