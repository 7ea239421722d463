//! The connections of a store: for whom they are decides what the database lets them see.
//!
//! On PostgreSQL there are two pools, one for each of the roles that the migration `tenants` made; which of them a store uses,
//! and for which company, is decided when it is made. SQLite has one pool and no such roles: there the questions of the store
//! themselves, which all name an audience, are what keeps companies apart.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, Statement, TransactionTrait, prelude::async_trait::async_trait,
};
use uuid::Uuid;

use super::{DatabaseOptions, dialect};
use crate::domain::access::Audience;

/// Pools, and for whom.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    /// As the user of the database's address, who owns the tables: for the schema only.
    owner: DatabaseConnection,
    platform: DatabaseConnection,
    tenants: DatabaseConnection,
    tenant: Audience,
}

impl Connections {
    /// Connects, for the platform. Statements are counted.
    pub(super) async fn open(options: &DatabaseOptions, statements: &Arc<AtomicU64>) -> Result<Self, DbErr> {
        let url = options.url.as_str();
        if url.starts_with("sqlite:") {
            let most = if url.contains(":memory:") { 1 } else { options.max_connections };
            let all = counted(Database::connect(connect(options, most)).await?, statements);
            return Ok(Self { owner: all.clone(), platform: all.clone(), tenants: all, tenant: Audience::Platform });
        }
        let owner = Database::connect(connect(options, 1).idle_timeout(Duration::from_mins(1)).to_owned()).await?;
        let platform = counted(Database::connect(acting_as("rolegraph_platform", options)).await?, statements);
        let tenants = counted(Database::connect(acting_as("rolegraph_tenant", options)).await?, statements);
        Ok(Self { owner, platform, tenants, tenant: Audience::Platform })
    }

    /// The same for somebody else.
    pub(super) fn made_for(&self, tenant: Audience) -> Self {
        Self { tenant, ..self.clone() }
    }

    /// The connections that may change the schema.
    pub(super) fn owner(&self) -> &DatabaseConnection {
        &self.owner
    }

    /// The connections of the service itself.
    pub(super) fn platform(&self) -> &DatabaseConnection {
        &self.platform
    }

    /// Begins a transaction that reads before it writes.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        match self.whose() {
            Whose::Pool(pool) => pool.begin_with_options(dialect::read_then_write()).await,
            Whose::Company(company) => self.begin_for(company).await,
        }
    }

    async fn begin_for(&self, company: Uuid) -> Result<DatabaseTransaction, DbErr> {
        let txn = self.tenants.begin().await?;
        let name = "SELECT set_config('rolegraph.company', $1, true)";
        txn.execute_raw(Statement::from_sql_and_values(DatabaseBackend::Postgres, name, [company.to_string().into()])).await?;
        Ok(txn)
    }

    /// True when the database lets through what is one company's, or everybody's, only.
    pub(super) fn is_tenants(&self) -> bool {
        self.tenant != Audience::Platform && self.get_database_backend() == DbBackend::Postgres
    }

    fn whose(&self) -> Whose<'_> {
        match self.tenant {
            Audience::Company(company) if self.get_database_backend() == DbBackend::Postgres => Whose::Company(company),
            Audience::Platform => Whose::Pool(&self.platform),
            Audience::Public | Audience::Company(_) => Whose::Pool(&self.tenants),
        }
    }
}

/// What a statement runs on.
enum Whose<'a> {
    Pool(&'a DatabaseConnection),
    /// A transaction of the tenants' pool that names this company.
    Company(Uuid),
}

macro_rules! run {
    ($self:ident, $method:ident, $argument:expr) => {
        match $self.whose() {
            Whose::Pool(pool) => pool.$method($argument).await,
            Whose::Company(company) => {
                let txn = $self.begin_for(company).await?;
                let answer = txn.$method($argument).await?;
                txn.commit().await?;
                Ok(answer)
            }
        }
    };
}

#[async_trait]
impl ConnectionTrait for Connections {
    fn get_database_backend(&self) -> DbBackend {
        self.platform.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        run!(self, execute_raw, statement)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        run!(self, execute_unprepared, sql)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        run!(self, query_one_raw, statement)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        run!(self, query_all_raw, statement)
    }
}

fn connect(options: &DatabaseOptions, most: u32) -> ConnectOptions {
    let mut connect = ConnectOptions::new(&options.url);
    connect
        .max_connections(most)
        .acquire_timeout(options.busy_timeout)
        .test_before_acquire(false)
        .record_stmt_in_spans(false)
        .sqlx_logging(false);
    dialect::tune(&mut connect, options.busy_timeout);
    connect
}

/// Connections that act as a role from their first statement on, whoever logs in. They are made when they are needed: before the
/// first migration there is no such role.
fn acting_as(role: &'static str, options: &DatabaseOptions) -> ConnectOptions {
    let mut connect = connect(options, options.max_connections);
    connect.connect_lazy(true).map_sqlx_postgres_opts(move |postgres| postgres.options([("role", role)]));
    connect
}

fn counted(mut db: DatabaseConnection, statements: &Arc<AtomicU64>) -> DatabaseConnection {
    let counter = Arc::clone(statements);
    db.set_metric_callback(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    db
}
