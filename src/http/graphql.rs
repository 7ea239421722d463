//! GraphQL over HTTP, as its specification has it: POST with JSON, and GET for queries. A request goes through these steps, each
//! of which may refuse it; nothing is executed before all of them:
//!
//! whether it is crowded (`shed`) → what form of an answer it takes ([`accept`]) → what it asks for, in so many bytes ([`operation`]) → who asks ([`auth`]) → which
//! text that is, where it is named, and whether the caller may have it executed ([`library`]) → its document, read once and measured ([`documents`]) → what it may cost ([`cost`]) → whether the caller may ask for so much (`rates`) → whether its method may do that → whether it was done before
//! ([`idempotency`]) → whether there is room (`shed`) → execution before a deadline.

pub(super) mod accept;
mod conditional;
mod cost;
pub(super) mod documents;
mod explore;
pub(super) mod kept;
pub(super) mod library;
pub(super) mod operation;
pub(super) mod trusted;

use std::time::{Duration, Instant};

use async_graphql::{
    Name, Request, Response, ServerError, Value, Variables,
    parser::types::{OperationType, Selection},
};
use async_graphql_axum::GraphQLResponse;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{self, IntoResponse},
};

use super::{
    REQUEST_ID, Shared,
    auth::{self, NotLetIn},
    caller::{Peer, Who},
    idempotency, live,
    rates::GUESS,
    refusal::Refusal,
    written::{Written, was_refused},
};
use crate::{
    domain::access::Principal,
    graphql::{RequestId, Unfit, shape},
    metrics,
};
use accept::Media;
use conditional::conditional;
use cost::Cost;
use documents::{too_much, type_of};
pub(super) use explore::without_suggestions;
use kept::WithErrors;
use operation::Operation;

pub(super) async fn by_post(State(shared): State<Shared>, peer: Peer, headers: HeaderMap, body: Body) -> response::Response {
    let media = match at_the_door(&shared, &headers).and_then(|()| Media::wanted(&headers)) {
        Ok(media) => media,
        Err(refusal) => return refusal.into_response(),
    };
    match Operation::posted(&headers, body, shared.options.body_bytes, shared.options.deadline).await {
        Ok(operation) => answer(&shared, (&headers, peer), &Method::POST, media, operation).await,
        Err(refusal) => refusal.into_response(),
    }
}

