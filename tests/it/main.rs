//! The integration tests, one binary.

mod bundle;
