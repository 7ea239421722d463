//! Core responsibilities from the tasks that an upstream gives.

use std::collections::{BTreeSet, HashMap};

use crate::domain::{
    provenance::Derivation,
    responsibilities::{MOST, candidates, choose},
    values::{Task, TextItem, TextList},
};

/// Activities by task key.
pub(super) type Activities = HashMap<String, BTreeSet<String>>;

/// Chooses from tasks that stand in order of weight. Where activities are known, it is the choice that covers most of
/// them; else the tasks of most weight.
pub(super) fn of(tasks: &[Task], activities: &Activities) -> (TextList, Derivation) {
    let candidates = candidates(tasks);
    let covered: Vec<_> = candidates.iter().map(|task| activities.get(&task.key).cloned().unwrap_or_default()).collect();
    let blind = covered.iter().all(BTreeSet::is_empty);
    let chosen = if blind { (0..candidates.len().min(MOST)).collect() } else { choose(&covered) };
    let text = |task: &Task| TextItem { key: task.key.clone(), text: task.statement.clone(), origins: vec![] };
    let list = chosen.into_iter().map(|place| text(candidates[place])).collect();
    (TextList(list), Derivation::Chosen { of: candidates.len() })
}
