//! Changesets: all that one mutation changed.

use rolegraph_entity::{change, changeset};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, json, page};
use crate::domain::{
    access::Audience,
    history::{Change, Changeset},
    page::{Page, PageRequest},
};

fn read_changeset(row: changeset::Model) -> Result<Changeset> {
    Ok(Changeset {
        actor: json::read("changesets", row.id, &row.actor)?,
        id: row.id,
        company_id: row.company_id,
        action: row.action,
        note: row.note,
        reverted_by: row.reverted_by,
        at: row.created_at,
    })
}

fn read_change(row: change::Model) -> Result<Change> {
    let unreadable = |reason: String| StoreError::unreadable("changes", row.id, reason);
    Ok(Change {
        field: row.field.as_deref().map(str::parse).transpose().map_err(unreadable)?,
        before: json::read_optional("changes", row.id, row.before.as_deref())?,
        after: json::read_optional("changes", row.id, row.after.as_deref())?,
        id: row.id,
        changeset_id: row.changeset_id,
        job_id: row.job_id,
        action: row.action,
    })
}

impl Store {
    /// The changeset of that id, when the audience may see it.
    pub async fn changeset(&self, audience: Audience, id: Uuid) -> Result<Option<Changeset>> {
        let select = changeset::Entity::find_by_id(id);
        let select = match audience {
            Audience::Platform => select,
            Audience::Company(company) => select.filter(changeset::Column::CompanyId.eq(company)),
            Audience::Public => return Ok(None),
        };
        select.one(&self.db).await?.map(read_changeset).transpose()
    }

    /// True when there is a changeset of that action.
    pub async fn has_changeset(&self, action: &str) -> Result<bool> {
        Ok(changeset::Entity::find().filter(changeset::Column::Action.eq(action)).limit(1).count(&self.db).await? > 0)
    }

    /// The changes of a changeset, in the order in which they were made. The place in the order is the position.
    pub async fn changes_page(&self, changeset: Uuid, request: &PageRequest<i32>) -> Result<Page<(i32, Change)>> {
        let select = change::Entity::find().filter(change::Column::ChangesetId.eq(changeset));
        let rows = page::narrow(select, change::Column::Position, change::Column::Id, false, request).all(&self.db).await?;
        page::assemble(rows, request).try_map(|row| Ok((row.position, read_change(row)?)))
    }

    /// How many changes a changeset has.
    pub async fn changes_count(&self, changeset: Uuid) -> Result<u64> {
        Ok(change::Entity::find().filter(change::Column::ChangesetId.eq(changeset)).count(&self.db).await?)
    }
}

impl Unit {
    /// Writes a changeset with its changes.
    pub async fn insert_changeset(&self, set: &Changeset, changes: &[Change]) -> Result<()> {
        let row = changeset::ActiveModel {
            id: Set(set.id),
            company_id: Set(set.company_id),
            actor: Set(json::write(&set.actor)?),
            action: Set(set.action.clone()),
            note: Set(set.note.clone()),
            reverted_by: Set(None),
            created_at: Set(set.at),
        };
        changeset::Entity::insert(row).exec_without_returning(&self.txn).await?;
        let mut rows = Vec::with_capacity(changes.len());
        for (position, change) in (0..).zip(changes) {
            rows.push(change::ActiveModel {
                id: Set(change.id),
                changeset_id: Set(set.id),
                position: Set(position),
                company_id: Set(set.company_id),
                job_id: Set(change.job_id),
                field: Set(change.field.map(|field| field.name().to_owned())),
                action: Set(change.action.clone()),
                before: Set(change.before.as_ref().map(json::write).transpose()?),
                after: Set(change.after.as_ref().map(json::write).transpose()?),
            });
        }
        for chunk in rows.chunks(CHUNK) {
            change::Entity::insert_many(chunk.to_vec()).exec_without_returning(&self.txn).await?;
        }
        Ok(())
    }
}
