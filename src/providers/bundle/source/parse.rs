//! Reads files into rows with the columns of the bundle.

use super::{
    files::{SourceFile, matches},
    schema::{Column, TableSpec},
};
use crate::providers::bundle::error::ImportError;

/// A table with the columns of its [`TableSpec`], whatever the columns and files of its source were.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) spec: &'static TableSpec,
    /// The files that it was read from.
    pub(crate) files: Vec<String>,
    pub(crate) rows: Vec<ParsedRow>,
}

/// A row: tab-delimited text, and where it comes from.
#[derive(Debug)]
pub(crate) struct ParsedRow {
    pub(crate) text: String,
    /// Which of the files.
    pub(crate) file: usize,
    /// The line, from 1.
    pub(crate) line: usize,
}

/// What stands in the bundle where the source has no value.
const NONE: &str = "n/a";

/// Reads the files that together make one table.
pub(crate) fn parse(spec: &'static TableSpec, files: &[&SourceFile]) -> Result<Parsed, ImportError> {
    let mut parsed = Parsed { spec, files: files.iter().map(|file| file.path.clone()).collect(), rows: vec![] };
    for (index, file) in files.iter().enumerate() {
        parse_file(&mut parsed, index, file)?;
    }
    Ok(parsed)
}

fn parse_file(parsed: &mut Parsed, index: usize, file: &SourceFile) -> Result<(), ImportError> {
    let text = text_of(file)?;
    let mut lines = text.split_terminator('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).enumerate();
    let header: Vec<&str> = lines.next().map(|(_, line)| line.split('\t').collect()).unwrap_or_default();
    let places = places(parsed.spec.columns, &header, &file.path)?;
    let whole = text.ends_with('\n');
    let last = text.split_terminator('\n').count();
    let before = parsed.rows.len();
    for (number, line) in lines {
        let fields: Vec<&str> = line.split('\t').collect();
        if !whole && number + 1 == last {
            let column = header[(fields.len() - 1).min(header.len() - 1)].to_owned();
            return Err(ImportError::Truncated { file: file.path.clone(), line: number + 1, column });
        }
        width(&header, &fields, &file.path, number + 1)?;
        let picked: Vec<&str> = places.iter().map(|place| place.map_or(NONE, |place| fields[place])).collect();
        parsed.rows.push(ParsedRow { text: picked.join("\t"), file: index, line: number + 1 });
    }
    if parsed.rows.len() == before { Err(ImportError::Empty { file: file.path.clone() }) } else { Ok(()) }
}

fn text_of(file: &SourceFile) -> Result<&str, ImportError> {
    let bytes = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file.bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        ImportError::NotText { file: file.path.clone(), line }
    })
}

/// Where in the source's rows the bundle's columns are.
fn places(columns: &[Column], header: &[&str], file: &str) -> Result<Vec<Option<usize>>, ImportError> {
    let mut places: Vec<Option<usize>> = Vec::with_capacity(columns.len());
    for column in columns {
        let is = |name: &str| name == column.name || column.alias.is_some_and(|alias| matches(alias, name));
        let place = (0..header.len()).find(|place| !places.contains(&Some(*place)) && is(header[*place]));
        if place.is_none() && !column.optional {
            return Err(ImportError::MissingColumn { file: file.to_owned(), column: column.name });
        }
        places.push(place);
    }
    Ok(places)
}

fn width(header: &[&str], fields: &[&str], file: &str, line: usize) -> Result<(), ImportError> {
    let (file, found, expected) = (file.to_owned(), fields.len(), header.len());
    if found < expected {
        return Err(ImportError::ShortRow { file, line, column: header[found].to_owned(), found, expected });
    }
    if found > expected {
        return Err(ImportError::LongRow { file, line, column: header[expected - 1].to_owned(), found, expected });
    }
    Ok(())
}
