use proptest::prelude::*;

use super::*;
use crate::domain::{
    occupation::{Catalogue, Occupation},
    values::{Item, RatedElement, RatedElementList, Task, TaskList, TaskType, TextItem, TextList, Tool, ToolKind, ToolList},
};

fn code(detail: usize) -> SocCode {
    format!("15-12{detail:02}.00").parse().expect("a code")
}

fn occupation(detail: usize, title: &str, related: &[usize]) -> Occupation {
    Occupation {
        code: code(detail),
        title: title.into(),
        description: format!("{title} do what {title} do.").into(),
        job_zone: None,
        alternate_titles: vec![],
        related: related.iter().map(|detail| code(*detail)).collect(),
        components: vec![],
    }
}

fn neighbours() -> Neighbours {
    let titles = ["Data Scientists", "Statisticians", "Data Managers", "Web Developers", "Bakers", "Cooks"];
    let all = titles.iter().enumerate().map(|(detail, title)| occupation(detail, title, if detail == 0 { &[1, 2] } else { &[] }));
    Neighbours::new(&Catalogue::new(all, []))
}

/// Everything that anybody shares is likely enough.
fn trusting() -> ConfidenceTable {
    let bins = fit((0..10).map(|tenth| (f64::from(tenth) / 10.0, true)));
    let fields = Field::ALL.into_iter().flat_map(|field| Basis::ALL.map(|basis| ((basis, field), bins)));
    ConfidenceTable::new(fields)
}

fn draft(field: Field, values: &[(usize, f64, FieldValue)]) -> Option<Draft> {
    draft_beside(field, None, values)
}

fn draft_beside(field: Field, official: Option<&FieldValue>, values: &[(usize, f64, FieldValue)]) -> Option<Draft> {
    let neighbours = neighbours();
    let drafter = Drafter::with_table(&neighbours, Thresholds::default(), trusting());
    let known: Vec<_> = values.iter().map(|(detail, weight, value)| Known { code: code(*detail), weight: *weight, value }).collect();
    drafter.draft(field, Basis::Related, official, &known)
}

fn titles(texts: &[&str]) -> FieldValue {
    let item = |text: &&str| TextItem { key: (*text).to_owned(), text: (*text).to_owned(), origins: vec![] };
    TextList(texts.iter().map(item).collect()).into()
}

fn tasks(statements: &[(&str, &str)]) -> FieldValue {
    let task = |(key, statement): &(&str, &str)| Task {
        key: (*key).to_owned(),
        statement: (*statement).to_owned(),
        task_type: Some(TaskType::Core),
        importance: Some(50.0),
        origins: vec![],
    };
    TaskList(statements.iter().map(task).collect()).into()
}

fn ratings(importances: &[(&str, f64)]) -> FieldValue {
    let element = |(key, importance): &(&str, f64)| RatedElement {
        key: (*key).to_owned(),
        element_id: Some((*key).to_owned()),
        name: (*key).to_owned(),
        importance: Some(*importance),
        level: None,
        rating: None,
        origins: vec![],
    };
    RatedElementList(importances.iter().map(element).collect()).into()
}

fn tools(names: &[(&str, ToolKind)]) -> FieldValue {
    let tool = |(name, kind): &(&str, ToolKind)| Tool {
        key: (*name).to_owned(),
        name: (*name).to_owned(),
        kind: *kind,
        category: None,
        commodity_code: None,
        hot_technology: false,
        in_demand: true,
        origins: vec![],
    };
    ToolList(names.iter().map(tool).collect()).into()
}

#[test]
fn related_occupations_come_first_and_then_those_with_alike_titles() {
    let near: Vec<_> = neighbours().of(code(0)).into_iter().map(|(code, _)| code).collect();
    assert_eq!(near[..2], [code(2), code(1)], "both are related, and the second shares a word");
    assert_eq!(neighbours().of_text("Manager of Data", "")[0].0, code(2));
    assert_eq!((neighbours().basis(code(0)), neighbours().basis(code(3))), (Basis::Related, Basis::Text));
}

#[test]
fn what_neighbours_share_is_drafted_with_who_holds_it() {
    let draft = draft(Field::RelatedTitles, &[(1, 0.6, titles(&["A", "B"])), (2, 0.3, titles(&["B", "C"])), (3, 0.1, titles(&["C"]))]);
    let draft = draft.expect("a draft");
    let told: Vec<_> = draft.items.iter().map(|item| (item.key.as_str(), (item.support * 10.0).round())).collect();
    assert_eq!(told, [("B", 9.0), ("C", 4.0)], "nobody shares A");
    assert_eq!(draft.based_on, [code(1), code(2), code(3)].map(|code| code.to_string()));
    let FieldValue::TextList(list) = &draft.value else { panic!("{draft:?}") };
    assert_eq!(list.0[0].origins, [code(1), code(2)]);
}

#[test]
fn tasks_in_other_words_are_one_task_that_names_all_its_keys() {
    let draft = draft(
        Field::Tasks,
        &[
            (1, 0.5, tasks(&[("1", "Analyze large data sets."), ("2", "Bake bread.")])),
            (2, 0.3, tasks(&[("3", "Analyzing of large data sets.")])),
            (3, 0.2, tasks(&[("4", "Write reports.")])),
        ],
    );
    let draft = draft.expect("a draft");
    assert_eq!(draft.items.len(), 1);
    assert_eq!(draft.items[0].based_on, [(code(1), "1".to_owned()), (code(2), "3".to_owned())]);
    assert_eq!(draft.based_on, [code(1).to_string(), code(2).to_string(), format!("{}:3", code(2))]);
    let FieldValue::TaskList(list) = &draft.value else { panic!("{draft:?}") };
    assert_eq!((list.0[0].statement.as_str(), list.0[0].task_type, list.0[0].importance), ("Analyze large data sets.", None, None));
}

