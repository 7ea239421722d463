//! Has an assistant look at the candidates of new reviews. Whatever goes wrong with it, the built-in ranker's list stands.

use std::collections::BTreeMap;

use futures::{FutureExt, StreamExt, future::BoxFuture, stream};

use crate::{
    domain::{
        fields::Field,
        job::Job,
        soc::{
            SocCode,
            ranker::Candidate,
            review::{
                Ranked, Versions,
                rerank::{self, Advice, SHOWN},
            },
        },
        values::FieldValue,
    },
    providers::assistant::{
        AssistantError, NetworkAssistant,
        rerank::{Choice, RerankRequest},
    },
    service::{
        Service,
        soc::{SUGGESTIONS, Suggestion},
    },
};

/// So many other titles of a candidate are shown.
const TITLES: usize = 8;
/// So many of its tasks.
const TASKS: usize = 5;

/// The foremost tasks of occupations.
type Tasks = BTreeMap<SocCode, Vec<String>>;

impl Suggestion {
    /// The candidates of a review: the best of the built-in ranker's list, in an assistant's order where it gave one.
    pub(super) fn ranked(self) -> Vec<Ranked> {
        let mut candidates: Vec<Ranked> = self.candidates.into_iter().map(Into::into).collect();
        if let Some(advice) = &self.advice {
            candidates = rerank::laid_over(candidates, advice);
        }
        candidates.truncate(SUGGESTIONS);
        candidates
    }

    /// What ranked them, the assistant's model and prompt among it.
    pub(super) fn ranked_by(&self) -> Versions {
        let Versions { index, model, recalibration } = self.versions.clone();
        let model = self.advice.as_ref().map_or_else(|| model.clone(), |advice| format!("{model}, {}", advice.by));
        Versions { index, model, recalibration }
    }

    fn may_be_helped(&self) -> bool {
        let candidates: Vec<Ranked> = self.candidates.iter().take(2).cloned().map(Into::into).collect();
        rerank::may_help(&candidates)
    }
}

impl Service {
    /// Asks the assistant about the candidates of these jobs, where the settings want it. Answers what went wrong, with how many.
    pub(super) async fn take_advice(&self, ranked: &mut [(Job, Suggestion)]) -> Option<String> {
        let (assistant, at_once) = self.reranker()?;
        let helped: Vec<&mut (Job, Suggestion)> = ranked.iter_mut().filter(|(_, suggestion)| suggestion.may_be_helped()).collect();
        let codes = helped.iter().flat_map(|(_, suggestion)| shown(&suggestion.candidates)).collect::<Vec<_>>();
        let tasks = self.foremost_tasks(codes).await;
        let requests: Vec<RerankRequest> = helped.iter().map(|(job, suggestion)| self.question(job, suggestion, &tasks)).collect();
        let asked: Vec<BoxFuture<'_, _>> = requests.iter().map(|request| ask(&assistant, request).boxed()).collect();
        let answers: Vec<_> = stream::iter(asked).buffered(at_once).collect().await;
        let mut failures = vec![];
        for ((job, suggestion), answer) in helped.into_iter().zip(answers) {
            match answer {
                Ok(advice) => suggestion.advice = Some(advice),
                Err(error) => {
                    tracing::warn!(job = %job.id, "the candidates stay as the built-in ranker has them: {error}");
                    failures.push(error.to_string());
                }
            }
        }
        let first = failures.first()?;
        Some(format!("Ranked without the assistant: {} of {}; {first}.", failures.len(), requests.len()))
    }

    fn question(&self, job: &Job, suggestion: &Suggestion, tasks: &Tasks) -> RerankRequest {
        let reference = self.reference();
        let choice = |code: SocCode| {
            let occupation = reference.catalogue.get(code)?;
            Some(Choice {
                code,
                title: occupation.title.clone(),
                description: occupation.description.clone(),
                titles: occupation.alternate_titles.iter().take(TITLES).cloned().collect(),
                tasks: tasks.get(&code).cloned().unwrap_or_default(),
            })
        };
        RerankRequest {
            company: job.company_id,
            title: job.title.clone(),
            description: job.description.clone().unwrap_or_default(),
            current: job.soc_code,
            candidates: shown(&suggestion.candidates).filter_map(choice).collect(),
        }
    }

    /// The foremost tasks of codes by the bundle; none for those that it cannot tell.
    async fn foremost_tasks(&self, mut codes: Vec<SocCode>) -> Tasks {
        codes.sort_unstable();
        codes.dedup();
        let mut tasks = Tasks::new();
        for claim in self.bundle_says(&codes).await.claims {
            if let (Field::Tasks, Some(FieldValue::TaskList(list))) = (claim.field, claim.value) {
                tasks.insert(claim.code, list.0.into_iter().take(TASKS).map(|task| task.statement).collect());
            }
        }
        tasks
    }
}

async fn ask(assistant: &NetworkAssistant, request: &RerankRequest) -> Result<Advice, AssistantError> {
    assistant.rerank(request).await
}

fn shown(candidates: &[Candidate]) -> impl Iterator<Item = SocCode> {
    candidates.iter().take(SHOWN).map(|candidate| candidate.code)
}
