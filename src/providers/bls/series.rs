//! The ids of OEWS series: `OE`, `U` for unadjusted, `N` and zeros for the nation, zeros for all industries, the SOC code,
//! and what is counted; 25 characters.

use crate::domain::soc::SocCode;

/// What a series counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Employment,
    AnnualMean,
    HourlyMedian,
    AnnualP10,
    AnnualP25,
    AnnualMedian,
    AnnualP75,
    AnnualP90,
}

/// The kinds that a wage has a place for, with BLS's numbers.
const KINDS: [(Kind, u8); 8] = [
    (Kind::Employment, 1),
    (Kind::AnnualMean, 4),
    (Kind::HourlyMedian, 8),
    (Kind::AnnualP10, 11),
    (Kind::AnnualP25, 12),
    (Kind::AnnualMedian, 13),
    (Kind::AnnualP75, 14),
    (Kind::AnnualP90, 15),
];

/// The series of an occupation in the whole nation.
pub(super) fn kinds(code: SocCode) -> impl Iterator<Item = (Kind, String)> {
    KINDS.into_iter().map(move |(kind, number)| (kind, format!("OEUN0000000000000{:06}{number:02}", code.digits())))
}

/// Their ids.
pub(super) fn of(code: SocCode) -> impl Iterator<Item = String> {
    kinds(code).map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_25_characters_and_the_code_in_it() {
        let code = "17-2141.00".parse().expect("a code");
        let ids: Vec<_> = of(code).collect();
        assert!(ids.contains(&"OEUN000000000000017214113".to_owned()), "the annual median: {ids:?}");
        assert!(ids.iter().all(|id| id.len() == 25));
        assert_eq!(ids.len(), 8);
    }
}
