//! The types of settings that tokens of an identity provider have.

use std::{fmt, path::PathBuf};

use url::Url;

use super::read::{Raw, Rule, Setting};

/// A text that stands in tokens: an issuer, an audience, the name of a claim. Printable characters without spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimText(String);

impl ClaimText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for ClaimText {
    fn allowed(_rule: Rule) -> String {
        "a text of letters, digits and signs, without spaces".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let text = raw.text()?;
        (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Self(text.to_owned()))
    }

    fn shown(&self) -> Option<String> {
        Some(self.0.clone())
    }
}

/// Where a set of public keys (RFC 7517) is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A file.
    File(PathBuf),
    /// An address.
    Url(Url),
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Url(url) => url.fmt(f),
        }
    }
}

impl Setting for KeySource {
    fn allowed(_rule: Rule) -> String {
        "an https URL without user and fragment (http on this machine only), or the path of a file".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let text = raw.text().filter(|text| !text.is_empty())?;
        if !text.contains("://") {
            return Some(Self::File(text.into()));
        }
        let url = Url::parse(text).ok()?;
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let safe = url.scheme() == "https" || (url.scheme() == "http" && local);
        (plain && safe).then_some(Self::Url(url))
    }

    fn shown(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// The signatures that are believed: of asymmetric algorithms only, by their names in RFC 7518 and RFC 8037.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Algorithms(Vec<&'static str>);

/// What may be allowed.
const KNOWN: [&str; 9] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];

impl Algorithms {
    /// Their names.
    pub fn names(&self) -> &[&'static str] {
        &self.0
    }
}

impl Setting for Algorithms {
    fn allowed(_rule: Rule) -> String {
        format!("names of {}, divided by spaces", KNOWN.join(", "))
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let known = |name: &str| KNOWN.into_iter().find(|known| *known == name);
        let names: Option<Vec<_>> = raw.text()?.split_ascii_whitespace().map(known).collect();
        names.filter(|names| !names.is_empty()).map(Self)
    }

    fn shown(&self) -> Option<String> {
        Some(self.0.join(" "))
    }
}
