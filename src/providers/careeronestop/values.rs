//! From answers to values, with the same keys as the bundled database has.

use super::{
    super::{
        fetched::Found,
        responsibilities::{self, Activities},
        wire::{Figure, List, Part, Text},
    },
    wire::{self, Category, Element, Occupation, Projection, Projections, Publication, Technologies, Training, WageRow},
};
use crate::domain::{
    fields::Field,
    provenance::{Derivation, Source},
    soc::SocCode,
    values::{
        AreaWages, Education, EducationShare, GrowthCategory, NATION, Outlook, RatedElement, RatedElementList, Task, TaskList, TextItem,
        TextList, Tool, ToolKind, ToolList, Wage, Wages, WorkExperience, by_importance, standardise, text_key, tool_key,
    },
};

/// An unreadable block, by its name.
type Answer = Result<Option<Found>, &'static str>;

/// Whose data CareerOneStop passes on: figures, and what entrants need, are of BLS.
pub(super) fn source(field: Field) -> Source {
    match field {
        Field::Education | Field::WorkExperience | Field::Outlook | Field::Wages => Source::Bls,
        _ => Source::Onet,
    }
}

impl Occupation {
    /// The value of a field whose blocks were asked for.
    pub(super) fn value(&self, code: SocCode, field: Field) -> Answer {
        match field {
            Field::CoreResponsibilities => self.responsibilities(),
            Field::Tasks => Ok(listed(&self.tasks, "Tasks")?.map(|list| found(field, tasks(&list)))),
            Field::Skills => Ok(listed(&self.skills, "SkillsDataList")?.map(|list| found(field, rated(&list)))),
            Field::Knowledge => Ok(listed(&self.knowledge, "KnowledgeDataList")?.map(|list| found(field, rated(&list)))),
            Field::Abilities => Ok(listed(&self.abilities, "AbilityDataList")?.map(|list| found(field, rated(&list)))),
            Field::RelatedTitles => {
                let titles = self.alternate_titles.clone().or_else(|| "AlternateTitles")?;
                Ok(titles.map(|list| found(field, distinct(list))))
            }
            Field::Education | Field::WorkExperience => {
                let training = self.education_training.clone().or_else(|| "EducationTraining")?;
                training.map(|training| training.value(code, field)).transpose()
            }
            Field::Outlook => {
                let projections = self.projections.clone().or_else(|| "Projections")?;
                projections.map_or(Ok(None), |projections| outlook(&projections))
            }
            Field::Wages => {
                let block = self.wages.clone().or_else(|| "Wages")?;
                block.map_or(Ok(None), |block| wages(code, &block))
            }
            Field::ToolsAndTechnology => Ok(None),
        }
    }

    fn responsibilities(&self) -> Answer {
        let Some(list) = listed(&self.tasks, "Tasks")? else { return Ok(None) };
        let mut activities = Activities::new();
        for dwa in listed(&self.dwas, "Dwas")?.unwrap_or_default() {
            activities.entry(dwa.task_id.0).or_default().insert(intermediate(&dwa.dwa_id.0).to_owned());
        }
        let (list, derivation) = responsibilities::of(&tasks(&list).0, &activities);
        Ok(Some(found(Field::CoreResponsibilities, list).derived(derivation)))
    }
}

fn found(field: Field, value: impl Into<crate::domain::values::FieldValue>) -> Found {
    Found::new(source(field), value)
}

