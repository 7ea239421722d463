//! Reference data: what is in force, and importing a newer release.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, PoisonError},
};

use uuid::Uuid;

use super::{Result, Service, actor, changes::Draft, replay::replayed};
use crate::{
    domain::{
        access::{Actor, Principal},
        claim::Claim,
        event::EventKind,
        fields::Field,
        soc::SocCode,
    },
    providers::{
        bundle::{self, Bundle, Import, PackedTable},
        reference::Reference,
    },
    store::{ReferenceTable, Store},
};

/// Reference data in force, and what of it was imported.
#[derive(Debug)]
pub(super) struct InForce {
    pub(super) reference: Arc<Reference>,
    imported: Vec<Uuid>,
}

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    /// The tables: name, release, rows.
    pub tables: Vec<(String, String, u32)>,
    /// How many rows name a task that the task statements no longer hold.
    pub unknown_tasks: usize,
    /// How many facts are others now.
    pub changed_facts: usize,
    /// The occupations that these facts are about.
    pub changed_occupations: usize,
}

/// The bundled tables with what was imported laid over them.
pub(super) async fn in_force(store: &Store) -> Result<InForce> {
    let imported = store.reference_ids().await?;
    let tables = store.reference_tables().await?.into_iter().map(packed).collect();
    let reference = blocking(move || Ok(Reference::over(Bundle::embedded()?.with_overlay(tables)?)?)).await?;
    Ok(InForce { reference: Arc::new(reference), imported })
}

impl Service {
    /// Takes over what another process imported. True when there was something.
    pub async fn refresh_reference(&self) -> Result<bool> {
        let imported = self.store.reference_ids().await?;
        if imported == self.reference.read().unwrap_or_else(PoisonError::into_inner).imported {
            return Ok(false);
        }
        self.put_in_force(in_force(&self.store).await?);
        Ok(true)
    }

    fn put_in_force(&self, in_force: InForce) {
        *self.reference.write().unwrap_or_else(PoisonError::into_inner) = in_force;
    }

    /// Imports a release from a folder or the official zip over what is in force: all of it, with the facts of all
    /// occupations that anybody has asked about, or nothing.
    pub async fn import_data(&self, principal: &Principal, source: PathBuf, release: Option<String>) -> Result<ImportReport> {
        let actor = actor(principal)?;
        let current = Arc::clone(&self.reference().bundle);
        let (import, next) = blocking(move || {
            let import = bundle::import(&source, release.as_deref(), &current)?;
            let next = Reference::over(current.with_overlay(import.tables.clone())?)?;
            Ok((import, next))
        })
        .await?;
        let codes: Vec<_> =
            self.store.known_occupations().await?.into_iter().filter(|code| next.catalogue.canonical(*code) == Some(*code)).collect();
        let claims = all_claims(&next, &codes).await?;
        let (changed_facts, changed_occupations) = replayed(|| self.write_import(actor, &import, &codes, &claims)).await?;
        let report = ImportReport {
            tables: import.tables.iter().map(|table| (table.name.clone(), table.release.clone(), table.rows)).collect(),
            unknown_tasks: import.unknown_tasks,
            changed_facts,
            changed_occupations,
        };
        self.put_in_force(InForce { reference: Arc::new(next), imported: self.store.reference_ids().await? });
        Ok(report)
    }

    /// Writes the tables, and the facts that they change. Answers how many facts of how many occupations that are.
    async fn write_import(&self, actor: &Actor, import: &Import, codes: &[SocCode], claims: &[Claim]) -> Result<(usize, usize)> {
        let now = self.clock.now();
        let unit = self.store.begin().await?;
        unit.lock_facts(codes).await?;
        let known = unit.known_facts(codes).await?;
        let recorded: Vec<_> = claims.iter().filter_map(|claim| self.to_record(claim, &known, false, now)).collect();
        unit.record_claims(&recorded, now).await?;
        let changed: Vec<_> = recorded
            .iter()
            .filter(|recorded| super::enrich::changes_value(recorded.claim, &known))
            .map(|recorded| recorded.claim.code)
            .collect();
        let occupations: BTreeSet<_> = changed.iter().copied().collect();
        let touched = unit.touch_inheriting(&occupations.iter().copied().collect::<Vec<_>>(), now).await?;
        self.publish(&unit, EventKind::JobEnriched, touched).await?;
        for table in &import.tables {
            unit.put_reference_table(self.clock.new_id(), &stored(table), now).await?;
        }
        let drafts = import.tables.iter().map(imported_table).collect();
        self.record(&unit, actor, None, "importData", None, drafts).await?;
        unit.commit().await?;
        Ok((changed.len(), occupations.len()))
    }
}

async fn all_claims(reference: &Reference, codes: &[SocCode]) -> Result<Vec<Claim>> {
    let mut claims = vec![];
    for provider in &reference.bundled {
        let fields: Vec<Field> = provider.fields().to_vec();
        claims.extend(provider.fetch(codes, &fields).await?.claims);
    }
    Ok(claims)
}

fn imported_table(table: &PackedTable) -> Draft {
    let after = serde_json::json!({ "table": table.name, "release": table.release, "rows": table.rows, "sha256": table.sha256 });
    Draft { job: None, field: None, action: "TABLE_IMPORTED", before: None, after: Some(after) }
}

fn stored(table: &PackedTable) -> ReferenceTable {
    ReferenceTable {
        name: table.name.clone(),
        release: table.release.clone(),
        rows: i32::try_from(table.rows).unwrap_or(i32::MAX),
        sha256: table.sha256.clone(),
        licence: table.licence.clone(),
        packed: table.bytes.to_vec(),
    }
}

fn packed(table: ReferenceTable) -> PackedTable {
    PackedTable {
        name: table.name,
        release: table.release,
        rows: table.rows.unsigned_abs(),
        sha256: table.sha256,
        licence: table.licence,
        bytes: table.packed.into(),
    }
}

/// Runs what keeps a processor busy where it does not hold up requests.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
    }
}