#[test]
fn ratings_are_weighted_means_and_support_is_the_weight_that_agrees() {
    let values = [(1, 0.5, ratings(&[("a", 60.0)])), (2, 0.25, ratings(&[("a", 52.0), ("b", 9.0)])), (3, 0.25, ratings(&[("a", 20.0)]))];
    let draft = draft(Field::Skills, &values).expect("a draft");
    let FieldValue::RatedElementList(list) = &draft.value else { panic!("{draft:?}") };
    assert_eq!(list.0.iter().map(|element| (element.key.as_str(), element.importance)).collect::<Vec<_>>(), [("a", Some(48.0))]);
    assert_eq!(draft.items[0].based_on.len(), 3, "b is rated by a quarter of the weight only");
    assert!((draft.items[0].support - 0.25).abs() < 1e-9);
}

#[test]
fn tools_keep_their_order_and_say_nothing_of_demand() {
    let held = tools(&[("z", ToolKind::Tool), ("b", ToolKind::Technology), ("a", ToolKind::Technology)]);
    let draft = draft(Field::ToolsAndTechnology, &[(1, 0.5, held.clone()), (2, 0.5, held.clone()), (3, 0.5, held)]).expect("a draft");
    let FieldValue::ToolList(list) = &draft.value else { panic!("{draft:?}") };
    assert_eq!(
        list.0.iter().map(|tool| (tool.name.as_str(), tool.in_demand)).collect::<Vec<_>>(),
        [("a", false), ("b", false), ("z", false)]
    );
}

#[test]
fn what_is_official_is_not_repeated_and_wages_are_never_drafted() {
    let values = [(1, 0.5, titles(&["A", "B"])), (2, 0.5, titles(&["A", "B"])), (3, 0.5, titles(&["A"]))];
    let draft = draft_beside(Field::RelatedTitles, Some(&titles(&["A"])), &values).expect("a draft");
    assert_eq!(draft.items.iter().map(|item| item.key.as_str()).collect::<Vec<_>>(), ["B"]);
    assert_eq!(draft_beside(Field::RelatedTitles, Some(&titles(&["A", "B"])), &values), None);
    for field in [Field::Wages, Field::Outlook] {
        let blank = FieldValue::blank(field.value_type());
        assert_eq!(draft_beside(field, None, &[(1, 0.5, blank.clone()), (2, 0.5, blank.clone()), (3, 0.5, blank)]), None);
        assert!(!Thresholds::default().is_thin(field, None));
    }
}

#[test]
fn two_neighbours_are_too_few_and_values_of_another_field_do_not_count() {
    let held = titles(&["A"]);
    assert_eq!(draft(Field::RelatedTitles, &[(1, 0.5, held.clone()), (2, 0.5, held.clone())]), None);
    assert_eq!(draft(Field::RelatedTitles, &[(1, 0.5, held.clone()), (2, 0.5, held), (3, 0.5, tasks(&[("1", "A")]))]), None);
}

fn lists() -> impl Strategy<Value = Vec<(f64, Vec<String>)>> {
    prop::collection::vec((0.01..=1.0, prop::collection::btree_set("[a-h]", 0..6).prop_map(|set| set.into_iter().collect())), 0..6)
}

fn values(lists: &[(f64, Vec<String>)]) -> Vec<(usize, f64, FieldValue)> {
    let value = |(detail, (weight, list)): (usize, &(f64, Vec<String>))| {
        (detail, *weight, titles(&list.iter().map(String::as_str).collect::<Vec<_>>()))
    };
    lists.iter().enumerate().map(value).collect()
}

proptest! {
    #[test]
    fn nothing_is_invented_and_no_limit_is_passed(lists in lists()) {
        let values = values(&lists);
        if let Some(draft) = draft(Field::RelatedTitles, &values) {
            prop_assert!(draft.items.len() <= limit(Field::RelatedTitles));
            prop_assert!((0.0..=1.0).contains(&draft.confidence));
            for item in &draft.items {
                for (holder, key) in &item.based_on {
                    let place = (0..6).find(|detail| code(*detail) == *holder).expect("a neighbour");
                    prop_assert!(lists[place].1.contains(key));
                }
                prop_assert!(item.based_on.len() >= 2);
            }
        }
    }

    #[test]
    fn the_order_of_the_neighbours_does_not_matter(lists in lists()) {
        let mut values = values(&lists);
        let once = draft(Field::RelatedTitles, &values);
        values.reverse();
        prop_assert_eq!(once, draft(Field::RelatedTitles, &values));
    }

    #[test]
    fn one_more_holder_never_lowers_the_support_of_an_item(lists in lists(), weight in 0.01..=1.0) {
        let before = draft(Field::RelatedTitles, &values(&lists));
        for item in before.iter().flat_map(|draft| &draft.items) {
            let mut more = lists.clone();
            more.push((weight, vec![item.key.clone()]));
            let after = draft(Field::RelatedTitles, &values(&more)).expect("still a draft");
            let after = after.items.iter().find(|other| other.key == item.key).expect("still there");
            prop_assert!(after.support >= item.support - 1e-9 && after.confidence >= item.confidence);
        }
    }
}

#[test]
fn keys_of_drafted_items_are_unique() {
    let held = titles(&["A", "A", "B"]);
    let draft = draft(Field::RelatedTitles, &[(1, 0.5, held.clone()), (2, 0.5, held.clone()), (3, 0.5, held)]).expect("a draft");
    let FieldValue::TextList(list) = &draft.value else { panic!("{draft:?}") };
    assert_eq!(list.0.iter().map(Item::key).collect::<Vec<_>>(), ["A", "B"]);
}
