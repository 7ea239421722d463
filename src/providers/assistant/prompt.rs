//! Prompts: files with a version, filled in.

use std::{collections::BTreeSet, fmt::Write};

use sha2::{Digest, Sha256};

use super::{DraftRequest, schema};
use crate::domain::{
    assist::limit,
    fields::Field,
    soc::SocCode,
    values::{FieldValue, Item, ToolKind},
};

/// The version of the prompts, in provenance.
pub const VERSION: &str = "draft-v1";

const RULES: &str = include_str!("../../../prompts/draft.v1.md");
const DATA: &str = include_str!("../../../prompts/data.v1.md");
const REPAIR: &str = include_str!("../../../prompts/repair.v1.md");

/// So many neighbours are told.
const MOST_NEIGHBOURS: usize = 10;
/// So many pieces of evidence are told.
const MOST_EVIDENCE: usize = 240;
/// A piece of evidence, a title or an item is cut to so many letters.
const MOST_CHARS: usize = 300;
/// A description is cut to so many letters.
const MOST_DESCRIPTION: usize = 4_000;

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What the answer cites it by.
    pub reference: String,
    /// Whose it is.
    pub code: SocCode,
    /// How near that occupation is.
    pub weight: f64,
    /// The item's key there; the level for what is no list.
    pub key: String,
    /// What is told of it.
    pub text: String,
}

/// What a model is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// The rules.
    pub system: String,
    /// The data.
    pub user: String,
    /// The schema of the answer.
    pub schema: serde_json::Value,
    /// What may be cited.
    pub evidence: Vec<Evidence>,
}

/// The longest text of an item, in letters.
pub const fn most_chars(field: Field) -> usize {
    match field {
        Field::CoreResponsibilities | Field::Tasks => 250,
        _ => 100,
    }
}

/// The prompt for a request. None where there is nothing to base a draft on, or the field is never drafted.
pub fn of(request: &DraftRequest) -> Option<Prompt> {
    let evidence = evidence(request);
    let levels: BTreeSet<String> = evidence.iter().map(|piece| piece.key.clone()).collect();
    let schema = schema::of(request.field, &levels)?;
    let system = fill(
        RULES,
        &[
            ("max_chars", &most_chars(request.field).to_string()),
            ("max_items", &limit(request.field).to_string()),
            ("field", request.field.key()),
            ("meaning", meaning(request.field)),
        ],
    );
    (!evidence.is_empty()).then(|| Prompt { system, user: data(request, &evidence), schema, evidence })
}

/// What is said of an answer that was refused.
pub fn repair(reason: &str) -> String {
    fill(REPAIR, &[("reason", reason)])
}

/// The rules with the schema written out, for servers that cannot be held to one.
pub fn with_schema(prompt: &Prompt) -> String {
    format!("{}\nThe schema:\n{}\n", prompt.system, prompt.schema)
}

fn data(request: &DraftRequest, evidence: &[Evidence]) -> String {
    let mut told = String::new();
    for piece in evidence {
        // Writing to a string does not fail.
        let _written = writeln!(told, "[{}] {}", piece.reference, one_line(&piece.text, MOST_CHARS));
    }
    let official = request.official.as_ref().map(known_items).unwrap_or_default();
    let title = one_line(&request.title, MOST_CHARS);
    let description = one_line(&request.description, MOST_DESCRIPTION);
    let rejected: Vec<String> = request.rejected.iter().map(|key| one_line(key, MOST_CHARS)).collect();
    let boundary = boundary(&format!("{title}\n{description}\n{told}\n{official:?}\n{rejected:?}"));
    let or_none = |items: Vec<String>| if items.is_empty() { "none".to_owned() } else { items.join("\n") };
    fill(
        DATA,
        &[
            ("boundary", &boundary),
            ("title", &title),
            ("description", &description),
            ("official", &or_none(official)),
            ("rejected", &or_none(rejected)),
            ("evidence", told.trim_end()),
        ],
    )
}

