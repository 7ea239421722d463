//! `GET /export/jobs.jsonl`: all jobs that a caller may see, a line each, in a stream.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Shared, auth, graphql::request_id, refusal::Refusal};
use crate::{
    domain::{
        access::{Principal, Scope},
        job::JobKind,
    },
    graphql::{ExportFilter, ExportPage, Exporter, RequestId},
    service::Service,
};

/// Exports of this process.
#[derive(Debug, Clone)]
pub(super) struct Exports {
    exporter: Arc<Exporter>,
    /// How many may still begin.
    gate: Arc<Semaphore>,
}

impl Exports {
    /// At most so many at once.
    pub(super) fn new(service: &Arc<Service>, at_once: usize) -> Self {
        Self { exporter: Arc::new(Exporter::new(Arc::clone(service))), gate: Arc::new(Semaphore::new(at_once)) }
    }
}

/// What may stand in the address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameters {
    kind: Option<String>,
    company: Option<String>,
}

/// The first page is read before anything is answered, so that what fails at once has its status. What fails later breaks the
/// stream off: a client sees that it has not got all.
pub(super) async fn jobs(
    State(shared): State<Shared>,
    headers: HeaderMap,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Response {
    match begin(shared, headers, parameters).await {
        Ok(answer) => answer,
        Err(refusal) => refusal.into_response(),
    }
}

async fn begin(shared: Shared, headers: HeaderMap, parameters: Result<Query<Parameters>, QueryRejection>) -> Result<Response, Refusal> {
    allowed(&shared, &headers).await?;
    let filter = read(parameters)?;
    let Ok(held) = Arc::clone(&shared.exports.gate).try_acquire_owned() else {
        let message = "As many exports as may be are under way: try again later.";
        return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message));
    };
    let export = Export { shared, headers, filter, _held: held };
    let first = export.page(None).await.map_err(|_| {
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "Something failed inside; the request id finds it in the log.")
    })?;
    let described = [
        (header::CONTENT_TYPE, "application/jsonl; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"jobs.jsonl\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((described, Body::from_stream(pages(export, first))).into_response())
}

/// The lines, as fast as they are taken: the next page is read when the one before is on its way.
fn pages(export: Export, first: ExportPage) -> impl stream::Stream<Item = anyhow::Result<Vec<u8>>> {
    stream::try_unfold((export, Some(Next::Told(first))), async |(export, next)| {
        let page = match next {
            None => return Ok(None),
            Some(Next::Told(page)) => page,
            Some(Next::Behind(cursor)) => export.page(Some(&cursor)).await?,
        };
        Ok(Some((page.lines, (export, page.next.map(Next::Behind)))))
    })
}

/// What is to be told next.
enum Next {
    Told(ExportPage),
    Behind(String),
}

/// An export under way.
struct Export {
    shared: Shared,
    headers: HeaderMap,
    filter: ExportFilter,
    _held: OwnedSemaphorePermit,
}

impl Export {
    /// A page, when the caller is still let in.
    async fn page(&self, after: Option<&str>) -> anyhow::Result<ExportPage> {
        let principal = allowed(&self.shared, &self.headers).await.map_err(|refused| anyhow::anyhow!("{}", refused.message()))?;
        let id = RequestId(request_id(&self.headers).to_owned());
        let page = self.shared.exports.exporter.page(&principal, id, &self.filter, after);
        let page = tokio::time::timeout(self.shared.options.deadline, page).await;
        page.map_err(anyhow::Error::from).flatten().inspect_err(|error| {
            tracing::warn!(request = request_id(&self.headers), "an export broke off: {error:#}");
        })
    }
}

/// The caller, when that is somebody who may read jobs.
async fn allowed(shared: &Shared, headers: &HeaderMap) -> Result<Principal, Refusal> {
    let principal = auth::principal(shared, headers).await.map_err(Refusal::from)?;
    if principal.actor().is_none() {
        let message = "Sign in first: this needs the scope jobs:read. Send `Authorization: Bearer <token>`.";
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message));
    }
    if !principal.may(Scope::JobsRead) {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "FORBIDDEN", "This needs the scope jobs:read, which you do not have."));
    }
    Ok(principal)
}

fn read(parameters: Result<Query<Parameters>, QueryRejection>) -> Result<ExportFilter, Refusal> {
    let wrong = || Refusal::bad("The parameters are `kind` (OCCUPATION or FEATURED_ROLE) and `company` (an id), each at most once.");
    let Query(Parameters { kind, company }) = parameters.map_err(|_| wrong())?;
    let kind = kind.map(|kind| JobKind::from_name(&kind).ok_or_else(wrong)).transpose()?;
    Ok(ExportFilter { kind, company })
}
