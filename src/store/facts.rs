//! Facts: what providers know about occupations and jobs. Rows are closed, never overwritten.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use rolegraph_entity::{
    fact::{ActiveModel, Column, Entity, Model},
    fact_version,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, json};
use crate::domain::{
    claim::Claim,
    coverage::Drafting,
    facts::{Fact, Facts, Subject},
    fields::Field,
    provenance::{Layer, Source},
    soc::SocCode,
    values::FieldValue,
};

/// A current answer of a provider, as far as it matters to whoever is about to ask again.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownFact {
    /// The row.
    pub id: Uuid,
    /// The digest of the value; none when the provider has nothing.
    pub digest: Option<String>,
    /// The release of the data.
    pub release: Option<String>,
    /// From when on it is stale.
    pub expires_at: Option<DateTime<Utc>>,
    /// The source of the value.
    pub source: Source,
}

fn fact(row: Model) -> Result<(Subject, Fact)> {
    let unreadable = |reason: String| StoreError::unreadable("facts", row.id, reason);
    let field: Field = row.field.parse().map_err(unreadable)?;
    let code: Option<SocCode> =
        row.occupation_code.as_deref().map(str::parse).transpose().map_err(|error| StoreError::unreadable("facts", row.id, error))?;
    let subject = match (code, row.job_id) {
        (Some(code), _) => Subject::Occupation(code),
        (None, Some(job)) => Subject::Job(job),
        (None, None) => return Err(unreadable("it is about nothing".to_owned())),
    };
    let value = row.value.as_deref().map(|text| FieldValue::from_json(field.value_type(), text)).transpose();
    let value = value.map_err(|error| unreadable(error.to_string()))?;
    let provider: Arc<str> = row.provider.into();
    let source = Source::from_name(&row.source).ok_or_else(|| unreadable("unknown source".to_owned()))?;
    let rejected = value.is_none() && row.approval.is_some();
    let layer = match value {
        None => None,
        Some(value) => Some(Layer {
            source,
            provider: Arc::clone(&provider),
            release: row.release.map(Into::into),
            value: Arc::new(value),
            inherited_from: code,
            derivation: json::read("facts", row.id, &row.derivation)?,
            fetched_at: Some(row.fetched_at),
            expires_at: row.expires_at,
            ai: json::read_optional("facts", row.id, row.ai.as_deref())?,
            approval: json::read_optional("facts", row.id, row.approval.as_deref())?,
            over: None,
        }),
    };
    Ok((subject, Fact { field, source, provider, fetched_at: Some(row.fetched_at), expires_at: row.expires_at, layer, rejected }))
}

fn grouped(rows: Vec<Model>) -> Result<HashMap<Subject, Vec<Fact>>> {
    let mut grouped: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let (subject, fact) = fact(row)?;
        grouped.entry(subject).or_default().push(fact);
    }
    Ok(grouped)
}

impl Store {
    /// The versions of the facts of these occupations; those that nobody has asked about are left out.
    pub async fn fact_versions(&self, codes: &[SocCode]) -> Result<HashMap<SocCode, i64>> {
        let mut versions = HashMap::with_capacity(codes.len());
        for codes in codes.chunks(CHUNK) {
            let wanted = fact_version::Column::OccupationCode.is_in(codes.iter().map(ToString::to_string));
            for row in fact_version::Entity::find().filter(wanted).all(&self.db).await? {
                let code =
                    row.occupation_code.parse().map_err(|error| StoreError::unreadable("fact_versions", &row.occupation_code, error))?;
                versions.insert(code, row.version);
            }
        }
        Ok(versions)
    }

    /// The current facts of these occupations.
    pub async fn facts_of_occupations(&self, codes: &[SocCode]) -> Result<HashMap<SocCode, Facts>> {
        let mut found = HashMap::with_capacity(codes.len());
        for codes in codes.chunks(CHUNK) {
            let wanted = Column::OccupationCode.is_in(codes.iter().map(ToString::to_string));
            let rows = Entity::find().filter(wanted).filter(Column::ValidTo.is_null()).all(&self.db).await?;
            found.extend(grouped(rows)?.into_iter().filter_map(|(subject, facts)| match subject {
                Subject::Occupation(code) => Some((code, Facts::new(facts))),
                Subject::Job(_) => None,
            }));
        }
        Ok(found)
    }

