//! Ratings as the neighbours have them on average.

use std::collections::BTreeMap;

use super::shared::{Held, Proposed};
use crate::domain::values::{RatedElement, by_importance};

/// Ratings that differ by at most so many points of 100 agree.
pub(super) const AGREE: f64 = 10.0;

/// The elements that at least half of the neighbours' weight rates, with the weighted mean of importance and of level, rounded half up.
/// The support is the share of the weight whose importance agrees with the mean. By falling importance, then by name.
pub(super) fn averaged(lists: &[Held<'_, RatedElement>]) -> Vec<Proposed<RatedElement>> {
    let total = super::shared::total(lists);
    let mut pooled: BTreeMap<&str, Vec<(&Held<'_, RatedElement>, &RatedElement)>> = BTreeMap::new();
    for held in lists {
        for element in held.items {
            let holders = pooled.entry(&element.key).or_default();
            if holders.last().is_none_or(|(last, _)| last.code != held.code) {
                holders.push((held, element));
            }
        }
    }
    let mut elements: Vec<_> = pooled.into_values().filter_map(|holders| average(&holders, total)).collect();
    elements.sort_by(|a, b| {
        let (a, b) = (&a.item, &b.item);
        by_importance(a.importance, b.importance).then_with(|| a.name.cmp(&b.name)).then_with(|| a.key.cmp(&b.key))
    });
    elements
}

fn average(holders: &[(&Held<'_, RatedElement>, &RatedElement)], total: f64) -> Option<Proposed<RatedElement>> {
    let importance = mean(holders.iter().map(|(held, element)| (held.weight, element.importance)))?;
    let rated: f64 = holders.iter().filter(|(_, element)| element.importance.is_some()).map(|(held, _)| held.weight).sum();
    if rated * 2.0 < total {
        return None;
    }
    let agrees = |element: &RatedElement| element.importance.is_some_and(|theirs| (theirs - importance).abs() <= AGREE);
    let agreeing: f64 = holders.iter().filter(|(_, element)| agrees(element)).map(|(held, _)| held.weight).sum();
    let (_, first) = holders.first()?;
    Some(Proposed {
        item: RatedElement {
            importance: Some(importance),
            level: mean(holders.iter().map(|(held, element)| (held.weight, element.level))),
            rating: None,
            origins: vec![],
            ..(*first).clone()
        },
        support: (agreeing / total).min(1.0),
        based_on: holders.iter().map(|(held, element)| (held.code, element.key.clone())).collect(),
    })
}

/// The weighted mean of what is known, rounded half up; none where nothing is.
fn mean(ratings: impl Iterator<Item = (f64, Option<f64>)>) -> Option<f64> {
    let known = ratings.filter_map(|(weight, rating)| Some((weight, rating?)));
    let (weight, sum) = known.fold((0.0, 0.0), |(all, sum), (weight, rating)| (all + weight, sum + weight * rating));
    (weight > 0.0).then(|| (sum / weight + 0.5).floor().clamp(0.0, 100.0))
}
