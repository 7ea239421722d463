//! Answers as they come.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{
    super::wire::{Figure, Flag, List, Needed, Part, Text, whole},
    sections::Section,
};
use crate::net::{Answer, CallError};

/// An occupation, and the sections that it has.
pub(super) struct Head {
    pub(super) occupation: Result<Occupation, CallError>,
    sections: Result<BTreeSet<String>, CallError>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Occupation {
    #[serde(default)]
    pub(super) sample_of_reported_titles: Part<List<Needed>>,
    #[serde(default)]
    updated: Part<Updated>,
    #[serde(default)]
    details_contents: Part<List<Content>>,
}

#[derive(Debug, Clone, Deserialize)]
struct Updated {
    #[serde(default)]
    year: Figure,
}

#[derive(Debug, Clone, Deserialize)]
struct Content {
    href: Needed,
}

impl Head {
    pub(super) fn read(answer: &Answer) -> Result<Self, CallError> {
        let mut occupation: Occupation = answer.read()?;
        let contents = std::mem::take(&mut occupation.details_contents).or_else(|| answer.unreadable("no list of sections"));
        let titles = matches!(occupation.sample_of_reported_titles, Part::Unreadable);
        let name = |content: Content| content.href.0.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        Ok(Self {
            sections: contents.map(|contents| contents.unwrap_or_default().0.into_iter().map(name).collect()),
            occupation: if titles { Err(answer.unreadable("no list of titles")) } else { Ok(occupation) },
        })
    }

    /// True when the occupation has the section.
    pub(super) fn lists(&self, section: Section) -> Result<bool, CallError> {
        self.sections.as_ref().map(|sections| sections.contains(section.name())).map_err(Clone::clone)
    }
}

impl Occupation {
    pub(super) fn updated_year(&self) -> Option<i32> {
        self.updated.clone().known()?.year.whole()
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Task {
    #[serde(default)]
    pub(super) id: Text,
    pub(super) title: Needed,
    #[serde(default)]
    pub(super) category: Text,
    #[serde(default)]
    pub(super) importance: Figure,
}

/// A skill, knowledge area or ability.
#[derive(Debug, Deserialize)]
pub(super) struct Element {
    pub(super) id: Needed,
    pub(super) name: Needed,
    #[serde(default)]
    pub(super) importance: Figure,
}

/// A UNSPSC commodity with its products.
#[derive(Debug, Deserialize)]
pub(super) struct Category {
    #[serde(default)]
    pub(super) code: Text,
    #[serde(default)]
    pub(super) title: Text,
    #[serde(default)]
    pub(super) example: Part<List<Product>>,
    #[serde(default)]
    pub(super) example_more: Part<List<Product>>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Product {
    pub(super) title: Needed,
    #[serde(default)]
    pub(super) hot_technology: Flag,
    #[serde(default)]
    pub(super) in_demand: Flag,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct JobZone {
    code: Figure,
    pub(super) education: Text,
    pub(super) related_experience: Text,
    pub(super) job_training: Text,
}

impl JobZone {
    /// 1 to 5. Later releases have four zones, of which the lowest is numbered 2.
    pub(super) fn number(&self) -> Option<u8> {
        self.code.number().and_then(whole).and_then(|number| u8::try_from(number).ok()).filter(|number| (1..=5).contains(number))
    }
}

/// A level of education.
#[derive(Debug, Deserialize)]
pub(super) struct Level {
    #[serde(default)]
    pub(super) code: Figure,
    pub(super) title: Needed,
    #[serde(default)]
    pub(super) percentage_of_respondents: Figure,
}

/// The tools of version 1.9: the section by itself, or within a report.
#[derive(Debug, Deserialize)]
pub(super) struct ToolsUsed {
    #[serde(default)]
    category: Part<List<ToolCategory>>,
    #[serde(default)]
    tools_used: Part<Box<ToolsUsed>>,
}

impl ToolsUsed {
    pub(super) fn categories(self, unreadable: impl Fn() -> CallError) -> Result<Vec<ToolCategory>, CallError> {
        let inner = self.tools_used.or_else(&unreadable)?.map(|inner| inner.category);
        let list = inner.unwrap_or(self.category).or_else(&unreadable)?;
        Ok(list.unwrap_or_default().0)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct ToolCategory {
    #[serde(default)]
    pub(super) title: Part<ToolTitle>,
    #[serde(default)]
    pub(super) example: Part<List<ToolExample>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ToolTitle {
    pub(super) id: Text,
    pub(super) name: Text,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct ToolExample {
    pub(super) name: Needed,
}
