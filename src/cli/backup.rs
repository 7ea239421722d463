//! `rolegraph backup`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::output;
use crate::{app, config::Settings};

/// Writes beside the file and puts the whole in its place. The schema is left as it is: a backup is made before an upgrade.
pub(super) async fn run(settings: &Settings, to: &Path) -> Result<()> {
    if to.exists() {
        bail!("{} is there already", to.display());
    }
    let mut beside = to.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    drop(fs::remove_file(&beside));
    let done = copied(settings, &beside, to).await.with_context(|| format!("cannot write {}", to.display()));
    if done.is_err() {
        drop(fs::remove_file(&beside));
    }
    done?;
    output::text(&format!("The database is in {}.\n", to.display()));
    Ok(())
}

async fn copied(settings: &Settings, beside: &Path, to: &Path) -> Result<()> {
    if !app::connect(settings).await?.back_up(beside).await? {
        bail!("this is for SQLite: back PostgreSQL up with pg_dump, see docs/operations.md");
    }
    File::options().write(true).open(beside)?.sync_all()?;
    Ok(fs::rename(beside, to)?)
}
