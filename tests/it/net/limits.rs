//! How often an upstream is asked.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::join_all;
use rolegraph::net::{Call, CircuitState, Failure, Limits, Rate};
use tokio::time::sleep;

use super::{
    ask,
    fake::{Fake, answer, json, say},
    scaled, upstream,
};

#[tokio::test]
async fn five_thousand_callers_of_one_thing_make_one_call() {
    let fake = Fake::start(|_, stream| async move {
        sleep(Duration::from_millis(100)).await;
        say(stream, json("200 OK", "[1]").into()).await
    })
    .await;
    let upstream = upstream(&fake.base, scaled(&Limits::default()));
    let answers = join_all((0..5_000).map(|_| ask(&upstream, "1"))).await;
    assert!(answers.iter().all(|answer| *answer == Ok(serde_json::json!([1]))));
    assert_eq!((fake.requests(), upstream.health().requests), (1, 1));
    assert_eq!(ask(&upstream, "1").await, Ok(serde_json::json!([1])));
    assert_eq!(fake.requests(), 2, "what is over is not remembered here");
}

#[tokio::test]
async fn callers_share_a_failure_as_they_share_an_answer() {
    let fake = Fake::saying(json("500 Internal Server Error", "{}")).await;
    let upstream = upstream(&fake.base, scaled(&Limits::default()));
    let answers = join_all((0..100).map(|_| ask(&upstream, "1"))).await;
    assert!(answers.iter().all(|answer| *answer == Err(Failure::Unavailable { reason: "status 500".to_owned() })));
    assert_eq!(fake.requests(), 3);
}

/// What a dead upstream sees of 1,000 calls, by ways of calling.
async fn tries_of_a_dead_upstream(at_once: usize) -> (usize, u64) {
    let fake = Fake::saying([]).await;
    let upstream = upstream(&fake.base, scaled(&Limits::default()));
    for round in 0..1_000 / at_once {
        let names: Vec<_> = (0..at_once).map(|number| format!("{round}-{number}")).collect();
        let failed = join_all(names.iter().map(|name| ask(&upstream, name))).await;
        assert!(failed.iter().all(Result::is_err));
    }
    assert_eq!(upstream.health().circuit, CircuitState::Open);
    (fake.requests(), upstream.health().requests)
}

#[tokio::test]
async fn a_dead_upstream_sees_at_most_25_of_1000_calls_one_after_the_other() {
    let (seen, counted) = tries_of_a_dead_upstream(1).await;
    assert!(seen <= 25 && counted == seen as u64, "{seen} seen, {counted} counted");
}

#[tokio::test]
async fn a_dead_upstream_sees_at_most_25_of_1000_calls_made_at_once() {
    let (seen, counted) = tries_of_a_dead_upstream(1_000).await;
    assert!(seen <= 25 && counted == seen as u64, "{seen} seen, {counted} counted");
}

#[tokio::test]
async fn an_upstream_that_comes_back_is_asked_again() {
    let fake = Fake::start(|number, stream| {
        let answer = if number < 6 { json("503 Service Unavailable", "{}") } else { json("200 OK", "{}") };
        say(stream, answer.into())
    })
    .await;
    let limits = Limits { open_for: Duration::from_millis(300), ..scaled(&Limits::default()) };
    let upstream = upstream(&fake.base, limits);
    assert!(ask(&upstream, "1").await.is_err() && ask(&upstream, "2").await.is_err());
    assert_eq!((fake.requests(), upstream.health().circuit), (5, CircuitState::Open));
    assert_eq!(ask(&upstream, "3").await, Err(Failure::CircuitOpen));
    sleep(Duration::from_millis(350)).await;
    assert_eq!(upstream.health().circuit, CircuitState::HalfOpen);
    assert!(ask(&upstream, "4").await.is_err(), "the probe fails: open twice as long");
    sleep(Duration::from_millis(350)).await;
    assert_eq!(ask(&upstream, "5").await, Err(Failure::CircuitOpen));
    sleep(Duration::from_millis(350)).await;
    assert_eq!(ask(&upstream, "6").await, Ok(serde_json::json!({})));
    let health = upstream.health();
    assert_eq!((health.circuit, health.healthy, health.requests, health.failures), (CircuitState::Closed, true, 7, 6));
    assert_eq!(health.last_error.as_deref(), Some("stub: thing: not available: status 503"));
}

