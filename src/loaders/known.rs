//! What is known of occupations, kept in memory as long as it is current.
//!
//! Every change of an occupation's facts raises its version in the same transaction. A request asks for the versions
//! first (one small statement) and takes from memory what has the same one, so that it never answers anything older than
//! the database had when it began, whichever replica wrote it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::dataloader::Loader;
use moka::sync::Cache;

use super::{LoadError, Reader};
use crate::{
    domain::{profile::Knowledge, soc::SocCode, values::FieldValue},
    providers::reference::Reference,
};

/// Knowledge of occupations in memory, bounded by an estimate of its bytes.
#[derive(Debug, Clone)]
pub struct KnowledgeCache {
    kept: Cache<SocCode, Entry>,
    seen_stale: Arc<Mutex<BTreeSet<SocCode>>>,
}

#[derive(Debug, Clone)]
struct Entry {
    origin: Origin,
    knowledge: Arc<Knowledge>,
}

/// What an entry was made from: it is current as long as that is what is in force.
#[derive(Debug, Clone)]
enum Origin {
    /// This version of the facts in the database.
    Facts(i64),
    /// These reference tables; nobody has asked about the occupation yet.
    Reference(Arc<Reference>),
}

impl KnowledgeCache {
    /// An empty cache of about that many bytes.
    pub fn new(bytes: u64) -> Self {
        let weigh = |_: &SocCode, entry: &Entry| {
            entry.knowledge.facts().iter().filter_map(|fact| fact.layer.as_ref()).map(|layer| weight(&layer.value)).sum()
        };
        Self { kept: Cache::builder().max_capacity(bytes).weigher(weigh).build(), seen_stale: Arc::default() }
    }

    /// The occupations whose facts were answered although they are stale, since this was asked last.
    pub fn take_seen_stale(&self) -> Vec<SocCode> {
        std::mem::take(&mut *self.seen_stale.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }

    fn note_stale(&self, code: SocCode) {
        self.seen_stale.lock().unwrap_or_else(PoisonError::into_inner).insert(code);
    }

    fn current(&self, code: SocCode, version: Option<i64>, reference: &Arc<Reference>) -> Option<Arc<Knowledge>> {
        let entry = self.kept.get(&code)?;
        let current = match (&entry.origin, version) {
            (Origin::Facts(kept), Some(version)) => *kept == version,
            (Origin::Reference(kept), None) => Arc::ptr_eq(kept, reference),
            _ => false,
        };
        current.then_some(entry.knowledge)
    }
}

/// About how many bytes a value takes in memory.
fn weight(value: &FieldValue) -> u32 {
    let (items, bytes) = match value {
        FieldValue::TextList(list) => (list.0.len(), 160),
        FieldValue::TaskList(list) => (list.0.len(), 320),
        FieldValue::ToolList(list) => (list.0.len(), 280),
        FieldValue::RatedElementList(list) => (list.0.len(), 320),
        FieldValue::Education(education) => (education.distribution.len() + 1, 120),
        FieldValue::WorkExperience(_) | FieldValue::Outlook(_) => (1, 240),
        FieldValue::Wages(wages) => (wages.0.len(), 240),
    };
    u32::try_from(items * bytes + 256).unwrap_or(u32::MAX)
}

/// What is known of an occupation, by its canonical code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KnowledgeKey(pub SocCode);

impl Loader<KnowledgeKey> for Reader {
    type Value = Arc<Knowledge>;
    type Error = LoadError;

    async fn load(&self, keys: &[KnowledgeKey]) -> Result<HashMap<KnowledgeKey, Self::Value>, LoadError> {
        let codes: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(self.knowledge(&codes).await?.into_iter().map(|(code, knowledge)| (KnowledgeKey(code), knowledge)).collect())
    }
}

impl Reader {
    /// What is known of these occupations: the facts of those that somebody has asked about, and what the reference
    /// tables say of the others.
    pub(super) async fn knowledge(&self, codes: &[SocCode]) -> Result<HashMap<SocCode, Arc<Knowledge>>, LoadError> {
        let (mut found, mut unasked) = self.facts(codes).await?;
        unasked.retain(|code| match self.known.current(*code, None, &self.reference) {
            Some(knowledge) => found.insert(*code, knowledge).is_some(),
            None => true,
        });
        if !unasked.is_empty() {
            for (code, knowledge) in self.reference.read(&unasked, self.store.precedence()).await? {
                found.insert(code, self.keep(code, Origin::Reference(Arc::clone(&self.reference)), knowledge));
            }
        }
        Ok(found)
    }

    /// The facts of those of these occupations that somebody has asked about, and the other occupations. Jobs inherit
    /// nothing else, so that filters and reports, which the database answers, agree with what a job answers.
    pub(super) async fn facts(&self, codes: &[SocCode]) -> Result<(HashMap<SocCode, Arc<Knowledge>>, Vec<SocCode>), LoadError> {
        if codes.is_empty() {
            return Ok((HashMap::new(), vec![]));
        }
        let versions = self.store.fact_versions(codes).await?;
        let mut found = HashMap::with_capacity(codes.len());
        let (mut stored, mut unasked) = (vec![], vec![]);
        for code in codes {
            let Some(version) = versions.get(code) else {
                unasked.push(*code);
                continue;
            };
            match self.known.current(*code, Some(*version), &self.reference) {
                Some(knowledge) => drop(found.insert(*code, knowledge)),
                None => stored.push(*code),
            }
        }
        for (code, facts) in self.store.facts_of_occupations(&stored).await? {
            let origin = Origin::Facts(versions.get(&code).copied().unwrap_or_default());
            found.insert(code, self.keep(code, origin, Knowledge::new(facts, self.store.precedence())));
        }
        for (code, _) in found.iter().filter(|(_, knowledge)| knowledge.is_stale(self.now)) {
            self.known.note_stale(*code);
        }
        Ok((found, unasked))
    }

    fn keep(&self, code: SocCode, origin: Origin, knowledge: Knowledge) -> Arc<Knowledge> {
        let knowledge = Arc::new(knowledge);
        self.known.kept.insert(code, Entry { origin, knowledge: Arc::clone(&knowledge) });
        knowledge
    }
}
