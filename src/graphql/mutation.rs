//! Mutations, a file per area.

mod bulk;
mod companies;
mod enrichment;
mod jobs;
mod overrides;

use async_graphql::MergedObject;

/// What can be changed.
#[derive(MergedObject, Debug, Default)]
pub struct Mutation(companies::Companies, jobs::Jobs, enrichment::Enrichment, overrides::Overrides, bulk::Bulk);
