//! The forms in which a name may be written: the whole of it, and what is left when parts that say little are taken off.

use std::collections::BTreeMap;

use super::{
    lists,
    text::{brackets, is_acronym, key, words},
};

/// Words at the end of a name that say what it is, not which.
const SUFFIXES: [&str; 14] = [
    "software",
    "system",
    "program",
    "application",
    "suite",
    "language",
    "programming",
    "scripting",
    "platform",
    "tool",
    "package",
    "pro",
    "certification",
    "operation",
];

/// Words at the beginning or end that say how well something is known, not what.
const FILLER: [&str; 15] = [
    "advanced",
    "basic",
    "experience",
    "expertise",
    "familiarity",
    "intermediate",
    "knowledge",
    "proficiency",
    "proficient",
    "skill",
    "strong",
    "understanding",
    "working",
    "js",
    "ability",
];

/// What was taken off to come to a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Taken {
    /// Only an acronym is left.
    pub(super) acronym: bool,
    /// A version or year.
    pub(super) version: bool,
    /// How many other parts: brackets, maker, suffix, filler.
    pub(super) parts: u8,
}

impl Taken {
    /// Both together.
    pub(super) fn and(self, other: Self) -> Self {
        Self { acronym: self.acronym || other.acronym, version: self.version || other.version, parts: self.parts + other.parts }
    }

    fn part(self) -> Self {
        Self { parts: self.parts + 1, ..self }
    }

    /// How much was taken off.
    pub(super) fn cost(self) -> u8 {
        self.parts + u8::from(self.acronym) + u8::from(self.version)
    }
}

/// Names by key, with the least that had to be taken off.
pub(super) type Forms = BTreeMap<String, (Vec<String>, Taken)>;

/// The makers' names as words, the longest first.
#[derive(Debug)]
pub(super) struct Vendors(Vec<(Vec<String>, usize)>);

impl Vendors {
    /// The list as reviewed.
    pub(super) fn reviewed() -> Self {
        let named = |(maker, names): (usize, Vec<&'static str>)| names.into_iter().map(move |name| (words(name), maker));
        let mut all: Vec<_> = lists::vendors().into_iter().enumerate().flat_map(named).collect();
        all.sort_by_key(|(name, maker)| (std::cmp::Reverse(name.len()), *maker));
        Self(all)
    }

    /// The maker that a name begins with, and how many words name it.
    pub(super) fn of(&self, words: &[String]) -> Option<(usize, usize)> {
        self.0.iter().find(|(name, _)| words.starts_with(name)).map(|(name, maker)| (*maker, name.len()))
    }
}

/// The forms of an element's name, or of a name that is asked for.
pub(super) fn forms(name: &str, vendors: &Vendors) -> Forms {
    let mut found = Forms::new();
    let mut open = beginnings(name);
    while let Some((words, taken)) = open.pop() {
        let known = found.get(&key(&words));
        if words.is_empty() || taken.parts > 4 || known.is_some_and(|(_, before)| before.cost() <= taken.cost()) {
            continue;
        }
        open.extend(without_vendor(&words, taken, vendors));
        open.extend(without_ends(&words, taken));
        found.insert(key(&words), (words, taken));
    }
    found
}

/// The whole name, the name without brackets, what they say when the rest is an acronym, the name without its acronym, and
/// with nothing else.
fn beginnings(name: &str) -> Vec<(Vec<String>, Taken)> {
    let mut open = vec![(words(name), Taken::default())];
    if let Some((without, inside)) = brackets(name) {
        open.push((words(&without), Taken::default().part()));
        if is_acronym(without.trim()) && stands_for(without.trim(), &inside.split_whitespace().collect::<Vec<_>>()) {
            open.push((words(inside), Taken::default().part()));
        }
    }
    let parts: Vec<&str> = name.split_whitespace().collect();
    for (place, word) in parts.iter().enumerate().skip(1) {
        if is_acronym(word) && (stands_for(word, &parts[..place])) {
            let mut rest = parts.clone();
            rest.remove(place);
            open.push((words(&rest.join(" ")), Taken::default().part()));
            open.push((words(word), Taken { acronym: true, ..Taken::default() }));
            open.push((words(&parts[place..].join(" ")), Taken { acronym: true, ..Taken::default() }.part()));
        }
    }
    open
}

/// Whether an acronym's letters are found in their order in the words before it, the first one beginning one of them.
fn stands_for(acronym: &str, before: &[&str]) -> bool {
    let letters: Vec<char> = acronym.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    (0..before.len()).any(|start| {
        let text = before[start..].join(" ").to_lowercase();
        let mut rest = letters.iter().peekable();
        if text.chars().next() != letters.first().copied() {
            return false;
        }
        for c in text.chars() {
            if rest.peek() == Some(&&c) {
                rest.next();
            }
        }
        rest.peek().is_none()
    })
}

fn without_vendor(words: &[String], taken: Taken, vendors: &Vendors) -> Option<(Vec<String>, Taken)> {
    let (_, length) = vendors.of(words)?;
    let telling = |word: &String| !SUFFIXES.contains(&word.as_str()) && !FILLER.contains(&word.as_str());
    words[length..].iter().any(telling).then(|| (words[length..].to_vec(), taken.part()))
}

fn without_ends(words: &[String], taken: Taken) -> Vec<(Vec<String>, Taken)> {
    let mut open = vec![];
    if let [rest @ .., last] = words
        && !rest.is_empty()
    {
        if SUFFIXES.contains(&last.as_str()) || FILLER.contains(&last.as_str()) {
            open.push((rest.to_vec(), taken.part()));
        }
        if is_version(last) {
            open.push((rest.to_vec(), Taken { version: true, ..taken }));
        }
    }
    if let [first, rest @ ..] = words
        && !rest.is_empty()
        && FILLER.contains(&first.as_str())
    {
        open.push((rest.to_vec(), taken.part()));
    }
    open
}

/// `2019`, `365`, `v3`, `4`, `x`.
fn is_version(word: &str) -> bool {
    let digits = word.strip_prefix('v').unwrap_or(word);
    word == "version" || (!digits.is_empty() && digits.len() <= 4 && digits.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(name: &str) -> Vec<String> {
        forms(name, &Vendors::reviewed()).into_keys().collect()
    }

    #[test]
    fn brackets_makers_versions_and_what_says_little_are_taken_off() {
        assert_eq!(keys("Microsoft Excel 2019"), ["excel", "excel2019", "microsoftexcel", "microsoftexcel2019"]);
        assert_eq!(keys("Python (Programming Language)"), ["python", "pythonprogramming", "pythonprogramminglanguage"]);
        assert_eq!(keys("SAP software"), ["sap", "sapsoftware"]);
        assert_eq!(keys("Software"), ["software"]);
    }

    #[test]
    fn an_acronym_and_what_it_stands_for_are_forms_of_the_name() {
        let keys = keys("Customer relationship management CRM software");
        for key in ["crm", "crmsoftware", "customerrelationshipmanagement", "customerrelationshipmanagementsoftware"] {
            assert!(keys.contains(&key.to_owned()), "{key}");
        }
        assert!(!stands_for("IBM", &["Terraform"]));
    }

    #[test]
    fn what_is_left_names_how_much_was_taken_off() {
        let forms = forms("Microsoft Access 2019", &Vendors::reviewed());
        assert_eq!(forms["microsoftaccess2019"].1, Taken::default());
        assert_eq!(forms["access"].1, Taken { acronym: false, version: true, parts: 1 });
    }
}
