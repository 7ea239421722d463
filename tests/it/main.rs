//! One test binary: a file per feature.

mod bundle;
mod docs;
mod house;
mod jobs;
mod migrations;
mod net;
mod occupations;
mod schema;
mod support;
mod upstreams;
mod work;
