//! One test binary: a file per feature.

mod bundle;
mod house;
mod jobs;
mod skills;
mod support;
