//! Which text an operation asks to have executed, when it names one: by its id in a manifest, or by a hash as Apollo's clients do.
//! And who may have any other text executed.

use std::sync::Arc;

use async_graphql::ServerError;
use moka::sync::Cache;

use super::{
    operation::Wanted,
    trusted::{TextDigest, TrustedDocuments, digest},
};
use crate::{config::DocumentsMode, metrics};

/// About what an entry takes besides its text.
const BESIDES: usize = 128;
/// How many documents that are not listed are remembered, so that each is logged once.
const REPORTED: u64 = 1_000;

/// The texts that have a name.
#[derive(Clone)]
pub(in crate::http) struct Library {
    trusted: Arc<TrustedDocuments>,
    mode: DocumentsMode,
    /// Those that clients have sent with their hashes; none where that is not supported.
    persisted: Option<Cache<TextDigest, Arc<str>>>,
    reported: Cache<TextDigest, ()>,
}

/// A text to be executed.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) text: String,
    /// It is to be kept under this digest, once it is known to be a document.
    pub(super) keep: Option<TextDigest>,
}

impl Library {
    /// Of trusted documents, and of so many bytes that clients send.
    pub(in crate::http) fn new(trusted: Arc<TrustedDocuments>, mode: DocumentsMode, persisted_bytes: u64) -> Self {
        let persisted = (persisted_bytes > 0).then(|| {
            let weigher = |_: &TextDigest, text: &Arc<str>| u32::try_from(text.len() + BESIDES).unwrap_or(u32::MAX);
            Cache::builder().weigher(weigher).max_capacity(persisted_bytes).build()
        });
        Self { trusted, mode, persisted, reported: Cache::new(REPORTED) }
    }

    /// The text that is wanted, unless there is none, or the caller may not have it executed.
    pub(super) fn find(&self, wanted: Wanted, signed_in: bool) -> Result<Found, ServerError> {
        let (text, keep) = match wanted {
            Wanted::Text(text) => (text, None),
            Wanted::Listed(id) => {
                let listed = self.trusted.of_id(&id).ok_or_else(|| coded("DOCUMENT_NOT_FOUND", "There is no document of that id."))?;
                return Ok(Found { text: listed.to_string(), keep: None });
            }
            Wanted::Persisted(hash, text) => self.persisted(hash, text)?,
        };
        self.check(&text, signed_in)?;
        Ok(Found { text, keep })
    }

    /// Keeps a text that came with its hash.
    pub(super) fn keep(&self, digest: TextDigest, text: &str) {
        if let Some(persisted) = self.persisted.as_ref().filter(|persisted| !persisted.contains_key(&digest)) {
            persisted.insert(digest, text.into());
        }
    }

    fn persisted(&self, hash: TextDigest, text: Option<String>) -> Result<(String, Option<TextDigest>), ServerError> {
        match text {
            Some(text) if digest(&text) == hash => Ok((text, Some(hash))),
            Some(_) => Err(coded("PERSISTED_QUERY_HASH_MISMATCH", "`sha256Hash` is not the hash of `query`.")),
            None => {
                let kept = || self.persisted.as_ref()?.get(&hash);
                let known = self.trusted.of_digest(&hash).cloned().or_else(kept);
                // Clients know these two by their messages.
                let unknown = || match self.persisted {
                    Some(_) => coded("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"),
                    None => coded("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported"),
                };
                Ok((known.ok_or_else(unknown)?.to_string(), None))
            }
        }
    }

    /// Counts, or refuses, a text that is not listed.
    fn check(&self, text: &str, signed_in: bool) -> Result<(), ServerError> {
        if self.mode == DocumentsMode::Off {
            return Ok(());
        }
        let digest = digest(text);
        if self.trusted.of_digest(&digest).is_some() {
            return Ok(());
        }
        metrics::unlisted(signed_in);
        if self.mode == DocumentsMode::Enforce && !signed_in {
            let message = "Without a credential only listed documents are executed: send one by its `documentId`, or sign in.";
            return Err(coded("DOCUMENT_NOT_LISTED", message));
        }
        if self.reported.entry(digest).or_insert(()).is_fresh() {
            let sha256: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            tracing::info!(sha256, signed_in, "a document that is not listed was sent");
        }
        Ok(())
    }
}

fn coded(code: &str, message: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code);
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_send_is_bounded_by_bytes() {
        let library = Library::new(Arc::default(), DocumentsMode::Off, 10_000);
        let text = |number: usize| format!("{{ a{number} {} }}", "b ".repeat(200));
        for number in 0..500 {
            library.keep(digest(&text(number)), &text(number));
        }
        let kept = library.persisted.as_ref().expect("a store");
        kept.run_pending_tasks();
        assert!(kept.weighted_size() <= 10_000 && kept.entry_count() > 5, "{} bytes", kept.weighted_size());
        let found = (0..500).filter(|number| library.find(Wanted::Persisted(digest(&text(*number)), None), false).is_ok()).count();
        assert_eq!(found as u64, kept.entry_count());
    }
}
