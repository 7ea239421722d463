//! What a change of overrides would make of jobs. Planning writes nothing.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use serde_json::json;
use uuid::Uuid;

use crate::{
    domain::{
        access::Actor,
        clock::Clock,
        coverage::in_prose,
        fields::Field,
        job::Job,
        overrides::{At, Base, FieldChange, LeftOut, Override, OverrideContent},
        profile::{Knowledge, PLATFORM, Profile},
        provenance::FieldProfile,
        soc::SocCode,
        user_error::UserError,
    },
    service::{Result, Service},
    store::Unit,
};

/// Who overrides, and why.
#[derive(Debug, Clone, Copy)]
pub(in crate::service) struct Author<'a> {
    pub(in crate::service) actor: &'a Actor,
    pub(in crate::service) note: Option<&'a str>,
    /// Where times and ids come from.
    pub(in crate::service) clock: &'a dyn Clock,
}

/// What a change would make of one field of one job.
#[derive(Debug, Clone)]
pub(in crate::service) struct FieldPlan {
    pub(in crate::service) field: Field,
    /// What is done: the action of the change in history.
    pub(super) action: &'static str,
    /// The field as it is.
    pub(in crate::service) before: Arc<FieldProfile>,
    /// The field as it would be.
    pub(in crate::service) after: Arc<FieldProfile>,
    /// The operations that a copy leaves out, because the job's list does not have their items.
    pub(in crate::service) left_out: Vec<LeftOut>,
}

impl FieldPlan {
    /// False when the field is so already.
    pub(in crate::service) fn changes(&self) -> bool {
        let says = |profile: &FieldProfile| profile.over().map(|over| (over.content.clone(), over.base.digest.clone()));
        says(&self.before) != says(&self.after)
    }
}

/// What a change would make of one job.
#[derive(Debug, Clone)]
pub(in crate::service) struct JobPlan {
    pub(in crate::service) job: Uuid,
    pub(in crate::service) company: Option<Uuid>,
    pub(in crate::service) fields: Vec<FieldPlan>,
}

impl JobPlan {
    /// False when all of it is so already.
    pub(in crate::service) fn changes(&self) -> bool {
        self.fields.iter().any(FieldPlan::changes)
    }
}

/// What jobs are before a change.
#[derive(Debug)]
pub(in crate::service) struct Ground {
    jobs: HashMap<Uuid, (Profile, Arc<str>)>,
}

impl Service {
    /// Reads what these jobs are, within a unit that has locked them.
    pub(in crate::service) async fn ground(&self, unit: &Unit, jobs: &[Job]) -> Result<Ground> {
        let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
        let codes: BTreeSet<_> = jobs.iter().filter_map(Job::inherits_from).collect();
        let known = self.knowledge_in(unit, &codes.into_iter().collect::<Vec<_>>()).await?;
        let (own, mut overrides) = (unit.facts_of_jobs(&ids).await?, unit.overrides_of_jobs(&ids).await?);
        let companies: BTreeSet<_> = jobs.iter().filter_map(|job| job.company_id).collect();
        let companies = self.names_in(unit, &companies).await?;
        let platform: Arc<str> = PLATFORM.into();
        let lay = |job: &Job| {
            let owner = job.company_id.and_then(|id| companies.get(&id)).unwrap_or(&platform);
            let inherited = job.inherits_from().and_then(|code| known.get(&code));
            let overrides = overrides.remove(&job.id).unwrap_or_default();
            let profile = Profile::lay(inherited.map(AsRef::as_ref), own.get(&job.id), &overrides, owner, self.store.precedence());
            (job.id, (profile, Arc::clone(owner)))
        };
        Ok(Ground { jobs: jobs.iter().map(lay).collect() })
    }

    async fn names_in(&self, unit: &Unit, companies: &BTreeSet<Uuid>) -> Result<HashMap<Uuid, Arc<str>>> {
        let mut names = HashMap::with_capacity(companies.len());
        for id in companies {
            names.extend(unit.company(*id).await?.map(|company| (*id, Arc::from(company.name))));
        }
        Ok(names)
    }

    /// What is known of occupations, from memory where that is current within the unit.
    async fn knowledge_in(&self, unit: &Unit, codes: &[SocCode]) -> Result<HashMap<SocCode, Arc<Knowledge>>> {
        let versions = unit.fact_versions(codes).await?;
        let mut known = HashMap::with_capacity(versions.len());
        known.extend(versions.iter().filter_map(|(code, version)| Some((*code, self.known.current_facts(*code, *version)?))));
        let missing: Vec<_> = versions.keys().filter(|code| !known.contains_key(*code)).copied().collect();
        for (code, facts) in unit.facts_of_occupations(&missing).await? {
            known.insert(code, Arc::new(Knowledge::new(facts, self.store.precedence())));
        }
        Ok(known)
    }
}

