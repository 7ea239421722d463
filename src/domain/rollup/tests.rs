use proptest::prelude::*;

use super::*;
use crate::domain::values::{RatedElement, RatedElementList, Rating, TaskType, text_key};

fn code(detail: usize) -> SocCode {
    format!("11-9199.{detail:02}").parse().expect("a code")
}

fn titles(texts: &[&str]) -> TextList {
    TextList(texts.iter().map(|text| TextItem { key: text_key(text), text: (*text).to_owned(), origins: vec![] }).collect())
}

fn task(key: &str, statement: &str, task_type: TaskType) -> Task {
    Task { key: key.to_owned(), statement: statement.to_owned(), task_type: Some(task_type), importance: None, origins: vec![] }
}

fn element(key: &str, importance: f64, level: Option<f64>) -> RatedElement {
    RatedElement {
        key: key.to_owned(),
        element_id: Some(key.to_owned()),
        name: key.to_owned(),
        importance: Some(importance),
        level,
        rating: Some(Rating::default()),
        origins: vec![],
    }
}

#[test]
fn what_more_occupations_share_goes_first_and_keeps_its_origins() {
    let parts = [(code(1), titles(&["A", "B"])), (code(2), titles(&["C", "B"])), (code(3), titles(&["D", "E", "A"]))];
    let pooled = texts(&parts);
    let told: Vec<_> = pooled.0.iter().map(|text| (text.text.as_str(), text.origins.clone())).collect();
    let expected =
        [("A", vec![code(1), code(3)]), ("B", vec![code(1), code(2)]), ("C", vec![code(2)]), ("D", vec![code(3)]), ("E", vec![code(3)])];
    assert_eq!(told, expected);
}

#[test]
fn tasks_with_the_same_statement_are_one_task_and_core_tasks_go_first() {
    let first = TaskList(vec![task("1", "Plan.", TaskType::Core), task("2", "File.", TaskType::Supplemental)]);
    let second = TaskList(vec![task("3", "Lead.", TaskType::Core), task("4", "File.", TaskType::Supplemental)]);
    let pooled = tasks(&[(code(1), first), (code(2), second)]);
    let told: Vec<_> = pooled.0.iter().map(|task| (task.key.as_str(), task.origins.len())).collect();
    assert_eq!(told, [("1", 1), ("3", 1), ("2", 2)]);
}

#[test]
fn no_occupation_fills_the_list_alone() {
    let list =
        |detail: usize| TaskList((0..40).map(|i| task(&format!("{detail}/{i}"), &format!("{detail} {i}"), TaskType::Core)).collect());
    let pooled = tasks(&[(code(1), list(1)), (code(2), list(2)), (code(3), list(3))]);
    assert_eq!(pooled.0.len(), MOST_TASKS);
    for detail in 1..=3 {
        assert_eq!(pooled.0.iter().filter(|task| task.origins == [code(detail)]).count(), 10);
    }
}

#[test]
fn ratings_are_averaged_over_the_occupations_that_rate_and_rounded_half_up() {
    let first = RatedElementList(vec![element("a", 50.0, Some(10.0)), element("b", 20.0, None)]);
    let second = RatedElementList(vec![element("a", 51.0, None)]);
    let pooled = rated(&[(code(1), first), (code(2), second)]);
    let told: Vec<_> = pooled.0.iter().map(|e| (e.key.as_str(), e.importance, e.level, e.rating.is_some(), e.origins.len())).collect();
    assert_eq!(told, [("a", Some(51.0), Some(10.0), false, 2), ("b", Some(20.0), None, false, 1)]);
}

#[test]
fn education_is_the_mean_distribution_and_its_lower_mode() {
    let shares = |low: f64, high: f64| vec![("Low".to_owned(), low), ("High".to_owned(), high)];
    let part = |education, job_zone| Preparation { education, job_zone, ..Preparation::default() };
    let same = prepare(&[part(shares(33.33, 66.67), Some(4)), part(shares(66.67, 33.33), Some(4)), part(vec![], None)]);
    let education = same.to_education().expect("a distribution");
    assert_eq!((education.typical_level.as_str(), education.job_zone), ("Low", Some(4)));
    assert_eq!(education.distribution.iter().map(|share| share.percent).collect::<Vec<_>>(), [50.0, 50.0]);
    assert_eq!(same.to_work_experience(), None);
    let differing = prepare(&[part(shares(1.0, 99.0), Some(4)), part(shares(1.01, 98.99), Some(5))]);
    assert_eq!(differing.job_zone, None);
    assert_eq!(differing.education, [("Low".to_owned(), 1.01), ("High".to_owned(), 99.0)], "1.005 and 98.995 round up");
}

proptest! {
    #[test]
    fn pooling_neither_loses_nor_invents(lists in prop::collection::vec(prop::collection::vec("[a-f]", 0..8), 0..6)) {
        let parts: Vec<_> = lists.iter().enumerate().map(|(i, list)| {
            let mut distinct: Vec<&str> = vec![];
            for text in list { if !distinct.contains(&text.as_str()) { distinct.push(text); } }
            (code(i), titles(&distinct))
        }).collect();
        let pooled = texts(&parts);
        for text in &pooled.0 {
            let holders: Vec<_> = parts.iter().filter(|(_, list)| list.0.iter().any(|t| t.text == text.text)).map(|(c, _)| *c).collect();
            prop_assert_eq!(&text.origins, &holders);
        }
        prop_assert!(pooled.0.is_sorted_by(|a, b| a.origins.len() >= b.origins.len()));
        let mut all: Vec<_> = lists.concat();
        all.sort();
        all.dedup();
        prop_assert_eq!(pooled.0.len(), all.len());
    }
}
