//! Jobs as they were: the version of the job, the facts and the overrides that held at a moment.

use chrono::{DateTime, Utc};
use rolegraph_entity::job_version::{Column, Entity, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Result, Store, StoreError, json};
use crate::domain::{
    access::Audience,
    job::{Job, JobKind, SocStatus},
};

fn job(row: Model) -> Result<Job> {
    let unreadable = |reason: &str| StoreError::unreadable("job_versions", row.id, reason);
    Ok(Job {
        kind: JobKind::from_name(&row.kind).ok_or_else(|| unreadable("unknown kind"))?,
        soc_status: SocStatus::from_name(&row.soc_status).ok_or_else(|| unreadable("unknown soc_status"))?,
        soc_code: row
            .soc_code
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|error| StoreError::unreadable("job_versions", row.id, error))?,
        soc_approved_by: json::read_optional("job_versions", row.id, row.soc_approved_by.as_deref())?,
        id: row.job_id,
        slug: row.slug,
        title: row.title,
        description: row.description,
        company_id: row.company_id,
        soc_approved_at: row.soc_approved_at,
        published: row.published,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

impl Store {
    /// The job of that id as it was at a moment, when it was there then and the audience might have seen it.
    pub async fn job_at(&self, audience: Audience, id: Uuid, at: DateTime<Utc>) -> Result<Option<Job>> {
        let versions = Entity::find().filter(Column::JobId.eq(id)).filter(Column::ValidFrom.lte(at));
        let Some(row) = versions.order_by_desc(Column::ValidFrom).order_by_desc(Column::Id).one(&self.db).await? else { return Ok(None) };
        let seen = match audience {
            Audience::Platform => true,
            Audience::Public => row.published,
            Audience::Company(company) => row.published || row.company_id == Some(company),
        };
        if seen && row.deleted_at.is_none() { job(row).map(Some) } else { Ok(None) }
    }
}
