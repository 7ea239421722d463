//! What tests are made with: the real router over a real database, asked as a client asks it.

pub(crate) mod app;
pub(crate) mod clock;
pub(crate) mod database;
pub(crate) mod layers;
pub(crate) mod moments;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod ranker;
pub(crate) mod rows;

pub(crate) use app::TestApp;
pub(crate) use database::on_both_databases;
