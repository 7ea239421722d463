//! Occupation codes, and the ranker that suggests them for job titles: the crate `rolegraph-soc`, under the domain's name.
//!
//! It is a crate of its own so that it is compiled with optimisation in every build: without it, a test build takes half a
//! minute to unpack the ranker and half a second for a suggestion. What people make of its suggestions is in [`review`].

pub mod review;

pub use rolegraph_soc::*;
