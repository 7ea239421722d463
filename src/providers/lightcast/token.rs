//! Tokens: kept until nine tenths of their life are over; one caller gets a new one while the others wait.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::{sync::Mutex, time::Instant};
use url::form_urlencoded;

use super::super::wire::{Figure, Needed};
use crate::net::{Answer, Call, CallError, Upstream};

const ROUTE: &str = "token";

/// How long a token is taken to be good for when nothing is said.
const HOUR: f64 = 3_600.0;

/// Where tokens are given; the upstream's base is the whole URL.
#[derive(Debug)]
pub struct TokenUpstream(pub Upstream);

/// Who asks for tokens, and for what.
#[derive(Debug)]
pub struct Account {
    /// The client's id.
    pub client_id: SecretString,
    /// The client's secret.
    pub client_secret: SecretString,
    /// What tokens are asked for.
    pub scope: String,
}

/// The token in force.
#[derive(Debug)]
pub(super) struct Tokens {
    upstream: Upstream,
    account: Account,
    current: Mutex<Option<Token>>,
}

#[derive(Debug)]
struct Token {
    value: SecretString,
    renew_at: Instant,
}

#[derive(Deserialize)]
struct Given {
    access_token: Needed,
    #[serde(default)]
    expires_in: Figure,
}

impl Tokens {
    pub(super) fn new(TokenUpstream(upstream): TokenUpstream, account: Account) -> Self {
        Self { upstream, account, current: Mutex::new(None) }
    }

    /// The token; a new one when its time is over, or when it is the one that was `refused`.
    pub(super) async fn get(&self, refused: Option<&SecretString>) -> Result<SecretString, CallError> {
        let mut current = self.current.lock().await;
        let now = Instant::now();
        let is_refused = |token: &Token| refused.is_some_and(|refused| refused.expose_secret() == token.value.expose_secret());
        let good = |token: &&Token| now < token.renew_at && !is_refused(token);
        if let Some(token) = current.as_ref().filter(good) {
            return Ok(token.value.clone());
        }
        *current = None;
        let given: Given = self.ask().await?.read()?;
        let life = given.expires_in.number().filter(|seconds| (1.0..=1e9).contains(seconds)).unwrap_or(HOUR);
        let value: SecretString = given.access_token.0.into();
        self.upstream.hide(value.clone());
        let renew_at = now + Duration::from_secs_f64(life * 0.9);
        *current = Some(Token { value: value.clone(), renew_at });
        Ok(value)
    }

    async fn ask(&self) -> Result<Answer, CallError> {
        let Account { client_id, client_secret, scope } = &self.account;
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", client_id.expose_secret())
            .append_pair("client_secret", client_secret.expose_secret())
            .append_pair("grant_type", "client_credentials")
            .append_pair("scope", scope)
            .finish();
        let nowhere: [&str; 0] = [];
        let call = Call::post(ROUTE, nowhere, "application/x-www-form-urlencoded", body.into()).answered_by(&[400]);
        let answer = self.upstream.call(call).await?;
        // OAuth tells of wrong credentials with 400.
        if answer.status() == 400 {
            return Err(self.upstream.close_route(ROUTE));
        }
        Ok(answer)
    }
}
