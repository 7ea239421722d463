//! What is wanted of the assistant, and all that it may use for it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{answers::Answers, drafts::Look};
use crate::{
    domain::{
        access::Audience,
        assist::Basis,
        coverage::Drafting,
        facts::Subject,
        fields::Field,
        freshness,
        profile::Knowledge,
        provenance::{Derivation, Layer, Source},
        soc::SocCode,
        values::FieldValue,
    },
    loaders::{KnowledgeKey, Loaders},
    providers::assistant::{DraftRequest, Neighbour},
    service::{Result, Service, reference::blocking},
    store::{DraftKey, KnownDraft},
};

/// One field of one occupation or role that is to be drafted.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) look: Look,
    pub(super) field: Field,
    /// The official value where it is thin.
    official: Option<FieldValue>,
    /// The draft that is there.
    pub(super) current: Option<Uuid>,
}

/// The official values that are known, and those that were just answered.
struct Official<'a> {
    known: HashMap<SocCode, Arc<Knowledge>>,
    answered: HashMap<(SocCode, Field, &'static str), Option<&'a FieldValue>>,
}

/// The nearest occupations of one, and by what they were found.
type Near = (Basis, Vec<(SocCode, f64)>);

/// What occupations say themselves.
type OwnValues = HashMap<(SocCode, Field), Arc<FieldValue>>;

impl Service {
    /// What is to be drafted; and the drafts over which official data has come, once they are stale.
    pub(super) async fn wishes(&self, looks: &[Look], answers: &Answers) -> Result<(Vec<Wish>, Vec<(DraftKey, Uuid)>)> {
        let subjects: Vec<Subject> = looks.iter().map(|look| look.subject).collect();
        let official = self.official(&subjects, answers).await?;
        let drafts = self.store.known_drafts(&subjects).await?;
        let (mut wishes, mut shadowed) = (vec![], vec![]);
        let (now, drafting) = (self.clock.now(), self.drafting());
        for look in looks {
            // Who could not be asked may have it: that is waited for.
            let open = |field: &Field| field.ai_may_draft() && !answers.failed(look.subject, *field);
            for field in look.fields.iter().copied().filter(open) {
                let (key, value) = ((look.subject, field), official.of(look.subject, field, self.store.precedence()));
                let current = drafts.get(&key);
                if !self.thresholds().is_thin(field, value) {
                    let stale = current.filter(|draft| freshness::is_stale(draft.expires_at, now));
                    shadowed.extend(stale.map(|draft| (key, draft.id)));
                } else if drafting == Drafting::On && asks(current, look.force, now) {
                    let current = current.map(|draft| draft.id);
                    wishes.push(Wish { look: look.clone(), field, official: value.cloned(), current });
                }
            }
        }
        Ok((wishes, shadowed))
    }

