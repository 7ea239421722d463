//! What the providers say is what the source files say.

use std::collections::{BTreeMap, BTreeSet};

use rolegraph::{
    domain::{
        fields::Field,
        provenance::Derivation,
        values::{
            AreaWages, Education, GrowthCategory, Item, Outlook, RatedElementList, TaskList, TaskType, TextList, ToolList, Wage, Wages,
            WorkExperience,
        },
    },
    providers::Provider,
};

use super::{BUNDLE, claim, code, golden, oews, official_rows, onet, projections, value};

#[tokio::test]
async fn every_task_of_ten_occupations_is_there_word_for_word() {
    let mut expected: BTreeMap<String, Vec<(String, TaskType, String)>> = BTreeMap::new();
    for row in golden("tasks.tsv") {
        let task_type = match row[2].as_str() {
            "Core" => TaskType::Core,
            "Supplemental" => TaskType::Supplemental,
            _ => TaskType::New,
        };
        expected.entry(row[0].clone()).or_default().push((row[1].clone(), task_type, row[3].clone()));
    }
    assert_eq!(expected.len(), 10);
    for (code, mut tasks) in expected {
        tasks.sort_by_key(|(_, task_type, _)| *task_type);
        let list: TaskList = value(&onet(), &code, Field::Tasks).await.expect("tasks");
        assert_eq!(list.0.len(), tasks.len(), "{code}");
        for (task, (id, task_type, statement)) in list.0.iter().zip(tasks) {
            assert_eq!((&task.statement, task.task_type), (&statement, Some(task_type)), "{code}");
            assert!(task.key == id || id == "-", "{code}: {} is not {id}", task.key);
            assert_eq!((task.importance, task.origins.len()), (None, 0));
        }
    }
}

#[tokio::test]
async fn importance_and_level_are_the_standardised_ratings_with_their_statistics() {
    let rows = golden("ratings.tsv");
    assert_eq!(rows.len(), 27, "three elements of nine occupations; 15-2051.00 has no ratings");
    for row in rows {
        let field = match row[1].as_str() {
            "Skills" => Field::Skills,
            "Knowledge" => Field::Knowledge,
            _ => Field::Abilities,
        };
        let list: RatedElementList = value(&onet(), &row[0], field).await.expect("ratings");
        let element = list.0.iter().find(|element| element.key == row[2]).expect("the element");
        let rating = element.rating.clone().expect("statistics");
        assert_eq!((element.name.as_str(), element.element_id.as_deref()), (row[3].as_str(), Some(row[2].as_str())));
        assert_eq!([element.importance, element.level], [row[4].parse().ok(), row[5].parse().ok()], "{row:?}");
        assert_eq!(rating.sample_size, row[6].parse().ok());
        assert_eq!([rating.standard_error, rating.lower95, rating.upper95], [7, 8, 9].map(|i: usize| row[i].parse().ok()));
        assert_eq!(rating.suppress, row[10] == "Y");
        assert_eq!([rating.collected.as_ref(), rating.domain_source.as_ref()], [Some(&row[11]), Some(&row[12])]);
        assert!(list.0.is_sorted_by(|a, b| a.importance >= b.importance));
    }
}

#[tokio::test]
async fn wages_of_the_seed_occupations_are_the_published_ones() {
    for row in golden("wages.tsv") {
        let wages: Wages = value(&oews(), &row[0], Field::Wages).await.expect("wages");
        assert_eq!(wages.area(&row[1]), Some(&area(&row)), "{} in {}", row[0], row[1]);
        assert_eq!(wages.0[0].area, "US");
        assert!(wages.0[1..].is_sorted_by(|a, b| a.area < b.area));
        assert!(wages.0.len() <= 55);
    }
}

fn area(row: &[String]) -> AreaWages {
    let wage = |text: &str| {
        let (amount, at_least) = text.strip_prefix(">=").map_or((text, false), |amount| (amount, true));
        amount.parse().ok().map(|amount| Wage { amount, at_least })
    };
    AreaWages {
        area: row[1].clone(),
        year: 2025,
        employment: row[2].parse().ok(),
        annual_mean: wage(&row[3]),
        annual_median: wage(&row[4]),
        hourly_median: wage(&row[5]),
        annual_p10: wage(&row[6]),
        annual_p25: wage(&row[7]),
        annual_p75: wage(&row[8]),
        annual_p90: wage(&row[9]),
    }
}

