//! The values of fields, and the items of lists.

use async_graphql::{ID, SimpleObject};

use super::enums::{DataSource, GrowthCategory, TaskType, ToolKind};
use crate::domain::{
    provenance::Source,
    values::{self, AreaWages},
};

/// A text in a list.
#[derive(SimpleObject, Debug)]
pub(crate) struct TextItem {
    /// Stays the same from release to release.
    key: ID,
    /// The text.
    text: String,
    /// Who produced it.
    source: DataSource,
}

/// A task statement.
#[derive(SimpleObject, Debug)]
pub(crate) struct Task {
    /// O*NET's task id, or one made from the statement.
    key: ID,
    /// The statement, word for word.
    statement: String,
    /// How the task belongs to the occupation; null when unknown.
    #[graphql(name = "type")]
    class: Option<TaskType>,
    /// O*NET's standardised importance, 0 to 100; null when not rated.
    importance: Option<f64>,
    /// Who produced it.
    source: DataSource,
}

/// A tool, machine, piece of equipment, or software.
#[derive(SimpleObject, Debug)]
pub(crate) struct Tool {
    /// Stays the same from release to release.
    key: ID,
    /// Its name.
    name: String,
    /// Tool or technology.
    kind: ToolKind,
    /// The title of its UNSPSC commodity.
    category: Option<String>,
    /// Its UNSPSC commodity code, eight digits.
    commodity_code: Option<String>,
    /// Often asked for in employers' job postings, across occupations.
    hot_technology: bool,
    /// Often asked for in postings of this occupation.
    in_demand: bool,
    /// Who produced it.
    source: DataSource,
}

/// A skill, knowledge area or ability with its ratings. Lists come by falling importance, unrated elements last.
#[derive(SimpleObject, Debug)]
pub(crate) struct RatedElement {
    /// The element id, or a key made from the name.
    key: ID,
    /// The id in O*NET's content model; null for what O*NET does not know.
    element_id: Option<String>,
    /// The element's name.
    name: String,
    /// O*NET's standardised importance, 0 to 100; null when not rated.
    importance: Option<f64>,
    /// O*NET's standardised level, 0 to 100; null when not rated.
    level: Option<f64>,
    /// O*NET's statistics behind the importance.
    rating: Option<Rating>,
    /// Who produced it.
    source: DataSource,
}

/// O*NET's own statistics behind an importance rating, on O*NET's raw scale from 1 to 5.
#[derive(SimpleObject, Debug)]
pub(crate) struct Rating {
    /// How many people answered.
    sample_size: Option<i32>,
    /// Standard error of the mean.
    standard_error: Option<f64>,
    /// Lower bound of the 95 % confidence interval.
    lower95: Option<f64>,
    /// Upper bound of the 95 % confidence interval.
    upper95: Option<f64>,
    /// O*NET recommends not to show the estimate: its precision is low.
    suppress: bool,
    /// When it was collected, MM/YYYY.
    collected: Option<String>,
    /// Who was asked.
    domain_source: Option<String>,
}

/// The education that the work asks for.
#[derive(SimpleObject, Debug)]
pub(crate) struct Education {
    /// The level asked for most often, or BLS's typical entry-level education.
    typical_level: String,
    /// O*NET's job zone, 1 (little preparation) to 5 (extensive preparation).
    job_zone: Option<i32>,
    /// How many of the people asked named which level; empty where O*NET did not ask.
    distribution: Vec<EducationShare>,
}

/// The share of one level of education.
#[derive(SimpleObject, Debug)]
pub(crate) struct EducationShare {
    /// The level in O*NET's words.
    level: String,
    /// Percent of the answers, 0 to 100.
    percent: f64,
}

/// The experience and training that the work asks for.
#[derive(SimpleObject, Debug)]
pub(crate) struct WorkExperience {
    /// Typical experience in related work, in the source's words.
    typical: String,
    /// Typical training on the job.
    on_the_job_training: Option<String>,
    /// O*NET's job zone, 1 to 5.
    job_zone: Option<i32>,
}

/// Projected employment, in persons.
#[derive(SimpleObject, Debug)]
pub(crate) struct Outlook {
    /// The year that the projection starts from.
    base_year: i32,
    /// The year that it reaches to.
    projected_year: i32,
    /// Employment in the base year.
    employment: i32,
    /// Employment in the projected year.
    projected_employment: i32,
    /// Change over the whole span, in percent of the base year.
    percent_change: f64,
    /// Openings a year on average, from growth and from replacing people who leave.
    annual_openings: Option<i32>,
    /// The change in words.
    growth: GrowthCategory,
}

