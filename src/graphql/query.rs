//! Queries.

#![expect(clippy::unused_async, reason = "the library's resolvers are async")]

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, connection::PageInfo};
use uuid::Uuid;

use super::{
    Ask,
    cost::{CHANGE, Listed, MANY, Paged, STATEMENT, cost},
    error::{OrInternal, invalid},
    federation::Subgraph,
    guard::{Needs, NeedsOneOf, any_of, scopes},
    id::NodeId,
    page::{self, ByTime, Counted, PageArgs, Total},
    scalars::SocCode,
    types::{
        bulk::BulkOperation,
        coverage::CoverageReport,
        enums::{EventType, SocReviewStatus},
        history::Changeset,
        inputs::{JobBy, JobFilter, JobOrder},
        job::Job,
        keys::ApiKey,
        node::Node,
        occupation::Occupation,
        people::{Company, Viewer},
        providers::ProviderStatus,
        review::{SocReview, reviews_connection},
        runs::EnrichmentRun,
        skills::SkillMapping,
        soc::SocCandidate,
        webhooks::{Event, EventConnection, EventEdge, WebhookEndpoint},
    },
};
use crate::{
    domain::{
        access::Scope,
        filter::{self, JobOrder as Order, JobOrderKey},
        history,
        page::Page,
        run::Run,
        soc,
    },
    service::{MAY_READ_EVENTS, MAY_SEE_BULK},
};

/// What can be asked for.
#[derive(Debug, Clone, Copy)]
pub struct Query;

/// The most ids in one question.
pub(super) const MAX_IDS: usize = 100;

/// What can be asked for.
#[Object]
impl Query {
    #[graphql(flatten)]
    async fn subgraph(&self) -> Subgraph {
        Subgraph
    }

