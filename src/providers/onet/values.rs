//! From answers to values, with the same keys as the bundled database has.

use std::collections::HashMap;

use super::{
    super::wire::{List, Part},
    wire::{self, Category, Element, JobZone, Level, Occupation, ToolCategory},
};
use crate::domain::values::{
    Education, EducationShare, RatedElement, RatedElementList, Task, TaskList, TaskType, TextItem, TextList, Tool, ToolKind, ToolList,
    WorkExperience, by_importance, text_key, tool_key,
};

/// Web Services lay importance onto 0 to 100 themselves.
fn importance(figure: super::super::wire::Figure) -> Option<f64> {
    figure.number().filter(|number| (0.0..=100.0).contains(number))
}

/// Core, then supplemental, then new tasks, each by falling importance, then as they stand.
pub(super) fn tasks(tasks: &[wire::Task]) -> TaskList {
    let task = |task: &wire::Task| Task {
        key: task.id.as_str().map_or_else(|| text_key(&task.title.0), str::to_owned),
        statement: task.title.0.clone(),
        task_type: match task.category.as_str() {
            Some("Core") => Some(TaskType::Core),
            Some("Supplemental") => Some(TaskType::Supplemental),
            Some("New") => Some(TaskType::New),
            _ => None,
        },
        importance: importance(task.importance),
        origins: vec![],
    };
    let mut tasks: Vec<Task> = tasks.iter().map(task).collect();
    tasks.sort_by(|a, b| {
        (a.task_type.is_none(), a.task_type)
            .cmp(&(b.task_type.is_none(), b.task_type))
            .then_with(|| by_importance(a.importance, b.importance))
    });
    TaskList(tasks)
}

/// By falling importance, then by name.
pub(super) fn rated(elements: &[Element]) -> RatedElementList {
    let rated = |element: &Element| RatedElement {
        key: element.id.0.clone(),
        element_id: Some(element.id.0.clone()),
        name: element.name.0.clone(),
        importance: importance(element.importance),
        level: None,
        rating: None,
        origins: vec![],
    };
    let mut elements: Vec<_> = elements.iter().map(rated).collect();
    elements.sort_by(|a, b| by_importance(a.importance, b.importance).then_with(|| a.name.cmp(&b.name)));
    RatedElementList(elements)
}

/// The titles that job holders reported, in the order of the sample, each once. Titles of related occupations are no
/// titles of the same work.
pub(super) fn titles(occupation: &Occupation) -> TextList {
    let titles = occupation.sample_of_reported_titles.clone().known().unwrap_or_default().0;
    let mut items: Vec<TextItem> = Vec::with_capacity(titles.len());
    for title in titles {
        if !items.iter().any(|item| item.text == title.0) {
            items.push(TextItem { key: text_key(&title.0), text: title.0, origins: vec![] });
        }
    }
    TextList(items)
}

/// Technology first, hot ones first, then by name. A product that stands under several commodities is one, of the first,
/// and hot or in demand when it is so in any.
pub(super) fn tools(technology: &[Category], tools: &[ToolCategory]) -> ToolList {
    let mut list = merged(technology);
    for category in tools {
        let title = category.title.clone().known().unwrap_or_default();
        let name = title.name.as_str().map(unescaped);
        for example in items(&category.example) {
            let tool = tool(ToolKind::Tool, &unescaped(&example.name.0), title.id.as_str(), name.as_deref());
            if !list.iter().any(|known| known.key == tool.key) {
                list.push(tool);
            }
        }
    }
    list.sort_by_cached_key(|tool| {
        (tool.kind == ToolKind::Tool, !tool.hot_technology, tool.name.to_lowercase(), tool.name.clone(), tool.key.clone())
    });
    ToolList(list)
}

fn merged(technology: &[Category]) -> Vec<Tool> {
    let mut list: Vec<Tool> = vec![];
    let mut places: HashMap<String, usize> = HashMap::new();
    for category in technology {
        for product in items(&category.example).into_iter().chain(items(&category.example_more)) {
            let name = &product.title.0;
            let place = *places.entry(name.to_lowercase()).or_insert_with(|| {
                list.push(tool(ToolKind::Technology, name, category.code.as_str(), category.title.as_str()));
                list.len() - 1
            });
            list[place].hot_technology |= product.hot_technology.0;
            list[place].in_demand |= product.in_demand.0;
        }
    }
    list
}

fn items<T: Clone>(part: &Part<List<T>>) -> Vec<T> {
    part.clone().known().unwrap_or_default().0
}

fn tool(kind: ToolKind, name: &str, commodity: Option<&str>, title: Option<&str>) -> Tool {
    let category = title.map(text_key);
    Tool {
        key: tool_key(kind, commodity.or(category.as_deref()), name),
        name: name.to_owned(),
        kind,
        category: title.map(str::to_owned),
        commodity_code: commodity.map(str::to_owned),
        hot_technology: false,
        in_demand: false,
        origins: vec![],
    }
}

/// Version 1.9 writes `&amp;` in its texts.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

/// The level that most respondents named, of equals the lower one, else the sentence of the job zone.
pub(super) fn education(zone: &JobZone, levels: &[Level]) -> Education {
    let mut levels: Vec<&Level> = levels.iter().collect();
    levels.sort_by(|a, b| a.code.number().unwrap_or(f64::MAX).total_cmp(&b.code.number().unwrap_or(f64::MAX)));
    let share = |level: &&Level| Some(EducationShare { level: level.title.0.clone(), percent: level.percentage_of_respondents.number()? });
    let distribution: Vec<_> = levels.iter().filter_map(share).collect();
    let mode = distribution.iter().rev().max_by(|a, b| a.percent.total_cmp(&b.percent)).map(|share| share.level.clone());
    Education { typical_level: mode.or_else(|| zone.education.0.clone()).unwrap_or_default(), job_zone: zone.number(), distribution }
}

/// The job zone's sentences.
pub(super) fn work_experience(zone: &JobZone) -> WorkExperience {
    WorkExperience {
        typical: zone.related_experience.0.clone().unwrap_or_default(),
        on_the_job_training: zone.job_training.0.clone(),
        job_zone: zone.number(),
    }
}
