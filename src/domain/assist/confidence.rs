//! How often drafted items of a support were right: measured by leave-one-out, kept in `data/assist/confidence.tsv`.
//!
//! Supports are counted in bins a tenth wide. A bin's confidence is `(right + 1) / (items + 2)`, Laplace's rule of succession; bins
//! that would fall with rising support are pooled until none does (pool adjacent violators), so that more support never
//! means less confidence.

use std::{collections::BTreeMap, fmt::Write};

use super::Basis;
use crate::domain::fields::Field;

/// How many bins there are.
const BINS: usize = 10;

/// What was measured of items whose support is in a bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SupportBin {
    /// How many items.
    pub items: u32,
    /// How many of them were right.
    pub right: u32,
}

impl SupportBin {
    fn confidence(self) -> f64 {
        (f64::from(self.right) + 1.0) / (f64::from(self.items) + 2.0)
    }
}

/// The measured confidence by basis, field and support.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConfidenceTable(BTreeMap<(Basis, Field), [SupportBin; BINS]>);

/// The bin of a support: the tenth that it lies in.
fn bin(support: f64) -> usize {
    // A hair more than the support, for 0.3 made of 0.1 and 0.2 lies in the third bin.
    let tenth = (support.clamp(0.0, 1.0) + 1e-9) * BINS as f64;
    (1..BINS).rev().find(|edge| tenth >= *edge as f64).unwrap_or(0)
}

/// Counts items by their support.
pub fn fit(outcomes: impl IntoIterator<Item = (f64, bool)>) -> [SupportBin; BINS] {
    let mut bins = [SupportBin::default(); BINS];
    for (support, right) in outcomes {
        let bin = &mut bins[bin(support)];
        bin.items += 1;
        bin.right += u32::from(right);
    }
    bins
}

impl ConfidenceTable {
    /// The table that is compiled in.
    pub fn measured() -> Self {
        Self::from_tsv(include_str!("../../../data/assist/confidence.tsv"))
    }

    /// Puts a table together.
    pub fn new(rows: impl IntoIterator<Item = ((Basis, Field), [SupportBin; BINS])>) -> Self {
        Self(rows.into_iter().collect())
    }

    /// How often an item of a field with this support was right, 0 to 1; 0 where nothing was measured.
    pub fn of(&self, basis: Basis, field: Field, support: f64) -> f64 {
        self.0.get(&(basis, field)).map_or(0.0, |bins| rising(bins)[bin(support)])
    }

    /// What was measured.
    pub fn bins(&self, basis: Basis, field: Field) -> Option<&[SupportBin; BINS]> {
        self.0.get(&(basis, field))
    }

    fn from_tsv(text: &str) -> Self {
        let mut table = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
            let row = read(line);
            if let Some((key, bin, found)) = row {
                table.0.entry(key).or_default()[bin] = found;
            }
        }
        table
    }

    /// The table as `data/assist/confidence.tsv` has it.
    pub fn to_tsv(&self) -> String {
        let mut text = "# Leave-one-out over all occupations with data; docs/assistant.md says how to make it anew.\n".to_owned();
        text.push_str("basis\tfield\tsupport from\titems\tright\tconfidence\n");
        for ((basis, field), bins) in &self.0 {
            for (place, (bin, confidence)) in bins.iter().zip(rising(bins)).enumerate() {
                let (basis, support) = (basis.name(), place as f64 / BINS as f64);
                // Writing to a string does not fail.
                let _written = writeln!(text, "{basis}\t{field}\t{support:.1}\t{}\t{}\t{confidence:.3}", bin.items, bin.right);
            }
        }
        text
    }
}

fn read(line: &str) -> Option<((Basis, Field), usize, SupportBin)> {
    let [basis, field, support, items, right, _] = line.split('\t').collect::<Vec<_>>()[..] else { return None };
    let basis = Basis::ALL.into_iter().find(|known| known.name() == basis)?;
    let found = SupportBin { items: items.parse().ok()?, right: right.parse().ok()? };
    Some(((basis, field.parse().ok()?), bin(support.parse().ok()?), found))
}

/// The confidence of each bin, none less than that of the bin before it.
fn rising(bins: &[SupportBin; BINS]) -> [f64; BINS] {
    let mut pools: Vec<(SupportBin, usize)> = vec![];
    for bin in bins {
        pools.push((*bin, 1));
        while let [.., (before, _), (last, _)] = pools[..]
            && last.confidence() < before.confidence()
        {
            let (last, width) = pools.pop().unwrap_or_default();
            if let Some((before, joined)) = pools.last_mut() {
                before.items += last.items;
                before.right += last.right;
                *joined += width;
            }
        }
    }
    let mut confidences = pools.into_iter().flat_map(|(pool, width)| std::iter::repeat_n(pool.confidence(), width));
    std::array::from_fn(|_| confidences.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_support_lies_in_its_tenth() {
        assert_eq!([0.0, 0.05, 0.1, 0.1 + 0.2, 0.99, 1.0].map(bin), [0, 0, 1, 3, 9, 9]);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let bins = fit([(0.15, false), (0.15, true), (0.95, true)]);
        let table = ConfidenceTable::new([((Basis::Text, Field::Tasks), bins)]);
        assert_eq!(ConfidenceTable::from_tsv(&table.to_tsv()), table);
        assert!(table.of(Basis::Related, Field::Tasks, 1.0) < 1e-9, "nothing was measured");
    }

    proptest! {
        #[test]
        fn more_support_never_means_less_confidence(outcomes in prop::collection::vec((0.0..=1.0, any::<bool>()), 0..200)) {
            let confidences = rising(&fit(outcomes));
            prop_assert!(confidences.is_sorted_by(|a, b| a <= b), "{confidences:?}");
            prop_assert!(confidences.iter().all(|confidence| *confidence > 0.0 && *confidence < 1.0));
        }
    }
}
