//! Related titles.

use std::collections::{HashMap, HashSet};

use super::super::{Bundle, BundleError};
use crate::domain::{
    soc::SocCode,
    values::{TextItem, TextList, text_key},
};

/// The alternate titles of one occupation: those that job holders reported first, in the order of the sample, then the
/// others in the order of the source. A title that the source gives twice stands once.
pub(super) fn own(bundle: &Bundle, code: SocCode) -> Result<Option<TextList>, BundleError> {
    let sample = bundle.table("Sample of Reported Titles")?;
    let [reported] = sample.columns(["Reported Job Title"])?;
    let sample = sample.rows(code)?;
    let places: HashMap<&str, usize> = sample.iter().enumerate().map(|(place, row)| (row.get(reported), place)).collect();

    let table = bundle.table("Alternate Titles")?;
    let [title] = table.columns(["Alternate Title"])?;
    let rows = table.rows(code)?;
    let mut titles: Vec<&str> = rows.iter().map(|row| row.get(title)).collect();
    let mut seen = HashSet::new();
    titles.retain(|title| seen.insert(*title));
    titles.sort_by_key(|title| places.get(title).copied().unwrap_or(usize::MAX));
    let item = |text: &str| TextItem { key: text_key(text), text: text.to_owned(), origins: vec![] };
    Ok(Some(TextList(titles.into_iter().map(item).collect())).filter(|list| !list.0.is_empty()))
}