/// Wages in US dollars.
#[derive(SimpleObject, Debug)]
pub(crate) struct Wages {
    /// `US`, or a state's or territory's postal code.
    area: String,
    /// The year of the survey's reference month, May.
    year: i32,
    /// Employees; the self-employed are not counted.
    employment: Option<i32>,
    /// Mean per year.
    annual_mean: Option<Wage>,
    /// Median per year.
    annual_median: Option<Wage>,
    /// Median per hour.
    hourly_median: Option<Wage>,
    /// Tenth percentile per year.
    annual_p10: Option<Wage>,
    /// 25th percentile per year.
    annual_p25: Option<Wage>,
    /// 75th percentile per year.
    annual_p75: Option<Wage>,
    /// 90th percentile per year.
    annual_p90: Option<Wage>,
}

/// One figure. BLS publishes a bound in place of figures above its cap: then the true figure is this or more.
#[derive(SimpleObject, Debug)]
pub(crate) struct Wage {
    /// US dollars.
    amount: f64,
    /// True when the amount is a bound.
    at_least: bool,
}

impl TextItem {
    pub(super) fn new(item: &values::TextItem, source: Source) -> Self {
        Self { key: item.key.as_str().into(), text: item.text.clone(), source: source.into() }
    }
}

impl Task {
    pub(super) fn new(task: &values::Task, source: Source) -> Self {
        Self {
            key: task.key.as_str().into(),
            statement: task.statement.clone(),
            class: task.task_type.map(Into::into),
            importance: task.importance,
            source: source.into(),
        }
    }
}

impl Tool {
    pub(super) fn new(tool: &values::Tool, source: Source) -> Self {
        Self {
            key: tool.key.as_str().into(),
            name: tool.name.clone(),
            kind: tool.kind.into(),
            category: tool.category.clone(),
            commodity_code: tool.commodity_code.clone(),
            hot_technology: tool.hot_technology,
            in_demand: tool.in_demand,
            source: source.into(),
        }
    }
}

impl RatedElement {
    pub(super) fn new(element: &values::RatedElement, source: Source) -> Self {
        Self {
            key: element.key.as_str().into(),
            element_id: element.element_id.clone(),
            name: element.name.clone(),
            importance: element.importance,
            level: element.level,
            rating: element.rating.as_ref().map(Into::into),
            source: source.into(),
        }
    }
}

impl From<&values::Rating> for Rating {
    fn from(rating: &values::Rating) -> Self {
        Self {
            sample_size: rating.sample_size,
            standard_error: rating.standard_error,
            lower95: rating.lower95,
            upper95: rating.upper95,
            suppress: rating.suppress,
            collected: rating.collected.clone(),
            domain_source: rating.domain_source.clone(),
        }
    }
}

impl From<&values::Education> for Education {
    fn from(education: &values::Education) -> Self {
        let share = |share: &values::EducationShare| EducationShare { level: share.level.clone(), percent: share.percent };
        Self {
            typical_level: education.typical_level.clone(),
            job_zone: education.job_zone.map(Into::into),
            distribution: education.distribution.iter().map(share).collect(),
        }
    }
}

impl From<&values::WorkExperience> for WorkExperience {
    fn from(experience: &values::WorkExperience) -> Self {
        Self {
            typical: experience.typical.clone(),
            on_the_job_training: experience.on_the_job_training.clone(),
            job_zone: experience.job_zone.map(Into::into),
        }
    }
}

impl From<&values::Outlook> for Outlook {
    fn from(outlook: &values::Outlook) -> Self {
        Self {
            base_year: outlook.base_year,
            projected_year: outlook.projected_year,
            employment: outlook.employment,
            projected_employment: outlook.projected_employment,
            percent_change: outlook.percent_change,
            annual_openings: outlook.annual_openings,
            growth: outlook.growth.into(),
        }
    }
}

impl From<&AreaWages> for Wages {
    fn from(wages: &AreaWages) -> Self {
        let wage = |wage: Option<values::Wage>| wage.map(|wage| Wage { amount: wage.amount, at_least: wage.at_least });
        Self {
            area: wages.area.clone(),
            year: wages.year,
            employment: wages.employment,
            annual_mean: wage(wages.annual_mean),
            annual_median: wage(wages.annual_median),
            hourly_median: wage(wages.hourly_median),
            annual_p10: wage(wages.annual_p10),
            annual_p25: wage(wages.annual_p25),
            annual_p75: wage(wages.annual_p75),
            annual_p90: wage(wages.annual_p90),
        }
    }
}
