//! Layers, and the profile that they make when laid over each other.
//!
//! Custom lies over official, official over AI. Within one rank the provider that the field prefers wins, then the newer
//! fetch; names break what ties remain, so that the order in which layers arrive never matters.

use std::{cmp::Ordering, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::{
    access::Actor,
    fields::Field,
    freshness,
    overrides::{Diff, Override},
    precedence::Precedence,
    soc::SocCode,
    values::FieldValue,
};

mod explanation;
mod override_layer;

pub use override_layer::{Edits, OverrideLayer, OverrideMode};

/// Who produced a value. Approving, copying or restoring a value never changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Source {
    /// O*NET, by the U.S. Department of Labor.
    Onet,
    /// The U.S. Bureau of Labor Statistics.
    Bls,
    /// Drafted by an assistant.
    Ai,
    /// A company's own, or a platform admin's.
    Custom,
}

impl Source {
    /// All sources.
    pub const ALL: [Self; 4] = [Self::Onet, Self::Bls, Self::Ai, Self::Custom];

    /// The name in the API and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Onet => "ONET",
            Self::Bls => "BLS",
            Self::Ai => "AI",
            Self::Custom => "CUSTOM",
        }
    }

    /// The source of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }

    /// The place in the order of precedence: 0 wins.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Custom => 0,
            Self::Onet | Self::Bls => 1,
            Self::Ai => 2,
        }
    }
}

/// How a provider came to a value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Derivation {
    /// The provider's own figures for just this code.
    #[default]
    Direct,
    /// Chosen from the occupation's tasks, see [`crate::domain::responsibilities`].
    Chosen {
        /// How many tasks there were to choose from: its core tasks, or all where none is classed as core.
        of: usize,
    },
    /// Put together from an "All Other" code's detailed occupations.
    RolledUp {
        /// The occupations.
        from: Vec<SocCode>,
    },
    /// Put together from the occupations that a publication code stands for.
    Combined {
        /// The occupations.
        from: Vec<SocCode>,
    },
    /// Published for a group that the code belongs to.
    PublishedFor {
        /// The group's code.
        code: SocCode,
    },
}

/// What an assistant says of a value that it drafted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AiDraft {
    /// The model.
    pub model: String,
    /// The version of the prompt.
    pub prompt_version: String,
    /// 0 to 1.
    pub confidence: f64,
    /// When it was drafted.
    pub generated_at: DateTime<Utc>,
    /// The keys of what it was drafted from.
    pub based_on: Vec<String>,
}

/// A person's word on an AI value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who approved.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub note: Option<String>,
}

/// What one source knows about one field of one occupation or job.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Who produced the value.
    pub source: Source,
    /// Through whom it reached us: a provider's name, an assistant's, or the company's.
    pub provider: Arc<str>,
    /// The release of the data.
    pub release: Option<Arc<str>>,
    /// The value. Empty only in a layer that blanks the field.
    pub value: Arc<FieldValue>,
    /// The occupation whose value it is, when it is one's.
    pub inherited_from: Option<SocCode>,
    /// How the provider came to it.
    pub derivation: Derivation,
    /// When it was fetched; none when it was read straight from the bundled data.
    pub fetched_at: Option<DateTime<Utc>>,
    /// From when on it is stale.
    pub expires_at: Option<DateTime<Utc>>,
    /// AI only.
    pub ai: Option<AiDraft>,
    /// AI only.
    pub approval: Option<Approval>,
    /// Custom only.
    pub over: Option<OverrideLayer>,
}

impl Layer {
    /// True when it is time to fetch it again.
    pub fn is_stale(&self, now: DateTime<Utc>) -> bool {
        freshness::is_stale(self.expires_at, now)
    }

    /// True for a layer that says "deliberately empty".
    pub fn is_blank(&self) -> bool {
        self.over.as_ref().is_some_and(|over| over.mode == OverrideMode::Blank)
    }

    fn fills(&self) -> bool {
        self.is_blank() || !self.value.is_empty()
    }

