//! Companies.

use serde_json::json;

use super::{Result, Service, actor, changes::Draft, input};
use crate::{
    domain::{
        access::Principal,
        job::Company,
        user_error::{UserError, UserErrorCode},
    },
    store::StoreError,
};

/// A company to be added.
#[derive(Debug, Clone)]
pub struct NewCompany {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
}

impl Service {
    /// Adds a company.
    pub async fn create_company(&self, principal: &Principal, new: NewCompany) -> Result<Company> {
        let actor = actor(principal)?;
        let company = Company {
            id: self.clock.new_id(),
            slug: input::slug(&new.slug, &["input", "slug"])?,
            name: input::title(&new.name, &["input", "name"])?,
            created_at: self.clock.now(),
        };
        let unit = self.begin(principal).await?;
        match unit.insert_company(&company).await {
            Err(StoreError::Taken(_)) => return Err(taken(&company.slug).into()),
            other => other?,
        }
        let after = json!({ "id": company.id, "slug": company.slug, "name": company.name });
        let draft = Draft { job: None, field: None, action: "COMPANY_CREATED", before: None, after: Some(after) };
        self.record(&unit, actor, Some(company.id), "createCompany", None, vec![draft]).await?;
        unit.commit().await?;
        Ok(company)
    }
}

fn taken(slug: &str) -> UserError {
    UserError::new(UserErrorCode::Conflict, format!("Another company has the slug `{slug}`."), &["input", "slug"])
}
