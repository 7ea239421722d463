//! Requests that must not be done twice: who does one, whether it had an effect, and its answer.
//!
//! A request is claimed before it is done. What is done under a claim notes its effect in the very transaction that has it,
//! and only while the claim holds: whoever was taken to be dead and wakes up commits nothing. Times are the database's.

use std::time::Duration;

use chrono::TimeDelta;
use rolegraph_entity::idempotency_key::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr},
};

use super::{Result, Store, StoreError, dialect};

/// How long answers are kept.
const KEPT: TimeDelta = TimeDelta::hours(24);

tokio::task_local! {
    /// The claim under which everything in this task is done.
    static CLAIM: KeyClaim;
}

/// A request of one caller, known by the key that it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The caller.
    pub caller: String,
    /// The key.
    pub key: String,
    /// A digest of what it asks for.
    pub fingerprint: String,
}

/// The right to do a request, until somebody else takes it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyClaim {
    caller: String,
    key: String,
    epoch: i64,
}

/// An answer, as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The media type.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyState {
    /// Nobody has done it, or whoever began never came back and had no effect.
    Free,
    /// Somebody is doing it.
    Busy,
    /// It was done.
    Answered(KeptAnswer),
    /// The key belongs to another request.
    Other,
    /// It had an effect, but its answer was lost.
    Lost,
}

fn of(caller: &str, key: &str) -> Condition {
    Condition::all().add(Column::Caller.eq(caller)).add(Column::Key.eq(key))
}

fn held(claim: &KeyClaim) -> Condition {
    of(&claim.caller, &claim.key).add(Column::Epoch.eq(claim.epoch)).add(Column::Status.is_null())
}

fn micros(span: TimeDelta) -> i64 {
    span.num_microseconds().unwrap_or(i64::MAX)
}

impl Store {
    /// What is known of a request.
    pub async fn key_state(&self, request: &RequestKey) -> Result<KeyState> {
        let young = Expr::col(Column::CreatedAt).gt(self.database_now().sub(micros(KEPT)));
        let found = Entity::find().filter(of(&request.caller, &request.key)).filter(Condition::all().add(young)).one(&self.db).await?;
        let Some(row) = found else { return Ok(KeyState::Free) };
        if row.fingerprint != request.fingerprint {
            return Ok(KeyState::Other);
        }
        if let Some(answer) = answer(&row)? {
            return Ok(KeyState::Answered(answer));
        }
        let leased = Expr::col(Column::LeaseUntil).gte(self.database_now());
        let leased = Entity::find().filter(of(&request.caller, &request.key)).filter(Condition::all().add(leased)).count(&self.db).await?;
        Ok(match (leased > 0, row.effect) {
            (true, _) => KeyState::Busy,
            (false, true) => KeyState::Lost,
            (false, false) => KeyState::Free,
        })
    }

    /// Claims a request for so long; none when somebody else has it.
    pub async fn claim_key(&self, request: &RequestKey, lease: Duration) -> Result<Option<KeyClaim>> {
        let txn = self.db.begin().await?;
        let old = Expr::col(Column::CreatedAt).lte(self.database_now().sub(micros(KEPT)));
        Entity::delete_many().filter(of(&request.caller, &request.key)).filter(Condition::all().add(old)).exec(&txn).await?;
        let until = self.database_now().add(micros(TimeDelta::from_std(lease).unwrap_or(KEPT)));
        let new = self.insert_key(&txn, request, &until).await?;
        let epoch = if new { Some(1) } else { self.take_key_over(&txn, request, until).await? };
        txn.commit().await?;
        Ok(epoch.map(|epoch| KeyClaim { caller: request.caller.clone(), key: request.key.clone(), epoch }))
    }

