//! What official data alone gives the 30 seed occupations.

use rolegraph::{
    domain::{fields::Field, provenance::Derivation},
    providers::Provider,
};

use super::{code, oews, onet, projections, seed_codes};

/// The seed occupations without a value of a field, and those whose value was put together from several occupations.
async fn gaps_and_pooled(field: Field) -> (Vec<String>, Vec<String>) {
    let (mut gaps, mut pooled) = (vec![], vec![]);
    for asked in seed_codes() {
        let mut claims = vec![];
        for provider in [&onet() as &dyn Provider, &oews(), &projections()] {
            claims.extend(provider.fetch(&[code(&asked)], &[field]).await.expect("readable").claims);
        }
        match claims.iter().find(|claim| claim.value.is_some()) {
            None => gaps.push(asked),
            Some(claim) if matches!(claim.derivation, Derivation::RolledUp { .. } | Derivation::Combined { .. }) => pooled.push(asked),
            Some(_) => {}
        }
    }
    (gaps, pooled)
}

#[tokio::test]
async fn every_field_is_as_covered_as_the_release_allows() {
    const UNRATED: &[&str] = &["15-2051", "13-1082"];
    const AGGREGATES: &[&str] = &["31-1120", "21-1018"];
    const POOLED: &[&str] = &["31-1120", "21-1018", "11-9199"];
    let expected: [(Field, &[&str], &[&str]); 11] = [
        (Field::CoreResponsibilities, &[], POOLED),
        (Field::Tasks, &[], POOLED),
        (Field::ToolsAndTechnology, &[], POOLED),
        (Field::Skills, UNRATED, POOLED),
        (Field::Knowledge, UNRATED, POOLED),
        (Field::Abilities, UNRATED, POOLED),
        (Field::RelatedTitles, &[], AGGREGATES),
        (Field::Education, &[], POOLED),
        (Field::WorkExperience, &[], POOLED),
        (Field::Outlook, &[], &[]),
        (Field::Wages, &[], &[]),
    ];
    for (field, gaps, pooled) in expected {
        let told = gaps_and_pooled(field).await;
        assert_eq!(told, (gaps.iter().map(ToString::to_string).collect(), pooled.iter().map(ToString::to_string).collect()), "{field}");
    }
}
