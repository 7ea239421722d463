//! Occupations.

#![expect(clippy::unused_async, reason = "the library's resolvers are async")]

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::{
    enums::JobField,
    field_view::{JobFieldView, views},
    inputs::JobFilter,
    job::Job,
};
use crate::{
    domain::{fields::Field, filter::JobOrder, occupation, soc},
    graphql::{
        Ask,
        cost::{Listed, Paged, STATEMENT, cost},
        error::OrInternal,
        id::NodeId,
        page::{Counted, PageArgs, first_of},
        query::jobs_connection,
        scalars::SocCode,
    },
    loaders::KnowledgeKey,
};

/// An O*NET-SOC 2019 occupation, or a publication code of BLS that stands for several. Its id is made from its code.
#[derive(Debug, Clone)]
pub(crate) struct Occupation(pub(crate) Arc<occupation::Occupation>);

impl Occupation {
    /// The occupation that a code means.
    pub(crate) fn of(ctx: &Context<'_>, code: soc::SocCode) -> Option<Self> {
        ctx.service().reference().catalogue.get(code).map(|found| Self(Arc::clone(found)))
    }
}

/// An O*NET-SOC 2019 occupation, or a publication code of BLS that stands for several. Its id is made from its code.
#[Object]
impl Occupation {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        NodeId::Occupation(self.0.code).into()
    }

    /// Its code: `15-1252.00`, or a bare SOC code for a publication code.
    async fn code(&self) -> SocCode {
        SocCode(self.0.code)
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What people of this occupation do.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// O*NET's job zone, 1 (little preparation) to 5 (extensive preparation).
    async fn job_zone(&self) -> Option<i32> {
        self.0.job_zone.map(Into::into)
    }

    /// The major group of the SOC that it belongs to.
    async fn major_group(&self, ctx: &Context<'_>) -> SocGroup {
        let code = self.0.code.major_group();
        let title = ctx.service().reference().catalogue.major_group(code).map(|group| group.title.to_string());
        SocGroup { code: code.to_string(), title: title.unwrap_or_default() }
    }

    /// Other titles that the work goes by.
    async fn alternate_titles(&self, #[graphql(desc = "At most this many; all when absent.")] first: Option<i32>) -> Result<Vec<&str>> {
        Ok(self.0.alternate_titles.iter().take(first_of(first)?).map(AsRef::as_ref).collect())
    }

    /// Related occupations, the nearest first.
    #[graphql(directive = Listed::apply(10, &["first"]))]
    async fn related(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most this many; all when absent.")] first: Option<i32>,
    ) -> Result<Vec<Occupation>> {
        Ok(self.0.related.iter().filter_map(|code| Self::of(ctx, *code)).take(first_of(first)?).collect())
    }

    /// The jobs with this code that the caller may see, the oldest first.
    #[graphql(directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]))]
    async fn jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Counted<Job>> {
        jobs_connection(ctx, JobFilter::of_code(self.0.code), JobOrder::default(), PageArgs::forwards(first, after)).await
    }

    /// What is known of the occupation, whether or not there is a job for it.
    #[graphql(directive = Listed::apply(11, &["names"]))]
    async fn fields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these; all when absent.")] names: Option<Vec<JobField>>,
    ) -> Result<Vec<JobFieldView>> {
        let known = ctx.loaders().one(KnowledgeKey(self.0.code)).await.or_internal(ctx)?;
        Ok(known.map(|known| views(names, None, |field: Field| Arc::clone(known.field(field)))).unwrap_or_default())
    }
}

/// A major group of the SOC.
#[derive(SimpleObject, Debug)]
pub(crate) struct SocGroup {
    /// Its code, `15-0000`.
    code: String,
    /// Its title.
    title: String,
}
