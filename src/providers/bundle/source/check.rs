//! Checks every field of every row before anything is imported.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    parse::{Parsed, ParsedRow},
    schema::Kind,
};
use crate::{
    domain::soc::SocCode,
    providers::bundle::{
        Bundle,
        error::{BundleError, ImportError, Problem},
    },
};

/// What the checks counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Checked {
    /// Rows that name a task which the task statements do not hold.
    pub(crate) unknown_tasks: usize,
}

/// Checks tables against each other and, for codes that they do not define themselves, against the bundle underneath.
pub(crate) fn check(tables: &[Parsed], current: Option<&Bundle>) -> Result<Checked, ImportError> {
    let known = Known::gather(tables, current)?;
    let mut checked = Checked::default();
    for table in tables {
        repeats(table)?;
        for row in &table.rows {
            for (column, field) in table.spec.columns.iter().zip(row.text.split('\t')) {
                if column.kind == Kind::Task && is_integer(field) && !known.has("Task Statements", field) {
                    checked.unknown_tasks += 1;
                    continue;
                }
                known.field(column.kind, field).map_err(|problem| ImportError::Field {
                    file: table.files[row.file].clone(),
                    line: row.line,
                    column: column.name.to_owned(),
                    value: field.chars().take(60).collect(),
                    problem,
                })?;
            }
        }
    }
    Ok(checked)
}

/// Refuses two rows with the same first columns.
fn repeats(table: &Parsed) -> Result<(), ImportError> {
    if table.spec.unique == 0 {
        return Ok(());
    }
    let mut seen: HashMap<&str, &ParsedRow> = HashMap::with_capacity(table.rows.len());
    for row in &table.rows {
        let end = row.text.match_indices('\t').nth(table.spec.unique - 1).map_or(row.text.len(), |(end, _)| end);
        if let Some(first) = seen.insert(&row.text[..end], row) {
            return Err(ImportError::Duplicate {
                file: table.files[row.file].clone(),
                line: row.line,
                column: table.spec.columns[table.spec.unique - 1].name,
                first_file: table.files[first.file].clone(),
                first: first.line,
            });
        }
    }
    Ok(())
}

/// Which columns of which tables define codes, and the table that a message names for them. BLS's publication codes are
/// no part of the SOC: the crosswalk defines them.
const DEFINITIONS: [(&str, &str, &str); 10] = [
    ("Occupation Data", "Occupation Data", "O*NET-SOC Code"),
    ("Content Model Reference", "Content Model Reference", "Element ID"),
    ("Scales Reference", "Scales Reference", "Scale ID"),
    ("Task Statements", "Task Statements", "Task ID"),
    ("IWA Reference", "IWA Reference", "IWA ID"),
    ("DWA Reference", "DWA Reference", "DWA ID"),
    ("UNSPSC Reference", "UNSPSC Reference", "Commodity Code"),
    ("SOC 2018 Structure", "SOC 2018 Structure", "SOC Code"),
    ("SOC 2018 Structure", "SOC 2018 to OEWS and EP", "OEWS Code"),
    ("SOC 2018 Structure", "SOC 2018 to OEWS and EP", "EP Code"),
];

struct Known(BTreeMap<&'static str, HashSet<String>>);

impl Known {
    fn gather(tables: &[Parsed], current: Option<&Bundle>) -> Result<Self, BundleError> {
        let mut known: BTreeMap<_, HashSet<String>> = BTreeMap::new();
        for (name, table, column) in DEFINITIONS {
            let codes = known.entry(name).or_default();
            if let Some(parsed) = tables.iter().find(|parsed| parsed.spec.name == table) {
                let place = parsed.spec.columns.iter().position(|c| c.name == column).unwrap_or_default();
                codes.extend(parsed.rows.iter().filter_map(|row| row.text.split('\t').nth(place)).map(str::to_owned));
            } else if let Some(bundle) = current {
                let table = bundle.table(table)?;
                let [place] = table.columns([column])?;
                codes.extend(table.all()?.iter().map(|row| row.get(place).to_owned()));
            }
        }
        Ok(Self(known))
    }

    fn has(&self, table: &'static str, code: &str) -> bool {
        self.0.get(table).is_some_and(|codes| codes.contains(code))
    }

    fn code(&self, table: &'static str, code: &str) -> Result<(), Problem> {
        if self.has(table, code) { Ok(()) } else { Err(Problem::Unknown(table)) }
    }

    fn field(&self, kind: Kind, field: &str) -> Result<(), Problem> {
        let none = field == "n/a" || field.is_empty();
        match kind {
            Kind::SocOrNone | Kind::CommodityOrNone | Kind::IntegerOrNone | Kind::DecimalOrNone | Kind::FlagOrNone if none => Ok(()),
            Kind::Text => Ok(()),
            Kind::Occupation if field.parse::<SocCode>().is_ok() => self.code("Occupation Data", field),
            Kind::Occupation => Err(Problem::Unknown("Occupation Data")),
            Kind::Soc | Kind::SocOrNone if field == "00-0000" => Ok(()),
            Kind::Soc | Kind::SocOrNone => self.code("SOC 2018 Structure", field),
            Kind::Element => self.code("Content Model Reference", field),
            Kind::Scale => self.code("Scales Reference", field),
            Kind::Iwa => self.code("IWA Reference", field),
            Kind::Dwa => self.code("DWA Reference", field),
            Kind::CommodityOrNone => self.code("UNSPSC Reference", field),
            Kind::Task | Kind::Integer | Kind::IntegerOrNone => ok_if(is_integer(field), Problem::NotANumber),
            Kind::Decimal | Kind::DecimalOrNone => ok_if(is_decimal(field), Problem::NotANumber),
            Kind::Flag | Kind::FlagOrNone => ok_if(matches!(field, "Y" | "N"), Problem::NotAFlag),
        }
    }
}

fn ok_if(holds: bool, problem: Problem) -> Result<(), Problem> {
    if holds { Ok(()) } else { Err(problem) }
}

fn is_integer(field: &str) -> bool {
    !field.is_empty() && field.len() <= 10 && field.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits with at most one point and at most one sign: what Rust reads as a number beyond this (`inf`, `1e9`) is none here.
fn is_decimal(field: &str) -> bool {
    let digits = field.strip_prefix('-').unwrap_or(field);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    is_integer(whole) && is_integer(part)
}
