//! `changes`: one thing that a changeset changed.

use sea_orm::entity::prelude::*;

/// One thing that a changeset changed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "changes")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The changeset.
    pub changeset_id: Uuid,
    /// Its place in the changeset, from 0.
    pub position: i32,
    /// The company whose data it changed.
    pub company_id: Option<Uuid>,
    /// The job.
    pub job_id: Option<Uuid>,
    /// The field; none for a change of the job itself.
    pub field: Option<String>,
    /// What was done.
    pub action: String,
    /// What it was, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub before: Option<String>,
    /// What it is, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub after: Option<String>,
    /// The chain that it is a link of: its job, or nil; none for changes from before there were chains.
    pub chain: Option<Uuid>,
    /// Its place in the chain, from 1.
    pub link: Option<i64>,
    /// The hash of the link before it and of what it says.
    pub hash: Option<String>,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
