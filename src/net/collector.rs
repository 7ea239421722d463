//! The way to a collector of traces.

use std::{fmt, time::Duration};

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use reqwest::{
    Client,
    header::{AUTHORIZATION, HeaderValue},
    redirect,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::Handle;
use url::Url;

use super::transport::{ClientError, USER_AGENT, cause, is_local};

/// How long a message may take: spans that cannot be sent are dropped.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How many bytes of an answer are read.
const READ: usize = 16 << 10;

/// Sends traces, from whatever thread they come.
pub struct Collector {
    client: Client,
    runtime: Handle,
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

impl Collector {
    /// At that address, with what is sent as `Authorization`. To be called within a Tokio runtime.
    ///
    /// # Errors
    /// When there is no HTTP client, or the credential is none that a header can carry.
    pub fn new(url: &Url, authorization: Option<SecretString>) -> Result<Self, ClientError> {
        drop(rustls::crypto::ring::default_provider().install_default());
        let failed = |reason: String| ClientError { upstream: "the collector of traces", reason };
        let mut headers = reqwest::header::HeaderMap::new();
        if let Some(credential) = authorization {
            let mut value = HeaderValue::from_str(credential.expose_secret()).map_err(|_| failed("its credential is no header".into()))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let builder = Client::builder().user_agent(USER_AGENT).timeout(TIMEOUT).redirect(redirect::Policy::none()).default_headers(headers);
        let builder = if is_local(url) { builder.no_proxy() } else { builder };
        Ok(Self { client: builder.build().map_err(|error| failed(cause(&error)))?, runtime: Handle::current() })
    }
}

#[async_trait::async_trait]
impl HttpClient for Collector {
    /// The exporter has a thread of its own, where no connection could be waited for.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (client, request) = (self.client.clone(), request.map(reqwest::Body::from).try_into()?);
        self.runtime.spawn(async move { sent(&client, request).await }).await?
    }
}

async fn sent(client: &Client, request: reqwest::Request) -> Result<Response<Bytes>, HttpError> {
    let mut answer = client.execute(request).await.map_err(|error| cause(&error))?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut body = vec![];
    while let Some(part) = answer.chunk().await.map_err(|error| cause(&error))? {
        if body.len() + part.len() > READ {
            return Err("the answer is too long".into());
        }
        body.extend_from_slice(&part);
    }
    let mut told = Response::new(Bytes::from(body));
    *told.status_mut() = status;
    *told.headers_mut() = headers;
    Ok(told)
}
