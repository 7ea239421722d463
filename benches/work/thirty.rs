//! Thirty occupations from upstreams that answer after 50 ms, at the rates that the settings allow by default.

use std::time::{Duration, Instant};

use crate::{
    Row,
    databases::Database,
    row,
    upstreams::{LATENCY, Stub, Upstream},
    world::{self, Working},
};

const JOBS: usize = 30;

/// The least that each can be asked: an occupation of O*NET and its seven sections; one call of CareerOneStop; eight
/// series of BLS for each, 50 in a request. And how many a minute the settings allow.
const LEAST: [(Upstream, usize, u32); 3] = [(Upstream::Onet, JOBS * 8, 300), (Upstream::CareerOneStop, JOBS, 120), (Upstream::Bls, 5, 120)];

pub(crate) async fn measure(database: &Database) -> Vec<Row> {
    let service = world::service(database).await;
    world::fill(&service, JOBS).await;
    let stub = Stub::start().await;
    let settings = [stub.onet(), stub.careeronestop(), stub.bls()].concat();
    let run = world::queue(&service).await;
    let begin = Instant::now();
    let working = Working::start(database, &settings);
    let run = world::over(&service, &run).await;
    let wall = begin.elapsed().as_secs_f64();
    drop(working);
    assert_eq!((run.failed, usize::try_from(run.done).expect("a count")), (0, JOBS));
    let mut rows: Vec<_> = LEAST
        .iter()
        .map(|(upstream, least, _)| {
            row(format!("requests to {upstream} for {JOBS} occupations"), stub.requests(*upstream).to_string(), goal(*least))
        })
        .collect();
    let floor = |(_, least, a_minute): &(Upstream, usize, u32)| {
        let between = Duration::from_mins(1) / *a_minute;
        (between * u32::try_from(least - 1).expect("small") + LATENCY).as_secs_f64()
    };
    let floor = LEAST.iter().map(floor).fold(0.0, f64::max);
    let what =
        format!("{JOBS} occupations from all three, from the start of the process on; {floor:.1} s is the floor that the rates allow");
    rows.push(row(what, format!("{wall:.1} s: {:.2} ×", wall / floor), ""));
    rows
}

fn goal(least: usize) -> &'static str {
    match least {
        240 => "240",
        30 => "30",
        _ => "5",
    }
}
