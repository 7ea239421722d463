//! `soc_recalibrations`: what the confidence of suggestions is worth, from decisions. The greatest version is in force.

use sea_orm::entity::prelude::*;

/// What the confidence of suggestions is worth, from decisions. The greatest version is in force.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "soc_recalibrations")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Counts from 1.
    pub version: i32,
    /// The index whose confidence it is about.
    pub index_version: String,
    /// The weights whose confidence it is about.
    pub model_version: String,
    /// Added to the log odds.
    pub intercept: f64,
    /// What the log odds are multiplied by.
    pub slope: f64,
    /// Decisions, and figures before and after, as JSON.
    #[sea_orm(column_type = "Text")]
    pub figures: String,
    /// Who had it fitted, as JSON.
    #[sea_orm(column_type = "Text")]
    pub actor: String,
    /// When.
    pub created_at: DateTimeUtc,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
