//! How far a way of finding can be trusted: measured on names checked by hand, not chosen.
//!
//! Of the checked names whose element was found in a given way, `right` of `n` had the right one. The confidence is
//! `(right + 1) / (n + 2)`, Laplace's rule of succession: few names give little confidence, however right they are.

use std::{collections::BTreeMap, fmt::Write};

use super::{find::Method, lists};

/// One checked name: how its element was found, and whether it was the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// How.
    pub method: Method,
    /// Whether it was right.
    pub right: bool,
}

/// What was measured of one way of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bin {
    /// How many checked names were found in this way.
    pub names: u32,
    /// How many of them were right.
    pub right: u32,
}

impl Bin {
    /// The confidence, 0 to 1, rounded to three decimals. Without names it is 0.5.
    pub fn confidence(self) -> f64 {
        let share = (f64::from(self.right) + 1.0) / (f64::from(self.names) + 2.0);
        (share * 1000.0).round() / 1000.0
    }
}

/// The measured confidence of each way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfidenceTable(BTreeMap<Method, Bin>);

impl ConfidenceTable {
    /// The table that is compiled in, `data/skills/confidence.tsv`.
    pub(super) fn measured() -> Self {
        let bin = |row: Vec<&'static str>| {
            let method = Method::ALL.into_iter().find(|method| Some(&method.name()) == row.first())?;
            Some((method, Bin { names: row.get(1)?.parse().ok()?, right: row.get(2)?.parse().ok()? }))
        };
        Self(lists::rows(include_str!("../../../data/skills/confidence.tsv")).filter_map(bin).collect())
    }

    /// The confidence of what was found in this way.
    pub fn of(&self, method: Method) -> f64 {
        self.bin(method).confidence()
    }

    /// What was measured.
    pub fn bin(&self, method: Method) -> Bin {
        self.0.get(&method).copied().unwrap_or_default()
    }

    /// The table as `data/skills/confidence.tsv` has it.
    pub fn to_tsv(&self) -> String {
        let mut text = "# Measured on tests/it/fixtures/skills/checked.tsv; a test says when it has to be made anew.\n".to_owned();
        text.push_str("method\tnames\tright\tconfidence\n");
        for method in Method::ALL {
            let bin = self.bin(method);
            // Writing to a string does not fail.
            let _written = writeln!(text, "{}\t{}\t{}\t{:.3}", method.name(), bin.names, bin.right, bin.confidence());
        }
        text
    }
}

/// The table that checked names give.
pub fn fit(outcomes: &[Outcome]) -> ConfidenceTable {
    let mut table = BTreeMap::<Method, Bin>::new();
    for outcome in outcomes {
        let bin = table.entry(outcome.method).or_default();
        bin.names += 1;
        bin.right += u32::from(outcome.right);
    }
    ConfidenceTable(table)
}

/// How well confidence foretells what is right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// The mean squared difference between confidence and truth (Brier 1950): 0 is perfect, 0.25 is what 0.5 for everything gives.
    pub brier: f64,
    /// The mean confidence.
    pub expected: f64,
    /// The share that was right.
    pub observed: f64,
}

/// Calibration by cross-validation: every `folds`-th outcome is foretold by the table fitted on all others.
pub fn calibrate(outcomes: &[Outcome], folds: usize) -> Calibration {
    let folds = folds.max(2);
    let (mut brier, mut expected, mut observed) = (0.0, 0.0, 0.0);
    for fold in 0..folds {
        let (held, rest): (Vec<_>, Vec<_>) = outcomes.iter().enumerate().partition(|(place, _)| place % folds == fold);
        let table = fit(&rest.into_iter().map(|(_, outcome)| *outcome).collect::<Vec<_>>());
        for (_, outcome) in held {
            let (confidence, truth) = (table.of(outcome.method), f64::from(u8::from(outcome.right)));
            brier += (confidence - truth).powi(2);
            expected += confidence;
            observed += truth;
        }
    }
    let count = outcomes.len().max(1) as f64;
    Calibration { brier: brier / count, expected: expected / count, observed: observed / count }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_is_laplaces_rule_of_succession() {
        let confidence = [(0, 0), (1, 1), (98, 98), (8, 3)].map(|(names, right)| Bin { names, right }.confidence().to_string());
        assert_eq!(confidence, ["0.5", "0.667", "0.99", "0.4"]);
    }

    #[test]
    fn what_is_fitted_is_written_and_every_way_has_a_row() {
        let outcome = |right| Outcome { method: Method::Form, right };
        let table = fit(&[outcome(true), outcome(true), outcome(false)]);
        assert_eq!(table.bin(Method::Form), Bin { names: 3, right: 2 });
        assert_eq!(table.to_tsv().lines().count(), 2 + Method::ALL.len());
        assert!(table.to_tsv().contains("\nform\t3\t2\t0.600\n"));
    }

    #[test]
    fn calibration_foretells_each_outcome_from_the_others() {
        let always = vec![Outcome { method: Method::Same, right: true }; 20];
        let calibration = calibrate(&always, 5);
        let told = [calibration.expected, calibration.observed, calibration.brier].map(|share| format!("{share:.3}"));
        assert_eq!(told, ["0.944", "1.000", "0.003"]);
    }
}
