//! What the operations of a document cost: worked out once for each document, and told for given variables in a moment.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, Value,
    parser::types::{Directive, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet},
};
use async_graphql_value::{ConstValue, Value as Given};
use serde_json::Map;

use super::weights::{ListSize, OfField, Weights};

/// No list of the API is longer: what asks for more is refused by who makes it.
const LONGEST: f64 = 1_000.0;

/// What the operations of a document cost.
#[derive(Debug, Clone, Default)]
pub struct Costs(Vec<(Option<Name>, Shape)>);

/// What is asked for of an object, as far as it costs something.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    /// The object itself.
    pub(super) each: f64,
    /// Its fields, by their names in the answer.
    pub(super) fields: Vec<(Name, Asked)>,
}

/// A field that is asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Each time that it is made.
    pub(super) once: f64,
    /// It is left out unless all of these hold.
    when: Vec<(Name, bool)>,
    size: Size,
    /// What is asked for of its objects; by their types where these may be several.
    pub(super) of: Vec<Shape>,
}

/// How many objects a field is taken to have.
#[derive(Debug, Clone)]
struct Size {
    assumed: f64,
    given: Vec<Slice>,
}

/// What an argument says of the length of a list.
#[derive(Debug, Clone)]
enum Slice {
    Known(f64),
    Variable(Name, Option<f64>),
}

impl Costs {
    /// Of a document whose size was found to be good. It need not fit the schema: what that does not have costs nothing.
    pub(in crate::graphql) fn of(document: &ExecutableDocument) -> Self {
        Self::by(Weights::of_the_api(), document)
    }

    pub(super) fn by(weights: &Weights, document: &ExecutableDocument) -> Self {
        let of = |(name, operation): (Option<&Name>, &Positioned<OperationDefinition>)| {
            (name.cloned(), Planning { weights, document, operation: &operation.node }.root())
        };
        Self(document.operations.iter().map(of).collect())
    }

    /// What an operation may cost, given its variables; 1 at least.
    pub fn estimated(&self, operation: Option<&str>, variables: &Map<String, serde_json::Value>) -> u64 {
        self.shape(operation).map_or(1, |shape| whole(shape.estimated(variables)))
    }

    /// What an operation did cost, given its answer; 1 at least.
    pub fn counted(&self, operation: Option<&str>, answer: &Value) -> u64 {
        self.shape(operation).map_or(1, |shape| whole(shape.counted(answer)))
    }

    fn shape(&self, operation: Option<&str>) -> Option<&Shape> {
        let wanted = |name: &Option<Name>| operation.is_none() || name.as_deref() == operation;
        self.0.iter().find(|(name, _)| wanted(name)).map(|(_, shape)| shape)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, and bounded by 1 and the largest number")]
fn whole(cost: f64) -> u64 {
    cost.ceil().max(1.0) as u64
}

impl Shape {
    fn estimated(&self, variables: &Map<String, serde_json::Value>) -> f64 {
        self.each + self.fields.iter().map(|(_, asked)| asked.estimated(variables)).sum::<f64>()
    }
}

impl Asked {
    fn estimated(&self, variables: &Map<String, serde_json::Value>) -> f64 {
        let holds = |(name, wanted): &(Name, bool)| {
            variables.get(name.as_str()).and_then(serde_json::Value::as_bool).is_none_or(|is| is == *wanted)
        };
        if !self.when.iter().all(holds) {
            return 0.0;
        }
        let below = self.of.iter().map(|shape| shape.estimated(variables)).fold(0.0, f64::max);
        self.once + self.size.estimated(variables) * below
    }
}

impl Size {
    fn estimated(&self, variables: &Map<String, serde_json::Value>) -> f64 {
        let given = self.given.iter().filter_map(|slice| match slice {
            Slice::Known(size) => Some(*size),
            Slice::Variable(name, otherwise) => match variables.get(name.as_str()) {
                Some(value) => length(value),
                None => *otherwise,
            },
        });
        given.reduce(f64::max).unwrap_or(self.assumed).clamp(0.0, LONGEST)
    }
}

/// What a value says of the length of a list: its number, or its own length.
fn length(value: &serde_json::Value) -> Option<f64> {
    match value {
        serde_json::Value::Null => None,
        serde_json::Value::Array(list) => Some(list.len() as f64),
        other => Some(other.as_f64().unwrap_or(1.0)),
    }
}

/// A selected field, with all that is selected below it.
struct Picked<'a> {
    field: &'a Field,
    when: Vec<(Name, bool)>,
    sets: Vec<&'a SelectionSet>,
}

struct Planning<'a> {
    weights: &'a Weights,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
}

impl<'a> Planning<'a> {
    fn root(&self) -> Shape {
        let root = match self.operation.ty {
            OperationType::Query => "query",
            OperationType::Mutation => "mutation",
            OperationType::Subscription => "subscription",
        };
        self.shape(self.weights.root(root), &[&self.operation.selection_set.node], None)
    }

    /// What is asked for of an object of a type. `sized` are the fields that hold the list of the field above.
    fn shape(&self, object: &str, sets: &[&'a SelectionSet], sized: Option<(&ListSize, &Size)>) -> Shape {
        let Some(known) = self.weights.of(object) else { return Shape::default() };
        let (mut picked, mut places) = (vec![], HashMap::new());
        for set in sets {
            self.pick(object, set, &[], &mut picked, &mut places);
        }
        let asked = |picked: &Picked<'a>| {
            let field = known.fields.get(picked.field.name.node.as_str())?;
            let asked = self.asked(field, picked, sized)?;
            Some((picked.field.response_key().node.clone(), asked))
        };
        Shape { each: known.each, fields: picked.iter().filter_map(asked).collect() }
    }

