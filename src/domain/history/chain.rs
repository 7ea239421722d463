//! The chain of hashes over history: a change that was altered afterwards no longer fits.
//!
//! Each job has a chain of its own, so that who changes one job waits for nobody who changes another; changes of no job
//! share one more. A link is SHA-256 over the hash of the link before, the hash of its changeset, and what it says.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The chain that a change belongs to: that of its job, or nil.
pub fn chain_of(job: Option<Uuid>) -> Uuid {
    job.unwrap_or_default()
}

/// What a changeset says, as far as it never changes: by what it was undone is noted later.
#[derive(Debug, Clone, Copy)]
pub struct SetText<'a> {
    /// Its id.
    pub id: Uuid,
    /// The company.
    pub company: Option<Uuid>,
    /// Who, as JSON, byte for byte as it is stored.
    pub actor: &'a str,
    /// What was done.
    pub action: &'a str,
    /// Why.
    pub note: Option<&'a str>,
    /// When.
    pub at: DateTime<Utc>,
}

impl SetText<'_> {
    /// Its hash: 64 hexadecimal digits.
    pub fn hash(&self) -> String {
        let at = self.at.timestamp_micros().to_string();
        hash(&[
            Some(&self.id.to_string()),
            self.company.map(|id| id.to_string()).as_deref(),
            Some(self.actor),
            Some(self.action),
            self.note,
            Some(&at),
        ])
    }
}

/// What a change says.
#[derive(Debug, Clone, Copy)]
pub struct LinkText<'a> {
    /// Its id.
    pub id: Uuid,
    /// Its changeset.
    pub changeset: Uuid,
    /// Its place in the changeset.
    pub position: i32,
    /// The company.
    pub company: Option<Uuid>,
    /// The job.
    pub job: Option<Uuid>,
    /// The field.
    pub field: Option<&'a str>,
    /// What was done.
    pub action: &'a str,
    /// What it was, as JSON, byte for byte as it is stored.
    pub before: Option<&'a str>,
    /// What it is, likewise.
    pub after: Option<&'a str>,
    /// Its place in the chain, from 1.
    pub link: i64,
}

impl LinkText<'_> {
    /// Its hash: 64 hexadecimal digits. `previous` is that of the link before, empty for the first.
    pub fn hash(&self, previous: &str, set: &str) -> String {
        let uuid = |id: Option<Uuid>| id.map(|id| id.to_string());
        hash(&[
            Some(previous),
            Some(set),
            Some(&self.id.to_string()),
            Some(&self.changeset.to_string()),
            Some(&self.position.to_string()),
            uuid(self.company).as_deref(),
            uuid(self.job).as_deref(),
            self.field,
            Some(self.action),
            self.before,
            self.after,
            Some(&self.link.to_string()),
        ])
    }
}

/// SHA-256 over parts: each as its length in bytes (eight bytes, the most significant first) and its UTF-8; an absent one
/// as the greatest length and nothing. So no two lists of parts have the same bytes.
fn hash(parts: &[Option<&str>]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        let length = part.map_or(u64::MAX, |text| text.len() as u64);
        hasher.update(length.to_be_bytes());
        hasher.update(part.unwrap_or_default());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_bytes_are_what_the_docs_say() {
        let bytes = b"\0\0\0\0\0\0\0\x01a\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0";
        let expected: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash(&[Some("a"), None, Some("")]), expected);
    }

    #[test]
    fn parts_cannot_flow_into_each_other() {
        let all =
            [hash(&[Some("ab"), Some("c")]), hash(&[Some("a"), Some("bc")]), hash(&[Some("abc"), None]), hash(&[Some("abc"), Some("")])];
        assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
    }
}
