//! The API: resolvers of ten lines at most, which read domain types from arguments, make one call, and wrap the answer.

mod cost;
mod error;
mod export;
mod federation;
mod guard;
mod id;
mod limits;
mod mutation;
mod page;
mod query;
mod scalars;
mod subscription;
mod traced;
mod types;
mod validated;

use std::sync::Arc;

use async_graphql::{Context, SDLExportOptions, Schema, ValidationMode};

pub use cost::Costs;
pub use error::RequestId;
pub use export::{ExportFilter, ExportPage, Exporter};
pub use federation::subgraph_sdl;
pub use limits::{DOCUMENT_BYTES, Document, Limits, Unfit};
use mutation::Mutation;
use query::Query;
use subscription::Live;
pub use validated::{Validated, shape};

use crate::{domain::access::Principal, loaders::Loaders, service::Service};

/// The schema with its resolvers.
pub type ApiSchema = Schema<Query, Mutation, Live>;

/// The schema over a service.
pub fn schema(service: Arc<Service>, limits: &Limits) -> ApiSchema {
    builder(limits).data(service).finish()
}

/// The same with a span for each root field, for who collects traces.
pub fn traced_schema(service: Arc<Service>, limits: &Limits) -> ApiSchema {
    builder(limits).data(service).extension(traced::RootSpans).finish()
}

/// One of the two for documents that were found to be valid with such variables before: it does not validate them again.
pub fn trusting_schema(service: Arc<Service>, limits: &Limits, with_spans: bool) -> ApiSchema {
    let builder = builder(limits).validation_mode(ValidationMode::Fast).data(service);
    if with_spans { builder.extension(traced::RootSpans).finish() } else { builder.finish() }
}

/// The schema in the schema definition language, with a description on everything.
pub fn sdl() -> String {
    printed(sdl_options())
}

fn sdl_options() -> SDLExportOptions {
    SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items()
}

fn printed(options: SDLExportOptions) -> String {
    let mut text = builder(&Limits::default()).finish().sdl_with_options(options);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The enrichment run that an id of the API names.
pub fn run_of(id: &str) -> Option<uuid::Uuid> {
    match id::NodeId::parse(&id.into()) {
        Some(id::NodeId::EnrichmentRun(run)) => Some(run),
        _ => None,
    }
}

fn builder(limits: &Limits) -> async_graphql::SchemaBuilder<Query, Mutation, Live> {
    let builder = Schema::build(Query, Mutation::default(), Live);
    types::register_interfaces(limits.apply(builder))
}

/// What a resolver needs of its request.
trait Ask<'a> {
    fn service(&self) -> &'a Arc<Service>;
    fn principal(&self) -> &'a Principal;
    fn loaders(&self) -> &'a Loaders;
}

impl<'a> Ask<'a> for Context<'a> {
    fn service(&self) -> &'a Arc<Service> {
        self.data_unchecked()
    }

    fn principal(&self) -> &'a Principal {
        self.data_unchecked()
    }

    fn loaders(&self) -> &'a Loaders {
        self.data_unchecked()
    }
}
