//! `rolegraph skills`.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use serde_json::json;

use super::{output, report};
use crate::{
    domain::{access::Principal, skills::SkillMapping},
    service::{SKILL_NAMES_MAX, Service, ServiceError},
};

#[derive(Debug, Subcommand)]
pub(super) enum Skills {
    /// Print which O*NET elements names of skills mean.
    Map {
        /// The names.
        #[arg(required_unless_present = "file")]
        names: Vec<String>,
        /// A file with a name a line; `-` is standard input.
        #[arg(long, value_name = "FILE", conflicts_with = "names")]
        file: Option<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(service: &Arc<Service>, command: Skills) -> Result<()> {
    let Skills::Map { names, file, json } = command;
    let names = match file {
        Some(file) => lines(&file)?,
        None => names,
    };
    let mut mapped = Vec::with_capacity(names.len());
    for names in names.chunks(SKILL_NAMES_MAX) {
        match service.map_skills(&Principal::system("cli"), names.to_vec()).await {
            Err(ServiceError::User(errors)) => bail!("{}", ServiceError::User(errors)),
            other => mapped.extend(other?),
        }
    }
    output::text(&if json { as_json(&mapped)? } else { as_table(&mapped) });
    Ok(())
}

/// The names of a file, without empty lines.
fn lines(file: &Path) -> Result<Vec<String>> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(file)
    };
    let text = text.with_context(|| format!("cannot read {}", file.display()))?;
    let names: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if names.is_empty() {
        bail!("{} holds no name", file.display());
    }
    Ok(names)
}

fn as_table(mapped: &[SkillMapping]) -> String {
    let mut table = report::table(&["name", "element", "key", "confidence", "remark"], 5);
    for mapping in mapped {
        let element = mapping.element.as_ref();
        let (name, key) = element.map_or(("", ""), |element| (&element.name, &element.key));
        let remark = match mapping {
            SkillMapping { generic: true, .. } => "generic: left out".to_owned(),
            SkillMapping { element: None, .. } => "unknown: left out".to_owned(),
            mapping if !mapping.is_sure() => "not sure: left out".to_owned(),
            SkillMapping { other_name: Some(other), .. } => format!("as {other}"),
            _ => String::new(),
        };
        table.add_row([mapping.input.as_str(), name, key, &format!("{:.3}", mapping.confidence), &remark]);
    }
    format!("{table}\n")
}

/// The fields of the API's `SkillMapping`.
fn as_json(mapped: &[SkillMapping]) -> Result<String> {
    let row = |mapping: &SkillMapping| {
        let element = mapping.element.as_ref();
        json!({
            "input": mapping.input, "confidence": mapping.confidence, "generic": mapping.generic, "sure": mapping.is_sure(),
            "kind": element.map(|element| element.kind), "otherName": mapping.other_name,
            "element": element.map(|element| json!({ "key": element.key, "elementId": element.element_id, "name": element.name })),
        })
    };
    Ok(serde_json::to_string_pretty(&mapped.iter().map(row).collect::<Vec<_>>())? + "\n")
}
