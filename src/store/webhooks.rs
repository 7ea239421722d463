//! Webhooks: endpoints, and their deliveries, which are written from the feed.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rolegraph_entity::{
    webhook_delivery::{self as delivery, Column as D},
    webhook_endpoint::{self as endpoint, Column as E},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Alias, Expr, ExprTrait, LockBehavior, LockType, Query},
};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, dialect, json, page};
use crate::domain::{
    access::Audience,
    event::EventKind,
    page::{Page, PageRequest},
    webhooks::{Delivery, DeliveryStatus, Endpoint, Keys, Secret},
};

fn read_endpoint(row: endpoint::Model) -> Result<Endpoint> {
    let unreadable = |reason: &str| StoreError::unreadable("webhook_endpoints", row.id, reason);
    let secret = |text: &str| Secret::parse(text).ok_or_else(|| unreadable("a secret that is none"));
    let kind = |name: &str| EventKind::from_name(name).ok_or_else(|| unreadable("unknown kind of event"));
    Ok(Endpoint {
        events: row.events.split_whitespace().map(kind).collect::<Result<BTreeSet<_>>>()?,
        keys: Keys { current: secret(&row.secret)?, old: row.old_secret.as_deref().map(secret).transpose()?.zip(row.old_secret_until) },
        created_by: json::read("webhook_endpoints", row.id, &row.created_by)?,
        id: row.id,
        company_id: row.company_id,
        url: row.url,
        active: row.active,
        cursor: row.cursor,
        failing_since: row.failing_since,
        created_at: row.created_at,
    })
}

fn read_delivery(row: delivery::Model) -> Result<Delivery> {
    let unknown = || StoreError::unreadable("webhook_deliveries", row.id, "unknown status");
    Ok(Delivery {
        status: DeliveryStatus::from_name(&row.status).ok_or_else(unknown)?,
        id: row.id,
        endpoint_id: row.endpoint_id,
        event_id: row.event_id,
        place: row.place,
        job_id: row.job_id,
        attempts: row.attempts,
        response_status: row.response_status,
        error: row.error,
        last_attempt_at: row.last_attempt_at,
        next_attempt_at: row.next_attempt_at,
    })
}

/// A company sees its own endpoints; the public none.
fn visible(audience: Audience) -> Select<endpoint::Entity> {
    match audience {
        Audience::Platform => endpoint::Entity::find(),
        Audience::Company(company) => endpoint::Entity::find().filter(E::CompanyId.eq(company)),
        Audience::Public => endpoint::Entity::find().filter(Expr::val(1).eq(0)),
    }
}

fn of_endpoint(endpoint: Uuid, failed: Option<bool>) -> Select<delivery::Entity> {
    let select = delivery::Entity::find().filter(D::EndpointId.eq(endpoint));
    match failed {
        None => select,
        Some(true) => select.filter(D::Status.eq(DeliveryStatus::Failed.name())),
        Some(false) => select.filter(D::Status.ne(DeliveryStatus::Failed.name())),
    }
}

impl Store {
    /// The endpoint of that id.
    pub async fn webhook_endpoint(&self, audience: Audience, id: Uuid) -> Result<Option<Endpoint>> {
        visible(audience).filter(E::Id.eq(id)).one(&self.db).await?.map(read_endpoint).transpose()
    }

    /// A page of endpoints, the oldest first.
    pub async fn webhook_endpoints_page(&self, audience: Audience, request: &PageRequest<DateTime<Utc>>) -> Result<Page<Endpoint>> {
        let rows = page::narrow(visible(audience), E::CreatedAt, E::Id, false, request).all(&self.db).await?;
        page::assemble(rows, request).try_map(read_endpoint)
    }

    /// How many endpoints there are.
    pub async fn webhook_endpoints_count(&self, audience: Audience) -> Result<u64> {
        Ok(visible(audience).count(&self.db).await?)
    }

    /// All endpoints that are told of something.
    pub async fn active_endpoints(&self) -> Result<Vec<Endpoint>> {
        endpoint::Entity::find().filter(E::Active.eq(true)).all(&self.db).await?.into_iter().map(read_endpoint).collect()
    }