/// A word that the data cannot hold, for it is made of all of it.
pub(super) fn boundary(data: &str) -> String {
    Sha256::digest(data).iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Fills in what stands in braces, in one pass: what is filled in is not looked at again.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let named = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, after))
        });
        rest = if let Some((value, after)) = named {
            text.push_str(value);
            after
        } else {
            text.push('{');
            after
        };
    }
    text + rest
}

/// One line of at most so many letters, without signs that steer a terminal.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect()
}

const fn meaning(field: Field) -> &'static str {
    match field {
        Field::CoreResponsibilities => "Five to eight sentences that together cover most of the work. Evidence: tasks.",
        Field::Tasks => "Sentences that each tell one task. Evidence: tasks of the nearest occupations.",
        Field::ToolsAndTechnology => "Tools, machines and software by name, as the evidence names them.",
        Field::Skills => "O*NET skills by element id, with importance and level from 0 to 100.",
        Field::Knowledge => "O*NET knowledge areas by element id, with importance and level from 0 to 100.",
        Field::Abilities => "O*NET abilities by element id, with importance and level from 0 to 100.",
        Field::RelatedTitles => "Other titles that the same work goes by.",
        Field::Education => "The level of education that the work asks for most often, in the evidence's words.",
        Field::WorkExperience => "The experience in related work that is typical, in the evidence's words.",
        Field::Outlook | Field::Wages => "",
    }
}

/// The neighbours' items, nearest first, in turn from each, so that no one fills the prompt.
fn evidence(request: &DraftRequest) -> Vec<Evidence> {
    let mut neighbours: Vec<_> = request.neighbours.iter().filter(|near| near.value.value_type() == request.field.value_type()).collect();
    neighbours.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.code.cmp(&b.code)));
    neighbours.truncate(MOST_NEIGHBOURS);
    let lists: Vec<Vec<(String, String)>> = neighbours.iter().map(|near| pieces(&near.value)).collect();
    let longest = lists.iter().map(Vec::len).max().unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut evidence = vec![];
    for place in 0..longest {
        for (near, list) in neighbours.iter().zip(&lists) {
            let Some((key, text)) = list.get(place) else { continue };
            let is_task = matches!(schema::citation(request.field), "based_on_task_ids");
            let reference = if is_task { key.clone() } else { format!("{}:{key}", near.code) };
            if seen.insert(reference.clone()) {
                evidence.push(Evidence { reference, code: near.code, weight: near.weight, key: key.clone(), text: text.clone() });
            }
        }
    }
    evidence.truncate(MOST_EVIDENCE);
    evidence
}

/// A value's items, each with its key and what is told of it.
fn pieces(value: &FieldValue) -> Vec<(String, String)> {
    fn of<T: Item>(items: &[T], text: impl Fn(&T) -> String) -> Vec<(String, String)> {
        items.iter().map(|item| (item.key().to_owned(), text(item))).collect()
    }
    let score = |score: Option<f64>| score.map_or_else(|| "unknown".to_owned(), |score| score.to_string());
    match value {
        FieldValue::TextList(list) => of(&list.0, |item| item.text.clone()),
        FieldValue::TaskList(list) => of(&list.0, |task| task.statement.clone()),
        FieldValue::ToolList(list) => of(&list.0, |tool| {
            let kind = if tool.kind == ToolKind::Tool { "tool" } else { "technology" };
            format!("{} ({kind})", tool.name)
        }),
        FieldValue::RatedElementList(list) => of(&list.0, |element| {
            format!("{}: {}, importance {}, level {}", element.key, element.name, score(element.importance), score(element.level))
        }),
        FieldValue::Education(education) => vec![(education.typical_level.clone(), education.typical_level.clone())],
        FieldValue::WorkExperience(work) => vec![(work.typical.clone(), work.typical.clone())],
        FieldValue::Outlook(_) | FieldValue::Wages(_) => vec![],
    }
}

/// What is known already, one line each.
fn known_items(value: &FieldValue) -> Vec<String> {
    pieces(value).into_iter().map(|(_, text)| one_line(&text, MOST_CHARS)).collect()
}
