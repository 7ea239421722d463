//! A model behind a transport: ask, read, refuse once, fail.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Answered, Assistant, AssistantError, DraftRequest, Ledger, answer, chat,
    error::{Rejection, Trouble},
    ledger::{Opened, Outcome},
    messages, name,
    prompt::{self, Prompt},
    rerank::{self, RerankRequest},
    schema,
    settings::{AssistantSettings, Kind, Structure},
    wire::{Content, Reply, Transport, WireRequest, trouble},
};
use crate::domain::{assist::ConfidenceTable, soc::review::rerank::Advice};

/// So many answers are asked for at most.
const ATTEMPTS: u32 = 2;
/// A token has about so many letters of English; used to reserve a budget before the model counts.
const CHARS_PER_TOKEN: usize = 3;
/// The longest name of a model that is told.
const MODEL_MAX: usize = 100;

/// Drafts by asking a model.
pub struct NetworkAssistant {
    settings: AssistantSettings,
    transport: Arc<dyn Transport>,
    ledger: Arc<dyn Ledger>,
    table: ConfidenceTable,
    /// What the server has been found to know.
    structure: Mutex<Structure>,
}

impl std::fmt::Debug for NetworkAssistant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NetworkAssistant").field("settings", &self.settings).field("transport", &self.transport).finish_non_exhaustive()
    }
}

/// What a model is asked, and who pays.
#[derive(Debug, Clone, Copy)]
struct Question<'a> {
    /// What the schema is called.
    name: &'a str,
    /// Whose budget pays; none for shared data.
    company: Option<Uuid>,
    /// The version of the prompt.
    version: &'static str,
    prompt: &'a Prompt,
}

/// An answer that was taken, what it means, and who gave it.
struct Taken<T> {
    value: Value,
    read: T,
    model: String,
}

/// Makes something of an answer, or refuses it.
type Read<'a, T> = &'a (dyn Fn(&Value) -> Result<T, Rejection> + Send + Sync);

/// What is left to try with one request.
struct Turn {
    refused: Option<(String, String)>,
    max_tokens: u32,
}

impl NetworkAssistant {
    /// An assistant that asks through a transport, and keeps its accounts in a ledger.
    pub fn new(settings: AssistantSettings, transport: Arc<dyn Transport>, ledger: Arc<dyn Ledger>) -> Self {
        let structure = Mutex::new(settings.structure);
        Self { settings, transport, ledger, table: ConfidenceTable::measured(), structure }
    }

    /// Looks whether the same was paid for before, and else asks.
    async fn one(&self, request: &DraftRequest) -> Result<Answered, AssistantError> {
        if !request.field.ai_may_draft() {
            return Err(AssistantError::NotAllowed(request.field.key()));
        }
        let prompt = prompt::of(request).ok_or(AssistantError::NothingShared)?;
        let name = schema::name(request.field);
        let question = Question { name: &name, company: request.company, version: prompt::VERSION, prompt: &prompt };
        let read = |value: &Value| answer::read(request, &prompt, value, &self.table);
        let (draft, model) = self.answered(&question, &read).await?;
        Ok(Answered { draft, model })
    }

    /// Has a model look at candidates of the built-in ranker.
    pub async fn rerank(&self, request: &RerankRequest) -> Result<Advice, AssistantError> {
        let prompt = rerank::prompt(request);
        let question = Question { name: rerank::NAME, company: request.company, version: rerank::VERSION, prompt: &prompt };
        let read = |value: &Value| rerank::read(request, &prompt, value);
        let ((ranking, none_fits), model) = self.answered(&question, &read).await?;
        Ok(Advice { ranking, none_fits, by: format!("{model} {}", rerank::VERSION) })
    }

    /// What a model answers, and the model: what was paid for before is not asked again.
    async fn answered<T: Send>(&self, question: &Question<'_>, read: Read<'_, T>) -> Result<(T, String), AssistantError> {
        let hash = self.hash(question);
        match self.ledger.open(&hash).await? {
            Opened::Known(outcome) => self.recall(read, outcome),
            Opened::Elsewhere => Err(AssistantError::Elsewhere),
            Opened::Ours => {
                let asked = self.converse(question, read, &hash).await;
                let outcome = match &asked {
                    Ok(taken) => Some(Outcome::Answer { value: taken.value.clone(), model: Some(taken.model.clone()) }),
                    Err(error) if error.was_paid_for() => Some(Outcome::Failure(error.to_string())),
                    Err(_) => None,
                };
                if let Err(error) = self.ledger.close(&hash, outcome.as_ref()).await {
                    tracing::warn!("an answer of the assistant is not remembered: {error}");
                }
                asked.map(|taken| (taken.read, taken.model))
            }
        }
    }

