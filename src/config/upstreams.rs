//! The types of settings that only upstreams have.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    read::{Part, Raw, Reader, Rule, Setting, key},
    values::MASK,
};
use crate::domain::fields::Field;

/// A key, token, user name or password of an upstream: printable characters, as a header can carry them.
#[derive(Debug, Clone)]
pub struct Credential(SecretString);

impl Credential {
    /// The credential itself. It must go nowhere where it is shown.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The credential, still hidden.
    pub fn secret(&self) -> SecretString {
        self.0.clone()
    }
}

impl Setting for Credential {
    const SECRET: bool = true;

    fn allowed(_rule: Rule) -> String {
        "a text of letters, digits, signs and spaces".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let text = raw.text()?;
        (!text.is_empty() && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())).then(|| Self(text.into()))
    }

    fn shown(&self) -> Option<String> {
        Some(MASK.to_owned())
    }
}

/// Where an upstream is: an `http` or `https` URL without user, query and fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// The URL.
    pub fn url(&self) -> Url {
        self.0.clone()
    }
}

impl Setting for BaseUrl {
    fn allowed(_rule: Rule) -> String {
        "an http or https URL without user, query and fragment".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let url = Url::parse(raw.text()?).ok()?;
        let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        (plain && matches!(url.scheme(), "http" | "https")).then_some(Self(url))
    }

    fn shown(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

/// An OAuth scope: names divided by spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope(String);

impl Scope {
    /// The scope.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for Scope {
    fn allowed(_rule: Rule) -> String {
        "names divided by spaces".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let text = raw.text()?;
        (!text.is_empty() && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())).then(|| Self(text.to_owned()))
    }

    fn shown(&self) -> Option<String> {
        Some(self.0.clone())
    }
}

impl Setting for NaiveDate {
    fn allowed(_rule: Rule) -> String {
        "a date such as 2027-12-31".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        raw.text()?.parse().ok()
    }

    fn shown(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// The providers of one field in their order, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Names(Vec<&'static str>);

impl Setting for Names {
    fn allowed(_rule: Rule) -> String {
        format!("names of providers divided by commas, each once: {}", all_providers().join(", "))
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let known = all_providers();
        let named = raw.text()?.split(',').map(|name| known.iter().find(|known| **known == name.trim()).copied());
        let named: Vec<_> = named.collect::<Option<_>>()?;
        let once = named.iter().enumerate().all(|(place, name)| !named[..place].contains(name));
        once.then_some(Self(named))
    }

    fn shown(&self) -> Option<String> {
        Some(self.0.join(", "))
    }
}

/// All providers that the table of fields names.
pub(super) fn all_providers() -> Vec<&'static str> {
    let mut names: Vec<_> = Field::ALL.into_iter().flat_map(Field::default_providers).copied().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Who fills a field, by field: for those whose order is another than the table's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldOrder(BTreeMap<Field, Names>);

impl FieldOrder {
    /// The providers that may fill the field, the preferred one first.
    pub fn of(&self, field: Field) -> &[&'static str] {
        self.0.get(&field).map_or(field.default_providers(), |names| &names.0)
    }

    fn keys(group: &str) -> impl Iterator<Item = (Field, String)> + use<'_> {
        Field::ALL.into_iter().map(move |field| (field, key(group, &field.name().to_lowercase())))
    }
}

impl Part for FieldOrder {
    fn list(group: &str, rule: Rule, known: &mut Vec<String>) {
        for (_, key) in Self::keys(group) {
            <Option<Names> as Part>::list(&key, rule, known);
        }
    }

    fn read(group: &str, rule: Rule, reader: &mut Reader) -> Option<Self> {
        // All are read before any is missed, so that all problems are told.
        let read: Vec<_> = Self::keys(group).map(|(field, key)| (field, reader.setting::<Option<Names>>(&key, rule))).collect();
        let given = read.into_iter().map(|(field, names)| Some((field, names?)));
        Some(Self(given.collect::<Option<Vec<_>>>()?.into_iter().filter_map(|(field, names)| Some((field, names?))).collect()))
    }
}
