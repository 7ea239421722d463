//! Random jobs with random layers.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use rolegraph::{
    domain::{
        access::Principal,
        fields::Field,
        filter::JobFilter,
        job::{Job, JobKind, SocStatus},
        provenance::Source,
    },
    loaders::ProfileKey,
    service::ImportedJob,
};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    TestApp,
    layers::{About, Known, Over, stored},
};

/// Numbers decided by a seed: splitmix64.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).expect("small")).expect("small")
    }

    /// True in so many of a hundred cases.
    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

const CODES: [&str; 4] = ["29-1141.00", "15-1252.00", "31-1120", "19-1023.00"];
const WORDS: [&str; 8] = ["Cook", "cook", "100%", "under_score", "KÖCHIN", "back\\slash", "night", "a"];
const SEARCHES: [&str; 9] = ["cook", "COOK", "%", "_", "köch", "\\", "0%", " night ", "zzz"];
const PROVIDERS: [(&str, &str); 7] = [
    ("ONET", "onet-database"),
    ("ONET", "onet-web-services"),
    ("BLS", "bls-projections"),
    ("BLS", "bls-oews"),
    ("ONET", "elsewhere"),
    ("AI", "an-assistant"),
    ("AI", "another-assistant"),
];

/// What filters can name.
pub(super) struct World {
    jobs: Vec<Job>,
}

/// A value of a field, one of few.
fn value(field: Field, number: usize) -> Value {
    use rolegraph::domain::values::ValueType;
    let text = format!("value {number}");
    match field.value_type() {
        ValueType::TextList => json!([{ "key": "k", "text": text }]),
        ValueType::TaskList => json!([{ "key": "k", "statement": text }]),
        ValueType::ToolList => json!([{ "key": "k", "name": text, "kind": "TOOL" }]),
        ValueType::RatedElementList => json!([{ "key": "k", "name": text }]),
        ValueType::Education => json!({ "typicalLevel": text }),
        ValueType::WorkExperience => json!({ "typical": text }),
        ValueType::Outlook => {
            json!({ "baseYear": 2024, "projectedYear": 2034, "employment": number, "projectedEmployment": 1, "percentChange": 0.0, "growth": "AVERAGE" })
        }
        ValueType::Wages => json!([{ "area": "US", "year": 2020 + number }]),
    }
}

impl World {
    /// Clears the database and fills it anew.
    pub(super) async fn make(app: &TestApp, dice: &mut Dice) -> Self {
        let db = app.db().await;
        for table in ["job_data_overrides", "facts", "changes", "changesets", "enrichment_outcomes", "enrichment_runs", "jobs"] {
            db.execute_unprepared(&format!("DELETE FROM {table}")).await.expect("emptied");
        }
        db.execute_unprepared("UPDATE fact_versions SET version = version + 1").await.expect("raised");
        app.days_pass(1);
        let principal = Principal::platform_admin();
        let imported: Vec<_> = (0..12).map(|number| job(number, dice)).collect();
        app.service().import_jobs(&principal, &imported, "importTest").await.expect("imported");
        let jobs = app.service().all_jobs(&principal, &JobFilter::default()).await.expect("found");
        if dice.percent(50) {
            app.service().delete_job(&principal, jobs[0].id).await.expect("deleted");
        }
        facts(app, &db, &jobs, dice).await;
        overrides(app, &db, &jobs, dice).await;
        db.close().await.expect("closed");
        Self { jobs }
    }

    /// Some conditions at once.
    pub(super) fn filter(&self, dice: &mut Dice) -> JobFilter {
        let some = |dice: &mut Dice| dice.percent(20);
        JobFilter {
            ids: some(dice).then(|| (0..dice.below(8)).map(|_| dice.pick(&self.jobs).id).chain([Uuid::nil()]).collect()),
            slugs: some(dice).then(|| (0..dice.below(8)).map(|_| dice.pick(&self.jobs).slug).collect()),
            kind: some(dice).then(|| dice.pick(&JobKind::ALL)),
            company: some(dice).then(|| dice.pick(&self.jobs).company_id.unwrap_or_default()),
            search: some(dice).then(|| dice.pick(&SEARCHES).to_owned()),
            soc_code: some(dice).then(|| dice.pick(&CODES).parse().expect("a code")),
            soc_status: some(dice).then(|| dice.pick(&SocStatus::ALL)),
            missing: if some(dice) { (0..=dice.below(2)).map(|_| dice.pick(&Field::ALL)).collect() } else { vec![] },
            overridden: some(dice).then(|| dice.pick(&Field::ALL)),
            drifted: some(dice).then(|| dice.pick(&Field::ALL)),
            source: dice.percent(30).then(|| dice.pick(&Source::ALL)),
            stale: dice.percent(30).then(|| dice.percent(50)),
        }
    }
}

