//! The types of the API, a file per thing.

pub(super) mod bulk;
pub(super) mod coverage;
pub(super) mod diff;
pub(super) mod enums;
pub(super) mod field_view;
pub(super) mod fields;
pub(super) mod history;
pub(super) mod inputs;
pub(super) mod items;
pub(super) mod job;
pub(super) mod keys;
pub(super) mod node;
pub(super) mod occupation;
pub(super) mod override_inputs;
pub(super) mod payloads;
pub(super) mod people;
pub(super) mod provenance;
pub(super) mod providers;
pub(super) mod review;
pub(super) mod runs;
pub(super) mod skills;
pub(super) mod soc;
pub(super) mod value_inputs;
pub(super) mod webhooks;

use async_graphql::{ObjectType, SchemaBuilder, SubscriptionType};

/// Interfaces that no field answers have to be named.
pub(super) fn register_interfaces<Q, M, S>(builder: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    builder.register_output_type::<fields::ProvenancedField>().register_output_type::<payloads::MutationPayload>()
}
