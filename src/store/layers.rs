//! The layers of jobs in SQL: the same precedence as [`crate::domain::provenance`], for filters and reports.
//!
//! A row of *layers* is one layer of one field of one job; a row of *effective* is the one that wins. A property test
//! holds them to the profiles that the domain makes.

use chrono::{DateTime, Utc};
use rolegraph_entity::{fact, job, job_data_override as over};
use sea_orm::sea_query::{CaseStatement, Condition, Expr, ExprTrait, Query, SelectStatement, SimpleExpr, UnionType};

use crate::domain::{fields::Field, job::SocStatus, precedence::Precedence, provenance::Source};

/// Columns of layers, and of effective.
pub(super) const JOB_ID: &str = "job_id";
pub(super) const FIELD: &str = "field";
pub(super) const SOURCE: &str = "source";
pub(super) const STALE: &str = "stale";
pub(super) const DIGEST: &str = "value_digest";

/// The least rank that no preferred provider has: see [`rank`].
const RANKS_PER_SOURCE: u32 = 100;

/// When the question is asked, and which provider goes first.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) now: DateTime<Utc>,
    pub(super) precedence: &'a Precedence,
}

/// Which layers are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// All.
    All,
    /// Those under a company's override.
    Inherited,
}

/// The winning layer of every field of the jobs that `jobs` lets through: [`JOB_ID`], [`FIELD`], [`SOURCE`], [`STALE`], [`DIGEST`].
pub(super) fn effective(jobs: &Condition, which: Which, at: &At<'_>) -> SelectStatement {
    let mut layers = from_facts(jobs, at, Subject::Occupation);
    layers.union(UnionType::All, from_facts(jobs, at, Subject::Job));
    if which == Which::All {
        layers.union(UnionType::All, from_overrides(jobs));
    }
    let numbered = Query::select()
        .columns([JOB_ID, FIELD, SOURCE, STALE, DIGEST])
        .expr_as(Expr::cust("ROW_NUMBER() OVER (PARTITION BY job_id, field ORDER BY precedence, fetched_at DESC, provider)"), "place")
        .from_subquery(layers, "layers")
        .take();
    Query::select()
        .columns([JOB_ID, FIELD, SOURCE, STALE, DIGEST])
        .from_subquery(numbered, "numbered")
        .and_where(Expr::col("place").eq(1))
        .take()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    Occupation,
    Job,
}

fn from_facts(jobs: &Condition, at: &At<'_>, subject: Subject) -> SelectStatement {
    let stale = Expr::case(Expr::col((fact::Entity, fact::Column::ExpiresAt)).lte(at.now), 1).finally(0);
    let joined = match subject {
        Subject::Occupation => {
            inherits().add(Expr::col((fact::Entity, fact::Column::OccupationCode)).equals((job::Entity, job::Column::SocCode)))
        }
        Subject::Job => Condition::all().add(Expr::col((fact::Entity, fact::Column::JobId)).equals((job::Entity, job::Column::Id))),
    };
    Query::select()
        .expr_as(Expr::col((job::Entity, job::Column::Id)), JOB_ID)
        .expr_as(Expr::col((fact::Entity, fact::Column::Field)), FIELD)
        .expr_as(Expr::col((fact::Entity, fact::Column::Source)), SOURCE)
        .expr_as(stale, STALE)
        .expr_as(Expr::col((fact::Entity, fact::Column::ValueDigest)), DIGEST)
        .expr_as(rank(at.precedence), "precedence")
        .expr_as(Expr::col((fact::Entity, fact::Column::FetchedAt)), "fetched_at")
        .expr_as(Expr::col((fact::Entity, fact::Column::Provider)), "provider")
        .from(job::Entity)
        .inner_join(fact::Entity, joined)
        .cond_where(jobs.clone())
        .and_where(Expr::col((fact::Entity, fact::Column::ValidTo)).is_null())
        .and_where(Expr::col((fact::Entity, fact::Column::ValueDigest)).is_not_null())
        .take()
}

fn from_overrides(jobs: &Condition) -> SelectStatement {
    let joined = Expr::col((over::Entity, over::Column::JobId)).equals((job::Entity, job::Column::Id));
    Query::select()
        .expr_as(Expr::col((job::Entity, job::Column::Id)), JOB_ID)
        .expr_as(Expr::col((over::Entity, over::Column::Field)), FIELD)
        .expr_as(Expr::val(Source::Custom.name()), SOURCE)
        .expr_as(Expr::val(0), STALE)
        .expr_as(Expr::cust("CAST(NULL AS TEXT)"), DIGEST)
        .expr_as(Expr::val(0), "precedence")
        .expr_as(Expr::col((over::Entity, over::Column::ValidFrom)), "fetched_at")
        .expr_as(Expr::val(""), "provider")
        .from(job::Entity)
        .inner_join(over::Entity, joined)
        .cond_where(jobs.clone())
        .and_where(Expr::col((over::Entity, over::Column::ValidTo)).is_null())
        .cond_where(Condition::any().add(stands_alone()).add(Expr::exists(facts_under())))
        .take()
}

/// An override that has something to show though nothing lies under it.
fn stands_alone() -> Expr {
    Expr::col((over::Entity, over::Column::StandsAlone)).eq(true)
}

/// What lies under an override.
fn facts_under() -> SelectStatement {
    let column = |column: fact::Column| Expr::col(("under", column));
    let inherited = inherits().add(column(fact::Column::OccupationCode).equals((job::Entity, job::Column::SocCode)));
    let own = column(fact::Column::JobId).equals((job::Entity, job::Column::Id));
    Query::select()
        .expr(Expr::val(1))
        .from_as(fact::Entity, "under")
        .cond_where(Condition::any().add(inherited).add(own))
        .and_where(column(fact::Column::Field).equals((over::Entity, over::Column::Field)))
        .and_where(column(fact::Column::ValidTo).is_null())
        .and_where(column(fact::Column::ValueDigest).is_not_null())
        .take()
}

/// What makes a job inherit: [`crate::domain::job::Job::inherits_from`].
pub(super) fn inherits() -> Condition {
    Condition::all().add(Expr::col((job::Entity, job::Column::SocStatus)).eq(SocStatus::Approved.name()))
}

/// The place of a fact in the order of precedence, sources first, then the field's providers.
fn rank(precedence: &Precedence) -> SimpleExpr {
    let column = |column: fact::Column| Expr::col((fact::Entity, column));
    let mut case = CaseStatement::new();
    for field in Field::ALL {
        for (place, provider) in (0_u32..).zip(precedence.of(field)) {
            let is = Condition::all().add(column(fact::Column::Field).eq(field.name())).add(column(fact::Column::Provider).eq(*provider));
            case = case.case(is, place);
        }
    }
    let provider: SimpleExpr = case.finally(RANKS_PER_SOURCE - 1).into();
    let mut case = CaseStatement::new();
    for source in Source::ALL {
        case = case.case(column(fact::Column::Source).eq(source.name()), u32::from(source.rank()) * RANKS_PER_SOURCE);
    }
    let source: SimpleExpr = case.finally(u32::from(Source::Ai.rank() + 1) * RANKS_PER_SOURCE).into();
    source.add(provider)
}
