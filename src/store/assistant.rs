//! The ledger of the assistant: what was spent in a day, and what requests came to.

use chrono::{DateTime, NaiveDate, Utc};
use rolegraph_entity::{assistant_answer as answer, assistant_budget as budget};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use super::{Result, Store, json};

/// An account of a day, with what may be spent on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The id that its row gets when it has none yet.
    pub id: Uuid,
    /// The company's id, or `overall`.
    pub name: String,
    /// The most tokens.
    pub tokens: u64,
    /// The most requests.
    pub requests: u64,
}

/// What a request came to.
#[derive(Debug, Clone, PartialEq)]
pub enum PaidAnswer {
    /// An answer that was taken, and the model.
    Answer(serde_json::Value, Option<String>),
    /// Why there is no draft.
    Failure(String),
}

/// What is known of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum OpenedAnswer {
    /// Nothing: it is the caller's to make.
    Ours,
    /// It was made before.
    Known(PaidAnswer),
    /// Somebody makes it now.
    Elsewhere,
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Store {
    /// Looks a request up, and takes it on when nobody has. Who took it on before `abandoned` never came back.
    pub async fn open_answer(&self, hash: &str, now: DateTime<Utc>, abandoned: DateTime<Utc>) -> Result<OpenedAnswer> {
        let row =
            answer::ActiveModel { hash: Set(hash.to_owned()), answer: Set(None), model: Set(None), error: Set(None), asked_at: Set(now) };
        let once = OnConflict::column(answer::Column::Hash).do_nothing().to_owned();
        match answer::Entity::insert(row).on_conflict(once).exec_without_returning(&self.db).await {
            Ok(0) | Err(DbErr::RecordNotInserted) => {}
            inserted => {
                inserted?;
                return Ok(OpenedAnswer::Ours);
            }
        }
        let found = answer::Entity::find_by_id(hash.to_owned()).one(&self.db).await?;
        if let Some(known) = found.map(paid).transpose()?.flatten() {
            return Ok(OpenedAnswer::Known(known));
        }
        let taken = answer::Entity::update_many()
            .col_expr(answer::Column::AskedAt, Expr::value(now))
            .filter(answer::Column::Hash.eq(hash))
            .filter(answer::Column::Answer.is_null())
            .filter(answer::Column::Error.is_null())
            .filter(answer::Column::AskedAt.lte(abandoned))
            .exec(&self.db)
            .await?;
        Ok(if taken.rows_affected == 1 { OpenedAnswer::Ours } else { OpenedAnswer::Elsewhere })
    }

    /// Keeps what a request came to; with none it is forgotten.
    pub async fn close_answer(&self, hash: &str, outcome: Option<&PaidAnswer>) -> Result<()> {
        let Some(outcome) = outcome else {
            let open = answer::Entity::delete_many()
                .filter(answer::Column::Hash.eq(hash))
                .filter(answer::Column::Answer.is_null())
                .filter(answer::Column::Error.is_null());
            open.exec(&self.db).await?;
            return Ok(());
        };
        let (said, model, error) = match outcome {
            PaidAnswer::Answer(value, model) => (Some(json::write(value)?), model.clone(), None),
            PaidAnswer::Failure(reason) => (None, None, Some(reason.clone())),
        };
        answer::Entity::update_many()
            .col_expr(answer::Column::Answer, Expr::value(said))
            .col_expr(answer::Column::Model, Expr::value(model))
            .col_expr(answer::Column::Error, Expr::value(error))
            .filter(answer::Column::Hash.eq(hash))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Adds a request and its tokens to all accounts of a day, or to none. Answers the place of the first account that does
    /// not suffice. The request is marked as under way.
    pub async fn spend(&self, hash: &str, day: NaiveDate, accounts: &[Account], tokens: u64, now: DateTime<Utc>) -> Result<Option<usize>> {
        let txn = self.db.begin().await?;
        for (place, account) in accounts.iter().enumerate() {
            if !add(&txn, day, account, tokens).await? {
                txn.rollback().await?;
                return Ok(Some(place));
            }
        }
        answer::Entity::update_many()
            .col_expr(answer::Column::AskedAt, Expr::value(now))
            .filter(answer::Column::Hash.eq(hash))
            .exec(&txn)
            .await?;
        txn.commit().await?;
        Ok(None)
    }

    /// Corrects what was added to the accounts of a day.
    pub async fn correct_spending(&self, day: NaiveDate, accounts: &[String], tokens: i64, requests: i64) -> Result<()> {
        budget::Entity::update_many()
            .col_expr(budget::Column::Tokens, Expr::col(budget::Column::Tokens).add(tokens))
            .col_expr(budget::Column::Requests, Expr::col(budget::Column::Requests).add(requests))
            .filter(budget::Column::Day.eq(day.to_string()))
            .filter(budget::Column::Account.is_in(accounts))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}

fn paid(row: answer::Model) -> Result<Option<PaidAnswer>> {
    let said = json::read_optional("assistant_answers", &row.hash, row.answer.as_deref())?;
    Ok(said.map(|value| PaidAnswer::Answer(value, row.model)).or(row.error.map(PaidAnswer::Failure)))
}

/// Adds to an account what still fits; false when it does not. Who adds to the same meanwhile waits for the end of the transaction.
async fn add(txn: &DatabaseTransaction, day: NaiveDate, account: &Account, tokens: u64) -> Result<bool> {
    let row = budget::ActiveModel {
        id: Set(account.id),
        day: Set(day.to_string()),
        account: Set(account.name.clone()),
        tokens: Set(0),
        requests: Set(0),
    };
    let once = OnConflict::columns([budget::Column::Day, budget::Column::Account]).do_nothing().to_owned();
    match budget::Entity::insert(row).on_conflict(once).exec_without_returning(txn).await {
        Ok(_) | Err(DbErr::RecordNotInserted) => {}
        Err(error) => return Err(error.into()),
    }
    let added = budget::Entity::update_many()
        .col_expr(budget::Column::Tokens, Expr::col(budget::Column::Tokens).add(whole(tokens)))
        .col_expr(budget::Column::Requests, Expr::col(budget::Column::Requests).add(1))
        .filter(budget::Column::Day.eq(day.to_string()))
        .filter(budget::Column::Account.eq(&account.name))
        .filter(budget::Column::Requests.lt(whole(account.requests)))
        .filter(Expr::col(budget::Column::Tokens).add(whole(tokens)).lte(whole(account.tokens)))
        .exec(txn)
        .await?;
    Ok(added.rows_affected == 1)
}
