//! Core responsibilities.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    super::{Bundle, BundleError},
    own::resolve,
    tasks,
};
use crate::domain::{
    provenance::Derivation,
    responsibilities::{candidates, choose},
    rollup,
    soc::SocCode,
    values::{FieldValue, Task, TextItem, TextList},
};

/// Intermediate work activities by task id.
type Activities = HashMap<String, BTreeSet<Arc<str>>>;

/// Five to eight of the tasks that [`tasks`] gives for the code. Where these were put together from several occupations,
/// the choice is made from what was put together.
pub(super) fn of(bundle: &Bundle, code: SocCode) -> Result<Option<(FieldValue, Derivation)>, BundleError> {
    let Some((list, derivation)) = resolve(bundle, code, |code| tasks::own(bundle, code), rollup::tasks)? else { return Ok(None) };
    let occupations = list.0.iter().flat_map(|task| &task.origins).copied().chain([code.onet()]).collect();
    let activities = activities(bundle, &occupations)?;
    let candidates = candidates(&list.0);
    let covered: Vec<_> = candidates.iter().map(|task| activities.get(&task.key).cloned().unwrap_or_default()).collect();
    let chosen = choose(&covered).into_iter().map(|place| text(candidates[place])).collect();
    let derivation = match derivation {
        Derivation::Direct => Derivation::Chosen { of: candidates.len() },
        several => several,
    };
    Ok(Some((TextList(chosen).into(), derivation)))
}

fn text(task: &Task) -> TextItem {
    TextItem { key: task.key.clone(), text: task.statement.clone(), origins: task.origins.clone() }
}

fn activities(bundle: &Bundle, occupations: &BTreeSet<SocCode>) -> Result<Activities, BundleError> {
    let table = bundle.table("Tasks to DWAs")?;
    let [task, detailed] = table.columns(["Task ID", "DWA ID"])?;
    let mut activities = Activities::new();
    for &code in occupations {
        for row in table.rows(code)?.iter() {
            if let Some(activity) = bundle.references().activities.get(row.get(detailed)) {
                activities.entry(row.get(task).to_owned()).or_default().insert(Arc::clone(activity));
            }
        }
    }
    Ok(activities)
}
