//! What an operation costs, told in the schema by the directives of the [cost specification]: one for each object of an answer,
//! and the weights of the fields whose making costs more, once for each time they are made. Nothing else knows a weight: they are
//! read from the printed schema.
//!
//! [cost specification]: https://ibm.github.io/graphql-specs/cost-spec.html

mod counted;
mod plan;
mod weights;

use std::borrow::Cow;

use async_graphql::{
    TypeDirective,
    registry::{MetaDirectiveInvocation, Registry, location_traits::Directive_At_FIELD_DEFINITION},
};

pub use plan::Costs;

/// What it costs, beside one for each object: on a field, each time that it is made; on a type, each object in place of one.
#[TypeDirective(location = "FieldDefinition", location = "Object")]
pub(super) fn cost(weight: String) {}

/// How many entries the list of a field is taken to have before it is known: as many as the largest of the slicing arguments
/// says, a list among them by its length, or the assumed size where none is given. The sized fields are those of the answer that
/// hold the list.
#[TypeDirective(location = "FieldDefinition", name = "listSize")]
pub(super) fn list_size(
    assumed_size: Option<i32>,
    slicing_arguments: Option<Vec<String>>,
    sized_fields: Option<Vec<String>>,
    #[graphql(default_with = "Some(true)")] require_one_slicing_argument: Option<bool>,
) {
}

/// The weight of a field that takes a statement of its own.
pub(super) const STATEMENT: &str = "5";
/// The weight of a change.
pub(super) const CHANGE: &str = "20";
/// The weight of what is done to many jobs, or looks at all of them.
pub(super) const MANY: &str = "200";

/// The size of a page: 20 entries, unless its arguments say otherwise.
#[derive(Debug)]
pub(super) struct Paged;

/// The size of a list: so many entries, unless an argument says otherwise.
#[derive(Debug)]
pub(super) struct Listed;

impl Paged {
    pub(super) fn apply(arguments: &[&str]) -> MetaDirectiveInvocation {
        list_size::apply(Some(20), names(arguments), names(&["edges", "nodes"]), Some(false))
    }
}

impl Listed {
    pub(super) fn apply(assumed: i32, arguments: &[&str]) -> MetaDirectiveInvocation {
        list_size::apply(Some(assumed), names(arguments), None, Some(false))
    }
}

fn names(which: &[&str]) -> Option<Vec<String>> {
    let names: Vec<_> = which.iter().map(|name| (*name).to_owned()).collect();
    Some(names).filter(|names| !names.is_empty())
}

/// Both are the directive of the size of lists, with fewer words.
macro_rules! sizes {
    ($($name:ident),+) => { $(
        impl TypeDirective for $name {
            fn name(&self) -> Cow<'static, str> {
                list_size.name()
            }

            fn register(&self, registry: &mut Registry) {
                list_size.register(registry);
            }
        }

        impl Directive_At_FIELD_DEFINITION for $name {}
    )+ };
}
sizes!(Paged, Listed);
