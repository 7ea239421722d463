//! A job page whose facts are all older than they should be, because nobody could be asked for 91 days.

use std::{sync::Arc, time::Instant};

use async_graphql::{Request, Variables};
use rolegraph::{
    domain::access::Principal,
    graphql::{ApiSchema, Limits, RequestId, schema},
    service::Service,
};
use serde_json::json;

use crate::{Row, databases::Database, middle, row, world};

const JOB_PAGE: &str = include_str!("../queries/job_page.graphql");
const PAGES: u32 = 300;
const ROUNDS: usize = 5;

struct Reader {
    service: Arc<Service>,
    schema: ApiSchema,
}

impl Reader {
    fn of(service: Arc<Service>) -> Self {
        Self { schema: schema(Arc::clone(&service), &Limits::default()), service }
    }

    async fn page(&self) -> String {
        let principal = Principal::anonymous();
        let request = Request::new(JOB_PAGE).variables(Variables::from_json(json!({ "slug": "job-0" })));
        let request = request.data(self.service.loaders(&principal)).data(principal).data(RequestId("bench".to_owned()));
        let answer = self.schema.execute(request).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        serde_json::to_string(&answer).expect("an answer is JSON")
    }

    /// Microseconds for a page.
    async fn time(&self) -> f64 {
        let begin = Instant::now();
        for _ in 0..PAGES {
            self.page().await;
        }
        begin.elapsed().as_secs_f64() * 1e6 / f64::from(PAGES)
    }
}

pub(crate) async fn measure(database: &Database) -> Vec<Row> {
    let service = world::service(database).await;
    world::fill(&service, 30).await;
    let (fresh, stale) = (Reader::of(service), Reader::of(world::service_later(database, 91).await));
    assert!(!fresh.page().await.contains("\"stale\":true") && stale.page().await.contains("\"stale\":true"));
    let (mut now, mut later) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        now.push(fresh.time().await);
        later.push(stale.time().await);
    }
    let (now, later) = (middle(now), middle(later));
    vec![row(
        "a job page, its facts fresh, and 91 days old and stale",
        format!("{now:.0} µs and {later:.0} µs: {:.2} ×", later / now),
        "no slower",
    )]
}
