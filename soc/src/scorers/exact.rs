//! Exact titles: which codes carry a title that equals the query.

use crate::{corpus::taxonomy::CodeId, scorers::hashing::hash};

/// Codes by the 64-bit hash of a title's key, ascending.
#[derive(Debug, Clone, Default)]
pub struct ExactTitles {
    entries: Vec<(u64, CodeId)>,
}

impl ExactTitles {
    /// Indexes pairs of key and code; empty keys are left out.
    pub fn new<K: AsRef<str>>(pairs: impl Iterator<Item = (K, CodeId)>) -> Self {
        let entry = |(key, code): (K, CodeId)| (!key.as_ref().is_empty()).then(|| (hash(0, &[key.as_ref()]), code));
        let mut entries: Vec<(u64, CodeId)> = pairs.filter_map(entry).collect();
        entries.sort_unstable();
        entries.dedup();
        entries.shrink_to_fit();
        Self { entries }
    }

    /// The codes of a key, ascending.
    pub fn codes(&self, key: &str) -> impl ExactSizeIterator<Item = CodeId> {
        let wanted = hash(0, &[key]);
        let start = self.entries.partition_point(|(h, _)| *h < wanted);
        let end = self.entries.partition_point(|(h, _)| *h <= wanted);
        self.entries[start..end].iter().map(|(_, code)| *code)
    }
}

#[cfg(test)]
mod tests {
    use super::ExactTitles;

    #[test]
    fn a_title_of_two_codes_names_both() {
        let index = ExactTitles::new([("clerk", 3), ("cook", 1), ("clerk", 2), ("clerk", 3)].into_iter());
        assert_eq!(index.codes("clerk").collect::<Vec<_>>(), [2, 3]);
        assert_eq!(index.codes("baker").len(), 0);
    }
}
