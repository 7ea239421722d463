//! Locks between the processes of a run.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{Unavailable, cluster, external, runner, server_url};

/// A lock held by this thread, until it is dropped or the process ends. It remembers, for the run, whether its work is done.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Waits for the lock called `name`.
    pub(super) fn take(name: &str) -> Result<Self, Unavailable> {
        Self::at(&folder()?.join(format!("{name}.lock")))
    }

    /// Waits for the lock that is the file `path`, made when it is not there.
    pub(super) fn at(path: &Path) -> Result<Self, Unavailable> {
        File::options()
            .create(true)
            .append(true)
            .read(true)
            .open(path)
            .and_then(|file| file.lock().map(|()| Self { file, path: path.to_owned() }))
            .map_err(Unavailable::io(format_args!("the lock {}", path.display())))
    }

    pub(super) fn is_done(&self) -> Result<bool, Unavailable> {
        let mut text = String::new();
        (&self.file).read_to_string(&mut text).map_err(self.failed())?;
        Ok(!text.is_empty())
    }

    pub(super) fn set_done(&self) -> Result<(), Unavailable> {
        (&self.file).write_all(b"done\n").map_err(self.failed())
    }

    fn failed(&self) -> impl FnOnce(std::io::Error) -> Unavailable {
        Unavailable::io(format!("the lock {}", self.path.display()))
    }
}

/// Where this run's locks are: with its cluster, which goes away, or for a server of others in the build's temporary folder,
/// where small files stay until `cargo clean`.
fn folder() -> Result<PathBuf, Unavailable> {
    server_url()?;
    let runner = runner::get()?;
    if external().is_none() {
        return cluster::folder(runner);
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres-locks").join(&runner.run);
    fs::create_dir_all(&folder).map_err(Unavailable::io(folder.display()))?;
    Ok(folder)
}
