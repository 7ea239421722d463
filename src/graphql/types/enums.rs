//! Enums. Each is the domain's, under the contract's name.

use async_graphql::Enum;

use crate::domain::{
    access, bulk, event, fields, fields::job_fields, filter, job, provenance, provider_state, run, skills, soc::review, user_error, values,
    webhooks,
};

macro_rules! define_enum {
    ($($(#[doc = $doc:literal])+ $variant:ident $method:ident $wire:literal $key:literal $value:ident [$($provider:literal),+] $ai:ident,)+) => {
        /// The provenance-tracked fields of a job.
        #[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
        #[graphql(remote = "fields::Field")]
        pub(crate) enum JobField {
            $($(#[doc = $doc])+ $variant,)+
        }
    };
}
job_fields!(define_enum);

/// What kind of job.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "job::JobKind")]
pub(crate) enum JobKind {
    /// An occupation offered to everybody.
    Occupation,
    /// One company's own role.
    FeaturedRole,
}

/// The kinds of events.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "event::EventKind")]
pub(crate) enum EventType {
    /// A job was created.
    JobCreated,
    /// A job itself was changed.
    JobUpdated,
    /// A job was deleted.
    JobDeleted,
    /// The official or drafted values of a job changed.
    JobEnriched,
    /// A field of a job was overridden, restored or rebased.
    FieldChanged,
    /// The SOC code of a job was approved.
    SocApproved,
    /// The approval of a job's SOC code was taken back.
    SocReopened,
    /// A bulk operation is over.
    BulkFinished,
}

/// How far a delivery is.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "webhooks::DeliveryStatus")]
pub(crate) enum DeliveryStatus {
    /// It is to be sent, or to be sent again.
    Pending,
    /// It was taken.
    Delivered,
    /// It was given up, after its last try.
    Failed,
}

/// Who produced a value. Approving, copying or restoring a value never changes it.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "provenance::Source")]
pub(crate) enum DataSource {
    /// O*NET, by the U.S. Department of Labor.
    Onet,
    /// The U.S. Bureau of Labor Statistics.
    Bls,
    /// Drafted by an assistant.
    Ai,
    /// A company's own, or a platform admin's.
    Custom,
}

/// How far the SOC code of a job is settled.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "job::SocStatus")]
pub(crate) enum SocStatus {
    /// No code.
    Unassigned,
    /// A code that nobody has looked at; nothing is inherited from it.
    Proposed,
    /// Somebody is looking at it.
    InReview,
    /// Settled and locked: the job inherits the occupation's data.
    Approved,
}

/// Who ranked candidates for a SOC code.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "review::RankedBy")]
pub(crate) enum SocRanker {
    /// The ranker that is built in: no key, no network, the same answer every time.
    Offline,
    /// An assistant, among the candidates of the ranker that is built in.
    Ai,
}

/// How far a review of a job's SOC code is.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "review::ReviewStatus")]
pub(crate) enum SocReviewStatus {
    /// It waits for a person.
    Pending,
    /// A code was approved in it.
    Approved,
    /// It ended without a code.
    Rejected,
    /// Another review took its place, because the job changed or somebody asked for one.
    Superseded,
}

/// What kind of element a name of a skill means.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "skills::ElementKind")]
pub(crate) enum SkillKind {
    /// A skill: stands in `skills`.
    Skill,
    /// A knowledge area: stands in `knowledge`.
    Knowledge,
    /// An ability: stands in `abilities`.
    Ability,
    /// A tool or technology, or a class of them: stands in `toolsAndTechnology`.
    Technology,
}

/// O*NET's classes of tasks.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "values::TaskType")]
pub(crate) enum TaskType {
    /// Critical to the occupation.
    Core,
    /// Less relevant or less important than core tasks.
    Supplemental,
    /// Emerging, or not yet rated.
    New,
}

/// What kind of thing a tool is.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "values::ToolKind")]
pub(crate) enum ToolKind {
    /// A machine, tool or piece of equipment.
    Tool,
    /// Software or information technology.
    Technology,
}

/// How employment changes, compared to the average of all occupations: the categories of BLS's Occupational Outlook
/// Handbook for the projections 2024–34.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "values::GrowthCategory")]
pub(crate) enum GrowthCategory {
    /// Falls by 1 % or more.
    Decline,
    /// Neither grows nor falls by 1 %.
    LittleOrNoChange,
    /// Grows by 1 or 2 %.
    SlowerThanAverage,
    /// Grows by 3 or 4 %.
    Average,
    /// Grows by 5 or 6 %.
    FasterThanAverage,
    /// Grows by 7 % or more.
    MuchFasterThanAverage,
}

/// How an override changes a field.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "provenance::OverrideMode")]
pub(crate) enum OverrideMode {
    /// A whole value.
    Replace,
    /// Edits on the official list, which keeps following its updates.
    Patch,
    /// Deliberately empty.
    Blank,
}

/// How far a run is.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "run::RunStatus")]
pub(crate) enum RunStatus {
    /// Waiting.
    Queued,
    /// Under way.
    Running,
    /// Done, every field has an answer.
    Complete,
    /// Done, some fields could not be asked for.
    Partial,
    /// Done, nothing could be asked for.
    Failed,
    /// Called off.
    Cancelled,
}

/// What a bulk operation does.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "bulk::BulkKind")]
pub(crate) enum BulkKind {
    /// Overrides fields.
    Override,
    /// Copies one job's overrides to others.
    Copy,
    /// Restores fields.
    Restore,
    /// Approves SOC codes.
    ApproveSoc,
    /// Undoes a changeset.
    Revert,
}

/// What came of asking for one field of one job.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "run::OutcomeKind")]
pub(crate) enum OutcomeKind {
    /// The field was a gap, and has an official value now.
    Filled,
    /// The value is what it was.
    Unchanged,
    /// The value is another than before.
    Refreshed,
    /// An assistant drafted a value.
    Supplemented,
    /// Every configured provider answered, and none has it.
    NotAvailable,
    /// A provider that might have it could not be asked.
    Failed,
}

/// Kinds of actors.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "access::ActorKind")]
pub(crate) enum ActorKind {
    /// A person.
    User,
    /// A partner's program.
    ApiKey,
    /// The service itself.
    System,
}

/// The kind of a user error.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "user_error::UserErrorCode")]
pub(crate) enum UserErrorCode {
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// The input breaks a rule that the message names.
    Invalid,
    /// Somebody else changed the thing meanwhile, or has the name already.
    Conflict,
    /// The thing is settled; it has to be reopened first.
    Locked,
    /// The caller may not do that.
    Forbidden,
    /// More than is allowed at once.
    LimitExceeded,
    /// It was done before.
    AlreadyDone,
    /// Something failed inside, at one of many things that were asked for together.
    Internal,
}

/// What jobs are sorted by.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "filter::JobOrderKey")]
pub(crate) enum JobOrderField {
    /// The title, whatever its case.
    Title,
    /// When they were created.
    CreatedAt,
    /// When they were changed last.
    UpdatedAt,
}

/// Which way a list is sorted.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrderDirection {
    /// The least first.
    Asc,
    /// The greatest first.
    Desc,
}

/// Whether calls to a provider are let through.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "provider_state::Circuit")]
pub(crate) enum CircuitState {
    /// Let through.
    Closed,
    /// Held back, because calls have been failing.
    Open,
    /// One is let through, to try.
    HalfOpen,
}
