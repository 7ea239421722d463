//! Load shedding: more operations at once than the machine can do are refused soon, so that those that are let in are answered
//! about as fast as ever.
//!
//! An operation begins when there is room. One that takes long waits for something else than a processor, or is a large one: it
//! gives its room on, as long as not too many are under way in all. Who finds no room waits for it, the first come first, for a
//! moment.
//!
//! It is crowded when in two whiles in a row many more came than were let go: more than there is room for. Waiting only makes
//! everybody slow then, so the queue is kept short, and who comes to a full one is refused at once. Callers who send their next
//! operation when they have the answer to the last make no crowd, nor does a burst. The idea of telling a standing queue from one
//! that passes is that of Nichols and Jacobson, *Controlling Queue Delay*, ACM Queue 10(5), 2012.

use std::{
    collections::VecDeque,
    mem,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
const PATIENCE: Duration = Duration::from_millis(200);
/// After this an operation takes long.
const LONG: Duration = Duration::from_millis(50);
/// How long it is looked at how many come, and how many are let go.
const WHILE: Duration = Duration::from_millis(20);
/// After this a crowd is looked at afresh: it may be a few who ask again as soon as they are refused.
const AFRESH: Duration = Duration::from_secs(10);

/// One in so many of those that may be under way may be beginning.
const FOR_EACH_BEGINNING: usize = 4;
/// One in so many of those that may be beginning may wait when it is crowded.
const FOR_EACH_WAITING: usize = 4;

/// Lets so many operations be under way at once.
#[derive(Debug, Clone)]
pub(super) struct Gate(Arc<Mutex<Room>>);

#[derive(Debug)]
struct Room {
    /// How many may be beginning.
    beginning: usize,
    /// How many more may begin now.
    free: usize,
    /// How many more may take long now.
    seats: usize,
    /// Whoever waits, the last come last; some have given up.
    waiting: VecDeque<oneshot::Sender<Held>>,
    now: While,
    /// In the while before this one it looked like a crowd.
    pressed: bool,
    /// Since when it is crowded.
    crowded: Option<Instant>,
}

/// What happened since a moment.
#[derive(Debug)]
struct While {
    begin: Instant,
    came: usize,
    let_go: usize,
}

impl While {
    fn new() -> Self {
        Self { begin: Instant::now(), came: 0, let_go: 0 }
    }
}

/// Room that is taken, until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    /// None when it was given away.
    gate: Option<Gate>,
    long: bool,
}

impl Held {
    /// Does `work` in this room, and gives it on when that takes long.
    pub(super) async fn during<T>(self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        if let Ok(done) = timeout(LONG, work.as_mut()).await {
            return done;
        }
        let _held = self.given_on();
        work.await
    }

    /// A seat among those that take long instead, if there is one.
    fn given_on(self) -> Self {
        let Some(gate) = &self.gate else { return self };
        if self.long || !gate.room().take_seat() {
            return self;
        }
        Self { gate: Some(gate.clone()), long: true }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(gate) = self.gate.take() else { return };
        if self.long {
            gate.room().seats += 1;
            return;
        }
        gate.room().now.let_go += 1;
        let mut given = Some(gate);
        while let Some(gate) = given.take() {
            let Some(next) = gate.next() else { return };
            // Who has given up gives it back.
            given = next.send(Self { gate: Some(gate), long: false }).err().and_then(|mut back| back.gate.take());
        }
    }
}

/// What came of asking for room.
enum Asked {
    Held(Held),
    Wait(oneshot::Receiver<Held>),
    Full,
}

impl Gate {
    /// At least one is let in.
    pub(super) fn new(at_once: usize) -> Self {
        let beginning = (at_once / FOR_EACH_BEGINNING).max(1);
        let seats = at_once.saturating_sub(beginning);
        let (waiting, now) = (VecDeque::new(), While::new());
        Self(Arc::new(Mutex::new(Room { beginning, free: beginning, seats, waiting, now, pressed: false, crowded: None })))
    }

