//! Jobs without their fields.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rolegraph_entity::job::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    Statement,
    sea_query::{Expr, ExprTrait, LockType, Value},
};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, dialect, filter, json, layers::At, page};
use crate::domain::{
    access::Audience,
    filter::{JobFilter, JobOrder, JobOrderKey},
    job::{Job, JobKind, SLUG_MAX, SocStatus},
    page::{Page, PageRequest},
    soc::SocCode,
};

/// A job to be added, and where it came from.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// The job.
    pub job: Job,
    /// What the import that it was read from said besides.
    pub metadata: serde_json::Value,
}

/// The value of the column that a place stands for.
fn value_of(order: JobOrder, place: &str) -> Option<Value> {
    match order.key {
        JobOrderKey::Title => Some(place.into()),
        JobOrderKey::CreatedAt | JobOrderKey::UpdatedAt => DateTime::from_timestamp_micros(place.parse().ok()?).map(Into::into),
    }
}

fn title_key(title: &str) -> String {
    title.to_lowercase()
}

fn search_text(job: &Job) -> String {
    format!("{}\n{}", job.title, job.description.as_deref().unwrap_or_default()).to_lowercase()
}

fn job(row: Model) -> Result<Job> {
    let unreadable = |reason: &str| StoreError::unreadable("jobs", row.id, reason);
    Ok(Job {
        kind: JobKind::from_name(&row.kind).ok_or_else(|| unreadable("unknown kind"))?,
        soc_status: SocStatus::from_name(&row.soc_status).ok_or_else(|| unreadable("unknown soc_status"))?,
        soc_code: row.soc_code.as_deref().map(str::parse).transpose().map_err(|error| StoreError::unreadable("jobs", row.id, error))?,
        soc_approved_by: json::read_optional("jobs", row.id, row.soc_approved_by.as_deref())?,
        id: row.id,
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

fn row(job: &Job) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Unchanged(job.id),
        slug: Set(job.slug.clone()),
        kind: Set(job.kind.name().to_owned()),
        title: Set(job.title.clone()),
        title_key: Set(title_key(&job.title)),
        description: Set(job.description.clone()),
        search_text: Set(search_text(job)),
        company_id: Set(job.company_id),
        soc_code: Set(job.soc_code.map(|code| code.to_string())),
        soc_status: Set(job.soc_status.name().to_owned()),
        soc_approved_by: Set(job.soc_approved_by.as_ref().map(json::write).transpose()?),
        soc_approved_at: Set(job.soc_approved_at),
        published: Set(job.published),
        version: Set(job.version),
        created_at: Set(job.created_at),
        updated_at: Set(job.updated_at),
        ..Default::default()
    })
}

fn visible(audience: Audience) -> Select<Entity> {
    Entity::find().filter(filter::visible(audience))
}

impl Store {
    /// A question asked at that time.
    pub(super) fn at(&self, now: DateTime<Utc>) -> At<'_> {
        At { now, precedence: self.precedence() }
    }

    /// The job of that id, when the audience may see it.
    pub async fn job(&self, audience: Audience, id: Uuid) -> Result<Option<Job>> {
        visible(audience).filter(Column::Id.eq(id)).one(&self.db).await?.map(job).transpose()
    }

    /// The job of that slug, when the audience may see it.
    pub async fn job_by_slug(&self, audience: Audience, slug: &str) -> Result<Option<Job>> {
        visible(audience).filter(Column::Slug.eq(slug)).one(&self.db).await?.map(job).transpose()
    }

    /// Those jobs of these ids that the audience may see.
    pub async fn jobs(&self, audience: Audience, ids: &[Uuid]) -> Result<Vec<Job>> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(CHUNK) {
            let rows = visible(audience).filter(Column::Id.is_in(ids.iter().copied())).all(&self.db).await?;
            for row in rows {
                found.push(job(row)?);
            }
        }
        Ok(found)
    }

    /// A page of the jobs that the audience may see and the filter lets through. Places are those of [`JobOrder::place`].
    pub async fn jobs_page(
        &self,
        audience: Audience,
        wanted: &JobFilter,
        now: DateTime<Utc>,
        order: JobOrder,
        request: &PageRequest<String>,
    ) -> Result<Page<Job>> {
        let select = visible(audience).filter(filter::condition(wanted, &self.at(now)));
        let place = |at: &(String, Uuid)| value_of(order, &at.0).map(|value| (value, at.1));
        let request = PageRequest {
            size: request.size,
            backwards: request.backwards,
            after: request.after.as_ref().and_then(place),
            before: request.before.as_ref().and_then(place),
        };
        let column = match order.key {
            JobOrderKey::Title => Column::TitleKey,
            JobOrderKey::CreatedAt => Column::CreatedAt,
            JobOrderKey::UpdatedAt => Column::UpdatedAt,
        };
        let rows = page::narrow(select, column, Column::Id, order.descending, &request).all(&self.db).await?;
        page::assemble(rows, &request).try_map(job)
    }

    /// The first ids, in the order of creation, of the jobs that the audience may see and the filter lets through, each with its company.
    pub async fn job_ids(
        &self,
        audience: Audience,
        wanted: &JobFilter,
        now: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<(Uuid, Option<Uuid>)>> {
        let select = visible(audience).filter(filter::condition(wanted, &self.at(now)));
        let ids = select.select_only().columns([Column::Id, Column::CompanyId]).order_by_asc(Column::CreatedAt).order_by_asc(Column::Id);
        Ok(ids.limit(limit).into_tuple().all(&self.db).await?)
    }

    /// Those jobs of these ids that the audience may see, deleted ones among them.
    pub async fn jobs_even_deleted(&self, audience: Audience, ids: &[Uuid]) -> Result<Vec<Job>> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(CHUNK) {
            let wanted = filter::visible_even_deleted(audience).add(Column::Id.is_in(ids.iter().copied()));
            for row in Entity::find().filter(wanted).all(&self.db).await? {
                found.push(job(row)?);
            }
        }
        Ok(found)
    }

    /// How many jobs the audience may see and the filter lets through.
    pub async fn jobs_count(&self, audience: Audience, wanted: &JobFilter, now: DateTime<Utc>) -> Result<u64> {
        Ok(visible(audience).filter(filter::condition(wanted, &self.at(now))).count(&self.db).await?)
    }

    /// What the imports said besides, by job.
    pub async fn job_metadata(&self, audience: Audience, ids: &[Uuid]) -> Result<HashMap<Uuid, serde_json::Value>> {
        let mut found = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(CHUNK) {
            let rows = visible(audience)
                .filter(Column::Id.is_in(ids.iter().copied()))
                .select_only()
                .columns([Column::Id, Column::DataSourceMetadata]);
            found.extend(rows.into_tuple::<(Uuid, serde_json::Value)>().all(&self.db).await?);
        }
        Ok(found)
    }
}

