//! Budgets: tokens and requests a day (UTC), for each company and overall, counted before a request is made.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use thiserror::Error;
use uuid::Uuid;

/// What may be spent in a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Tokens, in and out.
    pub tokens: u64,
    /// Requests.
    pub requests: u64,
}

/// What was spent in a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spending {
    /// Tokens, those reserved included.
    pub tokens: u64,
    /// Requests.
    pub requests: u64,
}

impl Spending {
    fn fits(self, limit: Limit, tokens: u64) -> bool {
        self.requests < limit.requests && self.tokens.saturating_add(tokens) <= limit.tokens
    }
}

/// Whose budget is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Spent {
    /// The company's.
    #[error("the company's budget for the assistant is spent until {0} 00:00 UTC")]
    Company(NaiveDate),
    /// Everybody's.
    #[error("the budget for the assistant is spent until {0} 00:00 UTC")]
    Overall(NaiveDate),
}

/// Tokens that a request may use. Settle it when the request has ended, however it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a reservation that is not settled is spent"]
pub struct Reservation {
    day: NaiveDate,
    company: Option<Uuid>,
    tokens: u64,
}

/// The accounts of one day. Time is passed in; what was spent elsewhere can be laid in with [`Budget::restore`].
#[derive(Debug, Clone)]
pub struct Budget {
    overall_limit: Limit,
    company_limit: Limit,
    day: NaiveDate,
    overall: Spending,
    companies: BTreeMap<Uuid, Spending>,
}

impl Budget {
    /// Nothing is spent yet.
    pub fn new(overall: Limit, company: Limit) -> Self {
        Self {
            overall_limit: overall,
            company_limit: company,
            day: NaiveDate::MIN,
            overall: Spending::default(),
            companies: BTreeMap::new(),
        }
    }

    /// Sets tokens aside for a request; the request counts at once. Nothing is set aside when either budget does not suffice.
    pub fn reserve(&mut self, now: DateTime<Utc>, company: Option<Uuid>, tokens: u64) -> Result<Reservation, Spent> {
        self.turn(now);
        let tomorrow = self.day.succ_opt().unwrap_or(self.day);
        if company.is_some_and(|company| !self.company(company).fits(self.company_limit, tokens)) {
            return Err(Spent::Company(tomorrow));
        }
        if !self.overall.fits(self.overall_limit, tokens) {
            return Err(Spent::Overall(tomorrow));
        }
        for account in self.accounts(company) {
            account.tokens += tokens;
            account.requests += 1;
        }
        Ok(Reservation { day: self.day, company, tokens })
    }

    /// Puts the tokens that were used in the place of those set aside. What is settled after its day's end changes nothing.
    pub fn settle(&mut self, reservation: Reservation, used: u64) {
        if reservation.day == self.day {
            for account in self.accounts(reservation.company) {
                account.tokens = account.tokens.saturating_sub(reservation.tokens).saturating_add(used);
            }
        }
    }

    /// Lays in what was spent today before a restart, or by another process.
    pub fn restore(&mut self, now: DateTime<Utc>, overall: Spending, companies: impl IntoIterator<Item = (Uuid, Spending)>) {
        self.turn(now);
        self.overall = overall;
        self.companies = companies.into_iter().collect();
    }

    /// What was spent today.
    pub fn overall(&self) -> Spending {
        self.overall
    }

    /// What a company spent today.
    pub fn company(&self, company: Uuid) -> Spending {
        self.companies.get(&company).copied().unwrap_or_default()
    }

    fn accounts(&mut self, company: Option<Uuid>) -> impl Iterator<Item = &mut Spending> {
        let company = company.map(|company| self.companies.entry(company).or_default());
        std::iter::once(&mut self.overall).chain(company)
    }

    /// A clock that goes back opens no day again.
    fn turn(&mut self, now: DateTime<Utc>) {
        if now.date_naive() > self.day {
            self.day = now.date_naive();
            self.overall = Spending::default();
            self.companies.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn at(day: u32, hour: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, day, hour, 0, 0).unwrap()
    }

    fn budget() -> Budget {
        Budget::new(Limit { tokens: 1_000, requests: 4 }, Limit { tokens: 600, requests: 2 })
    }

    #[test]
    fn a_company_spends_its_own_and_everybodys_budget() {
        let (mut budget, company) = (budget(), Uuid::from_u128(1));
        let reservation = budget.reserve(at(1, 9), Some(company), 500).unwrap();
        budget.settle(reservation, 120);
        assert_eq!(budget.company(company), Spending { tokens: 120, requests: 1 });
        assert_eq!(budget.overall(), Spending { tokens: 120, requests: 1 });
        assert_eq!(budget.company(Uuid::from_u128(2)), Spending::default());
    }

    #[test]
    fn what_does_not_fit_is_refused_and_leaves_no_trace() {
        let (mut budget, company) = (budget(), Uuid::from_u128(1));
        let tomorrow = at(2, 0).date_naive();
        assert_eq!(budget.reserve(at(1, 9), Some(company), 601), Err(Spent::Company(tomorrow)));
        assert_eq!(budget.reserve(at(1, 9), None, 1_001), Err(Spent::Overall(tomorrow)));
        assert_eq!((budget.overall(), budget.company(company)), (Spending::default(), Spending::default()));
        let kept = [(); 2].map(|()| budget.reserve(at(1, 9), Some(company), 1).unwrap());
        assert_eq!(budget.reserve(at(1, 9), Some(company), 1), Err(Spent::Company(tomorrow)), "two requests a day");
        assert_eq!(kept.len(), 2);
    }

    #[test]
    fn a_new_day_begins_with_nothing_spent_and_an_old_reservation_changes_nothing() {
        let (mut budget, company) = (budget(), Uuid::from_u128(1));
        let old = budget.reserve(at(1, 23), Some(company), 600).unwrap();
        let new = budget.reserve(at(2, 0), Some(company), 600).unwrap();
        budget.settle(old, 0);
        assert_eq!(budget.company(company).tokens, 600);
        budget.settle(new, 10);
        assert_eq!(budget.company(company).tokens, 10);
    }

    proptest! {
        #[test]
        fn no_day_spends_more_than_its_limits(calls in prop::collection::vec((0u128..3, 0u64..500), 0..40)) {
            let mut budget = budget();
            for (company, tokens) in calls {
                let company = (company > 0).then(|| Uuid::from_u128(company));
                if let Ok(reservation) = budget.reserve(at(1, 1), company, tokens) {
                    budget.settle(reservation, tokens / 2);
                }
                prop_assert!(budget.overall().tokens <= 1_000 && budget.overall().requests <= 4);
                prop_assert!([1, 2].map(Uuid::from_u128).iter().all(|company| budget.company(*company).requests <= 2));
            }
        }
    }
}
