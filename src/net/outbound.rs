//! Messages to addresses that users gave: to the public internet only, once it is known where the name leads.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    header::RETRY_AFTER,
    redirect,
};
use url::{Host, Url};

use super::transport::{ClientError, USER_AGENT, cause};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How many bytes of an answer are read.
const READ: usize = 16 << 10;
/// How many characters of an answer are kept.
const KEPT: usize = 1_000;

/// Whether an address may be called.
pub type MayCall = fn(IpAddr) -> bool;

/// Who sends messages.
#[derive(Debug, Clone)]
pub struct Outbound {
    client: Client,
    may_call: MayCall,
}

/// What came of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The status of the answer; none when there was none.
    pub status: Option<u16>,
    /// What went wrong; none when it was taken.
    pub error: Option<String>,
    /// How long the receiver asks to wait.
    pub retry_after: Option<Duration>,
}

impl Sent {
    fn failed(error: impl Into<String>) -> Self {
        Self { status: None, error: Some(error.into()), retry_after: None }
    }
}

/// Looks names up, and keeps the addresses that may be called: checked and connected to are the same ones.
struct Checked(MayCall);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let may_call = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| may_call(address.ip())).collect();
            if allowed.is_empty() {
                return Err("the name leads to no address of the public internet".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

impl Outbound {
    /// One that calls addresses of which `may_call` is true.
    pub fn new(may_call: MayCall) -> Result<Self, ClientError> {
        // Fails when there is one already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT)
            .timeout(TIMEOUT)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .dns_resolver(Arc::new(Checked(may_call)))
            .build()
            .map_err(|error| ClientError { upstream: "webhooks", reason: cause(&error) })?;
        Ok(Self { client, may_call })
    }

    /// Sends JSON. A redirect is not followed, and an address that stands in the URL itself is checked as one behind a name is.
    pub async fn post(&self, url: &Url, headers: &[(&'static str, String)], body: String) -> Sent {
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        if literal.is_some_and(|address| !(self.may_call)(address)) {
            return Sent::failed("the address is none of the public internet");
        }
        let mut request = self.client.post(url.clone()).header("content-type", "application/json").body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if error.is_timeout() => return Sent::failed(format!("no answer within {} s", TIMEOUT.as_secs())),
            Err(error) => return Sent::failed(cause(&error)),
        };
        let status = answer.status();
        let retry_after =
            answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok()).map(Duration::from_secs);
        let mut read = vec![];
        while read.len() < READ
            && let Ok(Some(chunk)) = answer.chunk().await
        {
            read.extend_from_slice(&chunk[..chunk.len().min(READ - read.len())]);
        }
        let said: String = String::from_utf8_lossy(&read).chars().filter(|c| !c.is_control()).take(KEPT).collect();
        let error = (!status.is_success())
            .then(|| if said.is_empty() { format!("status {}", status.as_u16()) } else { format!("status {}: {said}", status.as_u16()) });
        Sent { status: Some(status.as_u16()), error, retry_after }
    }
}
