//! Mutations, a file per area.

mod bulk;
mod companies;
mod drafts;
mod enrichment;
mod jobs;

use async_graphql::MergedObject;

/// What can be changed.
#[derive(MergedObject, Debug, Default)]
pub struct Mutation(companies::Companies, jobs::Jobs, enrichment::Enrichment, drafts::Drafts, bulk::Bulk);
