//! The reviewed lists of `data/skills/`: tab-separated, `#` begins a comment, the first other line names the columns.

use super::ElementKind;

/// A name that means an element without sharing its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The name.
    pub name: String,
    /// The element's kind and name; none: the name means no element, whatever it looks like.
    pub element: Option<(ElementKind, String)>,
    /// Why.
    pub why: String,
}

/// What a row of the generic list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GenericKind {
    /// A whole name.
    Name,
    /// A word: names that consist of such words only are generic.
    Word,
    /// A word that says nothing beside others.
    Filler,
}

/// The rows of a list.
pub(super) fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.skip(1).map(|line| line.split('\t').map(str::trim).collect())
}

/// The aliases.
pub(super) fn aliases() -> Vec<Alias> {
    let alias = |row: Vec<&'static str>| {
        let [name, kind, element, why] = row[..] else { return None };
        let kind = match kind {
            "skill" => Some(ElementKind::Skill),
            "knowledge" => Some(ElementKind::Knowledge),
            "ability" => Some(ElementKind::Ability),
            "technology" => Some(ElementKind::Technology),
            _ => None,
        };
        Some(Alias { name: name.to_owned(), element: kind.map(|kind| (kind, element.to_owned())), why: why.to_owned() })
    };
    rows(include_str!("../../../data/skills/aliases.tsv")).filter_map(alias).collect()
}

/// The generic names and words.
pub(super) fn generic() -> Vec<(GenericKind, &'static str)> {
    let generic = |row: Vec<&'static str>| {
        let kind = match *row.first()? {
            "name" => GenericKind::Name,
            "word" => GenericKind::Word,
            "filler" => GenericKind::Filler,
            _ => return None,
        };
        Some((kind, *row.get(1)?))
    };
    rows(include_str!("../../../data/skills/generic.tsv")).filter_map(generic).collect()
}

/// The makers: each as O*NET writes it, then as it is also written.
pub(super) fn vendors() -> Vec<Vec<&'static str>> {
    let named = |row: Vec<&'static str>| row.into_iter().filter(|name| !name.is_empty()).collect();
    rows(include_str!("../../../data/skills/vendors.tsv")).map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_lists_is_read() {
        let count = |text: &'static str| rows(text).count();
        assert_eq!(aliases().len(), count(include_str!("../../../data/skills/aliases.tsv")));
        assert_eq!(generic().len(), count(include_str!("../../../data/skills/generic.tsv")));
        assert!(aliases().iter().all(|alias| !alias.why.is_empty()), "a reviewed row says why");
        assert!(vendors().iter().all(|names| !names.is_empty()));
    }

    #[test]
    fn no_alias_is_given_twice() {
        let mut keys: Vec<_> = aliases().iter().map(|alias| super::super::text::key(&super::super::text::words(&alias.name))).collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