#[tokio::test]
async fn no_more_than_four_calls_are_under_way_at_once() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&most);
    let fake = Fake::start(move |_, stream| {
        let (now, most) = (Arc::clone(&now), Arc::clone(&counted));
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            sleep(Duration::from_millis(20)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            say(stream, json("200 OK", "{}").into()).await
        }
    })
    .await;
    let upstream = upstream(&fake.base, scaled(&Limits::default()));
    let names: Vec<_> = (0..40).map(|number| number.to_string()).collect();
    let answers = join_all(names.iter().map(|name| ask(&upstream, name))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((fake.requests(), most.load(Ordering::SeqCst)), (40, 4));
}

#[tokio::test]
async fn the_rate_is_kept_however_many_call() {
    let fake = Fake::saying(json("200 OK", "{}")).await;
    let upstream = upstream(&fake.base, Limits { rate: Rate::per_second(50), ..scaled(&Limits::default()) });
    let (names, start): (Vec<_>, _) = ((0..11).map(|number| number.to_string()).collect(), Instant::now());
    let answers = join_all(names.iter().map(|name| ask(&upstream, name))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert!(start.elapsed() >= Duration::from_millis(195), "11 calls, 20 ms from one to the next: {:?}", start.elapsed());
}

#[tokio::test]
async fn refused_credentials_are_not_shown_again_and_again() {
    let fake = Fake::saying(json("401 Unauthorized", "{}")).await;
    let upstream = upstream(&fake.base, scaled(&Limits::default()));
    for name in ["1", "2", "3"] {
        assert_eq!(ask(&upstream, name).await, Err(Failure::Unauthorized));
    }
    assert_eq!((fake.requests(), upstream.health().healthy, upstream.health().circuit), (1, false, CircuitState::Closed));
}

#[tokio::test]
async fn a_spent_quota_is_told_without_asking() {
    let headers = "content-type: application/json\r\nratelimit-remaining: 0\r\nratelimit-reset: 86400\r\n";
    let fake = Fake::saying(answer("200 OK", headers, b"{}")).await;
    let upstream = upstream(&fake.base, scaled(&Limits::default()));
    assert!(ask(&upstream, "1").await.is_ok());
    assert_eq!(upstream.health().quota_remaining, Some(0));
    assert_eq!(ask(&upstream, "2").await, Err(Failure::QuotaSpent));
    let other = upstream.call(Call::get("other", ["others"])).await;
    assert!(other.is_ok(), "the quota is that of one route");
    assert_eq!(fake.requests(), 2);
}

#[tokio::test]
async fn the_days_calls_are_counted() {
    let fake = Fake::saying(json("200 OK", "{}")).await;
    let upstream = upstream(&fake.base, Limits { daily: Some(2), ..scaled(&Limits::default()) });
    assert!(ask(&upstream, "1").await.is_ok() && ask(&upstream, "2").await.is_ok());
    assert_eq!((ask(&upstream, "3").await, fake.requests()), (Err(Failure::QuotaSpent), 2));
    assert_eq!(upstream.health().quota_remaining, Some(0));
}

#[tokio::test]
async fn a_caller_who_goes_away_takes_only_himself_along() {
    let fake = Fake::start(|_, stream| async move {
        sleep(Duration::from_millis(100)).await;
        say(stream, json("200 OK", "{}").into()).await
    })
    .await;
    let upstream = upstream(&fake.base, scaled(&Limits::default()));
    let impatient = tokio::time::timeout(Duration::from_millis(20), ask(&upstream, "1"));
    let (gone, stayed) = tokio::join!(impatient, ask(&upstream, "1"));
    assert!(gone.is_err() && stayed.is_ok());
    assert_eq!(fake.requests(), 1);
}
