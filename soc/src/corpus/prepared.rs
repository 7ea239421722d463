//! The corpus, cleaned: titles without doubles, texts by code.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    SocCode,
    corpus::{
        CodeText, Corpus,
        taxonomy::{CodeId, Taxonomy},
    },
    text::{normalise::normalise, tokens::variants},
};

/// Where a title comes from; the order is that of precedence among equal titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TitleSource {
    /// Official title of an occupation or a SOC group.
    Official,
    /// SOC Direct Match Title File.
    DirectMatch,
    /// O*NET alternate or reported title.
    Alternate,
}

/// A title of an occupation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// As it was written.
    pub text: String,
    /// Normalised, without its bracketed part.
    pub normalised: String,
    /// The SOC code.
    pub code: CodeId,
    /// The two digits of the O*NET-SOC detail: 0 for `.00`.
    pub detail: u8,
    /// Its source.
    pub source: TitleSource,
}

/// Longest bracketed text that counts as an abbreviation, in characters.
const MAX_ABBREVIATION: usize = 6;

/// Titles of all sources, without doubles, ascending by code, detail and normalised title.
pub fn titles(corpus: &Corpus, taxonomy: &Taxonomy) -> Vec<Title> {
    let mut found: BTreeMap<(CodeId, u8, String), (TitleSource, String)> = BTreeMap::new();
    let official = corpus.occupations.iter().map(|o| (o.code, o.title.as_str()));
    let groups = corpus.groups.iter().map(|g| (g.code, g.title.as_str()));
    let rows = official.chain(groups).map(|(c, t)| (c, t, TitleSource::Official));
    let rows = rows.chain(pairs(&corpus.direct_matches).map(|(c, t)| (c, t, TitleSource::DirectMatch)));
    let rows = rows.chain(pairs(&corpus.titles).map(|(c, t)| (c, t, TitleSource::Alternate)));
    for (code, text, source) in rows {
        let Some(id) = taxonomy.id(code) else { continue };
        for normalised in index_forms(text) {
            found.entry((id, code.detail().unwrap_or(0), normalised)).or_insert_with(|| (source, text.to_owned()));
        }
    }
    let make = |((code, detail, normalised), (source, text))| Title { text, normalised, code, detail, source };
    found.into_iter().map(make).collect()
}

fn pairs(rows: &[CodeText]) -> impl Iterator<Item = (SocCode, &str)> {
    rows.iter().map(|row| (row.code, row.text.as_str()))
}

/// The forms under which a title is indexed: without brackets, and what stands in brackets if it is a title or an abbreviation.
fn index_forms(text: &str) -> Vec<String> {
    let main = variants(text).main;
    let mut forms = vec![main];
    for inside in text.split('(').skip(1).filter_map(|tail| tail.split(')').next()) {
        let short = inside.len() <= MAX_ABBREVIATION && inside.chars().filter(char::is_ascii_uppercase).count() >= 2;
        if short || inside.contains(' ') {
            forms.push(normalise(inside));
        }
    }
    forms.retain(|form| !form.is_empty());
    forms
}

/// The taxonomy of a corpus: the codes of its occupations, with national employment.
pub fn taxonomy(corpus: &Corpus) -> Taxonomy {
    let persons: BTreeMap<SocCode, f64> = corpus.employment.iter().map(|e| (e.code, e.persons)).collect();
    let codes = || corpus.occupations.iter().map(|o| o.code);
    let mut broad: BTreeMap<SocCode, usize> = BTreeMap::new();
    let seen: BTreeSet<SocCode> = codes().map(SocCode::soc).collect();
    for code in seen {
        *broad.entry(code.broad_group()).or_default() += 1;
    }
    Taxonomy::new(codes(), |code| {
        let exact = persons.get(&code).copied();
        let shared = || {
            let (total, members) = (persons.get(&code.broad_group())?, broad.get(&code.broad_group())?);
            Some(total / *members as f64)
        };
        let persons = exact.or_else(shared).unwrap_or(UNKNOWN_EMPLOYMENT).max(1.0);
        #[expect(clippy::cast_possible_truncation, reason = "a logarithm of persons is small")]
        let log = persons.ln() as f32;
        log
    })
}

/// Persons assumed where no survey publishes a number (military and a few others).
const UNKNOWN_EMPLOYMENT: f64 = 5000.0;
