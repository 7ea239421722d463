//! The bundle that is compiled in.

use std::borrow::Cow;

use super::{error::BundleError, pack::Manifest, packed::PackedTable};

const MANIFEST: &str = include_str!("../../../data/manifest.json");

macro_rules! files {
    ($($file:literal),+ $(,)?) => {
        &[$(($file, include_bytes!(concat!("../../../data/", $file)))),+]
    };
}

/// The packed files by their names in the manifest. A test holds that these are all.
const FILES: &[(&str, &[u8])] = files![
    "bundle/occupation_data.rgt",
    "bundle/task_statements.rgt",
    "bundle/technology_skills.rgt",
    "bundle/tools_used.rgt",
    "bundle/alternate_titles.rgt",
    "bundle/skills.rgt",
    "bundle/knowledge.rgt",
    "bundle/abilities.rgt",
    "bundle/interests.rgt",
    "bundle/sample_of_reported_titles.rgt",
    "bundle/job_zones.rgt",
    "bundle/job_zone_reference.rgt",
    "bundle/education_training_and_experience.rgt",
    "bundle/education_training_and_experience_categories.rgt",
    "bundle/related_occupations.rgt",
    "bundle/emerging_tasks.rgt",
    "bundle/tasks_to_dwas.rgt",
    "bundle/dwa_reference.rgt",
    "bundle/iwa_reference.rgt",
    "bundle/content_model_reference.rgt",
    "bundle/scales_reference.rgt",
    "bundle/unspsc_reference.rgt",
    "bundle/occupation_level_metadata.rgt",
    "bundle/soc_2018_structure.rgt",
    "bundle/soc_2018_direct_match_titles.rgt",
    "bundle/soc_2010_to_soc_2018.rgt",
    "bundle/o_net_soc_2019_to_soc_2018.rgt",
    "bundle/soc_2018_to_oews_and_ep.rgt",
    "bundle/oews_national.rgt",
    "bundle/oews_state.rgt",
    "bundle/oews_footnotes.rgt",
    "bundle/employment_projections.rgt",
];

/// What is compiled in.
pub(super) fn manifest() -> Result<Manifest, BundleError> {
    serde_json::from_str(MANIFEST).map_err(|error| BundleError::Damaged { table: "manifest".to_owned(), what: error.to_string() })
}

/// The compiled-in tables. Their bytes stay where they are in the binary.
pub(super) fn tables() -> Result<Vec<PackedTable>, BundleError> {
    let entries = manifest()?.tables.into_iter().map(|entry| {
        let (_, bytes) = FILES.iter().find(|(file, _)| *file == entry.file).ok_or_else(|| BundleError::NoTable(entry.table.clone()))?;
        Ok(PackedTable {
            name: entry.table,
            release: entry.release,
            rows: entry.rows,
            sha256: entry.source_sha256,
            licence: entry.licence,
            bytes: Cow::Borrowed(bytes),
        })
    });
    entries.collect()
}
