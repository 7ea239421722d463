//! A model behind a transport: ask, read, refuse once, fail.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use serde_json::Value;

use super::{
    Assistant, AssistantError, Draft, DraftRequest, answer,
    budget::{Budget, Reservation, Spent},
    chat,
    error::{Rejection, Trouble},
    messages,
    prompt::{self, Prompt},
    schema,
    settings::{AssistantSettings, Kind, Structure},
    wire::{Content, Reply, Transport, WireRequest, trouble},
};
use crate::domain::assist::ConfidenceTable;

/// So many answers are asked for at most.
const ATTEMPTS: u32 = 2;
/// A token has about so many letters of English; used to reserve a budget before the model counts.
const CHARS_PER_TOKEN: usize = 3;

/// Tells the time; the application's clock.
pub type Now = dyn Fn() -> DateTime<Utc> + Send + Sync;

/// Drafts by asking a model.
pub struct NetworkAssistant {
    settings: AssistantSettings,
    transport: Arc<dyn Transport>,
    budget: Arc<Mutex<Budget>>,
    now: Arc<Now>,
    table: ConfidenceTable,
    /// What the server has been found to know.
    structure: Mutex<Structure>,
}

impl std::fmt::Debug for NetworkAssistant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NetworkAssistant").field("settings", &self.settings).field("transport", &self.transport).finish_non_exhaustive()
    }
}

/// What is left to try with one request.
struct Turn {
    refused: Option<(String, String)>,
    max_tokens: u32,
}

impl NetworkAssistant {
    /// An assistant that asks through a transport, within a budget that others may share.
    pub fn new(settings: AssistantSettings, transport: Arc<dyn Transport>, budget: Arc<Mutex<Budget>>, now: Arc<Now>) -> Self {
        let structure = Mutex::new(settings.structure);
        Self { settings, transport, budget, now, table: ConfidenceTable::measured(), structure }
    }

    async fn one(&self, request: &DraftRequest) -> Result<Draft, AssistantError> {
        if !request.field.ai_may_draft() {
            return Err(AssistantError::NotAllowed(request.field.key()));
        }
        let prompt = prompt::of(request).ok_or(AssistantError::NothingShared)?;
        let mut turn = Turn { refused: None, max_tokens: self.settings.max_output_tokens };
        let mut attempts = 0;
        loop {
            attempts += 1;
            let (said, rejection) = match self.ask(request, &prompt, &turn).await?.content {
                Content::Refused(why) => return Err(AssistantError::Refused(why)),
                Content::Rejected(rejection) => (None, rejection),
                Content::Answer(value) => match answer::read(request, &prompt, &value, &self.table) {
                    Ok(draft) => return Ok(draft),
                    Err(rejection) => (Some(value), rejection),
                },
            };
            if attempts >= ATTEMPTS {
                return Err(AssistantError::Failed { attempts, reason: rejection });
            }
            turn = self.again(said, &rejection);
        }
    }

    /// The second try: double the length for what was cut off, else the answer and what is wrong with it.
    fn again(&self, said: Option<Value>, rejection: &Rejection) -> Turn {
        let length = self.settings.max_output_tokens;
        match rejection {
            Rejection::Truncated => Turn { refused: None, max_tokens: length.saturating_mul(2) },
            other => Turn { refused: Some((said.unwrap_or_default().to_string(), other.to_string())), max_tokens: length },
        }
    }

    /// Asks once; where the server does not know the form of structured output, once more for each form below.
    async fn ask(&self, request: &DraftRequest, prompt: &Prompt, turn: &Turn) -> Result<Reply, AssistantError> {
        loop {
            let structure = *self.structure.lock().unwrap_or_else(PoisonError::into_inner);
            match (self.send(request, prompt, turn, structure).await, structure) {
                (Err(AssistantError::Unavailable(Trouble::Capability(_))), Structure::Schema) => self.step_down(Structure::Object),
                (Err(AssistantError::Unavailable(Trouble::Capability(_))), Structure::Object) => self.step_down(Structure::Plain),
                (answer, _) => return answer,
            }
        }
    }

    fn step_down(&self, to: Structure) {
        let mut structure = self.structure.lock().unwrap_or_else(PoisonError::into_inner);
        *structure = (*structure).max(to);
    }

    async fn send(&self, request: &DraftRequest, prompt: &Prompt, turn: &Turn, structure: Structure) -> Result<Reply, AssistantError> {
        let wire = self.wire(request, prompt, turn, structure);
        let estimate = wire.body.to_string().chars().count() / CHARS_PER_TOKEN;
        let estimate = u64::try_from(estimate).unwrap_or(u64::MAX).saturating_add(u64::from(turn.max_tokens));
        let reservation = self.reserve(request, estimate)?;
        let unavailable = |trouble| Err(AssistantError::Unavailable(trouble));
        let response = match self.transport.post(&wire).await {
            Ok(response) => response,
            Err(why) => {
                // Nobody knows whether the model has worked: what was reserved stays spent.
                self.settle(reservation, estimate);
                return unavailable(Trouble::Unreachable(why));
            }
        };
        if response.status != 200 {
            self.settle(reservation, 0);
            return unavailable(trouble(response.status, &response.body));
        }
        let reply = match self.settings.kind {
            Kind::Messages => messages::read(&response.body),
            Kind::Chat | Kind::Off | Kind::Offline => chat::read(&response.body),
        };
        self.settle(reservation, reply.as_ref().ok().and_then(|reply| reply.tokens).unwrap_or(estimate));
        reply.or_else(|why| unavailable(Trouble::Unreadable(why)))
    }

    fn wire(&self, request: &DraftRequest, prompt: &Prompt, turn: &Turn, structure: Structure) -> WireRequest {
        let refused = turn.refused.as_ref().map(|(said, why)| (said.as_str(), why.as_str()));
        let name = schema::name(request.field);
        let form = if self.settings.kind == Kind::Messages { messages::request } else { chat::request };
        form(&self.settings, structure, &name, prompt, refused, turn.max_tokens)
    }

    fn reserve(&self, request: &DraftRequest, tokens: u64) -> Result<Reservation, Spent> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner).reserve((self.now)(), request.company, tokens)
    }

    fn settle(&self, reservation: Reservation, used: u64) {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner).settle(reservation, used);
    }
}

#[async_trait]
impl Assistant for NetworkAssistant {
    fn name(&self) -> &str {
        match self.settings.kind {
            Kind::Messages => "messages-assistant",
            Kind::Chat | Kind::Off | Kind::Offline => "chat-assistant",
        }
    }

    fn model(&self) -> &str {
        &self.settings.model
    }

    fn version(&self) -> &str {
        prompt::VERSION
    }

    async fn draft(&self, requests: &[DraftRequest]) -> Vec<Result<Draft, AssistantError>> {
        let drafts: Vec<BoxFuture<'_, _>> = requests.iter().map(|request| self.one(request).boxed()).collect();
        stream::iter(drafts).buffered(self.settings.concurrency.clamp(1, 4)).collect().await
    }
}
