//! One test binary: a file per feature.

mod house;
mod jobs;
mod support;
