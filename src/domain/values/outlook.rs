//! Employment projections.

use serde::{Deserialize, Serialize};

use super::Value;

/// Projected employment, in persons.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outlook {
    /// The year that the projection starts from.
    pub base_year: i32,
    /// The year that it reaches to.
    pub projected_year: i32,
    /// Employment in the base year.
    pub employment: i32,
    /// Employment in the projected year.
    pub projected_employment: i32,
    /// Change over the whole span, in percent of the base year.
    pub percent_change: f64,
    /// Openings a year, on average, from growth and from replacing people who leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annual_openings: Option<i32>,
    /// The change in words.
    pub growth: GrowthCategory,
}

impl Value for Outlook {
    fn is_empty(&self) -> bool {
        self.base_year == 0
    }
}

/// How employment changes, compared to the average of all occupations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GrowthCategory {
    /// Falls by 1 % or more.
    Decline,
    /// Neither grows nor falls by 1 %.
    #[default]
    LittleOrNoChange,
    /// Grows by 1 or 2 %.
    SlowerThanAverage,
    /// Grows by 3 or 4 %; the average of all occupations is 3.1 %.
    Average,
    /// Grows by 5 or 6 %.
    FasterThanAverage,
    /// Grows by 7 % or more.
    MuchFasterThanAverage,
}

impl GrowthCategory {
    /// The category of a percent change, by the cut-offs that BLS's Occupational Outlook Handbook and O*NET OnLine print
    /// for the projections 2024–34: decline −1 % or lower, slower than average 1 to 2 %, average 3 to 4 %, faster 5 to 6 %,
    /// much faster 7 % or higher, and little or no change between. The change is rounded to a whole percent first, half
    /// away from zero, as the Handbook prints it.
    pub fn of(percent_change: f64) -> Self {
        let percent = percent_change.round();
        match percent {
            p if p <= -1.0 => Self::Decline,
            p if p < 1.0 => Self::LittleOrNoChange,
            p if p < 3.0 => Self::SlowerThanAverage,
            p if p < 5.0 => Self::Average,
            p if p < 7.0 => Self::FasterThanAverage,
            _ => Self::MuchFasterThanAverage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::GrowthCategory::{self, *};

    #[test]
    fn the_published_cut_offs_hold_at_their_edges() {
        let at = [
            (-36.1, Decline),
            (-0.5, Decline),
            (-0.4, LittleOrNoChange),
            (0.4, LittleOrNoChange),
            (0.5, SlowerThanAverage),
            (2.4, SlowerThanAverage),
            (2.5, Average),
            (4.4, Average),
            (4.5, FasterThanAverage),
            (6.4, FasterThanAverage),
            (6.5, MuchFasterThanAverage),
            (49.9, MuchFasterThanAverage),
        ];
        for (percent, category) in at {
            assert_eq!(GrowthCategory::of(percent), category, "{percent} %");
        }
    }
}
