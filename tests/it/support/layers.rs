//! Layers written straight into the database: those that nothing of the service writes yet, and strange ones.

use chrono::{DateTime, TimeDelta, Utc};
use rolegraph::domain::{access::Actor, clock::Clock, fields::Field, overrides::ListPatch, values::FieldValue};
use rolegraph_entity::{fact, fact_version, job_data_override};
use sea_orm::{
    ActiveValue::Set,
    DatabaseConnection, EntityTrait,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde_json::Value;
use uuid::Uuid;

use super::TestApp;

fn actor() -> String {
    serde_json::to_string(&Actor::system("test")).expect("JSON")
}

/// A value in the very form in which the service stores it.
pub(crate) fn stored(field: &str, value: &Value) -> FieldValue {
    let field: Field = field.parse().expect("a field");
    FieldValue::from_json(field.value_type(), &value.to_string()).expect("a value of the field's type")
}

fn text(value: &FieldValue) -> String {
    serde_json::to_string(value).expect("JSON")
}

/// An override.
pub(crate) struct Over(job_data_override::Model);

impl Over {
    /// That leaves the field empty.
    pub(crate) fn new(job_id: Uuid, field: &str) -> Self {
        Self(job_data_override::Model {
            id: Uuid::nil(),
            job_id,
            company_id: None,
            field: field.to_owned(),
            mode: "BLANK".to_owned(),
            operations: None,
            stands_alone: true,
            base_digest: None,
            base_release: None,
            base_value: None,
            actor: actor(),
            note: None,
            changeset_id: Uuid::nil(),
            valid_from: DateTime::default(),
            valid_to: None,
        })
    }

    pub(crate) fn company(mut self, id: Uuid) -> Self {
        self.0.company_id = Some(id);
        self
    }

    /// That puts a value in place of the inherited one.
    pub(crate) fn value(mut self, value: &Value) -> Self {
        self.0.operations = Some(text(&stored(&self.0.field, value)));
        "REPLACE".clone_into(&mut self.0.mode);
        self
    }

    /// That edits a list; `base` is the value that the edits were made on.
    pub(crate) fn patch(mut self, operations: &Value, base: Option<&FieldValue>) -> Self {
        let field: Field = self.0.field.parse().expect("a field");
        let patch = ListPatch::from_json(field.value_type(), &operations.to_string()).expect("a list").expect("a patch");
        self.0.stands_alone = !patch.apply(None, base).is_empty();
        self.0.operations = Some(patch.to_json().to_string());
        self.0.base_value = base.map(text);
        "PATCH".clone_into(&mut self.0.mode);
        self
    }

    /// Made over a value of that digest.
    pub(crate) fn base(mut self, digest: Option<String>) -> Self {
        self.0.base_digest = digest;
        self
    }

    /// That no longer holds.
    pub(crate) fn closed(mut self, at: Option<DateTime<Utc>>) -> Self {
        self.0.valid_to = at;
        self
    }

    pub(crate) async fn write(self, app: &TestApp) {
        self.write_to(app, &app.db().await).await;
    }

    pub(crate) async fn write_to(self, app: &TestApp, db: &DatabaseConnection) {
        let row = job_data_override::Model { id: app.clock.new_id(), valid_from: app.clock.now() - TimeDelta::days(1), ..self.0 };
        job_data_override::Entity::insert(job_data_override::ActiveModel::from(row)).exec_without_returning(db).await.expect("written");
    }
}

/// What a fact is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum About<'a> {
    Occupation(&'a str),
    Job(Uuid),
}

/// A fact: what a provider, or an assistant, knows.
pub(crate) struct Known(fact::Model);

impl Known {
    /// That the provider has nothing.
    pub(crate) fn new(about: About<'_>, field: &str, source: &str, provider: &str) -> Self {
        let (code, job) = match about {
            About::Occupation(code) => (Some(code.to_owned()), None),
            About::Job(id) => (None, Some(id)),
        };
        Self(fact::Model {
            id: Uuid::nil(),
            occupation_code: code,
            job_id: job,
            field: field.to_owned(),
            source: source.to_owned(),
            provider: provider.to_owned(),
            release: Some("Test 1".to_owned()),
            derivation: r#"{"kind":"direct"}"#.to_owned(),
            ai: None,
            approval: None,
            fetched_at: DateTime::default(),
            expires_at: None,
            valid_from: DateTime::default(),
            valid_to: None,
            value_digest: None,
            value: None,
        })
    }

    pub(crate) fn value(mut self, value: &FieldValue) -> Self {
        self.0.value_digest = Some(value.digest());
        self.0.value = Some(text(value));
        self
    }

    pub(crate) fn times(mut self, fetched: DateTime<Utc>, expires: Option<DateTime<Utc>>, closed: Option<DateTime<Utc>>) -> Self {
        (self.0.fetched_at, self.0.valid_from, self.0.expires_at, self.0.valid_to) = (fetched, fetched, expires, closed);
        self
    }

    pub(crate) async fn write_to(self, app: &TestApp, db: &DatabaseConnection) {
        if let Some(code) = &self.0.occupation_code {
            let version = fact_version::ActiveModel { occupation_code: Set(code.clone()), version: Set(1) };
            let raise = OnConflict::column(fact_version::Column::OccupationCode)
                .value(fact_version::Column::Version, Expr::col((fact_version::Entity, fact_version::Column::Version)).add(1))
                .to_owned();
            fact_version::Entity::insert(version).on_conflict(raise).exec_without_returning(db).await.expect("written");
        }
        let row = fact::Model { id: app.clock.new_id(), ..self.0 };
        fact::Entity::insert(fact::ActiveModel::from(row)).exec_without_returning(db).await.expect("written");
    }
}
