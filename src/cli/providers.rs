//! `rolegraph providers`.

use std::{fmt::Write as _, sync::Arc};

use anyhow::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::{output, report};
use crate::{domain::provider_state::ProviderState, service::Service};

/// Print who is asked for facts, and how they are.
#[derive(Debug, Args)]
pub(super) struct Providers {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(service: &Arc<Service>, options: &Providers) -> Result<()> {
    let states = service.providers().await?;
    output::text(&if options.json { as_json(&states)? } else { as_table(&states) });
    Ok(())
}

fn as_table(states: &[ProviderState]) -> String {
    let mut table = report::table(&["provider", "source", "state", "circuit", "last success", "requests", "failures", "quota left"], 5);
    for state in states {
        table.add_row([
            state.name.clone(),
            state.source.name().to_owned(),
            condition(state).to_owned(),
            state.circuit.name().to_owned(),
            state.last_success_at.map_or_else(String::new, moment),
            state.requests.to_string(),
            state.failures.to_string(),
            state.quota_remaining.map_or_else(String::new, |left| left.to_string()),
        ]);
    }
    let mut text = format!("{table}\n");
    for state in states {
        if let Some(error) = &state.last_error {
            let at = state.last_failure_at.map_or_else(String::new, |at| format!(" at {}", moment(at)));
            // Writing to a string does not fail.
            let _ = write!(text, "\n{}{at}: {error}\n", state.name);
        }
    }
    text
}

fn condition(state: &ProviderState) -> &'static str {
    match state {
        ProviderState { configured: false, .. } => "not configured",
        ProviderState { healthy: true, .. } => "well",
        _ => "failing",
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The fields of the API's `ProviderStatus`.
fn as_json(states: &[ProviderState]) -> Result<String> {
    let row = |state: &ProviderState| {
        json!({
            "name": state.name, "source": state.source, "configured": state.configured, "healthy": state.healthy,
            "circuit": state.circuit, "release": state.release, "lastSuccessAt": state.last_success_at, "lastErrorAt": state.last_failure_at,
            "lastError": state.last_error, "requests": state.requests, "failures": state.failures, "quotaRemaining": state.quota_remaining,
        })
    };
    Ok(serde_json::to_string_pretty(&states.iter().map(row).collect::<Value>())? + "\n")
}
