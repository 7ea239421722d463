//! Keys of programs: `rg_<prefix>_<secret>`, of which the service keeps the prefix and a digest.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::access::{Actor, ActorKind, Principal, Scope};

/// What a key begins with.
const MARK: &str = "rg_";
/// How many characters the prefix has, without the mark: hexadecimal digits.
const PREFIX: usize = 12;
/// How many characters 32 random bytes have in base64url.
const SECRET: usize = 43;

/// The key of a program, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: Uuid,
    /// The company whose data it opens; none for the platform's keys.
    pub company_id: Option<Uuid>,
    /// For people to read.
    pub name: String,
    /// The part of the key that may be shown, with which it begins.
    pub prefix: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// Who created it.
    pub created_by: Actor,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// From when on it is not good any more.
    pub expires_at: Option<DateTime<Utc>>,
    /// About when it was used last.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Why a key is not good any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyProblem {
    /// Nobody gave it out.
    Unknown,
    /// It was revoked.
    Revoked(DateTime<Utc>),
    /// Its time is over.
    Expired(DateTime<Utc>),
}

impl ApiKey {
    /// Whom the key stands for, while it is good.
    pub fn principal(&self, now: DateTime<Utc>) -> Result<Principal, KeyProblem> {
        if let Some(at) = self.revoked_at {
            return Err(KeyProblem::Revoked(at));
        }
        if let Some(at) = self.expires_at.filter(|at| *at <= now) {
            return Err(KeyProblem::Expired(at));
        }
        let actor = Actor { id: self.id.to_string(), name: self.name.clone(), kind: ActorKind::ApiKey };
        Ok(Principal::program(actor, self.company_id, self.scopes.iter().copied()))
    }
}

/// A key as it is given out: shown once, and nowhere kept.
#[derive(Clone, PartialEq, Eq)]
pub struct KeySecret(String);

impl std::fmt::Debug for KeySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("KeySecret").field(&self.prefix()).finish_non_exhaustive()
    }
}

impl KeySecret {
    /// A key of these random bytes.
    pub fn new(prefix: [u8; PREFIX / 2], secret: [u8; 32]) -> Self {
        let prefix: String = prefix.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("{MARK}{prefix}_{}", URL_SAFE_NO_PAD.encode(secret)))
    }

    /// The key that a text is; none for a text that is no key of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, secret) = text.strip_prefix(MARK)?.split_at_checked(PREFIX)?;
        let secret = secret.strip_prefix('_')?;
        let hexadecimal = prefix.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let base64 = secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        (hexadecimal && base64 && secret.len() == SECRET).then(|| Self(text.to_owned()))
    }

    /// The part that may be shown.
    pub fn prefix(&self) -> &str {
        &self.0[..MARK.len() + PREFIX]
    }

    /// SHA-256 of the key. It is random, so nothing slower is needed to keep it from being guessed.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The key itself, to be shown once.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ApiKey {
        ApiKey {
            id: Uuid::nil(),
            company_id: Some(Uuid::nil()),
            name: "Partner".into(),
            prefix: "rg_0".into(),
            scopes: [Scope::JobsRead].into(),
            created_by: Actor::system("test"),
            created_at: DateTime::default(),
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn keys_are_read_back_and_anything_else_is_no_key() {
        let secret = KeySecret::new([0xab; 6], [7; 32]);
        assert_eq!(secret.prefix(), "rg_abababababab");
        assert_eq!(KeySecret::parse(secret.expose()), Some(secret.clone()));
        assert_ne!(KeySecret::new([0xab; 6], [8; 32]).digest(), secret.digest());
        for wrong in ["", "rg_", "rg_abababababab", &secret.expose()[1..], &format!("{}x", secret.expose()), "rg_abababababé_"] {
            assert_eq!(KeySecret::parse(wrong), None, "{wrong}");
        }
        assert_eq!(format!("{secret:?}"), "KeySecret(\"rg_abababababab\", ..)", "it is never told");
    }

    #[test]
    fn a_key_is_good_until_its_time_is_over_or_it_is_revoked() {
        let (now, later) = (DateTime::from_timestamp(100, 0).expect("a time"), DateTime::from_timestamp(101, 0).expect("a time"));
        let principal = key().principal(now).expect("it is good");
        assert_eq!((principal.company(), principal.may(Scope::JobsRead)), (Some(Uuid::nil()), true));
        assert_eq!(ApiKey { expires_at: Some(now), ..key() }.principal(now), Err(KeyProblem::Expired(now)));
        assert!(ApiKey { expires_at: Some(later), ..key() }.principal(now).is_ok());
        assert_eq!(ApiKey { revoked_at: Some(now), expires_at: Some(now), ..key() }.principal(now), Err(KeyProblem::Revoked(now)));
    }

    #[test]
    fn a_key_of_nobodys_company_opens_the_shared_data_or_everything() {
        let open = ApiKey { company_id: None, scopes: [Scope::JobsRead, Scope::JobsWrite].into(), ..key() };
        assert!(open.principal(DateTime::default()).expect("it is good").scopes().is_empty());
        let admin = ApiKey { company_id: None, scopes: [Scope::PlatformAdmin].into(), ..key() };
        assert!(admin.principal(DateTime::default()).expect("it is good").may(Scope::JobsWrite));
        let company = ApiKey { scopes: [Scope::PlatformAdmin, Scope::JobsRead].into(), ..key() };
        assert_eq!(company.principal(DateTime::default()).expect("it is good").scopes(), &[Scope::JobsRead].into());
    }
}
