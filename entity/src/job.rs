//! `jobs`: a job without its fields.

use sea_orm::entity::prelude::*;

/// A job without its fields.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Unique among jobs that are not deleted.
    pub slug: String,
    /// `OCCUPATION` or `FEATURED_ROLE`.
    pub kind: String,
    /// The title.
    pub title: String,
    /// The title in lower case, to sort by.
    pub title_key: String,
    /// What the job is about.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// Title and description in lower case, to search in.
    #[sea_orm(column_type = "Text")]
    pub search_text: String,
    /// The company of a featured role.
    pub company_id: Option<Uuid>,
    /// Canonical occupation code.
    pub soc_code: Option<String>,
    /// How far the code is settled.
    pub soc_status: String,
    /// The actor who approved the code, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub soc_approved_by: Option<String>,
    /// When.
    pub soc_approved_at: Option<DateTimeUtc>,
    /// Only published jobs are public.
    pub published: bool,
    /// Grows with every change.
    pub version: i32,
    /// Where the job came from: the import it was read from, and what that said besides.
    #[sea_orm(column_type = "JsonBinary")]
    pub data_source_metadata: Json,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// When it was changed last.
    pub updated_at: DateTimeUtc,
    /// When it was deleted.
    pub deleted_at: Option<DateTimeUtc>,
    /// The last run that was to ask about it.
    pub last_run_id: Option<Uuid>,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
