//! `reference_tables`: a table of reference data that was imported over the bundled one.

use sea_orm::entity::prelude::*;

/// A table of reference data that was imported over the bundled one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reference_tables")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The name of the table.
    pub name: String,
    /// Its release.
    pub release: String,
    /// How many rows it has.
    pub rows: i32,
    /// SHA-256 of the file that it was read from.
    pub sha256: String,
    /// Its licence.
    pub licence: String,
    /// The rows, packed.
    #[sea_orm(column_type = "Blob")]
    pub packed: Vec<u8>,
    /// When it was imported.
    pub imported_at: DateTimeUtc,
    /// When a newer one took its place.
    pub superseded_at: Option<DateTimeUtc>,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
