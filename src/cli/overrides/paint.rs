//! Lines of a difference, in colour where that is wanted.

use serde_json::Value;

use crate::domain::overrides::ItemChange;

/// Whether lines are painted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint(pub(super) bool);

impl Paint {
    /// Text between the escape sequences of ECMA-48 for that rendition and for none.
    fn rendition(self, number: u8, text: &str) -> String {
        if self.0 { format!("\u{1b}[{number}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.rendition(1, text)
    }

    pub(super) fn red(self, text: &str) -> String {
        self.rendition(31, text)
    }

    pub(super) fn green(self, text: &str) -> String {
        self.rendition(32, text)
    }

    pub(super) fn yellow(self, text: &str) -> String {
        self.rendition(33, text)
    }

    pub(super) fn magenta(self, text: &str) -> String {
        self.rendition(35, text)
    }
}

/// What an item says, and its figures.
pub(super) fn item(value: &Value) -> String {
    let words = ["text", "statement", "name", "typicalLevel", "typical", "area"];
    let said = words.iter().find_map(|name| value.get(name)?.as_str());
    let mut text = said.map_or_else(|| plain(value), str::to_owned);
    for name in ["type", "importance", "level", "jobZone"] {
        if let (Some(figure), true) = (value.get(name), said.is_some()) {
            text = format!("{text} [{name} {}]", plain(figure));
        }
    }
    text
}

/// Before and after.
pub(super) fn became(change: &ItemChange) -> String {
    let told = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), item);
    format!("{} -> {}", told(&change.before), told(&change.after))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