    async fn official<'a>(&self, subjects: &[Subject], answers: &'a Answers) -> Result<Official<'a>> {
        let codes: Vec<SocCode> = subjects.iter().filter_map(|subject| code(*subject)).collect();
        let asked: Vec<SocCode> = self.store.fact_versions(&codes).await?.into_keys().collect();
        // At the beginning of time nothing is stale: what is read here need not be queued.
        let at = DateTime::<Utc>::MIN_UTC;
        let loaders = Loaders::new(self.store.clone(), Audience::Platform, self.reference(), self.known.clone(), at);
        let known = loaders.many(asked.into_iter().map(KnowledgeKey)).await?;
        Ok(Official {
            known: known.into_iter().map(|(key, knowledge)| (key.0, knowledge)).collect(),
            answered: answers.claims.iter().map(|claim| ((claim.code, claim.field, claim.provider), claim.value.as_ref())).collect(),
        })
    }

    /// All that the assistant may use for these.
    pub(super) async fn draft_requests(&self, wishes: &[Wish]) -> Result<Vec<DraftRequest>> {
        let near = self.near(wishes).await?;
        let codes: BTreeSet<SocCode> = near.values().flat_map(|(_, near)| near.iter().map(|(code, _)| *code)).collect();
        let fields: BTreeSet<Field> = wishes.iter().map(|wish| wish.field).collect();
        let values = self.own_values(&codes.into_iter().collect::<Vec<_>>(), &fields.into_iter().collect::<Vec<_>>()).await?;
        let subjects: Vec<Subject> = near.keys().copied().collect();
        let mut rejected = self.store.rejected_keys(&subjects).await?;
        let reference = self.reference();
        let title = |code: SocCode| reference.catalogue.get(code).map(|occupation| Arc::clone(&occupation.title)).unwrap_or_default();
        let request = |wish: &Wish| {
            let (basis, near) = near.get(&wish.look.subject).map_or((Basis::Text, &[][..]), |(basis, near)| (*basis, near.as_slice()));
            let neighbour = |(code, weight): &(SocCode, f64)| {
                let value = Arc::clone(values.get(&(*code, wish.field))?);
                Some(Neighbour { code: *code, title: title(*code), weight: *weight, value })
            };
            DraftRequest {
                company: wish.look.company,
                field: wish.field,
                title: wish.look.title.clone(),
                description: wish.look.description.clone(),
                basis,
                official: wish.official.clone(),
                rejected: rejected.remove(&(wish.look.subject, wish.field)).unwrap_or_default(),
                neighbours: near.iter().filter_map(neighbour).collect(),
            }
        };
        Ok(wishes.iter().map(request).collect())
    }

    /// The occupations nearest to each.
    async fn near(&self, wishes: &[Wish]) -> Result<BTreeMap<Subject, Near>> {
        let reference = self.reference();
        let looks: BTreeMap<Subject, Look> = wishes.iter().map(|wish| (wish.look.subject, wish.look.clone())).collect();
        blocking(move || {
            let neighbours = reference.neighbours();
            let near = |look: &Look| match look.subject {
                Subject::Occupation(code) => (neighbours.basis(code), neighbours.of(code)),
                Subject::Job(_) => (Basis::Text, neighbours.of_text(&look.title, &look.description)),
            };
            Ok(looks.iter().map(|(subject, look)| (*subject, near(look))).collect())
        })
        .await
    }

    /// What these occupations say themselves: facts where anybody has asked about them, else what the bundled tables say.
    /// Nothing that was put together from others, for these may be neighbours too.
    async fn own_values(&self, codes: &[SocCode], fields: &[Field]) -> Result<OwnValues> {
        let precedence = self.store.precedence();
        let asked = self.store.fact_versions(codes).await?;
        let (asked, unasked): (Vec<SocCode>, Vec<SocCode>) = codes.iter().partition(|code| asked.contains_key(code));
        let mut values = OwnValues::new();
        for (code, facts) in self.store.facts_of_fields(&asked, fields).await? {
            add_own(&mut values, code, &Knowledge::new(facts, precedence), fields);
        }
        for (code, knowledge) in self.reference().read_fields(&unasked, fields, precedence).await? {
            add_own(&mut values, code, &knowledge, fields);
        }
        Ok(values)
    }
}

fn add_own(values: &mut OwnValues, code: SocCode, knowledge: &Knowledge, fields: &[Field]) {
    let own = |layer: &&Layer| is_official(layer) && matches!(layer.derivation, Derivation::Direct | Derivation::Chosen { .. });
    let found = |field: &Field| Some(((code, *field), Arc::clone(&knowledge.field(*field).layers().iter().find(own)?.value)));
    values.extend(fields.iter().filter_map(found));
}

fn is_official(layer: &Layer) -> bool {
    matches!(layer.source, Source::Onet | Source::Bls)
}

fn code(subject: Subject) -> Option<SocCode> {
    if let Subject::Occupation(code) = subject { Some(code) } else { None }
}

/// Whether the assistant is asked, when this is what is there.
fn asks(current: Option<&KnownDraft>, force: bool, now: DateTime<Utc>) -> bool {
    match current {
        None => true,
        Some(draft) if draft.digest.is_some() && draft.word.is_some() => false,
        Some(draft) => force || freshness::is_stale(draft.expires_at, now),
    }
}

impl Official<'_> {
    /// The official value that wins.
    fn of(&self, subject: Subject, field: Field, precedence: &crate::domain::precedence::Precedence) -> Option<&FieldValue> {
        let code = code(subject)?;
        let known = self.known.get(&code).map(|knowledge| knowledge.field(field).layers()).unwrap_or_default();
        let stored = |provider: &str| known.iter().find(|layer| &*layer.provider == provider).map(|layer| &*layer.value);
        let told = |provider: &'static str| match self.answered.get(&(code, field, provider)) {
            Some(answer) => answer.filter(|value| !value.is_empty()),
            None => stored(provider),
        };
        let others = || known.iter().find(|layer| is_official(layer) && precedence.place(field, &layer.provider) == usize::MAX);
        precedence.of(field).iter().find_map(|provider| told(provider)).or_else(|| others().map(|layer| &*layer.value))
    }
}
