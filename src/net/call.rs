//! What is asked, and what comes back.

use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use super::failure::{CallError, Failure};

/// Looks into a JSON body that came with a good status: some upstreams report failures in there.
pub type Judge = fn(&[u8]) -> Result<(), Failure>;

/// Looks into the body of a 4xx: what the status alone says may be something else.
pub type Explain = fn(u16, &[u8]) -> Option<Failure>;

/// A call, before it is made. `Debug` shows its label alone: paths, headers and bodies may hold secrets.
#[derive(Clone)]
pub struct Call {
    pub(super) route: &'static str,
    pub(super) path: Vec<String>,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) headers: Vec<(&'static str, SecretString)>,
    pub(super) body: Option<(&'static str, SecretString)>,
    pub(super) answers: &'static [u16],
    pub(super) judge: Option<Judge>,
    pub(super) told: &'static [u16],
    pub(super) explain: Option<Explain>,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("route", &self.route).finish_non_exhaustive()
    }
}

impl Call {
    /// A GET of a path below the upstream's base, given by its segments; they are percent-encoded. No segments mean the base
    /// itself, an empty last one makes a slash at the end. `route` is the label in errors and logs.
    pub fn get<S: Into<String>>(route: &'static str, path: impl IntoIterator<Item = S>) -> Self {
        let path = path.into_iter().map(Into::into).collect();
        Self { route, path, query: vec![], headers: vec![], body: None, answers: &[], judge: None, told: &[], explain: None }
    }

    /// A POST of a body. It is tried again like a GET: only calls that change nothing are made.
    pub fn post<S: Into<String>>(
        route: &'static str,
        path: impl IntoIterator<Item = S>,
        content_type: &'static str,
        body: SecretString,
    ) -> Self {
        Self { body: Some((content_type, body)), ..Self::get(route, path) }
    }

    /// Adds to the query.
    #[must_use]
    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Adds a header, which may hold a secret.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: SecretString) -> Self {
        self.headers.push((name, value));
        self
    }

    /// These statuses, though no success, are answers: their body is not looked at.
    #[must_use]
    pub fn answered_by(mut self, statuses: &'static [u16]) -> Self {
        self.answers = statuses;
        self
    }

    /// Failures may stand in the body.
    #[must_use]
    pub fn judged_by(mut self, judge: Judge) -> Self {
        self.judge = Some(judge);
        self
    }

    /// These statuses, though no success, are answers with their body, whatever it is.
    #[must_use]
    pub fn told_by(mut self, statuses: &'static [u16]) -> Self {
        self.told = statuses;
        self
    }

    /// What a 4xx means may stand in its body.
    #[must_use]
    pub fn explained_by(mut self, explain: Explain) -> Self {
        self.explain = Some(explain);
        self
    }

    /// The label.
    pub fn route(&self) -> &'static str {
        self.route
    }

    /// Equal for calls that ask the same.
    pub(super) fn key(&self) -> String {
        let body = self.body.as_ref().map(|(_, body)| body.expose_secret());
        format!("{:?} {:?} {body:?}", self.path, self.query)
    }

    pub(super) fn url(&self, base: &Url) -> Url {
        let mut url = base.clone();
        if let Ok(mut segments) = url.path_segments_mut()
            && !self.path.is_empty()
        {
            segments.pop_if_empty().extend(&self.path);
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }
}

/// What came back: JSON with a good status, or one of the statuses that the call takes for an answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub(super) upstream: &'static str,
    pub(super) route: &'static str,
    pub(super) status: u16,
    pub(super) body: Arc<[u8]>,
}

impl Answer {
    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The body as it came.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Reads the body. Where it is not what is expected, the error tells the place, not what stands there.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, CallError> {
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(place(&error)))
    }

    /// Of an answer that turned out not to be what was agreed on.
    pub fn unreadable(&self, reason: impl Into<String>) -> CallError {
        CallError { upstream: self.upstream, route: self.route, failure: Failure::malformed(reason) }
    }
}

/// Where JSON is wrong: serde's own messages quote the text.
pub(super) fn place(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "another shape than expected",
        serde_json::error::Category::Eof => "JSON that ends too early",
        _ => "no JSON",
    };
    format!("{what}, line {}", error.line())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_whether_or_not_the_base_ends_in_a_slash() {
        let call = Call::get("x", ["v1", "A/B, C", ""]).query("keyword", "a b&c");
        for base in ["http://h/api", "http://h/api/"] {
            let url = call.url(&Url::parse(base).expect("a URL"));
            assert_eq!(url.as_str(), "http://h/api/v1/A%2FB,%20C/?keyword=a+b%26c");
        }
    }

    #[test]
    fn a_call_shows_its_label_alone() {
        let call = Call::post("data", ["id-canary"], "application/json", "key-canary".into()).header("authorization", "h-canary".into());
        assert_eq!(format!("{call:?}"), "Call { route: \"data\", .. }");
    }
}
