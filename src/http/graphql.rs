//! GraphQL over HTTP: POST with JSON, and GET for queries.

use std::time::Duration;

use async_graphql::{Request, Response, ServerError, Value, parser::types::OperationType};
use async_graphql_axum::GraphQLResponse;
use axum::{
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{self, IntoResponse},
};
use serde::Deserialize;

use super::{REQUEST_ID, Shared, auth, idempotency, live};
use crate::{
    domain::access::Principal,
    graphql::{RequestId, nesting_exceeds},
};

/// The deepest nesting of brackets in a document.
pub(super) const MAX_NESTING: usize = 64;

/// A refusal before anything was executed.
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> response::Response {
        let mut error = ServerError::new(self.message, None);
        error.extensions.get_or_insert_default().set("code", self.code);
        let mut answer = (self.status, GraphQLResponse::from(Response::from_errors(vec![error]))).into_response();
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        answer
    }
}

pub(super) async fn by_post(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> response::Response {
    let is_json = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_json);
    if !is_json {
        let message = "Send the operation as application/json: {\"query\": \"…\", \"variables\": {…}}.";
        return Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message).into_response();
    }
    if !body.trim_ascii_start().starts_with(b"{") {
        // A list would be read as the fields of a request, in their order.
        return Refusal::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", "The body is not a GraphQL request: it is no JSON object.")
            .into_response();
    }
    match serde_json::from_slice::<Request>(&body) {
        Ok(request) => answer(&shared, &headers, request, true).await,
        Err(error) => {
            Refusal::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", format!("The body is not a GraphQL request: {error}.")).into_response()
        }
    }
}

/// The parameters of a GET. The library's own reader does not know `operationName`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    #[serde(default)]
    query: String,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

impl Parameters {
    fn into_request(self) -> Option<Request> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let variables = given(self.variables).map(|text| serde_json::from_str(&text)).transpose().ok()?;
        let extensions = given(self.extensions).map(|text| serde_json::from_str(&text)).transpose().ok()?;
        let mut request = Request::new(Some(self.query).filter(|query| !query.is_empty())?).variables(variables.unwrap_or_default());
        request.operation_name = given(self.operation_name);
        request.extensions = extensions.unwrap_or_default();
        Some(request)
    }
}

pub(super) async fn by_get(State(shared): State<Shared>, headers: HeaderMap, uri: Uri) -> response::Response {
    match Query::<Parameters>::try_from_uri(&uri).ok().and_then(|Query(parameters)| parameters.into_request()) {
        Some(request) => answer(&shared, &headers, request, false).await,
        None => Refusal::new(
            StatusCode::BAD_REQUEST,
            "BAD_REQUEST",
            "Give the operation in the parameter `query`, and `variables` as a JSON object; GraphiQL is at /graphiql.",
        )
        .into_response(),
    }
}

async fn answer(shared: &Shared, headers: &HeaderMap, request: Request, may_mutate: bool) -> response::Response {
    let (mut request, principal) = match checked(shared, headers, request, may_mutate).await {
        Ok(checked) => checked,
        Err(refusal) => return refusal.into_response(),
    };
    let once = match idempotency::key(headers) {
        Ok(key) => key.filter(|_| may_mutate && principal.actor().is_some() && is_of(&mut request, &[OperationType::Mutation])),
        Err(refusal) => return refusal.into_response(),
    };
    match (once, live::wants_events(headers)) {
        (Some(key), false) => idempotency::once(shared, headers, request, &principal, key).await,
        (Some(_), true) => {
            let message = "A mutation with an Idempotency-Key is answered as application/json, not as events.";
            Refusal::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", message).into_response()
        }
        (None, true) => live::events(shared, headers, request, &principal),
        (None, false) => execute(shared, headers, request, &principal).await,
    }
}

async fn checked(shared: &Shared, headers: &HeaderMap, mut request: Request, may_mutate: bool) -> Result<(Request, Principal), Refusal> {
    let principal = auth::principal(shared, headers).await?;
    if nesting_exceeds(&request.query, MAX_NESTING) {
        let message = format!("The document is nested deeper than {MAX_NESTING} brackets.");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "TOO_COMPLEX", message));
    }
    let events = live::wants_events(headers);
    let not_by_get = if events { &[OperationType::Mutation][..] } else { &[OperationType::Mutation, OperationType::Subscription] };
    if !may_mutate && is_of(&mut request, not_by_get) {
        return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "Mutations are sent by POST."));
    }
    Ok((request, principal))
}

/// True when the operation that would be executed may be of one of these types. What cannot be parsed is left to the executor.
pub(super) fn is_of(request: &mut Request, types: &[OperationType]) -> bool {
    let name = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else { return false };
    let wanted = |found: Option<&async_graphql::Name>| name.is_none() || found.map(async_graphql::Name::as_str) == name.as_deref();
    document.operations.iter().any(|(found, operation)| wanted(found) && types.contains(&operation.node.ty))
}

/// Gives a code to errors without one: those of documents that cannot be executed. True when all were such.
pub(super) fn name_bad_requests(errors: &mut [ServerError]) -> bool {
    let mut all = !errors.is_empty();
    for error in errors {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", "BAD_REQUEST");
        } else {
            all = false;
        }
    }
    all
}

/// Marks an answer that tells of a failure inside.
#[derive(Debug, Clone, Copy)]
pub(super) struct FailedInside;

pub(super) async fn execute(shared: &Shared, headers: &HeaderMap, request: Request, principal: &Principal) -> response::Response {
    let id = request_id(headers).to_owned();
    let request = request.data(principal.clone()).data(shared.service.loaders(principal)).data(RequestId(id));
    let Ok(mut executed) = tokio::time::timeout(shared.options.deadline, shared.schema.execute(request)).await else {
        return too_slow(shared.options.deadline).into_response();
    };
    name_bad_requests(&mut executed.errors);
    let internal = Value::from("INTERNAL");
    let failed_inside = executed.errors.iter().any(|error| error.extensions.as_ref().and_then(|all| all.get("code")) == Some(&internal));
    let modern = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains(MODERN));
    let refused = !executed.errors.is_empty() && executed.data == Value::Null;
    let status = if modern && refused { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let mut answer = (status, GraphQLResponse::from(executed)).into_response();
    let kind = if modern { "application/graphql-response+json; charset=utf-8" } else { "application/json; charset=utf-8" };
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept, authorization"));
    if failed_inside {
        answer.extensions_mut().insert(FailedInside);
    }
    answer
}

/// The media type of the GraphQL over HTTP specification.
const MODERN: &str = "application/graphql-response+json";

fn too_slow(deadline: Duration) -> Refusal {
    Refusal::new(StatusCode::GATEWAY_TIMEOUT, "TIMEOUT", format!("The operation took longer than {} s.", deadline.as_secs()))
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// The id of a request, as its layer set it.
pub(super) fn request_id(headers: &HeaderMap) -> &str {
    headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).unwrap_or("none")
}
