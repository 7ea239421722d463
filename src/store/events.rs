//! Events, and the call that wakes those who wait for them on other replicas.

use chrono::{DateTime, Utc};
use rolegraph_entity::event::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sqlx::postgres::PgListener,
};

use super::{CHUNK, Result, Store, StoreError, Unit};
use crate::domain::event::{Event, EventKind};

/// The channel on which PostgreSQL tells of new events.
const CHANNEL: &str = "rolegraph_events";

fn event(row: &Model) -> Result<Event> {
    let kind = EventKind::from_name(&row.kind).ok_or_else(|| StoreError::unreadable("events", row.id, "unknown kind"))?;
    Ok(Event { id: row.id, kind, company: row.company_id, job: row.job_id, operation: row.run_id, at: row.created_at })
}

/// Hears of events that other replicas write.
#[derive(Debug)]
pub struct Listener(PgListener);

impl Listener {
    /// Waits until there is something new.
    pub async fn heard(&mut self) -> Result<()> {
        self.0
            .recv()
            .await
            .map(drop)
            .map_err(|error| StoreError::Database(sea_orm::DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into()))))
    }
}

impl Store {
    /// Events since that time, the oldest first.
    pub async fn events_since(&self, since: DateTime<Utc>, limit: u64) -> Result<Vec<Event>> {
        let rows =
            Entity::find().filter(Column::CreatedAt.gte(since)).order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).limit(limit);
        rows.all(&self.db).await?.iter().map(event).collect()
    }

    /// Listens for events of other replicas; none on SQLite, which has no such thing.
    pub async fn listen(&self) -> Result<Option<Listener>> {
        if self.db.get_database_backend() != DatabaseBackend::Postgres {
            return Ok(None);
        }
        let failed = |error: sea_orm::sqlx::Error| StoreError::Database(sea_orm::DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())));
        let mut listener = PgListener::connect_with(self.db.get_postgres_connection_pool()).await.map_err(failed)?;
        listener.listen(CHANNEL).await.map_err(failed)?;
        Ok(Some(Listener(listener)))
    }
}

impl Unit {
    /// Writes events; other replicas hear of them when the unit is committed.
    pub async fn insert_events(&self, events: &[Event]) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        for chunk in events.chunks(CHUNK) {
            let rows = chunk.iter().map(|event| ActiveModel {
                id: Set(event.id),
                kind: Set(event.kind.name().to_owned()),
                company_id: Set(event.company),
                job_id: Set(event.job),
                run_id: Set(event.operation),
                payload: Set("{}".to_owned()),
                created_at: Set(event.at),
            });
            Entity::insert_many(rows).exec_without_returning(&self.txn).await?;
        }
        if self.txn.get_database_backend() == DatabaseBackend::Postgres {
            self.txn.execute_unprepared(&format!("NOTIFY {CHANNEL}")).await?;
        }
        Ok(())
    }
}
