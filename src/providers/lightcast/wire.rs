//! Answers as they come.

use serde::Deserialize;

use super::{
    super::wire::{Figure, List, Needed, Part, Text},
    FoundSkills, FoundTitle, Mention, SkillKind,
};

#[derive(Deserialize)]
pub(super) struct Version {
    #[serde(default)]
    data: Part<VersionData>,
}

#[derive(Deserialize)]
struct VersionData {
    version: Needed,
}

impl Version {
    pub(super) fn version(self) -> Option<String> {
        self.data.known().map(|data| data.version.0)
    }
}

#[derive(Clone, Deserialize)]
struct Skill {
    id: Needed,
    name: Needed,
    #[serde(default, rename = "type")]
    kind: Part<Kind>,
}

#[derive(Clone, Deserialize)]
struct Kind {
    #[serde(default)]
    id: Text,
}

impl From<Skill> for super::Skill {
    fn from(skill: Skill) -> Self {
        let kind = match skill.kind.known().and_then(|kind| kind.id.0).as_deref() {
            Some("ST1") => Some(SkillKind::Specialized),
            Some("ST2") => Some(SkillKind::Common),
            Some("ST3") => Some(SkillKind::Certification),
            _ => None,
        };
        Self { id: skill.id.0, name: skill.name.0, kind }
    }
}

#[derive(Default, Deserialize)]
struct Attribution {
    #[serde(default)]
    text: Text,
}

fn texts(attributions: Part<List<Attribution>>) -> Vec<String> {
    attributions.known().unwrap_or_default().0.into_iter().filter_map(|attribution| attribution.text.0).collect()
}

fn surest_first<T>(list: &mut [(T, f64)]) {
    list.sort_by(|a, b| b.1.total_cmp(&a.1));
}

/// The skills of a text.
#[derive(Deserialize)]
pub(super) struct Extracted {
    #[serde(default)]
    attributions: Part<List<Attribution>>,
    #[serde(default)]
    data: Part<List<Match>>,
}

#[derive(Deserialize)]
struct Match {
    #[serde(default)]
    confidence: Figure,
    skill: Skill,
}

impl Extracted {
    pub(super) fn skills(self, version: &str) -> Option<FoundSkills> {
        let list = self.data.known()?.0.into_iter();
        let mut skills: Vec<_> = list.map(|found| (found.skill.into(), found.confidence.number().unwrap_or_default())).collect();
        surest_first(&mut skills);
        Some(FoundSkills { version: version.to_owned(), skills, attributions: texts(self.attributions) })
    }
}

/// The skills of a text, with the words that speak of them. The vendor's documentation names these parts; no answer of the
/// service itself was seen.
#[derive(Deserialize)]
pub(super) struct Traced {
    #[serde(default)]
    data: Part<Trace>,
}

#[derive(Deserialize)]
struct Trace {
    #[serde(default)]
    trace: Part<List<Place>>,
}

#[derive(Deserialize)]
struct Place {
    #[serde(default, rename = "surfaceForm")]
    surface: Part<Surface>,
    #[serde(default, rename = "classificationData")]
    classified: Part<Classified>,
}

#[derive(Deserialize)]
struct Surface {
    value: Needed,
}

#[derive(Deserialize)]
struct Classified {
    #[serde(default)]
    skills: Part<List<Match>>,
}

impl Traced {
    pub(super) fn mentions(self) -> Option<Vec<Mention>> {
        let places = self.data.known()?.trace.known()?.0.into_iter();
        let mentions = places.filter_map(|place| {
            let (words, classified) = (place.surface.known()?.value.0, place.classified.known()?.skills.known()?.0);
            let mention = move |found: Match| Mention {
                words: words.clone(),
                confidence: found.confidence.number().unwrap_or_default(),
                skill: found.skill.into(),
            };
            Some(classified.into_iter().map(mention))
        });
        Some(mentions.flatten().collect())
    }
}

/// The skills of a name.
#[derive(Deserialize)]
pub(super) struct Listed {
    #[serde(default)]
    attributions: Part<List<Attribution>>,
    #[serde(default)]
    data: Part<List<Skill>>,
}

impl Listed {
    pub(super) fn skills(self, version: &str, name: &str) -> Option<FoundSkills> {
        let same = |skill: &Skill| skill.name.0.eq_ignore_ascii_case(name.trim());
        let list = self.data.known()?.0.into_iter();
        let mut skills: Vec<_> = list
            .map(|skill| {
                let confidence = if same(&skill) { 1.0 } else { 0.5 };
                (skill.into(), confidence)
            })
            .collect();
        surest_first(&mut skills);
        Some(FoundSkills { version: version.to_owned(), skills, attributions: texts(self.attributions) })
    }
}

/// The titles nearest to a title.
#[derive(Deserialize)]
pub(super) struct Titles {
    #[serde(default)]
    data: Part<List<TitleMatch>>,
}

#[derive(Deserialize)]
struct TitleMatch {
    #[serde(default)]
    confidence: Figure,
    title: Title,
}

#[derive(Deserialize)]
struct Title {
    id: Needed,
    name: Needed,
}

impl Titles {
    pub(super) fn titles(self) -> Option<Vec<FoundTitle>> {
        let list = self.data.known()?.0.into_iter();
        let title = |found: TitleMatch| FoundTitle {
            id: found.title.id.0,
            name: found.title.name.0,
            confidence: found.confidence.number().unwrap_or_default(),
        };
        let mut titles: Vec<_> = list.map(title).collect();
        titles.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        Some(titles)
    }
}
