//! Wages by area.

use serde::{Deserialize, Serialize};

use super::Value;

/// The area code of the whole nation.
pub const NATION: &str = "US";

/// The postal codes of states and territories that wages are published for.
const STATES: [&str; 54] = [
    "AK", "AL", "AR", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "GU", "HI", "IA", "ID", "IL", "IN", "KS", "KY", "LA", "MA", "MD",
    "ME", "MI", "MN", "MO", "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "OK", "OR", "PA", "PR", "RI", "SC", "SD",
    "TN", "TX", "UT", "VA", "VI", "VT", "WA", "WI", "WV", "WY",
];

/// True for [`NATION`], and for the postal code of a state or territory.
pub fn is_area(code: &str) -> bool {
    code == NATION || STATES.contains(&code)
}

/// Wages of one occupation: the nation first, then states and territories by postal code.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wages(pub Vec<AreaWages>);

impl Wages {
    /// The figures of one area: `US`, or a postal code such as `TX`.
    pub fn area(&self, area: &str) -> Option<&AreaWages> {
        self.0.iter().find(|wages| wages.area == area)
    }
}

impl Value for Wages {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Wages in one area, in US dollars before taxes; part-time work is scaled to full time by the source.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AreaWages {
    /// `US`, or a state's or territory's postal code.
    pub area: String,
    /// The year of the survey's reference month, May.
    pub year: i32,
    /// Employees; the self-employed are not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employment: Option<i32>,
    /// Mean per year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annual_mean: Option<Wage>,
    /// Median per year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annual_median: Option<Wage>,
    /// Median per hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hourly_median: Option<Wage>,
    /// Tenth percentile per year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annual_p10: Option<Wage>,
    /// 25th percentile per year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annual_p25: Option<Wage>,
    /// 75th percentile per year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annual_p75: Option<Wage>,
    /// 90th percentile per year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annual_p90: Option<Wage>,
}

/// One figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wage {
    /// US dollars.
    pub amount: f64,
    /// BLS publishes a bound in place of figures above its cap: then the true figure is this or more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_least: bool,
}
