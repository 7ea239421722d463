//! The integration tests, one binary.

mod house;
mod net;
mod upstreams;
