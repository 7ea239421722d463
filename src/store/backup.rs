//! Copies of a whole database.

use std::path::Path;

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use super::{Result, Store};

impl Store {
    /// Copies an SQLite database as it is at one moment into a new file, while others read and write. False when it is not SQLite.
    pub async fn back_up(&self, file: &Path) -> Result<bool> {
        if self.db.get_database_backend() != DatabaseBackend::Sqlite {
            return Ok(false);
        }
        let copy = Statement::from_sql_and_values(DatabaseBackend::Sqlite, "VACUUM INTO ?", [file.to_string_lossy().into()]);
        self.db.owner().execute_raw(copy).await?;
        Ok(true)
    }
}
