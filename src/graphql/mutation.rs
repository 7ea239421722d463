//! Mutations, a file per area.

mod bulk;
mod companies;
mod drafts;
mod enrichment;
mod jobs;
mod keys;
mod overrides;
mod reviews;
mod webhooks;

use async_graphql::MergedObject;

/// What can be changed.
#[derive(MergedObject, Debug, Default)]
pub struct Mutation(
    companies::Companies,
    jobs::Jobs,
    enrichment::Enrichment,
    drafts::Drafts,
    reviews::Reviews,
    overrides::Overrides,
    bulk::Bulk,
    keys::Keys,
    webhooks::Webhooks,
);
