//! The types of settings of what stands between callers and the API.

use std::path::{Path, PathBuf};

use url::Url;

use super::read::{Raw, Rule, Setting};

/// Who may look at the schema: ask for it, be told the nearest names of what it does not have, and use GraphiQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explore {
    /// Everybody.
    Everybody,
    /// Whoever has a credential.
    SignedIn,
    /// Platform admins.
    Admins,
}

impl Setting for Explore {
    fn allowed(_rule: Rule) -> String {
        "everybody, signed-in or admins".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        match raw.text()? {
            "everybody" => Some(Self::Everybody),
            "signed-in" => Some(Self::SignedIn),
            "admins" => Some(Self::Admins),
            _ => None,
        }
    }

    fn shown(&self) -> Option<String> {
        let name = match self {
            Self::Everybody => "everybody",
            Self::SignedIn => "signed-in",
            Self::Admins => "admins",
        };
        Some(name.to_owned())
    }
}

/// What is done about documents that no manifest lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentsMode {
    /// Nothing.
    Off,
    /// They are counted and logged.
    Report,
    /// They are executed only for who has a credential.
    Enforce,
}

impl Setting for DocumentsMode {
    fn allowed(_rule: Rule) -> String {
        "off, report or enforce".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        match raw.text()? {
            "off" => Some(Self::Off),
            "report" => Some(Self::Report),
            "enforce" => Some(Self::Enforce),
            _ => None,
        }
    }

    fn shown(&self) -> Option<String> {
        let name = match self {
            Self::Off => "off",
            Self::Report => "report",
            Self::Enforce => "enforce",
        };
        Some(name.to_owned())
    }
}

/// Where a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePath(PathBuf);

impl FilePath {
    /// The path.
    pub fn as_path(&self) -> &Path {
        &self.0
    }
}

impl Setting for FilePath {
    fn allowed(_rule: Rule) -> String {
        "the path of a file".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        raw.text().filter(|text| !text.is_empty()).map(|text| Self(text.into()))
    }

    fn shown(&self) -> Option<String> {
        Some(self.0.display().to_string())
    }
}

/// The sites whose pages may ask, as browsers name them: `https://jobs.example.org`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins(Vec<String>);

impl Origins {
    /// As browsers write them; one `*` means all.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl Setting for Origins {
    fn allowed(_rule: Rule) -> String {
        "origins such as https://jobs.example.org, divided by commas, or * for all".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let names: Vec<_> = raw.text()?.split(',').map(str::trim).collect();
        if names == ["*"] {
            return Some(Self(vec!["*".to_owned()]));
        }
        let origin = |name: &str| {
            let url = Url::parse(name).ok()?;
            let plain = matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == name;
            plain.then(|| name.to_owned())
        };
        names.into_iter().map(origin).collect::<Option<_>>().map(Self)
    }

    fn shown(&self) -> Option<String> {
        Some(self.0.join(", "))
    }
}
