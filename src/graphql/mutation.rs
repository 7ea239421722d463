//! Mutations, a file per area.

mod bulk;
mod companies;
mod enrichment;
mod jobs;
mod reviews;

use async_graphql::MergedObject;

/// What can be changed.
#[derive(MergedObject, Debug, Default)]
pub struct Mutation(companies::Companies, jobs::Jobs, enrichment::Enrichment, bulk::Bulk, reviews::Reviews);
