//! The types of settings.

use std::{collections::BTreeMap, fmt, net::SocketAddr};

use secrecy::ExposeSecret;
use tracing_subscriber::EnvFilter;
use url::Url;

use super::{
    SecretString,
    read::{Part, Raw, Reader, Rule, Setting, key},
    upstreams::all_providers,
    words::words,
};

/// What stands in the place of a secret.
pub(super) const MASK: &str = "********";

macro_rules! whole_numbers {
    ($($number:ty),+) => { $(
        impl Setting for $number {
            fn allowed(rule: Rule) -> String {
                format!("a whole number from {} to {}", rule.least, rule.most)
            }

            fn parse(raw: &Raw, rule: Rule) -> Option<Self> {
                raw.whole_number().filter(|&number| rule.allows(number))?.try_into().ok()
            }

            fn shown(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )+ };
}
whole_numbers!(u32, u64, usize);

impl Setting for bool {
    fn allowed(_rule: Rule) -> String {
        "true or false".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        raw.boolean()
    }

    fn shown(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Setting for SocketAddr {
    fn allowed(_rule: Rule) -> String {
        "an IP address with a port, such as 127.0.0.1:8080 or [::1]:8080".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        raw.text()?.parse().ok()
    }

    fn shown(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl<T: Setting> Setting for Option<T> {
    const SECRET: bool = T::SECRET;

    fn allowed(rule: Rule) -> String {
        T::allowed(rule)
    }

    fn parse(raw: &Raw, rule: Rule) -> Option<Self> {
        T::parse(raw, rule).map(Some)
    }

    fn shown(&self) -> Option<String> {
        self.as_ref().and_then(T::shown)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// The platform admin's bearer token: printable ASCII characters without spaces, as a header can carry them.
#[derive(Debug, Clone)]
pub struct AdminToken(SecretString);

impl AdminToken {
    /// The token itself. It must go nowhere where it is shown.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl Setting for AdminToken {
    const SECRET: bool = true;

    fn allowed(_rule: Rule) -> String {
        "a text of letters, digits and signs, without spaces".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let text = raw.text()?;
        (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Self(text.into()))
    }

    fn shown(&self) -> Option<String> {
        Some(MASK.to_owned())
    }
}

/// A connection URL of SQLite or PostgreSQL. Its password is shown nowhere.
#[derive(Clone)]
pub struct DatabaseUrl(SecretString);

impl DatabaseUrl {
    /// The URL with its password. It must go nowhere where it is shown.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// True for SQLite, false for PostgreSQL.
    pub fn is_sqlite(&self) -> bool {
        self.expose().starts_with("sqlite:")
    }

    fn masked(&self) -> String {
        if self.is_sqlite() {
            return self.expose().to_owned();
        }
        Url::parse(self.expose()).ok().and_then(without_secrets).map_or_else(|| MASK.to_owned(), Into::into)
    }
}

fn without_secrets(mut url: Url) -> Option<Url> {
    if url.password().is_some() {
        url.set_password(Some(MASK)).ok()?;
    }
    if url.query_pairs().any(|(name, _)| name.contains("pass")) {
        url.set_query(None);
    }
    Some(url)
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DatabaseUrl").field(&self.masked()).finish()
    }
}

impl Setting for DatabaseUrl {
    const SECRET: bool = true;

    fn allowed(_rule: Rule) -> String {
        "sqlite://FILE?mode=rwc, sqlite::memory:, or postgres://USER:PASSWORD@HOST/NAME".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let text = raw.text()?;
        let url = Url::parse(text).ok()?;
        let usable = match url.scheme() {
            "sqlite" => !text["sqlite:".len()..].trim_start_matches('/').is_empty(),
            "postgres" | "postgresql" => url.has_authority(),
            _ => false,
        };
        usable.then(|| Self(text.into()))
    }

    fn shown(&self) -> Option<String> {
        Some(self.masked())
    }
}

/// An `http` or `https` URL without query, fragment or slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for PublicUrl {
    fn allowed(_rule: Rule) -> String {
        "an http or https URL without user, query and fragment".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let url = Url::parse(raw.text()?).ok()?;
        let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        (plain && matches!(url.scheme(), "http" | "https")).then(|| Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    fn shown(&self) -> Option<String> {
        Some(self.0.clone())
    }
}

words! {
    /// How a line of the log is written.
    pub enum LogFormat {
        /// For people.
        Text = "text",
        /// For machines: one JSON object a line.
        Json = "json",
    }
}

/// Which parts log from which level on, in the language of `tracing_subscriber`'s `EnvFilter`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// The directives.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for LogFilter {
    fn allowed(_rule: Rule) -> String {
        "levels (error, warn, info, debug, trace, off) and PART=LEVEL, divided by commas".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let text = raw.text()?;
        EnvFilter::try_new(text).is_ok().then(|| Self(text.to_owned()))
    }

    fn shown(&self) -> Option<String> {
        Some(self.0.clone())
    }
}

/// Days by provider, for the providers that the table of fields names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderDays(BTreeMap<&'static str, u32>);

impl ProviderDays {
    /// The number of a provider, if it has one of its own.
    pub fn get(&self, provider: &str) -> Option<u32> {
        self.0.get(provider).copied()
    }
}

impl Part for ProviderDays {
    fn list(group: &str, rule: Rule, known: &mut Vec<String>) {
        for name in all_providers() {
            <Option<u32> as Part>::list(&key(group, name), rule, known);
        }
    }

    fn read(group: &str, rule: Rule, reader: &mut Reader) -> Option<Self> {
        let days = all_providers().into_iter().map(|name| (name, reader.setting::<Option<u32>>(&key(group, name), rule)));
        let days: Option<Vec<_>> = days.collect::<Vec<_>>().into_iter().map(|(name, days)| Some((name, days?))).collect();
        Some(Self(days?.into_iter().filter_map(|(name, days)| Some((name, days?))).collect()))
    }
}
