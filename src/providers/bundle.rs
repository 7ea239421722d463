//! The bundled O*NET, SOC and BLS data, and the providers that answer from it.
//!
//! `data/bundle/` holds each table packed; it is compiled in. A newer release is imported over it: [`import()`] checks and
//! packs, the store keeps what was packed, and [`Bundle::with_overlay`] lays it over the bundle at the next start.
//! Reading one occupation unpacks one block of each table that has something of it.

mod bls;
mod catalogue;
mod embedded;
mod error;
mod import;
mod onet;
mod pack;
mod packed;
mod references;
mod source;
mod table;

use std::{collections::BTreeMap, sync::Arc};

pub use bls::{BlsOews, BlsProjections};
pub use error::{BundleError, ImportError, Problem};
pub use import::{Import, import};
pub use onet::OnetDatabase;
pub use pack::{Manifest, ManifestEntry, PackedBundle, pack};
pub use packed::PackedTable;

pub(crate) use references::References;
pub(crate) use table::{Row, Rows, Table};

use crate::domain::occupation::Catalogue;
use source::TableSpec;

/// Tables, and what they say about each other.
#[derive(Debug, Clone)]
pub struct Bundle {
    tables: BTreeMap<&'static str, Arc<Table>>,
    references: Arc<References>,
}

impl Bundle {
    /// The bundle that is compiled in.
    pub fn embedded() -> Result<Self, BundleError> {
        Self::open(BTreeMap::new(), embedded::tables()?)
    }

    /// What the compiled-in bundle consists of.
    pub fn manifest() -> Result<Manifest, BundleError> {
        embedded::manifest()
    }

    /// The bundle with tables of another release in place of its own.
    pub fn with_overlay(&self, tables: Vec<PackedTable>) -> Result<Self, BundleError> {
        Self::open(self.tables.clone(), tables)
    }

    fn open(mut tables: BTreeMap<&'static str, Arc<Table>>, packed: Vec<PackedTable>) -> Result<Self, BundleError> {
        for packed in packed {
            let spec = TableSpec::named(&packed.name).ok_or_else(|| BundleError::UnknownTable(packed.name.clone()))?;
            tables.insert(spec.name, Arc::new(Table::open(packed)?));
        }
        let references = Arc::new(References::read(&tables)?);
        Ok(Self { tables, references })
    }

    /// The tables as packed: name, release, rows, digest, licence.
    pub fn tables(&self) -> impl ExactSizeIterator<Item = &PackedTable> {
        self.tables.values().map(|table| table.packed())
    }

    /// The release of a table: `O*NET 30.0`.
    pub fn release(&self, table: &str) -> Option<&str> {
        self.tables.get(table).map(|table| table.packed().release.as_str())
    }

    /// All occupations, publication codes and major groups.
    pub fn catalogue(&self) -> Result<Catalogue, BundleError> {
        catalogue::read(self)
    }

    pub(crate) fn table(&self, name: &str) -> Result<&Table, BundleError> {
        self.tables.get(name).map(AsRef::as_ref).ok_or_else(|| BundleError::NoTable(name.to_owned()))
    }

    /// A table that only some releases have.
    pub(crate) fn optional_table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name).map(AsRef::as_ref)
    }

    pub(crate) fn references(&self) -> &References {
        &self.references
    }
}
