//! Subscriptions: graphql-transport-ws over WebSocket, and server-sent events in graphql-sse's "distinct connections" mode.

use std::{convert::Infallible, time::Duration};

use async_graphql::{Data, Request, http::ALL_WEBSOCKET_PROTOCOLS};
use async_graphql_axum::{GraphQLProtocol, GraphQLWebSocket};
use axum::{
    extract::{State, WebSocketUpgrade},
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{StreamExt, stream};

use super::{Shared, auth, graphql::request_id};
use crate::{domain::access::Principal, graphql::RequestId};

/// The largest message of a client, in bytes.
const MAX_MESSAGE: usize = 256 << 10;

/// How long a connection may stay silent before it is asked whether it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A WebSocket. The token comes in the header, or in `connection_init` as `{"authorization": "Bearer …"}`.
pub(super) async fn socket(
    State(shared): State<Shared>,
    headers: HeaderMap,
    protocol: GraphQLProtocol,
    upgrade: WebSocketUpgrade,
) -> Response {
    let id = RequestId(request_id(&headers).to_owned());
    upgrade.max_message_size(MAX_MESSAGE).protocols(ALL_WEBSOCKET_PROTOCOLS).on_upgrade(move |stream| async move {
        let admin = shared.admin;
        let service = shared.service.clone();
        let hello = move |payload: serde_json::Value| async move {
            let principal =
                auth::principal(&with_token(headers, &payload), admin).map_err(|_| async_graphql::Error::new("This token is not good."))?;
            let mut data = Data::default();
            data.insert(service.loaders(&principal));
            data.insert(principal);
            data.insert(id);
            Ok(data)
        };
        GraphQLWebSocket::new(stream, shared.schema.clone(), protocol)
            .on_connection_init(hello)
            .keepalive_timeout(KEEP_ALIVE)
            .serve()
            .await;
    })
}

fn with_token(mut headers: HeaderMap, payload: &serde_json::Value) -> HeaderMap {
    let given = ["authorization", "Authorization"].iter().find_map(|name| payload.get(name)?.as_str());
    if let Some(value) = given.and_then(|text| HeaderValue::from_str(text).ok()) {
        headers.insert(header::AUTHORIZATION, value);
    }
    headers
}

/// True when a client wants server-sent events.
pub(super) fn wants_events(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/event-stream"))
}

/// An operation as server-sent events: `next` with each result, `complete` at the end.
pub(super) fn events(shared: &Shared, id: String, request: Request, principal: &Principal) -> Response {
    let request = request.data(principal.clone()).data(shared.service.loaders(principal)).data(RequestId(id));
    let results = shared.schema.execute_stream(request).map(|response| {
        let text = serde_json::to_string(&response).unwrap_or_default();
        Ok::<_, Infallible>(Event::default().event("next").data(text))
    });
    let complete = stream::once(async { Ok(Event::default().event("complete").data("")) });
    Sse::new(results.chain(complete)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}