    /// A field that costs something.
    fn asked(&self, field: &OfField, picked: &Picked<'a>, sized: Option<(&ListSize, &Size)>) -> Option<Asked> {
        let own = Size {
            assumed: field.size.assumed,
            given: field.size.arguments.iter().filter_map(|name| self.slice(picked.field, name)).collect(),
        };
        let holds = sized.filter(|(list, _)| list.fields.iter().any(|name| *name == picked.field.name.node.as_str()));
        let (size, below) = match holds {
            Some((_, size)) => (size.clone(), None),
            None if field.size.fields.is_empty() => (own.clone(), None),
            None => (Size { assumed: if field.is_list { own.assumed } else { 1.0 }, given: vec![] }, Some((&field.size, &own))),
        };
        let of =
            self.objects(&field.of, &picked.sets).into_iter().map(|object| self.shape(object, &picked.sets, below)).collect::<Vec<_>>();
        let costs = field.once > 0.0 || of.iter().any(|shape| shape.each > 0.0 || !shape.fields.is_empty());
        costs.then(|| Asked { once: field.once, when: picked.when.clone(), size, of })
    }

    /// The types that objects of a type may have, as far as it makes a difference to what is asked for of them.
    fn objects<'b>(&self, of: &'b str, sets: &[&'b SelectionSet]) -> Vec<&'b str>
    where
        'a: 'b,
    {
        let mut types = vec![of];
        if self.weights.of(of).is_some_and(|known| known.is_abstract) {
            for set in sets {
                self.conditions(set, &mut types);
            }
        }
        types
    }

    /// The types that fragments of a set are for.
    fn conditions<'b>(&self, set: &'b SelectionSet, types: &mut Vec<&'b str>)
    where
        'a: 'b,
    {
        for item in &set.items {
            let (on, below) = match &item.node {
                Selection::Field(_) => continue,
                Selection::InlineFragment(fragment) => (
                    fragment.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str()),
                    &fragment.node.selection_set.node,
                ),
                Selection::FragmentSpread(spread) => match self.document.fragments.get(&spread.node.fragment_name.node) {
                    Some(fragment) => (Some(fragment.node.type_condition.node.on.node.as_str()), &fragment.node.selection_set.node),
                    None => continue,
                },
            };
            types.extend(on.filter(|on| !types.contains(on)));
            self.conditions(below, types);
        }
    }

    /// The fields that a set asks for of an object; those that have one name in the answer are one field.
    fn pick(
        &self,
        object: &str,
        set: &'a SelectionSet,
        when: &[(Name, bool)],
        picked: &mut Vec<Picked<'a>>,
        places: &mut HashMap<&'a str, usize>,
    ) {
        for item in &set.items {
            let Some(when) = self.also(when, item.node.directives()) else { continue };
            let fits = |on: &Name| self.weights.is_one_of(object, on.as_str());
            match &item.node {
                Selection::Field(field) => {
                    let place = *places.entry(field.node.response_key().node.as_str()).or_insert(picked.len());
                    match picked.get_mut(place) {
                        Some(known) => {
                            known.when.retain(|condition| when.contains(condition));
                            known.sets.push(&field.node.selection_set.node);
                        }
                        None => picked.push(Picked { field: &field.node, when, sets: vec![&field.node.selection_set.node] }),
                    }
                }
                Selection::InlineFragment(fragment) => {
                    if fragment.node.type_condition.as_ref().is_none_or(|condition| fits(&condition.node.on.node)) {
                        self.pick(object, &fragment.node.selection_set.node, &when, picked, places);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.node.fragment_name.node);
                    if let Some(fragment) = fragment.filter(|fragment| fits(&fragment.node.type_condition.node.on.node)) {
                        self.pick(object, &fragment.node.selection_set.node, &when, picked, places);
                    }
                }
            }
        }
    }

    /// The conditions with those of `@skip` and `@include`; none for what is left out in any case.
    fn also(&self, when: &[(Name, bool)], directives: &[Positioned<Directive>]) -> Option<Vec<(Name, bool)>> {
        let mut all = when.to_vec();
        for directive in directives {
            let wanted = match directive.node.name.node.as_str() {
                "include" => true,
                "skip" => false,
                _ => continue,
            };
            match directive.node.get_argument("if").map(|value| &value.node) {
                Some(Given::Boolean(is)) if *is != wanted => return None,
                Some(Given::Variable(name)) => match self.default_of(name) {
                    // The default would have to be looked up each time: such a field is taken to be there.
                    Some(_) => {}
                    None => all.push((name.clone(), wanted)),
                },
                _ => {}
            }
        }
        Some(all)
    }

    fn default_of(&self, name: &Name) -> Option<&ConstValue> {
        let definition = self.operation.variable_definitions.iter().find(|definition| definition.node.name.node == *name)?;
        definition.node.default_value.as_ref().map(|value| &value.node)
    }

    /// What an argument says of the length of a list; none when it is not given.
    fn slice(&self, field: &Field, argument: &str) -> Option<Slice> {
        match &field.get_argument(argument)?.node {
            Given::Null => None,
            Given::Variable(name) => {
                let otherwise = self.default_of(name).and_then(|value| length(&value.clone().into_json().ok()?));
                Some(Slice::Variable(name.clone(), otherwise))
            }
            Given::List(list) => Some(Slice::Known(list.len() as f64)),
            Given::Number(number) => Some(Slice::Known(number.as_f64().unwrap_or(1.0))),
            _ => Some(Slice::Known(1.0)),
        }
    }
}
