//! How good drafts are: for occupations whose official value is known, it is left out, drafted, and compared.
//!
//! An item is right when the official value has it: titles, tools and technology under the same key; tasks and core responsibilities
//! when one of the official ones says the same (Dice's coefficient of weighted words from [`similar::SAME`] on); a rating when
//! its importance is within [`rated::AGREE`] points; education and experience when the typical level is the same.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Basis, Draft, Drafter, Known, Near, Neighbours, SupportBin, Thresholds,
    confidence::{ConfidenceTable, fit},
    draft::Proposals,
    rated, similar,
};
use crate::domain::{
    fields::Field,
    soc::SocCode,
    values::{FieldValue, Item, RatedElement, Task, TextItem},
};

/// From this importance on an element counts as important.
const IMPORTANT: f64 = 50.0;

/// How good drafts of a field are.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldScore {
    /// By what the neighbours were found.
    pub basis: Basis,
    /// The field.
    pub field: Field,
    /// For how many occupations a draft was tried.
    pub occupations: usize,
    /// For how many one came out.
    pub drafted: usize,
    /// How many items the drafts have.
    pub items: usize,
    /// The share of the drafts' items that are right, 0 to 1.
    pub precision: f64,
    /// The share of the official items that the drafts have, over all occupations that were tried, 0 to 1.
    pub recall: f64,
    /// The mean confidence of the drafts' items, to be compared to `precision`.
    pub confidence: f64,
    /// Everything that neighbours share, by support: what [`ConfidenceTable`] is made of.
    pub bins: [SupportBin; 10],
    /// For fields of ratings.
    pub ratings: Option<RatingScore>,
}

/// How good drafted ratings are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatingScore {
    /// The mean absolute difference in importance, in points of 100.
    pub mean_error: f64,
    /// The share of the elements drafted as important (50 and more) that are officially important.
    pub important_precision: f64,
    /// The share of the officially important elements that are drafted as important.
    pub important_recall: f64,
}

/// Scores drafts of a field for all occupations of `near` whose official value is among `values`. `near` is what [`Neighbours::all`]
/// gives for the basis, or a part of it; `values` should be the occupations' own, for what is rolled up is made of neighbours.
/// The same values give the same score.
pub fn evaluate(
    neighbours: &Neighbours,
    thresholds: &Thresholds,
    table: &ConfidenceTable,
    (basis, near): (Basis, &Near),
    field: Field,
    values: &BTreeMap<SocCode, FieldValue>,
) -> FieldScore {
    let drafter = Drafter::with_table(neighbours, thresholds.clone(), table.clone());
    let mut tally = Tally::default();
    for (code, near) in near {
        let Some(truth) = values.get(code) else { continue };
        let known = |(code, weight): &(SocCode, f64)| Some(Known { code: *code, weight: *weight, value: values.get(code)? });
        let known: Vec<Known<'_>> = near.iter().filter_map(known).collect();
        tally.occupations += 1;
        tally.official += count(truth);
        let Some(proposals) = drafter.propose(field, &known) else { continue };
        let right = judge(neighbours, &proposals.value, truth);
        tally.outcomes.extend(proposals.items.iter().zip(&right).map(|(item, right)| (item.support, *right)));
        tally.rate(&proposals, truth);
        if let Some(draft) = drafter.select(field, basis, &BTreeSet::new(), proposals) {
            tally.add(neighbours, &draft, truth);
        }
    }
    tally.score(basis, field)
}

#[derive(Default)]
struct Tally {
    occupations: usize,
    drafted: usize,
    items: usize,
    right: usize,
    official: usize,
    recalled: usize,
    confidence: f64,
    outcomes: Vec<(f64, bool)>,
    rated: usize,
    error: f64,
    important: [usize; 3],
}

impl Tally {
    fn add(&mut self, neighbours: &Neighbours, draft: &Draft, truth: &FieldValue) {
        self.drafted += 1;
        self.items += draft.items.len();
        self.right += judge(neighbours, &draft.value, truth).iter().filter(|right| **right).count();
        self.recalled += judge(neighbours, truth, &draft.value).iter().filter(|found| **found).count();
        self.confidence += draft.items.iter().map(|item| item.confidence).sum::<f64>();
    }

