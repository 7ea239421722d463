//! Tokens of an identity provider (RFC 7519): whom they stand for.

mod crypto;
mod keys;

use std::{collections::BTreeSet, fmt};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Header, Validation, decode, decode_header, errors::ErrorKind};
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;
use uuid::Uuid;

use super::{Result, Service};
use crate::{
    config::Jwt,
    domain::access::{Actor, ActorKind, Principal, Scope},
    net::ClientError,
};
use keys::{Keys, NoKeys};

/// How far clocks may be apart.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);
/// How many bytes a token may have.
const MOST: usize = 8 << 10;
/// How many characters of a subject or a name are taken.
const NAME: usize = 200;

/// Settings of tokens that do not fit together.
#[derive(Debug, Error)]
pub enum TokensError {
    /// Some are set, and others that they need are not.
    #[error("`{0}` is missing: `jwt.issuer`, `jwt.audience` and `jwt.keys` are set together, or not at all")]
    Missing(&'static str),
    /// There is no way to the keys.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenProblem {
    /// For this reason.
    Bad(String),
    /// The provider's keys, or the company, cannot be looked up now.
    Unknown,
}

impl TokenProblem {
    fn bad(reason: impl Into<String>) -> Self {
        Self::Bad(reason.into())
    }
}

/// Whose tokens are believed.
pub(super) struct Tokens {
    keys: Keys,
    validation: Validation,
    scope_claim: String,
    company_claim: String,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("issuer", &self.validation.iss).finish_non_exhaustive()
    }
}

/// What a token says. Times are read here, so that the service's clock decides.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: f64,
    nbf: Option<f64>,
    name: Option<String>,
    #[serde(flatten)]
    others: serde_json::Map<String, Value>,
}

impl Tokens {
    /// By the settings; none when tokens are not set up.
    pub(super) fn new(settings: &Jwt) -> Result<Option<Self>, TokensError> {
        let (issuer, audience, source) = match (&settings.issuer, &settings.audience, &settings.keys) {
            (None, None, None) => return Ok(None),
            (Some(issuer), Some(audience), Some(source)) => (issuer, audience, source),
            (None, ..) => return Err(TokensError::Missing("jwt.issuer")),
            (_, None, _) => return Err(TokensError::Missing("jwt.audience")),
            (.., None) => return Err(TokensError::Missing("jwt.keys")),
        };
        crypto::install();
        let algorithms = settings.algorithms.names().iter().filter_map(|name| name.parse().ok()).collect();
        // The times are read by the service's clock.
        let mut validation = Validation { algorithms, ..Validation::default() };
        (validation.validate_exp, validation.validate_nbf) = (false, false);
        validation.set_issuer(&[issuer.as_str()]);
        validation.set_audience(&[audience.as_str()]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let (scope_claim, company_claim) = (settings.scope_claim.as_str().to_owned(), settings.company_claim.as_str().to_owned());
        Ok(Some(Self { keys: Keys::new(source.clone())?, validation, scope_claim, company_claim }))
    }

    /// What a token says, once its signature, issuer, audience and times are right.
    async fn claims(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenProblem> {
        if token.len() > MOST {
            return Err(TokenProblem::bad(format!("The token has more than {MOST} bytes.")));
        }
        let header: Header = decode_header(token).map_err(|error| self.problem(error.kind()))?;
        if !self.validation.algorithms.contains(&header.alg) {
            return Err(self.problem(&ErrorKind::InvalidAlgorithm));
        }
        let key = match self.keys.find(header.kid.as_deref(), now).await {
            Ok(key) => key.ok_or_else(|| TokenProblem::bad("The token is signed by a key that is not one of the identity provider's."))?,
            Err(NoKeys) => return Err(TokenProblem::Unknown),
        };
        if !key.fits(header.alg) {
            return Err(self.problem(&ErrorKind::InvalidAlgorithm));
        }
        let mut validation = self.validation.clone();
        validation.algorithms = vec![header.alg];
        let claims = decode::<Claims>(token, &key.key, &validation).map_err(|error| self.problem(error.kind()))?.claims;
        in_time(&claims, now)?;
        Ok(claims)
    }

    /// What is wrong, in words that repeat nothing of the token.
    fn problem(&self, kind: &ErrorKind) -> TokenProblem {
        let names = || self.validation.algorithms.iter().map(|algorithm| format!("{algorithm:?}")).collect::<Vec<_>>().join(", ");
        TokenProblem::Bad(match kind {
            ErrorKind::InvalidSignature => "The token's signature is wrong.".to_owned(),
            ErrorKind::InvalidIssuer => "The token is of another issuer.".to_owned(),
            ErrorKind::InvalidAudience => "The token is for another audience.".to_owned(),
            ErrorKind::MissingRequiredClaim(claim) => format!("The token has no claim `{claim}`, or not of the right type."),
            ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName | ErrorKind::UnsupportedAlgorithm | ErrorKind::MissingAlgorithm => {
                format!("The token's algorithm, or its key's, is not allowed. Allowed are {}.", names())
            }
            ErrorKind::Json(_) | ErrorKind::InvalidClaimFormat(_) => {
                "The token's parts are no JSON, or a claim is missing or not of the right type: `sub` is a text, `exp` and `nbf` are numbers.".to_owned()
            }
            _ => NOT_GOOD.to_owned(),
        })
    }

    fn scopes(&self, claims: &Claims) -> BTreeSet<Scope> {
        let names: Vec<&str> = match claims.others.get(&self.scope_claim) {
            Some(Value::String(names)) => names.split_ascii_whitespace().collect(),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => vec![],
        };
        // Tokens carry scopes of other services too.
        names.into_iter().filter_map(|name| name.parse().ok()).collect()
    }
}

const NOT_GOOD: &str = "This token is not good: send a good one, or none.";

/// Whether the token's time has come and is not over (RFC 7519, sections 4.1.4 and 4.1.5).
fn in_time(claims: &Claims, now: DateTime<Utc>) -> Result<(), TokenProblem> {
    // Seconds since 1970 are far below what an f64 holds exactly.
    let (now, leeway) = (now.timestamp() as f64, LEEWAY.num_seconds() as f64);
    let told = |seconds: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "a number that is too large is told as the largest, which is no time")]
        DateTime::from_timestamp(seconds as i64, 0).map_or_else(|| "another age".to_owned(), |at| at.to_string())
    };
    if claims.exp + leeway <= now {
        return Err(TokenProblem::bad(format!("The token expired at {}.", told(claims.exp))));
    }
    match claims.nbf {
        Some(begin) if begin - leeway > now => Err(TokenProblem::bad(format!("The token is not good before {}.", told(begin)))),
        _ => Ok(()),
    }
}

