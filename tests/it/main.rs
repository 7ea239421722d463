//! One test binary: a file per feature.

mod bundle;
mod docs;
mod house;
mod jobs;
mod migrations;
mod occupations;
mod schema;
mod support;
mod work;
