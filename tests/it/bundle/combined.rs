//! Codes that are answered by several occupations, or by the code that BLS publishes them under.

use rolegraph::{
    domain::{
        fields::Field,
        provenance::Derivation,
        values::{Education, RatedElementList, TaskList, TextList, ToolList},
    },
    providers::Provider,
};

use super::{BUNDLE, claim, code, oews, onet, projections, value};

const MANAGERS: [&str; 6] = ["11-9199.01", "11-9199.02", "11-9199.08", "11-9199.09", "11-9199.10", "11-9199.11"];

#[test]
fn publication_codes_are_occupations_that_name_their_components() {
    let catalogue = BUNDLE.catalogue().expect("readable");
    let told: Vec<_> = catalogue.aggregates().map(|aggregate| aggregate.code.to_string()).collect();
    let expected = [
        "13-1020", "13-2020", "21-1018", "25-2052", "25-9045", "29-2010", "31-1120", "39-7010", "47-4090", "51-2028", "51-2090", "53-1047",
    ];
    assert_eq!(told, expected);
    let aides = catalogue.get(code("31-1120")).expect("known");
    assert_eq!(aides.title.as_ref(), "Home Health and Personal Care Aides");
    assert_eq!(
        aides.description.as_ref(),
        "The Bureau of Labor Statistics publishes one figure for these occupations: Home Health Aides; Personal Care Aides."
    );
    assert_eq!(aides.components, [code("31-1121.00"), code("31-1122.00")]);
    let counselors = catalogue.get(code("21-1018")).expect("known");
    assert_eq!(counselors.components, [code("21-1011.00"), code("21-1014.00")]);
    assert_eq!(catalogue.canonical(code("21-1018")), Some(code("21-1018")));
}

#[tokio::test]
async fn an_all_other_code_is_rolled_up_from_its_details() {
    let from: Vec<_> = MANAGERS.iter().map(|text| code(text)).collect();
    for field in
        [Field::Tasks, Field::CoreResponsibilities, Field::ToolsAndTechnology, Field::Skills, Field::Education, Field::WorkExperience]
    {
        let claim = claim(&onet(), "11-9199.00", field).await;
        assert_eq!(claim.derivation, Derivation::RolledUp { from: from.clone() }, "{field}");
    }
    let tasks: TaskList = value(&onet(), "11-9199.00", Field::Tasks).await.expect("rolled up");
    assert_eq!(tasks.0.len(), 30);
    for task in &tasks.0 {
        let origin = task.origins[0].to_string();
        let own: TaskList = value(&onet(), &origin, Field::Tasks).await.expect("tasks");
        assert!(own.0.iter().any(|own| own.key == task.key && own.statement == task.statement), "{origin} has {}", task.key);
    }
    let chosen: TextList = value(&onet(), "11-9199.00", Field::CoreResponsibilities).await.expect("chosen");
    assert!(chosen.0.iter().all(|item| tasks.0.iter().any(|task| task.key == item.key && task.origins == item.origins)));
    let tools: ToolList = value(&onet(), "11-9199.00", Field::ToolsAndTechnology).await.expect("rolled up");
    assert!(tools.0.len() <= 60);
    assert_eq!((tools.0[0].name.as_str(), tools.0[0].origins.len()), ("Microsoft Excel", 6));
}

#[tokio::test]
async fn a_rolled_up_rating_is_the_mean_of_the_details() {
    let pooled: RatedElementList = value(&onet(), "11-9199.00", Field::Skills).await.expect("rolled up");
    assert_eq!(pooled.0.len(), 35);
    let mut details: Vec<RatedElementList> = vec![];
    for detail in MANAGERS {
        details.push(value(&onet(), detail, Field::Skills).await.expect("ratings"));
    }
    for element in &pooled.0 {
        let own = details.iter().filter_map(|list| list.0.iter().find(|own| own.key == element.key));
        let sum: f64 = own.filter_map(|own| own.importance).sum();
        assert_eq!(element.importance, Some((sum / 6.0 + 0.5).floor()), "{}", element.name);
        assert_eq!((element.rating.is_some(), element.origins.len()), (false, 6));
    }
}

#[tokio::test]
async fn a_code_that_is_not_residual_is_never_rolled_up() {
    for field in [Field::Skills, Field::Knowledge, Field::Abilities, Field::Education, Field::WorkExperience] {
        let claim = claim(&onet(), "15-2051.00", field).await;
        assert_eq!((claim.value, claim.derivation), (None, Derivation::Direct), "{field}: the release rates only 15-2051.01 and .02");
    }
}

#[tokio::test]
async fn a_publication_code_combines_its_components() {
    let from = vec![code("31-1121.00"), code("31-1122.00")];
    let titles = claim(&onet(), "31-1120", Field::RelatedTitles).await;
    assert_eq!(titles.derivation, Derivation::Combined { from: from.clone() });
    let titles: TextList = value(&onet(), "31-1120", Field::RelatedTitles).await.expect("combined");
    assert_eq!((titles.0[0].text.as_str(), &titles.0[0].origins), ("Caregiver", &from));
    let education: Education = value(&onet(), "31-1120", Field::Education).await.expect("combined");
    assert_eq!(education.typical_level, "High School Diploma - or the equivalent (for example, GED)");
    let percent: f64 = education.distribution.iter().map(|share| share.percent).sum();
    assert!((percent - 100.0).abs() < 0.1, "{percent}");
}

#[tokio::test]
async fn figures_are_those_of_the_code_that_bls_publishes() {
    let told = async |provider: &dyn Provider, asked: &str| {
        let claim = claim(provider, asked, provider.fields()[0]).await;
        assert_eq!(claim.code, code(asked));
        (claim.value.is_some(), claim.derivation)
    };
    let group = |text: &str| (true, Derivation::PublishedFor { code: code(text) });
    for provider in [&oews() as &dyn Provider, &projections()] {
        assert_eq!(told(provider, "31-1120").await, (true, Derivation::Direct));
        assert_eq!(told(provider, "31-1121.00").await, group("31-1120"));
        assert_eq!(told(provider, "15-1252.00").await, (true, Derivation::Direct));
        assert_eq!(told(provider, "11-9199.08").await, group("11-9199"));
        assert_eq!(told(provider, "53-1042.01").await, group("53-1047"));
        assert_eq!(told(provider, "55-1011.00").await, (false, Derivation::Direct));
    }
    assert_eq!(told(&oews(), "11-1031.00").await, (false, Derivation::Direct), "OEWS leaves legislators out");
    assert_eq!(told(&projections(), "11-1031.00").await, (true, Derivation::Direct));
}
