//! Fields in one shape, for admin screens.

use std::sync::Arc;

use async_graphql::{Context, ID, Json, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::{diff::FieldDiff, enums::JobField, history::Change, provenance::Provenance};
use crate::{
    domain::{access::Audience, fields::Field, history, job, overrides::OverrideContent, provenance::FieldProfile},
    graphql::{Ask, cost::Listed, error::OrInternal},
    loaders::OverrideChangesKey,
    service::Service,
};

/// The views of the named fields; of all when no names are given. `of` is the job, and the moment at which it is looked at when
/// that is past.
pub(super) fn views(
    names: Option<Vec<JobField>>,
    of: Option<&(Arc<job::Job>, Option<DateTime<Utc>>)>,
    profile: impl Fn(Field) -> Arc<FieldProfile>,
) -> Vec<JobFieldView> {
    let names = names.map_or_else(|| Field::ALL.to_vec(), |names| names.into_iter().map(Into::into).collect());
    names.into_iter().map(|field| JobFieldView(profile(field), of.cloned())).collect()
}

/// A field in the shape that all fields share: its value as JSON, named as in the typed fields.
#[derive(Debug, Clone)]
pub(crate) struct JobFieldView(Arc<FieldProfile>, Option<(Arc<job::Job>, Option<DateTime<Utc>>)>);

/// A field in the shape that all fields share: its value as JSON, named as in the typed fields.
#[Object]
impl JobFieldView {
    /// Which field it is.
    async fn field(&self) -> JobField {
        self.0.field().into()
    }

    /// The effective value; null for a gap.
    async fn value(&self) -> Option<Json<serde_json::Value>> {
        self.0.effective().map(|layer| Json(layer.value.to_json()))
    }

    /// Where the value comes from; null for a gap.
    async fn provenance(&self) -> Option<Provenance> {
        Provenance::effective(&self.0, self.job())
    }

    /// An override holds.
    async fn overridden(&self) -> bool {
        self.0.is_overridden()
    }

    /// Overridden, and the official value has changed since.
    async fn drifted(&self) -> bool {
        self.0.is_drifted()
    }

    /// What the override changes, and what has changed under it; null when the field is not overridden, and for those who see
    /// what is public alone.
    async fn diff(&self, ctx: &Context<'_>) -> Option<FieldDiff> {
        if !self.looks_inside(ctx) {
            return None;
        }
        let operations =
            self.0.over().filter(|over| matches!(over.content, OverrideContent::Patch(_))).and_then(|over| over.content.to_json());
        self.0.diff().map(|diff| FieldDiff::new(diff, operations))
    }

    /// Who last touched each item that an override touches, or touched once; all others follow the official data. Items are told
    /// in the order of their keys, hidden ones too. Null for who may not read history, and for an occupation's own fields.
    async fn blame(&self, ctx: &Context<'_>) -> Result<Option<Vec<ItemBlame>>> {
        let Some((job, at)) = self.1.as_ref().filter(|(job, _)| Service::may_read_history(ctx.principal(), job)) else {
            return Ok(None);
        };
        let Some(changes) = ctx.loaders().one(OverrideChangesKey(job.id)).await.or_internal(ctx)? else { return Ok(Some(vec![])) };
        let of_then = |set: &history::Changeset| at.is_none_or(|at| set.at <= at);
        let changes: Vec<_> = changes.iter().filter(|(set, change)| change.field == Some(self.0.field()) && of_then(set)).collect();
        let told: Vec<_> = changes.iter().map(|(_, change)| (change.before.as_ref(), change.after.as_ref())).collect();
        let values: Vec<_> = self.0.layers().iter().map(|layer| layer.value.to_json()).collect();
        let items = values.iter().filter_map(serde_json::Value::as_array).flatten();
        let shown: Vec<&str> = items.filter_map(|item| item.get("key").or_else(|| item.get("area"))?.as_str()).collect();
        let blamed = history::blame(&told, &shown).into_iter().map(|(key, place)| {
            let (changeset, change) = changes[place].clone();
            ItemBlame { key: key.into(), change: Change { changeset, change } }
        });
        Ok(Some(blamed.collect()))
    }

    /// Every layer that has a value, the effective one first. Those who see what is public alone are told the effective one.
    #[graphql(directive = Listed::apply(3, &[]))]
    async fn layers(&self, ctx: &Context<'_>) -> Vec<FieldLayer> {
        let layer = |place: usize| {
            let provenance = Provenance::of(&self.0, place, self.job())?;
            Some(FieldLayer { effective: place == 0, value: Json(self.0.layers()[place].value.to_json()), provenance })
        };
        let count = if self.looks_inside(ctx) { self.0.layers().len() } else { 1 };
        (0..count).filter_map(layer).collect()
    }
}

impl JobFieldView {
    fn job(&self) -> Option<&Arc<job::Job>> {
        self.1.as_ref().map(|(job, _)| job)
    }

    /// True for who sees what lies under an effective value: of its own company's jobs, and of those that are everybody's.
    fn looks_inside(&self, ctx: &Context<'_>) -> bool {
        let company = self.job().and_then(|job| job.company_id);
        match ctx.principal().audience() {
            Audience::Platform => true,
            Audience::Company(own) => company.is_none_or(|company| company == own),
            Audience::Public => false,
        }
    }
}

/// Who last touched an item.
#[derive(SimpleObject, Debug)]
pub(crate) struct ItemBlame {
    /// Its key; of a value that is no list, the name of a property; of wages, the area.
    key: ID,
    /// The change that touched it last.
    change: Change,
}

/// One layer of a field.
#[derive(SimpleObject, Debug)]
pub(crate) struct FieldLayer {
    /// It is the one that is shown.
    effective: bool,
    /// Its value.
    value: Json<serde_json::Value>,
    /// Where it comes from.
    provenance: Provenance,
}
