//! Who asks.

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::access::Principal;

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

/// A credential that is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadCredential;

/// The caller: the platform admin by the bearer token, anonymous without one.
pub(super) fn principal(headers: &HeaderMap, admin: AdminToken) -> Result<Principal, BadCredential> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(Principal::anonymous()) };
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(BadCredential)?;
    if scheme.eq_ignore_ascii_case("bearer") && admin.is(token.trim()) { Ok(Principal::platform_admin()) } else { Err(BadCredential) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(authorization: Option<&str>) -> Result<Principal, BadCredential> {
        let header = authorization.map(|value| (header::AUTHORIZATION, value.parse().expect("a header")));
        principal(&header.into_iter().collect(), AdminToken::new("secret"))
    }

    #[test]
    fn only_the_token_makes_an_admin() {
        assert_eq!(asked(None), Ok(Principal::anonymous()));
        assert_eq!(asked(Some("Bearer secret")), Ok(Principal::platform_admin()));
        assert_eq!(asked(Some("bearer  secret")), Ok(Principal::platform_admin()));
        for wrong in ["Bearer secre", "Bearer secret2", "Bearer", "Basic secret", "secret", ""] {
            assert_eq!(asked(Some(wrong)), Err(BadCredential), "{wrong}");
        }
    }
}
