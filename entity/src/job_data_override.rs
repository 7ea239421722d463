//! `job_data_overrides`: a company's replace, patch or blank on one field of one job, from `valid_from` until `valid_to`.

use sea_orm::entity::prelude::*;

/// A company's replace, patch or blank on one field of one job, from `valid_from` until `valid_to`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_data_overrides")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// The job's company; none for an occupation offered to everybody.
    pub company_id: Option<Uuid>,
    /// The field.
    pub field: String,
    /// `REPLACE`, `PATCH` or `BLANK`.
    pub mode: String,
    /// The value, or the operations of the patch, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub operations: Option<String>,
    /// It has something to show even where nothing lies under it.
    pub stands_alone: bool,
    /// The digest of the value that lay under it when it was made.
    pub base_digest: Option<String>,
    /// That value's release.
    pub base_release: Option<String>,
    /// That value, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub base_value: Option<String>,
    /// Who made it, as JSON.
    #[sea_orm(column_type = "Text")]
    pub actor: String,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// The changeset that made it.
    pub changeset_id: Uuid,
    /// From when on it held.
    pub valid_from: DateTimeUtc,
    /// Until when; none while it holds.
    pub valid_to: Option<DateTimeUtc>,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
