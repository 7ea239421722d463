//! Durable work: claims, leases, retries, turns, runs, and what subscribers hear of it.

mod crash;
mod dead;
mod feed;
mod locks;
mod stop;
mod upkeep;
mod upstreams;

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures::{StreamExt, future::join_all};
use rolegraph::{
    domain::{
        access::Principal,
        filter::JobFilter,
        job::JobKind,
        run::{OutcomeKind, RunStatus},
        work::MAX_ATTEMPTS,
    },
    service::{EnrichOptions, ImportedJob, Service},
    work::Worker,
};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both_databases};

const CREATE: &str = "mutation($input: CreateJobInput!) { createJob(input: $input) { job { id } errors { message } } }";

async fn create_jobs(app: &TestApp, count: usize) -> Vec<Value> {
    let mut ids = vec![];
    for number in 0..count {
        let input = json!({ "kind": "OCCUPATION", "title": format!("Nurses {number}"), "socCode": "29-1141" });
        ids.push(app.admin(CREATE, json!({ "input": input })).await["createJob"]["job"]["id"].clone());
    }
    ids
}

/// So many occupations, of as many codes as there are, spread over all.
fn occupations(app: &TestApp, count: usize) -> Vec<ImportedJob> {
    let codes: Vec<_> = app.service().reference().catalogue.occupations().map(|occupation| occupation.code).collect();
    let step = (codes.len() / count).max(1);
    let job = |number: usize| ImportedJob {
        slug: Some(format!("job-{number}")),
        kind: JobKind::Occupation,
        title: format!("Job {number}"),
        description: None,
        company: None,
        company_name: None,
        soc_code: Some(codes[number * step % codes.len()]),
        soc_status: None,
        published: None,
        skills: vec![],
        metadata: Value::Null,
    };
    (0..count).map(job).collect()
}

async fn start_run(service: &Service) -> rolegraph::domain::run::Run {
    let options = EnrichOptions { fields: vec![], force: true };
    service.enrich_jobs(&Principal::system("test"), &JobFilter::default(), &options).await.expect("the run is queued")
}

/// Nobody holds the claims that were made any more.
pub(crate) fn lease_runs_out(app: &TestApp) {
    let store = app.service().store();
    store.move_work_time(store.lease() + TimeDelta::seconds(1));
}

async fn reload(service: &Service, id: uuid::Uuid) -> rolegraph::domain::run::Run {
    service.run_now(id).await.expect("the database answers").expect("the run is there")
}