    async fn insert_key(&self, txn: &DatabaseTransaction, request: &RequestKey, until: &SimpleExpr) -> Result<bool> {
        let row = ActiveModel {
            caller: Set(request.caller.clone()),
            key: Set(request.key.clone()),
            fingerprint: Set(request.fingerprint.clone()),
            epoch: Set(1),
            effect: Set(false),
            lease_until: Set(0),
            status: NotSet,
            content_type: NotSet,
            answer: NotSet,
            created_at: Set(0),
        };
        let once = OnConflict::columns([Column::Caller, Column::Key]).do_nothing().to_owned();
        if Entity::insert(row).on_conflict(once).exec_without_returning(txn).await? == 0 {
            return Ok(false);
        }
        Entity::update_many()
            .col_expr(Column::LeaseUntil, until.clone())
            .col_expr(Column::CreatedAt, self.database_now())
            .filter(of(&request.caller, &request.key))
            .exec(txn)
            .await?;
        Ok(true)
    }

    /// Takes over what somebody began who never came back, as long as that had no effect.
    async fn take_key_over(&self, txn: &DatabaseTransaction, request: &RequestKey, until: SimpleExpr) -> Result<Option<i64>> {
        let taken = Entity::update_many()
            .col_expr(Column::Epoch, Expr::col(Column::Epoch).add(1))
            .col_expr(Column::LeaseUntil, until)
            .filter(of(&request.caller, &request.key))
            .filter(Column::Fingerprint.eq(&request.fingerprint))
            .filter(Column::Status.is_null())
            .filter(Column::Effect.eq(false))
            .filter(Condition::all().add(Expr::col(Column::LeaseUntil).lt(self.database_now())));
        if taken.exec(txn).await?.rows_affected == 0 {
            return Ok(None);
        }
        Ok(Entity::find().filter(of(&request.caller, &request.key)).one(txn).await?.map(|row| row.epoch))
    }

    /// Keeps the answer of a request that was done.
    pub async fn keep_answer(&self, claim: &KeyClaim, answer: &KeptAnswer) -> Result<()> {
        Entity::update_many()
            .col_expr(Column::Status, Expr::value(i32::from(answer.status)))
            .col_expr(Column::ContentType, Expr::value(answer.content_type.clone()))
            .col_expr(Column::Answer, Expr::value(answer.body.clone()))
            .filter(held(claim))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Gives a claim up whose request failed: it may be done again at once, unless it had an effect.
    pub async fn give_key_up(&self, claim: &KeyClaim) -> Result<()> {
        let without_effect = Entity::delete_many().filter(held(claim)).filter(Column::Effect.eq(false));
        if without_effect.exec(&self.db).await?.rows_affected == 0 {
            Entity::update_many().col_expr(Column::LeaseUntil, Expr::value(0_i64)).filter(held(claim)).exec(&self.db).await?;
        }
        Ok(())
    }

    /// Forgets answers that were kept long enough. Answers how many.
    pub async fn forget_keys(&self) -> Result<u64> {
        let old = Expr::col(Column::CreatedAt).lte(self.database_now().sub(micros(KEPT)));
        Ok(Entity::delete_many().filter(Condition::all().add(old)).exec(&self.db).await?.rows_affected)
    }

    fn database_now(&self) -> SimpleExpr {
        dialect::now_micros(self.db.get_database_backend(), self.offset_micros())
    }
}

fn answer(row: &Model) -> Result<Option<KeptAnswer>> {
    let Some(status) = row.status else { return Ok(None) };
    let status = u16::try_from(status).map_err(|error| StoreError::unreadable("idempotency_keys", &row.key, error))?;
    Ok(Some(KeptAnswer {
        status,
        content_type: row.content_type.clone().unwrap_or_default(),
        body: row.answer.clone().unwrap_or_default(),
    }))
}

/// Does `work` under a claim: every unit that it commits notes that there was an effect.
pub async fn under_claim<T>(claim: KeyClaim, work: impl Future<Output = T>) -> T {
    CLAIM.scope(claim, work).await
}

/// To be called in every unit before it is committed. Fails when the claim that it is done under was taken over.
pub(super) async fn note_effect(txn: &DatabaseTransaction) -> Result<()> {
    let Ok(claim) = CLAIM.try_with(Clone::clone) else { return Ok(()) };
    let noted = Entity::update_many().col_expr(Column::Effect, Expr::value(true)).filter(held(&claim)).exec(txn).await?;
    if noted.rows_affected == 0 { Err(StoreError::TakenOver) } else { Ok(()) }
}
