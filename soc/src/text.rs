//! From raw titles and descriptions to tokens.

pub mod boilerplate;
pub mod normalise;
pub mod query;
pub mod spelling;
pub mod stem;
pub mod tokens;
