//! Lists of texts, tasks, tools and rated elements.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Item, Value, hex};
use crate::domain::soc::SocCode;

macro_rules! list {
    ($(#[$doc:meta])* $list:ident of $item:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $list(pub Vec<$item>);

        impl Value for $list {
            fn is_empty(&self) -> bool { self.0.is_empty() }
        }

        impl Item for $item {
            fn key(&self) -> &str { &self.key }
            fn origins(&self) -> &[SocCode] { &self.origins }
        }
    };
}

list!(/// Texts in order of weight.
    TextList of TextItem);
list!(/// Tasks: core, then supplemental, then new ones, each by falling importance.
    TaskList of Task);
list!(/// Tools and technology: technology first, hot ones first, then by name.
    ToolList of Tool);
list!(/// Rated elements by falling importance, unrated ones last.
    RatedElementList of RatedElement);

/// A text in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TextItem {
    /// See [`Item::key`].
    pub key: String,
    /// The text.
    pub text: String,
    /// See [`Item::origins`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<SocCode>,
}

/// A task statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// O*NET's task id, or one made from the statement.
    pub key: String,
    /// The statement, word for word.
    pub statement: String,
    /// How the task belongs to the occupation; unknown for tasks that O*NET has not classified.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub task_type: Option<TaskType>,
    /// Standardised importance, 0 to 100; none when not rated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importance: Option<f64>,
    /// See [`Item::origins`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<SocCode>,
}

/// O*NET's classes of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskType {
    /// Critical to the occupation: relevance at least 67 % and mean importance at least 3.0.
    Core,
    /// Less relevant or less important than core tasks.
    Supplemental,
    /// Emerging, or not yet rated.
    New,
}

/// A tool, machine, piece of equipment, or software.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tool {
    /// Kind, commodity code and name as one key.
    pub key: String,
    /// The name of the example.
    pub name: String,
    /// Tool or technology.
    pub kind: ToolKind,
    /// The title of its UNSPSC commodity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Its UNSPSC commodity code, eight digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commodity_code: Option<String>,
    /// Often asked for in employers' job postings, across occupations.
    #[serde(default)]
    pub hot_technology: bool,
    /// Often asked for in postings of this occupation.
    #[serde(default)]
    pub in_demand: bool,
    /// See [`Item::origins`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<SocCode>,
}

/// What kind of thing a tool is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ToolKind {
    /// A machine, tool or piece of equipment.
    Tool,
    /// Software or information technology.
    Technology,
}

/// A skill, knowledge area or ability with its ratings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RatedElement {
    /// The element id, or a key made from the name.
    pub key: String,
    /// The id in O*NET's content model, `2.A.1.a`; none for what O*NET does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element_id: Option<String>,
    /// The element's name.
    pub name: String,
    /// Standardised importance, 0 to 100; none when not rated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importance: Option<f64>,
    /// Standardised level, 0 to 100; none when not rated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<f64>,
    /// The statistics behind the importance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// See [`Item::origins`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<SocCode>,
}

/// O*NET's own statistics behind an importance rating, on O*NET's raw scale from 1 to 5.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rating {
    /// How many people answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_size: Option<i32>,
    /// Standard error of the mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
    /// Lower bound of the 95 % confidence interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower95: Option<f64>,
    /// Upper bound of the 95 % confidence interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper95: Option<f64>,
    /// O*NET recommends not to show the estimate: its precision is low.
    #[serde(default)]
    pub suppress: bool,
    /// When it was collected, `MM/YYYY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected: Option<String>,
    /// Who was asked: `Incumbent`, `Analyst`, `Occupational Expert`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain_source: Option<String>,
}

/// O*NET's standardised score: a rating on the scale `minimum..=maximum` laid onto 0 to 100, as O*NET OnLine shows it.
///
/// `S = (O − L) / (H − L) × 100`, rounded half up to a whole number
/// (O*NET OnLine, "Scales, Ratings, and Standardized Scores").
pub fn standardise(rating: f64, minimum: f64, maximum: f64) -> f64 {
    // Ratings have two decimals: hundredths are exact in integers, where the binary fractions would round 0.5 down.
    let hundredths = |x: f64| (x * 100.0).round();
    let share = 100.0 * (hundredths(rating) - hundredths(minimum)) / (hundredths(maximum) - hundredths(minimum));
    (share + 0.5).floor().clamp(0.0, 100.0)
}

/// Orders ratings from the most important to the unrated.
pub fn by_importance(a: Option<f64>, b: Option<f64>) -> std::cmp::Ordering {
    b.unwrap_or(f64::NEG_INFINITY).total_cmp(&a.unwrap_or(f64::NEG_INFINITY))
}

/// The key of a text that has no id of its own: its words, and where these do not tell the whole text (signs, capital
/// letters in unusual places) eight hexadecimal digits of its SHA-256. It depends on the text alone.
pub fn text_key(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for part in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        if !words.is_empty() {
            words.push('-');
        }
        words.push_str(&part.to_ascii_lowercase());
    }
    let lossless = words.split('-').map(title_case).collect::<Vec<_>>().join(" ") == text;
    if lossless { words } else { format!("{words}~{}", short_hash(text)) }
}

/// The key of a tool: what kind of commodity it is, and its name.
pub fn tool_key(kind: ToolKind, commodity_code: Option<&str>, name: &str) -> String {
    let kind = match kind {
        ToolKind::Tool => "tool",
        ToolKind::Technology => "technology",
    };
    format!("{kind}:{}:{}", commodity_code.unwrap_or("-"), text_key(name))
}

/// The key of an item of a company's own: `own:`, the beginning of its words, and eight hexadecimal digits of its SHA-256.
pub fn own_key(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-");
    slug.truncate(OWN_KEY_WORDS);
    format!("own:{}~{}", slug.trim_end_matches('-'), short_hash(text))
}

/// How much of an item's words its own key repeats, in characters.
const OWN_KEY_WORDS: usize = 40;

fn title_case(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

fn short_hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn importance_and_level_are_laid_onto_a_hundred_and_rounded_half_up() {
        let scores = [(1.0, 1.0, 5.0), (5.0, 1.0, 5.0), (4.12, 1.0, 5.0), (3.5, 1.0, 5.0), (1.14, 1.0, 5.0), (4.62, 0.0, 7.0)];
        let standardised = scores.map(|(rating, minimum, maximum)| standardise(rating, minimum, maximum).to_string());
        // 62.5 rounds up to 63; 3.5 rounds up to 4, though 1.14 is a little less in binary.
        assert_eq!(standardised, ["0", "100", "78", "63", "4", "66"]);
    }

    #[test]
    fn texts_that_differ_only_in_signs_or_case_have_keys_of_their_own() {
        assert_eq!(text_key("Chief Executive Officer"), "chief-executive-officer");
        let keys = ["C.E.O.", "CEO", "Ceo", "C E O", "ceo"].map(text_key);
        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "{keys:?}");
    }
}
