//! Who runs the server: PostgreSQL refuses root.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::Unavailable;

/// The account that runs the server and owns its folder.
#[derive(Debug)]
pub(super) enum Account {
    /// The tests' own.
    Own,
    /// An unprivileged one, because the tests run as root.
    Other { user: u32, group: u32 },
}

impl Account {
    /// The tests' own account; for root `postgres` where it exists, else `nobody`.
    pub(super) fn find() -> Result<Self, Unavailable> {
        let own = tempfile::tempfile().and_then(|file| file.metadata()).map_err(Unavailable::io("no temporary file can be made"))?;
        if own.uid() != 0 {
            return Ok(Self::Own);
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| Some(Self::Other { user: id("-u", name)?, group: id("-g", name)? }))
            .ok_or_else(|| Unavailable::new("PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`"))
    }

    /// A command that runs as this account, in none of the caller's further groups.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Self::Other { user, group } = *self {
            command.uid(user).gid(group);
        }
        command
    }

    /// Gives `path` to this account.
    pub(super) fn own(&self, path: &Path) -> Result<(), Unavailable> {
        match *self {
            Self::Own => Ok(()),
            Self::Other { user, group } => chown(path, Some(user), Some(group)).map_err(Unavailable::io(format_args!(
                "root cannot give {} to the account that would run PostgreSQL (set TEST_POSTGRES_URL, or run the tests as another user)",
                path.display()
            ))),
        }
    }

    /// Can this account get to `folder`?
    pub(super) fn reaches(&self, folder: &Path) -> bool {
        matches!(self, Self::Own) || folder.ancestors().all(|part| allows_others(part, 0o001))
    }

    /// Can this account make and remove things in `folder`?
    pub(super) fn writes_to(&self, folder: &Path) -> bool {
        matches!(self, Self::Own) || (self.reaches(folder) && allows_others(folder, 0o002))
    }
}

fn allows_others(path: &Path, what: u32) -> bool {
    path.metadata().is_ok_and(|meta| meta.mode() & what != 0)
}

/// What `id -u` or `id -g` knows of the user `name`.
fn id(kind: &str, name: &str) -> Option<u32> {
    let output = ["id", "/usr/bin/id"].into_iter().find_map(|id| Command::new(id).args([kind, name]).output().ok())?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
