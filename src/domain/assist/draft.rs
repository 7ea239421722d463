//! Drafting one field from what the neighbours know.

use std::collections::BTreeSet;

use super::{
    Basis, ConfidenceTable, Draft, DraftedItem, Known, Neighbours, Thresholds, limit, preparation, rated,
    shared::{Held, Proposed, by_key},
    similar,
};
use crate::domain::{
    fields::Field,
    soc::SocCode,
    values::{FieldValue, Item, RatedElement, RatedElementList, Task, TaskList, TextItem, TextList, Tool, ToolList},
};

/// So many neighbours have to hold an item of a list: what only one has is not shared.
const FEWEST_HOLDERS: usize = 2;

/// Drafts values. It knows nothing but what it is given: the same neighbours give the same draft.
#[derive(Debug, Clone)]
pub struct Drafter<'a> {
    neighbours: &'a Neighbours,
    table: ConfidenceTable,
    thresholds: Thresholds,
}

/// A value with its items' support, before anything is left out.
pub(super) struct Proposals {
    pub(super) value: FieldValue,
    pub(super) items: Vec<DraftedItem>,
}

impl<'a> Drafter<'a> {
    /// A drafter with the measured confidence that is compiled in.
    pub fn new(neighbours: &'a Neighbours, thresholds: Thresholds) -> Self {
        Self::with_table(neighbours, thresholds, ConfidenceTable::measured())
    }

    /// A drafter with another table of confidence.
    pub fn with_table(neighbours: &'a Neighbours, thresholds: Thresholds, table: ConfidenceTable) -> Self {
        Self { neighbours, table, thresholds }
    }

    /// Drafts a field. `known` is what the neighbours know, in any order; `official` the thin value that there is, whose items the
    /// draft does not repeat. None where the field may not be drafted, too few neighbours know it, or they share nothing that
    /// is likely enough.
    pub fn draft(&self, field: Field, basis: Basis, official: Option<&FieldValue>, known: &[Known<'_>]) -> Option<Draft> {
        self.draft_without(field, basis, official, &BTreeSet::new(), known)
    }

    /// The same without items whose keys were rejected before.
    pub fn draft_without(
        &self,
        field: Field,
        basis: Basis,
        official: Option<&FieldValue>,
        rejected: &BTreeSet<String>,
        known: &[Known<'_>],
    ) -> Option<Draft> {
        let proposals = self.propose(field, known)?;
        let mut left_out = official.map(keys).unwrap_or_default();
        left_out.extend(rejected.iter().cloned());
        self.select(field, basis, &left_out, proposals)
    }

    /// All that the nearest neighbours share.
    pub(super) fn propose(&self, field: Field, known: &[Known<'_>]) -> Option<Proposals> {
        let known = self.nearest(field, known);
        if !field.ai_may_draft() || known.len() < self.thresholds.fewest_neighbours.max(1) {
            return None;
        }
        let vocabulary = &self.neighbours.vocabulary;
        Some(match field {
            Field::CoreResponsibilities => {
                let lists = held(&known, |list: &TextList| &list.0);
                texts(similar::by_text(vocabulary, &lists, |item| &item.text, |_, _| std::cmp::Ordering::Equal))
            }
            Field::Tasks => {
                let lists = held(&known, |list: &TaskList| &list.0);
                tasks(similar::by_text(vocabulary, &lists, |task| &task.statement, |a, b| a.task_type.cmp(&b.task_type)))
            }
            Field::ToolsAndTechnology => tools(by_key(&held(&known, |list: &ToolList| &list.0))),
            Field::Skills | Field::Knowledge | Field::Abilities => {
                ratings(rated::averaged(&held(&known, |list: &RatedElementList| &list.0)))
            }
            Field::RelatedTitles => texts(by_key(&held(&known, |list: &TextList| &list.0))),
            Field::Education => single(preparation::education(&known)?, |education| education.typical_level.clone()),
            Field::WorkExperience => single(preparation::experience(&known)?, |work| work.typical.clone()),
            Field::Outlook | Field::Wages => return None,
        })
    }

    /// The nearest neighbours that have a value of the field's type.
    fn nearest<'v>(&self, field: Field, known: &[Known<'v>]) -> Vec<Known<'v>> {
        let usable = |known: &&Known<'_>| known.value.value_type() == field.value_type() && !known.value.is_empty() && known.weight > 0.0;
        let mut nearest: Vec<Known<'v>> = known.iter().filter(usable).copied().collect();
        nearest.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.code.cmp(&b.code)));
        nearest.dedup_by_key(|known| known.code);
        nearest.truncate(self.thresholds.most_neighbours);
        nearest
    }

    /// What of the proposals is likely enough, new, and within the field's limit.
    pub(super) fn select(&self, field: Field, basis: Basis, left_out: &BTreeSet<String>, proposals: Proposals) -> Option<Draft> {
        let mut items = proposals.items;
        for item in &mut items {
            item.confidence = self.table.of(basis, field, item.support);
        }
        let mut counts = [0_usize; 2];
        let mut keep = |place: usize| {
            let item = &items[place];
            let class = usize::from(is_tool(&proposals.value, place));
            let kept = item.confidence >= self.thresholds.least_confidence && !left_out.contains(&item.key) && counts[class] < limit(field);
            counts[class] += usize::from(kept);
            kept
        };
        let kept: Vec<usize> = (0..items.len()).filter(|place| keep(*place)).collect();
        let kept = ordered(&proposals.value, kept);
        let items: Vec<DraftedItem> = kept.iter().map(|place| items[*place].clone()).collect();
        let value = pick(proposals.value, &kept);
        (!items.is_empty()).then(|| Draft { confidence: mean_confidence(&items), based_on: based_on(&items), value, items })
    }
}

