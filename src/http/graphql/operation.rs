//! What a request asks for: its parameters, from the body of a POST or the address of a GET.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    extract::Query,
    http::{HeaderMap, StatusCode, Uri, header},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::http::refusal::Refusal;

/// What is to be executed.
#[derive(Debug, Default, PartialEq)]
pub(in crate::http) struct Operation {
    /// The document.
    pub(in crate::http) query: String,
    /// Which of its operations.
    pub(in crate::http) name: Option<String>,
    /// Its variables.
    pub(in crate::http) variables: Map<String, Value>,
}

impl Operation {
    /// From the parameters of a request. One that is null counts as absent.
    pub(in crate::http) fn read(mut parameters: Map<String, Value>) -> Result<Self, Refusal> {
        let mut take = |name: &str| parameters.remove(name).filter(|value| !value.is_null());
        let wrong = |name: &str, what: &str| Refusal::bad(format!("`{name}` is {what}."));
        let query = match take("query") {
            Some(Value::String(query)) => query,
            Some(_) => return Err(wrong("query", "a text, the GraphQL document")),
            None => return Err(Refusal::bad("There is no `query`: send {\"query\": \"…\", \"variables\": {…}}.")),
        };
        let name = match take("operationName") {
            Some(Value::String(name)) => Some(name).filter(|name| !name.is_empty()),
            Some(_) => return Err(wrong("operationName", "a text, the name of an operation")),
            None => None,
        };
        let mut object = |name: &str| match take(name) {
            Some(Value::Object(object)) => Ok(object),
            Some(_) => Err(wrong(name, "a JSON object")),
            None => Ok(Map::new()),
        };
        let variables = object("variables")?;
        // No extension of the protocol is known here; one that is no object is refused all the same.
        object("extensions")?;
        Ok(Self { query, name, variables })
    }

    /// From the body of a POST: JSON, at most `limit` bytes, all of it there within `patience`.
    pub(super) async fn posted(headers: &HeaderMap, body: Body, limit: usize, patience: Duration) -> Result<Self, Refusal> {
        check_type(headers)?;
        let declared = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > limit as u64) {
            return Err(too_large(limit));
        }
        let body = match tokio::time::timeout(patience, to_bytes(body, limit)).await {
            Ok(Ok(body)) => body,
            Ok(Err(error)) if is_too_long(&error) => return Err(too_large(limit)),
            Ok(Err(_)) => return Err(Refusal::bad("The body broke off.")),
            Err(_) => {
                let message = format!("The body was not there within {} s.", patience.as_secs());
                return Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "TIMEOUT", message));
            }
        };
        match serde_json::from_slice(&body) {
            Ok(Value::Object(parameters)) => Self::read(parameters),
            Ok(_) => Err(Refusal::bad("The body is not a GraphQL request: it is no JSON object.")),
            Err(error) => Err(Refusal::bad(format!("The body is not a GraphQL request: {error}."))),
        }
    }

    /// From the address of a GET.
    pub(super) fn in_address(uri: &Uri) -> Result<Self, Refusal> {
        let unreadable = |_| Refusal::bad("The parameters of the address cannot be read.");
        let Query(Parameters { query, operation_name, variables, extensions }) = Query::try_from_uri(uri).map_err(unreadable)?;
        let mut parameters = Map::new();
        let mut text = |name: &str, value: Option<String>| {
            let value = value.filter(|value| !value.is_empty());
            parameters.insert(name.to_owned(), value.map_or(Value::Null, Value::String));
        };
        text("query", query);
        text("operationName", operation_name);
        for (name, value) in [("variables", variables), ("extensions", extensions)] {
            let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
            let value = serde_json::from_str(&value).map_err(|error| Refusal::bad(format!("`{name}` is not JSON: {error}.")))?;
            parameters.insert(name.to_owned(), value);
        }
        if parameters["query"].is_null() {
            let message = "Give the operation in the parameter `query`, and `variables` as a JSON object.";
            return Err(Refusal::bad(message));
        }
        Self::read(parameters)
    }
}

/// The parameters of a GET.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// Only JSON is taken, and only as it is: what a form of another site can send is neither.
fn check_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let unsupported = |message: &str| Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message));
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = text(header::CONTENT_TYPE).split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let charset = parts.find_map(|part| part.to_ascii_lowercase().strip_prefix("charset=").map(|name| name.trim_matches('"').to_owned()));
    if !is_json {
        return unsupported("Send the operation as application/json: {\"query\": \"…\", \"variables\": {…}}.");
    }
    if charset.is_some_and(|charset| charset != "utf-8" && charset != "utf8") {
        return unsupported("JSON is sent in UTF-8.");
    }
    if !matches!(text(header::CONTENT_ENCODING), "" | "identity") {
        return unsupported("Send the body as it is, without compression.");
    }
    Ok(())
}

fn too_large(limit: usize) -> Refusal {
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", format!("A request has at most {limit} bytes."))
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Operation, Refusal> {
        let Value::Object(parameters) = value else { panic!("no object") };
        Operation::read(parameters)
    }

    #[test]
    fn null_parts_of_a_request_are_absent() {
        let operation = read(json!({ "query": "{ a }", "operationName": null, "variables": null, "extensions": null, "other": 1 }));
        assert_eq!(operation.expect("a request"), Operation { query: "{ a }".into(), ..Operation::default() });
        let named = read(json!({ "query": "{ a }", "operationName": "A", "variables": { "b": [1] } })).expect("a request");
        assert_eq!((named.name.as_deref(), &named.variables["b"]), (Some("A"), &json!([1])));
    }

    #[test]
    fn parts_of_another_type_are_refused() {
        for wrong in [
            json!({}),
            json!({ "query": 1 }),
            json!({ "query": "{a}", "operationName": {} }),
            json!({ "query": "{a}", "variables": "{}" }),
            json!({ "query": "{a}", "variables": [] }),
            json!({ "query": "{a}", "extensions": 0 }),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn json_in_utf_8_is_taken_and_nothing_else() {
        let check = |kind: &str, encoding: Option<&str>| {
            let encoding = encoding.map(|encoding| (header::CONTENT_ENCODING, encoding.parse().expect("a header")));
            check_type(&[(header::CONTENT_TYPE, kind.parse().expect("a header"))].into_iter().chain(encoding).collect()).is_ok()
        };
        assert!(check("application/json", None) && check("Application/JSON; charset=\"UTF-8\"", Some("identity")));
        assert!(!check("application/json; charset=utf-16", None) && !check("application/json", Some("gzip")) && !check("text/plain", None));
    }
}