    /// All that decides what a model is asked.
    fn hash(&self, question: &Question<'_>) -> String {
        let (settings, prompt) = (&self.settings, question.prompt);
        let whole = json!([
            question.version,
            settings.kind.word(),
            settings.model,
            settings.max_output_tokens,
            prompt.system,
            prompt.user,
            prompt.schema
        ]);
        Sha256::digest(whole.to_string()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What was paid for before, read as if it had just come.
    fn recall<T>(&self, read: Read<'_, T>, outcome: Outcome) -> Result<(T, String), AssistantError> {
        match outcome {
            Outcome::Failure(reason) => Err(AssistantError::Remembered(reason)),
            Outcome::Answer { value, model } => {
                let read = read(&value).map_err(|rejection| AssistantError::Remembered(rejection.to_string()))?;
                Ok((read, self.named(model)))
            }
        }
    }

    async fn converse<T: Send>(&self, question: &Question<'_>, read: Read<'_, T>, hash: &str) -> Result<Taken<T>, AssistantError> {
        let mut turn = Turn { refused: None, max_tokens: self.settings.max_output_tokens };
        let mut attempts = 0;
        loop {
            attempts += 1;
            let reply = self.ask(question, &turn, hash).await?;
            let (said, rejection) = match reply.content {
                Content::Refused(why) => return Err(AssistantError::Refused(why)),
                Content::Rejected(rejection) => (None, rejection),
                Content::Answer(value) => match read(&value) {
                    Ok(read) => return Ok(Taken { value, read, model: self.named(reply.model) }),
                    Err(rejection) => (Some(value), rejection),
                },
            };
            if attempts >= ATTEMPTS {
                return Err(AssistantError::Failed { attempts, reason: rejection });
            }
            turn = self.again(said, &rejection);
        }
    }

    /// The model as it calls itself, or as the settings do.
    fn named(&self, model: Option<String>) -> String {
        let usable = |name: &String| !name.is_empty() && name.chars().count() <= MODEL_MAX && !name.chars().any(char::is_control);
        model.filter(usable).unwrap_or_else(|| self.settings.model.clone())
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
    async fn ask(&self, question: &Question<'_>, turn: &Turn, hash: &str) -> Result<Reply, AssistantError> {
        loop {
            let structure = *self.structure.lock().unwrap_or_else(PoisonError::into_inner);
            match (self.send(question, turn, structure, hash).await, structure) {
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

    async fn send(&self, question: &Question<'_>, turn: &Turn, structure: Structure, hash: &str) -> Result<Reply, AssistantError> {
        self.transport.look().map_err(AssistantError::Unavailable)?;
        let wire = self.wire(question, turn, structure);
        let estimate = wire.body.to_string().chars().count() / CHARS_PER_TOKEN;
        let estimate = u64::try_from(estimate).unwrap_or(u64::MAX).saturating_add(u64::from(turn.max_tokens));
        let reservation = self.ledger.reserve(hash, question.company, estimate).await?;
        let (used, reply) = match self.transport.post(&wire).await {
            Err(Trouble::Resting) => (None, Err(Trouble::Resting)),
            Err(trouble) => (Some(if trouble.may_cost() { estimate } else { 0 }), Err(trouble)),
            Ok(response) if !(200..300).contains(&response.status) => (Some(0), Err(trouble(response.status, &response.body))),
            Ok(response) => {
                let reply = match self.settings.kind {
                    Kind::Messages => messages::read(&response.body),
                    Kind::Chat | Kind::Off | Kind::Offline => chat::read(&response.body),
                };
                let used = reply.as_ref().ok().and_then(|reply| reply.tokens).unwrap_or(estimate);
                (Some(used), reply.map_err(Trouble::Unreadable))
            }
        };
        self.ledger.settle(reservation, used).await?;
        reply.map_err(AssistantError::Unavailable)
    }

    fn wire(&self, question: &Question<'_>, turn: &Turn, structure: Structure) -> WireRequest {
        let refused = turn.refused.as_ref().map(|(said, why)| (said.as_str(), why.as_str()));
        let form = if self.settings.kind == Kind::Messages { messages::request } else { chat::request };
        form(&self.settings, structure, question.name, question.prompt, refused, turn.max_tokens)
    }
}

#[async_trait]
impl Assistant for NetworkAssistant {
    fn name(&self) -> &str {
        name(self.settings.kind)
    }

    fn version(&self) -> &str {
        prompt::VERSION
    }

    async fn draft(&self, requests: &[DraftRequest]) -> Vec<Result<Answered, AssistantError>> {
        let drafts: Vec<BoxFuture<'_, _>> = requests.iter().map(|request| self.one(request).boxed()).collect();
        stream::iter(drafts).buffered(self.settings.concurrency.clamp(1, 4)).collect().await
    }
}
