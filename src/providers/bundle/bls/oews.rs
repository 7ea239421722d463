//! Occupational employment and wage statistics.

mod areas;

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    super::{Bundle, BundleError, Row, Table},
    published_as,
};
use crate::{
    domain::{
        claim::Claim,
        fields::Field,
        provenance::Source,
        soc::SocCode,
        values::{AreaWages, NATION, Value, Wage, Wages},
    },
    providers::{BLS_OEWS, Fetched, Provider, ProviderError},
};

const NATIONAL: &str = "OEWS National";
const STATE: &str = "OEWS State";
const FIELDS: &[Field] = &[Field::Wages];

/// The footnote that says: this wage is equal to or greater than the cap.
const CAPPED: &str = "5";

/// Answers from the Occupational Employment and Wage Statistics of a bundle.
#[derive(Debug, Clone)]
pub struct BlsOews {
    bundle: Arc<Bundle>,
    cap: Option<Cap>,
}

/// The bounds that BLS publishes in place of higher wages.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cap {
    hourly: f64,
    annual: f64,
}

impl BlsOews {
    /// A provider over a bundle.
    pub fn new(bundle: Arc<Bundle>) -> Result<Self, BundleError> {
        let footnotes = bundle.table("OEWS Footnotes")?;
        let [code, text] = footnotes.columns(["Footnote Code", "Footnote Text"])?;
        let cap = footnotes.all()?.iter().find(|row| row.get(code) == CAPPED).and_then(|row| cap(row.get(text)));
        Ok(Self { bundle, cap })
    }

    fn claim(&self, code: SocCode) -> Result<Claim, BundleError> {
        let (published, derivation) = published_as(code, &self.bundle.references().oews);
        let wages = self.wages(published)?;
        Ok(Claim {
            code,
            field: Field::Wages,
            source: Source::Bls,
            provider: BLS_OEWS,
            release: self.release(),
            value: Some(wages).filter(|wages| !wages.is_empty()).map(Into::into),
            derivation,
        })
    }

    /// The nation, then states and territories by postal code. An area without any figure is left out.
    fn wages(&self, code: SocCode) -> Result<Wages, BundleError> {
        let year = self.release().and_then(|release| release.rsplit(' ').next()?.parse().ok()).unwrap_or_default();
        let national = self.bundle.table(NATIONAL)?;
        let states = self.bundle.table(STATE)?;
        let [state] = states.columns(["State"])?;
        let (nation, by_state) = (Columns::of(national)?, Columns::of(states)?);
        let nation_rows = national.rows(code)?;
        let mut areas: Vec<_> = nation_rows.iter().map(|row| self.area(NATION, year, &nation, row)).collect();
        let state_rows = states.rows(code)?;
        let mut further: Vec<_> =
            state_rows.iter().filter_map(|row| Some(self.area(areas::postal_code(row.get(state))?, year, &by_state, row))).collect();
        further.sort_by(|a, b| a.area.cmp(&b.area));
        areas.append(&mut further);
        areas.retain(|area| *area != AreaWages { area: area.area.clone(), year, ..AreaWages::default() });
        Ok(Wages(areas))
    }

    fn area(&self, area: &str, year: i32, columns: &Columns, row: Row<'_>) -> AreaWages {
        let capped = columns.capped(row);
        let wage = |figure: Figure, cap: Option<f64>| {
            let published = row.number(columns.of_figure(figure)).map(|amount| Wage { amount, at_least: false });
            let bound = || cap.filter(|_| capped.contains(&figure.number())).map(|amount| Wage { amount, at_least: true });
            published.or_else(bound)
        };
        let annual = |figure| wage(figure, self.cap.map(|cap| cap.annual));
        AreaWages {
            area: area.to_owned(),
            year,
            employment: row.number(columns.employment),
            annual_mean: annual(Figure::AnnualMean),
            annual_median: annual(Figure::AnnualMedian),
            hourly_median: wage(Figure::HourlyMedian, self.cap.map(|cap| cap.hourly)),
            annual_p10: annual(Figure::AnnualP10),
            annual_p25: annual(Figure::AnnualP25),
            annual_p75: annual(Figure::AnnualP75),
            annual_p90: annual(Figure::AnnualP90),
        }
    }
}

