//! The printed API, and what the library under it must do.

mod conformance;

use std::{collections::BTreeSet, fs, path::Path};

use async_graphql::{
    Positioned,
    parser::{
        parse_schema,
        types::{FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition},
    },
};

#[test]
fn the_committed_schema_is_what_the_code_prints() {
    let committed = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql")).expect("schema.graphql");
    assert!(committed == rolegraph::graphql::sdl(), "schema.graphql is not what the code prints: run `make schema`");
}

/// Collects what has no description.
#[derive(Default)]
struct Undescribed(BTreeSet<String>);

impl Undescribed {
    fn look(&mut self, name: String, description: Option<&Positioned<String>>) {
        if description.is_none_or(|text| text.node.trim().is_empty()) {
            self.0.insert(name);
        }
    }

    fn fields(&mut self, of: &str, fields: &[Positioned<FieldDefinition>]) {
        for field in fields {
            let name = format!("{of}.{}", field.node.name.node);
            self.look(name.clone(), field.node.description.as_ref());
            self.inputs(&name, &field.node.arguments);
        }
    }

    fn inputs(&mut self, of: &str, inputs: &[Positioned<InputValueDefinition>]) {
        for input in inputs {
            self.look(format!("{of}.{}", input.node.name.node), input.node.description.as_ref());
        }
    }
}

#[test]
fn everything_in_the_schema_has_a_description() {
    let document = parse_schema(rolegraph::graphql::sdl()).expect("the schema is readable");
    let (mut undescribed, mut types) = (Undescribed::default(), 0);
    for definition in document.definitions {
        let TypeSystemDefinition::Type(found) = definition else { continue };
        types += 1;
        let name = found.node.name.node.to_string();
        undescribed.look(name.clone(), found.node.description.as_ref());
        match &found.node.kind {
            TypeKind::Object(object) => undescribed.fields(&name, &object.fields),
            TypeKind::Interface(interface) => undescribed.fields(&name, &interface.fields),
            TypeKind::InputObject(input) => undescribed.inputs(&name, &input.fields),
            TypeKind::Enum(values) => {
                for value in &values.values {
                    undescribed.look(format!("{name}.{}", value.node.value.node), value.node.description.as_ref());
                }
            }
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
    assert!(types > 80, "only {types} types were read");
    assert_eq!(undescribed.0, BTreeSet::new());
}
