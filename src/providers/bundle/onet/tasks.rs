//! Tasks.

use std::collections::HashMap;

use super::super::{Bundle, BundleError};
use crate::domain::{
    soc::SocCode,
    values::{Task, TaskList, TaskType, by_importance, standardise, text_key},
};

/// The tasks of one occupation: core, then supplemental, then new ones. Within each the most important first where the
/// release rates tasks, else in the order of the source. Last come the emerging tasks that O*NET proposes as new; those
/// that only reword a task are left out.
pub(super) fn own(bundle: &Bundle, code: SocCode) -> Result<Option<TaskList>, BundleError> {
    let table = bundle.table("Task Statements")?;
    let [id, statement, task_type] = table.columns(["Task ID", "Task", "Task Type"])?;
    let ratings = importance(bundle, code)?;
    let rows = table.rows(code)?;
    let mut tasks: Vec<_> = rows
        .iter()
        .map(|row| Task {
            key: row.get(id).to_owned(),
            statement: row.get(statement).to_owned(),
            task_type: Some(task_type_of(row.get(task_type))),
            importance: ratings.get(row.get(id)).copied(),
            origins: vec![],
        })
        .collect();
    tasks.sort_by(|a, b| a.task_type.cmp(&b.task_type).then_with(|| by_importance(a.importance, b.importance)));
    tasks.extend(emerging(bundle, code)?);
    Ok(Some(TaskList(tasks)).filter(|list| !list.0.is_empty()))
}

/// O*NET leaves the type open until a task has been rated: such a task counts as new.
fn task_type_of(text: &str) -> TaskType {
    match text {
        "Core" => TaskType::Core,
        "Supplemental" => TaskType::Supplemental,
        _ => TaskType::New,
    }
}

fn emerging(bundle: &Bundle, code: SocCode) -> Result<Vec<Task>, BundleError> {
    let table = bundle.table("Emerging Tasks")?;
    let [statement, category] = table.columns(["Task", "Category"])?;
    let rows = table.rows(code)?;
    let new = rows.iter().filter(|row| row.get(category) == "New").map(|row| Task {
        key: text_key(row.get(statement)),
        statement: row.get(statement).to_owned(),
        task_type: Some(TaskType::New),
        importance: None,
        origins: vec![],
    });
    Ok(new.collect())
}

/// The standardised importance of each task, in releases that have it.
fn importance(bundle: &Bundle, code: SocCode) -> Result<HashMap<String, f64>, BundleError> {
    let (Some(table), Some(&(minimum, maximum))) = (bundle.optional_table("Task Ratings"), bundle.references().scales.get("IM")) else {
        return Ok(HashMap::new());
    };
    let [id, scale, value] = table.columns(["Task ID", "Scale ID", "Data Value"])?;
    let rows = table.rows(code)?;
    let rated = rows.iter().filter(|row| row.get(scale) == "IM");
    Ok(rated.filter_map(|row| Some((row.get(id).to_owned(), standardise(row.number(value)?, minimum, maximum)))).collect())
}
