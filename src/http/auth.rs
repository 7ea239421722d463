//! Who asks.

use std::time::Duration;

use axum::http::{HeaderMap, StatusCode, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Shared, refusal::Refusal};
use crate::{
    domain::{
        access::Principal,
        keys::{KeyProblem, KeySecret},
    },
    service::TokenProblem,
};

/// The platform admin's token, as a digest: the token itself is nowhere kept.
#[derive(Debug, Clone, Copy)]
pub struct AdminToken([u8; 32]);

impl AdminToken {
    /// Of that text.
    pub fn new(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    fn is(&self, token: &str) -> bool {
        self.0.ct_eq(&Self::new(token).0).into()
    }
}

/// Why a caller is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotLetIn {
    /// The credential is not good, for this reason.
    Bad(String),
    /// It cannot be looked up now.
    Unknown,
}

impl NotLetIn {
    fn bad(reason: &str) -> Self {
        Self::Bad(reason.to_owned())
    }
}

impl From<NotLetIn> for Refusal {
    fn from(refused: NotLetIn) -> Self {
        match refused {
            NotLetIn::Bad(reason) => Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", reason),
            NotLetIn::Unknown => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "The credential cannot be looked up now: try again.")
            }
        }
    }
}

/// The caller: the platform admin by the token, a program by its key, somebody whom the identity provider knows by its token,
/// anonymous without a credential.
pub(super) async fn principal(shared: &Shared, headers: &HeaderMap) -> Result<Principal, NotLetIn> {
    let Some(token) = bearer(headers)? else { return Ok(Principal::anonymous()) };
    if shared.admin.is(token) {
        return Ok(Principal::platform_admin());
    }
    // Keys have no dots, and the three parts of other tokens two.
    if token.contains('.') {
        return shared.service.bearer_of(token).await.map_err(|problem| match problem {
            TokenProblem::Bad(reason) => NotLetIn::Bad(reason),
            TokenProblem::Unknown => NotLetIn::Unknown,
        });
    }
    let not_good = || NotLetIn::bad("This token is not good: send a good one, or none.");
    let secret = KeySecret::parse(token).ok_or_else(not_good)?;
    match shared.service.holder_of(&secret).await {
        Ok(Ok(principal)) => Ok(principal),
        Ok(Err(KeyProblem::Unknown)) => Err(not_good()),
        Ok(Err(KeyProblem::Revoked(at))) => Err(NotLetIn::Bad(format!("The key {} was revoked at {at}.", secret.prefix()))),
        Ok(Err(KeyProblem::Expired(at))) => Err(NotLetIn::Bad(format!("The key {} expired at {at}.", secret.prefix()))),
        Err(error) => {
            tracing::error!(key = secret.prefix(), "cannot look a key up: {error:#}");
            Err(NotLetIn::Unknown)
        }
    }
}

/// Done as soon as the credential of a request is no longer good; never for one without a credential.
pub(super) async fn no_longer_let_in(shared: Shared, headers: HeaderMap) {
    if !headers.contains_key(header::AUTHORIZATION) {
        return std::future::pending().await;
    }
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        if let Err(NotLetIn::Bad(_)) = principal(&shared, &headers).await {
            return;
        }
    }
}

/// How often to look whether somebody who stays is still let in.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The token that a request came with.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, NotLetIn> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), more) = (values.next(), values.next()) else { return Ok(None) };
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).unwrap_or_default();
    if more.is_some() || !scheme.eq_ignore_ascii_case("bearer") {
        return Err(NotLetIn::bad("The credential is sent as `Authorization: Bearer <token>`, once."));
    }
    Ok(Some(token.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(authorization: &[&str]) -> Result<Option<String>, NotLetIn> {
        let headers = authorization.iter().map(|value| (header::AUTHORIZATION, value.parse().expect("a header"))).collect();
        bearer(&headers).map(|token| token.map(str::to_owned))
    }

    #[test]
    fn the_token_is_read_from_one_bearer_header() {
        assert_eq!(asked(&[]), Ok(None));
        assert_eq!(asked(&["Bearer secret"]), Ok(Some("secret".into())));
        assert_eq!(asked(&["bearer  secret"]), Ok(Some("secret".into())));
        for wrong in [&["Basic secret"][..], &["secret"], &[""], &["Bearer a", "Bearer a"]] {
            assert!(asked(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn only_the_very_token_is_the_admins() {
        let admin = AdminToken::new("secret");
        assert!(admin.is("secret"));
        for wrong in ["secre", "secret2", "", "Secret"] {
            assert!(!admin.is(wrong), "{wrong}");
        }
    }
}
