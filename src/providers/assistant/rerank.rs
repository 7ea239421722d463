//! What a model is asked about candidates for a SOC code, and what its answer is taken for.
//!
//! Candidates are shown without scores and in an order that says nothing, so that the model's order is its own. An answer
//! that ranks what was not shown, or quotes what was not written, is refused.

use std::{collections::BTreeSet, fmt::Write, sync::Arc};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    error::Rejection,
    prompt::{Prompt, boundary, fill, one_line},
    schema,
};
use crate::domain::soc::{SocCode, review::rerank::Advised};

/// The version of the prompt.
pub const VERSION: &str = "rerank-v1";

/// The name of the schema.
pub(super) const NAME: &str = "soc_candidates";

const RULES: &str = include_str!("../../../prompts/rerank.v1.md");
const DATA: &str = include_str!("../../../prompts/rerank_data.v1.md");

/// A description is cut to so many letters.
const MOST_DESCRIPTION: usize = 6_000;
/// Any other text is cut to so many letters.
const MOST_CHARS: usize = 300;
/// The longest reason, in letters.
const MOST_REASON: usize = 200;
/// So many candidates may be ranked.
const MOST_RANKED: usize = 5;
/// So many quotes may speak for a candidate.
const MOST_QUOTES: usize = 3;

/// A job, and the occupations that it may be.
#[derive(Debug, Clone)]
pub struct RerankRequest {
    /// Whose budget pays; none for shared data.
    pub company: Option<Uuid>,
    /// The job's title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// The code that it has today.
    pub current: Option<SocCode>,
    /// The candidates, in any order.
    pub candidates: Vec<Choice>,
}

/// A candidate as it is shown.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its code.
    pub code: SocCode,
    /// Its title.
    pub title: Arc<str>,
    /// What people of this occupation do.
    pub description: Arc<str>,
    /// Other titles that it goes by.
    pub titles: Vec<Arc<str>>,
    /// Its foremost tasks.
    pub tasks: Vec<String>,
}

/// The prompt for a request.
pub(super) fn prompt(request: &RerankRequest) -> Prompt {
    let (title, description) = written(request);
    let candidates = shuffled(request).into_iter().map(shown).collect::<Vec<_>>().join("\n");
    let current = request.current.map_or_else(|| "none".to_owned(), |code| code.to_string());
    let boundary = boundary(&format!("{title}\n{description}\n{current}\n{candidates}"));
    let values = [
        ("boundary", boundary.as_str()),
        ("title", &title),
        ("description", &description),
        ("current", &current),
        ("candidates", candidates.trim_end()),
    ];
    Prompt { system: RULES.to_owned(), user: fill(DATA, &values), schema: answer_schema(request), evidence: vec![] }
}

/// Title and description as the model reads them: what it quotes has to stand there.
fn written(request: &RerankRequest) -> (String, String) {
    (one_line(&request.title, MOST_CHARS), one_line(&request.description, MOST_DESCRIPTION))
}

/// In an order that is always the same for a title, and tells nothing.
fn shuffled(request: &RerankRequest) -> Vec<&Choice> {
    let mut choices: Vec<&Choice> = request.candidates.iter().collect();
    choices.sort_by_cached_key(|choice| Sha256::digest(format!("{}\n{}", request.title, choice.code)).to_vec());
    choices
}

fn shown(choice: &Choice) -> String {
    let mut text = format!("[{}] {}: {}\n", choice.code, choice.title, one_line(&choice.description, MOST_CHARS));
    if !choice.titles.is_empty() {
        // Writing to a string does not fail.
        let _written = writeln!(text, "Also called: {}", choice.titles.join("; "));
    }
    for task in &choice.tasks {
        let _written = writeln!(text, "- {}", one_line(task, MOST_CHARS));
    }
    text
}

fn answer_schema(request: &RerankRequest) -> Value {
    let codes: BTreeSet<String> = request.candidates.iter().map(|choice| choice.code.to_string()).collect();
    let text = || json!({ "type": "string" });
    let ranked = json!({
        "type": "object", "additionalProperties": false, "required": ["code", "fit", "reason", "quotes"],
        "properties": {
            "code": { "type": "string", "enum": codes },
            "fit": { "type": "number" },
            "reason": text(),
            "quotes": { "type": "array", "items": text() },
        }
    });
    json!({
        "type": "object", "additionalProperties": false, "required": ["ranking", "none_fits", "needs"],
        "properties": {
            "ranking": { "type": "array", "items": ranked },
            "none_fits": { "type": "boolean" },
            "needs": { "type": ["string", "null"] },
        }
    })
}

