//! `rolegraph keys`.

use anyhow::{Context, Result, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Subcommand;
use serde_json::json;

use super::output;
use crate::{
    domain::{access::Principal, keys::ApiKey, page::PageRequest},
    service::{NewApiKey, Service},
};

/// The most keys that are listed.
const MOST: u64 = 10_000;

#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Give a key out. The key is printed to standard output, once; it cannot be had again.
    Create {
        /// For people to read.
        name: String,
        /// What it may do, such as `jobs:read`; without any it reads what is public. May be given more than once.
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<String>,
        /// The slug of the company whose data it opens.
        #[arg(long, value_name = "SLUG")]
        company: Option<String>,
        /// From when on it is not good any more, as RFC 3339 has it.
        #[arg(long, value_name = "TIME")]
        expires_at: Option<DateTime<Utc>>,
    },
    /// Print the keys, the oldest first.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// End a key, within five seconds in every process.
    Revoke {
        /// What the key begins with, as `keys list` tells it.
        prefix: String,
    },
}

pub(super) async fn run(service: &Service, command: Keys) -> Result<()> {
    let principal = Principal::system("cli");
    match command {
        Keys::Create { name, scopes, company, expires_at } => {
            let company = match company {
                Some(slug) => Some(service.company_by_slug(&slug).await?.with_context(|| format!("there is no company `{slug}`"))?.id),
                None => None,
            };
            let (_, secret) = service.create_api_key(&principal, NewApiKey { name, scopes, company, expires_at }).await?;
            output::text(&format!("{}\n", secret.expose()));
        }
        Keys::List { json } => {
            let keys = all(service, &principal).await?;
            output::text(&if json {
                format!("{}\n", serde_json::to_string_pretty(&keys.iter().map(described).collect::<Vec<_>>())?)
            } else {
                table(&keys)
            });
        }
        Keys::Revoke { prefix } => {
            let keys = all(service, &principal).await?;
            let Some(key) = keys.iter().find(|key| key.prefix == prefix) else { bail!("there is no key that begins with `{prefix}`") };
            service.revoke_api_key(&principal, key.id).await?;
            output::text(&format!("Revoked {} ({}).\n", key.prefix, key.name));
        }
    }
    Ok(())
}

async fn all(service: &Service, principal: &Principal) -> Result<Vec<ApiKey>> {
    let request = PageRequest { size: MOST, backwards: false, after: None, before: None };
    Ok(service.api_keys(principal, &request).await?.items)
}

fn time(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "–".to_owned(), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

fn scopes(key: &ApiKey) -> Vec<&'static str> {
    key.scopes.iter().map(|scope| scope.name()).collect()
}

fn described(key: &ApiKey) -> serde_json::Value {
    json!({
        "prefix": key.prefix, "name": key.name, "scopes": scopes(key), "company": key.company_id, "createdAt": key.created_at,
        "expiresAt": key.expires_at, "lastUsedAt": key.last_used_at, "revokedAt": key.revoked_at,
    })
}

fn table(keys: &[ApiKey]) -> String {
    let mut text = format!("{:<16}{:<28}{:<22}{:<22}{:<22}{}\n", "PREFIX", "NAME", "EXPIRES", "LAST USED", "REVOKED", "SCOPES");
    for key in keys {
        let scopes = if key.scopes.is_empty() { "(what is public)".to_owned() } else { scopes(key).join(" ") };
        let (expires, used, revoked) = (time(key.expires_at), time(key.last_used_at), time(key.revoked_at));
        let columns = [(key.prefix.as_str(), 16), (key.name.as_str(), 28), (&expires, 22), (&used, 22), (&revoked, 22), (&scopes, 0)];
        let row: String = columns.iter().map(|(column, width)| format!("{column:<width$}")).collect();
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}
