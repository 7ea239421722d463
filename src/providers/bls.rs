//! The Public Data API of BLS: wages and employment.
//!
//! A request carries 50 series. Those of all occupations are packed together, so that no request is larger than it has to
//! be and none goes out half empty. Codes that share their figures share the series.

mod answer;
mod series;
mod wages;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use async_trait::async_trait;
use futures::{StreamExt, stream};
use secrecy::{ExposeSecret, SecretString};

use super::{BLS_PUBLIC_DATA, Fetched, Provider, ProviderError, fetched::FieldAnswer};
use crate::{
    domain::{fields::Field, provenance::Source, soc::SocCode},
    net::{Call, CallError, Failure, Upstream},
};
use answer::{Series, judge};

const FIELDS: &[Field] = &[Field::Wages];
const ROUTE: &str = "timeseries/data";

/// So many series are answered in one request.
const SERIES_A_REQUEST: usize = 50;

/// Under which SOC code the figures of a code are published: BLS publishes some codes together.
pub type PublishedAs = Arc<dyn Fn(SocCode) -> SocCode + Send + Sync>;

/// Answers from the Public Data API.
pub struct BlsPublicData {
    upstream: Upstream,
    key: SecretString,
    published_as: PublishedAs,
}

impl std::fmt::Debug for BlsPublicData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlsPublicData").field("upstream", &self.upstream).finish_non_exhaustive()
    }
}

/// What came back for the series that were asked for.
type Answers = HashMap<String, Result<Option<Series>, CallError>>;

impl BlsPublicData {
    /// A provider over the upstream, with that registration key.
    pub fn new(upstream: Upstream, key: SecretString, published_as: PublishedAs) -> Self {
        Self { upstream, key, published_as }
    }

    /// All series, in as few requests as possible.
    async fn series(&self, published: &BTreeSet<SocCode>) -> Answers {
        let ids: Vec<String> = published.iter().flat_map(|code| series::of(*code)).collect();
        let requests = ids.chunks(SERIES_A_REQUEST).map(|ids| async move { (ids, self.request(ids).await) });
        let mut answered = stream::iter(requests.collect::<Vec<_>>()).buffered(self.upstream.at_once());
        let mut answers = Answers::new();
        while let Some((ids, answer)) = answered.next().await {
            match answer {
                Ok(mut found) => answers.extend(ids.iter().map(|id| (id.clone(), Ok(found.remove(id))))),
                Err(error) => answers.extend(ids.iter().map(|id| (id.clone(), Err(error.clone())))),
            }
        }
        answers
    }

    async fn request(&self, ids: &[String]) -> Result<HashMap<String, Series>, CallError> {
        let body = serde_json::json!({ "seriesid": ids, "registrationkey": self.key.expose_secret() });
        let call = Call::post(ROUTE, ["timeseries", "data", ""], "application/json", body.to_string().into());
        let answer = self.upstream.call(call.judged_by(judge)).await?;
        answer::read(&answer)
    }

    fn answer(&self, code: SocCode, published: SocCode, answers: &Answers) -> FieldAnswer {
        let mut known = Vec::new();
        let mut missing = 0;
        for (kind, id) in series::kinds(published) {
            match answers.get(&id) {
                Some(Ok(Some(series))) => known.push((kind, series)),
                Some(Err(error)) => return Err(error.clone()),
                Some(Ok(None)) | None => missing += 1,
            }
        }
        let found = wages::found(code, published, &known);
        if found.is_none() && missing > 0 {
            let reason = format!("{missing} series did not come back");
            return Err(self.upstream.error(ROUTE, Failure::malformed(reason)));
        }
        Ok(found)
    }
}

#[async_trait]
impl Provider for BlsPublicData {
    fn name(&self) -> &'static str {
        BLS_PUBLIC_DATA
    }

    fn source(&self) -> Source {
        Source::Bls
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn release(&self) -> Option<String> {
        None
    }

    async fn fetch(&self, codes: &[SocCode], fields: &[Field]) -> Result<Fetched, ProviderError> {
        let mut fetched = Fetched::default();
        if !fields.contains(&Field::Wages) {
            return Ok(fetched);
        }
        let published: Vec<SocCode> = codes.iter().map(|code| (self.published_as)(code.soc())).collect();
        let answers = self.series(&published.iter().copied().collect()).await;
        for (code, published) in codes.iter().zip(published) {
            fetched.enter(BLS_PUBLIC_DATA, Source::Bls, *code, Field::Wages, self.answer(*code, published, &answers));
        }
        Ok(fetched)
    }
}
