//! Labelled titles: what the ranker is fitted to and measured by.

use std::collections::BTreeSet;

use crate::{SocCode, text::normalise::normalise};

/// A labelled title.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labelled {
    /// Title.
    pub title: String,
    /// Description; may be empty.
    pub description: String,
    /// Accepted codes, SOC or O*NET-SOC.
    pub accepted: Vec<SocCode>,
    /// Where the row comes from.
    pub source: String,
}

/// Why a text is no table of labelled titles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelledError {
    /// A column is missing.
    #[error("the first line names no column `{0}`: the columns are title, description, code, source, also, divided by tabs")]
    NoColumn(&'static str),
    /// A code is none.
    #[error("line {line}: `{text}` is no occupation code")]
    Code {
        /// The line, from 1.
        line: usize,
        /// What stands there.
        text: String,
    },
}

impl Labelled {
    /// Rows of the Direct Match list say nothing of how sure one may be of other titles.
    pub fn is_dictionary(&self) -> bool {
        self.source == "dmtf"
    }
}

/// Reads labelled titles from tab-separated text without quoting: a line with the names of the columns, then a row per
/// line. `title` and `code` have to be there; `also` holds further accepted codes, divided by `|`.
pub fn labelled(text: &str) -> Result<Vec<Labelled>, LabelledError> {
    let header: Vec<&str> = text.lines().next().unwrap_or_default().split('\t').map(str::trim).collect();
    let place = |name: &str| header.iter().position(|column| *column == name);
    let needed = |name: &'static str| place(name).ok_or(LabelledError::NoColumn(name));
    let (title, code) = (needed("title")?, needed("code")?);
    let (description, source, also) = (place("description"), place("source"), place("also"));
    let rows = text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty());
    let read = |(index, line): (usize, &str)| {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let cell = |place: Option<usize>| place.and_then(|place| cells.get(place)).copied().unwrap_or_default();
        let codes = std::iter::once(cell(Some(code))).chain(cell(also).split('|')).filter(|code| !code.is_empty());
        let parse = |code: &str| code.parse().map_err(|_| LabelledError::Code { line: index + 1, text: code.to_owned() });
        Ok(Labelled {
            title: cell(Some(title)).to_owned(),
            description: cell(description).to_owned(),
            accepted: codes.map(parse).collect::<Result<_, _>>()?,
            source: cell(source).to_owned(),
        })
    };
    rows.map(read).collect()
}

/// The normalised titles of a text: of its column `title`, or every line where no column is called that.
pub fn titles(text: &str) -> BTreeSet<String> {
    let header = text.lines().next().unwrap_or_default().split('\t');
    let column = header.map(str::trim).position(|name| name.eq_ignore_ascii_case("title"));
    let lines = text.lines().skip(usize::from(column.is_some()));
    let found = lines.filter_map(|line| line.split('\t').nth(column.unwrap_or(0)));
    found.map(normalise).filter(|title| !title.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_accepts_its_code_and_the_further_ones() {
        let text = "title\tdescription\tcode\tsource\talso\tn\nCook (Grill)\t\t35-2014\tdmtf\t35-2015.00|35-2019\t3\n";
        let rows = labelled(text).expect("a table");
        let accepted: Vec<String> = rows[0].accepted.iter().map(ToString::to_string).collect();
        assert_eq!((rows.len(), rows[0].title.as_str(), rows[0].is_dictionary()), (1, "Cook (Grill)", true));
        assert_eq!(accepted, ["35-2014", "35-2015.00", "35-2019"]);
    }

    #[test]
    fn what_is_no_table_of_labelled_titles_is_refused_and_named() {
        assert_eq!(labelled("name\tcode\n"), Err(LabelledError::NoColumn("title")));
        assert_eq!(labelled("title\tcode\nCook\tx\n"), Err(LabelledError::Code { line: 2, text: "x".to_owned() }));
    }

    #[test]
    fn titles_stand_in_their_column_or_alone() {
        let expected: BTreeSet<String> = ["line cook".to_owned(), "r and d".to_owned()].into();
        assert_eq!(titles("code\ttitle\n1\tLine Cook\n2\tR&D\n"), expected);
        assert_eq!(titles("Line cook\nR&D\n\n"), expected);
    }
}