fn job(number: usize, dice: &mut Dice) -> ImportedJob {
    let role = dice.percent(50);
    let code = dice.percent(85).then(|| dice.pick(&CODES).parse().expect("a code"));
    ImportedJob {
        slug: Some(format!("job-{number}")),
        kind: if role { JobKind::FeaturedRole } else { JobKind::Occupation },
        title: format!("{} {}", dice.pick(&WORDS), dice.pick(&WORDS)),
        description: dice.percent(50).then(|| format!("{}\n{}", dice.pick(&WORDS), dice.pick(&WORDS))),
        company: role.then(|| dice.pick(&["acme", "beta"]).to_owned()),
        company_name: None,
        soc_code: code,
        soc_status: code.map(|_| if dice.percent(60) { SocStatus::Approved } else { dice.pick(&SocStatus::ALL[1..]) }),
        published: Some(dice.percent(70)),
        skills: vec![],
        metadata: Value::Null,
    }
}

/// A moment at, just before, just after or far from now.
fn moment(now: DateTime<Utc>, dice: &mut Dice) -> DateTime<Utc> {
    let second = 1_000_000;
    now + TimeDelta::microseconds(dice.pick(&[0, 1, -1, 1_000, -1_000, second, -second, 500_000, 86_400 * second, -86_400 * second]))
}

async fn facts(app: &TestApp, db: &DatabaseConnection, jobs: &[Job], dice: &mut Dice) {
    let now = app.clock_now();
    let mut open = BTreeSet::new();
    for _ in 0..150 {
        // One code is left alone in most worlds: nobody has asked about it.
        let codes = if dice.percent(97) { &CODES[..3] } else { &CODES[..] };
        let (code, job) = (dice.pick(codes), dice.pick(jobs).id);
        let about = if dice.percent(70) { About::Occupation(code) } else { About::Job(job) };
        let field = dice.pick(&Field::ALL);
        let (source, provider) = dice.pick(&PROVIDERS);
        let closed = dice.percent(15).then(|| moment(now, dice));
        if closed.is_none() && !open.insert(format!("{about:?} {field} {provider}")) {
            continue;
        }
        let expires = dice.percent(80).then(|| moment(now, dice));
        let fact = Known::new(about, field.name(), source, provider).times(moment(now, dice), expires, closed);
        let known = dice.percent(75).then(|| stored(field.name(), &value(field, dice.below(3))));
        let fact = if let Some(known) = known { fact.value(&known) } else { fact };
        fact.write_to(app, db).await;
    }
}

async fn overrides(app: &TestApp, db: &DatabaseConnection, jobs: &[Job], dice: &mut Dice) {
    let profiles = app.service().loaders(&Principal::platform_admin()).many(jobs.iter().map(ProfileKey::from)).await.expect("loaded");
    let mut open = BTreeSet::new();
    for _ in 0..30 {
        let (job, field) = (dice.pick(jobs), dice.pick(&Field::ALL));
        let closed = dice.percent(25).then(|| app.clock_now());
        if closed.is_none() && !open.insert((job.id, field)) {
            continue;
        }
        let base = profiles[&ProfileKey::from(&job)].field(field).base().map(|layer| layer.value.digest());
        let other = Some(stored(field.name(), &value(field, dice.below(3))).digest());
        let base = dice.pick(&[base.clone(), base, other, None]);
        let over = Over::new(job.id, field.name()).base(base).closed(closed);
        let over = if dice.percent(60) { over.value(&value(field, dice.below(3))) } else { over };
        over.write_to(app, db).await;
    }
}
