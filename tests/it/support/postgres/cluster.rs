//! The run's throw-away cluster: found running, or made.

use std::fs::{self, DirBuilder, File};
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{env, io, thread};

use super::account::Account;
use super::lock::Lock;
use super::runner::{self, Runner};
use super::{Unavailable, binaries};

/// Starts the server, waits until it answers, and stops it; its head says more.
const GUARDIAN: &str = include_str!("guardian.sh");

/// A slow machine needs some seconds.
const PATIENCE: Duration = Duration::from_mins(2);

/// The address of the server of `runner`'s run, started when it is not there.
pub(super) fn url(runner: &Runner) -> Result<String, Unavailable> {
    let account = Account::find()?;
    let folder = folder_for(runner, &account);
    if let Some(known) = outcome(&folder) {
        return known;
    }
    match DirBuilder::new().mode(0o700).create(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(Unavailable::io(folder.display())(error));
        }
        _ => {}
    }
    let lock = Lock::at(&folder.join("start.lock"))?;
    let result = outcome(&folder).unwrap_or_else(|| start(&folder, &account, runner));
    drop(lock);
    result
}

/// The folder of that run's cluster, which its guardian removes at the end.
pub(super) fn folder(runner: &Runner) -> Result<PathBuf, Unavailable> {
    Ok(folder_for(runner, &Account::find()?))
}

fn folder_for(runner: &Runner, account: &Account) -> PathBuf {
    let temporary = Some(env::temp_dir()).filter(|folder| account.writes_to(folder));
    let parent = temporary.unwrap_or_else(|| PathBuf::from("/tmp"));
    parent.join(format!("rolegraph-postgres-{}", runner.run))
}

/// How an earlier start ended, if one did.
fn outcome(folder: &Path) -> Option<Result<String, Unavailable>> {
    if let Ok(url) = fs::read_to_string(folder.join("url")) {
        return Some(Ok(url.trim().to_owned()));
    }
    let reason = fs::read_to_string(folder.join("failed")).ok()?;
    Some(Err(Unavailable::new(format!("{}\n{}", reason.trim(), end_of_log(folder)))))
}

/// The end of what the guardian, `initdb` and the server said.
fn end_of_log(folder: &Path) -> String {
    last_lines(&fs::read_to_string(folder.join("log")).unwrap_or_default())
}

/// The end of what a program said.
pub(super) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

/// The guardian comes first, so that nothing is ever without one; then it is told where the binaries are.
fn start(folder: &Path, account: &Account, runner: &Runner) -> Result<String, Unavailable> {
    if !folder.join("processes").exists() {
        spawn_guardian(folder, account, runner).inspect_err(|_| fs::remove_dir_all(folder).unwrap_or_default())?;
    }
    match binaries::find(account, folder) {
        Ok(bin) => write(folder, "bin", &bin.to_string_lossy())?,
        Err(error) => write(folder, "failed", &error.to_string())?,
    }
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(result) = outcome(folder) {
            return result;
        }
        if !folder.exists() {
            return Err(Unavailable::new("the test run ended while PostgreSQL was starting"));
        }
        thread::sleep(Duration::from_millis(10));
    }
    Err(Unavailable::new(format!("PostgreSQL was not ready after {PATIENCE:?}\n{}", end_of_log(folder))))
}

/// A file appears whole or not at all.
fn write(folder: &Path, name: &str, text: &str) -> Result<(), Unavailable> {
    let unfinished = folder.join(format!("{name}.unfinished"));
    fs::write(&unfinished, format!("{text}\n"))
        .and_then(|()| fs::rename(&unfinished, folder.join(name)))
        .map_err(Unavailable::io(unfinished.display()))
}

/// In a process group of its own, so that neither Ctrl-C nor nextest's end of a slow test reaches it, and with none of this
/// process's streams, for whose end nextest waits.
fn spawn_guardian(folder: &Path, account: &Account, runner: &Runner) -> Result<(), Unavailable> {
    let failed = || Unavailable::io(format!("the guardian in {}", folder.display()));
    account.own(folder)?;
    let script = folder.join("guardian.sh");
    let log = folder.join("log");
    fs::write(&script, GUARDIAN).map_err(failed())?;
    account.own(&script)?;
    let output = File::create(&log).map_err(failed())?;
    account.own(&log)?;
    let path = env::var("PATH").unwrap_or_default();
    account
        .command(Path::new("/bin/sh"))
        .arg(script)
        .arg(runner.process.to_string())
        .args(free_ports().map_err(failed())?)
        .env_clear()
        .env("PATH", format!("/usr/bin:/bin:/usr/sbin:/sbin:{path}"))
        .env("LC_ALL", "C")
        .env("PASSWORD", runner::random()?)
        .current_dir(folder)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(output.try_clone().map_err(failed())?)
        .stderr(output)
        .spawn()
        .map(drop)
        .map_err(failed())
}

/// Ports that were free a moment ago: several, as another process may take one before the server does.
fn free_ports() -> io::Result<Vec<String>> {
    let listeners = (0..5).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<io::Result<Vec<_>>>()?;
    listeners.iter().map(|listener| Ok(listener.local_addr()?.port().to_string())).collect()
}
