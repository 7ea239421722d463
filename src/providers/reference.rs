//! Reference data as it is in force: the catalogue of occupations, the index to find them by, and the providers that
//! answer from the bundled tables.

use std::sync::Arc;

use crate::{
    domain::{
        facts::{Fact, Facts},
        fields::Field,
        occupation::Catalogue,
        profile::Knowledge,
        provenance::Layer,
        search::SearchIndex,
        soc::SocCode,
    },
    providers::{Provider, ProviderError},
};

/// A table of reference data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableInfo {
    /// The table's name.
    pub name: String,
    /// Its release.
    pub release: String,
    /// How many rows it has.
    pub rows: usize,
}

/// Reference data, the same for everybody. It never changes: an import makes another one.
#[derive(Debug)]
pub struct Reference {
    /// All occupations.
    pub catalogue: Catalogue,
    /// To find them by.
    pub search: SearchIndex,
    /// The providers that answer from the tables, without a network.
    pub bundled: Vec<Arc<dyn Provider>>,
    /// The tables.
    pub tables: Vec<TableInfo>,
}

impl Reference {
    /// What the tables say of these occupations, whether or not anybody has asked yet. Nothing of it has been fetched, so
    /// it never becomes stale.
    pub async fn read(&self, codes: &[SocCode]) -> Result<Vec<(SocCode, Knowledge)>, ProviderError> {
        let mut claims = vec![];
        for provider in &self.bundled {
            let fields: Vec<Field> = provider.fields().to_vec();
            claims.extend(provider.fetch(codes, &fields).await?.claims);
        }
        let mut known: Vec<(SocCode, Vec<Fact>)> = codes.iter().map(|code| (*code, vec![])).collect();
        for claim in claims {
            let Some((_, facts)) = known.iter_mut().find(|(code, _)| *code == claim.code) else { continue };
            let provider: Arc<str> = claim.provider.into();
            let layer = claim.value.filter(|value| !value.is_empty()).map(|value| Layer {
                source: claim.source,
                provider: Arc::clone(&provider),
                release: claim.release.map(Into::into),
                value: Arc::new(value),
                inherited_from: Some(claim.code),
                derivation: claim.derivation,
                fetched_at: None,
                expires_at: None,
                ai: None,
                approval: None,
                over: None,
            });
            facts.push(Fact { field: claim.field, provider, fetched_at: None, expires_at: None, layer });
        }
        Ok(known.into_iter().map(|(code, facts)| (code, Knowledge::new(Facts::new(facts)))).collect())
    }
}