/// The figures that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figure {
    AnnualMean,
    HourlyMedian,
    AnnualP10,
    AnnualP25,
    AnnualMedian,
    AnnualP75,
    AnnualP90,
}

impl Figure {
    const ALL: [(Self, &'static str); 7] = [
        (Self::AnnualMean, "Annual Mean"),
        (Self::HourlyMedian, "Hourly Median"),
        (Self::AnnualP10, "Annual P10"),
        (Self::AnnualP25, "Annual P25"),
        (Self::AnnualMedian, "Annual Median"),
        (Self::AnnualP75, "Annual P75"),
        (Self::AnnualP90, "Annual P90"),
    ];

    /// The data type number by which BLS's footnotes name it.
    const fn number(self) -> u8 {
        match self {
            Self::AnnualMean => 4,
            Self::HourlyMedian => 8,
            Self::AnnualP10 => 11,
            Self::AnnualP25 => 12,
            Self::AnnualMedian => 13,
            Self::AnnualP75 => 14,
            Self::AnnualP90 => 15,
        }
    }
}

/// Where the figures stand.
struct Columns {
    employment: usize,
    figures: [usize; 7],
    footnotes: usize,
}

impl Columns {
    fn of(table: &Table) -> Result<Self, BundleError> {
        let [employment, footnotes] = table.columns(["Employment", "Footnotes"])?;
        Ok(Self { employment, figures: table.columns(Figure::ALL.map(|(_, name)| name))?, footnotes })
    }

    fn of_figure(&self, figure: Figure) -> usize {
        self.figures[figure as usize]
    }

    /// The data types that footnote 5 stands beside: `8:01,02;5:10,15` names 10 and 15.
    fn capped(&self, row: Row<'_>) -> Vec<u8> {
        let notes = row.known(self.footnotes).unwrap_or_default().split(';').filter_map(|note| note.split_once(':'));
        let capped = notes.filter(|(code, _)| *code == CAPPED);
        capped.flat_map(|(_, types)| types.split(',').filter_map(|number| number.parse().ok())).collect()
    }
}

/// The amounts in "This wage is equal to or greater than $115.00 per hour or $239,200 per year."
fn cap(footnote: &str) -> Option<Cap> {
    let mut amounts = footnote.split('$').skip(1).filter_map(|text| {
        let amount: String = text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.')).filter(|c| *c != ',').collect();
        amount.trim_end_matches('.').parse().ok()
    });
    Some(Cap { hourly: amounts.next()?, annual: amounts.next()? })
}

#[async_trait]
impl Provider for BlsOews {
    fn name(&self) -> &'static str {
        BLS_OEWS
    }

    fn source(&self) -> Source {
        Source::Bls
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn release(&self) -> Option<String> {
        self.bundle.release(NATIONAL).map(str::to_owned)
    }

    async fn fetch(&self, codes: &[SocCode], fields: &[Field]) -> Result<Fetched, ProviderError> {
        let mut claims = Vec::with_capacity(codes.len());
        for &code in codes.iter().filter(|_| fields.contains(&Field::Wages)) {
            claims.push(self.claim(code).map_err(|error| ProviderError::Bundle { provider: BLS_OEWS, reason: error.to_string() })?);
            tokio::task::yield_now().await;
        }
        Ok(claims.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cap_stands_in_the_footnote() {
        let told = cap("This wage is equal to or greater than $115.00 per hour or $239,200 per year.");
        assert_eq!(told, Some(Cap { hourly: 115.0, annual: 239_200.0 }));
        assert_eq!(cap("Estimate not released."), None);
    }

    #[test]
    fn figures_are_numbered_as_their_columns_stand() {
        assert!(Figure::ALL.iter().enumerate().all(|(place, (figure, _))| *figure as usize == place));
    }
}
