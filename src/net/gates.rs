//! What is not asked at all: upstreams and routes that refused our credentials or have no quota left.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::failure::Failure;

const DAY: Duration = Duration::from_hours(24);

/// What an upstream says in its headers about the calls that are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowance {
    /// How many.
    pub(super) left: u32,
    /// When there will be more.
    pub(super) more_in: Option<Duration>,
}

#[derive(Debug)]
pub(super) struct Gates {
    daily: Option<u32>,
    inside: Mutex<Inside>,
}

#[derive(Debug, Default)]
struct Inside {
    /// By route; none is the whole upstream.
    closed: BTreeMap<Option<&'static str>, (Instant, Failure)>,
    /// What headers said last, by route.
    left: BTreeMap<&'static str, u32>,
    /// The tries of the last 24 hours.
    tries: VecDeque<Instant>,
}

impl Gates {
    pub(super) fn new(daily: Option<u32>) -> Self {
        Self { daily, inside: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a route, or with none everything, closed for a while; who comes is told `why`.
    pub(super) fn close(&self, route: Option<&'static str>, why: Failure, rest: Duration) {
        self.lock().closed.insert(route, (Instant::now() + rest, why));
    }

    /// Takes note of what the headers said.
    pub(super) fn note(&self, route: &'static str, allowance: Allowance, rest: Duration) {
        self.lock().left.insert(route, allowance.left);
        if allowance.left == 0 {
            self.close(Some(route), Failure::QuotaSpent, allowance.more_in.unwrap_or(rest));
        }
    }

    /// Fails when the route is closed.
    pub(super) fn look(&self, route: &'static str) -> Result<(), Failure> {
        let now = Instant::now();
        let mut inside = self.lock();
        inside.closed.retain(|_, (until, _)| *until > now);
        let closed = inside.closed.get(&None).or_else(|| inside.closed.get(&Some(route)));
        closed.map_or(Ok(()), |(_, why)| Err(why.clone()))
    }

    /// Counts a try, unless the day's are used up.
    pub(super) fn count(&self) -> Result<(), Failure> {
        let Some(daily) = self.daily else { return Ok(()) };
        let mut inside = self.lock();
        if inside.today() >= daily {
            return Err(Failure::QuotaSpent);
        }
        inside.tries.push_back(Instant::now());
        Ok(())
    }

    /// Why the whole upstream is not asked.
    pub(super) fn closed(&self) -> Option<Failure> {
        let now = Instant::now();
        self.lock().closed.get(&None).filter(|(until, _)| *until > now).map(|(_, why)| why.clone())
    }

    /// How many calls are left, where anybody here knows: the least number of all that are known.
    pub(super) fn left(&self) -> Option<u32> {
        let spent = self.closed() == Some(Failure::QuotaSpent);
        let mut inside = self.lock();
        let today = inside.today();
        let told = inside.left.values().min().copied();
        let known = self.daily.map(|daily| daily.saturating_sub(today)).into_iter().chain(told).min();
        if spent { Some(0) } else { known }
    }
}

impl Inside {
    fn today(&mut self) -> u32 {
        let now = Instant::now();
        while self.tries.front().is_some_and(|at| now.duration_since(*at) >= DAY) {
            self.tries.pop_front();
        }
        u32::try_from(self.tries.len()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[tokio::test(start_paused = true)]
    async fn a_closed_route_leaves_the_others_open_and_opens_by_itself() {
        let gates = Gates::new(None);
        gates.note("extract", Allowance { left: 0, more_in: Some(HOUR) }, DAY);
        assert_eq!((gates.look("extract"), gates.look("skills"), gates.left()), (Err(Failure::QuotaSpent), Ok(()), Some(0)));
        gates.close(None, Failure::Unauthorized, HOUR / 2);
        assert_eq!((gates.look("skills"), gates.closed()), (Err(Failure::Unauthorized), Some(Failure::Unauthorized)));
        tokio::time::advance(HOUR).await;
        assert_eq!((gates.look("extract"), gates.look("skills"), gates.closed()), (Ok(()), Ok(()), None));
    }

    #[tokio::test(start_paused = true)]
    async fn the_days_tries_are_counted_over_any_24_hours() {
        let gates = Gates::new(Some(2));
        assert_eq!((gates.count(), gates.left()), (Ok(()), Some(1)));
        tokio::time::advance(DAY / 2).await;
        assert_eq!((gates.count(), gates.count(), gates.left()), (Ok(()), Err(Failure::QuotaSpent), Some(0)));
        tokio::time::advance(DAY / 2).await;
        assert_eq!((gates.left(), gates.count(), gates.count()), (Some(1), Ok(()), Err(Failure::QuotaSpent)));
    }
}
