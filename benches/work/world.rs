//! Jobs, services and processes.

use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use rolegraph::{
    app::App,
    config::{Settings, Sources},
    domain::{
        access::Principal,
        clock::{Clock, SystemClock},
        filter::JobFilter,
        job::JobKind,
        run::Run,
    },
    service::{EnrichOptions, ImportedJob, Service},
    work::Worker,
};
use uuid::Uuid;

use crate::databases::Database;

/// A service over the database, without upstreams.
pub(crate) async fn service(database: &Database) -> Arc<Service> {
    service_with(database, Arc::new(SystemClock)).await
}

/// The machine's clock, so many days ahead.
#[derive(Debug)]
struct Ahead(i64);

impl Clock for Ahead {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + TimeDelta::days(self.0)
    }

    fn new_id(&self) -> Uuid {
        SystemClock.new_id()
    }
}

/// The same, so many days later.
pub(crate) async fn service_later(database: &Database, days: i64) -> Arc<Service> {
    service_with(database, Arc::new(Ahead(days))).await
}

async fn service_with(database: &Database, clock: Arc<dyn Clock>) -> Arc<Service> {
    let flags = vec![("database_url".to_owned(), database.url.clone()), ("database.busy_timeout_seconds".to_owned(), "60".to_owned())];
    let settings = Settings::load(&Sources { flags, ..Sources::default() }).expect("the settings are good").settings;
    Arc::clone(App::start(settings, clock).await.expect("the service starts").service())
}

/// So many jobs, spread over all occupations, all of whose bundled facts are known.
pub(crate) async fn fill(service: &Arc<Service>, jobs: usize) {
    let codes: Vec<_> = service.reference().catalogue.occupations().map(|occupation| occupation.code).collect();
    let step = (codes.len() / jobs).max(1);
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
        metadata: serde_json::Value::Null,
    };
    let jobs: Vec<_> = (0..jobs).map(job).collect();
    service.import_jobs(&Principal::system("bench"), &jobs, "importJobs").await.expect("the jobs are imported");
    queue(service).await;
    drain(service).await;
}

/// Queues a run over all jobs.
pub(crate) async fn queue(service: &Service) -> Run {
    let (principal, all, options) = (Principal::system("bench"), JobFilter::default(), EnrichOptions::default());
    service.enrich_jobs(&principal, &all, &options).await.expect("a run is queued")
}

/// Does all queued work. Answers how many items that were.
pub(crate) async fn drain(service: &Arc<Service>) -> usize {
    Worker::new(Arc::clone(service)).drain().await.expect("the work is done")
}

/// Waits until a run is over.
pub(crate) async fn over(service: &Service, run: &Run) -> Run {
    loop {
        let run = service.run_now(run.id).await.expect("the database answers").expect("the run is there");
        if run.is_over() {
            return run;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A running `rolegraph work`; killed at the end.
pub(crate) struct Working(Child);

impl Working {
    /// Starts it with these settings.
    pub(crate) fn start(database: &Database, settings: &[(&str, String)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolegraph"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ROLEGRAPH_")) {
            command.env_remove(name);
        }
        command.arg("work").env("ROLEGRAPH_DATABASE_URL", &database.url).env("ROLEGRAPH_LOG__FILTER", "warn");
        command.envs(settings.iter().map(|(name, value)| (format!("ROLEGRAPH_{name}"), value)));
        Self(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts"))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
