//! The weights of the schema, read from its directives.

use std::{collections::HashMap, sync::LazyLock};

use async_graphql::{
    Positioned, Value,
    parser::{
        parse_schema,
        types::{BaseType, ConstDirective, FieldDefinition, ServiceDocument, Type, TypeDefinition, TypeKind, TypeSystemDefinition},
    },
};

/// How many entries a list is taken to have that says nothing of its size.
const ASSUMED: f64 = 10.0;

/// What asking for the schema costs: it is large, and the same for everybody.
const SCHEMA: f64 = 100.0;

/// What all fields and types cost.
#[derive(Debug, Default)]
pub(super) struct Weights {
    types: HashMap<String, OfType>,
    roots: HashMap<&'static str, String>,
}

/// What a type costs.
#[derive(Debug, Default)]
pub(super) struct OfType {
    /// For each object.
    pub(super) each: f64,
    pub(super) fields: HashMap<String, OfField>,
    /// The interfaces of an object.
    pub(super) implements: Vec<String>,
    /// It has objects of several types.
    pub(super) is_abstract: bool,
}

/// What a field costs.
#[derive(Debug, Clone)]
pub(super) struct OfField {
    /// Each time that it is made.
    pub(super) once: f64,
    /// The name of its type.
    pub(super) of: String,
    pub(super) is_list: bool,
    /// How long the list is taken to be.
    pub(super) size: ListSize,
}

/// How long a list is taken to be.
#[derive(Debug, Clone)]
pub(super) struct ListSize {
    pub(super) assumed: f64,
    pub(super) arguments: Vec<String>,
    /// The fields below that hold the list; none when the field does itself.
    pub(super) fields: Vec<String>,
}

impl Weights {
    /// Those of the API.
    pub(super) fn of_the_api() -> &'static Self {
        static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| Weights::read(&crate::graphql::sdl()));
        &WEIGHTS
    }

    /// Those of a schema. Whatever has none costs nothing.
    pub(super) fn read(sdl: &str) -> Self {
        let document = parse_schema(sdl).unwrap_or(ServiceDocument { definitions: vec![] });
        let mut weights = Self::default();
        for definition in document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let roots =
                        [("query", schema.node.query), ("mutation", schema.node.mutation), ("subscription", schema.node.subscription)];
                    weights.roots = roots.into_iter().filter_map(|(root, name)| Some((root, name?.node.to_string()))).collect();
                }
                TypeSystemDefinition::Type(found) => drop(weights.types.insert(found.node.name.node.to_string(), of_type(&found.node))),
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        if let Some(query) = weights.roots.get("query").and_then(|name| weights.types.get_mut(name)) {
            for name in ["__schema", "__type"] {
                query.fields.insert(name.to_owned(), OfField { once: SCHEMA, of: String::new(), is_list: false, size: ListSize::one() });
            }
        }
        for root in weights.roots.values() {
            // The root is there anyway.
            weights.types.entry(root.clone()).or_default().each = 0.0;
        }
        weights
    }

    /// The type at a root: `query`, `mutation` or `subscription`.
    pub(super) fn root(&self, which: &str) -> &str {
        self.roots.get(which).map_or("", String::as_str)
    }

    /// What is known of a type; nothing of one that is not there.
    pub(super) fn of(&self, name: &str) -> Option<&OfType> {
        self.types.get(name)
    }

    /// True when an object of that type is one of the other.
    pub(super) fn is_one_of(&self, object: &str, other: &str) -> bool {
        object == other || self.types.get(object).is_some_and(|known| known.implements.iter().any(|name| name == other))
    }
}

impl ListSize {
    fn one() -> Self {
        Self { assumed: 1.0, arguments: vec![], fields: vec![] }
    }
}

fn of_type(definition: &TypeDefinition) -> OfType {
    let (implements, fields, is_abstract) = match &definition.kind {
        TypeKind::Object(object) => (object.implements.as_slice(), object.fields.as_slice(), false),
        TypeKind::Interface(interface) => (&[][..], interface.fields.as_slice(), true),
        TypeKind::Union(_) => (&[][..], &[][..], true),
        _ => return OfType::default(),
    };
    OfType {
        each: weight(&definition.directives).unwrap_or(1.0),
        fields: fields.iter().map(|field| (field.node.name.node.to_string(), of_field(&field.node))).collect(),
        implements: implements.iter().map(|name| name.node.to_string()).collect(),
        is_abstract,
    }
}

fn of_field(definition: &FieldDefinition) -> OfField {
    let (of, is_list) = named(&definition.ty.node);
    OfField { once: weight(&definition.directives).unwrap_or(0.0), of, is_list, size: size(&definition.directives, is_list) }
}

fn named(ty: &Type) -> (String, bool) {
    match &ty.base {
        BaseType::Named(name) => (name.to_string(), false),
        BaseType::List(of) => (named(of).0, true),
    }
}

fn weight(directives: &[Positioned<ConstDirective>]) -> Option<f64> {
    match argument(directives, "cost", "weight")? {
        Value::String(weight) => weight.parse().ok(),
        _ => None,
    }
}

fn size(directives: &[Positioned<ConstDirective>], is_list: bool) -> ListSize {
    let texts = |name: &str| match argument(directives, "listSize", name) {
        Some(Value::List(texts)) => {
            texts.iter().filter_map(|text| if let Value::String(text) = text { Some(text.clone()) } else { None }).collect()
        }
        _ => vec![],
    };
    let assumed = match argument(directives, "listSize", "assumedSize") {
        Some(Value::Number(assumed)) => assumed.as_f64(),
        _ => None,
    };
    let otherwise = if is_list { ASSUMED } else { 1.0 };
    ListSize { assumed: assumed.unwrap_or(otherwise), arguments: texts("slicingArguments"), fields: texts("sizedFields") }
}

fn argument<'a>(directives: &'a [Positioned<ConstDirective>], directive: &str, name: &str) -> Option<&'a Value> {
    let found = directives.iter().find(|found| found.node.name.node == directive)?;
    found.node.get_argument(name).map(|value| &value.node)
}