    /// The current facts of some fields of these occupations.
    pub async fn facts_of_fields(&self, codes: &[SocCode], fields: &[Field]) -> Result<HashMap<SocCode, Facts>> {
        let mut found = HashMap::with_capacity(codes.len());
        for codes in codes.chunks(CHUNK) {
            let wanted = Column::OccupationCode.is_in(codes.iter().map(ToString::to_string));
            let fields = Column::Field.is_in(fields.iter().map(|field| field.name()));
            let rows = Entity::find().filter(wanted).filter(fields).filter(Column::ValidTo.is_null()).all(&self.db).await?;
            found.extend(grouped(rows)?.into_iter().filter_map(|(subject, facts)| match subject {
                Subject::Occupation(code) => Some((code, Facts::new(facts))),
                Subject::Job(_) => None,
            }));
        }
        Ok(found)
    }

    /// The current facts about these jobs themselves: an assistant's drafts.
    pub async fn facts_of_jobs(&self, jobs: &[Uuid]) -> Result<HashMap<Uuid, Facts>> {
        let mut found = HashMap::new();
        for jobs in jobs.chunks(CHUNK) {
            let rows =
                Entity::find().filter(Column::JobId.is_in(jobs.iter().copied())).filter(Column::ValidTo.is_null()).all(&self.db).await?;
            found.extend(grouped(rows)?.into_iter().filter_map(|(subject, facts)| match subject {
                Subject::Job(job) => Some((job, Facts::new(facts))),
                Subject::Occupation(_) => None,
            }));
        }
        Ok(found)
    }

    /// The facts about an occupation, and those about a job itself, that held at a moment.
    pub async fn facts_at(&self, code: Option<SocCode>, job: Uuid, at: DateTime<Utc>) -> Result<(Facts, Facts)> {
        let subject = Condition::any().add(Column::JobId.eq(job)).add_option(code.map(|code| Column::OccupationCode.eq(code.to_string())));
        let held = Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gt(at));
        let rows = Entity::find().filter(subject).filter(Column::ValidFrom.lte(at)).filter(held).all(&self.db).await?;
        let mut found = grouped(rows)?;
        let mut of = |subject| Facts::new(found.remove(&subject).unwrap_or_default());
        Ok((code.map(|code| of(Subject::Occupation(code))).unwrap_or_default(), of(Subject::Job(job))))
    }

    /// The current answers about these occupations, without their values.
    pub async fn known_facts(&self, codes: &[SocCode]) -> Result<HashMap<FactKey, KnownFact>> {
        known_facts(&self.db, codes).await
    }

    /// The occupations with a current fact that is stale at that time; drafts count only when somebody can draft.
    pub async fn expiring_occupations(&self, at: DateTime<Utc>, drafting: Drafting) -> Result<Vec<SocCode>> {
        let sourced = (drafting == Drafting::Off).then(|| Column::Source.ne(Source::Ai.name()));
        let codes: Vec<String> = Entity::find()
            .select_only()
            .column(Column::OccupationCode)
            .distinct()
            .filter(Column::ValidTo.is_null())
            .filter(Column::OccupationCode.is_not_null())
            .filter(Column::ExpiresAt.lte(at))
            .filter(Condition::all().add_option(sourced))
            .into_tuple()
            .all(&self.db)
            .await?;
        codes.iter().map(|code| code.parse().map_err(|error| StoreError::unreadable("facts", code, error))).collect()
    }

    /// The codes that somebody has been asked about.
    pub async fn known_occupations(&self) -> Result<Vec<SocCode>> {
        let rows = fact_version::Entity::find().all(&self.db).await?;
        rows.iter()
            .map(|row| row.occupation_code.parse().map_err(|error| StoreError::unreadable("fact_versions", &row.occupation_code, error)))
            .collect()
    }
}

/// Which answer: of whom, about what.
pub type FactKey = (SocCode, Field, String);

impl Unit {
    /// The current answers about these occupations, without their values.
    pub async fn known_facts(&self, codes: &[SocCode]) -> Result<HashMap<FactKey, KnownFact>> {
        known_facts(&self.txn, codes).await
    }

