//! From what is given to settings: what a setting and a group of settings are.

use std::collections::BTreeMap;

use super::{Effective, Origin, Problem};

/// What was given for a setting.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) raw: Raw,
    pub(super) origin: Origin,
}

/// A value before it is known what it should be.
#[derive(Clone)]
pub(super) enum Raw {
    /// From the environment or a flag, which know only text.
    Untyped(String),
    Text(String),
    Integer(i64),
    Fraction(f64),
    Boolean(bool),
    /// Something that no setting is, in words.
    Other(&'static str),
}

impl Raw {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Untyped(text) | Self::Text(text) => Some(text.trim()),
            _ => None,
        }
    }

    pub(super) fn whole_number(&self) -> Option<u64> {
        match self {
            Self::Untyped(text) => text.trim().replace('_', "").parse().ok(),
            Self::Integer(number) => u64::try_from(*number).ok(),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Untyped(text) => text.trim().parse().ok(),
            Self::Fraction(number) => Some(*number),
            Self::Integer(number) => Some(*number as f64),
            _ => None,
        }
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        match self {
            Self::Untyped(text) => text.trim().parse().ok(),
            Self::Boolean(flag) => Some(*flag),
            _ => None,
        }
    }

    fn in_words(&self) -> String {
        match self {
            Self::Untyped(text) => format!("`{text}`"),
            Self::Text(text) => format!("the text \"{text}\""),
            Self::Integer(number) => number.to_string(),
            Self::Fraction(_) => "a fraction".to_owned(),
            Self::Boolean(flag) => flag.to_string(),
            Self::Other(kind) => (*kind).to_owned(),
        }
    }
}

/// What is allowed besides the type: the smallest and the largest number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub(super) least: u64,
    pub(super) most: u64,
}

impl Default for Rule {
    fn default() -> Self {
        Self { least: 0, most: u64::MAX }
    }
}

impl Rule {
    /// The rule of a smallest and a largest number, or of nothing.
    pub(super) fn of(bounds: &[u64]) -> Self {
        match *bounds {
            [least, most] => Self { least, most },
            _ => Self::default(),
        }
    }

    pub(super) fn allows(self, number: u64) -> bool {
        (self.least..=self.most).contains(&number)
    }
}

/// The type of a setting.
pub(super) trait Setting: Sized {
    /// True when its values are never shown.
    const SECRET: bool = false;

    /// What is allowed, in words.
    fn allowed(rule: Rule) -> String;

    /// Reads a value; none when it is not allowed.
    fn parse(raw: &Raw, rule: Rule) -> Option<Self>;

    /// The value as it may be shown.
    fn shown(&self) -> Option<String>;

    /// The value when nothing is given; none when something has to be.
    fn absent() -> Option<Self> {
        None
    }
}

/// A setting or a group of settings: what a field of a settings struct may be.
pub(super) trait Part: Sized {
    /// Adds the keys of the settings at this key to the known ones.
    fn list(key: &str, rule: Rule, known: &mut Vec<String>);

    /// Reads what is given for this key; none when something is wrong, which the reader has noted.
    fn read(key: &str, rule: Rule, reader: &mut Reader) -> Option<Self>;
}

impl<T: Setting> Part for T {
    fn list(key: &str, _rule: Rule, known: &mut Vec<String>) {
        known.push(key.to_owned());
    }

    fn read(key: &str, rule: Rule, reader: &mut Reader) -> Option<Self> {
        reader.setting(key, rule)
    }
}

/// Reads settings one by one and notes what holds and what is wrong.
pub(super) struct Reader {
    given: BTreeMap<String, Given>,
    effective: Vec<Effective>,
    problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn new(given: BTreeMap<String, Given>, problems: Vec<Problem>) -> Self {
        Self { given, effective: Vec::new(), problems }
    }

    pub(super) fn finish(self) -> (Vec<Effective>, Vec<Problem>) {
        (self.effective, self.problems)
    }

    pub(super) fn setting<T: Setting>(&mut self, key: &str, rule: Rule) -> Option<T> {
        let given = self.given.get(key);
        let origin = given.map_or(Origin::Default, |given| given.origin.clone());
        let value = given.map_or_else(T::absent, |given| T::parse(&given.raw, rule));
        match &value {
            Some(value) => self.effective.push(Effective { key: key.to_owned(), value: value.shown(), origin }),
            None => self.problems.push(Problem { origin, message: refusal::<T>(key, rule, given) }),
        }
        value
    }
}

fn refusal<T: Setting>(key: &str, rule: Rule, given: Option<&Given>) -> String {
    let is = match given {
        None => "is missing".to_owned(),
        Some(_) if T::SECRET => "is not usable".to_owned(),
        Some(given) => format!("is {}", given.raw.in_words()),
    };
    format!("`{key}` {is}; allowed is {}", T::allowed(rule))
}

/// The key of a setting in a group; the outermost group has none.
pub(super) fn key(group: &str, name: &str) -> String {
    if group.is_empty() { name.to_owned() } else { format!("{group}.{name}") }
}

/// Declares groups of settings: structs with public fields, each a setting or a group. `where 1..=9` bounds a number.
macro_rules! settings {
    ($($(#[$about:meta])* pub struct $name:ident {
        $($(#[$field_about:meta])* $field:ident: $type:ty $(where $least:literal..=$most:literal)?,)+
    })+) => { $(
        $(#[$about])*
        #[derive(Debug, Clone)]
        pub struct $name {
            $($(#[$field_about])* pub $field: $type,)+
        }

        impl $crate::config::read::Part for $name {
            fn list(group: &str, _rule: Rule, known: &mut Vec<String>) {
                $(<$type as Part>::list(&$crate::config::read::key(group, stringify!($field)), Rule::of(&[$($least, $most)?]), known);)+
            }

            fn read(group: &str, _rule: Rule, reader: &mut Reader) -> Option<Self> {
                $(let $field = <$type as Part>::read(&$crate::config::read::key(group, stringify!($field)), Rule::of(&[$($least, $most)?]), reader);)+
                Some(Self { $($field: $field?,)+ })
            }
        }
    )+ };
}
pub(super) use settings;
