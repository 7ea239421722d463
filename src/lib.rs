//! rolegraph: a GraphQL gateway that resolves jobs with per-field provenance.
//!
//! `ARCHITECTURE.md` tells which part may use which; a test holds it to that.

pub mod domain;
pub mod providers;
