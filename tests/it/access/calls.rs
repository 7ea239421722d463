//! A call of every root field, made from the schema.

use std::collections::BTreeMap;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition},
};

/// A root field.
pub(super) struct Root {
    /// `query`, `mutation` or `subscription`.
    pub(super) operation: &'static str,
    /// Its name.
    pub(super) name: String,
    /// One of these scopes is needed; none when nothing is said.
    pub(super) any_of: Option<Vec<String>>,
    field: FieldDefinition,
}

/// The API as it is printed.
pub(super) struct Api {
    types: BTreeMap<String, TypeKind>,
}

impl Api {
    pub(super) fn new() -> Self {
        let document = parse_schema(rolegraph::graphql::sdl()).expect("the schema is readable");
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(found) => Some((found.node.name.node.to_string(), found.node.kind)),
            _ => None,
        });
        Self { types: types.collect() }
    }

    /// All root fields.
    pub(super) fn roots(&self) -> Vec<Root> {
        let mut roots = vec![];
        for (operation, of) in [("query", "Query"), ("mutation", "Mutation"), ("subscription", "Subscription")] {
            let Some(TypeKind::Object(object)) = self.types.get(of) else { panic!("no {of}") };
            for field in &object.fields {
                let rule = field.node.directives.iter().find(|directive| directive.node.name.node == "scopes");
                let any_of = rule.map(|rule| {
                    let names = rule.node.get_argument("anyOf").expect("scopes").node.clone().into_json().expect("a list");
                    serde_json::from_value(names).expect("names")
                });
                roots.push(Root { operation, name: field.node.name.node.to_string(), any_of, field: field.node.clone() });
            }
        }
        roots
    }

    /// A document that asks for that field, with this id wherever an id is wanted. `all_ids` gives the arguments too that may
    /// be left out, when there is an id in them. None when there is no id to be given and all of them were asked for.
    pub(super) fn call(&self, root: &Root, id: &str, all_ids: bool) -> Option<String> {
        let wanted = |argument: &&InputValueDefinition| is_required(argument) || all_ids && self.holds_id(&argument.ty.node, 0);
        let arguments: Vec<_> = root.field.arguments.iter().map(|argument| &argument.node).filter(wanted).collect();
        if all_ids && !arguments.iter().any(|argument| self.holds_id(&argument.ty.node, 0)) {
            return None;
        }
        let given: Vec<_> =
            arguments.iter().map(|argument| format!("{}: {}", argument.name.node, self.literal(&argument.ty.node, id, all_ids))).collect();
        let given = if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) };
        let selection = self.selection(&root.field.ty.node);
        Some(format!("{} {{ answer: {}{given}{selection} }}", root.operation, root.name))
    }

    fn selection(&self, ty: &Type) -> &'static str {
        let has = |name: &str| match self.types.get(base(ty)) {
            Some(TypeKind::Object(object)) => object.fields.iter().any(|field| field.node.name.node == name),
            _ => false,
        };
        match self.types.get(base(ty)) {
            Some(TypeKind::Object(_)) if has("errors") => " { errors { code message path } }",
            Some(TypeKind::Object(_)) if has("totalCount") => " { totalCount }",
            Some(TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_)) => " { __typename }",
            _ => "",
        }
    }

    /// True when an id may be given in it.
    fn holds_id(&self, ty: &Type, depth: usize) -> bool {
        match self.types.get(base(ty)) {
            _ if matches!(base(ty), "ID" | "_Any") => true,
            Some(TypeKind::InputObject(input)) if depth < 3 => {
                input.fields.iter().any(|field| self.holds_id(&field.node.ty.node, depth + 1))
            }
            _ => false,
        }
    }

    fn literal(&self, ty: &Type, id: &str, all_ids: bool) -> String {
        if let BaseType::List(of) = &ty.base {
            return format!("[{}]", self.literal(of, id, all_ids));
        }
        match base(ty) {
            "ID" => format!("\"{id}\""),
            "String" => "\"engineer\"".to_owned(),
            "Float" => "0.5".to_owned(),
            "Int" => "1".to_owned(),
            "Boolean" => "false".to_owned(),
            "DateTime" => "\"2026-11-23T08:00:00Z\"".to_owned(),
            "SocCode" => "\"15-1252\"".to_owned(),
            "_Any" => format!("{{ __typename: \"Job\", id: \"{id}\" }}"),
            "JobBy" => format!("{{ id: \"{id}\" }}"),
            "FieldValueInput" => "{ wages: { blank: true } }".to_owned(),
            name => match self.types.get(name) {
                Some(TypeKind::Enum(values)) => values.values[0].node.value.node.to_string(),
                Some(TypeKind::InputObject(input)) => {
                    let wanted = |field: &&InputValueDefinition| is_required(field) || all_ids && self.holds_id(&field.ty.node, 0);
                    let fields = input.fields.iter().map(|field| &field.node).filter(wanted);
                    let fields: Vec<_> =
                        fields.map(|field| format!("{}: {}", field.name.node, self.literal(&field.ty.node, id, all_ids))).collect();
                    format!("{{ {} }}", fields.join(", "))
                }
                other => panic!("nothing is known of {name}: {other:?}"),
            },
        }
    }
}

fn is_required(argument: &InputValueDefinition) -> bool {
    !argument.ty.node.nullable && argument.default_value.is_none()
}

fn base(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(of) => base(of),
    }
}
