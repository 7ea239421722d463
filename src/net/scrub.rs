//! Takes secrets out of texts.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use secrecy::{ExposeSecret, SecretString};

/// What stands in the place of a secret.
const MASK: &str = "***";

/// So many secrets that come and go (tokens) are remembered.
const PASSING: usize = 4;

/// Knows secrets, and takes them out of texts: as they are, and as they stand in URLs.
#[derive(Clone, Default)]
pub struct Scrubber {
    lasting: Arc<[SecretString]>,
    passing: Arc<RwLock<Vec<SecretString>>>,
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scrubber").field("secrets", &self.lasting.len()).finish_non_exhaustive()
    }
}

impl Scrubber {
    /// A scrubber of these secrets; empty ones are none.
    pub fn new(secrets: impl IntoIterator<Item = SecretString>) -> Self {
        let mut secrets: Vec<_> = secrets.into_iter().filter(|secret| !secret.expose_secret().is_empty()).collect();
        // A secret that contains another goes first, else its rest would stay.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
        Self { lasting: secrets.into(), passing: Arc::default() }
    }

    /// One more secret; the oldest of those that were added like this is forgotten.
    pub fn add(&self, secret: SecretString) {
        let mut passing = self.passing.write().unwrap_or_else(PoisonError::into_inner);
        if passing.len() == PASSING {
            passing.remove(0);
        }
        passing.push(secret);
    }

    /// The text without secrets.
    pub fn scrub(&self, text: &str) -> String {
        let passing = self.passing.read().unwrap_or_else(PoisonError::into_inner);
        let mut clean = text.to_owned();
        for secret in self.lasting.iter().chain(passing.iter()).map(ExposeSecret::expose_secret) {
            for form in [secret.to_owned(), in_path(secret), in_form(secret)] {
                if !form.is_empty() && clean.contains(&form) {
                    clean = clean.replace(&form, MASK);
                }
            }
        }
        clean
    }
}

/// As a segment of a path.
fn in_path(secret: &str) -> String {
    let Ok(mut url) = url::Url::parse("http://h/") else { return String::new() };
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.push(secret);
    }
    url.path().trim_start_matches('/').to_owned()
}

/// As a value in a form or a query.
fn in_form(secret: &str) -> String {
    url::form_urlencoded::byte_serialize(secret.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_in_every_form_they_travel_in() {
        let scrubber = Scrubber::new(["k3y/1 2".into(), "k3y".into(), "".into()]);
        assert_eq!(scrubber.scrub("key:k3y/1 2 in /v1/k3y%2F1%202/x?k=k3y%2F1+2 and k3y."), "key:*** in /v1/***/x?k=*** and ***.");
        assert_eq!(format!("{scrubber:?}"), "Scrubber { secrets: 2, .. }");
    }

    #[test]
    fn only_the_latest_tokens_are_remembered() {
        let scrubber = Scrubber::default();
        for token in ["t-1", "t-2", "t-3", "t-4", "t-5"] {
            scrubber.add(token.into());
        }
        assert_eq!(scrubber.scrub("t-1 t-2 t-5"), "t-1 *** ***");
    }
}
