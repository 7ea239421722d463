//! Where `initdb` and `postgres` are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::account::Account;
use super::{Unavailable, embedded};

/// Folders with one folder per version, and what leads from there to the binaries.
const VERSIONED: [(&str, &str, &str); 7] = [
    ("/usr/lib/postgresql", "", "bin"),                          // Debian, Ubuntu
    ("/usr", "pgsql-", "bin"),                                   // PostgreSQL's own packages for Fedora and its kin
    ("/usr/local", "pgsql", "bin"),                              // built from source
    ("/usr/libexec", "postgresql", ""),                          // Alpine
    ("/opt/homebrew/opt", "postgresql", "bin"),                  // Homebrew on ARM
    ("/usr/local/opt", "postgresql", "bin"),                     // Homebrew on Intel
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"), // Postgres.app
];

/// The folder with the `initdb` and `postgres` to use: the machine's, else those of the npm package.
pub(super) fn find(account: &Account, cluster: &Path) -> Result<PathBuf, Unavailable> {
    let mut tried = Vec::new();
    for folder in on_this_machine() {
        match check(&folder, account) {
            Ok(()) => return Ok(folder),
            Err(why) => tried.push(why.to_string()),
        }
    }
    if tried.is_empty() {
        tried.push("no folder with initdb and postgres on PATH or in the usual places".to_owned());
    }
    match embedded::find(account, cluster).and_then(|bin| check(&bin, account).map(|()| bin)) {
        Ok(bin) => Ok(bin),
        Err(why) => {
            tried.push(why.to_string());
            Err(Unavailable::new(advice(&tried)))
        }
    }
}

/// Folders that hold both programs, best first.
fn on_this_machine() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let path: Vec<PathBuf> = env::split_paths(&path).collect();
    path.into_iter()
        .chain(pg_config())
        .chain(VERSIONED.into_iter().flat_map(newest_first))
        .filter(|folder| folder.is_absolute() && folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// The `bin` folders under `parent`, by the number in their names.
fn newest_first((parent, prefix, bin): (&str, &str, &str)) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let digits: String = name.strip_prefix(prefix)?.chars().filter(char::is_ascii_digit).collect();
            Some((digits.parse().unwrap_or(0), entry.path().join(bin)))
        })
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, folder)| folder).collect()
}

/// Does the server in `bin` run under `account`?
fn check(bin: &Path, account: &Account) -> Result<(), Unavailable> {
    let postgres = bin.join("postgres");
    let output = account.command(&postgres).arg("--version").current_dir("/").output().map_err(Unavailable::io(postgres.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Unavailable::new(format!("{}: {}, {}", postgres.display(), output.status, said.trim())))
}

fn advice(tried: &[String]) -> String {
    format!(
        "The database tests need PostgreSQL, and there is none:\n- {}\n\
         Do one of these:\n\
         - set TEST_POSTGRES_URL=postgres://user:password@host:port, a server on which the user may create databases\n\
         - install PostgreSQL's server: apt-get install postgresql, dnf install postgresql-server, brew install postgresql\n\
         - install Node.js with npm, and let this machine reach an npm registry once",
        tried.join("\n- ")
    )
}