fn listed<T: Clone>(block: &Part<List<T>>, name: &'static str) -> Result<Option<Vec<T>>, &'static str> {
    Ok(block.clone().or_else(|| name)?.map(|list| list.0))
}

/// The intermediate work activity that a detailed one belongs to: `4.A.1.a.1.I02` of `4.A.1.a.1.I02.D08`. Ids of another
/// form stand for themselves.
fn intermediate(dwa: &str) -> &str {
    match dwa.rsplit_once('.') {
        Some((activity, detail)) if detail.starts_with('D') => activity,
        _ => dwa,
    }
}

/// The scale of importance is 1 to 5.
fn standardised(raw: Figure) -> Option<f64> {
    raw.number().filter(|raw| (1.0..=5.0).contains(raw)).map(|raw| standardise(raw, 1.0, 5.0))
}

/// By falling importance, unrated ones last, else as they stand.
fn tasks(tasks: &[wire::Task]) -> TaskList {
    let task = |task: &wire::Task| Task {
        key: task.id.as_str().map_or_else(|| text_key(&task.statement.0), str::to_owned),
        statement: task.statement.0.clone(),
        task_type: None,
        importance: standardised(task.rating),
        origins: vec![],
    };
    let mut tasks: Vec<Task> = tasks.iter().map(task).collect();
    tasks.sort_by(|a, b| by_importance(a.importance, b.importance));
    TaskList(tasks)
}

/// By falling importance, then by name.
fn rated(elements: &[Element]) -> RatedElementList {
    let rated = |element: &Element| RatedElement {
        key: element.id.as_str().map_or_else(|| text_key(&element.name.0), str::to_owned),
        element_id: element.id.0.clone(),
        name: element.name.0.clone(),
        importance: element.importance.number().filter(|score| (0.0..=100.0).contains(score)).or_else(|| standardised(element.rating)),
        level: None,
        rating: None,
        origins: vec![],
    };
    let mut elements: Vec<_> = elements.iter().map(rated).collect();
    elements.sort_by(|a, b| by_importance(a.importance, b.importance).then_with(|| a.name.cmp(&b.name)));
    RatedElementList(elements)
}

/// Without blanks, and without those that differ only in case from an earlier one.
fn distinct(titles: Vec<Part<Text>>) -> TextList {
    let mut seen = std::collections::HashSet::new();
    let titles = titles.into_iter().filter_map(|title| title.known()?.0);
    let titles = titles.filter(|title| seen.insert(title.to_lowercase()));
    TextList(titles.map(|text| TextItem { key: text_key(&text), text, origins: vec![] }).collect())
}

/// Technology first, hot ones first, then by name.
pub(super) fn tools(blocks: &Technologies) -> Found {
    let mut list: Vec<Tool> = vec![];
    for (kind, categories) in [(ToolKind::Technology, blocks.technology_categories()), (ToolKind::Tool, blocks.tool_categories())] {
        for tool in categories.iter().flat_map(|category| of_category(kind, category)) {
            match list.iter_mut().find(|known| known.key == tool.key) {
                Some(known) => {
                    known.hot_technology |= tool.hot_technology;
                    known.in_demand |= tool.in_demand;
                }
                None => list.push(tool),
            }
        }
    }
    list.sort_by_cached_key(|tool| {
        (tool.kind == ToolKind::Tool, !tool.hot_technology, tool.name.to_lowercase(), tool.name.clone(), tool.key.clone())
    });
    found(Field::ToolsAndTechnology, ToolList(list))
}

/// CareerOneStop gives no commodity codes: the title of the category stands in the key.
fn of_category(kind: ToolKind, category: &Category) -> Vec<Tool> {
    let title = category.title.as_str();
    let key = title.map(text_key);
    let examples = category.examples.clone().known().unwrap_or_default().0;
    let tool = |example: wire::Example| Tool {
        key: tool_key(kind, key.as_deref(), &example.name.0),
        name: example.name.0,
        kind,
        category: title.map(str::to_owned),
        commodity_code: None,
        hot_technology: example.hot.0,
        in_demand: example.in_demand.0,
        origins: vec![],
    };
    examples.into_iter().map(tool).collect()
}

impl Training {
    fn value(&self, code: SocCode, field: Field) -> Result<Found, &'static str> {
        let value = if field == Field::Education {
            found(field, self.education()?)
        } else {
            found(
                field,
                WorkExperience {
                    typical: self.experience.0.clone().unwrap_or_default(),
                    on_the_job_training: self.on_the_job.0.clone(),
                    job_zone: None,
                },
            )
        };
        Ok(value.derived(published_for(code, &self.mat_occupation)))
    }

    fn education(&self) -> Result<Education, &'static str> {
        let shares = listed(&self.shares, "EducationType")?.unwrap_or_default();
        let share = |share: wire::Share| Some(EducationShare { level: share.education_level.0, percent: share.value.number()? });
        Ok(Education {
            typical_level: self.education.0.clone().unwrap_or_default(),
            job_zone: None,
            distribution: shares.into_iter().filter_map(share).collect(),
        })
    }
}

