//! What runs the tests: its end is the end of the run.

use std::fs::File;
use std::io::Read;
use std::os::unix::process::parent_id;
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs, process};

use super::Unavailable;

/// The process that lives as long as the run, and the run's own name.
#[derive(Debug)]
pub(super) struct Runner {
    /// Under nextest, where each test is a process, that of `cargo nextest`; else this process.
    pub(super) process: u32,
    /// Different for every run, hard to guess, made of hexadecimal digits and dashes.
    pub(super) run: String,
}

/// This process's runner.
pub(super) fn get() -> Result<&'static Runner, Unavailable> {
    static RUNNER: OnceLock<Result<Runner, Unavailable>> = OnceLock::new();
    RUNNER.get_or_init(find).as_ref().map_err(Clone::clone)
}

fn find() -> Result<Runner, Unavailable> {
    match (nextest(), env::var("NEXTEST_RUN_ID")) {
        (Some(process), Ok(run)) => Ok(Runner { process, run }),
        // Without nextest, or when it was killed and this process outlived it.
        _ => Ok(Runner { process: process::id(), run: random()? }),
    }
}

/// 128 random bits in hexadecimal.
pub(super) fn random() -> Result<String, Unavailable> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes)).map_err(Unavailable::io("/dev/urandom"))?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

/// The nearest ancestor that is nextest: not always the parent, as wrappers and debuggers come between.
fn nextest() -> Option<u32> {
    let mut process = parent_id();
    for _ in 0..8 {
        let (parent, name) = parent_and_name(process)?;
        if name.contains("cargo-nextest") {
            return Some(process);
        }
        process = parent;
    }
    None
}

/// Whether there is a process of that id.
pub(super) fn is_there(process: u32) -> bool {
    parent_and_name(process).is_some()
}

fn parent_and_name(process: u32) -> Option<(u32, String)> {
    // Linux: `12 (name) S 11 …`. `ps` is not on every machine.
    if let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) {
        let (name, rest) = stat.rsplit_once(')')?;
        return Some((rest.split_whitespace().nth(1)?.parse().ok()?, name.to_owned()));
    }
    let ps = Command::new("ps").args(["-o", "ppid=", "-o", "comm=", "-p", &process.to_string()]).output().ok()?;
    let line = String::from_utf8(ps.stdout).ok()?;
    let (parent, name) = line.trim().split_once(' ')?;
    Some((parent.parse().ok()?, name.to_owned()))
}