    fn rate(&mut self, proposals: &Proposals, truth: &FieldValue) {
        let (FieldValue::RatedElementList(drafted), FieldValue::RatedElementList(truth)) = (&proposals.value, truth) else { return };
        for element in &drafted.0 {
            let theirs = truth.0.iter().find(|theirs| theirs.key == element.key).and_then(|theirs| theirs.importance);
            if let (Some(ours), Some(theirs)) = (element.importance, theirs) {
                self.rated += 1;
                self.error += (ours - theirs).abs();
                let (ours, theirs) = (ours >= IMPORTANT, theirs >= IMPORTANT);
                self.important[0] += usize::from(ours);
                self.important[1] += usize::from(theirs);
                self.important[2] += usize::from(ours && theirs);
            }
        }
    }

    fn score(self, basis: Basis, field: Field) -> FieldScore {
        let [ours, theirs, both] = self.important;
        let ratings = (self.rated > 0).then(|| RatingScore {
            mean_error: self.error / self.rated as f64,
            important_precision: share(both, ours),
            important_recall: share(both, theirs),
        });
        FieldScore {
            basis,
            field,
            occupations: self.occupations,
            drafted: self.drafted,
            items: self.items,
            precision: share(self.right, self.items),
            recall: share(self.recalled, self.official),
            confidence: self.confidence / self.items.max(1) as f64,
            bins: fit(self.outcomes),
            ratings,
        }
    }
}

fn share(part: usize, all: usize) -> f64 {
    part as f64 / all.max(1) as f64
}

/// How many items a value has; one for what is no list.
fn count(value: &FieldValue) -> usize {
    match value {
        FieldValue::TextList(list) => list.0.len(),
        FieldValue::TaskList(list) => list.0.len(),
        FieldValue::ToolList(list) => list.0.len(),
        FieldValue::RatedElementList(list) => list.0.len(),
        FieldValue::Education(_) | FieldValue::WorkExperience(_) | FieldValue::Outlook(_) | FieldValue::Wages(_) => 1,
    }
}

/// Which items of a value are right after another one.
fn judge(neighbours: &Neighbours, value: &FieldValue, truth: &FieldValue) -> Vec<bool> {
    fn by_key<T: Item>(items: &[T], truth: &[T]) -> Vec<bool> {
        let keys: BTreeSet<_> = truth.iter().map(Item::key).collect();
        items.iter().map(|item| keys.contains(item.key())).collect()
    }
    let vocabulary = &neighbours.vocabulary;
    match (value, truth) {
        (FieldValue::TaskList(ours), FieldValue::TaskList(theirs)) => {
            let statements = |list| texts(list, |task: &Task| &task.statement);
            similar::say_the_same(vocabulary, statements(&ours.0), statements(&theirs.0))
        }
        // Responsibilities are sentences; titles are the same or not.
        (FieldValue::TextList(ours), FieldValue::TextList(theirs))
            if ours.0.iter().chain(&theirs.0).any(|item| item.text.ends_with('.')) =>
        {
            let texts = |list| texts(list, |item: &TextItem| &item.text);
            similar::say_the_same(vocabulary, texts(&ours.0), texts(&theirs.0))
        }
        (FieldValue::TextList(ours), FieldValue::TextList(theirs)) => by_key(&ours.0, &theirs.0),
        (FieldValue::ToolList(ours), FieldValue::ToolList(theirs)) => by_key(&ours.0, &theirs.0),
        (FieldValue::RatedElementList(ours), FieldValue::RatedElementList(theirs)) => {
            ours.0.iter().map(|element| agrees(element, &theirs.0)).collect()
        }
        (FieldValue::Education(ours), FieldValue::Education(theirs)) => {
            vec![ours.typical_level.eq_ignore_ascii_case(&theirs.typical_level)]
        }
        (FieldValue::WorkExperience(ours), FieldValue::WorkExperience(theirs)) => vec![ours.typical.eq_ignore_ascii_case(&theirs.typical)],
        _ => vec![false; count(value)],
    }
}

fn texts<T>(items: &[T], text: impl Fn(&T) -> &String) -> Vec<&str> {
    items.iter().map(|item| text(item).as_str()).collect()
}

fn agrees(element: &RatedElement, theirs: &[RatedElement]) -> bool {
    let rating = theirs.iter().find(|other| other.key == element.key).and_then(|other| other.importance);
    matches!((element.importance, rating), (Some(ours), Some(theirs)) if (ours - theirs).abs() <= rated::AGREE)
}
