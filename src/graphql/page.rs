//! Connections as the Relay cursor specification has them: pages of 20 unless asked for otherwise, of 100 at most.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    Context, Object, OutputType, Result, TypeName,
    connection::{Edge, EmptyFields, PageInfo},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    Ask,
    cost::{STATEMENT, cost},
    error::{OrInternal, invalid},
};
use crate::domain::{
    fields::Field,
    filter::JobFilter,
    job::Job,
    page::{Page, PageRequest},
    run::OutcomeKind,
    soc::review::ReviewStatus,
};

/// How many entries a page holds when nothing else is asked for.
const DEFAULT: i32 = 20;
/// How many a page holds at most.
const MAX: i32 = 100;

/// What the arguments of a connection ask for.
#[derive(Debug, Default)]
pub(super) struct PageArgs {
    pub(super) first: Option<i32>,
    pub(super) after: Option<String>,
    pub(super) last: Option<i32>,
    pub(super) before: Option<String>,
}

impl PageArgs {
    /// The first entries after a cursor.
    pub(super) fn forwards(first: Option<i32>, after: Option<String>) -> Self {
        Self { first, after, ..Self::default() }
    }

    /// Reads the arguments for the list of that name. `place` reads the place that a cursor names.
    pub(super) fn request<K>(self, list: &str, place: impl Fn(&str) -> Option<K>) -> Result<PageRequest<K>> {
        if self.first.is_some() && self.last.is_some() {
            return Err(invalid("Give `first` or `last`, not both."));
        }
        let backwards = self.last.is_some();
        let size = size(self.first.or(self.last), if backwards { "last" } else { "first" })?;
        let read = |cursor: Option<String>, name: &str| match cursor {
            None => Ok(None),
            Some(text) => decode(list, &text, &place).map(Some).ok_or_else(|| {
                invalid(format!("`{name}` is not a cursor of this list: take one from its `pageInfo` or `edges`, with the same `orderBy`."))
            }),
        };
        Ok(PageRequest { size: size.into(), backwards, after: read(self.after, "after")?, before: read(self.before, "before")? })
    }
}

/// How many entries are asked for: 1 to 100.
pub(super) fn size(asked: Option<i32>, name: &str) -> Result<u32> {
    match asked.unwrap_or(DEFAULT) {
        size @ 1..=MAX => Ok(size.unsigned_abs()),
        other => Err(invalid(format!("`{name}` is 1 to {MAX}; this is {other}."))),
    }
}

/// How many entries of a plain list are asked for; all when nothing is said.
pub(super) fn first_of(asked: Option<i32>) -> Result<usize> {
    match asked {
        None => Ok(usize::MAX),
        Some(count) => usize::try_from(count).map_err(|_| invalid(format!("`first` is 0 or more; this is {count}."))),
    }
}

/// A cursor: the name of the list and its order, the id of an entry, and its place.
pub(super) fn encode(list: &str, place: &str, id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list} {id} {place}"))
}

fn decode<K>(list: &str, cursor: &str, place: &impl Fn(&str) -> Option<K>) -> Option<(K, Uuid)> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (id, text) = std::str::from_utf8(&bytes).ok()?.strip_prefix(list)?.strip_prefix(' ')?.split_once(' ')?;
    Some((place(text)?, id.parse().ok()?))
}

/// A list that goes by when its entries came to be, under the name that its cursors have.
#[derive(Debug, Clone, Copy)]
pub(super) struct ByTime(pub(super) &'static str);

impl ByTime {
    /// Reads the arguments for the list.
    pub(super) fn request(self, args: PageArgs) -> Result<PageRequest<DateTime<Utc>>> {
        args.request(self.0, |place| DateTime::from_timestamp_micros(place.parse().ok()?))
    }

    /// The cursor of an entry that came to be then.
    pub(super) fn cursor(self, at: DateTime<Utc>, id: Uuid) -> String {
        encode(self.0, &at.timestamp_micros().to_string(), id)
    }
}

/// A page of a list. It counts only when it is asked to.
pub(super) struct Counted<T: OutputType> {
    edges: Vec<Edge<String, T, EmptyFields>>,
    has_previous: bool,
    has_next: bool,
    total: Total,
}

/// A page of a list, as the Relay cursor specification has it.
#[Object(name_type)]
impl<T: OutputType> Counted<T> {
    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: self.edges.last().map(|edge| edge.cursor.clone()),
        }
    }

    /// The entries with their cursors.
    async fn edges(&self) -> &[Edge<String, T, EmptyFields>] {
        &self.edges
    }

    /// The entries.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// How many entries there are on all pages.
    #[graphql(directive = cost::apply(STATEMENT.into()))]
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        self.total.count(ctx).await
    }
}

impl<T: OutputType> TypeName for Counted<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

/// A page as a connection. `cursor` names the place of an entry.
pub(super) fn connection<R, T>(page: Page<R>, total: Total, cursor: impl Fn(&R) -> String, wrap: impl Fn(R) -> T) -> Counted<T>
where
    T: OutputType,
{
    let edges = page.items.into_iter().map(|item| Edge::new(cursor(&item), wrap(item))).collect();
    Counted { edges, has_previous: page.has_previous, has_next: page.has_next, total }
}

/// What is to be counted.
#[derive(Debug, Clone)]
pub(super) enum Total {
    Known(usize),
    Jobs(Arc<JobFilter>),
    Companies,
    Outcomes(Uuid, Option<Vec<OutcomeKind>>),
    Changes(Uuid),
    History(Arc<Job>, Option<Field>),
    EnrichmentRuns,
    Changesets,
    BulkOperations,
    BulkResults(Uuid, bool),
    SocReviews(Option<ReviewStatus>),
    ApiKeys,
    WebhookEndpoints,
    Deliveries(Uuid, Option<bool>),
}

impl Total {
    async fn count(&self, ctx: &Context<'_>) -> Result<i32> {
        let service = ctx.service();
        let count = match self {
            Self::Known(count) => return Ok(i32::try_from(*count).unwrap_or(i32::MAX)),
            Self::Jobs(filter) => service.jobs_count(ctx.principal(), filter).await,
            Self::Companies => service.companies_count().await,
            Self::Outcomes(run, results) => service.outcomes_count(*run, results.as_deref()).await,
            Self::Changes(changeset) => service.changes_count(*changeset).await,
            Self::History(job, field) => service.history_count(ctx.principal(), job, *field).await,
            Self::EnrichmentRuns => service.enrichment_runs_count(ctx.principal()).await,
            Self::Changesets => service.changesets_count(ctx.principal()).await,
            Self::BulkOperations => service.bulk_operations_count(ctx.principal()).await,
            Self::BulkResults(operation, only_failed) => service.bulk_results_count(*operation, *only_failed).await,
            Self::SocReviews(status) => service.soc_reviews_count(ctx.principal(), *status).await,
            Self::ApiKeys => service.api_keys_count(ctx.principal()).await,
            Self::WebhookEndpoints => service.webhook_endpoints_count(ctx.principal()).await,
            Self::Deliveries(endpoint, failed) => service.webhook_deliveries_count(*endpoint, *failed).await,
        };
        Ok(i32::try_from(count.or_internal(ctx)?).unwrap_or(i32::MAX))
    }
}
