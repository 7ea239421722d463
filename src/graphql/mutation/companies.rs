//! Companies.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::{
    domain::access::Scope,
    graphql::{
        Ask,
        cost::{CHANGE, cost},
        guard::{Needs, any_of, scopes},
        types::{
            inputs::CreateCompanyInput,
            payloads::{CompanyPayload, IntoPayload},
            people::Company,
        },
    },
    service::NewCompany,
};

#[derive(Debug, Default)]
pub(super) struct Companies;

#[Object]
impl Companies {
    /// Adds a company.
    #[graphql(guard = "Needs(Scope::PlatformAdmin)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::PlatformAdmin])))]
    async fn create_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company.")] input: CreateCompanyInput,
    ) -> Result<CompanyPayload> {
        let created = ctx.service().create_company(ctx.principal(), NewCompany { slug: input.slug, name: input.name }).await;
        created.into_payload(
            ctx,
            |company| CompanyPayload { company: Some(Company(Arc::new(company))), errors: vec![] },
            |errors| CompanyPayload { errors, ..CompanyPayload::default() },
        )
    }
}
