//! Reference tables that were imported over the bundled ones.

use chrono::{DateTime, Utc};
use rolegraph_entity::reference_table::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use super::{Result, Store, Unit};

/// A table of reference data, packed as the bundle packs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceTable {
    /// The table's name.
    pub name: String,
    /// Its release.
    pub release: String,
    /// How many rows it has.
    pub rows: i32,
    /// SHA-256 of the file that it was read from, hexadecimal.
    pub sha256: String,
    /// Its licence.
    pub licence: String,
    /// The rows, packed.
    pub packed: Vec<u8>,
}

impl Store {
    /// The ids of the tables in force, by name: another list means that something was imported.
    pub async fn reference_ids(&self) -> Result<Vec<Uuid>> {
        Ok(Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::SupersededAt.is_null())
            .order_by_asc(Column::Name)
            .into_tuple()
            .all(&self.db)
            .await?)
    }

    /// The tables in force, by name.
    pub async fn reference_tables(&self) -> Result<Vec<ReferenceTable>> {
        let rows = Entity::find().filter(Column::SupersededAt.is_null()).order_by_asc(Column::Name).all(&self.db).await?;
        let table = |row: rolegraph_entity::reference_table::Model| ReferenceTable {
            name: row.name,
            release: row.release,
            rows: row.rows,
            sha256: row.sha256,
            licence: row.licence,
            packed: row.packed,
        };
        Ok(rows.into_iter().map(table).collect())
    }
}

impl Unit {
    /// Puts a table in force in place of the one of the same name.
    pub async fn put_reference_table(&self, id: Uuid, table: &ReferenceTable, now: DateTime<Utc>) -> Result<()> {
        Entity::update_many()
            .col_expr(Column::SupersededAt, Expr::value(now))
            .filter(Column::Name.eq(&table.name))
            .filter(Column::SupersededAt.is_null())
            .exec(&self.txn)
            .await?;
        let row = ActiveModel {
            id: Set(id),
            name: Set(table.name.clone()),
            release: Set(table.release.clone()),
            rows: Set(table.rows),
            sha256: Set(table.sha256.clone()),
            licence: Set(table.licence.clone()),
            packed: Set(table.packed.clone()),
            imported_at: Set(now),
            superseded_at: Set(None),
        };
        Entity::insert(row).exec_without_returning(&self.txn).await?;
        Ok(())
    }
}
