//! Names that are found by way of another name for the same thing, as a taxonomy of skills gives it.

use super::{SkillIndex, SkillMapping, text::words};

/// What a taxonomy calls the skill that some words speak of.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherName {
    /// The words, as they stand in an input: `k8s`.
    pub words: String,
    /// The taxonomy's name: `Kubernetes`.
    pub name: String,
    /// How sure the taxonomy is that the words mean it, 0 to 1.
    pub confidence: f64,
    /// The taxonomy says that it is common to nearly all occupations.
    pub common: bool,
}

/// What is left of an input when the words of another name are taken out must not be more than these.
const LEAST_SHARE: f64 = 0.5;

/// The other name of an input: of those whose words stand in it, and make up at least half of its words, the one with most
/// words, and of equals the surest.
pub fn other_name<'a>(input: &str, others: &'a [OtherName]) -> Option<&'a OtherName> {
    let input = words(input);
    let length = |other: &OtherName| {
        let own = words(&other.words);
        let stands_in_it = !own.is_empty() && input.windows(own.len()).any(|part| part == own);
        (stands_in_it && own.len() as f64 >= LEAST_SHARE * input.len() as f64).then_some(own.len())
    };
    let fitting = others.iter().filter_map(|other| Some((length(other)?, other)));
    fitting.max_by(|a, b| a.0.cmp(&b.0).then(a.1.confidence.total_cmp(&b.1.confidence))).map(|(_, other)| other)
}

impl SkillIndex {
    /// A mapping without an element, looked up under the other name of its input. Its confidence is the product of two: that the
    /// taxonomy is right, and that the element is the other name's.
    pub fn map_by(&self, others: &[OtherName], unknown: SkillMapping) -> SkillMapping {
        let Some(other) = other_name(&unknown.input, others) else { return unknown };
        let found = self.map_one(&other.name);
        SkillMapping {
            generic: found.generic || other.common,
            confidence: (other.confidence.clamp(0.0, 1.0) * found.confidence * 1_000.0).round() / 1_000.0,
            element: found.element,
            method: found.method,
            other_name: Some(other.name.clone()),
            input: unknown.input,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other(words: &str, confidence: f64) -> OtherName {
        OtherName { words: words.to_owned(), name: words.to_uppercase(), confidence, common: false }
    }

    #[test]
    fn most_words_of_the_input_count_and_then_the_surest() {
        let others = [other("k8s", 0.7), other("k8s clusters", 0.6), other("care", 0.9), other("care", 0.95), other("", 1.0)];
        let found = |input: &str| other_name(input, &others).map(|other| (other.words.as_str(), other.confidence));
        assert_eq!(found("K8s"), Some(("k8s", 0.7)));
        assert_eq!(found("K8s cluster"), Some(("k8s clusters", 0.6)), "plurals are the same");
        assert_eq!(found("Wound care"), Some(("care", 0.95)));
        assert_eq!(found("Care of wounds and of scars"), None, "it is less than half of the words");
        assert_eq!((found("Careful"), found("")), (None, None));
    }
}