#[tokio::test]
async fn outlook_of_the_seed_occupations_is_the_published_one_in_persons() {
    let rows = golden("outlook.tsv");
    assert_eq!(rows.len(), 30);
    for row in rows {
        let percent_change = row[3].parse().expect("a number");
        let expected = Outlook {
            base_year: 2024,
            projected_year: 2034,
            employment: row[1].parse().expect("a number"),
            projected_employment: row[2].parse().expect("a number"),
            percent_change,
            annual_openings: row[4].parse().ok(),
            growth: GrowthCategory::of(percent_change),
        };
        assert_eq!(value::<Outlook>(&projections(), &row[0], Field::Outlook).await, Some(expected), "{}", row[0]);
        let education: Education = value(&projections(), &row[0], Field::Education).await.expect("education");
        assert_eq!((&education.typical_level, education.job_zone, education.distribution.len()), (&row[5], None, 0));
        let experience: WorkExperience = value(&projections(), &row[0], Field::WorkExperience).await.expect("experience");
        assert_eq!((&experience.typical, experience.on_the_job_training.as_ref()), (&row[6], Some(&row[7])));
    }
}

#[test]
fn the_catalogue_holds_all_occupations_with_all_their_alternate_titles() {
    let catalogue = BUNDLE.catalogue().expect("readable");
    let rows = golden("alternate_titles.tsv");
    assert_eq!((rows.len(), catalogue.occupations().len()), (1016, 1016));
    for (occupation, row) in catalogue.occupations().zip(rows) {
        assert_eq!((occupation.code.to_string(), occupation.alternate_titles.len().to_string()), (row[0].clone(), row[1].clone()));
        assert!(!occupation.title.is_empty() && !occupation.description.is_empty());
        assert!(occupation.related.iter().all(|related| catalogue.get(*related).is_some()));
    }
    assert_eq!(catalogue.occupations().filter(|occupation| occupation.job_zone.is_some()).count(), 923);
    assert_eq!(catalogue.occupations().map(|occupation| occupation.related.len()).sum::<usize>(), 18_460);
    assert_eq!(catalogue.major_groups().len(), 23);
    let software = catalogue.get(code("15-1252")).expect("known");
    assert_eq!((software.title.as_ref(), software.job_zone), ("Software Developers", Some(4)));
    assert_eq!(catalogue.major_group(software.code).map(|group| group.title.as_ref()), Some("Computer and Mathematical Occupations"));
}

#[tokio::test]
async fn keys_are_unique_in_every_list_of_every_occupation() {
    let catalogue = BUNDLE.catalogue().expect("readable");
    let provider = onet();
    for occupation in catalogue.occupations() {
        let code = occupation.code.to_string();
        let titles: TextList = value(&provider, &code, Field::RelatedTitles).await.expect("every occupation has titles");
        assert_eq!(titles.0.len(), occupation.alternate_titles.len(), "{code}");
        unique(&code, &titles.0);
        unique(&code, &value::<ToolList>(&provider, &code, Field::ToolsAndTechnology).await.unwrap_or_default().0);
        unique(&code, &value::<TaskList>(&provider, &code, Field::Tasks).await.unwrap_or_default().0);
        unique(&code, &value::<TextList>(&provider, &code, Field::CoreResponsibilities).await.unwrap_or_default().0);
    }
}

fn unique<T: Item>(code: &str, items: &[T]) {
    let keys: BTreeSet<_> = items.iter().map(Item::key).collect();
    assert_eq!(keys.len(), items.len(), "{code}");
}

