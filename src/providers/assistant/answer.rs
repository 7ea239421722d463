//! Answers of a model, made into drafts, or refused with the reason.

mod items;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    Draft, DraftRequest,
    error::Rejection,
    prompt::{Evidence, Prompt},
    schema,
};
use crate::domain::{
    assist::{ConfidenceTable, DraftedItem, limit},
    soc::SocCode,
    values::{Education, FieldValue, RatedElementList, TaskList, TextList, ToolList, ValueType, WorkExperience},
};
use items::Cited;

/// The draft that an answer makes, with the confidence that the table gives to the share of the evidence's weight that an item cites.
pub fn read(request: &DraftRequest, prompt: &Prompt, answer: &Value, table: &ConfidenceTable) -> Result<Draft, Rejection> {
    schema::check(&prompt.schema, answer)?;
    let cited = cited_items(request, prompt, answer)?;
    let drafted = |item: &Cited<'_>, key: &str| {
        let support = support(&prompt.evidence, &item.evidence);
        DraftedItem {
            key: key.to_owned(),
            support,
            confidence: table.of(request.basis, request.field, support),
            based_on: item.evidence.iter().map(|piece| (piece.code, piece.key.clone())).collect(),
        }
    };
    let (value, keys) = value(request, &cited)?;
    rules::no_repetition(request, &value, &keys)?;
    let items: Vec<DraftedItem> = cited.iter().zip(&keys).map(|(item, key)| drafted(item, key)).collect();
    let confidence = items.iter().map(|item| item.confidence).sum::<f64>() / items.len().max(1) as f64;
    Ok(Draft { value, confidence: (confidence * 1000.0).round() / 1000.0, based_on: based_on(&cited), items })
}

/// The items of an answer with the evidence that they cite.
fn cited_items<'a>(request: &DraftRequest, prompt: &'a Prompt, answer: &'a Value) -> Result<Vec<Cited<'a>>, Rejection> {
    let known: BTreeMap<&str, &Evidence> = prompt.evidence.iter().map(|piece| (piece.reference.as_str(), piece)).collect();
    let single = std::slice::from_ref(answer);
    let items = answer[schema::name(request.field)].as_array().map_or(single, Vec::as_slice);
    if items.is_empty() {
        return Err(rules::wrong("it has no items"));
    }
    if items.len() > limit(request.field) {
        return Err(rules::wrong(&format!("it has {} items, {} are allowed", items.len(), limit(request.field))));
    }
    let cited = |item: &'a Value| {
        let references = item[schema::citation(request.field)].as_array().into_iter().flatten().filter_map(Value::as_str);
        let distinct: BTreeSet<&str> = references.collect();
        let unknown = |reference: &str| rules::wrong(&format!("it cites `{}`, which was not given", rules::short(reference)));
        let evidence = distinct.into_iter().map(|reference| known.get(reference).copied().ok_or_else(|| unknown(reference)));
        let evidence: Vec<&Evidence> = evidence.collect::<Result<_, _>>()?;
        if evidence.is_empty() { Err(rules::wrong("an item cites no evidence")) } else { Ok(Cited { item, evidence }) }
    };
    items.iter().map(cited).collect()
}

fn value(request: &DraftRequest, cited: &[Cited<'_>]) -> Result<(FieldValue, Vec<String>), Rejection> {
    fn all<T>(cited: &[Cited<'_>], read: impl Fn(&Cited<'_>) -> Result<T, Rejection>) -> Result<Vec<T>, Rejection> {
        cited.iter().map(read).collect()
    }
    fn keyed<T>(items: &[T], key: impl Fn(&T) -> &String) -> Vec<String> {
        items.iter().map(|item| key(item).clone()).collect()
    }
    Ok(match request.field.value_type() {
        ValueType::TextList => {
            let items = all(cited, |item| items::text(request, item))?;
            let keys = keyed(&items, |item| &item.key);
            (TextList(items).into(), keys)
        }
        ValueType::TaskList => {
            let items = all(cited, |item| items::task(request, item))?;
            let keys = keyed(&items, |item| &item.key);
            (TaskList(items).into(), keys)
        }
        ValueType::ToolList => {
            let items = all(cited, |item| items::tool(request, item))?;
            let keys = keyed(&items, |item| &item.key);
            (ToolList(items).into(), keys)
        }
        ValueType::RatedElementList => {
            let items = all(cited, |item| items::rating(request, item))?;
            let keys = keyed(&items, |item| &item.key);
            (RatedElementList(items).into(), keys)
        }
        ValueType::Education => {
            let level = items::word(cited, "typical_level")?;
            (Education { typical_level: level.clone(), ..Education::default() }.into(), vec![level])
        }
        ValueType::WorkExperience => {
            let typical = items::word(cited, "typical")?;
            (WorkExperience { typical: typical.clone(), ..WorkExperience::default() }.into(), vec![typical])
        }
        ValueType::Outlook | ValueType::Wages => return Err(rules::wrong("the field is never drafted")),
    })
}

/// The share of the weight of all occupations in the evidence that the cited ones have.
fn support(all: &[Evidence], cited: &[&Evidence]) -> f64 {
    let weights: BTreeMap<SocCode, f64> = all.iter().map(|piece| (piece.code, piece.weight)).collect();
    let codes: BTreeSet<SocCode> = cited.iter().map(|piece| piece.code).collect();
    let total: f64 = weights.values().sum();
    let part: f64 = codes.iter().filter_map(|code| weights.get(code)).sum();
    if total > 0.0 { (part / total).min(1.0) } else { 0.0 }
}

/// The keys of all that is cited, once, in the order of the items.
fn based_on(cited: &[Cited<'_>]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let all = cited.iter().flat_map(|item| &item.evidence).map(|piece| format!("{}:{}", piece.code, piece.key));
    all.filter(|key| seen.insert(key.clone())).collect()
}
