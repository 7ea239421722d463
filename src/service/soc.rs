//! Suggesting SOC codes for titles. Nothing of it touches the database.

pub mod evaluation;

use super::{Result, Service, input, reference::blocking};
use crate::{
    domain::{
        soc::ranker::{Candidate, InputError},
        user_error::UserError,
    },
    providers,
};

/// How many candidates are answered when nobody says how many.
pub const SUGGESTIONS: usize = 10;
/// The most candidates that are answered.
pub const SUGGESTIONS_MAX: usize = 20;

impl Service {
    /// Codes for a title, the likeliest first; each is in the catalogue in force.
    ///
    /// The first call of a process unpacks the ranker. A title that says nothing is refused, one that says little gets
    /// little confidence.
    pub async fn suggest_soc(&self, title: &str, description: Option<&str>, first: Option<i32>) -> Result<Vec<Candidate>> {
        let title = input::title(title, &["title"])?;
        let description = input::description(description.unwrap_or_default(), &["description"])?.unwrap_or_default();
        let count = count(first)?;
        let reference = self.reference();
        blocking(move || {
            let candidates = providers::soc::ranker()?.suggest(&title, &description, usize::MAX).map_err(refused)?;
            let known = candidates.into_iter().filter(|candidate| reference.catalogue.get(candidate.code).is_some());
            Ok(known.take(count).collect())
        })
        .await
    }
}

fn count(first: Option<i32>) -> Result<usize, UserError> {
    let Some(first) = first else { return Ok(SUGGESTIONS) };
    let count = usize::try_from(first).ok().filter(|count| (1..=SUGGESTIONS_MAX).contains(count));
    count.ok_or_else(|| UserError::invalid(format!("`first` is 1 to {SUGGESTIONS_MAX}; this is {first}."), &["first"]))
}

fn refused(error: InputError) -> UserError {
    let what = match error {
        InputError::Empty => "The title is empty.",
        InputError::NotLatin => "The title has no Latin letters; only English titles are understood.",
        InputError::TooShort => "The title is a single character; a title has at least 2 letters.",
    };
    UserError::invalid(what, &["title"])
}
