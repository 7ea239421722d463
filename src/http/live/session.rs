//! One WebSocket: what its client may say when, and the operations that it has under way.
//!
//! Each operation runs in a task of its own and hands its messages over through one short channel, so a client that reads
//! slowly holds its own operations up, and nothing piles up in memory. When the connection ends, all of them end.

use std::{collections::HashMap, net::IpAddr, sync::Arc, time::Duration};

use async_graphql::{Request, Response, ServerError, parser::types::OperationType};
use axum::{
    Error,
    extract::ws::{CloseFrame, Message},
    http::{HeaderMap, HeaderValue, header},
};
use futures::{Sink, SinkExt, Stream, StreamExt, future::BoxFuture, stream::BoxStream};
use serde_json::{Map, Value};
use tokio::{
    sync::mpsc,
    task::AbortHandle,
    time::{interval, sleep, timeout},
};

use super::{
    super::{
        Shared,
        auth::{self, NotLetIn},
        caller::{Peer, Who},
        graphql::{name_bad_requests, operation::Operation as Asked, prepared, without_suggestions},
        written::{Written, was_refused},
    },
    KEEP_ALIVE,
    message::{Incoming, Outgoing},
};
use crate::{
    domain::access::Principal,
    graphql::{RequestId, Unfit},
};

/// How long a client may take to introduce itself.
const INIT_WAIT: Duration = Duration::from_secs(3);

/// How long a client may take to take a message.
const TAKE_WAIT: Duration = Duration::from_secs(30);

/// The most operations of one connection at once.
const MAX_OPERATIONS: usize = 100;

/// How many messages may wait for the client.
const WAITING: usize = 16;

/// Why the server ends a connection.
#[derive(Debug, PartialEq, Eq)]
struct Farewell(u16, String);

impl Farewell {
    fn new(code: u16, reason: impl Into<String>) -> Self {
        Self(code, reason.into())
    }

    /// The reason fits into a control frame: at most 123 bytes.
    fn frame(self) -> Message {
        let Self(code, mut reason) = self;
        reason.truncate(reason.floor_char_boundary(123));
        Message::Close(Some(CloseFrame { code, reason: reason.into() }))
    }
}

/// A message of an operation.
struct Told {
    id: Arc<str>,
    /// Which of the operations that had this id.
    number: u64,
    text: String,
    /// Nothing comes after it.
    last: bool,
}

/// An operation under way; it ends when this is dropped.
struct Operation {
    number: u64,
    task: AbortHandle,
}

impl Drop for Operation {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A connection.
pub(super) struct Session {
    shared: Shared,
    headers: HeaderMap,
    address: Option<IpAddr>,
    request_id: RequestId,
    /// Who it is; none until it has introduced itself.
    principal: Option<Principal>,
    /// Done when the credential is no longer good.
    revoked: Option<BoxFuture<'static, ()>>,
    operations: HashMap<String, Operation>,
    /// How many operations there have been.
    begun: u64,
}

impl Session {
    pub(super) fn new(shared: Shared, (headers, peer): (HeaderMap, Peer), request_id: RequestId) -> Self {
        let address = peer.caller(&headers, shared.options.trusted_proxies);
        Self { shared, headers, address, request_id, principal: None, revoked: None, operations: HashMap::new(), begun: 0 }
    }

    /// Serves the connection until one of the two ends it.
    pub(super) async fn run(mut self, mut socket: impl Stream<Item = Result<Message, Error>> + Sink<Message> + Unpin) {
        // Held until the farewell is sent: the process waits for it.
        let mut closing = Box::pin(self.shared.service.closing());
        if let Some(farewell) = self.talk(&mut socket, closing.as_mut()).await {
            drop(timeout(TAKE_WAIT, socket.send(farewell.frame())).await);
        }
    }