    /// Room for an operation.
    pub(super) async fn enter(&self) -> Result<Held, Refusal> {
        let held = match self.ask() {
            Asked::Held(held) => Some(held),
            Asked::Wait(room) => timeout(PATIENCE, room).await.ok().and_then(Result::ok),
            Asked::Full => None,
        };
        held.ok_or_else(refused)
    }

    /// A refusal for who would get no room anyway: to be asked before anything is done for a request.
    pub(super) fn turn_away(&self) -> Result<(), Refusal> {
        let mut room = self.room();
        room.look();
        if !room.is_full() {
            return Ok(());
        }
        room.now.came += 1;
        Err(refused())
    }

    fn ask(&self) -> Asked {
        let mut room = self.room();
        room.look();
        room.now.came += 1;
        if room.free > 0 {
            room.free -= 1;
            return Asked::Held(Held { gate: Some(self.clone()), long: false });
        }
        if room.is_full() {
            return Asked::Full;
        }
        let (sender, receiver) = oneshot::channel();
        room.waiting.push_back(sender);
        Asked::Wait(receiver)
    }

    /// Who is let in next; room is free when nobody waits.
    fn next(&self) -> Option<oneshot::Sender<Held>> {
        let mut room = self.room();
        let next = room.waiting.pop_front();
        if next.is_none() {
            room.free += 1;
        }
        next
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused() -> Refusal {
    metrics::shed();
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", "Too many requests are under way: try again.")
}

impl Room {
    /// It is crowded, and as many wait as may.
    fn is_full(&mut self) -> bool {
        while self.waiting.front().is_some_and(oneshot::Sender::is_closed) {
            self.waiting.pop_front();
        }
        self.crowded.is_some() && self.free == 0 && self.waiting.len() >= self.may_wait()
    }

    /// Whether it is crowded, when a while has passed.
    fn look(&mut self) {
        let passed = self.now.begin.elapsed();
        if passed < WHILE {
            return;
        }
        let ended = mem::replace(&mut self.now, While::new());
        // When nobody came for a while there is nothing to be told from it.
        let presses = passed < WHILE * 2 && ended.came > ended.let_go + ended.let_go / 4 + self.beginning;
        let (was_pressed, was_crowded) = (mem::replace(&mut self.pressed, presses), self.crowded.take());
        if !(presses && was_pressed) || was_crowded.is_some_and(|since| since.elapsed() > AFRESH) {
            return;
        }
        self.crowded = was_crowded.or_else(|| Some(Instant::now()));
        if was_crowded.is_none() {
            tracing::warn!(came = ended.came, let_go = ended.let_go, "more operations come than can be done: they are refused");
            // Those who have waited longest are told at once, instead of when their time is up.
            let too_many = self.waiting.len().saturating_sub(self.may_wait());
            self.waiting.drain(..too_many);
        }
    }

    /// How many may wait when it is crowded.
    fn may_wait(&self) -> usize {
        (self.beginning / FOR_EACH_WAITING).max(1)
    }

    fn take_seat(&mut self) -> bool {
        let is_free = self.seats > 0;
        self.seats -= usize::from(is_free);
        is_free
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

    /// Sends `count` at once, `rounds` times, one round a millisecond. Answers those who wait, and how many were refused at once.
    async fn come(gate: &Gate, rounds: usize, count: usize) -> (Vec<tokio::task::JoinHandle<Option<Held>>>, usize) {
        let mut waiting = vec![];
        for _ in 0..rounds {
            waiting.extend((0..count).map(|_| waits(gate)));
            a_moment().await;
        }
        let (refused, waiting): (Vec<_>, Vec<_>) = waiting.into_iter().partition(tokio::task::JoinHandle::is_finished);
        let mut count = 0;
        for refused in refused {
            count += usize::from(refused.await.expect("it ran").is_none());
        }
        (waiting, count)
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
    async fn nobody_waits_long() {
        let gate = Gate::new(1);
        let _held = gate.enter().await.expect("room");
        let begin = Instant::now();
        assert!(gate.enter().await.is_err());
        assert!((PATIENCE..PATIENCE + LONG).contains(&begin.elapsed()));
    }

    #[tokio::test(start_paused = true)]
    async fn in_a_crowd_who_comes_to_a_queue_is_refused_at_once() {
        let gate = Gate::new(1);
        let held = gate.enter().await.expect("room");
        let (_waiting, refused) = come(&gate, 90, 2).await;
        assert!(gate.room().crowded.is_some());
        assert!(gate.turn_away().is_err());
        assert!(refused > 100, "{refused} of 180");
        let begin = Instant::now();
        assert!(gate.enter().await.is_err());
        assert_eq!(begin.elapsed(), Duration::ZERO, "the queue is full");
        drop(held);
        a_moment().await;
        assert_eq!(gate.room().waiting.len(), 0, "one was waiting, and got it");
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_is_over_when_no_more_come_than_are_let_go() {
        let gate = Gate::new(1);
        let held = gate.enter().await.expect("room");
        let (waiting, _) = come(&gate, 90, 2).await;
        drop(held);
        drop(waiting);
        for _ in 0..90 {
            a_moment().await;
            drop(gate.enter().await);
        }
        assert!(gate.room().crowded.is_none());
        assert!(gate.turn_away().is_ok());
        assert!(gate.enter().await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn few_who_never_give_up_are_no_crowd_for_long() {
        let gate = Gate::new(16);
        let held = gate.enter().await.expect("room");
        let (_waiting, _) = come(&gate, 90, 20).await;
        assert!(gate.room().crowded.is_some());
        drop(held);
        let begin = Instant::now();
        let callers = (0..8).map(|_| {
            let gate = gate.clone();
            tokio::spawn(async move {
                let mut refused = 0;
                while begin.elapsed() < AFRESH * 2 {
                    if let Ok(held) = gate.enter().await {
                        held.during(a_moment()).await;
                    } else {
                        refused = begin.elapsed().as_millis();
                        a_moment().await;
                    }
                }
                refused
            })
        });
        for caller in callers.collect::<Vec<_>>() {
            let last = caller.await.expect("it ran");
            assert!(last < (AFRESH + WHILE * 4).as_millis(), "refused after {last} ms");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_makes_no_crowd() {
        let gate = Gate::new(1);
        let held = gate.enter().await.expect("room");
        let (mut waiting, refused) = come(&gate, 1, 60).await;
        assert_eq!((waiting.len(), refused), (60, 0));
        drop(held);
        while !waiting.is_empty() {
            a_moment().await;
            let (got, wait): (Vec<_>, Vec<_>) = waiting.into_iter().partition(tokio::task::JoinHandle::is_finished);
            for got in got {
                assert!(got.await.expect("it ran").is_some());
            }
            waiting = wait;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn callers_who_wait_for_their_answers_make_no_crowd() {
        let gate = Gate::new(4);
        let callers = (0..64).map(|_| {
            let gate = gate.clone();
            tokio::spawn(async move {
                for _ in 0..20 {
                    let held = gate.enter().await.expect("room");
                    held.during(a_moment()).await;
                }
            })
        });
        for caller in callers.collect::<Vec<_>>() {
            caller.await.expect("nobody was refused");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_long_gives_its_room_on() {
        let gate = Gate::new(2);
        let long = |gate: &Gate| {
            let gate = gate.clone();
            tokio::spawn(async move {
                let held = gate.enter().await.expect("room");
                held.during(tokio::time::sleep(Duration::from_secs(5))).await;
            })
        };
        let first = long(&gate);
        a_moment().await;
        let second = long(&gate);
        tokio::time::sleep(LONG * 2).await;
        assert!(gate.enter().await.is_err(), "both are under way, and there is no further seat");
        first.await.expect("it ended");
        second.await.expect("it ended");
        let room = gate.room();
        assert_eq!((room.free, room.seats), (1, 1));
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
