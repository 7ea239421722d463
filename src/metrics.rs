//! What is counted and timed, under names that [Prometheus] reads. Labels have few values: none is what a caller wrote.
//!
//! [Prometheus]: https://prometheus.io/docs/instrumenting/exposition_formats/

use std::{sync::OnceLock, time::Duration};

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

const REQUESTS: &str = "rolegraph_graphql_requests_total";
const SECONDS: &str = "rolegraph_graphql_request_seconds";
const VALIDATED: &str = "rolegraph_documents_validated_total";
const UNLISTED: &str = "rolegraph_documents_unlisted_total";
const LIMITED: &str = "rolegraph_requests_limited_total";
const SHED: &str = "rolegraph_requests_shed_total";
const DOCUMENTS: &str = "rolegraph_documents_total";
const ANSWERS: &str = "rolegraph_answers_total";
const DELIVERIES: &str = "rolegraph_webhook_tries_total";
const QUEUE: &str = "rolegraph_work_items";
const TRIES: &str = "rolegraph_provider_tries";
const FAILURES: &str = "rolegraph_provider_failures";
const CALLS: &str = "rolegraph_provider_call_seconds";
const LOADS: &str = "rolegraph_load_seconds";
const SUBSCRIBERS: &str = "rolegraph_subscribers";

/// The bounds of the buckets of times, in seconds.
const BUCKETS: [f64; 12] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0];

static RECORDED: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Begins to record, once in a process. None when something else records already.
fn recorded() -> Option<&'static PrometheusHandle> {
    let begin = || {
        let handle = install().inspect_err(|error| tracing::warn!("nothing is measured: {error}")).ok()?;
        describe();
        Some(handle)
    };
    RECORDED.get_or_init(begin).as_ref()
}

fn install() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?.install_recorder()
}

fn describe() {
    describe_counter!(REQUESTS, "GraphQL operations, by their first root field and by what came of them.");
    describe_histogram!(SECONDS, "How long GraphQL operations took, in seconds, by their first root field.");
    describe_counter!(SHED, "Requests that were refused because too many were under way.");
    describe_counter!(VALIDATED, "Operations, by whether they were known to be valid before.");
    describe_counter!(UNLISTED, "Documents that were sent and are not listed, where that is looked at.");
    describe_counter!(LIMITED, "Requests that were refused because their caller asked for too much in a minute.");
    describe_counter!(DOCUMENTS, "Documents, by whether they were read before.");
    describe_counter!(ANSWERS, "Answers to anonymous queries, by whether they were made before.");
    describe_counter!(DELIVERIES, "Tries of webhook deliveries, by what came of them.");
    describe_gauge!(QUEUE, "Work items, by their state.");
    describe_gauge!(TRIES, "Tries of calls to providers since the start, over all processes.");
    describe_gauge!(FAILURES, "Failed tries of calls to providers since the start, over all processes.");
    describe_histogram!(CALLS, "How long a try of a call to a provider took, in seconds, by what came of it.");
    describe_histogram!(LOADS, "How long resolvers waited for a batch of what they read, in seconds, by what it was.");
    describe_gauge!(SUBSCRIBERS, "Subscribers of this process.");
}

/// Begins to record.
pub fn start() {
    recorded();
}

/// All of it, in Prometheus' text format.
pub fn text() -> String {
    recorded().map(PrometheusHandle::render).unwrap_or_default()
}

/// An operation was answered: `ok`, `errors`, `refused`, `failed` or `timeout`. `field` is its first root field.
pub fn operation(field: &str, outcome: &'static str, took: Duration) {
    counter!(REQUESTS, "field" => field.to_owned(), "outcome" => outcome).increment(1);
    histogram!(SECONDS, "field" => field.to_owned()).record(took.as_secs_f64());
}

/// A request was refused because too many were under way.
pub fn shed() {
    counter!(SHED).increment(1);
}

/// An operation was executed; `known` when it was known to be valid.
pub fn validated(known: bool) {
    counter!(VALIDATED, "known" => if known { "yes" } else { "no" }).increment(1);
}

/// A document that is not listed was sent.
pub fn unlisted(signed_in: bool) {
    counter!(UNLISTED, "signed_in" => if signed_in { "yes" } else { "no" }).increment(1);
}

/// A caller asked for too much in a minute: `anonymous` or `signed-in`.
pub fn limited(callers: &'static str) {
    counter!(LIMITED, "callers" => callers).increment(1);
}

/// A document was asked for.
pub fn document(known: bool) {
    counter!(DOCUMENTS, "known" => if known { "yes" } else { "no" }).increment(1);
}

/// An answer that may be kept was asked for.
pub fn kept_answer(known: bool) {
    counter!(ANSWERS, "known" => if known { "yes" } else { "no" }).increment(1);
}

/// A webhook delivery was tried.
pub fn delivery(taken: bool) {
    counter!(DELIVERIES, "outcome" => if taken { "taken" } else { "failed" }).increment(1);
}

/// How many work items there are in a state.
pub fn queue(state: &'static str, count: u64) {
    gauge!(QUEUE, "state" => state).set(as_number(count));
}

/// What has become of a provider's tries.
pub fn provider(name: &str, tries: u64, failures: u64) {
    gauge!(TRIES, "provider" => name.to_owned()).set(as_number(tries));
    gauge!(FAILURES, "provider" => name.to_owned()).set(as_number(failures));
}

/// A call to a provider was tried: `ok`, or the failure's name.
pub fn provider_call(name: &'static str, outcome: &'static str, took: Duration) {
    histogram!(CALLS, "provider" => name, "outcome" => outcome).record(took.as_secs_f64());
}

/// A batch was read for resolvers.
pub fn load(what: &'static str, took: Duration) {
    histogram!(LOADS, "what" => what).record(took.as_secs_f64());
}

/// How many subscribers there are.
pub fn subscribers(count: usize) {
    gauge!(SUBSCRIBERS).set(as_number(count as u64));
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn as_number(count: u64) -> f64 {
    count as f64
}
