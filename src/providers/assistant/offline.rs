//! The offline assistant.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Answered, Assistant, AssistantError, Draft, DraftRequest};
use crate::domain::{
    assist::{Drafter, Known, METHOD_VERSION, MODEL, Neighbours, Thresholds},
    values::FieldValue,
};

/// Drafts what the nearest occupations share. It needs no network, no key and no budget.
#[derive(Debug, Clone)]
pub struct OfflineAssistant {
    neighbours: Arc<Neighbours>,
    thresholds: Thresholds,
}

impl OfflineAssistant {
    /// An assistant over the occupations of a catalogue.
    pub fn new(neighbours: Arc<Neighbours>, thresholds: Thresholds) -> Self {
        Self { neighbours, thresholds }
    }

    fn one(drafter: &Drafter<'_>, request: &DraftRequest) -> Result<Draft, AssistantError> {
        if !request.field.ai_may_draft() {
            return Err(AssistantError::NotAllowed(request.field.key()));
        }
        let known = |near: &super::Neighbour| (near.code, near.weight, Arc::clone(&near.value));
        let values: Vec<_> = request.neighbours.iter().map(known).collect();
        let known: Vec<Known<'_>> = values.iter().map(|(code, weight, value)| Known { code: *code, weight: *weight, value }).collect();
        drafter
            .draft_without(request.field, request.basis, request.official.as_ref(), &request.rejected, &known)
            .filter(|draft| !says_what_was_rejected(request, &draft.value))
            .ok_or(AssistantError::NothingShared)
    }
}

/// What is no list has one answer only: once it was rejected there is no other.
fn says_what_was_rejected(request: &DraftRequest, value: &FieldValue) -> bool {
    match value {
        FieldValue::Education(education) => request.rejected.contains(&education.typical_level),
        FieldValue::WorkExperience(work) => request.rejected.contains(&work.typical),
        _ => false,
    }
}

#[async_trait]
impl Assistant for OfflineAssistant {
    fn name(&self) -> &'static str {
        super::name(super::Kind::Offline)
    }

    fn version(&self) -> &str {
        METHOD_VERSION
    }

    async fn draft(&self, requests: &[DraftRequest]) -> Vec<Result<Answered, AssistantError>> {
        let (assistant, requests) = (self.clone(), requests.to_vec());
        // It keeps a processor busy, which should not hold up requests.
        let drafting = tokio::task::spawn_blocking(move || {
            let drafter = Drafter::new(&assistant.neighbours, assistant.thresholds);
            let one = |request| Self::one(&drafter, request).map(|draft| Answered { draft, model: MODEL.to_owned() });
            requests.iter().map(one).collect()
        });
        match drafting.await {
            Ok(drafts) => drafts,
            Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
        }
    }
}
