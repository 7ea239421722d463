//! The circuit breaker: what fails again and again is left alone for a while.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::failure::Failure;

/// Whether calls are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CircuitState {
    /// All calls.
    Closed,
    /// None.
    Open,
    /// One, to see how it goes.
    HalfOpen,
}

/// Opens after so many failures in a row. After a time it lets one call through: when that goes well it closes, else it
/// stays open twice as long.
#[derive(Debug)]
pub(super) struct Circuit {
    failures_to_open: u32,
    open_for: Duration,
    open_at_most: Duration,
    now: Mutex<Now>,
}

#[derive(Debug)]
struct Now {
    /// Goes up with every change of state: what was let through before says nothing about after.
    epoch: u64,
    state: State,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, length: Duration },
    Probing { length: Duration },
}

/// A try that was let through. One that is dropped without a word (nobody waits for it any more) counts neither way.
#[derive(Debug)]
pub(super) struct Ticket<'a> {
    circuit: &'a Circuit,
    epoch: u64,
    told: bool,
}

impl Circuit {
    pub(super) fn new(failures_to_open: u32, open_for: Duration, open_at_most: Duration) -> Self {
        Self { failures_to_open, open_for, open_at_most, now: Mutex::new(Now { epoch: 0, state: State::Closed { failures: 0 } }) }
    }

    pub(super) fn state(&self) -> CircuitState {
        match self.lock().state {
            State::Closed { .. } => CircuitState::Closed,
            State::Open { until, .. } if Instant::now() < until => CircuitState::Open,
            State::Open { .. } | State::Probing { .. } => CircuitState::HalfOpen,
        }
    }

    /// Lets a try through, or not.
    pub(super) fn admit(&self) -> Result<Ticket<'_>, Failure> {
        let mut now = self.lock();
        match now.state {
            State::Closed { .. } => {}
            State::Open { until, length } if Instant::now() >= until => now.turn(State::Probing { length }),
            State::Open { .. } | State::Probing { .. } => return Err(Failure::CircuitOpen),
        }
        Ok(Ticket { circuit: self, epoch: now.epoch, told: false })
    }

    /// Fails when a try would not be let through.
    pub(super) fn look(&self) -> Result<(), Failure> {
        let held = match self.lock().state {
            State::Closed { .. } => false,
            State::Open { until, .. } => Instant::now() < until,
            State::Probing { .. } => true,
        };
        if held { Err(Failure::CircuitOpen) } else { Ok(()) }
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened(length: Duration) -> State {
        State::Open { until: Instant::now() + length, length }
    }
}

impl Now {
    fn turn(&mut self, state: State) {
        self.epoch += 1;
        self.state = state;
    }
}

impl Ticket<'_> {
    /// Tells how the try went.
    pub(super) fn tell(mut self, went_well: bool) {
        self.told = true;
        let mut now = self.circuit.lock();
        if now.epoch != self.epoch {
            return;
        }
        match now.state {
            State::Closed { .. } if went_well => now.state = State::Closed { failures: 0 },
            State::Closed { failures } if failures + 1 < self.circuit.failures_to_open => {
                now.state = State::Closed { failures: failures + 1 };
            }
            State::Closed { .. } => now.turn(Circuit::opened(self.circuit.open_for)),
            State::Open { .. } | State::Probing { .. } if went_well => now.turn(State::Closed { failures: 0 }),
            State::Open { length, .. } | State::Probing { length } => {
                now.turn(Circuit::opened((length * 2).min(self.circuit.open_at_most)));
            }
        }
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut now = self.circuit.lock();
        if let (false, true, State::Probing { length }) = (self.told, now.epoch == self.epoch, now.state) {
            now.turn(State::Open { until: Instant::now(), length });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn circuit() -> Circuit {
        Circuit::new(3, 10 * SECOND, 40 * SECOND)
    }

    fn fail(circuit: &Circuit, times: usize) {
        (0..times).for_each(|_| circuit.admit().expect("let through").tell(false));
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_so_many_failures_in_a_row_and_not_before() {
        let circuit = circuit();
        fail(&circuit, 2);
        circuit.admit().expect("let through").tell(true);
        fail(&circuit, 2);
        assert_eq!(circuit.state(), CircuitState::Closed);
        fail(&circuit, 1);
        assert_eq!(circuit.state(), CircuitState::Open);
        assert_eq!(circuit.admit().map(drop), Err(Failure::CircuitOpen));
    }

    #[tokio::test(start_paused = true)]
    async fn it_lets_one_probe_through_and_closes_when_that_goes_well() {
        let circuit = circuit();
        fail(&circuit, 3);
        tokio::time::advance(10 * SECOND).await;
        assert_eq!(circuit.state(), CircuitState::HalfOpen);
        let probe = circuit.admit().expect("one");
        assert_eq!(circuit.admit().map(drop), Err(Failure::CircuitOpen), "and only one");
        probe.tell(true);
        assert_eq!((circuit.state(), circuit.look()), (CircuitState::Closed, Ok(())));
    }

    #[tokio::test(start_paused = true)]
    async fn it_stays_open_twice_as_long_after_every_failed_probe_up_to_a_bound() {
        let circuit = circuit();
        fail(&circuit, 3);
        for length in [10_u32, 20, 40, 40] {
            tokio::time::advance(Duration::from_millis(u64::from(length) * 1_000 - 1)).await;
            assert_eq!(circuit.state(), CircuitState::Open, "{length} s");
            tokio::time::advance(Duration::from_millis(1)).await;
            fail(&circuit, 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_dead_upstream_sees_few_of_a_thousand_tries_however_slowly_they_come() {
        let circuit = Circuit::new(5, 30 * SECOND, 300 * SECOND);
        let mut seen = 0;
        for _ in 0..1_000 {
            seen += usize::from(circuit.admit().map(|ticket| ticket.tell(false)).is_ok());
            tokio::time::advance(SECOND).await;
        }
        assert_eq!(seen, 10, "five until it opens, then after 30, 60, 120, 240 and 300 seconds");
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_nobody_waits_for_makes_way_for_the_next() {
        let circuit = circuit();
        fail(&circuit, 3);
        tokio::time::advance(10 * SECOND).await;
        drop(circuit.admit().expect("one"));
        assert!(circuit.admit().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_let_through_before_says_nothing_about_after() {
        let circuit = circuit();
        let early = circuit.admit().expect("let through");
        fail(&circuit, 3);
        early.tell(true);
        assert_eq!(circuit.state(), CircuitState::Open);
    }
}
