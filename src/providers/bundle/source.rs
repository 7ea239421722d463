//! Tables as their publishers give them: which files there are, what they hold, and whether they can be trusted.

mod check;
mod files;
mod parse;
mod schema;

pub(super) use check::{Checked, check};
pub(super) use files::Files;
pub(super) use parse::{Parsed, parse};
pub(super) use schema::{Family, TABLES, TableSpec, slug};
