//! A job as history keeps it, and undoing a change of one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{
    access::Actor,
    job::{Job, JobKind, SocStatus},
    soc::SocCode,
};

/// The properties of a job, without its fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobRecord {
    slug: String,
    kind: JobKind,
    title: String,
    description: Option<String>,
    company: Option<Uuid>,
    soc_code: Option<SocCode>,
    soc_status: SocStatus,
    #[serde(default)]
    soc_approved_by: Option<Actor>,
    #[serde(default)]
    soc_approved_at: Option<DateTime<Utc>>,
    published: bool,
    version: i32,
}

impl From<&Job> for JobRecord {
    fn from(job: &Job) -> Self {
        Self {
            slug: job.slug.clone(),
            kind: job.kind,
            title: job.title.clone(),
            description: job.description.clone(),
            company: job.company_id,
            soc_code: job.soc_code,
            soc_status: job.soc_status,
            soc_approved_by: job.soc_approved_by.clone(),
            soc_approved_at: job.soc_approved_at,
            published: job.published,
            version: job.version,
        }
    }
}

impl JobRecord {
    /// True when they differ in nothing but the version, which grows with every new fact, and in whether a code that is not
    /// approved is in review, which it is before long.
    pub fn is_same_but_for_version(&self, other: &Self) -> bool {
        let soc_status = if self.soc() == other.soc() { self.soc_status } else { other.soc_status };
        *self == Self { version: self.version, soc_status, ..other.clone() }
    }

    /// True while a review of the job's code is pending.
    pub fn is_in_review(&self) -> bool {
        self.soc_status == SocStatus::InReview
    }

    /// True when the job has that code, or none either.
    pub fn has_code(&self, code: Option<SocCode>) -> bool {
        self.soc_code == code
    }

    /// The code, and whether it is approved.
    fn soc(&self) -> (Option<SocCode>, bool) {
        (self.soc_code, self.soc_status == SocStatus::Approved)
    }

    /// How far this code is settled once it is put back in the place of one that is settled so far: a review that is pending
    /// stays so, and one that an approval has ended is pending again.
    fn put_back(&self, now: SocStatus) -> SocStatus {
        match (self.soc_status, now) {
            (SocStatus::Approved, _) => SocStatus::Approved,
            (_, SocStatus::InReview) | (SocStatus::InReview, SocStatus::Approved) => SocStatus::InReview,
            _ if self.soc_code.is_some() => SocStatus::Proposed,
            _ => SocStatus::Unassigned,
        }
    }
}

/// What is to be done to a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Undoing {
    /// Nothing: the change did not touch it, or it is what it was already.
    Nothing,
    /// Give it its value back.
    PutBack,
    /// It was changed again since.
    Conflict,
}

fn undoing<T: PartialEq>(was: &T, became: &T, is: &T) -> Undoing {
    match () {
        () if was == became || is == was => Undoing::Nothing,
        () if is == became => Undoing::PutBack,
        () => Undoing::Conflict,
    }
}

/// `now` with what a change from `before` to `after` did undone. Properties that are neither what the change made of them nor
/// what they were before were changed again since: their names are the error, and nothing is undone.
pub fn undone(now: &Job, before: &JobRecord, after: &JobRecord) -> Result<Job, Vec<&'static str>> {
    let current = JobRecord::from(now);
    let properties = [
        ("title", undoing(&before.title, &after.title, &current.title)),
        ("description", undoing(&before.description, &after.description, &current.description)),
        ("published", undoing(&before.published, &after.published, &current.published)),
        ("socCode", undoing(&before.soc(), &after.soc(), &current.soc())),
    ];
    let named = |wanted| properties.iter().filter(move |(_, undoing)| *undoing == wanted).map(|(name, _)| *name);
    let conflicts: Vec<_> = named(Undoing::Conflict).collect();
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    let mut job = now.clone();
    for name in named(Undoing::PutBack) {
        match name {
            "title" => job.title.clone_from(&before.title),
            "description" => job.description.clone_from(&before.description),
            "published" => job.published = before.published,
            _ => {
                (job.soc_code, job.soc_status) = (before.soc_code, before.put_back(now.soc_status));
                (job.soc_approved_by, job.soc_approved_at) = (before.soc_approved_by.clone(), before.soc_approved_at);
            }
        }
    }
    Ok(job)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(title: &str, published: bool) -> Job {
        Job {
            id: Uuid::nil(),
            slug: "a".into(),
            kind: JobKind::Occupation,
            title: title.into(),
            description: None,
            company_id: None,
            soc_code: None,
            soc_status: SocStatus::Unassigned,
            soc_approved_by: None,
            soc_approved_at: None,
            published,
            version: 1,
            created_at: DateTime::default(),
            updated_at: DateTime::default(),
        }
    }

    fn approved(mut job: Job) -> Job {
        job.soc_code = "15-1252.00".parse().ok();
        job.soc_status = SocStatus::Approved;
        job.soc_approved_by = Some(Actor::system("test"));
        job
    }

    #[test]
    fn what_a_change_did_not_touch_is_left_as_it_is_now() {
        let (before, after) = (job("A", true), job("B", true));
        let undone = undone(&job("B", false), &(&before).into(), &(&after).into());
        assert_eq!(undone, Ok(job("A", false)));
    }

    #[test]
    fn what_was_changed_again_is_a_conflict_and_nothing_is_undone() {
        let (before, after) = (job("A", true), job("B", false));
        assert_eq!(undone(&job("C", false), &(&before).into(), &(&after).into()), Err(vec!["title"]));
        assert_eq!(undone(&job("A", true), &(&before).into(), &(&after).into()), Ok(before), "it is what it was already");
    }

    #[test]
    fn a_code_goes_and_comes_with_its_approval() {
        let (before, after) = (job("A", true), approved(job("A", true)));
        assert_eq!(undone(&after, &(&before).into(), &(&after).into()), Ok(before.clone()));
        assert_eq!(undone(&before, &(&after).into(), &(&before).into()), Ok(after));
    }

    #[test]
    fn a_record_from_before_approvals_were_kept_is_read() {
        let old = r#"{"slug":"a","kind":"OCCUPATION","title":"A","description":null,"company":null,"socCode":null,"socStatus":"UNASSIGNED","published":true,"version":7}"#;
        let old: JobRecord = serde_json::from_str(old).expect("a record");
        assert!(old.is_same_but_for_version(&(&job("A", true)).into()));
        assert!(!old.is_same_but_for_version(&(&job("B", true)).into()));
    }
}
