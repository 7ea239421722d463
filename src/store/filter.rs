//! Which jobs: audience and filter as SQL.

use rolegraph_entity::{fact, job, job_data_override as over};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, LikeExpr, Query, SelectStatement};

use super::layers::{self, At, DIGEST, FIELD, JOB_ID, SOURCE, STALE, Which};
use crate::domain::{access::Audience, fields::Field, filter::JobFilter, provenance::Source};

/// What the audience may see.
pub(super) fn visible(audience: Audience) -> Condition {
    visible_even_deleted(audience).add(column(job::Column::DeletedAt).is_null())
}

/// What the audience may see, or might have seen before it was deleted.
pub(super) fn visible_even_deleted(audience: Audience) -> Condition {
    let published = column(job::Column::Published).eq(true);
    match audience {
        Audience::Platform => Condition::all(),
        Audience::Public => Condition::all().add(published),
        Audience::Company(id) => Condition::all().add(Condition::any().add(published).add(column(job::Column::CompanyId).eq(id))),
    }
}

/// What the filter lets through.
pub(super) fn condition(filter: &JobFilter, at: &At<'_>) -> Condition {
    let text = |text: &String| column(job::Column::SearchText).like(contains(text));
    Condition::all()
        .add_option(filter.ids.as_ref().map(|ids| column(job::Column::Id).is_in(ids.iter().copied())))
        .add_option(filter.slugs.as_ref().map(|slugs| column(job::Column::Slug).is_in(slugs)))
        .add_option(filter.kind.map(|kind| column(job::Column::Kind).eq(kind.name())))
        .add_option(filter.company.map(|id| column(job::Column::CompanyId).eq(id)))
        .add_option(filter.search.as_ref().map(text))
        .add_option(filter.soc_code.map(|code| column(job::Column::SocCode).eq(code.to_string())))
        .add_option(filter.soc_status.map(|status| column(job::Column::SocStatus).eq(status.name())))
        .add_option(filter.overridden.map(|field| Expr::exists(overrides_of(field))))
        .add_option(filter.drifted.map(|field| column(job::Column::Id).in_subquery(drifted(field, at))))
        .add_option(filter.source.map(|source| column(job::Column::Id).in_subquery(with_source(source, at))))
        .add_option(filter.stale.map(|stale| {
            let some = column(job::Column::Id).in_subquery(with_stale_field(at));
            if stale { some } else { some.not() }
        }))
        .add(filter.missing.iter().fold(Condition::all(), |all, field| all.add(missing(*field))))
}

fn column(column: job::Column) -> Expr {
    Expr::col((job::Entity, column))
}

/// A pattern that finds the text itself, its `%` and `_` included.
fn contains(text: &str) -> LikeExpr {
    let escaped = text.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    LikeExpr::new(format!("%{escaped}%")).escape('\\')
}

fn overrides_of(field: Field) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(over::Entity)
        .and_where(Expr::col((over::Entity, over::Column::JobId)).equals((job::Entity, job::Column::Id)))
        .and_where(Expr::col((over::Entity, over::Column::Field)).eq(field.name()))
        .and_where(Expr::col((over::Entity, over::Column::ValidTo)).is_null())
        .take()
}

/// Overrides that have something to show though nothing lies under them.
fn standing_alone(field: Field) -> SelectStatement {
    overrides_of(field).and_where(Expr::col((over::Entity, over::Column::StandsAlone)).eq(true)).take()
}

fn facts_of(field: Field, subject: Condition) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(fact::Entity)
        .cond_where(subject)
        .and_where(Expr::col((fact::Entity, fact::Column::Field)).eq(field.name()))
        .and_where(Expr::col((fact::Entity, fact::Column::ValidTo)).is_null())
        .and_where(Expr::col((fact::Entity, fact::Column::ValueDigest)).is_not_null())
        .take()
}

fn missing(field: Field) -> Condition {
    let inherited =
        layers::inherits().add(Expr::col((fact::Entity, fact::Column::OccupationCode)).equals((job::Entity, job::Column::SocCode)));
    let own = Condition::all().add(Expr::col((fact::Entity, fact::Column::JobId)).equals((job::Entity, job::Column::Id)));
    Condition::all()
        .add(Expr::exists(standing_alone(field)).not())
        .add(Expr::exists(facts_of(field, inherited)).not())
        .add(Expr::exists(facts_of(field, own)).not())
}

fn with_source(source: Source, at: &At<'_>) -> SelectStatement {
    jobs_where(Which::All, at, Expr::col(SOURCE).eq(source.name()))
}

fn with_stale_field(at: &At<'_>) -> SelectStatement {
    jobs_where(Which::All, at, Expr::col(STALE).eq(1))
}

fn jobs_where(which: Which, at: &At<'_>, condition: Expr) -> SelectStatement {
    let there = Condition::all().add(column(job::Column::DeletedAt).is_null());
    Query::select().column(JOB_ID).from_subquery(layers::effective(&there, which, at), "effective").and_where(condition).take()
}

/// Jobs whose override of the field was made on another value than the one that lies under it now.
fn drifted(field: Field, at: &At<'_>) -> SelectStatement {
    let there = Condition::all().add(column(job::Column::DeletedAt).is_null());
    let base = "base";
    let same = Condition::all()
        .add(Expr::col((base, JOB_ID)).equals((over::Entity, over::Column::JobId)))
        .add(Expr::col((base, FIELD)).equals((over::Entity, over::Column::Field)));
    let before = || Expr::col((over::Entity, over::Column::BaseDigest));
    let today = || Expr::col((base, DIGEST));
    let changed = Condition::any()
        .add(before().ne(today()))
        .add(before().is_null().and(today().is_not_null()))
        .add(before().is_not_null().and(today().is_null()));
    Query::select()
        .column((over::Entity, over::Column::JobId))
        .from(over::Entity)
        .join_subquery(sea_orm::JoinType::LeftJoin, layers::effective(&there, Which::Inherited, at), base, same)
        .and_where(Expr::col((over::Entity, over::Column::ValidTo)).is_null())
        .and_where(Expr::col((over::Entity, over::Column::Field)).eq(field.name()))
        .cond_where(changed)
        .take()
}
