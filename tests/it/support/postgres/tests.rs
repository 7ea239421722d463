//! What the support promises.

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use super::runner::{self, Runner};
use super::{cluster, external, fresh_name, shared_name, with_database};

#[test]
fn the_database_replaces_the_path_and_nothing_else() {
    for (url, expected) in [
        ("postgres://me:pw@127.0.0.1:5", "postgres://me:pw@127.0.0.1:5/new"),
        ("postgres://me@host/", "postgres://me@host/new"),
        ("postgres://host/old?sslmode=require", "postgres://host/new?sslmode=require"),
        ("postgres:///old?host=/run/postgresql", "postgres:///new?host=/run/postgresql"),
    ] {
        assert_eq!(with_database(url, "new"), expected);
    }
}

#[test]
fn names_are_shared_or_fresh_and_fit_postgresql() {
    let label = "Everything with a gap, and more than that";
    assert_eq!(shared_name(label).unwrap(), shared_name(label).unwrap());
    assert_ne!(fresh_name(label).unwrap(), fresh_name(label).unwrap());
    assert!(shared_name(label).unwrap().starts_with("rolegraph_everything_with_a_gap__a_"));
    assert!(fresh_name(label).unwrap().len() <= 63);
}

#[test]
fn a_killed_runner_leaves_neither_server_nor_folder() {
    if external().is_some() {
        return; // this machine need not be able to start one
    }
    let mut process = Command::new("sleep").arg("600").spawn().unwrap();
    let runner = Runner { process: process.id(), run: runner::random().unwrap() };
    let url = cluster::url(&runner).unwrap();
    let folder = cluster::folder(&runner).unwrap();
    let (_, address) = url.rsplit_once('@').unwrap();
    assert!(TcpStream::connect(address).is_ok());
    assert_eq!(cluster::url(&runner).unwrap(), url);

    process.kill().unwrap(); // and not waited for: a dead process that still has its id counts as gone
    assert!(disappears(&folder), "{} is still there", folder.display());
    assert!(TcpStream::connect(address).is_err());
    process.wait().unwrap();
}

fn disappears(path: &Path) -> bool {
    (0..300).any(|_| {
        thread::sleep(Duration::from_millis(100));
        !path.exists()
    })
}
