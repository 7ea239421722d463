//! Occupation codes, SOC 2018 and O*NET-SOC 2019, and the ranker that suggests them for job titles.
//!
//! Pure: no files, no network, no clock. The same input gives the same output on every machine.

pub mod artefact;
pub mod corpus;
pub mod evaluation;
pub mod evidence;
pub mod fusion;
pub mod ranker;
pub mod scorers;
pub mod text;
pub mod training;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};
use thiserror::Error;

/// A code of the Standard Occupational Classification 2018 (`15-1252`), or of its refinement O*NET-SOC 2019
/// (`15-1252.00`).
///
/// Codes sort as their text does; a bare SOC code sorts before its O*NET-SOC codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocCode {
    /// The six digits as a number, 110000 to 559999.
    digits: u32,
    /// What follows the dot, absent for a bare SOC code.
    detail: Option<u8>,
}

/// Why a text is no occupation code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not an occupation code: write a SOC 2018 code such as 15-1252, or an O*NET-SOC 2019 code such as 15-1252.00")]
pub struct SocCodeError(pub String);

impl SocCode {
    /// The six digits without hyphen or detail, as BLS series ids want them: `151252`.
    pub fn digits(self) -> u32 {
        self.digits
    }

    /// The two digits after the dot, or none for a bare SOC code.
    pub fn detail(self) -> Option<u8> {
        self.detail
    }

    /// The SOC 2018 code without the O*NET detail: `15-1252.03` becomes `15-1252`.
    #[must_use]
    pub fn soc(self) -> Self {
        Self { detail: None, ..self }
    }

    /// The O*NET-SOC code meant: a bare SOC code means its `.00` occupation.
    #[must_use]
    pub fn onet(self) -> Self {
        Self { detail: Some(self.detail.unwrap_or(0)), ..self }
    }

    /// True for `dd-dddd.dd`.
    pub fn is_onet(self) -> bool {
        self.detail.is_some()
    }

    /// The major group's code: `15-0000`.
    #[must_use]
    pub fn major_group(self) -> Self {
        Self { digits: self.digits / 10_000 * 10_000, detail: None }
    }

    /// The broad occupation's code: `15-1250`.
    #[must_use]
    pub fn broad_group(self) -> Self {
        Self { digits: self.digits / 10 * 10, detail: None }
    }
}

impl FromStr for SocCode {
    type Err = SocCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text.trim()).ok_or_else(|| SocCodeError(text.chars().take(40).collect()))
    }
}

fn parse(text: &str) -> Option<SocCode> {
    let (soc, detail) = match text.split_once('.') {
        Some((soc, detail)) => (soc, Some(number(detail, 2)?)),
        None => (text, None),
    };
    let (major, minor) = soc.split_once('-')?;
    let digits = number(major, 2)? * 10_000 + number(minor, 4)?;
    Some(SocCode { digits, detail: detail.map(u8::try_from).transpose().ok()? })
}

fn number(text: &str, width: usize) -> Option<u32> {
    (text.len() == width && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

impl fmt::Display for SocCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:04}", self.digits / 10_000, self.digits % 10_000)?;
        self.detail.map_or(Ok(()), |detail| write!(f, ".{detail:02}"))
    }
}

impl Serialize for SocCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SocCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_written_back() {
        for text in ["15-1252", "15-1252.00", "11-9199.08", "31-1120"] {
            assert_eq!(text.parse::<SocCode>().map(|c| c.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn anything_else_is_refused_and_named() {
        for text in ["", "151252", "15-125", "15-1252.", "15-1252.0", "15-1252.000", "1a-1252", "15–1252", "+5-1252"] {
            assert_eq!(text.parse::<SocCode>(), Err(SocCodeError(text.to_owned())));
        }
    }

    #[test]
    fn a_bare_code_means_its_00_occupation() {
        let code: SocCode = "15-1252".parse().expect("valid");
        assert_eq!(code.onet().to_string(), "15-1252.00");
        assert_eq!(code.onet().soc(), code);
        assert_eq!(code.major_group().to_string(), "15-0000");
        assert_eq!(code.broad_group().to_string(), "15-1250");
    }
}