    /// The delivery of that id.
    pub async fn webhook_delivery(&self, id: Uuid) -> Result<Option<Delivery>> {
        delivery::Entity::find_by_id(id).one(&self.db).await?.map(read_delivery).transpose()
    }

    /// A page of an endpoint's deliveries, the newest first.
    pub async fn webhook_deliveries_page(
        &self,
        endpoint: Uuid,
        failed: Option<bool>,
        request: &PageRequest<i64>,
    ) -> Result<Page<Delivery>> {
        let rows = page::narrow(of_endpoint(endpoint, failed), D::Place, D::Id, true, request).all(&self.db).await?;
        page::assemble(rows, request).try_map(read_delivery)
    }

    /// How many deliveries an endpoint has.
    pub async fn webhook_deliveries_count(&self, endpoint: Uuid, failed: Option<bool>) -> Result<u64> {
        Ok(of_endpoint(endpoint, failed).count(&self.db).await?)
    }

    /// Forgets deliveries that are over and were tried last before that time.
    pub async fn forget_deliveries(&self, before: DateTime<Utc>) -> Result<u64> {
        let over = D::Status.ne(DeliveryStatus::Pending.name()).and(D::LastAttemptAt.lt(before));
        Ok(delivery::Entity::delete_many().filter(over).exec(&self.db).await?.rows_affected)
    }
}

impl Unit {
    /// Adds an endpoint.
    pub async fn insert_endpoint(&self, new: &Endpoint) -> Result<()> {
        let events: Vec<_> = new.events.iter().map(|kind| kind.name()).collect();
        let row = endpoint::ActiveModel {
            id: Set(new.id),
            company_id: Set(new.company_id),
            url: Set(new.url.clone()),
            events: Set(events.join(" ")),
            secret: Set(new.keys.current.expose().to_owned()),
            old_secret: Set(None),
            old_secret_until: Set(None),
            active: Set(new.active),
            cursor: Set(new.cursor),
            failing_since: Set(new.failing_since),
            created_by: Set(json::write(&new.created_by)?),
            created_at: Set(new.created_at),
        };
        endpoint::Entity::insert(row).exec_without_returning(&self.txn).await?;
        Ok(())
    }

    /// Gives an endpoint other keys.
    pub async fn set_keys(&self, endpoint: Uuid, keys: &Keys) -> Result<()> {
        let (old, until) = keys.old.as_ref().map(|(secret, until)| (secret.expose().to_owned(), *until)).unzip();
        endpoint::Entity::update_many()
            .col_expr(E::Secret, Expr::value(keys.current.expose()))
            .col_expr(E::OldSecret, Expr::value(old))
            .col_expr(E::OldSecretUntil, Expr::value(until))
            .filter(E::Id.eq(endpoint))
            .exec(&self.txn)
            .await?;
        Ok(())
    }

    /// Says whether an endpoint is told of anything, and since when it has failed.
    pub async fn set_standing(&self, endpoint: Uuid, active: bool, failing_since: Option<DateTime<Utc>>) -> Result<()> {
        endpoint::Entity::update_many()
            .col_expr(E::Active, Expr::value(active))
            .col_expr(E::FailingSince, Expr::value(failing_since))
            .filter(E::Id.eq(endpoint))
            .exec(&self.txn)
            .await?;
        Ok(())
    }

    /// Removes an endpoint with its deliveries.
    pub async fn delete_endpoint(&self, id: Uuid) -> Result<()> {
        delivery::Entity::delete_many().filter(D::EndpointId.eq(id)).exec(&self.txn).await?;
        endpoint::Entity::delete_by_id(id).exec(&self.txn).await?;
        Ok(())
    }