    /// What decides between layers: the lesser one wins.
    fn compare(&self, other: &Self, field: Field, precedence: &Precedence) -> Ordering {
        let place = |layer: &Self| precedence.place(field, &layer.provider);
        (self.source.rank().cmp(&other.source.rank()))
            .then_with(|| place(self).cmp(&place(other)))
            .then_with(|| other.fetched_at.cmp(&self.fetched_at))
            .then_with(|| self.provider.cmp(&other.provider))
            .then_with(|| other.release.cmp(&self.release))
            .then_with(|| self.source.cmp(&other.source))
            .then_with(|| self.over.as_ref().map(|over| over.mode).cmp(&other.over.as_ref().map(|over| over.mode)))
            .then_with(|| self.value.digest().cmp(&other.value.digest()))
    }
}

/// One field of a job: the layers that have a value, the effective one first.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldProfile {
    field: Field,
    layers: Vec<Layer>,
    over: Option<Arc<Override>>,
    seen_at: Option<DateTime<Utc>>,
}

impl FieldProfile {
    /// Lays the layers over each other. Layers without a value are left out.
    pub fn new(field: Field, layers: impl IntoIterator<Item = Layer>, precedence: &Precedence) -> Self {
        let mut layers: Vec<_> = layers.into_iter().filter(Layer::fills).collect();
        layers.sort_by(|a, b| a.compare(b, field, precedence));
        Self { field, layers, over: None, seen_at: None }
    }

    /// Lays an override over them. `owner` is the company's name, or the platform's. The override holds even where it
    /// has nothing to show, see [`Override::to_layer`].
    #[must_use]
    pub fn overridden(mut self, over: Arc<Override>, owner: &Arc<str>) -> Self {
        let layer = over.to_layer(owner, self.base());
        self.layers.splice(0..0, layer);
        self.over = Some(over);
        self
    }

    /// The same as it was at a moment that is past.
    #[must_use]
    pub fn as_of(mut self, at: DateTime<Utc>) -> Self {
        self.seen_at = Some(at);
        self
    }

    /// The moment at which it was so; none for what holds now.
    pub fn seen_at(&self) -> Option<DateTime<Utc>> {
        self.seen_at
    }

    /// Which field it is.
    pub fn field(&self) -> Field {
        self.field
    }

    /// The layers, the effective one first.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The layer that won; none when the field is a gap.
    pub fn effective(&self) -> Option<&Layer> {
        self.layers.first()
    }

    /// The value under a company's override: what the field would be without it.
    pub fn base(&self) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.source != Source::Custom)
    }

    /// The field without its override.
    #[must_use]
    pub fn without_override(&self) -> Self {
        let below = self.layers.iter().filter(|layer| layer.source != Source::Custom);
        Self { field: self.field, layers: below.cloned().collect(), over: None, seen_at: self.seen_at }
    }

    /// The override that holds.
    pub fn over(&self) -> Option<&Arc<Override>> {
        self.over.as_ref()
    }

    /// True when an override holds.
    pub fn is_overridden(&self) -> bool {
        self.over.is_some()
    }

    /// True when the field is overridden and the value underneath is another now than when the override was made.
    pub fn is_drifted(&self) -> bool {
        self.over.as_ref().is_some_and(|over| over.base.digest != self.base().map(|base| base.value.digest()))
    }

    /// What the override changes, and what has changed under it.
    pub fn diff(&self) -> Option<Diff> {
        Some(self.over.as_ref()?.diff(self.base().map(|base| &*base.value)))
    }

    /// Who produced the item of that key of the effective value: a patched list mixes sources.
    pub fn source_of(&self, key: &str) -> Source {
        let Some(winner) = self.effective() else { return Source::Custom };
        match (&self.over, self.base()) {
            (Some(over), Some(base)) if winner.source == Source::Custom && !over.owns(key) => base.source,
            _ => winner.source,
        }
    }

    /// One sentence: why the effective layer won.
    pub fn explanation(&self) -> Option<String> {
        self.effective().map(|winner| explanation::explain(self.field, winner, &self.layers))
    }

    /// Why the layer at `index` stands where it stands.
    pub fn explanation_of(&self, index: usize) -> Option<String> {
        let layer = self.layers.get(index)?;
        Some(if index == 0 {
            explanation::explain(self.field, layer, &self.layers)
        } else {
            explanation::explain_below(layer, &self.layers[0])
        })
    }
}

#[cfg(test)]
mod tests;
