//! rolegraph: a GraphQL gateway that resolves jobs with per-field provenance.
//!
//! `ARCHITECTURE.md` tells which part may use which; a test holds it to that.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod graphql;
pub mod http;
pub mod loaders;
pub mod metrics;
pub mod net;
pub mod providers;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod work;
