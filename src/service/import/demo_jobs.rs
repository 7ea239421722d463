//! The demo: thirty occupations in high demand, and eight featured roles of made-up companies.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use super::ImportedJob;
use crate::domain::{job::JobKind, soc::SocCode};

const OCCUPATIONS: &str = include_str!("../../../data/seed/hdo_occupations.json");
const ROLES: &str = include_str!("../../../data/seed/featured_roles.json");

#[derive(Deserialize)]
struct Occupations {
    occupations: Vec<Occupation>,
}

#[derive(Deserialize)]
struct Occupation {
    rank: u32,
    soc_code: SocCode,
    title: String,
    onet_soc_codes: Vec<SocCode>,
}

#[derive(Deserialize)]
struct Roles {
    roles: Vec<Role>,
}

#[derive(Deserialize)]
struct Role {
    id: String,
    company: String,
    company_id: String,
    title: String,
    location: String,
    employment_type: String,
    initial_soc_code: SocCode,
    description: String,
    skills_raw: Vec<String>,
}

/// The demo's jobs. A role keeps the code that its company chose as a proposal.
pub fn demo() -> Result<Vec<ImportedJob>> {
    let occupations: Occupations = serde_json::from_str(OCCUPATIONS).context("data/seed/hdo_occupations.json")?;
    let roles: Roles = serde_json::from_str(ROLES).context("data/seed/featured_roles.json")?;
    Ok(occupations.occupations.into_iter().map(occupation).chain(roles.roles.into_iter().map(role)).collect())
}

fn occupation(from: Occupation) -> ImportedJob {
    ImportedJob {
        slug: None,
        kind: JobKind::Occupation,
        title: from.title,
        description: None,
        company: None,
        company_name: None,
        soc_code: Some(from.soc_code),
        soc_status: None,
        published: None,
        skills: vec![],
        metadata: json!({ "importedFrom": "hdo_occupations.json", "rank": from.rank, "onetSocCodes": from.onet_soc_codes }),
    }
}

fn role(from: Role) -> ImportedJob {
    ImportedJob {
        slug: None,
        kind: JobKind::FeaturedRole,
        title: from.title,
        description: Some(from.description),
        company: Some(from.company_id),
        company_name: Some(from.company),
        soc_code: Some(from.initial_soc_code),
        soc_status: None,
        published: Some(true),
        skills: from.skills_raw,
        metadata: json!({
            "importedFrom": "featured_roles.json", "id": from.id, "location": from.location, "employmentType": from.employment_type,
        }),
    }
}
