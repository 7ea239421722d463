//! Rules for the values that are no lists of items: education, experience, projections, wages.

use super::check::{At, optional_text, text, within};
use crate::domain::{
    user_error::UserError,
    values::{AreaWages, FieldValue, GrowthCategory, NATION, Outlook, Wage, is_area},
};

/// Years that figures can be about.
const YEARS: (i32, i32) = (1990, 2100);

/// More than anybody is paid in a year, in US dollars.
const ANNUAL_MAX: f64 = 10_000_000.0;

/// More than anybody is paid in an hour, in US dollars.
const HOURLY_MAX: f64 = 10_000.0;

/// Brings a value into the form in which it is kept, or tells what rule it breaks.
pub(super) fn check(value: &mut FieldValue, at: &At) -> Result<(), UserError> {
    match value {
        FieldValue::Education(education) => {
            zone(education.job_zone, at)?;
            text(&mut education.typical_level, &at.then("typicalLevel"))
        }
        FieldValue::WorkExperience(experience) => {
            zone(experience.job_zone, at)?;
            optional_text(&mut experience.on_the_job_training, &at.then("onTheJobTraining"))?;
            text(&mut experience.typical, &at.then("typical"))
        }
        FieldValue::Outlook(outlook) => check_outlook(outlook, at),
        FieldValue::Wages(wages) => wages.0.iter_mut().try_for_each(|area| check_area(area, at)),
        _ => Ok(()),
    }
}

fn zone(zone: Option<u8>, at: &At) -> Result<(), UserError> {
    zone.map_or(Ok(()), |zone| within(zone.into(), 1, 5, "A job zone", &at.then("jobZone")))
}

/// The change in percent and its category follow from the figures, as in the official data: one decimal.
fn check_outlook(outlook: &mut Outlook, at: &At) -> Result<(), UserError> {
    within(outlook.base_year, YEARS.0, YEARS.1 - 1, "A base year", &at.then("baseYear"))?;
    within(outlook.projected_year, outlook.base_year + 1, YEARS.1, "A projected year", &at.then("projectedYear"))?;
    within(outlook.employment, 1, i32::MAX, "Employment in persons", &at.then("employment"))?;
    within(outlook.projected_employment, 0, i32::MAX, "Projected employment in persons", &at.then("projectedEmployment"))?;
    if let Some(openings) = outlook.annual_openings {
        within(openings, 0, i32::MAX, "Annual openings", &at.then("annualOpenings"))?;
    }
    let (now, then) = (f64::from(outlook.employment), f64::from(outlook.projected_employment));
    outlook.percent_change = (1_000.0 * (then - now) / now).round() / 10.0;
    outlook.growth = GrowthCategory::of(outlook.percent_change);
    Ok(())
}

/// Figures of one area; `US` where none is named.
fn check_area(wages: &mut AreaWages, at: &At) -> Result<(), UserError> {
    wages.area = if wages.area.is_empty() { NATION.to_owned() } else { wages.area.to_ascii_uppercase() };
    if !is_area(&wages.area) {
        return Err(at.then("area").invalid("An area is US, or the postal code of a state or territory, such as TX."));
    }
    within(wages.year, YEARS.0, YEARS.1, "A year", &at.then("year"))?;
    if let Some(employment) = wages.employment {
        within(employment, 0, i32::MAX, "Employment in persons", &at.then("employment"))?;
    }
    let percentiles = [
        ("annualP10", wages.annual_p10),
        ("annualP25", wages.annual_p25),
        ("annualMedian", wages.annual_median),
        ("annualP75", wages.annual_p75),
        ("annualP90", wages.annual_p90),
    ];
    let others = [("annualMean", wages.annual_mean, ANNUAL_MAX), ("hourlyMedian", wages.hourly_median, HOURLY_MAX)];
    let all = || percentiles.iter().map(|(name, wage)| (*name, *wage, ANNUAL_MAX)).chain(others);
    all().try_for_each(|(name, wage, most)| amount(wage, most, &at.then(name)))?;
    if all().all(|(_, wage, _)| wage.is_none()) {
        return Err(at.invalid("There is no figure: give at least one."));
    }
    rising(&percentiles, at)
}

fn amount(wage: Option<Wage>, most: f64, at: &At) -> Result<(), UserError> {
    match wage {
        Some(wage) if !(wage.amount > 0.0 && wage.amount <= most) => {
            Err(at.invalid(format!("A wage is more than 0 and at most {most} US dollars; this is {}.", wage.amount)))
        }
        _ => Ok(()),
    }
}

/// A higher percentile is never the lesser figure.
fn rising(percentiles: &[(&str, Option<Wage>)], at: &At) -> Result<(), UserError> {
    let known: Vec<_> = percentiles.iter().filter_map(|(name, wage)| Some((*name, wage.as_ref()?.amount))).collect();
    match known.windows(2).find(|pair| pair[0].1 > pair[1].1) {
        Some(pair) => {
            let message = format!("`{}` is {}, less than `{}`, which is {}.", pair[1].0, pair[1].1, pair[0].0, pair[0].1);
            Err(at.then(pair[1].0).invalid(message))
        }
        None => Ok(()),
    }
}
