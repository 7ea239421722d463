//! The offline assistant.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Assistant, AssistantError, Draft, DraftRequest};
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
        "offline-assistant"
    }

    fn model(&self) -> &str {
        MODEL
    }

    fn version(&self) -> &str {
        METHOD_VERSION
    }

    async fn draft(&self, requests: &[DraftRequest]) -> Vec<Result<Draft, AssistantError>> {
        let drafter = Drafter::new(&self.neighbours, self.thresholds.clone());
        requests.iter().map(|request| Self::one(&drafter, request)).collect()
    }
}