/// Figures may be published for a group that the code belongs to; an O*NET detail never has figures of its own.
fn published_for(code: SocCode, publication: &Part<Publication>) -> Derivation {
    let told = publication.clone().known().and_then(|publication| publication.code.0);
    let digits = told.map(|code| code.replace(['-', '.'], ""));
    let group = digits.and_then(|digits| format!("{}-{}", digits.get(..2)?, digits.get(2..6)?).parse().ok());
    let group = group.unwrap_or_else(|| code.soc());
    let own = group == code.soc() && code.detail().unwrap_or(0) == 0;
    if own { Derivation::Direct } else { Derivation::PublishedFor { code: group } }
}

/// The row of the nation; with a state asked for, the state's may stand before it.
fn outlook(projections: &Projections) -> Answer {
    let rows = listed(&projections.rows, "Projections")?.unwrap_or_default();
    let national = |row: &&Projection| row.stfips.as_str() == Some("00") || row.state_name.as_str() == Some("United States");
    let read = |row: &Projection| {
        let year = |own: Figure, common: Figure| own.whole().or_else(|| common.whole());
        let percent_change = row.per_cent_change.number()?;
        Some(Outlook {
            base_year: year(row.estimated_year, projections.estimated_year)?,
            projected_year: year(row.projected_year, projections.projected_year)?,
            employment: row.estimated_employment.whole()?,
            projected_employment: row.projected_employment.whole()?,
            percent_change,
            annual_openings: row.projected_annual_job_opening.whole(),
            growth: GrowthCategory::of(percent_change),
        })
    };
    let outlook = rows.iter().find(national).and_then(read);
    Ok(outlook.map(|outlook| {
        let release = format!("EP {}-{:02}", outlook.base_year, outlook.projected_year.rem_euclid(100));
        found(Field::Outlook, outlook).of_release(Some(release))
    }))
}

/// The nation's wages. Some occupations have only annual or only hourly ones, so rows are known by their type.
fn wages(code: SocCode, block: &wire::Wages) -> Answer {
    let rows = listed(&block.national, "NationalWagesList")?.unwrap_or_default();
    let row = |rate: &str| rows.iter().find(|row| row.rate_type.as_str() == Some(rate)).cloned().unwrap_or_default();
    let (annual, hourly): (WageRow, WageRow) = (row("Annual"), row("Hourly"));
    let wages = AreaWages {
        area: NATION.to_owned(),
        year: block.wage_year.whole().unwrap_or_default(),
        employment: None,
        annual_mean: None,
        annual_median: wage(annual.median),
        hourly_median: wage(hourly.median),
        annual_p10: wage(annual.pct10),
        annual_p25: wage(annual.pct25),
        annual_p75: wage(annual.pct75),
        annual_p90: wage(annual.pct90),
    };
    let any = [&wages.annual_median, &wages.hourly_median, &wages.annual_p10, &wages.annual_p25, &wages.annual_p75, &wages.annual_p90];
    let release = block.wage_year.whole().map(|year| format!("OEWS May {year}"));
    let derivation = published_for(code, &block.soc_wage_info);
    let value = any.iter().any(|wage| wage.is_some()).then(|| Wages(vec![wages]));
    Ok(value.map(|value| found(Field::Wages, value).of_release(release).derived(derivation)))
}

fn wage(figure: Figure) -> Option<Wage> {
    figure.0.filter(|(amount, _)| *amount > 0.0).map(|(amount, at_least)| Wage { amount, at_least })
}