#[tokio::test]
async fn titles_that_job_holders_reported_go_first() {
    let titles: TextList = value(&onet(), "31-1121.00", Field::RelatedTitles).await.expect("titles");
    let texts: Vec<_> = titles.0.iter().map(|title| title.text.as_str()).collect();
    assert_eq!(texts.len(), 40);
    let reported: Vec<_> = golden("mini/onet/29.3/Sample of Reported Titles.txt");
    let reported: Vec<_> = reported.iter().filter(|row| row[0] == "31-1121.00").map(|row| row[1].as_str()).collect();
    let listed: Vec<_> = reported.iter().filter(|title| texts.contains(title)).copied().collect();
    assert!(listed.len() > 5);
    assert_eq!(texts[..listed.len()], listed);
    assert!(texts[listed.len()..].is_sorted());
}

#[tokio::test]
async fn technology_goes_before_tools_and_what_is_hot_before_the_rest() {
    let list: ToolList = value(&onet(), "15-1252.00", Field::ToolsAndTechnology).await.expect("tools");
    assert_eq!(list.0.len(), 426 + 12);
    assert!(list.0.is_sorted_by_key(|tool| (tool.key.starts_with("tool:"), !tool.hot_technology, tool.name.to_lowercase())));
    let sql = list.0.iter().find(|tool| tool.name == "Structured query language SQL").expect("SQL");
    assert_eq!((sql.hot_technology, sql.in_demand, sql.commodity_code.as_deref()), (true, true, Some("43232306")));
    assert_eq!(sql.category.as_deref(), Some("Data base user interface and query software"));
}

#[tokio::test]
async fn core_responsibilities_are_the_tasks_that_cover_most_activities() {
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in golden("responsibilities.tsv") {
        expected.entry(row[0].clone()).or_default().push(row[1].clone());
    }
    assert_eq!(expected.len(), 10);
    for (code, keys) in expected {
        let chosen: TextList = value(&onet(), &code, Field::CoreResponsibilities).await.expect("responsibilities");
        let tasks: TaskList = value(&onet(), &code, Field::Tasks).await.expect("tasks");
        assert_eq!(chosen.0.iter().map(|item| item.key.clone()).collect::<Vec<_>>(), keys, "{code}");
        assert!(chosen.0.iter().all(|item| tasks.0.iter().any(|task| task.key == item.key && task.statement == item.text)));
        let core = tasks.0.iter().filter(|task| task.task_type == Some(TaskType::Core)).count();
        let of = if core == 0 { tasks.0.len() } else { core };
        assert_eq!(claim(&onet(), &code, Field::CoreResponsibilities).await.derivation, Derivation::Chosen { of }, "{code}");
    }
}

#[tokio::test]
async fn a_code_that_nobody_knows_is_answered_with_nothing() {
    let codes = [code("99-9999.00"), code("55-3016.00")];
    for provider in [&onet() as &dyn Provider, &oews(), &projections()] {
        let claims = provider.fetch(&codes, &Field::ALL).await.expect("readable").claims;
        assert_eq!(claims.len(), 2 * provider.fields().len());
        let unknown = claims.iter().filter(|claim| claim.code == codes[0]);
        assert!(unknown.clone().count() == provider.fields().len() && unknown.clone().all(|claim| claim.value.is_none()));
    }
}

#[tokio::test]
async fn every_task_and_every_wage_of_the_official_files_is_answered() {
    let Some(tasks) = official_rows("onet/30.0/Task Statements.txt") else { return };
    let wages = official_rows("oews/national_2025.tsv").expect("beside the other");
    let mut by_code: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for row in &tasks {
        by_code.entry(&row[0]).or_default().insert((&row[1], &row[2]));
    }
    assert_eq!(by_code.len(), 923);
    for (code, expected) in by_code {
        let list: TaskList = value(&onet(), code, Field::Tasks).await.expect("tasks");
        let told: BTreeSet<_> = list.0.iter().map(|task| (task.key.as_str(), task.statement.as_str())).collect();
        assert!(told.is_superset(&expected), "{code}");
    }
    for row in wages.iter().filter(|row| row[2] == "Detailed") {
        let told: Wages = value(&oews(), &row[0], Field::Wages).await.expect("wages");
        assert_eq!(told.0[0].annual_median.map(|wage| wage.amount), row[15].parse().ok(), "{}", row[0]);
        assert_eq!(told.0[0].employment, row[3].parse().ok(), "{}", row[0]);
    }
}
