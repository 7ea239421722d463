//! Documents that are known beforehand: a manifest of those that the front ends send, by their ids.

use std::{collections::HashMap, sync::Arc};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{
    graphql::{Limits, Unfit},
    http::pages,
};

/// What names a text for good.
pub(super) type TextDigest = [u8; 32];

/// The digest of a text.
pub(super) fn digest(text: &str) -> TextDigest {
    Sha256::digest(text.as_bytes()).into()
}

/// The documents of manifests.
#[derive(Debug, Clone, Default)]
pub struct TrustedDocuments {
    by_id: HashMap<String, Arc<str>>,
    by_digest: HashMap<TextDigest, Arc<str>>,
}

/// The two forms of a manifest.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    /// That of Apollo's tools.
    Operations { format: String, version: u32, operations: Vec<Entry> },
    /// Texts by their ids, as Relay's compiler and others write them.
    Texts(HashMap<String, String>),
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    body: String,
}

impl TrustedDocuments {
    /// Those of the service's own pages: what stands in `web/dist/documents.json`, where the build of a page puts it.
    pub fn built_in(limits: &Limits) -> Result<Self, String> {
        pages::documents().map_or(Ok(Self::default()), |manifest| Self::default().with(&manifest, limits))
    }

    /// With those of a manifest.
    ///
    /// # Errors
    /// It is no manifest, gives an id twice, or has a document that would be refused.
    pub fn with(mut self, manifest: &str, limits: &Limits) -> Result<Self, String> {
        let entries = match serde_json::from_str(manifest) {
            Ok(Manifest::Operations { format, version: 1, operations }) if format == "apollo-persisted-query-manifest" => operations,
            Ok(Manifest::Texts(texts)) => texts.into_iter().map(|(id, body)| Entry { id, body }).collect(),
            Ok(Manifest::Operations { .. }) => {
                return Err(
                    "a manifest has the format apollo-persisted-query-manifest, version 1, or is an object of texts by ids".to_owned()
                );
            }
            Err(error) => return Err(format!("it is no manifest: {error}")),
        };
        for Entry { id, body } in entries {
            let refused = |why: &str| format!("the document `{id}` cannot be executed: {why}");
            limits.read(&body).map_err(|unfit| match unfit {
                Unfit::TooMuch(message) => refused(&message),
                Unfit::Wrong(error) => refused(&error.message),
            })?;
            let body: Arc<str> = body.into();
            self.by_digest.insert(digest(&body), Arc::clone(&body));
            if self.by_id.get(&id).is_some_and(|known| *known != body) {
                return Err(format!("the id `{id}` stands for two documents"));
            }
            self.by_id.insert(id, body);
        }
        Ok(self)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.by_digest.len()
    }

    pub(super) fn of_id(&self, id: &str) -> Option<&Arc<str>> {
        self.by_id.get(id).or_else(|| self.by_id.get(id.strip_prefix("sha256:")?))
    }

    pub(super) fn of_digest(&self, digest: &TextDigest) -> Option<&Arc<str>> {
        self.by_digest.get(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(manifest: &str) -> Result<TrustedDocuments, String> {
        TrustedDocuments::default().with(manifest, &Limits::default())
    }

    #[test]
    fn both_forms_of_a_manifest_are_read() {
        let apollo = r#"{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"one","name":"A","type":"query","body":"query A{a}"}]}"#;
        let plain = r#"{"one":"query A{a}","two":"{b}"}"#;
        let both = read(apollo).and_then(|known| known.with(plain, &Limits::default())).expect("manifests");
        assert_eq!((both.count(), both.of_id("one").map(|text| &**text)), (2, Some("query A{a}")));
        assert_eq!(both.of_id("sha256:two").map(|text| &**text), Some("{b}"));
        assert_eq!(both.of_digest(&digest("{b}")).map(|text| &**text), Some("{b}"));
        assert!(both.of_id("three").is_none() && both.of_digest(&digest("{c}")).is_none());
    }

    #[test]
    fn what_is_wrong_with_a_manifest_is_told() {
        for (manifest, told) in [
            ("[]", "it is no manifest"),
            ("{", "it is no manifest"),
            (r#"{"format":"other","version":1,"operations":[]}"#, "a manifest has the format"),
            (r#"{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}"#, "a manifest has the format"),
            (r#"{"one":"{"}"#, "the document `one` cannot be executed"),
            (
                r#"{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"one","body":"{a}"},{"id":"one","body":"{b}"}]}"#,
                "the id `one` stands for two documents",
            ),
        ] {
            assert!(read(manifest).expect_err("refused").starts_with(told), "{manifest}");
        }
    }
}
