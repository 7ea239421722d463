//! More requests than can be answered, in a steady stream: how those that are taken fare, and how fast the others are refused.
//!
//! `overload URL REQUEST PER_SECOND SECONDS` posts the file REQUEST so often, whether answers have come or not, and prints one line of
//! numbers: answers with the status 200, their median and 99th percentile in milliseconds, answers with 503 and their 99th
//! percentile, how many of these have `Retry-After`, and what came to nothing.

#![expect(clippy::print_stdout, reason = "what was measured")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use reqwest::{Client, header};
use tokio::sync::{Mutex, Semaphore};

/// More are not under way at once: what is not sent then counts as come to nothing.
const UNDER_WAY: usize = 4_000;

#[derive(Default)]
struct Came {
    taken: Vec<Duration>,
    refused: Vec<Duration>,
    with_retry_after: usize,
    nothing: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, file, per_second, seconds] = arguments.as_slice() else { anyhow::bail!("overload URL REQUEST PER_SECOND SECONDS") };
    let (per_second, seconds): (u64, u64) = (per_second.parse().context("a number a second")?, seconds.parse().context("seconds")?);
    ensure!((1..=100_000).contains(&per_second) && (1..=600).contains(&seconds), "up to 100,000 a second, for up to 600 s");
    // Only an error when somebody else did it first.
    drop(rustls::crypto::ring::default_provider().install_default());
    let body = std::fs::read(file).with_context(|| format!("cannot read {file}"))?;
    let client = Client::builder().timeout(Duration::from_secs(10)).pool_max_idle_per_host(UNDER_WAY).no_proxy().no_gzip().build()?;
    let (came, room) = (Arc::new(Mutex::new(Came::default())), Arc::new(Semaphore::new(UNDER_WAY)));
    let (begin, count) = (Instant::now(), per_second * seconds);
    for number in 0..count {
        let due = begin + Duration::from_secs_f64(number as f64 / per_second as f64);
        if due > Instant::now() {
            tokio::time::sleep_until(due.into()).await;
        }
        let Ok(place) = Arc::clone(&room).try_acquire_owned() else {
            came.lock().await.nothing += 1;
            continue;
        };
        let (client, came, url, body) = (client.clone(), Arc::clone(&came), url.clone(), body.clone());
        tokio::spawn(async move {
            let sent = Instant::now();
            let answer = client.post(url).header(header::CONTENT_TYPE, "application/json").body(body).send().await;
            let told = match answer {
                Ok(answer) => {
                    Some((answer.status().as_u16(), answer.headers().contains_key(header::RETRY_AFTER), answer.bytes().await.is_ok()))
                }
                Err(_) => None,
            };
            let (took, mut came) = (sent.elapsed(), came.lock().await);
            match told {
                Some((200, _, true)) => came.taken.push(took),
                Some((503, retry, true)) => {
                    came.refused.push(took);
                    came.with_retry_after += usize::from(retry);
                }
                _ => came.nothing += 1,
            }
            drop(place);
        });
    }
    let _all = room.acquire_many(u32::try_from(UNDER_WAY)?).await?;
    let mut came = came.lock().await;
    let (taken, refused) = (percentiles(&mut came.taken), percentiles(&mut came.refused));
    println!(
        "{} {:.2} {:.2} {} {:.2} {} {}",
        came.taken.len(),
        taken.0,
        taken.1,
        came.refused.len(),
        refused.1,
        came.with_retry_after,
        came.nothing
    );
    Ok(())
}

/// The median and the 99th percentile, in milliseconds; 0 of none.
fn percentiles(times: &mut [Duration]) -> (f64, f64) {
    times.sort_unstable();
    let at =
        |part: usize| times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    (at(50), at(99))
}
