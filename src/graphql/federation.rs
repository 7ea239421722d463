//! The service as a subgraph of Apollo Federation 2: a gateway asks for the entities that other subgraphs refer to by their keys.
//!
//! The library's own entities answer an error for a whole list in which one is not found, and keep the schema from being printed
//! without them. So the two root fields are ours, and the keys are put into the printed subgraph.

use std::sync::LazyLock;

use async_graphql::{Context, ID, Object, Result, Scalar, ScalarType, SimpleObject, Union, Value};

use super::{
    Ask,
    cost::{Listed, STATEMENT, cost},
    error::{OrInternal, invalid},
    id::NodeId,
    query::MAX_IDS,
    types::{job::Job, occupation::Occupation},
};
use crate::{domain::soc::SocCode, loaders::JobKey};

/// The types that are entities, as they are declared, and the field that is the key of each.
const KEYS: [(&str, &str); 2] = [("type Job implements Node", "id"), ("type Occupation implements Node", "code")];

/// The schema of the subgraph, as a gateway composes it. Subscriptions are no part of it: they are asked for here.
pub fn subgraph_sdl() -> String {
    let plain = super::printed(super::sdl_options().federation());
    KEYS.iter().fold(plain, |sdl, (declared, key)| sdl.replace(declared, &format!("{declared} @key(fields: \"{key}\")")))
}

static SDL: LazyLock<String> = LazyLock::new(subgraph_sdl);

/// What a gateway asks a subgraph for.
pub(super) struct Subgraph;

/// What a gateway asks a subgraph for.
#[Object]
impl Subgraph {
    /// This service as a subgraph of Apollo Federation 2. For who may look at the schema.
    #[graphql(name = "_service")]
    async fn service(&self) -> SubgraphService {
        SubgraphService { sdl: &SDL }
    }

    /// The jobs and occupations of these keys, in the same order; null for one that does not exist, or that the caller may not see.
    #[graphql(name = "_entities", directive = cost::apply(STATEMENT.into()), directive = Listed::apply(10, &["representations"]))]
    async fn entities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most 100: `{ __typename: \"Job\", id }` or `{ __typename: \"Occupation\", code }`.")] representations: Vec<
            Representation,
        >,
    ) -> Result<Vec<Option<Entity>>> {
        if representations.len() > MAX_IDS {
            return Err(invalid(format!("`representations` holds at most {MAX_IDS}; these are {}.", representations.len())));
        }
        let keys = representations.iter().enumerate().map(|(place, one)| Key::read(&one.0).map_err(|wrong| named(place, wrong)));
        let keys = keys.collect::<Result<Vec<_>>>()?;
        futures::future::try_join_all(keys.into_iter().map(|key| key.load(ctx))).await
    }
}

fn named(place: usize, wrong: &str) -> async_graphql::Error {
    invalid(format!("`representations[{place}]` {wrong}"))
}

/// The schema of the subgraph.
#[derive(SimpleObject)]
#[graphql(name = "_Service")]
struct SubgraphService {
    /// In the schema definition language.
    sdl: &'static str,
}

/// What names an entity: its type in `__typename`, and its key.
struct Representation(Value);

/// What names an entity: its type in `__typename`, and its key.
#[Scalar(name = "_Any")]
impl ScalarType for Representation {
    fn parse(value: Value) -> async_graphql::InputValueResult<Self> {
        Ok(Self(value))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

/// What other subgraphs refer to by its key.
#[derive(Union)]
#[graphql(name = "_Entity")]
enum Entity {
    /// A job, by its `id`.
    Job(Job),
    /// An occupation, by its `code`.
    Occupation(Occupation),
}

/// The key of an entity; without one when what was given is a key of nothing.
#[derive(Debug, PartialEq, Eq)]
enum Key {
    Job(Option<uuid::Uuid>),
    Occupation(Option<SocCode>),
}

impl Key {
    /// Reads a representation. Other fields than the key may be there: gateways send what other subgraphs know.
    fn read(representation: &Value) -> Result<Self, &'static str> {
        let Value::Object(fields) = representation else { return Err("is no object.") };
        let text = |name: &str| match fields.get(name) {
            Some(Value::String(text)) => Some(text.as_str()),
            _ => None,
        };
        match text("__typename").ok_or("has no `__typename`.")? {
            "Job" => Ok(Self::Job(NodeId::job(&ID::from(text("id").ok_or("is a Job without its key, a text in `id`.")?)))),
            "Occupation" => Ok(Self::Occupation(text("code").ok_or("is an Occupation without its key, a text in `code`.")?.parse().ok())),
            _ => Err("is of a type that is no entity here: Job and Occupation are."),
        }
    }

    async fn load(self, ctx: &Context<'_>) -> Result<Option<Entity>> {
        Ok(match self {
            Self::Job(Some(id)) => ctx.loaders().one(JobKey(id)).await.or_internal(ctx)?.map(|job| Entity::Job(Job::new(job))),
            Self::Occupation(Some(code)) => Occupation::of(ctx, code).map(Entity::Occupation),
            Self::Job(None) | Self::Occupation(None) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn representations_are_read_and_others_refused() {
        let read = |value: serde_json::Value| Key::read(&Value::from_json(value).expect("a value"));
        let code = "15-1252.00".parse().ok();
        assert_eq!(read(json!({ "__typename": "Occupation", "code": "15-1252.00", "title": 1 })), Ok(Key::Occupation(code)));
        assert_eq!(read(json!({ "__typename": "Job", "id": "nothing" })), Ok(Key::Job(None)));
        for wrong in [
            json!("Job"),
            json!({}),
            json!({ "id": "a" }),
            json!({ "__typename": 1 }),
            json!({ "__typename": "Company", "id": "a" }),
            json!({ "__typename": "Job" }),
            json!({ "__typename": "Job", "id": 1 }),
            json!({ "__typename": "Occupation", "id": "15-1252.00" }),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    /// A key that finds no declaration would be left out without a word.
    #[test]
    fn each_key_is_in_the_printed_subgraph() {
        for (declared, key) in KEYS {
            assert_eq!(SDL.matches(&format!("\n{declared} @key(fields: \"{key}\") {{")).count(), 1, "{declared}");
        }
    }
}
