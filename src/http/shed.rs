//! Load shedding: more operations at once than the machine can do are refused soon, so that those that are let in are answered
//! about as fast as ever.
//!
//! Who finds no room waits for it, the first come first. When somebody has been waiting all the time for a while, and more wait
//! than are let in at once, waiting only makes everybody slow: then the last come is let in first, and the others are refused
//! after a moment. This is "controlled delay" with "adaptive LIFO", after Maurer, *Fail at Scale*, ACM Queue 13(8), 2015.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::http::StatusCode;
use tokio::{
    sync::oneshot,
    time::{Instant, timeout},
};

use super::refusal::Refusal;
use crate::metrics;

/// How long an operation waits for room.
const CALM: Duration = Duration::from_millis(100);
/// How long it waits when it is crowded.
const CROWDED: Duration = Duration::from_millis(10);
/// It may be crowded when somebody has been waiting for so long.
const WHILE: Duration = Duration::from_millis(100);

/// Lets so many operations be done at once.
#[derive(Debug, Clone)]
pub(super) struct Gate(Arc<Mutex<Room>>);

#[derive(Debug)]
struct Room {
    at_once: usize,
    free: usize,
    /// Whoever waits, the last come last; some have given up.
    waiting: VecDeque<oneshot::Sender<Held>>,
    /// When nobody was waiting.
    calm: Instant,
}

/// Room that is taken, until it is dropped.
#[derive(Debug)]
pub(super) struct Held(Option<Gate>);

impl Drop for Held {
    fn drop(&mut self) {
        let mut given = self.0.take();
        while let Some(gate) = given.take() {
            let Some(next) = gate.next() else { return };
            // Who has given up gives it back.
            given = next.send(Self(Some(gate))).err().and_then(|mut back| back.0.take());
        }
    }
}

impl Gate {
    pub(super) fn new(at_once: usize) -> Self {
        Self(Arc::new(Mutex::new(Room { at_once, free: at_once, waiting: VecDeque::new(), calm: Instant::now() })))
    }

    /// Room for an operation.
    pub(super) async fn enter(&self) -> Result<Held, Refusal> {
        let (room, patience) = match self.ask() {
            Ok(held) => return Ok(held),
            Err(wait) => wait,
        };
        timeout(patience, room).await.ok().and_then(Result::ok).ok_or_else(|| {
            metrics::shed();
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", "Too many requests are under way: try again.")
        })
    }

    /// Room, or what to wait for, and how long.
    fn ask(&self) -> Result<Held, (oneshot::Receiver<Held>, Duration)> {
        let mut room = self.room();
        if room.free > 0 {
            room.free -= 1;
            room.calm = Instant::now();
            return Ok(Held(Some(self.clone())));
        }
        while room.waiting.front().is_some_and(oneshot::Sender::is_closed) {
            room.waiting.pop_front();
        }
        let (sender, receiver) = oneshot::channel();
        room.waiting.push_back(sender);
        Err((receiver, if room.is_crowded() { CROWDED } else { CALM }))
    }

    /// Who is let in next; room is free when nobody waits.
    fn next(&self) -> Option<oneshot::Sender<Held>> {
        let mut room = self.room();
        let next = if room.is_crowded() { room.waiting.pop_back() } else { room.waiting.pop_front() };
        if next.is_none() {
            room.free += 1;
            room.calm = Instant::now();
        }
        next
    }

    fn room(&self) -> std::sync::MutexGuard<'_, Room> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    fn is_crowded(&self) -> bool {
        self.waiting.len() > self.at_once && self.calm.elapsed() > WHILE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(gate: &Gate) -> tokio::task::JoinHandle<Option<Held>> {
        let gate = gate.clone();
        tokio::spawn(async move { gate.enter().await.ok() })
    }

    async fn a_moment() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_let_in_in_the_order_in_which_it_came() {
        let gate = Gate::new(1);
        let held = gate.enter().await.expect("room");
        let (first, second) = (waits(&gate), waits(&gate));
        a_moment().await;
        drop(held);
        let first = first.await.expect("it ran");
        assert!(first.is_some());
        a_moment().await;
        assert!(!second.is_finished(), "one at a time");
        drop(first);
        assert!(second.await.expect("it ran").is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn in_a_crowd_the_last_come_is_first_and_nobody_waits_long() {
        let gate = Gate::new(1);
        let held = gate.enter().await.expect("room");
        let (start, patient) = (Instant::now(), waits(&gate));
        tokio::time::sleep(WHILE + Duration::from_millis(1)).await;
        assert!(patient.await.expect("it ran").is_none(), "nobody waits longer than {CALM:?}");
        let (first, second, third) = (waits(&gate), waits(&gate), waits(&gate));
        a_moment().await;
        drop(held);
        let third = third.await.expect("it ran");
        assert!(third.is_some());
        assert!(second.await.expect("it ran").is_none());
        assert!(start.elapsed() < WHILE + CROWDED * 2, "it was refused soon");
        drop(third);
        let first = first.await.expect("it ran");
        assert!(first.is_some(), "alone nobody is in a crowd");
        drop(first);
        assert!(gate.enter().await.is_ok(), "room that nobody took is free");
    }

    #[tokio::test(start_paused = true)]
    async fn room_that_comes_too_late_is_not_lost() {
        let gate = Gate::new(1);
        for _ in 0..3 {
            let held = gate.enter().await.expect("room");
            assert!(waits(&gate).await.expect("it ran").is_none());
            drop(held);
        }
        assert_eq!(gate.room().free, 1);
        assert!(gate.room().waiting.is_empty());
    }
}
