//! The ledger of the assistant in the database, so that all processes share it, and none forgets.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{NaiveDate, TimeDelta};
use uuid::Uuid;

use crate::{
    domain::clock::Clock,
    providers::assistant::{
        AssistantSettings, Ledger,
        ledger::{LedgerError, Limit, NotReserved, Opened, Outcome, Reservation, Spent},
    },
    store::{Account, OpenedAnswer, PaidAnswer, Store, StoreError},
};

/// The account of everybody together.
const OVERALL: &str = "overall";

/// So long after a request should have ended at the latest, whoever made it is taken for dead.
const GRACE: Duration = Duration::from_secs(15);

/// The ledger of all processes on a database.
#[derive(Debug)]
pub(super) struct DatabaseLedger {
    store: Store,
    clock: Arc<dyn Clock>,
    overall: Limit,
    company: Limit,
    patience: TimeDelta,
}

impl DatabaseLedger {
    pub(super) fn new(store: Store, clock: Arc<dyn Clock>, settings: &AssistantSettings) -> Self {
        let patience = TimeDelta::from_std(settings.timeout + GRACE).unwrap_or(TimeDelta::MAX);
        Self { store, clock, overall: settings.budget, company: settings.company_budget, patience }
    }

    fn account(&self, name: String, limit: Limit) -> Account {
        Account { id: self.clock.new_id(), name, tokens: limit.tokens, requests: limit.requests }
    }
}

impl From<StoreError> for LedgerError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

fn accounts(company: Option<Uuid>) -> Vec<String> {
    std::iter::once(OVERALL.to_owned()).chain(company.map(|company| company.to_string())).collect()
}

#[async_trait]
impl Ledger for DatabaseLedger {
    async fn open(&self, hash: &str) -> Result<Opened, LedgerError> {
        let now = self.clock.now();
        Ok(match self.store.open_answer(hash, now, now - self.patience).await? {
            OpenedAnswer::Ours => Opened::Ours,
            OpenedAnswer::Elsewhere => Opened::Elsewhere,
            OpenedAnswer::Known(PaidAnswer::Answer(value, model)) => Opened::Known(Outcome::Answer { value, model }),
            OpenedAnswer::Known(PaidAnswer::Failure(reason)) => Opened::Known(Outcome::Failure(reason)),
        })
    }

    async fn close(&self, hash: &str, outcome: Option<&Outcome>) -> Result<(), LedgerError> {
        let outcome = outcome.map(|outcome| match outcome {
            Outcome::Answer { value, model } => PaidAnswer::Answer(value.clone(), model.clone()),
            Outcome::Failure(reason) => PaidAnswer::Failure(reason.clone()),
        });
        Ok(self.store.close_answer(hash, outcome.as_ref()).await?)
    }

    async fn reserve(&self, hash: &str, company: Option<Uuid>, tokens: u64) -> Result<Reservation, NotReserved> {
        let now = self.clock.now();
        let day = now.date_naive();
        let limits = [self.overall, self.company];
        let accounts: Vec<_> = accounts(company).into_iter().zip(limits).map(|(name, limit)| self.account(name, limit)).collect();
        let short = self.store.spend(hash, day, &accounts, tokens, now).await.map_err(LedgerError::from)?;
        match short {
            None => Ok(Reservation { day, company, tokens }),
            Some(0) => Err(Spent::Overall(tomorrow(day)).into()),
            Some(_) => Err(Spent::Company(tomorrow(day)).into()),
        }
    }

    async fn settle(&self, reservation: Reservation, used: Option<u64>) -> Result<(), LedgerError> {
        let whole = |tokens: u64| i64::try_from(tokens).unwrap_or(i64::MAX);
        let tokens = whole(used.unwrap_or(0)).saturating_sub(whole(reservation.tokens));
        let requests = if used.is_some() { 0 } else { -1 };
        let accounts = accounts(reservation.company);
        Ok(self.store.correct_spending(reservation.day, &accounts, tokens, requests).await?)
    }
}

fn tomorrow(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}
