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

/// What a manifest lists.
fn entries(manifest: &str) -> Result<Vec<Entry>, String> {
    match serde_json::from_str(manifest) {
        Ok(Manifest::Operations { format, version: 1, operations }) if format == "apollo-persisted-query-manifest" => Ok(operations),
        Ok(Manifest::Texts(texts)) => Ok(texts.into_iter().map(|(id, body)| Entry { id, body }).collect()),
        Ok(Manifest::Operations { .. }) => {
            Err("a manifest has the format apollo-persisted-query-manifest, version 1, or is an object of texts by ids".to_owned())
        }
        Err(error) => Err(format!("it is no manifest: {error}")),
    }
}

impl TrustedDocuments {
    /// Those of the service's own pages: what stands in `web/dist/documents.json`, where the build of the pages puts it. A document
    /// that the limits refuse is left out: it would not be executed either.
    pub fn built_in(limits: &Limits) -> Result<Self, String> {
        let entries = pages::documents().map_or(Ok(vec![]), |manifest| entries(&manifest))?;
        let fits = |entry: &Entry| !matches!(limits.read(&entry.body), Err(Unfit::TooMuch(_)));
        entries.into_iter().filter(fits).try_fold(Self::default(), |known, entry| known.and(entry, limits))
    }

    /// With those of a manifest.
    ///
    /// # Errors
    /// It is no manifest, gives an id twice, or has a document that would be refused.
    pub fn with(self, manifest: &str, limits: &Limits) -> Result<Self, String> {
        entries(manifest)?.into_iter().try_fold(self, |known, entry| known.and(entry, limits))
    }

    fn and(mut self, Entry { id, body }: Entry, limits: &Limits) -> Result<Self, String> {
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
    fn what_the_pages_send_is_left_out_where_the_limits_refuse_it() {
        let narrow = Limits { complexity: 1, ..Limits::default() };
        assert_eq!(TrustedDocuments::built_in(&narrow).expect("usable").count(), 0);
        let all = TrustedDocuments::built_in(&Limits::default()).expect("usable");
        assert_eq!(all.count() > 50, pages::documents().is_some(), "{}", all.count());
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
