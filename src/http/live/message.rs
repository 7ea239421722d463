//! The messages of graphql-transport-ws.

use async_graphql::ServerError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::http::written::Written;

/// What a client says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Incoming {
    ConnectionInit {
        #[serde(default)]
        payload: Value,
    },
    Ping {
        #[serde(default)]
        payload: Value,
    },
    Pong {},
    Subscribe {
        id: String,
        payload: Map<String, Value>,
    },
    Complete {
        id: String,
    },
}

/// What a client is told.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Outgoing<'a> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Value::is_null")]
        payload: Value,
    },
    Next {
        id: &'a str,
        payload: Written<'a>,
    },
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
}

impl Outgoing<'_> {
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::Response;
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_are_read_and_others_refused() {
        let read = |value: Value| serde_json::from_value::<Incoming>(value);
        assert!(matches!(read(json!({ "type": "connection_init" })), Ok(Incoming::ConnectionInit { payload: Value::Null })));
        assert!(matches!(read(json!({ "type": "ping", "payload": { "a": 1 } })), Ok(Incoming::Ping { payload: Value::Object(_) })));
        assert!(matches!(read(json!({ "type": "pong", "payload": null })), Ok(Incoming::Pong {})));
        for wrong in [
            json!({}),
            json!({ "type": "start" }),
            json!({ "type": "subscribe", "id": 1, "payload": {} }),
            json!({ "type": "subscribe", "id": "1", "payload": [] }),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_told_has_the_forms_of_the_protocol() {
        assert_eq!(Outgoing::ConnectionAck.text(), r#"{"type":"connection_ack"}"#);
        assert_eq!(Outgoing::Pong { payload: Value::Null }.text(), r#"{"type":"pong"}"#);
        assert_eq!(Outgoing::Complete { id: "a" }.text(), r#"{"type":"complete","id":"a"}"#);
        let response = Response::new(async_graphql::Value::Null);
        let next = Outgoing::Next { id: "a", payload: Written::of(&response) };
        assert_eq!(next.text(), r#"{"type":"next","id":"a","payload":{"data":null}}"#);
    }
}
