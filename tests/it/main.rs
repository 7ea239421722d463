//! One test binary: a file per feature.

mod assist;
mod browser;
mod bulk;
mod bundle;
mod cli;
mod demo;
mod docs;
mod drafts;
mod filters;
mod history;
mod house;
mod http;
mod idempotency;
mod import;
mod jobs;
mod migrations;
mod net;
mod occupations;
mod pages;
mod schema;
mod skills;
mod soc;
mod statements;
mod support;
mod upstreams;
mod work;
