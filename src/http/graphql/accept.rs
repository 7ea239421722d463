//! Which form of an answer a caller takes: the header `Accept`.

use axum::http::{HeaderMap, StatusCode, header};

use crate::http::refusal::Refusal;

/// The forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Media {
    /// `application/json`: errors of the document have the status 200, as clients from before the specification expect.
    Json,
    /// `application/graphql-response+json`: errors of the document have the status 400.
    GraphqlResponse,
    /// `text/event-stream`: results as they come.
    Events,
}

impl Media {
    /// The first comes first among what a caller likes equally.
    const ALL: [Self; 3] = [Self::GraphqlResponse, Self::Json, Self::Events];

    const fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GraphqlResponse => "application/graphql-response+json",
            Self::Events => "text/event-stream",
        }
    }

    /// The value of `Content-Type`.
    pub(in crate::http) const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Events => "text/event-stream",
        }
    }

    /// The form that the caller wants most, of those that it names; `application/json` for who takes anything.
    pub(in crate::http) fn wanted(headers: &HeaderMap) -> Result<Self, Refusal> {
        let ranges = ranges(headers);
        if ranges.is_empty() {
            return Ok(Self::Json);
        }
        let quality = |media| quality(&ranges, media);
        let named = Self::ALL.into_iter().filter_map(|media| Some((media, quality(media)?))).filter(|(_, quality)| *quality > 0.0);
        if let Some((media, _)) = named.reduce(|best, other| if other.1 > best.1 { other } else { best }) {
            return Ok(media);
        }
        let anything = |(name, quality): &(String, f32)| *quality > 0.0 && (name == "*/*" || name == "application/*");
        if ranges.iter().any(anything) && quality(Self::Json) != Some(0.0) {
            return Ok(Self::Json);
        }
        let message = "Answers are application/graphql-response+json, application/json, or text/event-stream: `Accept` one of them.";
        Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", message))
    }
}

/// True for who takes results as they come.
pub(in crate::http) fn takes_events(headers: &HeaderMap) -> bool {
    quality(&ranges(headers), Media::Events).is_some_and(|quality| quality > 0.0)
}

/// The media ranges that a caller accepts.
fn ranges(headers: &HeaderMap) -> Vec<(String, f32)> {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).filter_map(range).collect()
}

/// How much a form is liked, when it is named.
fn quality(ranges: &[(String, f32)], media: Media) -> Option<f32> {
    ranges.iter().filter(|(name, _)| *name == media.name()).map(|(_, quality)| *quality).reduce(f32::max)
}

/// A media range in lower case, with its quality.
fn range(text: &str) -> Option<(String, f32)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| name.contains('/'))?.to_ascii_lowercase();
    let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((name, quality.map_or(Some(1.0), |text| text.trim().parse().ok())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(accept: &[&str]) -> Option<Media> {
        let headers = accept.iter().map(|value| (header::ACCEPT, value.parse().expect("a header"))).collect();
        Media::wanted(&headers).ok()
    }

    #[test]
    fn the_best_form_that_is_named_wins() {
        for (accept, media) in [
            (&[][..], Media::Json),
            (&[""], Media::Json),
            (&["*/*"], Media::Json),
            (&["application/*"], Media::Json),
            (&["text/html, */*;q=0.1"], Media::Json),
            (&["application/json"], Media::Json),
            (&["Application/JSON; charset=utf-8"], Media::Json),
            (&["application/graphql-response+json; charset=utf-8, application/json; charset=utf-8"], Media::GraphqlResponse),
            (&["application/json, application/graphql-response+json"], Media::GraphqlResponse),
            (&["application/graphql-response+json;q=0.5, application/json"], Media::Json),
            (&["application/json", "text/event-stream"], Media::Json),
            (&["application/json;q=0.9", "text/event-stream"], Media::Events),
            (&["application/graphql-response+json;q=0, */*"], Media::Json),
        ] {
            assert_eq!(wanted(accept), Some(media), "{accept:?}");
        }
        let takes = |accept: &str| takes_events(&[(header::ACCEPT, accept.parse().expect("a header"))].into_iter().collect());
        assert!(takes("application/json, text/event-stream;q=0.1") && !takes("text/event-stream;q=0, */*") && !takes("*/*"));
        for accept in [&["text/html"][..], &["application/xml"], &["application/json;q=0"], &["application/json;q=0, */*"], &["image/*"]] {
            assert_eq!(wanted(accept), None, "{accept:?}");
        }
    }
}
