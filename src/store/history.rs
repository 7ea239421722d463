//! Changesets: all that one mutation changed.

mod chain;

use std::collections::{BTreeSet, HashMap};

pub use chain::{HistoryCheck, Tampered};
use chrono::{DateTime, Utc};
use rolegraph_entity::{change, changeset};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, json, page};
use crate::domain::{
    access::Audience,
    fields::Field,
    history::{Change, Changeset},
    page::{Page, PageRequest},
};

/// The actions that change an override.
const OVERRIDDEN: [&str; 3] = ["FIELD_OVERRIDDEN", "FIELD_RESTORED", "FIELD_REBASED"];

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

fn with_its_set(row: change::Model, sets: &HashMap<Uuid, Changeset>) -> Result<(Changeset, Change)> {
    let lost = || StoreError::unreadable("changes", row.id, "its changeset is gone");
    let set = sets.get(&row.changeset_id).cloned().ok_or_else(lost)?;
    Ok((set, read_change(row)?))
}

fn history_of(job: Uuid, field: Option<Field>) -> Select<change::Entity> {
    let select = change::Entity::find().filter(change::Column::JobId.eq(job));
    match field {
        Some(field) => select.filter(change::Column::Field.eq(field.name())),
        None => select,
    }
}

fn visible(audience: Audience) -> Select<changeset::Entity> {
    match audience {
        Audience::Platform => changeset::Entity::find(),
        Audience::Company(id) => changeset::Entity::find().filter(changeset::Column::CompanyId.eq(id)),
        Audience::Public => changeset::Entity::find().filter(Expr::val(false)),
    }
}

impl Store {
    /// The changeset of that id, when the audience may see it.
    pub async fn changeset(&self, audience: Audience, id: Uuid) -> Result<Option<Changeset>> {
        visible(audience).filter(changeset::Column::Id.eq(id)).one(&self.db).await?.map(read_changeset).transpose()
    }

    /// Changesets that the audience may see, the newest first.
    pub async fn changesets_page(&self, audience: Audience, request: &PageRequest<DateTime<Utc>>) -> Result<Page<Changeset>> {
        let select = visible(audience);
        let rows = page::narrow(select, changeset::Column::CreatedAt, changeset::Column::Id, true, request).all(&self.db).await?;
        page::assemble(rows, request).try_map(read_changeset)
    }

    /// How many changesets the audience may see.
    pub async fn changesets_count(&self, audience: Audience) -> Result<u64> {
        Ok(visible(audience).count(&self.db).await?)
    }

    /// The jobs that a changeset changed, in the order in which it did.
    pub async fn jobs_of_changeset(&self, changeset: Uuid) -> Result<Vec<Uuid>> {
        let jobs = change::Entity::find()
            .select_only()
            .column(change::Column::JobId)
            .filter(change::Column::ChangesetId.eq(changeset))
            .filter(change::Column::JobId.is_not_null())
            .group_by(change::Column::JobId)
            .order_by_asc(change::Column::Position.min());
        Ok(jobs.into_tuple().all(&self.db).await?)
    }

