//! Ids: opaque, unique across types, and decided by what they name.

use async_graphql::ID;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::domain::{api_id::api_id, soc::SocCode, user_error::UserError};

/// What an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeId {
    Job(Uuid),
    Company(Uuid),
    Occupation(SocCode),
    EnrichmentRun(Uuid),
    Changeset(Uuid),
    BulkOperation(Uuid),
    SocReview(Uuid),
    ApiKey(Uuid),
    WebhookEndpoint(Uuid),
    WebhookDelivery(Uuid),
}

impl NodeId {
    /// What the id names; none for a text that is no id of ours.
    pub(super) fn parse(id: &ID) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(id.as_str()).ok()?;
        let (kind, key) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
        let uuid = || key.parse().ok();
        match kind {
            "Job" => Some(Self::Job(uuid()?)),
            "Company" => Some(Self::Company(uuid()?)),
            "Occupation" => Some(Self::Occupation(key.parse().ok()?)),
            "EnrichmentRun" => Some(Self::EnrichmentRun(uuid()?)),
            "Changeset" => Some(Self::Changeset(uuid()?)),
            "BulkOperation" => Some(Self::BulkOperation(uuid()?)),
            "SocReview" => Some(Self::SocReview(uuid()?)),
            "ApiKey" => Some(Self::ApiKey(uuid()?)),
            "WebhookEndpoint" => Some(Self::WebhookEndpoint(uuid()?)),
            "WebhookDelivery" => Some(Self::WebhookDelivery(uuid()?)),
            _ => None,
        }
    }

    /// The job that the id names.
    pub(super) fn job(id: &ID) -> Option<Uuid> {
        match Self::parse(id)? {
            Self::Job(id) => Some(id),
            _ => None,
        }
    }

    /// The review that the id names.
    pub(super) fn review(id: &ID) -> Option<Uuid> {
        match Self::parse(id)? {
            Self::SocReview(id) => Some(id),
            _ => None,
        }
    }

    /// The company that the id names.
    pub(super) fn company(id: &ID) -> Option<Uuid> {
        match Self::parse(id)? {
            Self::Company(id) => Some(id),
            _ => None,
        }
    }
}

/// The company that an input names in `company`, if it names one.
pub(super) fn named_company(id: Option<&ID>) -> Result<Option<Uuid>, UserError> {
    let read = |id| NodeId::company(id).ok_or_else(|| UserError::not_found("company", &["input", "company"]));
    id.map(read).transpose()
}

impl From<NodeId> for ID {
    fn from(id: NodeId) -> Self {
        match id {
            NodeId::Job(id) => api_id("Job", id),
            NodeId::Company(id) => api_id("Company", id),
            NodeId::Occupation(code) => api_id("Occupation", code),
            NodeId::EnrichmentRun(id) => api_id("EnrichmentRun", id),
            NodeId::Changeset(id) => api_id("Changeset", id),
            NodeId::BulkOperation(id) => api_id("BulkOperation", id),
            NodeId::SocReview(id) => api_id("SocReview", id),
            NodeId::ApiKey(id) => api_id("ApiKey", id),
            NodeId::WebhookEndpoint(id) => api_id("WebhookEndpoint", id),
            NodeId::WebhookDelivery(id) => api_id("WebhookDelivery", id),
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_back_and_anything_else_is_no_id() {
        let id = NodeId::Occupation("15-1252.00".parse().expect("a code"));
        assert_eq!(NodeId::parse(&id.into()), Some(id));
        for text in ["", "Job:1", "Sm9iOjE", "💥", &URL_SAFE_NO_PAD.encode("Task:1")] {
            assert_eq!(NodeId::parse(&text.into()), None);
        }
    }
}
