//! Inputs of the values that are no lists of items.

use async_graphql::{InputObject, OneofObject};

use super::override_inputs::{Accepted, blank};
use crate::domain::{
    overrides::{At, OverrideContent},
    user_error::UserError,
    values::{self, AreaWages, Wage},
};

macro_rules! value_inputs {
    ($($(#[$doc:meta])+ $input:ident, $value_input:ident => $value:ident;)+) => {
        $(
            $(#[$doc])+
            #[derive(OneofObject, Debug)]
            pub(crate) enum $input {
                /// A whole value.
                Replace($value_input),
                /// True: deliberately empty.
                Blank(bool),
            }

            impl Accepted for values::$value {
                type Input = $input;

                fn content(input: $input, at: &At) -> Result<OverrideContent, UserError> {
                    match input {
                        $input::Replace(value) => Ok(OverrideContent::Replace(value.value(&at.then("replace"))?.into())),
                        $input::Blank(value) => blank(value, at),
                    }
                }
            }
        )+
    };
}

value_inputs! {
    /// What the education is to be.
    EducationInput, EducationValueInput => Education;
    /// What the work experience is to be.
    WorkExperienceInput, WorkExperienceValueInput => WorkExperience;
    /// What the outlook is to be.
    OutlookInput, OutlookValueInput => Outlook;
    /// What the wages are to be.
    WagesInput, WagesValueInput => Wages;
}

/// The education that the work asks for.
#[derive(InputObject, Debug)]
pub(crate) struct EducationValueInput {
    /// The level, in your words.
    typical_level: String,
    /// 1 (little preparation) to 5 (extensive preparation).
    job_zone: Option<i32>,
}

/// The experience and training that the work asks for.
#[derive(InputObject, Debug)]
pub(crate) struct WorkExperienceValueInput {
    /// The experience, in your words.
    typical: String,
    /// The training on the job.
    on_the_job_training: Option<String>,
    /// 1 (little preparation) to 5 (extensive preparation).
    job_zone: Option<i32>,
}

/// Projected employment, in persons. The change in percent and its category follow from it.
#[derive(InputObject, Debug)]
pub(crate) struct OutlookValueInput {
    /// The year that the projection starts from.
    base_year: i32,
    /// The year that it reaches to.
    projected_year: i32,
    /// Employment in the base year, 1 or more.
    employment: i32,
    /// Employment in the projected year.
    projected_employment: i32,
    /// Openings a year, on average.
    annual_openings: Option<i32>,
}

/// Wages in one area, in US dollars. They take the place of the figures of all areas.
#[derive(InputObject, Debug)]
pub(crate) struct WagesValueInput {
    /// US (when absent), or a state's or territory's postal code.
    area: Option<String>,
    /// The year that the figures are of.
    year: i32,
    /// Median per year.
    annual_median: Option<f64>,
    /// Mean per year.
    annual_mean: Option<f64>,
    /// Median per hour.
    hourly_median: Option<f64>,
    /// Tenth percentile per year.
    annual_p10: Option<f64>,
    /// 25th percentile per year.
    annual_p25: Option<f64>,
    /// 75th percentile per year.
    annual_p75: Option<f64>,
    /// 90th percentile per year.
    annual_p90: Option<f64>,
    /// Employees.
    employment: Option<i32>,
}

fn zone(zone: Option<i32>, at: &At) -> Result<Option<u8>, UserError> {
    let read = |zone: i32| u8::try_from(zone).map_err(|_| at.then("jobZone").invalid(format!("A job zone is 1 to 5; this is {zone}.")));
    zone.map(read).transpose()
}

impl EducationValueInput {
    fn value(self, at: &At) -> Result<values::Education, UserError> {
        let job_zone = zone(self.job_zone, at)?;
        Ok(values::Education { typical_level: self.typical_level, job_zone, distribution: vec![] })
    }
}

impl WorkExperienceValueInput {
    fn value(self, at: &At) -> Result<values::WorkExperience, UserError> {
        let job_zone = zone(self.job_zone, at)?;
        Ok(values::WorkExperience { typical: self.typical, on_the_job_training: self.on_the_job_training, job_zone })
    }
}

impl OutlookValueInput {
    #[expect(clippy::unnecessary_wraps, reason = "all values are read alike")]
    fn value(self, _at: &At) -> Result<values::Outlook, UserError> {
        Ok(values::Outlook {
            base_year: self.base_year,
            projected_year: self.projected_year,
            employment: self.employment,
            projected_employment: self.projected_employment,
            annual_openings: self.annual_openings,
            ..values::Outlook::default()
        })
    }
}

impl WagesValueInput {
    #[expect(clippy::unnecessary_wraps, reason = "all values are read alike")]
    fn value(self, _at: &At) -> Result<values::Wages, UserError> {
        let wage = |amount: Option<f64>| amount.map(|amount| Wage { amount, at_least: false });
        Ok(values::Wages(vec![AreaWages {
            area: self.area.unwrap_or_default(),
            year: self.year,
            employment: self.employment,
            annual_mean: wage(self.annual_mean),
            annual_median: wage(self.annual_median),
            hourly_median: wage(self.hourly_median),
            annual_p10: wage(self.annual_p10),
            annual_p25: wage(self.annual_p25),
            annual_p75: wage(self.annual_p75),
            annual_p90: wage(self.annual_p90),
        }]))
    }
}
