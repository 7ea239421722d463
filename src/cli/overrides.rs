//! `rolegraph override`.

mod paint;

use std::{fmt::Write as _, io::IsTerminal, sync::Arc};

use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};

use super::{output, report};
use crate::{
    domain::{
        access::Principal,
        fields::Field,
        job::Job,
        overrides::Override,
        profile::Profile,
        provenance::{FieldProfile, OverrideMode},
    },
    loaders::ProfileKey,
    service::{RestoreFields, Service, ServiceError},
};
use paint::Paint;

#[derive(Debug, Subcommand)]
pub(super) enum Overrides {
    /// Print which fields of a job are overridden, by whom, and whether the official data has changed since.
    Show {
        /// The job.
        slug: String,
        /// Only this field: `SKILLS`, or `skills`.
        #[arg(value_parser = field)]
        field: Option<Field>,
    },
    /// Print what an override changes, item by item, and what has changed under it.
    Diff {
        /// The job.
        slug: String,
        /// Only this field.
        #[arg(value_parser = field)]
        field: Option<Field>,
        /// Whether to paint the lines.
        #[arg(long, value_enum, default_value_t = Colour::Auto)]
        color: Colour,
    },
    /// Take overrides back: the fields answer what they inherit now.
    Restore {
        /// The job.
        slug: String,
        /// Only this field.
        #[arg(value_parser = field)]
        field: Option<Field>,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Colour {
    /// When standard output is a terminal.
    Auto,
    Always,
    Never,
}

/// A field by its name, or as a property of a job.
fn field(name: &str) -> Result<Field, String> {
    let found = Field::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name) || field.key() == name);
    found.ok_or_else(|| format!("there is no such field; there are {}", Field::ALL.map(Field::name).join(", ")))
}

pub(super) async fn run(service: &Arc<Service>, command: Overrides) -> Result<()> {
    match command {
        Overrides::Show { slug, field } => output::text(&table(&fields(service, &slug, field).await?)),
        Overrides::Diff { slug, field, color } => {
            let on = match color {
                Colour::Auto => std::io::stdout().is_terminal(),
                Colour::Always => true,
                Colour::Never => false,
            };
            output::text(&diffs(&fields(service, &slug, field).await?, Paint(on)));
        }
        Overrides::Restore { slug, field, note } => output::text(&restore(service, &slug, field, note).await?),
    }
    Ok(())
}

async fn read(service: &Arc<Service>, slug: &str) -> Result<(Job, Arc<Profile>)> {
    let principal = Principal::system("cli");
    let job = service.job_by_slug(&principal, slug).await?.with_context(|| format!("there is no job `{slug}`"))?;
    let profile = service.loaders(&principal).one(ProfileKey::from(&job)).await?.context("the job is gone")?;
    Ok((job, profile))
}

/// The overridden fields of a job, or of them the one that is asked for.
async fn fields(service: &Arc<Service>, slug: &str, wanted: Option<Field>) -> Result<Vec<Arc<FieldProfile>>> {
    let (_, profile) = read(service, slug).await?;
    let overridden = profile.fields().filter(|field| field.is_overridden() && wanted.is_none_or(|wanted| field.field() == wanted));
    Ok(overridden.cloned().collect())
}

const NOTHING: &str = "Nothing is overridden.\n";

fn table(fields: &[Arc<FieldProfile>]) -> String {
    if fields.is_empty() {
        return NOTHING.to_owned();
    }
    let mut table = report::table(&["field", "mode", "edits", "by", "at", "on", "drifted", "conflicts", "note"], 9);
    for profile in fields {
        let Some(over) = profile.over() else { continue };
        let official = profile.base().map(|base| &*base.value);
        table.add_row([
            profile.field().name().to_owned(),
            over.content.mode().name().to_owned(),
            edits(profile, over),
            over.by.name.clone(),
            over.at.format("%Y-%m-%d %H:%M UTC").to_string(),
            over.base.release.clone().unwrap_or_else(|| "(a gap)".to_owned()),
            if profile.is_drifted() { "yes" } else { "no" }.to_owned(),
            over.conflicting_keys(official).len().to_string(),
            over.note.clone().unwrap_or_default(),
        ]);
    }
    format!("{table}\n")
}

fn edits(profile: &FieldProfile, over: &Override) -> String {
    if over.content.mode() != OverrideMode::Patch {
        return String::new();
    }
    let Some(layer) = profile.effective().and_then(|layer| layer.over.as_ref()) else { return "nothing to show".to_owned() };
    format!("{} added, {} hidden, {} edited", layer.edits.added, layer.edits.hidden, layer.edits.edited)
}

fn diffs(fields: &[Arc<FieldProfile>], paint: Paint) -> String {
    if fields.is_empty() {
        return NOTHING.to_owned();
    }
    let mut text = String::new();
    for profile in fields {
        let (Some(over), Some(diff)) = (profile.over(), profile.diff()) else { continue };
        let drifted = if profile.is_drifted() { ", the official value has changed since" } else { "" };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", paint.bold(&format!("{} {}{drifted}", profile.field().name(), over.content.mode().name())));
        for item in &diff.added {
            let _ = writeln!(text, "{}", paint.green(&format!("+ {}", paint::item(item))));
        }
        for item in &diff.removed {
            let _ = writeln!(text, "{}", paint.red(&format!("- {}", paint::item(item))));
        }
        for change in &diff.changed {
            let _ = writeln!(text, "{}", paint.yellow(&format!("~ {}: {}", change.key, paint::became(change))));
        }
        for change in &diff.conflicts {
            let _ = writeln!(text, "{}", paint.magenta(&format!("! {}: the official item was {}", change.key, paint::became(change))));
        }
    }
    text
}

async fn restore(service: &Arc<Service>, slug: &str, field: Option<Field>, note: Option<String>) -> Result<String> {
    let (job, profile) = read(service, slug).await?;
    let fields: Vec<_> = field.into_iter().collect();
    let over = profile.fields().filter(|profile| profile.is_overridden() && (fields.is_empty() || fields.contains(&profile.field())));
    let names: Vec<_> = over.map(|profile| profile.field().name()).collect();
    let wanted = RestoreFields { job: job.id, fields, expected_version: Some(job.version), note };
    match service.restore_fields(&Principal::system("cli"), wanted).await {
        Err(ServiceError::User(errors)) => anyhow::bail!("{}", ServiceError::User(errors)),
        Err(error) => Err(error.into()),
        Ok((_, None)) => Ok(NOTHING.to_owned()),
        Ok((_, Some(_))) => Ok(format!("Restored: {}.\n", names.join(", "))),
    }
}
