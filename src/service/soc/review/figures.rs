//! What decisions say of the suggestions.

use serde::Serialize;
use serde_json::json;

use crate::{
    domain::{
        access::Principal,
        soc::review::{
            Versions,
            agreement::Agreement,
            recalibration::{AS_SHIPPED, Curve, Fit, LEAST_DECISIONS, Recalibration},
        },
        user_error::{UserError, UserErrorCode},
    },
    service::{Result, Service, actor, changes::Draft},
    store::{NewRecalibration, StoreError},
};

/// What a recalibration did, or would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recalibrated {
    /// The index whose confidence it is about.
    pub index: String,
    /// The weights whose confidence it is about.
    pub model: String,
    /// The version that is in force now; none when nothing was written.
    pub version: Option<i32>,
    /// What was in force before.
    pub replaces: Curve,
    /// What was fitted, and what came of it.
    #[serde(flatten)]
    pub fit: Fit,
}

impl Service {
    /// How often people decided as the ranker suggested.
    pub async fn soc_agreement(&self) -> Result<Agreement> {
        Ok(Agreement::of(&self.store.decided_reviews().await?))
    }

    /// Fits what a confidence is worth to the decisions of people, and puts it in force on all replicas, unless it is a dry
    /// run. Refused as long as there are too few decisions on what the ranker of this version suggested.
    pub async fn recalibrate_soc(&self, principal: &Principal, dry_run: bool) -> Result<Recalibrated> {
        let ranker = self.options.ranker.versions();
        let fit = Fit::of(&self.store.decided_reviews().await?, &ranker).map_err(|count| too_few(count, &ranker))?;
        let before = self.store.recalibration().await?;
        let replaces = before.as_ref().filter(|one| one.fits(&ranker)).map_or(AS_SHIPPED, |one| one.curve);
        let Versions { index, model, .. } = ranker;
        let version = before.map_or(1, |one| one.version + 1);
        let mut done = Recalibrated { index: index.clone(), model: model.clone(), version: None, replaces, fit };
        if !dry_run {
            self.put_recalibration(principal, &Recalibration { version, index, model, curve: fit.curve }, &done).await?;
            done.version = Some(version);
        }
        Ok(done)
    }

    async fn put_recalibration(&self, principal: &Principal, recalibration: &Recalibration, done: &Recalibrated) -> Result<()> {
        let actor = actor(principal)?;
        let (id, at) = (self.clock.new_id(), self.clock.now());
        let unit = self.begin(principal).await?;
        match unit.insert_recalibration(&NewRecalibration { id, recalibration, fit: &done.fit, actor, at }).await {
            Err(StoreError::Taken(_)) => {
                let message = "Somebody else has recalibrated meanwhile.";
                return Err(UserError::new(UserErrorCode::Conflict, message, &[]).into());
            }
            other => other?,
        }
        let draft = Draft {
            job: None,
            field: None,
            action: "SOC_RECALIBRATED",
            before: Some(json!(done.replaces)),
            after: Some(json!({ "version": recalibration.version, "curve": recalibration.curve, "decisions": done.fit.decisions })),
        };
        self.record(&unit, actor, None, "recalibrateSoc", None, vec![draft]).await?;
        unit.commit().await?;
        self.committed();
        Ok(())
    }
}

fn too_few(count: usize, ranker: &Versions) -> UserError {
    let Versions { index, model, .. } = ranker;
    let message = format!(
        "{LEAST_DECISIONS} decisions of people are needed; there are {count} on what this ranker suggested (index {index}, weights {model})."
    );
    UserError::invalid(message, &[])
}
