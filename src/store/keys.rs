//! Keys of programs.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rolegraph_entity::api_key::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{Result, Store, StoreError, Unit, json, page};
use crate::domain::{
    access::{Audience, Scope},
    keys::ApiKey,
    page::{Page, PageRequest},
};

fn read(row: Model) -> Result<ApiKey> {
    let unreadable = |reason: String| StoreError::unreadable("api_keys", row.id, reason);
    let scopes: Result<BTreeSet<Scope>, String> = row.scopes.split_whitespace().map(str::parse).collect();
    Ok(ApiKey {
        scopes: scopes.map_err(unreadable)?,
        created_by: json::read("api_keys", row.id, &row.created_by)?,
        id: row.id,
        company_id: row.company_id,
        name: row.name,
        prefix: row.prefix,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        revoked_at: row.revoked_at,
    })
}

fn hexadecimal(digest: &[u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A company sees its own keys; the public none.
fn visible(audience: Audience) -> Select<Entity> {
    match audience {
        Audience::Platform => Entity::find(),
        Audience::Company(company) => Entity::find().filter(Column::CompanyId.eq(company)),
        Audience::Public => Entity::find().filter(Expr::val(1).eq(0)),
    }
}

impl Store {
    /// The key that begins so, when all of it has that digest.
    pub async fn api_key(&self, prefix: &str, digest: &[u8; 32]) -> Result<Option<ApiKey>> {
        let row = Entity::find().filter(Column::Prefix.eq(prefix)).filter(Column::Digest.eq(hexadecimal(digest))).one(&self.db).await?;
        row.map(read).transpose()
    }

    /// The key of that id.
    pub async fn api_key_by_id(&self, audience: Audience, id: Uuid) -> Result<Option<ApiKey>> {
        visible(audience).filter(Column::Id.eq(id)).one(&self.db).await?.map(read).transpose()
    }

    /// A page of keys, the oldest first, those that are no longer good too.
    pub async fn api_keys_page(&self, audience: Audience, request: &PageRequest<DateTime<Utc>>) -> Result<Page<ApiKey>> {
        let rows = page::narrow(visible(audience), Column::CreatedAt, Column::Id, false, request).all(&self.db).await?;
        page::assemble(rows, request).try_map(read)
    }

    /// How many keys there are.
    pub async fn api_keys_count(&self, audience: Audience) -> Result<u64> {
        Ok(visible(audience).count(&self.db).await?)
    }

    /// Notes that a key was used, unless that was noted since `before`.
    pub async fn note_key_used(&self, id: Uuid, now: DateTime<Utc>, before: DateTime<Utc>) -> Result<()> {
        let long_ago = Column::LastUsedAt.is_null().or(Column::LastUsedAt.lt(before));
        Entity::update_many()
            .col_expr(Column::LastUsedAt, Expr::value(now))
            .filter(Column::Id.eq(id))
            .filter(long_ago)
            .exec(&self.db)
            .await?;
        Ok(())
    }
}

impl Unit {
    /// Adds a key, of which only the digest is kept.
    pub async fn insert_api_key(&self, key: &ApiKey, digest: &[u8; 32]) -> Result<()> {
        let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.name()).collect();
        let row = ActiveModel {
            id: Set(key.id),
            company_id: Set(key.company_id),
            name: Set(key.name.clone()),
            prefix: Set(key.prefix.clone()),
            digest: Set(hexadecimal(digest)),
            scopes: Set(scopes.join(" ")),
            created_by: Set(json::write(&key.created_by)?),
            created_at: Set(key.created_at),
            expires_at: Set(key.expires_at),
            last_used_at: Set(key.last_used_at),
            revoked_at: Set(key.revoked_at),
        };
        Entity::insert(row).exec_without_returning(&self.txn).await?;
        Ok(())
    }

    /// Ends a key. False when it was revoked already.
    pub async fn revoke_api_key(&self, id: Uuid, at: DateTime<Utc>) -> Result<bool> {
        let revoked = Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::value(at))
            .filter(Column::Id.eq(id))
            .filter(Column::RevokedAt.is_null())
            .exec(&self.txn)
            .await?;
        Ok(revoked.rows_affected == 1)
    }
}