    /// Writes the deliveries of events behind an endpoint's cursor, and moves it to `to`. False when somebody else moved it
    /// meanwhile: then nothing is to be kept.
    pub async fn fan_out(&self, endpoint: &Endpoint, to: i64, deliveries: &[Delivery]) -> Result<bool> {
        let moved = endpoint::Entity::update_many()
            .col_expr(E::Cursor, Expr::value(to))
            .filter(E::Id.eq(endpoint.id))
            .filter(E::Cursor.eq(endpoint.cursor))
            .filter(E::Active.eq(true))
            .exec(&self.txn)
            .await?;
        if moved.rows_affected == 0 {
            return Ok(false);
        }
        for chunk in deliveries.chunks(CHUNK / 2) {
            let rows = chunk.iter().map(|new| delivery::ActiveModel {
                id: Set(new.id),
                endpoint_id: Set(new.endpoint_id),
                event_id: Set(new.event_id),
                place: Set(new.place),
                job_id: Set(new.job_id),
                status: Set(new.status.name().to_owned()),
                attempts: Set(new.attempts),
                response_status: Set(new.response_status),
                error: Set(new.error.clone()),
                last_attempt_at: Set(new.last_attempt_at),
                next_attempt_at: Set(new.next_attempt_at),
                lease_until: Set(None),
            });
            delivery::Entity::insert_many(rows).exec_without_returning(&self.txn).await?;
        }
        Ok(true)
    }

    /// Takes deliveries to an endpoint that are due, until `lease`. Of those about one job only the first one that is pending: their order
    /// is kept.
    pub async fn claim_deliveries(&self, endpoint: Uuid, now: DateTime<Utc>, lease: DateTime<Utc>, limit: u64) -> Result<Vec<Delivery>> {
        let (mine, before) = (delivery::Entity, Alias::new("earlier"));
        let earlier = Query::select()
            .expr(Expr::val(1))
            .from_as(delivery::Entity, before.clone())
            .and_where(Expr::col((before.clone(), D::EndpointId)).equals((mine, D::EndpointId)))
            .and_where(Expr::col((before.clone(), D::JobId)).equals((mine, D::JobId)))
            .and_where(Expr::col((before.clone(), D::Status)).eq(DeliveryStatus::Pending.name()))
            .and_where(Expr::col((before, D::Place)).lt(Expr::col((mine, D::Place))))
            .take();
        let mut due = delivery::Entity::find()
            .filter(D::Status.eq(DeliveryStatus::Pending.name()))
            .filter(D::NextAttemptAt.lte(now))
            .filter(Condition::any().add(D::LeaseUntil.is_null()).add(D::LeaseUntil.lte(now)))
            .filter(D::EndpointId.eq(endpoint))
            .filter(Expr::exists(earlier).not())
            .order_by_asc(D::NextAttemptAt)
            .order_by_asc(D::Place)
            .limit(limit);
        if dialect::locks_rows(&self.txn) {
            due = due.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        }
        let due = due.all(&self.txn).await?;
        delivery::Entity::update_many()
            .col_expr(D::LeaseUntil, Expr::value(lease))
            .filter(D::Id.is_in(due.iter().map(|row| row.id)))
            .exec(&self.txn)
            .await?;
        due.into_iter().map(read_delivery).collect()
    }

    /// Writes how a try of a delivery went. False when it is no longer what was tried: nothing is written then.
    pub async fn note_try(&self, delivery: &Delivery, attempts_before: i32) -> Result<bool> {
        let same = D::Id.eq(delivery.id).and(D::Attempts.eq(attempts_before)).and(D::Status.eq(DeliveryStatus::Pending.name()));
        if delivery::Entity::find().filter(same).lock_exclusive().one(&self.txn).await?.is_none() {
            return Ok(false);
        }
        self.update_delivery(delivery).await?;
        Ok(true)
    }

    /// Says what a delivery is now.
    pub async fn update_delivery(&self, delivery: &Delivery) -> Result<()> {
        delivery::Entity::update_many()
            .col_expr(D::Status, Expr::value(delivery.status.name()))
            .col_expr(D::Attempts, Expr::value(delivery.attempts))
            .col_expr(D::ResponseStatus, Expr::value(delivery.response_status))
            .col_expr(D::Error, Expr::value(delivery.error.clone()))
            .col_expr(D::LastAttemptAt, Expr::value(delivery.last_attempt_at))
            .col_expr(D::NextAttemptAt, Expr::value(delivery.next_attempt_at))
            .col_expr(D::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
            .filter(D::Id.eq(delivery.id))
            .exec(&self.txn)
            .await?;
        Ok(())
    }
}