    /// Talks until somebody has to go; none when the client is gone already.
    async fn talk<S>(&mut self, socket: &mut S, mut closing: impl Future<Output = ()> + Unpin) -> Option<Farewell>
    where
        S: Stream<Item = Result<Message, Error>> + Sink<Message> + Unpin,
    {
        let (sender, mut told) = mpsc::channel(WAITING);
        let mut too_late = Box::pin(sleep(INIT_WAIT));
        let (mut ticks, mut heard) = (interval(KEEP_ALIVE), true);
        ticks.tick().await;
        loop {
            let message = tokio::select! {
                incoming = socket.next() => {
                    heard = true;
                    match self.hear(incoming?.ok()?, &sender).await {
                        Ok(answer) => answer.map(|answer| Message::Text(answer.into())),
                        Err(farewell) => return farewell,
                    }
                }
                Some(told) = told.recv() => self.still_wanted(told).map(|text| Message::Text(text.into())),
                _ = ticks.tick() => {
                    if !std::mem::take(&mut heard) {
                        return Some(Farewell::new(1001, "Nothing was heard for too long"));
                    }
                    Some(Message::Ping(vec![].into()))
                }
                () = &mut too_late, if self.principal.is_none() => return Some(Farewell::new(4408, "Connection initialisation timeout")),
                () = until(self.revoked.as_mut()) => return Some(Farewell::new(4403, "This token is not good any more")),
                () = &mut closing => return Some(Farewell::new(1001, "The service stops")),
            };
            if let Some(message) = message {
                timeout(TAKE_WAIT, socket.send(message)).await.ok()?.ok()?;
            }
        }
    }

    /// What a frame is answered at once.
    async fn hear(&mut self, frame: Message, sender: &mpsc::Sender<Told>) -> Result<Option<String>, Option<Farewell>> {
        let text = match frame {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) => return Ok(None),
            Message::Close(_) => return Err(None),
            Message::Binary(_) => return Err(Some(Farewell::new(4400, "Messages are JSON texts"))),
        };
        let incoming = serde_json::from_str(&text).map_err(|error| Some(Farewell::new(4400, format!("Invalid message: {error}"))))?;
        match incoming {
            Incoming::ConnectionInit { payload } => self.introduce(&payload).await.map(Some).map_err(Some),
            Incoming::Ping { payload } => Ok(Some(Outgoing::Pong { payload }.text())),
            Incoming::Pong {} => Ok(None),
            Incoming::Subscribe { id, payload } => self.subscribe(id, payload, sender).map_err(Some),
            Incoming::Complete { id } => {
                self.operations.remove(&id);
                Ok(None)
            }
        }
    }

    async fn introduce(&mut self, payload: &Value) -> Result<String, Farewell> {
        if self.principal.is_some() {
            return Err(Farewell::new(4429, "Too many initialisation requests"));
        }
        let given = ["authorization", "Authorization"].iter().find_map(|name| payload.get(name)?.as_str());
        if let Some(value) = given.and_then(|text| HeaderValue::from_str(text).ok()) {
            self.headers.insert(header::AUTHORIZATION, value);
        }
        let principal = auth::principal(&self.shared, &self.headers).await.map_err(|refused| match refused {
            NotLetIn::Bad(_) => Farewell::new(4403, "This token is not good"),
            NotLetIn::Unknown => Farewell::new(1013, "The credential cannot be looked up now"),
        })?;
        self.revoked = Some(Box::pin(auth::no_longer_let_in(self.shared.clone(), self.headers.clone())));
        self.principal = Some(principal);
        Ok(Outgoing::ConnectionAck.text())
    }

