//! A question to the ranker, taken apart once for all scorers.

use crate::text::{
    boilerplate,
    normalise::normalise,
    tokens::{tokens, variants},
};

/// Characters of a title that are looked at.
pub const MAX_TITLE_CHARS: usize = 200;
/// Characters of a description that are looked at.
pub const MAX_DESCRIPTION_CHARS: usize = 6000;

/// A form in which the title is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Normalised text.
    pub normalised: String,
    /// Its stemmed words, noise left out.
    pub tokens: Vec<String>,
}

impl Form {
    /// Takes a normalised text.
    pub fn new(normalised: String) -> Self {
        let tokens = tokens(&normalised);
        Self { normalised, tokens }
    }

    /// The tokens in alphabetical order, each once: equal for titles that differ in word order only.
    pub fn sorted_key(&self) -> String {
        sorted_key(&self.tokens)
    }
}

/// The part of a title that counts, without markup; a title that is all markup is kept.
fn plain(title: &str) -> String {
    let head: String = title.chars().take(4 * MAX_TITLE_CHARS).collect();
    let stripped = boilerplate::strip_markup(&head);
    let chosen = if normalise(&stripped).is_empty() { &head } else { &stripped };
    chosen.chars().take(MAX_TITLE_CHARS).collect()
}

/// Tokens in alphabetical order, each once, function words left out.
pub fn sorted_key<T: AsRef<str>>(tokens: &[T]) -> String {
    let mut words: Vec<&str> = tokens.iter().map(AsRef::as_ref).filter(|w| !FUNCTION_WORDS.contains(w)).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

const FUNCTION_WORDS: &[&str] = &["and", "of", "the", "or", "in", "for", "to", "a", "an"];

/// A title and a description, ready to be scored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The whole title, normalised: the key of the Direct Match list.
    pub whole: String,
    /// The title without brackets.
    pub main: Form,
    /// What stands before its first comma, dash or the like; the title without brackets, if nothing does.
    pub lead: Form,
    /// Its parts, if it has any.
    pub parts: Vec<Form>,
    /// The normalised sentences of the description, boiler plate cut.
    pub sentences: Vec<String>,
    /// The sentences as one text; may be empty.
    pub description: String,
    /// The description's tokens.
    pub description_tokens: Vec<String>,
}

impl Query {
    /// Takes title and description; both are capped before any work is done.
    pub fn new(title: &str, description: &str) -> Self {
        let title = plain(title);
        let forms = variants(&title);
        let kept = boilerplate::cut(description, MAX_DESCRIPTION_CHARS);
        let sentences: Vec<String> = kept.iter().map(|s| normalise(s)).filter(|s| !s.is_empty()).collect();
        let description = sentences.join(" ");
        Self {
            whole: normalise(&title),
            main: Form::new(forms.main),
            lead: Form::new(forms.lead),
            parts: forms.parts.into_iter().map(Form::new).collect(),
            description_tokens: if description.is_empty() { Vec::new() } else { tokens(&description) },
            sentences,
            description,
        }
    }

    /// Whether there is a description.
    pub fn has_description(&self) -> bool {
        !self.description_tokens.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn markup_is_no_part_of_a_title_unless_there_is_nothing_else() {
        let asked = |title: &str| Query::new(title, "").main.normalised;
        assert_eq!(asked("<b>Line Cook</b>"), "line cook");
        assert_eq!(asked("<br>"), "br");
        assert_eq!(asked("Cook < Chef"), "cook chef");
    }

    #[test]
    fn sentences_of_a_description_stay_apart() {
        let query = Query::new("Cook, Evenings", "Fries fish. Pay is $20 per hour.\n- Cleans the grill");
        assert_eq!((query.lead.normalised.as_str(), query.main.normalised.as_str()), ("cook", "cook evenings"));
        assert_eq!(query.sentences, ["fries fish", "cleans the grill"]);
        assert_eq!(query.description, "fries fish cleans the grill");
    }
}