pub(super) async fn by_get(State(shared): State<Shared>, peer: Peer, headers: HeaderMap, uri: Uri) -> response::Response {
    let media = at_the_door(&shared, &headers).and_then(|()| Media::wanted(&headers));
    let operation = media.and_then(|media| Ok((media, Operation::in_address(&uri)?)));
    match operation {
        Ok((media, operation)) => answer(&shared, (&headers, peer), &Method::GET, media, operation).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// In a crowd nothing is done for a request that would find no room. What may be answered without room is looked at all the same.
fn at_the_door(shared: &Shared, headers: &HeaderMap) -> Result<(), Refusal> {
    let may_be_kept = shared.answers.any() && !headers.contains_key(header::AUTHORIZATION);
    if may_be_kept { Ok(()) } else { shared.gate.turn_away() }
}

async fn answer(
    shared: &Shared,
    (headers, peer): (&HeaderMap, Peer),
    method: &Method,
    media: Media,
    operation: Operation,
) -> response::Response {
    let address = peer.caller(headers, shared.options.trusted_proxies);
    let principal = match auth::principal(shared, headers).await {
        Ok(principal) => principal,
        Err(refused) => return not_let_in(shared, &Who::at(address), refused).into_response(),
    };
    let who = Who::of(&principal, address);
    let prepared = match prepared(shared, &principal, operation) {
        Ok(prepared) => prepared,
        Err(unfit) => return refused(shared, &who, media, unfit),
    };
    // Clients that take everything name everything: events are for what goes on.
    let media = if prepared.kind == OperationType::Subscription && accept::takes_events(headers) { Media::Events } else { media };
    let key = shared.answers.key(&shared.service, &prepared.request, media, cost::is_asked_for(headers));
    let key = key.filter(|_| principal.actor().is_none());
    match shared.rates.take(&who, prepared.cost.estimated) {
        Ok(left) => {
            let mut answer = done(shared, headers, method, media, (prepared, key), &principal).await;
            answer.headers_mut().extend(left);
            answer
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// A credential that is not good. Guessing is paid for.
fn not_let_in(shared: &Shared, who: &Who, refused: NotLetIn) -> Refusal {
    let paid = match refused {
        NotLetIn::Bad(_) => shared.rates.take(who, GUESS).map(drop),
        NotLetIn::Unknown => Ok(()),
    };
    paid.err().unwrap_or_else(|| refused.into())
}

/// An operation that is not executed; it was work all the same.
fn refused(shared: &Shared, who: &Who, media: Media, unfit: Unfit) -> response::Response {
    match (shared.rates.take(who, 1), unfit) {
        (Err(too_fast), _) => too_fast.into_response(),
        (_, Unfit::TooMuch(message)) => too_much(&message).into_response(),
        (_, Unfit::Wrong(error)) if media == Media::Events => live::refused(error),
        (_, Unfit::Wrong(error)) => written(media, Response::from_errors(vec![error])),
    }
}

async fn done(
    shared: &Shared,
    headers: &HeaderMap,
    method: &Method,
    media: Media,
    (mut prepared, key): (Prepared, Option<kept::Key>),
    principal: &Principal,
) -> response::Response {
    let by_get = match media {
        Media::Events => prepared.kind != OperationType::Mutation,
        _ => prepared.kind == OperationType::Query,
    };
    if method == Method::GET && !by_get {
        return Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "Mutations are sent by POST.").into_response();
    }
    let once = match idempotency::key(headers) {
        Ok(key) => key.filter(|_| principal.actor().is_some() && prepared.kind == OperationType::Mutation),
        Err(refusal) => return refusal.into_response(),
    };
    match (once, media) {
        (Some(_), Media::Events) => {
            let message = "A mutation with an Idempotency-Key is answered as application/json, not as events.";
            Refusal::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", message).into_response()
        }
        (Some(key), _) => idempotency::once(shared, headers, prepared, principal, key).await,
        (None, Media::Events) => match shared.gate.enter().await {
            Ok(held) => {
                let held = (prepared.kind != OperationType::Subscription).then_some(held);
                live::events(shared, headers, prepared.executable(), principal, held)
            }
            Err(overloaded) => overloaded.into_response(),
        },
        (None, _) => {
            let key = key.filter(|_| prepared.kind == OperationType::Query);
            let executed = execute(shared, headers, prepared, principal);
            let answer = match key {
                Some(key) => Box::pin(shared.answers.get(key, executed)).await,
                None => executed.await,
            };
            if method == Method::GET { conditional(headers, answer).await } else { answer }
        }
    }
}

/// An operation that may be executed.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) kind: OperationType,
    /// What the schema executes, but for its document, see [`Prepared::executable`].
    pub(super) request: Request,
    pub(super) cost: Cost,
    /// The shape of its variables, as far as it makes a difference to whether it is valid.
    shape: Option<String>,
}

impl Prepared {
    /// What the schema executes. The document is copied for it: what is not executed does without.
    pub(super) fn executable(&mut self) -> Request {
        let mut request = std::mem::replace(&mut self.request, Request::new(""));
        request.set_parsed_query(self.cost.document().parsed.clone());
        request
    }
}

/// The operation as the schema executes it, unless something is wrong with it, or it is too much.
pub(super) fn prepared(shared: &Shared, principal: &Principal, operation: Operation) -> Result<Prepared, Unfit> {
    let found = shared.library.find(operation.document, principal.actor().is_some()).map_err(Unfit::Wrong)?;
    let document = shared.documents.read(&found.text)?;
    if let Some(digest) = found.keep {
        shared.library.keep(digest, &found.text);
    }
    if document.asks_for_schema && !shared.may_explore(principal) {
        return Err(Unfit::Wrong(explore::closed(shared.options.explore, principal)));
    }
    let kind = type_of(&document, operation.name.as_deref()).map_err(Unfit::Wrong)?;
    let shape = shape(&document.parsed, operation.name.as_deref(), &operation.variables);
    let cost = Cost::of(document, operation.name.clone(), &operation.variables, shared.options.operation)?;
    let variables = Variables::from_json(serde_json::Value::Object(operation.variables));
    let mut request = Request::new(found.text).variables(variables);
    request.operation_name = operation.name;
    Ok(Prepared { kind, request, cost, shape })
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

pub(super) async fn execute(shared: &Shared, headers: &HeaderMap, prepared: Prepared, principal: &Principal) -> response::Response {
    match shared.gate.enter().await {
        Ok(held) => held.during(Box::pin(executed(shared, headers, prepared, principal))).await,
        Err(overloaded) => overloaded.into_response(),
    }
}

async fn executed(shared: &Shared, headers: &HeaderMap, mut prepared: Prepared, principal: &Principal) -> response::Response {
    let request = prepared.executable();
    let Prepared { cost, shape, .. } = prepared;
    let id = request_id(headers).to_owned();
    let mut request = request.data(principal.clone()).data(shared.service.loaders(principal)).data(RequestId(id));
    let (field, begin) = (root_field(&mut request), Instant::now());
    let validated = &cost.document().validated;
    let is_valid = shape.as_deref().is_some_and(|shape| validated.knows(shape));
    metrics::validated(is_valid);
    let schema = if is_valid { &**shared.trusting } else { &shared.schema };
    let Ok(mut executed) = tokio::time::timeout(shared.options.deadline, schema.execute(request)).await else {
        metrics::operation(&field, "timeout", begin.elapsed());
        return too_slow(shared.options.deadline).into_response();
    };
    if let Some(shape) = shape.filter(|_| !is_valid && !was_refused(&executed)) {
        validated.note(shape);
    }
    // A field that is asked for need not be one of the schema: only what was executed is told by its name.
    let (field, outcome) = match &executed {
        refused if was_refused(refused) => ("none", "refused"),
        failed if !failed.errors.is_empty() => (field.as_str(), "errors"),
        _ => (field.as_str(), "ok"),
    };
    metrics::operation(field, outcome, begin.elapsed());
    if !shared.may_explore(principal) {
        without_suggestions(&mut executed.errors);
    }
    let told = if was_refused(&executed) { None } else { cost.tell(headers, &mut executed) };
    let mut answer = written(Media::wanted(headers).unwrap_or(Media::Json), executed);
    answer.headers_mut().extend(told);
    answer
}

/// The first root field of a request, under its name in the schema.
fn root_field(request: &mut Request) -> String {
    let name = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else { return String::new() };
    let wanted = |found: Option<&Name>| name.is_none() || found.map(Name::as_str) == name.as_deref();
    let operation = document.operations.iter().find(|(found, _)| wanted(*found)).map(|(_, operation)| operation);
    match operation.and_then(|operation| operation.node.selection_set.node.items.first()).map(|first| &first.node) {
        Some(Selection::Field(field)) => field.node.name.node.to_string(),
        _ => "fragment".to_owned(),
    }
}

/// What came of an operation, in the form that the caller takes.
fn written(media: Media, mut executed: Response) -> response::Response {
    name_bad_requests(&mut executed.errors);
    let internal = Value::from("INTERNAL");
    let has_errors = !executed.errors.is_empty();
    let failed_inside = executed.errors.iter().any(|error| error.extensions.as_ref().and_then(|all| all.get("code")) == Some(&internal));
    let mut answer = if was_refused(&executed) {
        let status = if media == Media::GraphqlResponse { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        (status, Written::of(&executed).bytes()).into_response()
    } else {
        GraphQLResponse::from(executed).into_response()
    };
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept, authorization, rolegraph-cost"));
    if has_errors {
        answer.extensions_mut().insert(WithErrors);
    }
    if failed_inside {
        answer.extensions_mut().insert(FailedInside);
    }
    answer
}

fn too_slow(deadline: Duration) -> Refusal {
    Refusal::new(StatusCode::GATEWAY_TIMEOUT, "TIMEOUT", format!("The operation took longer than {} s.", deadline.as_secs()))
}

/// The id of a request, as its layer set it.
pub(super) fn request_id(headers: &HeaderMap) -> &str {
    headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).unwrap_or("none")
}
