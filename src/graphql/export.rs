//! Jobs with all their fields, page by page, each a line of JSON.
//!
//! The pages are asked for through the API itself, so a line tells what the API would tell that caller: the same names, the same
//! provenance, and nothing that is not for the caller's eyes.

use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result, anyhow};
use async_graphql::{Name, Request, Value, Variables, indexmap::IndexMap};
use serde_json::json;

use super::{ApiSchema, Limits, RequestId, schema};
use crate::{
    domain::{access::Principal, job::JobKind},
    service::Service,
};

/// What is asked for each page.
const DOCUMENT: &str = include_str!("export.graphql");

/// How many jobs are read at once. A job has up to 200 KB, and all of a page is in memory together.
const PAGE: u32 = 20;

/// Which jobs.
#[derive(Debug, Clone, Default)]
pub struct ExportFilter {
    /// Of that kind.
    pub kind: Option<JobKind>,
    /// Of the company of that id of the API.
    pub company: Option<String>,
}

/// Some jobs, a line each.
#[derive(Debug)]
pub struct ExportPage {
    /// The lines, each with its end.
    pub lines: Vec<u8>,
    /// How many they are.
    pub jobs: usize,
    /// Behind which cursor there are more.
    pub next: Option<String>,
}

/// Reads pages. Its schema, the API without the limits of what a caller may ask for at once, is made at the first.
pub struct Exporter {
    service: Arc<Service>,
    schema: OnceLock<ApiSchema>,
}

impl std::fmt::Debug for Exporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exporter").finish_non_exhaustive()
    }
}

impl Exporter {
    /// Over a service.
    pub fn new(service: Arc<Service>) -> Self {
        Self { service, schema: OnceLock::new() }
    }

    /// The jobs behind a cursor, as far as the caller may see them. Nothing of the database is held when this is done.
    ///
    /// # Errors
    /// When something fails inside; the log tells what, under the id of the request.
    pub async fn page(&self, principal: &Principal, id: RequestId, filter: &ExportFilter, after: Option<&str>) -> Result<ExportPage> {
        let mut conditions = serde_json::Map::new();
        conditions.extend(filter.kind.map(|kind| ("kind".to_owned(), json!(kind.name()))));
        conditions.extend(filter.company.as_ref().map(|company| ("company".to_owned(), json!(company))));
        let variables = Variables::from_json(json!({ "first": PAGE, "after": after, "filter": conditions }));
        let request = Request::new(DOCUMENT).variables(variables);
        let request = request.data(principal.clone()).data(self.service.loaders(principal)).data(id);
        let answer = self.schema().execute(request).await;
        match answer.errors.first() {
            Some(error) => Err(anyhow!("{}", error.message)),
            None => page(answer.data).context("the API answered something else than a page of jobs"),
        }
    }

    fn schema(&self) -> &ApiSchema {
        let limits = Limits { complexity: 10_000, ..Limits::default() };
        self.schema.get_or_init(|| schema(Arc::clone(&self.service), &limits))
    }
}

/// The page in an answer.
fn page(data: Value) -> Option<ExportPage> {
    let mut jobs = object(take(&mut object(data)?, "jobs")?)?;
    let info = object(take(&mut jobs, "pageInfo")?)?;
    let next = match (info.get("hasNextPage"), info.get("endCursor")) {
        (Some(Value::Boolean(true)), Some(Value::String(cursor))) => Some(cursor.clone()),
        _ => None,
    };
    let Value::List(nodes) = take(&mut jobs, "nodes")? else { return None };
    let (mut lines, count) = (vec![], nodes.len());
    for node in nodes {
        serde_json::to_writer(&mut lines, &job(node)?).ok()?;
        lines.push(b'\n');
    }
    Some(ExportPage { lines, jobs: count, next })
}

/// A job as its line tells it: the value of its wages is those of every area.
fn job(node: Value) -> Option<Value> {
    let mut job = object(node)?;
    if let (Some(Value::List(mut told)), Some(Value::Object(wages))) = (take(&mut job, "everyArea"), job.get_mut("wages")) {
        let every = told.pop().and_then(object).and_then(|mut field| take(&mut field, "value"));
        wages.insert(Name::new("value"), every.unwrap_or_default());
    }
    Some(Value::Object(job))
}

fn object(value: Value) -> Option<IndexMap<Name, Value>> {
    match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

fn take(fields: &mut IndexMap<Name, Value>, name: &str) -> Option<Value> {
    fields.shift_remove(name)
}