    fn subscribe(&mut self, id: String, payload: Map<String, Value>, sender: &mpsc::Sender<Told>) -> Result<Option<String>, Farewell> {
        let Some(principal) = self.principal.clone() else { return Err(Farewell::new(4401, "Unauthorized")) };
        if self.operations.contains_key(&id) {
            return Err(Farewell::new(4409, format!("Subscriber for {id} already exists")));
        }
        let asked = Asked::read(payload).map_err(|refusal| Farewell::new(4400, refusal.message()))?;
        let refused = |error: ServerError| {
            let mut errors = [error];
            name_bad_requests(&mut errors);
            Ok(Some(Outgoing::Error { id: &id, payload: &errors }.text()))
        };
        if self.operations.len() >= MAX_OPERATIONS {
            return refused(coded("LIMIT_EXCEEDED", format!("A connection has at most {MAX_OPERATIONS} operations at once.")));
        }
        let mut prepared = match prepared(&self.shared, &principal, asked) {
            Ok(prepared) => prepared,
            Err(Unfit::TooMuch(message)) => return refused(coded("TOO_COMPLEX", message)),
            Err(Unfit::Wrong(error)) => return refused(error),
        };
        if let Err(too_fast) = self.shared.rates.take(&Who::of(&principal, self.address), prepared.cost.estimated) {
            return refused(coded("RATE_LIMITED", too_fast.message().to_owned()));
        }
        let data = (self.shared.service.loaders(&principal), self.request_id.clone());
        let explores = self.shared.may_explore(&principal);
        let request = prepared.executable().data(principal).data(data.0).data(data.1);
        self.begun += 1;
        let line = Line { id: id.as_str().into(), number: self.begun, explores, sender: sender.clone() };
        let task = tokio::spawn(line.relay(self.shared.clone(), prepared.kind, request)).abort_handle();
        self.operations.insert(id, Operation { number: self.begun, task });
        Ok(None)
    }

    /// The text, unless the client has completed the operation meanwhile.
    fn still_wanted(&mut self, told: Told) -> Option<String> {
        self.operations.get(&*told.id).filter(|operation| operation.number == told.number)?;
        if told.last {
            self.operations.remove(&*told.id);
        }
        Some(told.text)
    }
}

/// Where an operation's messages go.
struct Line {
    id: Arc<str>,
    number: u64,
    /// The caller may look at the schema.
    explores: bool,
    sender: mpsc::Sender<Told>,
}

impl Line {
    /// Executes an operation and tells what comes of it. A single result has to come before the deadline of requests.
    async fn relay(self, shared: Shared, kind: OperationType, request: Request) {
        let results = shared.schema.execute_stream(request);
        if kind == OperationType::Subscription {
            return self.tell_all(results).await;
        }
        let held = match shared.gate.enter().await {
            Ok(held) => held,
            Err(overloaded) => {
                let error = coded("OVERLOADED", overloaded.message().to_owned());
                return self.tell(&Outgoing::Error { id: &self.id, payload: &[error] }, true).await;
            }
        };
        let deadline = shared.options.deadline;
        if held.during(timeout(deadline, self.tell_all(results))).await.is_err() {
            let error = coded("TIMEOUT", format!("The operation took longer than {} s.", deadline.as_secs()));
            self.tell(&Outgoing::Error { id: &self.id, payload: &[error] }, true).await;
        }
    }

    async fn tell_all(&self, mut results: BoxStream<'static, Response>) {
        while let Some(mut response) = results.next().await {
            if !self.explores {
                without_suggestions(&mut response.errors);
            }
            name_bad_requests(&mut response.errors);
            if was_refused(&response) {
                return self.tell(&Outgoing::Error { id: &self.id, payload: &response.errors }, true).await;
            }
            self.tell(&Outgoing::Next { id: &self.id, payload: Written::of(&response) }, false).await;
        }
        self.tell(&Outgoing::Complete { id: &self.id }, true).await;
    }

    async fn tell(&self, message: &Outgoing<'_>, last: bool) {
        let told = Told { id: Arc::clone(&self.id), number: self.number, text: message.text(), last };
        // Nobody takes it when the connection is gone; then this task ends too.
        drop(self.sender.send(told).await);
    }
}

/// When that comes, if it ever does.
async fn until(end: Option<&mut BoxFuture<'static, ()>>) {
    match end {
        Some(end) => end.await,
        None => std::future::pending().await,
    }
}

fn coded(code: &str, message: String) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code);
    error
}
