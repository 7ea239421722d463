//! Subscriptions: graphql-transport-ws over WebSocket, and server-sent events in graphql-sse's "distinct connections" mode.

mod message;
mod session;

use std::{convert::Infallible, time::Duration};

use async_graphql::{Request, ServerError};
use axum::{
    extract::{State, WebSocketUpgrade, ws::CloseFrame, ws::Message},
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{StreamExt, stream};

use super::{
    Shared, auth,
    caller::Peer,
    graphql::{name_bad_requests, request_id, without_suggestions},
    shed::Held,
    written::Written,
};
use crate::{domain::access::Principal, graphql::RequestId};
use session::Session;

/// The protocol of the WebSocket, as npm's graphql-ws speaks it.
const PROTOCOL: &str = "graphql-transport-ws";

/// The largest message of a client, in bytes.
const MAX_MESSAGE: usize = 256 << 10;

/// How long a connection may stay silent before it is asked whether it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A WebSocket. The token comes in the header, or in `connection_init` as `{"authorization": "Bearer …"}`.
pub(super) async fn socket(State(shared): State<Shared>, peer: Peer, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    let id = RequestId(request_id(&headers).to_owned());
    let upgrade = upgrade.max_message_size(MAX_MESSAGE).protocols([PROTOCOL]);
    let understood = upgrade.selected_protocol().is_some();
    upgrade.on_upgrade(move |mut socket| async move {
        if understood {
            return Session::new(shared, (headers, peer), id).run(socket).await;
        }
        let frame = CloseFrame { code: 4406, reason: "Subprotocol not acceptable".into() };
        drop(socket.send(Message::Close(Some(frame))).await);
    })
}

/// An operation as server-sent events: `next` with each result, `complete` at the end. When the process stops, or the
/// credential is no longer good, the stream ends without `complete`, so that clients try again. `held` is given back with the
/// first result.
pub(super) fn events(shared: &Shared, headers: &HeaderMap, request: Request, principal: &Principal, mut held: Option<Held>) -> Response {
    let id = RequestId(request_id(headers).to_owned());
    let request = request.data(principal.clone()).data(shared.service.loaders(principal)).data(id);
    let explores = shared.may_explore(principal);
    let results = shared.schema.execute_stream(request).map(move |mut response| {
        drop(held.take());
        if !explores {
            without_suggestions(&mut response.errors);
        }
        name_bad_requests(&mut response.errors);
        Ok::<_, Infallible>(next(&response))
    });
    let complete = stream::once(async { Ok(Event::default().event("complete").data("")) });
    let revoked = auth::no_longer_let_in(shared.clone(), headers.clone());
    let open = results.chain(complete).take_until(Box::pin(shared.service.closing())).take_until(Box::pin(revoked));
    Sse::new(open).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}

/// An operation that is not executed, told as an event.
pub(super) fn refused(error: ServerError) -> Response {
    let mut response = async_graphql::Response::from_errors(vec![error]);
    name_bad_requests(&mut response.errors);
    let events = [next(&response), Event::default().event("complete").data("")];
    Sse::new(stream::iter(events.map(Ok::<_, Infallible>))).into_response()
}

fn next(response: &async_graphql::Response) -> Event {
    Event::default().event("next").data(String::from_utf8(Written::of(response).bytes()).unwrap_or_default())
}
