//! Collects what defaults, file, environment and flags give, the later over the earlier, and refuses what is not known.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::Path,
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    DEFAULTS, Origin, Problem, Sources,
    read::{Given, Raw},
};

/// How the variables of this service begin.
pub(super) const PREFIX: &str = "ROLEGRAPH_";
/// The variable that names the settings file: no setting itself.
const FILE_VARIABLE: &str = "ROLEGRAPH_CONFIG";

/// What is given, by key, and what was refused.
pub(super) fn collect(sources: &Sources, known: &[String]) -> (BTreeMap<String, Given>, Vec<Problem>) {
    let mut layers = Layers { known, given: BTreeMap::new(), problems: Vec::new() };
    layers.document(DEFAULTS, &|_| Origin::Default);
    let named = || sources.environment.iter().find(|(name, value)| name == FILE_VARIABLE && !value.is_empty());
    if let Some(path) = sources.file.as_deref().or_else(|| named().map(|(_, value)| Path::new(value))) {
        layers.file(path);
    }
    layers.environment(&sources.environment);
    layers.flags(&sources.flags);
    (layers.given, layers.problems)
}

/// A setting's name in the environment: `log.format` is `ROLEGRAPH_LOG__FORMAT`.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").replace('-', "_").to_uppercase())
}

/// A setting's flag on the command line: `database_url` is `--database-url`.
fn flag(key: &str) -> String {
    format!("--{}", key.replace(['.', '_'], "-"))
}

struct Layers<'a> {
    known: &'a [String],
    given: BTreeMap<String, Given>,
    problems: Vec<Problem>,
}

impl Layers<'_> {
    fn file(&mut self, path: &Path) {
        let at = |line| Origin::File { path: path.to_owned(), line };
        match std::fs::read_to_string(path) {
            Ok(text) => {
                self.document(&text, &at);
                self.sort_problems();
            }
            Err(error) => self.refuse(at(None), format!("cannot be read: {error}")),
        }
    }

    /// Takes a TOML document; `at` makes the origin of a line in it.
    fn document(&mut self, text: &str, at: &dyn Fn(Option<usize>) -> Origin) {
        let line = |span: Range<usize>| Some(1 + text.bytes().take(span.start).filter(|&byte| byte == b'\n').count());
        match DeTable::parse(text) {
            Ok(table) => self.table("", table.get_ref(), &|span| at(line(span))),
            // Only the message: the error's own text shows the line, which may hold a secret.
            Err(error) => self.refuse(at(error.span().and_then(line)), format!("is not TOML: {}", error.message())),
        }
    }

    fn table(&mut self, at: &str, table: &DeTable<'_>, origin: &dyn Fn(Range<usize>) -> Origin) {
        for (name, value) in table {
            let key = super::read::key(at, name.get_ref());
            if self.is_known(&key) {
                self.give(key, raw(value), origin(name.span()));
                continue;
            }
            match value.get_ref() {
                DeValue::Table(inner) if !inner.is_empty() => self.table(&key, inner, origin),
                DeValue::Table(_) => self.empty_table(&key, origin(name.span())),
                _ => self.refuse(origin(name.span()), self.unknown(&key, str::to_owned)),
            }
        }
    }

    fn empty_table(&mut self, key: &str, origin: Origin) {
        let groups: BTreeSet<&str> = self.known.iter().filter_map(|known| Some(known.rsplit_once('.')?.0)).collect();
        if !groups.contains(key) {
            let nearest = nearest(key, groups).to_owned();
            self.refuse(origin, format!("`{key}` is not a group of settings; the nearest is `{nearest}`"));
        }
    }

    fn environment(&mut self, variables: &[(String, String)]) {
        let settings = variables.iter().filter(|(name, value)| name.starts_with(PREFIX) && name != FILE_VARIABLE && !value.is_empty());
        for (name, value) in settings {
            let origin = Origin::Environment(name.clone());
            match self.known.iter().find(|known| variable(known) == *name) {
                Some(key) => self.give(key.clone(), Raw::Untyped(value.clone()), origin),
                None => self.refuse(origin, self.unknown(name, variable)),
            }
        }
    }

    fn flags(&mut self, flags: &[(String, String)]) {
        for (key, value) in flags {
            let origin = Origin::Flag(flag(key));
            if self.is_known(key) {
                self.give(key.clone(), Raw::Untyped(value.clone()), origin);
            } else {
                self.refuse(origin, self.unknown(key, str::to_owned));
            }
        }
    }

    fn is_known(&self, key: &str) -> bool {
        self.known.iter().any(|known| known == key)
    }

    /// Why a name is refused; `written` makes the name of a key as this source writes it.
    fn unknown(&self, name: &str, written: fn(&str) -> String) -> String {
        let names: Vec<String> = self.known.iter().map(|known| written(known)).collect();
        let below: Vec<&str> = names.iter().map(String::as_str).filter(|known| is_below(known, name)).collect();
        if !below.is_empty() {
            return format!("`{name}` is a group of settings: {}", below.join(", "));
        }
        format!("`{name}` is not a setting; the nearest is `{}`", nearest(name, names.iter().map(String::as_str)))
    }

    fn give(&mut self, key: String, raw: Raw, origin: Origin) {
        self.given.insert(key, Given { raw, origin });
    }

    /// By line: tables are read in the order of the alphabet.
    fn sort_problems(&mut self) {
        self.problems.sort_by_key(|problem| if let Origin::File { line, .. } = problem.origin { line } else { None });
    }

    fn refuse(&mut self, origin: Origin, message: String) {
        self.problems.push(Problem { origin, message });
    }
}

/// True when a setting's name begins with that of a group.
fn is_below(name: &str, group: &str) -> bool {
    name.strip_prefix(group).is_some_and(|rest| rest.starts_with('.') || rest.starts_with("__"))
}

fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> &'a str {
    known.into_iter().max_by(|a, b| likeness(name, a).total_cmp(&likeness(name, b))).unwrap_or_default()
}

/// How alike two names are, 0 to 1: as they stand, or by their last parts alone, for a setting in the wrong group.
fn likeness(name: &str, known: &str) -> f64 {
    let parts = |name: &str| name.strip_prefix(PREFIX).unwrap_or(name).replace("__", ".");
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let (name, known) = (parts(name), parts(known));
    let ends = strsim::normalized_damerau_levenshtein(&last(&name), &last(&known));
    strsim::normalized_damerau_levenshtein(&name, &known).max(0.95 * ends)
}

fn raw(value: &Spanned<DeValue<'_>>) -> Raw {
    match value.get_ref() {
        DeValue::String(text) => Raw::Text(text.clone().into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).map_or(Raw::Other("a number"), Raw::Integer),
        DeValue::Float(number) => number.as_str().parse().map_or(Raw::Other("a fraction"), Raw::Fraction),
        DeValue::Boolean(flag) => Raw::Boolean(*flag),
        other => Raw::Other(match other {
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
            _ => "a date",
        }),
    }
}
