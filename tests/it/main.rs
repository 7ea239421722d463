//! One test binary: a file per feature.

mod assist;
mod bundle;
mod house;
mod jobs;
mod skills;
mod support;
