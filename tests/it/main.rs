//! One test binary: a file per feature.

mod bundle;
mod docs;
mod house;
mod jobs;
mod support;
