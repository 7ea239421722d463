//! All of the database: the only part that names SeaORM.
//!
//! Reading is done on [`Store`], changing in a [`Unit`] of work, which is one transaction. Nothing can be asked about jobs
//! without saying for which [`Audience`].

mod assistant;
mod backup;
mod bulk;
mod companies;
mod connection;
mod coverage;
mod dialect;
mod drafts;
mod error;
mod events;
mod facts;
mod filter;
mod history;
mod idempotency;
mod jobs;
mod json;
mod keys;
mod layers;
mod overrides;
mod page;
mod past;
mod provider_notes;
mod reference;
mod reviews;
mod runs;
mod unit;
mod webhooks;
mod work;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use rolegraph_migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseBackend, TransactionTrait};

pub use assistant::{Account, OpenedAnswer, PaidAnswer};
pub use coverage::FieldCount;
pub use drafts::{DraftKey, KnownDraft, NewDraft, NewRejection, RestatedDraft};
pub use error::StoreError;
pub use events::Listener;
pub use facts::{FactKey, KnownFact, RecordedClaim};
pub use history::{HistoryCheck, PlacedChange, Tampered};
pub use idempotency::{KeptAnswer, KeyClaim, KeyState, RequestKey, under_claim};
pub use jobs::NewJob;
pub use overrides::{NewOverride, Overrides, PastOverride};
pub use reference::ReferenceTable;
pub use reviews::{NewRecalibration, PendingReview};
pub use runs::NewRun;
pub use unit::Unit;
pub use work::{Revived, WorkCounts};

use crate::domain::{access::Audience, precedence::Precedence};
use connection::Connections;

/// What every method answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// How many keys go into one `IN` list.
const CHUNK: usize = 1_000;

/// Where the database is and how to use it.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// `sqlite://file.db?mode=rwc`, `sqlite::memory:` or `postgres://…`.
    pub url: String,
    /// The most connections held open at once, 1 or more.
    pub max_connections: u32,
    /// How long to wait for a lock on SQLite, and for a free connection.
    pub busy_timeout: Duration,
    /// How long a claim on work holds without being renewed.
    pub lease: TimeDelta,
    /// Which provider goes first, field by field.
    pub precedence: Precedence,
}

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    db: Connections,
    statements: Arc<AtomicU64>,
    precedence: Arc<Precedence>,
    lease: TimeDelta,
    writes: Arc<AtomicU64>,
    /// Added to the database's clock where work is timed; zero outside of tests.
    offset: Arc<AtomicI64>,
}

impl Store {
    /// Connects.
    pub async fn connect(options: &DatabaseOptions) -> Result<Self> {
        let statements = Arc::new(AtomicU64::new(0));
        let db = Connections::open(options, &statements).await?;
        let precedence = Arc::new(options.precedence.clone());
        Ok(Self { db, statements, precedence, lease: options.lease, writes: Arc::default(), offset: Arc::default() })
    }

    /// The same database, as far as it is somebody's: on PostgreSQL the database itself lets no other rows through.
    #[must_use]
    pub fn made_for(&self, tenant: Audience) -> Self {
        Self { db: self.db.made_for(tenant), ..self.clone() }
    }

    /// True when the database is asked over a network, not one in this process.
    pub fn is_over_network(&self) -> bool {
        self.db.get_database_backend() != DatabaseBackend::Sqlite
    }

    /// Brings the schema up to date.
    ///
    /// Processes that start at once on one PostgreSQL wait for the first of them. SQLite has one process.
    pub async fn migrate(&self) -> Result<()> {
        if self.db.get_database_backend() != DatabaseBackend::Postgres {
            return Ok(Migrator::up(self.db.owner(), None).await?);
        }
        let txn = self.db.owner().begin().await?;
        dialect::hold_name(&txn, "migrations").await?;
        Migrator::up(&txn, None).await?;
        Ok(txn.commit().await?)
    }

    /// True when the database answers and its schema is up to date.
    pub async fn is_ready(&self) -> bool {
        Migrator::get_pending_migrations_read_only(self.db.owner()).await.is_ok_and(|pending| pending.is_empty())
    }

    /// Which provider goes first, field by field.
    pub fn precedence(&self) -> &Precedence {
        &self.precedence
    }

    /// How long a claim on work holds without being renewed.
    pub fn lease(&self) -> TimeDelta {
        self.lease
    }

    /// Moves the time of work on: for tests that do not want to wait.
    pub fn move_work_time(&self, by: TimeDelta) {
        self.offset.fetch_add(by.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
    }

    fn offset_micros(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }

    /// A number that is another one after each unit that this process has committed, and while it commits one.
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::SeqCst)
    }

    /// How many SQL statements have been run since the start.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}
