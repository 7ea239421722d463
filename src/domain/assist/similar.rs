//! Items that neighbours share in other words: tasks and core responsibilities, of which every occupation has its own.

use std::cmp::Ordering;

use super::{
    shared::{Held, Proposed, total},
    similarity::{Bag, Vocabulary},
};
use crate::domain::values::Item;

/// Texts that are at least so alike say the same.
pub(super) const SAME: f64 = 0.45;

/// A text that is compared.
struct Text<'a, T> {
    item: &'a T,
    holder: usize,
    place: usize,
    bag: Bag,
}

/// The items of which other neighbours say the same in their words, by falling support, each thing once. `text` tells an item's text,
/// `class` goes before support.
pub(super) fn by_text<T: Item + Clone>(
    vocabulary: &Vocabulary,
    lists: &[Held<'_, T>],
    text: impl Fn(&T) -> &str,
    class: impl Fn(&T, &T) -> Ordering,
) -> Vec<Proposed<T>> {
    let texts: Vec<Text<'_, T>> = lists
        .iter()
        .enumerate()
        .flat_map(|(holder, held)| held.items.iter().enumerate().map(move |(place, item)| (holder, place, item)))
        .map(|(holder, place, item)| Text { item, holder, place, bag: vocabulary.bag([text(item)]) })
        .collect();
    let mut proposed: Vec<(usize, usize, Proposed<T>)> =
        (0..texts.len()).map(|index| (index, texts[index].place, propose(lists, &texts, index))).collect();
    proposed.sort_by(|(index_a, place_a, a), (index_b, place_b, b)| {
        b.support.total_cmp(&a.support).then_with(|| class(&a.item, &b.item)).then(place_a.cmp(place_b)).then(index_a.cmp(index_b))
    });
    let mut kept: Vec<usize> = vec![];
    proposed.retain(|(index, ..)| {
        let fresh = kept.iter().all(|other| texts[*other].bag.alike(&texts[*index].bag) < SAME);
        if fresh {
            kept.push(*index);
        }
        fresh
    });
    proposed.into_iter().map(|(.., proposed)| proposed).collect()
}

/// Who says the same as a text: of each neighbour the text that is most alike.
fn propose<T: Item + Clone>(lists: &[Held<'_, T>], texts: &[Text<'_, T>], index: usize) -> Proposed<T> {
    let asked = &texts[index];
    let mut best: Vec<Option<(f64, &str)>> = vec![None; lists.len()];
    for text in texts {
        let own = text.holder == asked.holder;
        if own && text.place != asked.place || !own && asked.bag.is_far_from(&text.bag, SAME) {
            continue;
        }
        let alike = if own { 1.0 } else { asked.bag.alike(&text.bag) };
        if alike >= SAME && best[text.holder].is_none_or(|(before, _)| alike > before) {
            best[text.holder] = Some((alike, text.item.key()));
        }
    }
    let holders = best.iter().zip(lists).filter_map(|(found, held)| found.map(|(_, key)| (held, key)));
    let based_on: Vec<_> = holders.clone().map(|(held, key)| (held.code, key.to_owned())).collect();
    let weight: f64 = holders.map(|(held, _)| held.weight).sum();
    Proposed { item: asked.item.clone(), support: (weight / total(lists)).min(1.0), based_on }
}

/// Which texts say the same as one of others.
pub(super) fn say_the_same<'a>(
    vocabulary: &Vocabulary,
    texts: impl IntoIterator<Item = &'a str>,
    others: impl IntoIterator<Item = &'a str>,
) -> Vec<bool> {
    let others: Vec<Bag> = others.into_iter().map(|other| vocabulary.bag([other])).collect();
    let says = |text: &str| {
        let text = vocabulary.bag([text]);
        others.iter().any(|other| text.alike(other) >= SAME)
    };
    texts.into_iter().map(says).collect()
}
