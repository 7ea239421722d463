//! One document of a trusted address: read whole, or not at all.

use std::time::Duration;

use reqwest::{Client, redirect};
use url::Url;

use super::transport::{ClientError, USER_AGENT, cause};

/// How long it may take, all in all.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Reads documents of addresses that the operator set. A redirect is not followed.
#[derive(Debug, Clone)]
pub struct Fetcher(Client);

impl Fetcher {
    /// One for documents that `what` names in errors.
    pub fn new(what: &'static str) -> Result<Self, ClientError> {
        // Fails when there is one already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .timeout(TIMEOUT)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| ClientError { upstream: what, reason: cause(&error) })?;
        Ok(Self(client))
    }

    /// The document at `url`, of `most` bytes at most; what went wrong otherwise.
    pub async fn fetch(&self, url: &Url, most: usize) -> Result<Vec<u8>, String> {
        let mut answer = self.0.get(url.clone()).send().await.map_err(|error| cause(&error))?;
        if !answer.status().is_success() {
            return Err(format!("the answer has the status {}", answer.status().as_u16()));
        }
        let mut read = vec![];
        while let Some(chunk) = answer.chunk().await.map_err(|error| cause(&error))? {
            if read.len() + chunk.len() > most {
                return Err(format!("the answer has more than {most} bytes"));
            }
            read.extend_from_slice(&chunk);
        }
        Ok(read)
    }
}
