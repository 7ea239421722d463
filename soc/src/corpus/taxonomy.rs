//! The SOC 2018 codes that can be suggested, and the O*NET details below them.

use crate::SocCode;

/// Index of a SOC 2018 code in [`Taxonomy::codes`].
pub type CodeId = u16;

/// The codes in their order, with what is known of each without a query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taxonomy {
    /// SOC 2018 codes, ascending.
    pub codes: Vec<SocCode>,
    /// Natural logarithm of national employment, in persons.
    pub log_employment: Vec<f32>,
    /// Logarithm of 1 + the number of titles a code has.
    pub log_titles: Vec<f32>,
}

impl Taxonomy {
    /// Builds the taxonomy from codes (SOC or O*NET-SOC) in any order; `log_employment` answers for each SOC code.
    pub fn new(codes: impl Iterator<Item = SocCode>, log_employment: impl Fn(SocCode) -> f32) -> Self {
        let mut sorted: Vec<SocCode> = codes.map(SocCode::soc).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let log_employment = sorted.iter().map(|code| log_employment(*code)).collect();
        Self { log_titles: vec![0.0; sorted.len()], codes: sorted, log_employment }
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no code at all.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Takes note of how many titles each code has.
    pub fn count_titles(&mut self, codes: impl Iterator<Item = CodeId>) {
        let mut counts = vec![0u32; self.len()];
        codes.for_each(|code| counts[usize::from(code)] += 1);
        self.log_titles = counts.into_iter().map(|n| (n as f32).ln_1p()).collect();
    }

    /// The id of a SOC 2018 or O*NET-SOC code.
    pub fn id(&self, code: SocCode) -> Option<CodeId> {
        CodeId::try_from(self.codes.binary_search(&code.soc()).ok()?).ok()
    }

    /// Whether a code collects what no other code takes: "All Other".
    pub fn is_residual(&self, id: CodeId) -> bool {
        self.codes.get(usize::from(id)).is_some_and(|code| code.digits() % 10 == 9)
    }
}
