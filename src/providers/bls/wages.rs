//! From series to wages.

use super::{
    super::{
        fetched::Found,
        wire::{Figure, whole},
    },
    answer::{Row, Series},
    series::Kind,
};
use crate::domain::{
    provenance::{Derivation, Source},
    soc::SocCode,
    values::{AreaWages, NATION, Wage, Wages},
};

/// The wages that the series tell; none when all are empty. Only figures of the latest year are put together.
pub(super) fn found(code: SocCode, published: SocCode, series: &[(Kind, &Series)]) -> Option<Found> {
    let rows: Vec<(Kind, &Row)> = series.iter().filter_map(|(kind, series)| Some((*kind, series.latest()?))).collect();
    let year = rows.iter().filter_map(|(_, row)| row.year.whole()).max()?;
    let mut wages = AreaWages { area: NATION.to_owned(), year, ..AreaWages::default() };
    let mut any = false;
    for (kind, row) in rows.iter().filter(|(_, row)| row.year.whole() == Some(year)) {
        any |= enter(&mut wages, *kind, row);
    }
    let own = published == code.soc() && code.detail().unwrap_or(0) == 0;
    let derivation = if own { Derivation::Direct } else { Derivation::PublishedFor { code: published } };
    let release = Some(format!("OEWS May {year}"));
    any.then(|| Found::new(Source::Bls, Wages(vec![wages])).of_release(release).derived(derivation))
}

/// True when there was a figure.
fn enter(wages: &mut AreaWages, kind: Kind, row: &Row) -> bool {
    if kind == Kind::Employment {
        wages.employment = row.value.number().and_then(whole);
        return wages.employment.is_some();
    }
    let wage = wage(kind, row);
    let place = match kind {
        Kind::Employment | Kind::AnnualMean => &mut wages.annual_mean,
        Kind::HourlyMedian => &mut wages.hourly_median,
        Kind::AnnualP10 => &mut wages.annual_p10,
        Kind::AnnualP25 => &mut wages.annual_p25,
        Kind::AnnualMedian => &mut wages.annual_median,
        Kind::AnnualP75 => &mut wages.annual_p75,
        Kind::AnnualP90 => &mut wages.annual_p90,
    };
    *place = wage;
    wage.is_some()
}

/// The figure, or the bound that a footnote tells in its place.
fn wage(kind: Kind, row: &Row) -> Option<Wage> {
    let bounds = row.notes().filter_map(bounds);
    let bound = bounds.map(|(hourly, annual)| if kind == Kind::HourlyMedian { hourly } else { annual }).next();
    match (row.value.0, bound) {
        (Some((amount, at_least)), bound) => Some(Wage { amount, at_least: at_least || bound.is_some() }),
        (None, Some(amount)) => Some(Wage { amount, at_least: true }),
        (None, None) => None,
    }
}

/// The amounts in "This wage is equal to or greater than $115.00 per hour or $239,200 per year."
fn bounds(footnote: &str) -> Option<(f64, f64)> {
    if !footnote.contains("equal to or greater than") {
        return None;
    }
    let mut amounts = footnote.split('$').skip(1).filter_map(|text| {
        let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.')).collect();
        Figure::parse(digits.trim_end_matches(['.', ','])).number()
    });
    Some((amounts.next()?, amounts.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_stand_in_the_footnote() {
        let told = bounds("This wage is equal to or greater than $115.00 per hour or $239,200 per year.");
        assert_eq!(told, Some((115.0, 239_200.0)));
        assert_eq!((bounds("Estimate not released."), bounds("Costs $1.00 or $2.")), (None, None));
    }
}
