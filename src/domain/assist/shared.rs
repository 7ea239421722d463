//! Items that neighbours share under the same key: titles, tools, technology.

use std::collections::BTreeMap;

use crate::domain::{soc::SocCode, values::Item};

/// An item, and who holds it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Proposed<T> {
    pub(super) item: T,
    /// The share of the neighbours' weight that holds it, 0 to 1.
    pub(super) support: f64,
    /// Who holds it, nearest first, under which key.
    pub(super) based_on: Vec<(SocCode, String)>,
}

/// A neighbour's list.
pub(super) struct Held<'a, T> {
    pub(super) code: SocCode,
    pub(super) weight: f64,
    pub(super) items: &'a [T],
}

/// The weight of all neighbours.
pub(super) fn total<T>(lists: &[Held<'_, T>]) -> f64 {
    lists.iter().map(|held| held.weight).sum()
}

/// The items by falling support; of equals the one that stands further up in a list, then by key.
pub(super) fn by_key<T: Item + Clone>(lists: &[Held<'_, T>]) -> Vec<Proposed<T>> {
    let total = total(lists);
    let mut pooled: BTreeMap<&str, (usize, Proposed<T>)> = BTreeMap::new();
    for held in lists {
        for (place, item) in held.items.iter().enumerate() {
            let fresh = || (place, Proposed { item: item.clone(), support: 0.0, based_on: vec![] });
            let (first, proposed) = pooled.entry(item.key()).or_insert_with(fresh);
            *first = place.min(*first);
            // A list that has a key twice counts once.
            if proposed.based_on.last().is_none_or(|(code, _)| *code != held.code) {
                proposed.support += held.weight / total;
                proposed.based_on.push((held.code, item.key().to_owned()));
            }
        }
    }
    let mut proposed: Vec<_> = pooled.into_values().collect();
    proposed.sort_by(|(place_a, a), (place_b, b)| b.support.total_cmp(&a.support).then(place_a.cmp(place_b)));
    proposed.into_iter().map(|(_, proposed)| Proposed { support: proposed.support.min(1.0), ..proposed }).collect()
}