    /// The thing of that id; null when there is none that the caller may see.
    #[graphql(directive = cost::apply(STATEMENT.into()))]
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "An id that some field answered.")] id: ID) -> Result<Option<Node>> {
        Node::load(ctx, &id).await
    }

    /// The things of these ids, in the same order.
    #[graphql(directive = cost::apply(STATEMENT.into()), directive = Listed::apply(10, &["ids"]))]
    async fn nodes(&self, ctx: &Context<'_>, #[graphql(desc = "At most 100 ids.")] ids: Vec<ID>) -> Result<Vec<Option<Node>>> {
        if ids.len() > MAX_IDS {
            return Err(invalid(format!("`ids` holds at most {MAX_IDS} ids; these are {}.", ids.len())));
        }
        futures::future::try_join_all(ids.iter().map(|id| Node::load(ctx, id))).await
    }

    /// The caller.
    async fn viewer(&self) -> Viewer {
        Viewer
    }

    /// One job; null when there is none that the caller may see.
    #[graphql(directive = cost::apply(STATEMENT.into()))]
    async fn job(&self, ctx: &Context<'_>, #[graphql(desc = "By id or by slug.")] by: JobBy) -> Result<Option<Job>> {
        let (service, principal) = (ctx.service(), ctx.principal());
        let job = match by {
            JobBy::Id(id) => match NodeId::job(&id) {
                Some(id) => service.job(principal, id).await,
                None => Ok(None),
            },
            JobBy::Slug(slug) => service.job_by_slug(principal, &slug).await,
        };
        Ok(job.or_internal(ctx)?.map(Job::new))
    }

    /// Jobs that the caller may see.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    #[graphql(directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first", "last"]))]
    async fn jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those that fulfil all conditions.")] filter: Option<JobFilter>,
        #[graphql(desc = "The order; by creation when absent.")] order_by: Option<JobOrder>,
    ) -> Result<Counted<Job>> {
        let filter = filter.unwrap_or_default().into_store(ctx);
        jobs_connection(ctx, filter, order_by.map(Into::into).unwrap_or_default(), PageArgs { first, after, last, before }).await
    }

    /// The occupation that a code means; null when there is none.
    async fn occupation(&self, ctx: &Context<'_>, #[graphql(desc = "SOC 2018 or O*NET-SOC 2019.")] code: SocCode) -> Option<Occupation> {
        Occupation::of(ctx, code.0)
    }

    /// Occupations: by title, alternate title or code, forgiving of typing errors, the best first; all by code without a search.
    #[graphql(directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]))]
    async fn occupations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Words or a code.")] search: Option<String>,
        #[graphql(desc = "Only of this major group: `15` or `15-0000`.")] major_group: Option<String>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Counted<Occupation>> {
        let group = major_group.as_deref().map(parse_major_group).transpose()?;
        occupations_connection(ctx, search.as_deref(), group, PageArgs::forwards(first, after))
    }

    /// Occupations that a job title may mean, the likeliest first; the same question has the same answer.
    #[graphql(directive = cost::apply(CHANGE.into()), directive = Listed::apply(10, &["first"]))]
    async fn suggest_soc(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An English job title, at most 200 characters.")] title: String,
        #[graphql(desc = "What the work is, at most 20,000 characters; the first 6,000 count.")] description: Option<String>,
        #[graphql(desc = "The first so many, 1 to 20; 10 when absent.")] first: Option<i32>,
    ) -> Result<Vec<SocCandidate>> {
        let candidates = ctx.service().suggest_soc(&title, description.as_deref(), first).await.or_internal(ctx)?;
        Ok(SocCandidate::ranked(ctx, candidates))
    }

    /// Reviews of SOC codes: what deserves a person first comes first, that is what the ranker is least sure of.
    #[graphql(guard = "Needs(Scope::SocReview)", directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]), directive = scopes::apply(any_of(&[Scope::SocReview])))]
    async fn soc_reviews(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these; all when absent, the pending ones first.")] status: Option<SocReviewStatus>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Counted<SocReview>> {
        reviews_connection(ctx, status.map(Into::into), PageArgs::forwards(first, after)).await
    }

    /// What names of skills mean, as people and job-posting feeds write them: the O*NET element of each, in their order.
    #[graphql(directive = cost::apply(STATEMENT.into()), directive = Listed::apply(50, &["names"]))]
    async fn map_skills(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "1 to 200 English names, each of 1 to 200 characters; the first 120 count.")] names: Vec<String>,
    ) -> Result<Vec<SkillMapping>> {
        let mapped = ctx.service().map_skills(ctx.principal(), names).await.or_internal(ctx)?;
        Ok(mapped.into_iter().map(Into::into).collect())
    }

    /// How much of the jobs that the caller may see has a value.
    #[graphql(directive = cost::apply(MANY.into()))]
    async fn coverage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of these jobs.")] filter: Option<JobFilter>,
    ) -> Result<CoverageReport> {
        let filter = filter.unwrap_or_default().into_store(ctx);
        Ok((&ctx.service().coverage(ctx.principal(), &filter).await.or_internal(ctx)?).into())
    }

    /// An enrichment run; null when there is none that the caller may see.
    #[graphql(guard = "Needs(Scope::EnrichmentRun)", directive = cost::apply(STATEMENT.into()), directive = scopes::apply(any_of(&[Scope::EnrichmentRun])))]
    async fn enrichment_run(&self, ctx: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Result<Option<EnrichmentRun>> {
        let Some(NodeId::EnrichmentRun(id)) = NodeId::parse(&id) else { return Ok(None) };
        Ok(ctx.service().enrichment_run(ctx.principal(), id).await.or_internal(ctx)?.map(EnrichmentRun))
    }

    /// Enrichment runs that the caller may see, the newest first.
    #[graphql(guard = "Needs(Scope::EnrichmentRun)", directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]), directive = scopes::apply(any_of(&[Scope::EnrichmentRun])))]
    async fn enrichment_runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Counted<EnrichmentRun>> {
        let list = ByTime("enrichment-runs");
        let request = list.request(PageArgs::forwards(first, after))?;
        let found = ctx.service().enrichment_runs(ctx.principal(), &request).await.or_internal(ctx)?;
        let cursor = |run: &Run| list.cursor(run.created_at, run.id);
        Ok(page::connection(found, Total::EnrichmentRuns, cursor, EnrichmentRun))
    }

    /// A bulk operation; null when there is none that the caller may see.
    #[graphql(guard = "NeedsOneOf(&MAY_SEE_BULK)", directive = cost::apply(STATEMENT.into()), directive = scopes::apply(any_of(&MAY_SEE_BULK)))]
    async fn bulk_operation(&self, ctx: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Result<Option<BulkOperation>> {
        let Some(NodeId::BulkOperation(id)) = NodeId::parse(&id) else { return Ok(None) };
        Ok(ctx.service().bulk_operation(ctx.principal(), id).await.or_internal(ctx)?.map(BulkOperation))
    }

    /// Bulk operations that the caller may see, the newest first.
    #[graphql(guard = "NeedsOneOf(&MAY_SEE_BULK)", directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]), directive = scopes::apply(any_of(&MAY_SEE_BULK)))]
    async fn bulk_operations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Counted<BulkOperation>> {
        let list = ByTime("bulk-operations");
        let request = list.request(PageArgs::forwards(first, after))?;
        let found = ctx.service().bulk_operations(ctx.principal(), &request).await.or_internal(ctx)?;
        let cursor = |one: &crate::domain::bulk::BulkOperation| list.cursor(one.created_at, one.id);
        Ok(page::connection(found, Total::BulkOperations, cursor, BulkOperation))
    }

    /// A changeset; null when there is none that the caller may see.
    #[graphql(guard = "Needs(Scope::HistoryRead)", directive = cost::apply(STATEMENT.into()), directive = scopes::apply(any_of(&[Scope::HistoryRead])))]
    async fn changeset(&self, ctx: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Result<Option<Changeset>> {
        let Some(NodeId::Changeset(id)) = NodeId::parse(&id) else { return Ok(None) };
        Ok(ctx.service().changeset(ctx.principal(), id).await.or_internal(ctx)?.map(Changeset))
    }

    /// Changesets that the caller may see, the newest first.
    #[graphql(guard = "Needs(Scope::HistoryRead)", directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]), directive = scopes::apply(any_of(&[Scope::HistoryRead])))]
    async fn changesets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Counted<Changeset>> {
        let list = ByTime("changesets");
        let request = list.request(PageArgs::forwards(first, after))?;
        let found = ctx.service().changesets(ctx.principal(), &request).await.or_internal(ctx)?;
        let cursor = |set: &history::Changeset| list.cursor(set.at, set.id);
        Ok(page::connection(found, Total::Changesets, cursor, Changeset))
    }

    /// The providers, and how they are, over all processes of the service. A process writes down what it sees every five
    /// seconds, and at its end.
    #[graphql(directive = cost::apply(STATEMENT.into()))]
    async fn providers(&self, ctx: &Context<'_>) -> Result<Vec<ProviderStatus>> {
        Ok(ctx.service().providers().await.or_internal(ctx)?.into_iter().map(Into::into).collect())
    }

    /// Keys of programs that the caller may manage, the oldest first, those that are no longer good too.
    #[graphql(guard = "Needs(Scope::KeysManage)", directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]), directive = scopes::apply(any_of(&[Scope::KeysManage])))]
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Counted<ApiKey>> {
        let list = ByTime("api-keys");
        let request = list.request(PageArgs::forwards(first, after))?;
        let found = ctx.service().api_keys(ctx.principal(), &request).await.or_internal(ctx)?;
        let cursor = |key: &crate::domain::keys::ApiKey| list.cursor(key.created_at, key.id);
        Ok(page::connection(found, Total::ApiKeys, cursor, ApiKey))
    }

    /// Addresses that are told of what happens, as far as the caller may manage them, the oldest first.
    #[graphql(guard = "Needs(Scope::WebhooksManage)", directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]), directive = scopes::apply(any_of(&[Scope::WebhooksManage])))]
    async fn webhook_endpoints(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Counted<WebhookEndpoint>> {
        let list = ByTime("webhooks");
        let request = list.request(PageArgs::forwards(first, after))?;
        let found = ctx.service().webhook_endpoints(ctx.principal(), &request).await.or_internal(ctx)?;
        let cursor = |one: &crate::domain::webhooks::Endpoint| list.cursor(one.created_at, one.id);
        Ok(page::connection(found, Total::WebhookEndpoints, cursor, WebhookEndpoint))
    }

    /// What happened, the oldest first: a feed that is kept for 90 days. Who asks for what is behind the last cursor misses
    /// nothing, and is told nothing twice. A company is told of its own jobs, and of those that are everybody's.
    #[graphql(guard = "NeedsOneOf(&MAY_READ_EVENTS)", directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]), directive = scopes::apply(any_of(&MAY_READ_EVENTS)))]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of these kinds; all when absent.")] types: Option<Vec<EventType>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<EventConnection> {
        let request = PageArgs::forwards(first, after).request("events", |place| place.parse().ok())?;
        let kinds: Vec<_> = types.unwrap_or_default().into_iter().map(Into::into).collect();
        let found = ctx.service().events(ctx.principal(), &kinds, &request).await.or_internal(ctx)?;
        let edge = |(place, event): (i64, crate::domain::event::Event)| EventEdge {
            cursor: page::encode("events", &place.to_string(), event.id),
            node: Event { place, event },
        };
        let (has_previous_page, has_next_page) = (found.has_previous, found.has_next);
        let edges: Vec<_> = found.items.into_iter().map(edge).collect();
        let cursor = |edge: Option<&EventEdge>| edge.map(|edge| edge.cursor.clone());
        let page_info =
            PageInfo { has_previous_page, has_next_page, start_cursor: cursor(edges.first()), end_cursor: cursor(edges.last()) };
        Ok(EventConnection { nodes: edges.iter().map(|edge| edge.node.clone()).collect(), edges, page_info })
    }

    /// Companies, the oldest first.
    #[graphql(directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]))]
    async fn companies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Counted<Company>> {
        let list = ByTime("companies");
        let request = list.request(PageArgs::forwards(first, after))?;
        let found = ctx.service().companies(&request).await.or_internal(ctx)?;
        let cursor = |company: &crate::domain::job::Company| list.cursor(company.created_at, company.id);
        Ok(page::connection(found, Total::Companies, cursor, |company| Company(Arc::new(company))))
    }
}

/// A page of jobs.
pub(super) async fn jobs_connection(ctx: &Context<'_>, filter: filter::JobFilter, order: Order, args: PageArgs) -> Result<Counted<Job>> {
    let list = match order.key {
        JobOrderKey::Title => "jobs-by-title",
        JobOrderKey::CreatedAt => "jobs-by-creation",
        JobOrderKey::UpdatedAt => "jobs-by-update",
    };
    let request = args.request(list, |place| order.understands(place).then(|| place.to_owned()))?;
    let found = ctx.service().jobs(ctx.principal(), &filter, order, &request).await.or_internal(ctx)?;
    Ok(page::connection(found, Total::Jobs(Arc::new(filter)), |job| page::encode(list, &order.place(job), job.id), Job::new))
}

/// A page of occupations. A cursor is the place in the list.
fn occupations_connection(
    ctx: &Context<'_>,
    search: Option<&str>,
    group: Option<soc::SocCode>,
    args: PageArgs,
) -> Result<Counted<Occupation>> {
    let reference = ctx.service().reference();
    let fits = |code: &soc::SocCode| group.is_none_or(|group| code.major_group() == group);
    let codes: Vec<_> = match search.filter(|text| !text.trim().is_empty()) {
        Some(text) => reference.search().search(text).iter().map(|hit| hit.code).filter(fits).collect(),
        None => reference.catalogue.occupations().map(|occupation| occupation.code).filter(fits).collect(),
    };
    let request = args.request("occupations", |place| place.parse::<usize>().ok())?;
    let start = request.after.map_or(0, |(place, _)| place.saturating_add(1));
    let size = usize::try_from(request.size).unwrap_or(usize::MAX);
    let items: Vec<_> = codes
        .iter()
        .copied()
        .enumerate()
        .skip(start)
        .take(size)
        .filter_map(|(place, code)| Some((place, Occupation::of(ctx, code)?)))
        .collect();
    let found = Page { has_previous: start > 0, has_next: start.saturating_add(size) < codes.len(), items };
    Ok(page::connection(
        found,
        Total::Known(codes.len()),
        |(place, _)| page::encode("occupations", &place.to_string(), Uuid::nil()),
        |(_, occupation)| occupation,
    ))
}

fn parse_major_group(text: &str) -> Result<soc::SocCode> {
    let code = if text.len() == 2 { format!("{text}-0000") } else { text.to_owned() };
    let parsed = code.parse::<soc::SocCode>().ok().filter(|code| code.major_group() == *code);
    parsed.ok_or_else(|| invalid("`majorGroup` is a major group of the SOC: two digits, or `15-0000`."))
}
