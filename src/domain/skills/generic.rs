//! Names that tell nothing.
//!
//! The rule: a name is generic when it is on the reviewed list, or when all its words, what stands in brackets left out, are
//! words of the list, filler allowed in between and alone.

use std::collections::BTreeSet;

use super::{
    lists::{self, GenericKind},
    text::{brackets, key, words},
};

/// The reviewed list, ready to be asked.
#[derive(Debug)]
pub(super) struct Generic {
    names: BTreeSet<String>,
    words: BTreeSet<String>,
}

impl Generic {
    /// The list as reviewed.
    pub(super) fn reviewed() -> Self {
        let list = lists::generic();
        let (names, single): (Vec<_>, Vec<_>) = list.into_iter().partition(|(kind, _)| *kind == GenericKind::Name);
        Self {
            names: names.into_iter().map(|(_, name)| key(&words(name))).collect(),
            words: single.into_iter().flat_map(|(_, word)| words(word)).collect(),
        }
    }

    /// Whether a name tells nothing. A name without words does not.
    pub(super) fn is(&self, name: &str) -> bool {
        let without = brackets(name).map(|(without, _)| without);
        [Some(name.to_owned()), without].into_iter().flatten().any(|name| {
            let words = words(&name);
            !words.is_empty() && (self.names.contains(&key(&words)) || words.iter().all(|word| self.words.contains(word)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_the_list_and_names_of_generic_words_only_are_generic() {
        let generic = Generic::reviewed();
        for name in ["Communication", "Excellent Verbal and Written Communication Skills", "Teamwork (Collaboration)", "MS Office Suite"] {
            assert!(generic.is(name), "{name}");
        }
        for name in ["Communication Systems", "Construction Management", "Team Sports", "", "()", "Microsoft Excel"] {
            assert!(!generic.is(name), "{name}");
        }
    }
}
