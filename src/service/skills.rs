//! What names of skills mean: those that a caller asks about, and those that were given with jobs.

use std::time::Duration;

use tokio::time::timeout;

use super::{Result, Service, input, reference::blocking};
use crate::{
    domain::{
        access::Principal,
        skills::{OtherName, SkillMapping},
    },
    providers::lightcast::{Mention, SkillKind},
};

/// The most names in one question, and of one job.
pub const SKILL_NAMES_MAX: usize = input::SKILLS_MAX;

/// How long a caller waits for Lightcast at most. Then the index's own answer is given.
const PATIENCE: Duration = Duration::from_secs(5);

/// How sure Lightcast has to be, 0 to 1: its own default.
const LEAST_CONFIDENCE: f64 = 0.5;

impl Service {
    /// What each of these names means in the release in force, in their order. For callers who are signed in, Lightcast is
    /// asked for other names of those that the index does not know, all of them in one call; when it is not configured, or does
    /// not answer, they stay unknown.
    pub async fn map_skills(&self, principal: &Principal, names: Vec<String>) -> Result<Vec<SkillMapping>> {
        input::skills(&names, &["names"])?;
        let mapped = self.mapped(names).await?;
        if principal.actor().is_some() { self.by_other_names(mapped).await } else { Ok(mapped) }
    }

    /// What names that were given with a job mean in the release in force. Nobody else is asked.
    pub async fn mapped(&self, names: Vec<String>) -> Result<Vec<SkillMapping>> {
        let reference = self.reference();
        blocking(move || Ok(reference.skills()?.map(&names))).await
    }

    async fn by_other_names(&self, mapped: Vec<SkillMapping>) -> Result<Vec<SkillMapping>> {
        let unknown: Vec<&str> = mapped.iter().filter(|mapping| is_unknown(mapping)).map(|mapping| mapping.input.as_str()).collect();
        let Some(mentions) = self.mentions(&unknown).await else { return Ok(mapped) };
        let reference = self.reference();
        blocking(move || {
            let (index, others) = (reference.skills()?.index(), mentions.into_iter().map(other_name).collect::<Vec<_>>());
            let again = |mapping| if is_unknown(&mapping) { index.map_by(&others, mapping) } else { mapping };
            Ok(mapped.into_iter().map(again).collect())
        })
        .await
    }

    /// What Lightcast finds in the names; none when nobody can be asked, or there is nothing to ask.
    async fn mentions(&self, names: &[&str]) -> Option<Vec<Mention>> {
        let source = self.upstreams.skills().filter(|_| !names.is_empty())?;
        match timeout(PATIENCE, source.mentions(&names.join("\n"), LEAST_CONFIDENCE)).await {
            Ok(Ok(found)) => Some(found),
            Ok(Err(error)) => {
                tracing::debug!("skills are mapped without other names: {error}");
                None
            }
            Err(_) => {
                tracing::debug!("skills are mapped without other names: no answer in {} s", PATIENCE.as_secs());
                None
            }
        }
    }
}

fn is_unknown(mapping: &SkillMapping) -> bool {
    mapping.element.is_none() && !mapping.generic
}

fn other_name(mention: Mention) -> OtherName {
    let common = mention.skill.kind == Some(SkillKind::Common);
    OtherName { words: mention.words, name: mention.skill.name, confidence: mention.confidence, common }
}
