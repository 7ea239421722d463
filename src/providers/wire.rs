//! Tolerant reading: what is unreadable costs itself, never what stands beside it.
//!
//! Numbers come as numbers or as texts (`"1,234"`, `"$37.02"`, `"208,000+"`); blank and `-` mean unknown, never zero.

use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};
use serde_json::value::RawValue;

/// A part of an answer that may be missing, or not be what is expected.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Part<T> {
    /// It is not there, or null.
    #[default]
    Missing,
    /// It is there.
    Known(T),
    /// Something else stands there.
    Unreadable,
}

impl<T> Part<T> {
    /// The part; an unreadable one counts as missing.
    pub(super) fn known(self) -> Option<T> {
        match self {
            Self::Known(part) => Some(part),
            Self::Missing | Self::Unreadable => None,
        }
    }

    /// The part, none when it is missing; `unreadable` makes the error when something else stands there.
    pub(super) fn or_else<E>(self, unreadable: impl FnOnce() -> E) -> Result<Option<T>, E> {
        match self {
            Self::Known(part) => Ok(Some(part)),
            Self::Missing => Ok(None),
            Self::Unreadable => Err(unreadable()),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Part<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(match raw.get() {
            "null" => Self::Missing,
            text => serde_json::from_str(text).map_or(Self::Unreadable, Self::Known),
        })
    }
}

/// A list without its unreadable items. A list of unreadable items alone is unreadable itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct List<T>(pub(super) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::<Box<RawValue>>::deserialize(deserializer)?;
        let given = !items.is_empty();
        // A struct would be read from a list as well, part by part. No upstream has lists of lists.
        let items = items.iter().map(|raw| raw.get()).filter(|text| *text != "null" && !text.starts_with('['));
        let known: Vec<T> = items.filter_map(|text| serde_json::from_str(text).ok()).collect();
        if given && known.is_empty() { Err(D::Error::custom("no item can be read")) } else { Ok(Self(known)) }
    }
}

/// A value that has no parts. Numbers stay as they are written: serde's own are off in the last digit at times.
enum Scalar {
    Text(String),
    Number(String),
    True,
    Other,
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(match raw.get().as_bytes() {
            [b'"', ..] => serde_json::from_str(raw.get()).map_or(Self::Other, Self::Text),
            [b'-' | b'0'..=b'9', ..] => Self::Number(raw.get().to_owned()),
            b"true" => Self::True,
            _ => Self::Other,
        })
    }
}

/// A text that is not blank; numbers count as texts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Text(pub(super) Option<String>);

impl Text {
    pub(super) fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Scalar::deserialize(deserializer)? {
            Scalar::Text(text) => Some(text.trim().to_owned()),
            Scalar::Number(text) => Some(text),
            Scalar::True | Scalar::Other => None,
        };
        Ok(Self(text.filter(|text| !text.is_empty())))
    }
}

/// A text that has to be there: without it the item is unreadable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needed(pub(super) String);

impl<'de> Deserialize<'de> for Needed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer)?.0.map(Self).ok_or_else(|| D::Error::custom("it is missing"))
    }
}

/// A number, or a lower bound for one (`"208,000+"`).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Figure(pub(super) Option<(f64, bool)>);

impl Figure {
    pub(super) fn number(self) -> Option<f64> {
        self.0.map(|(number, _)| number)
    }

    pub(super) fn whole(self) -> Option<i32> {
        self.number().and_then(whole)
    }

    /// Reads a figure as it is printed.
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim();
        let (digits, bound) = text.strip_suffix('+').map_or((text, false), |digits| (digits, true));
        let digits = digits.replace([',', '$', ' '], "");
        let numeric = digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        Self(digits.parse::<f64>().ok().filter(|_| numeric).map(|number| (number, bound)))
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Scalar::deserialize(deserializer)? {
            Scalar::Text(text) => Self::parse(&text),
            Scalar::Number(text) => Self(text.parse().ok().map(|number| (number, false))),
            Scalar::True | Scalar::Other => Self(None),
        })
    }
}

/// A number without a fraction that fits.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
pub(super) fn whole(number: f64) -> Option<i32> {
    (number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX)).then_some(number as i32)
}

/// `true`, `"Y"` or `"Yes"`; everything else, and nothing, is no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flag(pub(super) bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(deserializer)? {
            Scalar::True => true,
            Scalar::Text(text) => matches!(text.trim().to_ascii_lowercase().as_str(), "y" | "yes" | "true"),
            Scalar::Number(_) | Scalar::Other => false,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_they_are_printed() {
        let read = |json: &str| serde_json::from_str::<Figure>(json).expect("always readable").0;
        assert_eq!(read("\"1,234\""), Some((1_234.0, false)));
        assert_eq!(read("\"$37.02\""), Some((37.02, false)));
        assert_eq!(read("\"208,000+\""), Some((208_000.0, true)));
        assert_eq!((read("0"), read("\"0\""), read("\".5\"")), (Some((0.0, false)), Some((0.0, false)), Some((0.5, false))));
        assert_eq!((read("\"-0.4\""), read("0.9994209408760071")), (Some((-0.4, false)), Some((0.999_420_940_876_007_1, false))));
        for unknown in ["\"\"", "\"-\"", "\"*\"", "\"#\"", "\"N/A\"", "\"NaN\"", "\"inf\"", "null", "{}", "[1]"] {
            assert_eq!(read(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn an_unreadable_item_costs_itself_and_a_list_of_them_is_unreadable() {
        let read = |json: &str| serde_json::from_str::<Part<List<Needed>>>(json).expect("always readable");
        let known = |texts: &[&str]| Part::Known(List(texts.iter().map(|text| Needed((*text).to_owned())).collect()));
        assert_eq!(read(r#"["a", {"b": 1}, null, 7, " ", ["c"]]"#), known(&["a", "7"]));
        assert_eq!((read("[]"), read("null")), (known(&[]), Part::Missing));
        assert_eq!((read(r#"[{"b": 1}]"#), read("\"x\"")), (Part::Unreadable, Part::Unreadable));
    }
}