    /// What was done in a changeset, each once.
    pub async fn actions_of_changeset(&self, changeset: Uuid) -> Result<Vec<String>> {
        let actions = change::Entity::find()
            .select_only()
            .column(change::Column::Action)
            .distinct()
            .filter(change::Column::ChangesetId.eq(changeset));
        Ok(actions.into_tuple().all(&self.db).await?)
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

    /// What happened to a job, or to one of its fields, the newest first, each with its changeset. The place in the order is the
    /// change's id.
    pub async fn history_page(&self, job: Uuid, field: Option<Field>, request: &PageRequest<Uuid>) -> Result<Page<(Changeset, Change)>> {
        let rows = page::narrow(history_of(job, field), change::Column::Id, change::Column::Id, true, request).all(&self.db).await?;
        let sets = self.changesets_of(&rows).await?;
        page::assemble(rows, request).try_map(|row| with_its_set(row, &sets))
    }

    async fn changesets_of(&self, rows: &[change::Model]) -> Result<HashMap<Uuid, Changeset>> {
        let ids: BTreeSet<_> = rows.iter().map(|row| row.changeset_id).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let mut found = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(CHUNK) {
            let rows = changeset::Entity::find().filter(changeset::Column::Id.is_in(ids.iter().copied())).all(&self.db).await?;
            for row in rows {
                found.insert(row.id, read_changeset(row)?);
            }
        }
        Ok(found)
    }

    /// The changes of overrides of these jobs, for each job the newest first, each with its changeset.
    pub async fn override_changes(&self, jobs: &[Uuid]) -> Result<HashMap<Uuid, Vec<(Changeset, Change)>>> {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for jobs in jobs.chunks(CHUNK) {
            let rows = change::Entity::find()
                .filter(change::Column::JobId.is_in(jobs.iter().copied()))
                .filter(change::Column::Action.is_in(OVERRIDDEN))
                .order_by_desc(change::Column::Id);
            let rows = rows.all(&self.db).await?;
            let sets = self.changesets_of(&rows).await?;
            for row in rows {
                if let Some(job) = row.job_id {
                    found.entry(job).or_default().push(with_its_set(row, &sets)?);
                }
            }
        }
        Ok(found)
    }

    /// How often something happened to a job, or to one of its fields.
    pub async fn history_count(&self, job: Uuid, field: Option<Field>) -> Result<u64> {
        Ok(history_of(job, field).count(&self.db).await?)
    }

    /// How many changes a changeset has.
    pub async fn changes_count(&self, changeset: Uuid) -> Result<u64> {
        Ok(change::Entity::find().filter(change::Column::ChangesetId.eq(changeset)).count(&self.db).await?)
    }
}

/// A change, and its place in its changeset.
#[derive(Debug, Clone)]
pub struct PlacedChange {
    /// The place, from 0.
    pub position: i32,
    /// The company whose data it changed; none for the platform's.
    pub company_id: Option<Uuid>,
    /// The change.
    pub change: Change,
}

fn changeset_row(set: &Changeset) -> Result<changeset::Model> {
    let mut row = changeset::Model {
        id: set.id,
        company_id: set.company_id,
        actor: json::write(&set.actor)?,
        action: set.action.clone(),
        note: set.note.clone(),
        reverted_by: None,
        created_at: set.at,
        hash: None,
    };
    row.hash = Some(chain::set_hash(&row));
    Ok(row)
}

impl Unit {
    /// Writes a changeset with its changes.
    pub async fn insert_changeset(&self, set: &Changeset, changes: &[Change]) -> Result<()> {
        let place = |(position, change): (i32, &Change)| PlacedChange { position, company_id: set.company_id, change: change.clone() };
        let placed: Vec<_> = (0..).zip(changes).map(place).collect();
        self.begin_changeset(set).await?;
        self.append_changes(set, &placed).await
    }

    /// Writes a changeset whose changes are to follow, unless it is there already.
    pub async fn begin_changeset(&self, set: &Changeset) -> Result<()> {
        let row = changeset_row(set)?.into_active_model().reset_all();
        let once = OnConflict::column(changeset::Column::Id).do_nothing().to_owned();
        changeset::Entity::insert(row).on_conflict(once).exec_without_returning(&self.txn).await?;
        Ok(())
    }

    /// Writes further changes of a changeset.
    pub async fn append_changes(&self, set: &Changeset, changes: &[PlacedChange]) -> Result<()> {
        let mut rows = Vec::with_capacity(changes.len());
        for PlacedChange { position, company_id, change } in changes {
            rows.push(change::Model {
                id: change.id,
                changeset_id: set.id,
                position: *position,
                company_id: *company_id,
                job_id: change.job_id,
                field: change.field.map(|field| field.name().to_owned()),
                action: change.action.clone(),
                before: change.before.as_ref().map(json::write).transpose()?,
                after: change.after.as_ref().map(json::write).transpose()?,
                chain: None,
                link: None,
                hash: None,
            });
        }
        self.link(&mut rows, &chain::set_hash(&changeset_row(set)?)).await?;
        for chunk in rows.chunks(CHUNK) {
            let rows = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
            change::Entity::insert_many(rows).exec_without_returning(&self.txn).await?;
        }
        Ok(())
    }

    /// What a changeset changed of one job, the last change first.
    pub async fn changes_of_job(&self, changeset: Uuid, job: Uuid) -> Result<Vec<Change>> {
        let rows = change::Entity::find()
            .filter(change::Column::ChangesetId.eq(changeset))
            .filter(change::Column::JobId.eq(job))
            .order_by_desc(change::Column::Position);
        rows.all(&self.txn).await?.into_iter().map(read_change).collect()
    }

    /// Notes by which changeset one was undone; none: it is in effect again.
    pub async fn note_reverted(&self, changeset: Uuid, by: Option<Uuid>) -> Result<()> {
        changeset::Entity::update_many()
            .col_expr(changeset::Column::RevertedBy, Expr::value(by))
            .filter(changeset::Column::Id.eq(changeset))
            .exec(&self.txn)
            .await?;
        Ok(())
    }
}
