//! The types of settings of what stands between callers and the API.

use std::path::{Path, PathBuf};

use url::Url;

use super::{
    read::{Raw, Rule, Setting},
    words::words,
};

words! {
    /// Who may look at the schema: ask for it, be told the nearest names of what it does not have, and use GraphiQL.
    pub enum Explore {
        /// Everybody.
        Everybody = "everybody",
        /// Whoever has a credential.
        SignedIn = "signed-in",
        /// Platform admins.
        Admins = "admins",
    }

    /// What is done about documents that no manifest lists.
    pub enum DocumentsMode {
        /// Nothing.
        Off = "off",
        /// They are counted and logged.
        Report = "report",
        /// They are executed only for who has a credential.
        Enforce = "enforce",
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
