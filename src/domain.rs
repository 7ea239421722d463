//! What the service is about, pure: no async, no database, no HTTP, no GraphQL.

pub mod access;
pub mod assist;
pub mod claim;
pub mod clock;
pub mod coverage;
pub mod facts;
pub mod fields;
pub mod filter;
pub mod freshness;
pub mod history;
pub mod job;
pub mod occupation;
pub mod overrides;
pub mod page;
pub mod profile;
pub mod provenance;
pub mod provider_state;
pub mod responsibilities;
pub mod rollup;
pub mod run;
pub mod search;
pub mod skills;
pub mod soc;
pub mod user_error;
pub mod values;