on_both_databases! {
    async fn a_new_job_has_a_queued_run_that_a_worker_completes(app: TestApp) {
        create_jobs(&app, 1).await;
        let state = "{ job(by: {slug: \"nurses-0\"}) { enrichment { status lastRun { total done failed } } coverage { filled } } }";
        let queued = app.ask(state, json!({})).await;
        assert_eq!(queued["job"]["enrichment"], json!({ "status": "QUEUED", "lastRun": { "total": 1, "done": 0, "failed": 0 } }));
        assert_eq!(queued["job"]["coverage"]["filled"], 11, "the bundled data is there at once");
        assert_eq!(app.drain().await, 1);
        let done = app.ask(state, json!({})).await;
        assert_eq!(done["job"]["enrichment"], json!({ "status": "COMPLETE", "lastRun": { "total": 1, "done": 1, "failed": 0 } }));
        assert_eq!(app.drain().await, 0);
    }

    async fn two_processes_share_a_run_and_do_each_job_once(app: TestApp) {
        create_jobs(&app, 30).await;
        app.drain().await;
        let run = start_run(app.service()).await;
        let other = app.replica().await;
        let both = [Arc::clone(app.service()), Arc::clone(other.service())].map(|service| async move {
            let worker = Worker::new(Arc::clone(&service));
            let mut count = 0;
            while !reload(&service, run.id).await.is_over() {
                count += worker.work_once().await.expect("the work is done");
            }
            count
        });
        let worked: Vec<usize> = join_all(both).await;
        assert_eq!(worked.iter().sum::<usize>(), 30, "{worked:?}");
        let run = reload(app.service(), run.id).await;
        assert_eq!((run.status, run.done, run.failed), (RunStatus::Complete, 30, 0));
        assert_eq!(app.service().outcomes_count(run.id, None).await.expect("a count"), 30 * 11);
    }

    async fn a_worker_that_slept_through_its_lease_writes_nothing(app: TestApp) {
        create_jobs(&app, 3).await;
        app.drain().await;
        let run = start_run(app.service()).await;
        let asleep = app.service().claim_work(10).await.expect("a claim");
        assert_eq!(asleep.len(), 3);
        assert_eq!(app.service().claim_work(10).await.expect("no claim"), [], "they are taken");
        lease_runs_out(&app);
        let mut awake = vec![];
        for _ in 0..3 {
            let claimed = app.service().claim_work(10).await.expect("a second claim");
            assert_eq!(claimed.len(), 1, "one of them may be what ended the process that had them: each is tried alone");
            awake.extend(claimed);
        }
        app.service().process(&asleep).await.expect("nothing to do");
        let untouched = reload(app.service(), run.id).await;
        assert_eq!((untouched.done, app.service().outcomes_count(run.id, None).await.expect("a count")), (0, 0));
        assert!(!app.service().renew_work(&asleep).await.expect("an answer"), "what was lost cannot be renewed");
        app.service().process(&awake).await.expect("the work is done");
        let done = reload(app.service(), run.id).await;
        assert_eq!((done.status, done.done), (RunStatus::Complete, 3));
    }

    async fn work_that_always_kills_its_worker_is_given_up_with_its_error(app: TestApp) {
        create_jobs(&app, 1).await;
        app.drain().await;
        let run = start_run(app.service()).await;
        for _ in 0..MAX_ATTEMPTS {
            assert_eq!(app.service().claim_work(10).await.expect("a claim").len(), 1);
            lease_runs_out(&app);
        }
        assert_eq!(app.drain().await, 1);
        let counts = app.service().work_counts().await.expect("counts");
        assert_eq!((counts.ready, counts.leased, counts.dead), (0, 0, 1));
        let dead = app.service().store().dead_work(10).await.expect("the dead");
        assert_eq!(dead[0].error.as_deref(), Some("whoever claimed it never came back"));
        let over = reload(app.service(), run.id).await;
        assert_eq!((over.status, over.done, over.failed), (RunStatus::Failed, 1, 1));
        let failed = app.service().outcomes_count(run.id, Some(&[OutcomeKind::Failed])).await.expect("a count");
        assert_eq!(failed, 11, "a run tells of every field of every job");
    }

    async fn what_failed_waits_longer_each_time_and_across_restarts(app: TestApp) {
        create_jobs(&app, 1).await;
        app.drain().await;
        start_run(app.service()).await;
        let item = app.service().claim_work(10).await.expect("a claim").remove(0);
        app.service().put_back(&item, "the upstream was away").await.expect("it is put back");
        let restarted = app.replica().await;
        assert_eq!(restarted.service().claim_work(10).await.expect("no claim"), [], "it is too early");
        restarted.service().store().move_work_time(TimeDelta::seconds(3));
        let again = restarted.service().claim_work(10).await.expect("a claim").remove(0);
        assert_eq!((again.attempts, again.error.as_deref()), (2, Some("the upstream was away")));
    }

    async fn a_refresh_is_queued_once_however_many_ask(app: TestApp) {
        create_jobs(&app, 1).await;
        app.drain().await;
        app.clock.advance(TimeDelta::days(91));
        let asked = join_all((0..50).map(|_| app.service().queue_stale(TimeDelta::zero()))).await;
        assert_eq!(asked.into_iter().map(|queued| queued.expect("an answer")).sum::<u64>(), 1);
        assert_eq!(app.drain().await, 1);
        assert_eq!(app.service().queue_stale(TimeDelta::zero()).await.expect("an answer"), 0, "it is fresh again");
    }

    async fn readers_of_stale_facts_queue_one_refresh_and_wait_for_nothing(app: TestApp) {
        create_jobs(&app, 1).await;
        app.drain().await;
        app.clock.advance(TimeDelta::days(91));
        let read = "{ job(by: {slug: \"nurses-0\"}) { tasks { value(first: 1) { key } provenance { stale } } } }";
        let answers = join_all((0..50).map(|_| app.ask(read, json!({})))).await;
        assert!(answers.iter().all(|answer| answer["job"]["tasks"]["provenance"]["stale"] == true));
        assert_eq!(app.service().queue_seen_stale().await.expect("an answer"), 1);
        assert_eq!(app.service().queue_seen_stale().await.expect("an answer"), 0);
        assert_eq!(app.drain().await, 1);
        assert_eq!(app.ask(read, json!({})).await["job"]["tasks"]["provenance"]["stale"], false);
    }

    async fn owners_take_turns(app: TestApp) {
        let company = "mutation($slug: String!) { createCompany(input: {slug: $slug, name: $slug}) { company { id } } }";
        let mut roles = vec![];
        for (slug, count) in [("large", 40), ("small", 2)] {
            let id = app.admin(company, json!({ "slug": slug })).await["createCompany"]["company"]["id"].clone();
            for number in 0..count {
                let input = json!({ "kind": "FEATURED_ROLE", "title": format!("{slug} {number}"), "company": id });
                app.admin(CREATE, json!({ "input": input })).await;
            }
            roles.push(id);
        }
        for company in &roles {
            let answer = app.admin("mutation($company: ID) { enrichJobs(filter: {company: $company}) { run { total } errors { message } } }", json!({ "company": company })).await;
            assert_eq!(answer["enrichJobs"]["errors"], json!([]));
        }
        let first = app.service().claim_work(10).await.expect("a claim");
        let mut runs: Vec<_> = first.iter().map(|item| item.run).collect();
        runs.sort();
        runs.dedup();
        assert_eq!(runs.len(), 2, "the small company does not wait for the large one's 40 jobs");
    }

    async fn a_cancelled_run_does_nothing_more(app: TestApp) {
        create_jobs(&app, 3).await;
        app.drain().await;
        let run = start_run(app.service()).await;
        let principal = Principal::system("test");
        assert_eq!(app.service().cancel_run(&principal, run.id).await.expect("it is called off").status, RunStatus::Cancelled);
        assert_eq!(app.drain().await, 0);
        let over = reload(app.service(), run.id).await;
        assert_eq!((over.status, over.done), (RunStatus::Cancelled, 0));
        assert_eq!(app.service().outcomes_count(run.id, None).await.expect("a count"), 0);
        let again = app.service().cancel_run(&principal, run.id).await;
        assert_eq!(again.expect_err("it is over").to_string(), "The run is over already.");
    }

    async fn what_waits_to_be_tried_again_is_not_when_its_run_is_called_off(app: TestApp) {
        create_jobs(&app, 1).await;
        app.drain().await;
        let run = start_run(app.service()).await;
        let item = app.service().claim_work(10).await.expect("a claim").remove(0);
        app.service().cancel_run(&Principal::system("test"), run.id).await.expect("it is called off");
        app.service().put_back(&item, "the upstream was away").await.expect("it is put back");
        let facts = app.trace().await["fact"];
        app.service().store().move_work_time(TimeDelta::seconds(3));
        assert_eq!((app.drain().await, app.trace().await["fact"]), (1, facts), "nobody was asked");
        let over = reload(app.service(), run.id).await;
        assert_eq!((over.status, over.done), (RunStatus::Cancelled, 0));
        assert_eq!((app.trace().await["work_item"].0, app.service().outcomes_count(run.id, None).await.expect("a count")), (0, 0));
    }

    async fn a_change_on_one_replica_is_heard_on_another(app: TestApp) {
        let ids = create_jobs(&app, 1).await;
        app.drain().await;
        let other = app.replica().await;
        let listening = Arc::clone(other.service());
        let feed = tokio::spawn({
            let service = Arc::clone(&listening);
            async move { service.tell_subscribers().await }
        });
        let mut changes = Box::pin(listening.job_changes(Principal::anonymous(), None));
        tokio::time::sleep(Duration::from_millis(300)).await;
        app.admin("mutation($id: ID!) { updateJob(input: {id: $id, title: \"Registered Nurses\"}) { errors { message } } }", json!({ "id": ids[0] })).await;
        let heard = tokio::time::timeout(Duration::from_secs(10), changes.next()).await.expect("it is heard").expect("a change").expect("a job");
        assert_eq!(heard.title, "Registered Nurses");
        feed.abort();
    }

    async fn a_run_tells_its_progress_to_the_end(app: TestApp) {
        create_jobs(&app, 2).await;
        app.drain().await;
        let run = start_run(app.service()).await;
        let progress = app.service().run_progress(Principal::system("test"), run.id);
        let service = Arc::clone(app.service());
        let work = async move {
            tokio::time::sleep(Duration::from_millis(400)).await;
            Worker::new(service).drain().await.expect("the work is done")
        };
        let (told, _) = tokio::join!(progress.collect::<Vec<_>>(), work);
        let told: Vec<_> = told.into_iter().map(|run| run.expect("a run")).map(|run| (run.status, run.done)).collect();
        assert_eq!(told, [(RunStatus::Queued, 0), (RunStatus::Complete, 2)]);
    }
}