impl Service {
    /// Whom a token of the identity provider stands for. Its company is looked up; without one it may do everything, with
    /// platform:admin, or read what is public.
    pub async fn bearer_of(&self, token: &str) -> Result<Principal, TokenProblem> {
        let Some(tokens) = &self.tokens else { return Err(TokenProblem::bad(NOT_GOOD)) };
        let claims = tokens.claims(token, self.clock.now()).await?;
        let subject: String = claims.sub.chars().filter(|c| !c.is_control()).take(NAME).collect();
        if subject.is_empty() {
            return Err(TokenProblem::bad("The token's claim `sub` is empty."));
        }
        let name = claims.name.as_deref().map(|name| name.chars().filter(|c| !c.is_control()).take(NAME).collect::<String>());
        let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        // With a prefix, so that nobody is taken for another kind of actor.
        let actor = Actor { id: format!("jwt:{subject}"), name: name.unwrap_or(subject), kind: ActorKind::User };
        let scopes = tokens.scopes(&claims);
        let company = match claims.others.get(&tokens.company_claim) {
            None | Some(Value::Null) => None,
            Some(Value::String(company)) => Some(self.company_of_token(company).await?),
            Some(_) => return Err(TokenProblem::bad(format!("The token's claim `{}` is no text.", tokens.company_claim))),
        };
        Ok(Principal::program(actor, company, scopes))
    }

    /// A company by the id in the database or the slug that a token names.
    async fn company_of_token(&self, named: &str) -> Result<Uuid, TokenProblem> {
        let found = match named.parse::<Uuid>() {
            Ok(id) => self.store.companies(&[id]).await.map(|found| found.into_values().next()),
            Err(_) => self.store.company_by_slug(named).await,
        };
        match found {
            Ok(Some(company)) => Ok(company.id),
            Ok(None) => Err(TokenProblem::bad("The token is of a company that is not known here.")),
            Err(error) => {
                tracing::error!("cannot look the company of a token up: {error:#}");
                Err(TokenProblem::Unknown)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_from_its_beginning_to_its_end_with_half_a_minute_at_each() {
        let now = DateTime::from_timestamp(1_000, 0).expect("a time");
        let at = |nbf: Option<f64>, exp: f64| {
            in_time(&Claims { sub: String::new(), exp, nbf, name: None, others: serde_json::Map::new() }, now).is_ok()
        };
        assert!(at(None, 1_001.0) && at(None, 970.5) && at(Some(1_030.0), 2_000.0) && at(Some(0.0), 4e18));
        assert!(!at(None, 970.0) && !at(Some(1_030.5), 2_000.0) && !at(Some(4e18), 5e18));
    }
}