/// The order that an answer gives, and whether it finds that none fits.
pub(super) fn read(request: &RerankRequest, prompt: &Prompt, answer: &Value) -> Result<(Vec<Advised>, bool), Rejection> {
    schema::check(&prompt.schema, answer)?;
    let input = written(request);
    let ranking = answer["ranking"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !(1..=MOST_RANKED).contains(&ranking.len()) {
        return Err(wrong(format!("it ranks {} candidates, 1 to {MOST_RANKED} are allowed", ranking.len())));
    }
    let ranking = ranking.iter().map(|ranked| advised(ranked, &input)).collect::<Result<Vec<_>, _>>()?;
    let distinct: BTreeSet<SocCode> = ranking.iter().map(|advised| advised.code).collect();
    if distinct.len() < ranking.len() {
        return Err(wrong("it ranks a candidate twice".to_owned()));
    }
    Ok((ranking, answer["none_fits"] == true))
}

fn advised(ranked: &Value, (title, description): &(String, String)) -> Result<Advised, Rejection> {
    let code = ranked["code"].as_str().and_then(|code| code.parse().ok());
    let code = code.ok_or_else(|| wrong("a code cannot be read".to_owned()))?;
    let fit = ranked["fit"].as_f64().filter(|fit| (0.0..=100.0).contains(fit));
    let fit = fit.ok_or_else(|| wrong("a `fit` is not from 0 to 100".to_owned()))?;
    let reason = ranked["reason"].as_str().unwrap_or_default();
    let length = reason.chars().count();
    if !(1..=MOST_REASON).contains(&length) {
        return Err(wrong(format!("a reason has {length} letters, 1 to {MOST_REASON} are allowed")));
    }
    if reason.chars().any(|c| c.is_control() || matches!(c, '<' | '>')) || reason.contains("](") || reason.contains("://") {
        return Err(wrong("a reason holds markup, a link or line ends".to_owned()));
    }
    let quotes = ranked["quotes"].as_array().map(Vec::as_slice).unwrap_or_default();
    if quotes.len() > MOST_QUOTES {
        return Err(wrong(format!("a candidate has {} quotes, {MOST_QUOTES} are allowed", quotes.len())));
    }
    let stands = |quote: &str| !quote.trim().is_empty() && (title.contains(quote) || description.contains(quote));
    if !quotes.iter().filter_map(Value::as_str).all(stands) {
        return Err(wrong("it quotes what stands neither in the title nor in the description".to_owned()));
    }
    Ok(Advised { code, fit, reason: reason.to_owned() })
}

fn wrong(why: String) -> Rejection {
    Rejection::Content(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> RerankRequest {
        let choice = |(code, title): (&str, &str)| Choice {
            code: code.parse().expect("a code"),
            title: title.into(),
            description: "Do work.".into(),
            titles: vec!["Agent".into()],
            tasks: vec!["Answer calls.".into()],
        };
        let candidates =
            [("43-4051.00", "Customer Service Representatives"), ("41-9041.00", "Telemarketers"), ("43-1011.00", "Supervisors")];
        RerankRequest {
            company: None,
            title: "Team Lead".into(),
            description: "Answers\ncustomers' calls.".into(),
            current: None,
            candidates: candidates.map(choice).into(),
        }
    }

    fn answer(change: impl Fn(&mut Value)) -> Value {
        let ranked = json!({ "code": "43-4051.00", "fit": 80, "reason": "Customers call.", "quotes": ["customers' calls"] });
        let mut answer = json!({ "ranking": [ranked], "none_fits": false, "needs": null });
        change(&mut answer);
        answer
    }

    fn refusal(change: impl Fn(&mut Value)) -> Option<String> {
        let request = request();
        read(&request, &prompt(&request), &answer(change)).err().map(|rejection| rejection.to_string())
    }

    #[test]
    fn the_prompt_shows_candidates_without_scores_in_an_order_of_its_own() {
        let request = request();
        let mut other_way = request.clone();
        other_way.candidates.reverse();
        let prompt = prompt(&request);
        assert_eq!(prompt, super::prompt(&other_way), "the ranker's order does not show");
        assert!(prompt.user.contains("Description: Answers customers' calls.\n"), "{}", prompt.user);
        assert!(prompt.user.contains("[41-9041.00] Telemarketers: Do work.\nAlso called: Agent\n- Answer calls.\n"), "{}", prompt.user);
        assert_eq!(
            prompt.schema["properties"]["ranking"]["items"]["properties"]["code"]["enum"],
            json!(["41-9041.00", "43-1011.00", "43-4051.00"])
        );
    }

    #[test]
    fn an_answer_that_keeps_the_rules_is_taken() {
        let request = request();
        let taken = read(&request, &prompt(&request), &answer(|_| {})).expect("taken");
        let advised = Advised { code: "43-4051.00".parse().expect("a code"), fit: 80.0, reason: "Customers call.".into() };
        assert_eq!(taken, (vec![advised], false));
    }

    #[test]
    fn an_answer_that_breaks_a_rule_is_refused_with_the_reason() {
        let item = |name: &'static str, value: Value| move |answer: &mut Value| answer["ranking"][0][name] = value.clone();
        let told = refusal(item("code", json!("29-1141.00")));
        assert_eq!(told.as_deref(), Some("it does not fit the schema: $.ranking[0].code is none of the allowed words"));
        assert_eq!(refusal(item("fit", json!(101))).as_deref(), Some("a `fit` is not from 0 to 100"));
        assert_eq!(refusal(item("reason", json!("x".repeat(201)))).as_deref(), Some("a reason has 201 letters, 1 to 200 are allowed"));
        assert_eq!(refusal(item("reason", json!("<b>"))).as_deref(), Some("a reason holds markup, a link or line ends"));
        let quoted = "it quotes what stands neither in the title nor in the description";
        assert_eq!(refusal(item("quotes", json!(["Sells"]))).as_deref(), Some(quoted));
        assert_eq!(refusal(|answer| answer["ranking"] = json!([])).as_deref(), Some("it ranks 0 candidates, 1 to 5 are allowed"));
        let twice = |answer: &mut Value| answer["ranking"] = json!([answer["ranking"][0], answer["ranking"][0]]);
        assert_eq!(refusal(twice).as_deref(), Some("it ranks a candidate twice"));
    }
}
