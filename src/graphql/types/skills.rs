//! What names of skills mean.

use async_graphql::SimpleObject;

use super::{enums::SkillKind, items::RatedElement};
use crate::domain::{provenance::Source, skills, values};

/// What a name of a skill means.
#[derive(SimpleObject, Debug)]
pub(crate) struct SkillMapping {
    /// The name as given.
    input: String,
    /// O*NET's element, without ratings; null where no name is near.
    element: Option<RatedElement>,
    /// What kind of element it is, and so in which field of a job it stands; null without an element.
    kind: Option<SkillKind>,
    /// How likely the element is the right one, 0 to 1: measured on names checked by hand, not chosen. 0 without an element.
    confidence: f64,
    /// Asked for nearly everywhere, or no skill at all: "Communication", "Valid driver's licence".
    generic: bool,
    /// Sure enough to be taken over: there is an element, the confidence is 0.8 or more, and the name is not generic. What is
    /// not sure is left out wherever skills are used.
    sure: bool,
    /// Lightcast's name for the input, when the element was looked up under that one.
    other_name: Option<String>,
}

impl From<skills::SkillMapping> for SkillMapping {
    fn from(mapping: skills::SkillMapping) -> Self {
        Self {
            sure: mapping.is_sure(),
            kind: mapping.element.as_ref().map(|element| element.kind.into()),
            element: mapping.element.map(element),
            input: mapping.input,
            confidence: mapping.confidence,
            generic: mapping.generic,
            other_name: mapping.other_name,
        }
    }
}

fn element(found: skills::MappedElement) -> RatedElement {
    let unrated = values::RatedElement {
        key: found.key,
        element_id: found.element_id,
        name: found.name,
        importance: None,
        level: None,
        rating: None,
        origins: vec![],
    };
    RatedElement::new(&unrated, Source::Onet)
}