    /// Makes sure that nobody else writes facts of these occupations until the end of the unit, and raises their versions.
    /// To be called before [`known_facts`](Self::known_facts), whose answer would else be out of date when it is used.
    pub async fn lock_facts(&self, codes: &[SocCode]) -> Result<()> {
        let mut codes = codes.to_vec();
        codes.sort_unstable();
        codes.dedup();
        for codes in codes.chunks(CHUNK / 2) {
            let rows = codes.iter().map(|code| fact_version::ActiveModel { occupation_code: Set(code.to_string()), version: Set(1) });
            let raise = OnConflict::column(fact_version::Column::OccupationCode)
                .value(fact_version::Column::Version, Expr::col((fact_version::Entity, fact_version::Column::Version)).add(1))
                .to_owned();
            fact_version::Entity::insert_many(rows).on_conflict(raise).exec_without_returning(&self.txn).await?;
        }
        Ok(())
    }

    /// Writes what providers answered, and closes the rows that it takes the place of.
    pub async fn record_claims(&self, claims: &[RecordedClaim<'_>], now: DateTime<Utc>) -> Result<()> {
        self.close(claims.iter().filter_map(|claim| claim.replaces).collect(), now).await?;
        for claims in claims.chunks(CHUNK / 20) {
            let rows = claims.iter().map(|claim| row(claim, now)).collect::<Result<Vec<_>>>()?;
            Entity::insert_many(rows).exec_without_returning(&self.txn).await?;
        }
        Ok(())
    }

    pub(super) async fn close(&self, ids: Vec<Uuid>, now: DateTime<Utc>) -> Result<()> {
        for ids in ids.chunks(CHUNK) {
            Entity::update_many()
                .col_expr(Column::ValidTo, Expr::value(now))
                .filter(Column::Id.is_in(ids.iter().copied()))
                .exec(&self.txn)
                .await?;
        }
        Ok(())
    }
}

/// A claim to be written down.
#[derive(Debug, Clone)]
pub struct RecordedClaim<'a> {
    /// The id of its row.
    pub id: Uuid,
    /// What the provider answered.
    pub claim: &'a Claim,
    /// From when on it is stale.
    pub expires_at: DateTime<Utc>,
    /// The row that it takes the place of.
    pub replaces: Option<Uuid>,
}

fn row(recorded: &RecordedClaim<'_>, now: DateTime<Utc>) -> Result<ActiveModel> {
    let claim = recorded.claim;
    let value = claim.value.as_ref().filter(|value| !value.is_empty());
    Ok(ActiveModel {
        id: Set(recorded.id),
        occupation_code: Set(Some(claim.code.to_string())),
        job_id: Set(None),
        field: Set(claim.field.name().to_owned()),
        source: Set(claim.source.name().to_owned()),
        provider: Set(claim.provider.to_owned()),
        release: Set(claim.release.clone()),
        derivation: Set(json::write(&claim.derivation)?),
        ai: Set(None),
        approval: Set(None),
        fetched_at: Set(now),
        expires_at: Set(Some(recorded.expires_at)),
        valid_from: Set(now),
        valid_to: Set(None),
        value_digest: Set(value.map(FieldValue::digest)),
        value: Set(value.map(json::write).transpose()?),
    })
}

async fn known_facts(db: &impl ConnectionTrait, codes: &[SocCode]) -> Result<HashMap<FactKey, KnownFact>> {
    let mut known = HashMap::new();
    for codes in codes.chunks(CHUNK) {
        let rows: Vec<Known> = Entity::find()
            .select_only()
            .columns([
                Column::Id,
                Column::OccupationCode,
                Column::Field,
                Column::Source,
                Column::Provider,
                Column::Release,
                Column::ExpiresAt,
                Column::ValueDigest,
            ])
            .filter(Column::OccupationCode.is_in(codes.iter().map(ToString::to_string)))
            .filter(Column::ValidTo.is_null())
            .into_tuple()
            .all(db)
            .await?;
        for (id, code, field, source, provider, release, expires_at, digest) in rows {
            let code = code.parse().map_err(|error| StoreError::unreadable("facts", id, error))?;
            let field = field.parse().map_err(|error: String| StoreError::unreadable("facts", id, error))?;
            let source = Source::from_name(&source).ok_or_else(|| StoreError::unreadable("facts", id, "unknown source"))?;
            known.insert((code, field, provider), KnownFact { id, digest, release, expires_at, source });
        }
    }
    Ok(known)
}

type Known = (Uuid, String, String, String, String, Option<String>, Option<DateTime<Utc>>, Option<String>);
