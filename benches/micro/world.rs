//! A service over a database of its own.

use std::sync::Arc;

use async_graphql::Request;
use rolegraph::{
    app::App,
    config::{Settings, Sources},
    domain::{access::Principal, clock::SystemClock, filter::JobFilter, job::JobKind},
    graphql::{ApiSchema, Limits, RequestId, schema},
    service::{EnrichOptions, ImportedJob, Service},
    work::Worker,
};
use tempfile::TempDir;

pub(crate) struct World {
    pub(crate) service: Arc<Service>,
    schema: ApiSchema,
    _folder: TempDir,
}

impl World {
    async fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("bench.db").display());
        let sources = Sources { flags: vec![("database_url".to_owned(), url)], ..Sources::default() };
        let settings = Settings::load(&sources).expect("the settings are good").settings;
        let app = App::start(settings, Arc::new(SystemClock)).await.expect("the service starts");
        let service = Arc::clone(app.service());
        Self { schema: schema(Arc::clone(&service), &Limits::default()), service, _folder: folder }
    }

    /// With the demo's 30 occupations and 8 featured roles.
    pub(crate) async fn demo() -> Self {
        let world = Self::empty().await;
        assert!(world.service.load_demo().await.expect("the demo loads"), "the database was empty");
        world.work().await;
        world
    }

    async fn work(&self) {
        Worker::new(Arc::clone(&self.service)).drain().await.expect("the work is done");
    }

    /// With so many jobs, spread evenly over all occupations, all of whose facts are known.
    pub(crate) async fn of(jobs: usize) -> Self {
        let world = Self::empty().await;
        let codes: Vec<_> = world.service.reference().catalogue.occupations().map(|occupation| occupation.code).collect();
        let job = |number: usize| ImportedJob {
            slug: Some(format!("job-{number}")),
            kind: JobKind::Occupation,
            title: format!("Job {number}"),
            description: None,
            company: None,
            company_name: None,
            soc_code: Some(codes[number % codes.len()]),
            soc_status: None,
            published: None,
            skills: vec![],
            metadata: serde_json::Value::Null,
        };
        let (first, rest): (Vec<_>, Vec<_>) = (0..jobs).map(job).enumerate().partition(|(number, _)| *number < codes.len());
        let plain = |jobs: Vec<(usize, ImportedJob)>| jobs.into_iter().map(|(_, job)| job).collect::<Vec<_>>();
        let principal = Principal::system("bench");
        // Facts belong to occupations: one job of each is enough to ask about all of them.
        world.service.import_jobs(&principal, &plain(first), "importJobs").await.expect("the jobs are imported");
        world.service.enrich_jobs(&principal, &JobFilter::default(), &EnrichOptions::default()).await.expect("a run is queued");
        world.work().await;
        world.service.import_jobs(&principal, &plain(rest), "importJobs").await.expect("the jobs are imported");
        world
    }

    /// What an anonymous caller is answered, as the bytes that would be sent.
    pub(crate) async fn ask(&self, query: &str) -> Vec<u8> {
        let principal = Principal::anonymous();
        let request = Request::new(query).data(self.service.loaders(&principal)).data(principal).data(RequestId("bench".to_owned()));
        let answer = self.schema.execute(request).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        serde_json::to_vec(&answer).expect("an answer is JSON")
    }
}
