//! Skills, knowledge and abilities.

use super::super::{Bundle, BundleError, Row, Table};
use crate::domain::{
    soc::SocCode,
    values::{RatedElement, RatedElementList, Rating, by_importance, standardise},
};

/// The rated elements of one occupation, importance and level standardised to 0..100 by the bounds of their scales, by
/// falling importance, then by name.
///
/// A level that O*NET marks as not relevant is kept as published (mostly 0); the mark itself is not told.
pub(super) fn own(bundle: &Bundle, table: &str, code: SocCode) -> Result<Option<RatedElementList>, BundleError> {
    let table = bundle.table(table)?;
    let [id, scale, name, value] = table.columns(["Element ID", "Scale ID", "Element Name", "Data Value"])?;
    let statistics = Statistics::of(table)?;
    let scales = &bundle.references().scales;
    let rows = table.rows(code)?;
    let mut elements: Vec<RatedElement> = Vec::new();
    for row in rows.iter() {
        let score = scales.get(row.get(scale)).and_then(|&(low, high)| Some(standardise(row.number(value)?, low, high)));
        let place = elements.iter().position(|element| element.key == row.get(id)).unwrap_or_else(|| {
            elements.push(unrated(row.get(id), row.get(name)));
            elements.len() - 1
        });
        match row.get(scale) {
            "IM" => {
                elements[place].importance = score;
                elements[place].rating = Some(statistics.read(row));
            }
            "LV" => elements[place].level = score,
            _ => {}
        }
    }
    elements.sort_by(|a, b| by_importance(a.importance, b.importance).then_with(|| a.name.cmp(&b.name)));
    Ok(Some(RatedElementList(elements)).filter(|list| !list.0.is_empty()))
}

fn unrated(id: &str, name: &str) -> RatedElement {
    RatedElement {
        key: id.to_owned(),
        element_id: Some(id.to_owned()),
        name: name.to_owned(),
        importance: None,
        level: None,
        rating: None,
        origins: vec![],
    }
}

/// Where O*NET's statistics stand.
struct Statistics([usize; 7]);

impl Statistics {
    fn of(table: &Table) -> Result<Self, BundleError> {
        let names = ["N", "Standard Error", "Lower CI Bound", "Upper CI Bound", "Recommend Suppress", "Date", "Domain Source"];
        Ok(Self(table.columns(names)?))
    }

    fn read(&self, row: Row<'_>) -> Rating {
        let [n, error, lower, upper, suppress, date, source] = self.0;
        Rating {
            sample_size: row.number(n),
            standard_error: row.number(error),
            lower95: row.number(lower),
            upper95: row.number(upper),
            suppress: row.get(suppress) == "Y",
            collected: row.known(date).map(str::to_owned),
            domain_source: row.known(source).map(str::to_owned),
        }
    }
}