impl Unit {
    /// The job of that id, locked until the end of the unit, when the audience may see it.
    pub async fn job(&self, audience: Audience, id: Uuid) -> Result<Option<Job>> {
        visible(audience).filter(Column::Id.eq(id)).lock_exclusive().one(&self.txn).await?.map(job).transpose()
    }

    /// The jobs of these ids that the audience may see, locked until the end of the unit, in the order of their ids.
    pub async fn jobs(&self, audience: Audience, ids: &[Uuid]) -> Result<Vec<Job>> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(CHUNK) {
            let rows = visible(audience).filter(Column::Id.is_in(ids.iter().copied())).order_by_asc(Column::Id);
            for row in rows.lock_exclusive().all(&self.txn).await? {
                found.push(job(row)?);
            }
        }
        Ok(found)
    }

    /// The code of a job, without locking the job: for what has to be locked before it.
    pub async fn code_of_job(&self, id: Uuid) -> Result<Option<SocCode>> {
        let code: Option<Option<String>> = Entity::find_by_id(id).select_only().column(Column::SocCode).into_tuple().one(&self.txn).await?;
        let read = |text: String| text.parse().map_err(|error| StoreError::unreadable("jobs", id, error));
        code.flatten().map(read).transpose()
    }

    /// The job of that id, locked until the end of the unit, and whether it is deleted.
    pub async fn job_even_deleted(&self, audience: Audience, id: Uuid) -> Result<Option<(Job, bool)>> {
        let wanted = filter::visible_even_deleted(audience).add(Column::Id.eq(id));
        let Some(row) = Entity::find().filter(wanted).lock_exclusive().one(&self.txn).await? else { return Ok(None) };
        let deleted = row.deleted_at.is_some();
        Ok(Some((job(row)?, deleted)))
    }

    /// True when a job has that slug. Who asks for the same meanwhile waits for the end of the unit.
    pub async fn slug_is_taken(&self, slug: &str) -> Result<bool> {
        dialect::hold_name(&self.txn, slug).await?;
        slug_exists(&self.txn, slug).await
    }

    /// Brings a deleted job back, as it is given.
    pub async fn bring_back_job(&self, job: &Job) -> Result<()> {
        let row = ActiveModel { deleted_at: Set(None), ..row(job)? };
        Entity::update(row).exec(&self.txn).await?;
        Ok(())
    }

    /// Locks jobs until the end of the unit, in the one order in which everybody does that.
    pub async fn lock_jobs(&self, jobs: &[Uuid]) -> Result<()> {
        if !dialect::locks_rows(&self.txn) {
            return Ok(());
        }
        let mut ids = jobs.to_vec();
        ids.sort_unstable();
        for ids in ids.chunks(CHUNK) {
            let rows = Entity::find().select_only().column(Column::Id).filter(Column::Id.is_in(ids.iter().copied()));
            let locked = rows.order_by_asc(Column::Id).lock(LockType::NoKeyUpdate);
            locked.into_tuple::<Uuid>().all(&self.txn).await?;
        }
        Ok(())
    }

    /// The first of `slug`, `slug-2`, `slug-3` … that no job has. Who asks for the same meanwhile waits for the end of the unit.
    pub async fn free_slug(&self, slug: &str) -> Result<String> {
        dialect::hold_name(&self.txn, slug).await?;
        for number in 1_u32.. {
            let suffix = if number == 1 { String::new() } else { format!("-{number}") };
            let stem = slug.get(..slug.len().min(SLUG_MAX - suffix.len())).unwrap_or(slug).trim_end_matches('-');
            let candidate = format!("{stem}{suffix}");
            if !slug_exists(&self.txn, &candidate).await? {
                return Ok(candidate);
            }
        }
        Err(StoreError::Taken(slug.to_owned()))
    }

    /// Adds a job. [`StoreError::Taken`] when another one has the slug.
    pub async fn insert_job(&self, new: &NewJob) -> Result<()> {
        let row = ActiveModel { id: Set(new.job.id), data_source_metadata: Set(new.metadata.clone()), ..row(&new.job)? };
        Entity::insert(row).exec_without_returning(&self.txn).await?;
        Ok(())
    }

    /// Writes a changed job.
    pub async fn update_job(&self, job: &Job) -> Result<()> {
        Entity::update(row(job)?).exec(&self.txn).await?;
        Ok(())
    }

    /// Takes a job out of sight, and its pending review out of the queue; what it was stays for history.
    pub async fn delete_job(&self, id: Uuid, at: DateTime<Utc>) -> Result<()> {
        self.supersede_review(id).await?;
        let row = ActiveModel { id: Unchanged(id), deleted_at: Set(Some(at)), ..Default::default() };
        Entity::update(row).exec(&self.txn).await?;
        Ok(())
    }

    /// The jobs that inherit from these occupations, by slug.
    pub async fn jobs_inheriting(&self, codes: &[SocCode]) -> Result<Vec<Job>> {
        let mut found = vec![];
        for codes in codes.chunks(CHUNK) {
            for row in Entity::find().filter(inheriting(codes)).order_by_asc(Column::Slug).all(&self.txn).await? {
                found.push(job(row)?);
            }
        }
        found.sort_by(|a, b| a.slug.cmp(&b.slug));
        Ok(found)
    }

    /// Raises the versions of these jobs. Answers those that are there, each with its company.
    pub async fn touch_jobs(&self, ids: &[Uuid], at: DateTime<Utc>) -> Result<Vec<(Uuid, Option<Uuid>)>> {
        let mut touched = vec![];
        for ids in ids.chunks(CHUNK) {
            let there = Condition::all().add(Column::Id.is_in(ids.iter().copied())).add(Column::DeletedAt.is_null());
            touched.extend(self.among(there).await?);
        }
        self.touch(touched, at).await
    }

    /// Raises the versions of all jobs that inherit from these occupations. Answers which they are, each with its company.
    pub async fn touch_inheriting(&self, codes: &[SocCode], at: DateTime<Utc>) -> Result<Vec<(Uuid, Option<Uuid>)>> {
        let mut touched = vec![];
        for codes in codes.chunks(CHUNK) {
            touched.extend(self.among(inheriting(codes)).await?);
        }
        self.touch(touched, at).await
    }

    /// The ids of some jobs, each with its company.
    async fn among(&self, which: Condition) -> Result<Vec<(Uuid, Option<Uuid>)>> {
        let found = Entity::find().select_only().columns([Column::Id, Column::CompanyId]).filter(which);
        Ok(found.into_tuple().all(&self.txn).await?)
    }

    /// Raises the versions of jobs, in the order in which everybody locks them.
    async fn touch(&self, jobs: Vec<(Uuid, Option<Uuid>)>, at: DateTime<Utc>) -> Result<Vec<(Uuid, Option<Uuid>)>> {
        let ids: Vec<_> = jobs.iter().map(|(id, _)| *id).collect();
        self.lock_jobs(&ids).await?;
        for ids in ids.chunks(CHUNK) {
            Entity::update_many()
                .col_expr(Column::Version, Expr::col(Column::Version).add(1))
                .col_expr(Column::UpdatedAt, Expr::value(at))
                .filter(Column::Id.is_in(ids.iter().copied()))
                .exec(&self.txn)
                .await?;
        }
        Ok(jobs)
    }
}

/// Those that inherit from one of these occupations.
fn inheriting(codes: &[SocCode]) -> Condition {
    Condition::all()
        .add(Column::SocCode.is_in(codes.iter().map(ToString::to_string)))
        .add(Column::SocStatus.eq(SocStatus::Approved.name()))
        .add(Column::DeletedAt.is_null())
}

/// Among all jobs, also those that the unit may not see: slugs are unique among all.
async fn slug_exists(db: &impl ConnectionTrait, slug: &str) -> Result<bool> {
    if db.get_database_backend() == DatabaseBackend::Postgres {
        let ask = Statement::from_sql_and_values(DatabaseBackend::Postgres, "SELECT rolegraph_slug_taken($1) AS taken", [slug.into()]);
        let row = db.query_one_raw(ask).await?;
        return Ok(row.map_or(Ok(false), |row| row.try_get("", "taken"))?);
    }
    let taken = Condition::all().add(Column::Slug.eq(slug)).add(Column::DeletedAt.is_null());
    Ok(Entity::find().filter(taken).count(db).await? > 0)
}
