//! Drafts that were: what an undo brings back.

use chrono::{DateTime, Utc};
use rolegraph_entity::{
    ai_rejection as rejection,
    fact::{Column, Entity},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{DraftKey, columns, is_about};
use crate::{
    domain::{
        fields::Field,
        provenance::{Approval, Source},
        values::FieldValue,
    },
    store::{Result, StoreError, Unit, json},
};

impl Unit {
    /// The last draft of that digest that carried just that word of a person, or none. It is no longer current.
    pub async fn past_draft(&self, key: DraftKey, digest: &str, word: Option<&Approval>) -> Result<Option<Uuid>> {
        let rows = Entity::find()
            .filter(is_about(&[key.0], Column::OccupationCode, Column::JobId))
            .filter(Column::Field.eq(key.1.name()))
            .filter(Column::Source.eq(Source::Ai.name()))
            .filter(Column::ValueDigest.eq(digest))
            .filter(Column::ValidTo.is_not_null())
            .order_by_desc(Column::ValidTo);
        for row in rows.all(&self.txn).await? {
            let said: Option<Approval> = json::read_optional("facts", row.id, row.approval.as_deref())?;
            if said.as_ref() == word {
                return Ok(Some(row.id));
            }
        }
        Ok(None)
    }

    /// The value of a draft of that field.
    pub async fn draft_value(&self, id: Uuid, field: Field) -> Result<Option<FieldValue>> {
        let Some(row) = Entity::find_by_id(id).one(&self.txn).await? else { return Ok(None) };
        let value = row.value.as_deref().map(|text| FieldValue::from_json(field.value_type(), text)).transpose();
        value.map_err(|error| StoreError::unreadable("facts", id, error))
    }

    /// Makes a past draft current again, as it was, under a new id.
    pub async fn bring_back_draft(&self, past: Uuid, new: Uuid, now: DateTime<Utc>) -> Result<()> {
        let Some(row) = Entity::find_by_id(past).one(&self.txn).await? else { return Ok(()) };
        let mut row = row.into_active_model().reset_all();
        row.id = Set(new);
        row.valid_from = Set(now);
        row.valid_to = Set(None);
        Entity::insert(row).exec_without_returning(&self.txn).await?;
        Ok(())
    }

    /// Forgets that a draft was rejected.
    pub async fn forget_rejection(&self, key: DraftKey, digest: &str) -> Result<()> {
        let (code, job) = columns(key.0);
        let about = match code {
            Some(code) => rejection::Column::OccupationCode.eq(code),
            None => rejection::Column::JobId.eq(job),
        };
        rejection::Entity::delete_many()
            .filter(about)
            .filter(rejection::Column::Field.eq(key.1.name()))
            .filter(rejection::Column::ValueDigest.eq(digest))
            .exec(&self.txn)
            .await?;
        Ok(())
    }
}
