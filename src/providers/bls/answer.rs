//! Answers as they come: nearly every failure has status 200.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::wire::{Figure, List, Needed, Part, Text};
use crate::net::{Answer, CallError, Failure};

#[derive(Debug, Deserialize)]
struct Envelope {
    #[serde(default)]
    status: Text,
    #[serde(default)]
    message: Part<List<Text>>,
    /// An object, or as the official page prints it, a list of one.
    #[serde(default, rename = "Results")]
    results: Part<Box<RawValue>>,
}

#[derive(Debug, Default, Deserialize)]
struct Block {
    #[serde(default)]
    series: Part<List<Series>>,
}

/// One series.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Series {
    #[serde(rename = "seriesID")]
    id: Needed,
    #[serde(default)]
    data: Part<List<Row>>,
}

/// The figure of one year.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Row {
    #[serde(default)]
    pub(super) year: Figure,
    #[serde(default)]
    period: Text,
    #[serde(default)]
    pub(super) value: Figure,
    #[serde(default)]
    footnotes: Part<List<Footnote>>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
struct Footnote {
    text: Text,
}

impl Row {
    /// The texts of the footnotes.
    pub(super) fn notes(&self) -> impl Iterator<Item = &str> {
        let notes = if let Part::Known(list) = &self.footnotes { list.0.as_slice() } else { &[] };
        notes.iter().filter_map(|note| note.text.as_str())
    }
}

impl Series {
    /// The latest year's figure.
    pub(super) fn latest(&self) -> Option<&Row> {
        let rows = if let Part::Known(list) = &self.data { list.0.as_slice() } else { &[] };
        let annual = rows.iter().filter(|row| row.period.as_str().is_none_or(|period| period == "A01"));
        annual.max_by_key(|row| row.year.whole())
    }
}

/// Finds the failures that come with status 200. Messages are looked at, but never passed on: one of them repeats the key.
pub(super) fn judge(body: &[u8]) -> Result<(), Failure> {
    let Ok(envelope) = serde_json::from_slice::<Envelope>(body) else { return Ok(()) };
    let said = envelope.message.known().unwrap_or_default().0.into_iter().filter_map(|text| text.0).collect::<Vec<_>>();
    let said = said.join(" ").to_lowercase();
    match envelope.status.as_str() {
        Some("REQUEST_SUCCEEDED") | None => Ok(()),
        Some("REQUEST_FAILED_OVER_CAPACITY") => Err(Failure::Unavailable { reason: "over capacity".to_owned() }),
        Some("REQUEST_NOT_PROCESSED") if said.contains("daily threshold") || said.contains("exceeded") => Err(Failure::QuotaSpent),
        Some("REQUEST_NOT_PROCESSED") if said.contains("key") && said.contains("invalid") => Err(Failure::Unauthorized),
        Some(_) => Err(Failure::Refused { status: 200 }),
    }
}

/// The series by their ids; unreadable ones are left out.
pub(super) fn read(answer: &Answer) -> Result<HashMap<String, Series>, CallError> {
    let envelope: Envelope = answer.read()?;
    let unreadable = || answer.unreadable("no list of series");
    let results = envelope.results.or_else(unreadable)?.ok_or_else(unreadable)?;
    // A struct would be read from a list as well, part by part: the list has to be known first.
    let listed = results.get().starts_with('[');
    let blocks: Vec<Block> =
        if listed { serde_json::from_str(results.get()) } else { serde_json::from_str(results.get()).map(|block| vec![block]) }
            .map_err(|_| unreadable())?;
    let mut series = HashMap::new();
    for block in blocks {
        let list = block.series.or_else(unreadable)?.unwrap_or_default().0;
        series.extend(list.into_iter().filter(|series| series.data != Part::Unreadable).map(|series| (series.id.0.clone(), series)));
    }
    Ok(series)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: &str, message: &str) -> Result<(), Failure> {
        judge(serde_json::json!({ "status": status, "message": [message], "Results": {} }).to_string().as_bytes())
    }

    #[test]
    fn failures_are_found_behind_status_200() {
        assert_eq!(judged("REQUEST_SUCCEEDED", "Series does not exist for Series X"), Ok(()));
        assert_eq!(judged("REQUEST_NOT_PROCESSED", "Daily threshold of 25 queries has been reached."), Err(Failure::QuotaSpent));
        let allocated =
            "Request could not be serviced, as the daily threshold for total number of requests allocated to the user has been reached.";
        assert_eq!(judged("REQUEST_NOT_PROCESSED", allocated), Err(Failure::QuotaSpent));
        assert_eq!(judged("REQUEST_NOT_PROCESSED", "The key:K provided by the User is invalid."), Err(Failure::Unauthorized));
        assert_eq!(judged("REQUEST_FAILED_INVALID_PARAMETERS", "Invalid Series"), Err(Failure::Refused { status: 200 }));
        assert!(judged("REQUEST_FAILED_OVER_CAPACITY", "").is_err_and(|failure| failure.is_retryable()));
    }
}
