//! Companies.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rolegraph_entity::company::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::{CHUNK, Result, Store, Unit, page};
use crate::domain::{
    job::Company,
    page::{Page, PageRequest},
};

fn company(row: Model) -> Company {
    Company { id: row.id, slug: row.slug, name: row.name, created_at: row.created_at }
}

impl Store {
    /// The companies of these ids, as far as there are such.
    pub async fn companies(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Company>> {
        let mut found = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(CHUNK) {
            let rows = Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(&self.db).await?;
            found.extend(rows.into_iter().map(|row| (row.id, company(row))));
        }
        Ok(found)
    }

    /// Companies, the oldest first.
    pub async fn companies_page(&self, request: &PageRequest<DateTime<Utc>>) -> Result<Page<Company>> {
        let rows = page::narrow(Entity::find(), Column::CreatedAt, Column::Id, false, request).all(&self.db).await?;
        Ok(page::assemble(rows.into_iter().map(company).collect(), request))
    }

    /// The company of that slug.
    pub async fn company_by_slug(&self, slug: &str) -> Result<Option<Company>> {
        Ok(Entity::find().filter(Column::Slug.eq(slug)).one(&self.db).await?.map(company))
    }

    /// How many companies there are.
    pub async fn companies_count(&self) -> Result<u64> {
        Ok(Entity::find().count(&self.db).await?)
    }
}

impl Unit {
    /// The company of that id.
    pub async fn company(&self, id: Uuid) -> Result<Option<Company>> {
        by_id(&self.txn, id).await
    }

    /// The company of that slug.
    pub async fn company_by_slug(&self, slug: &str) -> Result<Option<Company>> {
        Ok(Entity::find().filter(Column::Slug.eq(slug)).one(&self.txn).await?.map(company))
    }

    /// Adds a company. [`StoreError::Taken`](super::StoreError::Taken) when another one has the slug.
    pub async fn insert_company(&self, new: &Company) -> Result<()> {
        let row =
            ActiveModel { id: Set(new.id), slug: Set(new.slug.clone()), name: Set(new.name.clone()), created_at: Set(new.created_at) };
        Entity::insert(row).exec_without_returning(&self.txn).await?;
        Ok(())
    }
}

async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Company>> {
    Ok(Entity::find_by_id(id).one(db).await?.map(company))
}
