//! Backup and restore, by the commands of docs/operations.md.

use std::{
    path::Path,
    process::{Command, Output},
};

use crate::support::{
    database::{Dialect, TestDatabase},
    process::{Served, printed, refused, rolegraph},
};

/// The commands under that name in docs/operations.md.
fn commands(name: &str) -> String {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md")).expect("the page");
    let (_, rest) = page.split_once(&format!("```sh {name}\n")).unwrap_or_else(|| panic!("no {name}"));
    rest.split_once("```").expect("an end").0.to_owned()
}

/// Runs the commands in a folder, with the binary in the path.
fn run(folder: &Path, name: &str, variables: &[(&str, &str)]) -> Output {
    let binary = rolegraph(folder);
    let beside = Path::new(binary.get_program()).parent().expect("a folder");
    let path = format!("{}:/usr/bin:/bin:/usr/local/bin", beside.display());
    let mut shell = Command::new("bash");
    shell.current_dir(folder).args(["-euo", "pipefail", "-c", &commands(name)]).env_clear().env("PATH", path);
    shell.envs(variables.iter().copied()).output().expect("bash runs")
}

fn well(output: &Output) {
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}

/// All jobs with all that is told of them.
fn everything(folder: &Path, database: &str) -> String {
    printed(rolegraph(folder).env("ROLEGRAPH_DATABASE_URL", database).arg("export"))
}

#[test]
fn a_backup_of_a_running_service_on_sqlite_is_restored_with_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::start(rolegraph(folder.path()).env("ROLEGRAPH_DEMO", "true"));
    well(&run(folder.path(), "backup-sqlite", &[]));
    let again = refused(rolegraph(folder.path()).args(["backup", "--to", "backup.db"]));
    assert!(again.contains("backup.db is there already"), "{again}");
    drop(served);
    let before = everything(folder.path(), "sqlite://rolegraph.db");
    std::fs::write(folder.path().join("rolegraph.db"), "ruined").expect("written");
    well(&run(folder.path(), "restore-sqlite", &[]));
    assert_eq!(everything(folder.path(), "sqlite://rolegraph.db"), before);
    assert_eq!(before.lines().count(), 38);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dump_of_a_running_service_on_postgres_is_restored_with_everything() {
    assert!(Command::new("pg_dump").arg("--version").output().is_ok(), "there is no pg_dump: install the package postgresql");
    let (database, empty) = (TestDatabase::new(Dialect::Postgres, false).await, TestDatabase::new(Dialect::Postgres, false).await);
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (database.url.clone(), empty.url.clone());
    let restored = tokio::task::spawn_blocking(move || {
        let served = Served::start(rolegraph(folder.path()).env("ROLEGRAPH_DEMO", "true").env("ROLEGRAPH_DATABASE_URL", &from));
        well(&run(folder.path(), "backup-postgres", &[("DATABASE", &from)]));
        drop(served);
        let elsewhere = refused(rolegraph(folder.path()).env("ROLEGRAPH_DATABASE_URL", &from).args(["backup", "--to", "backup.db"]));
        assert!(elsewhere.contains("pg_dump"), "{elsewhere}");
        well(&run(folder.path(), "restore-postgres", &[("NEW_DATABASE", &to)]));
        (everything(folder.path(), &from), everything(folder.path(), &to))
    });
    let (before, after) = restored.await.expect("it ran");
    assert_eq!(after, before);
    assert_eq!(before.lines().count(), 38);
}
