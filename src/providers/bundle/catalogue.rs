//! The catalogue of occupations.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Bundle, error::BundleError};
use crate::domain::{
    occupation::{Catalogue, Occupation, SocGroup},
    soc::SocCode,
};

/// Reads all occupations, the publication codes and the major groups.
pub(super) fn read(bundle: &Bundle) -> Result<Catalogue, BundleError> {
    let occupations = occupations(bundle)?;
    let aggregates = aggregates(bundle, &occupations)?;
    Ok(Catalogue::new(occupations.into_values().chain(aggregates), major_groups(bundle)?))
}

fn occupations(bundle: &Bundle) -> Result<BTreeMap<SocCode, Occupation>, BundleError> {
    let table = bundle.table("Occupation Data")?;
    let [code, title, description] = table.columns(["O*NET-SOC Code", "Title", "Description"])?;
    let mut occupations = BTreeMap::new();
    for row in table.all()?.iter() {
        let Some(code) = row.code(code) else { continue };
        let occupation = Occupation {
            code,
            title: row.get(title).into(),
            description: row.get(description).into(),
            job_zone: None,
            alternate_titles: vec![],
            related: vec![],
            components: vec![],
        };
        occupations.insert(code, occupation);
    }
    add_job_zones(bundle, &mut occupations)?;
    add_titles(bundle, &mut occupations)?;
    add_related(bundle, &mut occupations)?;
    Ok(occupations)
}

fn add_job_zones(bundle: &Bundle, occupations: &mut BTreeMap<SocCode, Occupation>) -> Result<(), BundleError> {
    let table = bundle.table("Job Zones")?;
    let [code, zone] = table.columns(["O*NET-SOC Code", "Job Zone"])?;
    for row in table.all()?.iter() {
        if let Some(occupation) = row.code(code).and_then(|code| occupations.get_mut(&code)) {
            occupation.job_zone = row.number(zone);
        }
    }
    Ok(())
}

fn add_titles(bundle: &Bundle, occupations: &mut BTreeMap<SocCode, Occupation>) -> Result<(), BundleError> {
    let table = bundle.table("Alternate Titles")?;
    let [code, title] = table.columns(["O*NET-SOC Code", "Alternate Title"])?;
    for row in table.all()?.iter() {
        if let Some(occupation) = row.code(code).and_then(|code| occupations.get_mut(&code)) {
            occupation.alternate_titles.push(row.get(title).into());
        }
    }
    for occupation in occupations.values_mut() {
        occupation.alternate_titles.shrink_to_fit();
    }
    Ok(())
}

fn add_related(bundle: &Bundle, occupations: &mut BTreeMap<SocCode, Occupation>) -> Result<(), BundleError> {
    let table = bundle.table("Related Occupations")?;
    let [code, related, index] = table.columns(["O*NET-SOC Code", "Related O*NET-SOC Code", "Index"])?;
    let mut ordered: BTreeMap<SocCode, Vec<(u32, SocCode)>> = BTreeMap::new();
    for row in table.all()?.iter() {
        if let (Some(code), Some(related), Some(index)) = (row.code(code), row.code(related), row.number(index)) {
            ordered.entry(code).or_default().push((index, related));
        }
    }
    for (code, mut related) in ordered {
        related.sort_unstable();
        if let Some(occupation) = occupations.get_mut(&code) {
            occupation.related = related.into_iter().map(|(_, code)| code).collect();
        }
    }
    Ok(())
}

/// The publication codes: title as OEWS publishes it, alternate titles of all their occupations.
fn aggregates(bundle: &Bundle, occupations: &BTreeMap<SocCode, Occupation>) -> Result<Vec<Occupation>, BundleError> {
    let table = bundle.table("OEWS National")?;
    let [title] = table.columns(["Title"])?;
    let aggregate = |(&code, components): (&SocCode, &Vec<SocCode>)| {
        let parts: Vec<_> = components.iter().filter_map(|code| occupations.get(code)).collect();
        let titles: Vec<_> = parts.iter().map(|part| part.title.as_ref()).collect();
        let rows = table.rows(code)?;
        let title = rows.iter().next().map_or_else(|| titles.join("; "), |row| row.get(title).to_owned());
        let zones: BTreeSet<_> = parts.iter().map(|part| part.job_zone).collect();
        Ok(Occupation {
            code,
            title: title.into(),
            description: format!("The Bureau of Labor Statistics publishes one figure for these occupations: {}.", titles.join("; "))
                .into(),
            job_zone: zones.first().copied().flatten().filter(|_| zones.len() == 1),
            alternate_titles: pooled(parts.iter().map(|part| part.alternate_titles.as_slice())),
            related: pooled(parts.iter().map(|part| part.related.as_slice()))
                .into_iter()
                .filter(|code| !components.contains(code))
                .collect(),
            components: components.clone(),
        })
    };
    bundle.references().aggregates.iter().map(aggregate).collect()
}

/// Lists one after the other, each item once.
fn pooled<'a, T: Ord + Clone + 'a>(lists: impl Iterator<Item = &'a [T]>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    lists.flatten().filter(|item| seen.insert(*item)).cloned().collect()
}

fn major_groups(bundle: &Bundle) -> Result<Vec<SocGroup>, BundleError> {
    let table = bundle.table("SOC 2018 Structure")?;
    let [code, group, title] = table.columns(["SOC Code", "SOC Group", "SOC Title"])?;
    let rows = table.all()?;
    let major = rows.iter().filter(|row| row.get(group) == "Major");
    Ok(major.filter_map(|row| Some(SocGroup { code: row.code(code)?, title: Arc::from(row.get(title)) })).collect())
}
