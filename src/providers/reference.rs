//! Reference data as it is in force: the catalogue of occupations, the index to find them by, and the providers that
//! answer from the bundled tables.

use std::sync::{Arc, OnceLock};

use super::bundle::{BlsOews, BlsProjections, Bundle, BundleError, OnetDatabase};
use crate::{
    domain::{
        assist::Neighbours,
        facts::{Fact, Facts},
        fields::Field,
        occupation::Catalogue,
        precedence::Precedence,
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
    pub rows: u32,
}

/// Reference data, the same for everybody. It never changes: an import makes another one.
#[derive(Debug)]
pub struct Reference {
    /// All occupations.
    pub catalogue: Catalogue,
    search: OnceLock<SearchIndex>,
    neighbours: OnceLock<Arc<Neighbours>>,
    /// The providers that answer from the tables, without a network.
    pub bundled: Vec<Arc<dyn Provider>>,
    /// The tables.
    pub tables: Vec<TableInfo>,
    /// The tables as packed, for an import to be laid over.
    pub bundle: Arc<Bundle>,
}

impl Reference {
    /// What these tables say.
    pub fn over(bundle: Bundle) -> Result<Self, BundleError> {
        let bundle = Arc::new(bundle);
        let catalogue = bundle.catalogue()?;
        let table =
            |table: &super::bundle::PackedTable| TableInfo { name: table.name.clone(), release: table.release.clone(), rows: table.rows };
        Ok(Self {
            search: OnceLock::new(),
            neighbours: OnceLock::new(),
            bundled: vec![
                Arc::new(OnetDatabase::new(Arc::clone(&bundle))),
                Arc::new(BlsOews::new(Arc::clone(&bundle))?),
                Arc::new(BlsProjections::new(Arc::clone(&bundle))),
            ],
            tables: bundle.tables().map(table).collect(),
            catalogue,
            bundle,
        })
    }

    /// To find occupations by; made when it is first asked for.
    pub fn search(&self) -> &SearchIndex {
        self.search.get_or_init(|| SearchIndex::new(&self.catalogue))
    }

    /// To find the occupations nearest to one; made when it is first asked for, which takes a while.
    pub fn neighbours(&self) -> Arc<Neighbours> {
        Arc::clone(self.neighbours.get_or_init(|| Arc::new(Neighbours::new(&self.catalogue))))
    }

    /// Under which SOC code BLS publishes the wages of a code.
    pub fn wages_published_as(&self, code: SocCode) -> SocCode {
        self.bundle.references().oews.get(&code.soc()).copied().unwrap_or(code.soc())
    }

    /// The releases that the tables are from, each once, in alphabetical order.
    pub fn releases(&self) -> Vec<&str> {
        let distinct: std::collections::BTreeSet<_> = self.tables.iter().map(|table| table.release.as_str()).collect();
        distinct.into_iter().collect()
    }

    /// What the tables say of these occupations, whether or not anybody has asked yet. Nothing of it has been fetched, so
    /// it never becomes stale.
    pub async fn read(&self, codes: &[SocCode], precedence: &Precedence) -> Result<Vec<(SocCode, Knowledge)>, ProviderError> {
        self.read_fields(codes, &Field::ALL, precedence).await
    }

    /// The same of some fields alone.
    pub async fn read_fields(
        &self,
        codes: &[SocCode],
        fields: &[Field],
        precedence: &Precedence,
    ) -> Result<Vec<(SocCode, Knowledge)>, ProviderError> {
        let mut claims = vec![];
        for provider in &self.bundled {
            let fields: Vec<Field> = provider.fields().iter().copied().filter(|field| fields.contains(field)).collect();
            if !fields.is_empty() {
                claims.extend(provider.fetch(codes, &fields).await?.claims);
            }
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
            facts.push(Fact {
                field: claim.field,
                source: claim.source,
                provider,
                fetched_at: None,
                expires_at: None,
                layer,
                rejected: false,
            });
        }
        Ok(known.into_iter().map(|(code, facts)| (code, Knowledge::new(Facts::new(facts), precedence))).collect())
    }
}