fn held<'v, L: 'v, T>(known: &[Known<'v>], items: impl Fn(&'v L) -> &'v Vec<T>) -> Vec<Held<'v, T>>
where
    &'v L: TryFrom<&'v FieldValue>,
{
    let list = |known: &Known<'v>| {
        let list: &'v L = known.value.try_into().ok()?;
        Some(Held { code: known.code, weight: known.weight, items: items(list).as_slice() })
    };
    known.iter().filter_map(list).collect()
}

fn drafted<T>(key: String, proposed: &Proposed<T>) -> DraftedItem {
    DraftedItem { key, support: proposed.support, confidence: 0.0, based_on: proposed.based_on.clone() }
}

/// Takes a list apart into items that name their origins, and what is known of each.
fn list<T: Item>(proposed: Vec<Proposed<T>>, fewest: usize, with: impl Fn(T, Vec<SocCode>) -> T) -> (Vec<T>, Vec<DraftedItem>) {
    let shared = proposed.into_iter().filter(|proposed| proposed.based_on.len() >= fewest);
    let item = |proposed: Proposed<T>| {
        let item = drafted(proposed.item.key().to_owned(), &proposed);
        (with(proposed.item, proposed.based_on.iter().map(|(code, _)| *code).collect()), item)
    };
    shared.map(item).unzip()
}

fn texts(proposed: Vec<Proposed<TextItem>>) -> Proposals {
    let (texts, items) = list(proposed, FEWEST_HOLDERS, |text, origins| TextItem { origins, ..text });
    Proposals { value: TextList(texts).into(), items }
}

/// How a task belongs to the other occupations says nothing of this one.
fn tasks(proposed: Vec<Proposed<Task>>) -> Proposals {
    let (tasks, items) = list(proposed, FEWEST_HOLDERS, |task, origins| Task { origins, task_type: None, importance: None, ..task });
    Proposals { value: TaskList(tasks).into(), items }
}

/// What is in demand elsewhere need not be so here.
fn tools(proposed: Vec<Proposed<Tool>>) -> Proposals {
    let (tools, items) = list(proposed, FEWEST_HOLDERS, |tool, origins| Tool { origins, in_demand: false, ..tool });
    Proposals { value: ToolList(tools).into(), items }
}

fn ratings(proposed: Vec<Proposed<RatedElement>>) -> Proposals {
    let (elements, items) = list(proposed, 1, |element, origins| RatedElement { origins, ..element });
    Proposals { value: RatedElementList(elements).into(), items }
}

fn single<T: Clone + Into<FieldValue>>(proposed: Proposed<T>, key: impl Fn(&T) -> String) -> Proposals {
    let item = drafted(key(&proposed.item), &proposed);
    Proposals { value: proposed.item.into(), items: vec![item] }
}

/// The keys of a value's items.
fn keys(value: &FieldValue) -> BTreeSet<String> {
    fn of<T: Item>(items: &[T]) -> BTreeSet<String> {
        items.iter().map(|item| item.key().to_owned()).collect()
    }
    match value {
        FieldValue::TextList(list) => of(&list.0),
        FieldValue::TaskList(list) => of(&list.0),
        FieldValue::ToolList(list) => of(&list.0),
        FieldValue::RatedElementList(list) => of(&list.0),
        FieldValue::Education(_) | FieldValue::WorkExperience(_) | FieldValue::Outlook(_) | FieldValue::Wages(_) => BTreeSet::new(),
    }
}

/// Tools and technology have a limit each.
fn is_tool(value: &FieldValue, place: usize) -> bool {
    use crate::domain::values::ToolKind;
    matches!(value, FieldValue::ToolList(list) if list.0[place].kind == ToolKind::Tool)
}

/// The places of a value's items in the order that lists of its type have.
fn ordered(value: &FieldValue, mut kept: Vec<usize>) -> Vec<usize> {
    if let FieldValue::ToolList(list) = value {
        kept.sort_by_cached_key(|place| {
            let tool = &list.0[*place];
            (std::cmp::Reverse(tool.kind), !tool.hot_technology, tool.name.to_lowercase(), tool.key.clone())
        });
    }
    kept
}

fn pick(value: FieldValue, kept: &[usize]) -> FieldValue {
    fn of<T: Clone>(items: &[T], kept: &[usize]) -> Vec<T> {
        kept.iter().map(|place| items[*place].clone()).collect()
    }
    match value {
        FieldValue::TextList(list) => TextList(of(&list.0, kept)).into(),
        FieldValue::TaskList(list) => TaskList(of(&list.0, kept)).into(),
        FieldValue::ToolList(list) => ToolList(of(&list.0, kept)).into(),
        FieldValue::RatedElementList(list) => RatedElementList(of(&list.0, kept)).into(),
        single => single,
    }
}

fn mean_confidence(items: &[DraftedItem]) -> f64 {
    let sum: f64 = items.iter().map(|item| item.confidence).sum();
    (sum / items.len() as f64 * 1000.0).round() / 1000.0
}

/// The codes first, in the order in which items name them; then the keys that differ from the drafted item's.
fn based_on(items: &[DraftedItem]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let codes = items.iter().flat_map(|item| &item.based_on).filter(|(code, _)| seen.insert(*code));
    let mut all: Vec<String> = codes.map(|(code, _)| code.to_string()).collect();
    let others = items.iter().flat_map(|item| item.based_on.iter().filter(|(_, key)| *key != item.key));
    all.extend(others.map(|(code, key)| format!("{code}:{key}")));
    all
}
