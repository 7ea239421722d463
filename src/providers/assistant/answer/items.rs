//! Items of answers as values. What a model may choose from comes from the evidence, not from its words.

use serde_json::Value;

use super::super::{DraftRequest, error::Rejection, prompt::Evidence};
use super::rules;
use crate::domain::{
    soc::SocCode,
    values::{FieldValue, RatedElement, Task, TextItem, Tool, ToolKind, text_key},
};

/// An item of an answer, and the evidence that it cites.
pub(super) struct Cited<'a> {
    pub(super) item: &'a Value,
    pub(super) evidence: Vec<&'a Evidence>,
}

impl Cited<'_> {
    fn string(&self, name: &str) -> &str {
        self.item[name].as_str().unwrap_or_default().trim()
    }

    fn origins(&self) -> Vec<SocCode> {
        let mut codes: Vec<SocCode> = self.evidence.iter().map(|piece| piece.code).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// The key that the evidence has for the very same words, or one made from the words.
    fn key_of(&self, text: &str) -> String {
        let same = self.evidence.iter().find(|piece| piece.text == text);
        same.map_or_else(|| text_key(text), |piece| piece.key.clone())
    }

    /// The values of the cited occupations.
    fn values<'r>(&self, request: &'r DraftRequest) -> impl Iterator<Item = &'r FieldValue> {
        let origins = self.origins();
        request.neighbours.iter().filter(move |near| origins.contains(&near.code)).map(|near| near.value.as_ref())
    }
}

pub(super) fn text(request: &DraftRequest, cited: &Cited<'_>) -> Result<TextItem, Rejection> {
    let text = rules::clean(request, cited.string("text"))?;
    Ok(TextItem { key: cited.key_of(&text), text, origins: cited.origins() })
}

pub(super) fn task(request: &DraftRequest, cited: &Cited<'_>) -> Result<Task, Rejection> {
    let statement = rules::clean(request, cited.string("text"))?;
    Ok(Task { key: cited.key_of(&statement), statement, task_type: None, importance: None, origins: cited.origins() })
}

/// A tool that a cited occupation has, by name and kind.
pub(super) fn tool(request: &DraftRequest, cited: &Cited<'_>) -> Result<Tool, Rejection> {
    let kind = if cited.string("kind") == "tool" { ToolKind::Tool } else { ToolKind::Technology };
    let name = cited.string("name");
    let tools = cited.values(request).filter_map(|value| if let FieldValue::ToolList(list) = value { Some(&list.0) } else { None });
    let found = tools.flatten().find(|tool| tool.kind == kind && tool.name.to_lowercase() == name.to_lowercase());
    let tool = found.ok_or_else(|| rules::wrong(&format!("no cited occupation has `{}`", rules::short(name))))?;
    Ok(Tool { in_demand: false, origins: cited.origins(), ..tool.clone() })
}

/// An element that a cited occupation has, by its id.
pub(super) fn rating(request: &DraftRequest, cited: &Cited<'_>) -> Result<RatedElement, Rejection> {
    let id = cited.string("element_id");
    let lists = cited.values(request).filter_map(|value| if let FieldValue::RatedElementList(list) = value { Some(&list.0) } else { None });
    let found = lists.flatten().find(|element| element.key == id);
    let element = found.ok_or_else(|| rules::wrong(&format!("no cited occupation has the element `{}`", rules::short(id))))?;
    Ok(RatedElement {
        importance: score(&cited.item["importance"])?,
        level: score(&cited.item["level"])?,
        rating: None,
        origins: cited.origins(),
        ..element.clone()
    })
}

fn score(value: &Value) -> Result<Option<f64>, Rejection> {
    match value.as_f64() {
        None => Ok(None),
        Some(score) if (0.0..=100.0).contains(&score) => Ok(Some((score + 0.5).floor())),
        Some(_) => Err(rules::wrong("a rating is not between 0 and 100")),
    }
}

/// The word of what is no list. It is one that a cited occupation has.
pub(super) fn word(cited: &[Cited<'_>], name: &str) -> Result<String, Rejection> {
    let item = cited.first().ok_or_else(|| rules::wrong("it has no items"))?;
    let word = item.string(name);
    let known = item.evidence.iter().any(|piece| piece.key == word);
    if known { Ok(word.to_owned()) } else { Err(rules::wrong(&format!("no cited occupation says `{}`", rules::short(word)))) }
}
