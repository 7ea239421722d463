//! Events, and the call that wakes those who wait for them on other replicas.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rolegraph_entity::{
    event::{ActiveModel, Column, Entity, Model},
    job,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
    sqlx::postgres::PgListener,
};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, dialect};
use crate::domain::{
    access::Audience,
    event::{Event, EventKind},
};

/// The channel on which PostgreSQL tells of new events.
const CHANNEL: &str = "rolegraph_events";

/// The next thousand events get their places.
const PLACE: &str = "WITH next AS (SELECT id, row_number() OVER (ORDER BY created_at, id) AS number FROM (SELECT id, created_at FROM events \
                     WHERE place IS NULL ORDER BY created_at, id LIMIT 1000) AS unplaced), \
                     last AS (SELECT COALESCE(MAX(place), 0) AS place FROM events) \
                     UPDATE events SET place = last.place + next.number FROM next, last WHERE events.id = next.id";

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

    /// Removes events from before that time, besides the last one, which says where the feed goes on. Answers how many.
    pub async fn forget_events(&self, before: DateTime<Utc>) -> Result<u64> {
        let last = self.last_place().await?;
        Ok(Entity::delete_many().filter(Column::CreatedAt.lt(before)).filter(Column::Place.lt(last)).exec(&self.db).await?.rows_affected)
    }

    /// The last place of the feed; 0 before the first event.
    pub async fn last_place(&self) -> Result<i64> {
        let last: Option<Option<i64>> =
            Entity::find().select_only().column_as(Column::Place.max(), "last").into_tuple().one(&self.db).await?;
        Ok(last.flatten().unwrap_or(0))
    }

    /// Gives events that have been committed their places in the feed, the next ones. Whoever reads the feed up to a place never
    /// finds another event before it later, in whatever order transactions were committed. Answers how many; none while another
    /// process does it.
    pub async fn place_events(&self) -> Result<u64> {
        if Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Place.is_null())
            .limit(1)
            .into_tuple::<Uuid>()
            .one(&self.db)
            .await?
            .is_none()
        {
            return Ok(0);
        }
        let unit = self.begin().await?;
        if !dialect::try_hold_name(&unit.txn, "the feed's places").await? {
            return Ok(0);
        }
        let placed = unit.txn.execute_unprepared(PLACE).await?.rows_affected();
        unit.txn.commit().await?;
        Ok(placed)
    }

    /// A page of the feed for an audience, in order; of some kinds when any are named. A company is told of its own jobs, and of
    /// published ones that are everybody's. Each with its place.
    pub async fn feed(&self, audience: Audience, kinds: &[EventKind], after: i64, limit: u64) -> Result<Vec<(i64, Event)>> {
        let mut rows = Entity::find().filter(Column::Place.gt(after));
        if let Audience::Company(company) = audience {
            let public =
                Query::select().column(job::Column::Id).from(job::Entity).and_where(Expr::col(job::Column::Published).eq(true)).take();
            let shared = Column::CompanyId.is_null().and(Column::JobId.in_subquery(public));
            rows = rows.filter(Condition::any().add(Column::CompanyId.eq(company)).add(shared));
        } else if audience == Audience::Public {
            return Ok(vec![]);
        }
        if !kinds.is_empty() {
            rows = rows.filter(Column::Kind.is_in(kinds.iter().map(|kind| kind.name())));
        }
        let rows = rows.order_by_asc(Column::Place).limit(limit).all(&self.db).await?;
        rows.iter().map(|row| Ok((row.place.unwrap_or_default(), event(row)?))).collect()
    }

    /// The events of these ids, each with its place.
    pub async fn events(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, (i64, Event)>> {
        let mut found = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(CHUNK) {
            for row in Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(&self.db).await? {
                found.insert(row.id, (row.place.unwrap_or_default(), event(&row)?));
            }
        }
        Ok(found)
    }

    /// Listens for events of other replicas; none on SQLite, which has no such thing.
    pub async fn listen(&self) -> Result<Option<Listener>> {
        if self.db.get_database_backend() != DatabaseBackend::Postgres {
            return Ok(None);
        }
        let failed = |error: sea_orm::sqlx::Error| StoreError::Database(sea_orm::DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())));
        let mut listener = PgListener::connect_with(self.db.platform().get_postgres_connection_pool()).await.map_err(failed)?;
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
                place: Set(None),
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
