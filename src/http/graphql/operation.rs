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
#[derive(Debug, PartialEq)]
pub(in crate::http) struct Operation {
    /// The document, or what names it.
    pub(in crate::http) document: Wanted,
    /// Which of its operations.
    pub(in crate::http) name: Option<String>,
    /// Its variables.
    pub(in crate::http) variables: Map<String, Value>,
}

/// The document of an operation, or what names it.
#[derive(Debug, PartialEq)]
pub(in crate::http) enum Wanted {
    /// Its text.
    Text(String),
    /// Its id in a manifest, as the specification of GraphQL over HTTP plans it.
    Listed(String),
    /// Its hash, and its text when the service is to keep it, as Apollo's clients have it.
    Persisted([u8; 32], Option<String>),
}

impl Operation {
    /// From the parameters of a request. One that is null counts as absent.
    pub(in crate::http) fn read(mut parameters: Map<String, Value>) -> Result<Self, Refusal> {
        let mut take = |name: &str| parameters.remove(name).filter(|value| !value.is_null());
        let wrong = |name: &str, what: &str| Refusal::bad(format!("`{name}` is {what}."));
        let mut text = |name: &str, what: &str| match take(name) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(name, what)),
            None => Ok(None),
        };
        let (query, id) = (text("query", "a text, the GraphQL document")?, text("documentId", "a text, the id of a document")?);
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
        let document = Wanted::read(query, id, &object("extensions")?)?;
        Ok(Self { document, name, variables })
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
        let Query(Parameters { query, document_id, operation_name, variables, extensions }) =
            Query::try_from_uri(uri).map_err(unreadable)?;
        let mut parameters = Map::new();
        let mut text = |name: &str, value: Option<String>| {
            let value = value.filter(|value| !value.is_empty());
            parameters.insert(name.to_owned(), value.map_or(Value::Null, Value::String));
        };
        text("query", query);
        text("documentId", document_id);
        text("operationName", operation_name);
        for (name, value) in [("variables", variables), ("extensions", extensions)] {
            let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
            let value = serde_json::from_str(&value).map_err(|error| Refusal::bad(format!("`{name}` is not JSON: {error}.")))?;
            parameters.insert(name.to_owned(), value);
        }
        if parameters["query"].is_null() && parameters["documentId"].is_null() && !parameters.contains_key("extensions") {
            let message = "Give the operation in the parameter `query`, and `variables` as a JSON object.";
            return Err(Refusal::bad(message));
        }
        Self::read(parameters)
    }
}

impl Wanted {
    fn read(query: Option<String>, id: Option<String>, extensions: &Map<String, Value>) -> Result<Self, Refusal> {
        let hash = extensions.get("persistedQuery").filter(|named| !named.is_null()).map(|named| {
            let hash = (named["version"] == 1).then(|| named["sha256Hash"].as_str().and_then(hash)).flatten();
            let message = "`extensions.persistedQuery` is {\"version\": 1, \"sha256Hash\": \"…\"}, a hash of 64 hexadecimal digits.";
            hash.ok_or_else(|| Refusal::bad(message))
        });
        match (query, id, hash.transpose()?) {
            (Some(_), Some(_), _) => Err(Refusal::bad("Give `query` or `documentId`, not both.")),
            (None, Some(id), _) => Ok(Self::Listed(id)),
            (query, None, Some(hash)) => Ok(Self::Persisted(hash, query)),
            (Some(query), None, None) => Ok(Self::Text(query)),
            (None, None, None) => Err(Refusal::bad("There is no `query`: send {\"query\": \"…\", \"variables\": {…}}.")),
        }
    }
}

/// Reads 64 hexadecimal digits.
fn hash(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = pair.iter().map(|digit| char::from(*digit).to_digit(16)).collect::<Option<Vec<_>>>()?;
        *byte = u8::try_from(pair[0] * 16 + pair[1]).ok()?;
    }
    (digits.len() == 64).then_some(hash)
}

/// The parameters of a GET.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: Option<String>,
    document_id: Option<String>,
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
        let expected = Operation { document: Wanted::Text("{ a }".into()), name: None, variables: Map::new() };
        assert_eq!(operation.expect("a request"), expected);
        let named = read(json!({ "query": "{ a }", "operationName": "A", "variables": { "b": [1] } })).expect("a request");
        assert_eq!((named.name.as_deref(), &named.variables["b"]), (Some("A"), &json!([1])));
    }

    #[test]
    fn a_document_may_be_named() {
        let wanted = |value: Value| read(value).expect("a request").document;
        assert_eq!(wanted(json!({ "documentId": "one" })), Wanted::Listed("one".into()));
        let named = json!({ "persistedQuery": { "version": 1, "sha256Hash": "Ab".repeat(32) } });
        assert_eq!(wanted(json!({ "extensions": named })), Wanted::Persisted([0xab; 32], None));
        assert_eq!(wanted(json!({ "query": "{a}", "extensions": named })), Wanted::Persisted([0xab; 32], Some("{a}".into())));
        assert_eq!(wanted(json!({ "query": "{a}", "extensions": { "persistedQuery": null } })), Wanted::Text("{a}".into()));
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
            json!({ "documentId": 1 }),
            json!({ "query": "{a}", "documentId": "one" }),
            json!({ "extensions": { "persistedQuery": {} } }),
            json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": "0".repeat(64) } } }),
            json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(63) } } }),
            json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "x".repeat(64) } } }),
            json!({ "extensions": { "other": 1 } }),
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