impl Ground {
    /// What overriding these fields makes of a job. `at` is where the changes stand in the caller's input.
    pub(in crate::service) fn override_fields(
        &self,
        job: &Job,
        changes: &[FieldChange],
        author: &Author<'_>,
        at: &At,
    ) -> Result<JobPlan, Vec<UserError>> {
        let (mut fields, mut errors) = (vec![], vec![]);
        for (place, change) in changes.iter().enumerate() {
            let official = self.official(job, change.field);
            match change.check_against(official.base().map(|base| &*base.value), &at.then(place)) {
                Ok(()) => fields.push(self.overridden(job, change.field, change.content.clone(), author, "FIELD_OVERRIDDEN")),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(JobPlan { job: job.id, company: job.company_id, fields }) } else { Err(errors) }
    }

    /// What taking back the overrides of these fields, or of all when there are none, makes of a job.
    pub(in crate::service) fn restore_fields(&self, job: &Job, fields: &[Field]) -> JobPlan {
        let wanted = Field::ALL.into_iter().filter(|field| fields.is_empty() || fields.contains(field));
        let fields = wanted.filter(|field| self.field(job, *field).is_overridden()).map(|field| self.restored(job, field)).collect();
        JobPlan { job: job.id, company: job.company_id, fields }
    }

    /// What copying the overrides of these fields, or of all when there are none, from another job of this ground makes
    /// of a job. Operations whose items the job's own official list does not have are left out and told.
    pub(in crate::service) fn copy(&self, from: &Job, to: &Job, fields: &[Field], author: &Author<'_>) -> JobPlan {
        let wanted = Field::ALL.into_iter().filter(|field| fields.is_empty() || fields.contains(field));
        let copy = |field: Field| {
            let over = Arc::clone(self.field(from, field).over()?);
            let official = self.official(to, field);
            let official = official.base().map(|base| &*base.value);
            let copied = over.content.copied(official);
            let content = copied
                .content
                .filter(|content| FieldChange { field, content: content.clone() }.check_against(official, &At::default()).is_ok());
            let plan = match content {
                Some(content) => self.overridden(to, field, content, author, "FIELD_OVERRIDDEN"),
                None => self.unchanged(to, field),
            };
            Some(FieldPlan { left_out: copied.left_out, ..plan })
        };
        JobPlan { job: to.id, company: to.company_id, fields: wanted.filter_map(copy).collect() }
    }

    /// What taking the new official value under the override of a field makes of a job.
    pub(in crate::service) fn rebase(
        &self,
        job: &Job,
        field: Field,
        take: &[String],
        author: &Author<'_>,
    ) -> Result<JobPlan, Vec<UserError>> {
        let profile = self.field(job, field);
        let Some(over) = profile.over() else {
            let message = format!("The job's {} {} not overridden: there is nothing to rebase.", in_prose(field), verb(field));
            return Err(vec![UserError::invalid(message, &["field"])]);
        };
        let content = over.rebased(profile.base().map(|base| &*base.value), take, &At::default()).map_err(|error| vec![error])?;
        let note = author.note.or(over.note.as_deref());
        let plan = match content {
            Some(content) => self.overridden(job, field, content, &Author { note, ..*author }, "FIELD_REBASED"),
            None => self.restored(job, field),
        };
        Ok(JobPlan { job: job.id, company: job.company_id, fields: vec![plan] })
    }

    /// What giving a field back an override that it had makes of a job: on the base that it had, in the name of who made it.
    pub(in crate::service) fn put_back(&self, job: &Job, over: &Override, clock: &dyn Clock) -> JobPlan {
        let (official, owner) = (self.official(job, over.field), &self.jobs[&job.id].1);
        let over = Override { id: clock.new_id(), at: clock.now(), ..over.clone() };
        let after = Arc::new(official.overridden(Arc::new(over), owner));
        let plan = self.as_it_is(job, after.field());
        let fields = plan.fields.into_iter().map(|field| FieldPlan { after: Arc::clone(&after), ..field }).collect();
        JobPlan { fields, ..plan }
    }

    /// A field that stays as it is.
    pub(in crate::service) fn as_it_is(&self, job: &Job, field: Field) -> JobPlan {
        JobPlan { job: job.id, company: job.company_id, fields: vec![self.unchanged(job, field)] }
    }

    /// A field as it is.
    pub(in crate::service) fn field(&self, job: &Job, field: Field) -> &Arc<FieldProfile> {
        self.jobs[&job.id].0.field(field)
    }

    /// A field as it is without its override.
    fn official(&self, job: &Job, field: Field) -> FieldProfile {
        self.field(job, field).without_override()
    }

    fn overridden(&self, job: &Job, field: Field, content: OverrideContent, author: &Author<'_>, action: &'static str) -> FieldPlan {
        let (official, owner) = (self.official(job, field), &self.jobs[&job.id].1);
        let base = Base::of(official.base());
        let over = Override {
            id: author.clock.new_id(),
            job_id: job.id,
            field,
            content: content.settled(base.value.as_deref()),
            base,
            by: author.actor.clone(),
            at: author.clock.now(),
            note: author.note.map(str::to_owned),
        };
        let after = Arc::new(official.overridden(Arc::new(over), owner));
        FieldPlan { field, action, before: Arc::clone(self.field(job, field)), after, left_out: vec![] }
    }

    fn restored(&self, job: &Job, field: Field) -> FieldPlan {
        let after = Arc::new(self.official(job, field));
        FieldPlan { field, action: "FIELD_RESTORED", before: Arc::clone(self.field(job, field)), after, left_out: vec![] }
    }

    fn unchanged(&self, job: &Job, field: Field) -> FieldPlan {
        let as_it_is = self.field(job, field);
        FieldPlan { field, action: "FIELD_OVERRIDDEN", before: Arc::clone(as_it_is), after: Arc::clone(as_it_is), left_out: vec![] }
    }
}

/// The verb that goes with a field's name.
fn verb(field: Field) -> &'static str {
    if in_prose(field).ends_with('s') { "are" } else { "is" }
}

/// A field as history shows it: the override that holds, or the official value by its digest.
pub(super) fn described(profile: &FieldProfile) -> Option<serde_json::Value> {
    if let Some(over) = profile.over() {
        return Some(json!({ "source": "CUSTOM", "mode": over.content.mode(), "operations": over.content.to_json() }));
    }
    let layer = profile.effective()?;
    Some(json!({ "source": layer.source, "provider": &*layer.provider, "release": layer.release, "digest": layer.value.digest() }))
}
