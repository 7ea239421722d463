//! Which tables there are, by which names the sources have called their files and columns, and what the columns hold.

/// Who publishes a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// The O*NET database.
    Onet,
    /// The Standard Occupational Classification.
    Soc,
    /// Occupational Employment and Wage Statistics.
    Oews,
    /// Employment Projections.
    Projections,
}

impl Family {
    /// The licence that the publisher gives.
    pub(crate) const fn licence(self) -> &'static str {
        match self {
            Self::Onet => "CC BY 4.0",
            Self::Soc | Self::Oews | Self::Projections => "public domain (U.S. government work)",
        }
    }
}

/// What a column holds. Where `OrNone` stands, `n/a` and nothing are allowed too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// An O*NET-SOC code of Occupation Data.
    Occupation,
    /// A code of the SOC structure, or `00-0000` for all occupations.
    Soc,
    SocOrNone,
    /// An element id of the Content Model Reference.
    Element,
    /// A scale of the Scales Reference.
    Scale,
    /// A task id of Task Statements. Ids that the release dropped are counted, not refused.
    Task,
    /// An id of the IWA Reference.
    Iwa,
    /// An id of the DWA Reference.
    Dwa,
    /// A commodity code of the UNSPSC Reference.
    CommodityOrNone,
    /// A whole number.
    Integer,
    IntegerOrNone,
    /// A decimal number.
    Decimal,
    DecimalOrNone,
    /// `Y` or `N`.
    Flag,
    FlagOrNone,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// The name in the bundle, which is the official one up to release 30.2.
    pub(crate) name: &'static str,
    /// Another name in the sources; `#` stands for a digit of a year.
    pub(crate) alias: Option<&'static str>,
    pub(crate) kind: Kind,
    /// Left out by some releases: then all its fields are `n/a`.
    pub(crate) optional: bool,
}

impl Column {
    const fn or(self, alias: &'static str) -> Self {
        Self { alias: Some(alias), ..self }
    }

    const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

const fn col(name: &'static str, kind: Kind) -> Column {
    Column { name, alias: None, kind, optional: false }
}

/// A table of the bundle.
#[derive(Debug)]
pub(crate) struct TableSpec {
    /// The name: O*NET's own up to release 30.2.
    pub(crate) name: &'static str,
    pub(crate) family: Family,
    /// The files that it comes in: one way per layout; the files of one way together make the table.
    pub(crate) files: &'static [&'static [&'static str]],
    pub(crate) columns: &'static [Column],
    /// How many of the first columns together name a row; 0 when rows may repeat.
    pub(crate) unique: usize,
    /// True when the rows belong to the occupations whose codes stand in the first column.
    pub(crate) by_code: bool,
    /// False for tables that only some releases have.
    pub(crate) bundled: bool,
}

impl TableSpec {
    /// The table of that name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|spec| spec.name == name)
    }
}

/// A table's name as a file name: `Tasks to DWAs` becomes `tasks_to_dwas`.
pub(crate) fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_")
}

mod tables;

pub(crate) use tables::TABLES;
