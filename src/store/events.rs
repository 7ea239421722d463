//! Events, and the call that wakes those who wait for them on other replicas.

use chrono::{DateTime, Utc};
use rolegraph_entity::event::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sqlx::postgres::PgListener,
};
use uuid::Uuid;

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
    /// Events since that time, the oldest first; those behind one of them when `after` names it.
    pub async fn events_since(&self, since: DateTime<Utc>, after: Option<(DateTime<Utc>, Uuid)>, limit: u64) -> Result<Vec<Event>> {
        let mut rows = Entity::find().filter(Column::CreatedAt.gte(since));
        if let Some((at, id)) = after {
            let same_time = Condition::all().add(Column::CreatedAt.eq(at)).add(Column::Id.gt(id));
            rows = rows.filter(Condition::any().add(Column::CreatedAt.gt(at)).add(same_time));
        }
        rows.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).limit(limit).all(&self.db).await?.iter().map(event).collect()
    }

    /// Removes events from before that time. Answers how many.
    pub async fn forget_events(&self, before: DateTime<Utc>) -> Result<u64> {
        Ok(Entity::delete_many().filter(Column::CreatedAt.lt(before)).exec(&self.db).await?.rows_affected)
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
