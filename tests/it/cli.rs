//! The real binary, as it is typed.

mod runs;
mod skills;

use std::{fs, path::Path, process::Command, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::process::{Served, printed, refused, rolegraph, text};

/// A folder with a database of its own: the default one, beside which the binary is started.
fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn run(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = rolegraph(folder);
    command.args(arguments);
    command
}

/// Three jobs, as a file.
fn three_jobs(folder: &Path) {
    let jobs = json!([
        { "kind": "OCCUPATION", "title": "Registered Nurses", "socCode": "29-1141" },
        { "kind": "OCCUPATION", "title": "Data Scientists", "socCode": "15-2051" },
        { "kind": "FEATURED_ROLE", "title": "Night Nurse", "company": "acme", "socCode": "29-1141" }
    ]);
    fs::write(folder.join("jobs.json"), jobs.to_string()).expect("written");
}

#[test]
fn schema_prints_the_api_and_needs_no_database() {
    let folder = folder();
    assert_eq!(printed(&mut run(folder.path(), &["schema"])), rolegraph::graphql::sdl());
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0, "nothing is left behind");
}

#[test]
fn config_prints_what_holds_and_where_it_comes_from_and_no_secret() {
    let folder = folder();
    fs::write(folder.path().join("mine.toml"), "[log]\nfilter = \"debug\"\n").expect("written");
    let mut command = run(folder.path(), &["config", "--config", "mine.toml", "--database-url", "postgres://me:hunter2@db.example/jobs"]);
    command.env("ROLEGRAPH_ADMIN_TOKEN", "a-very-secret-token").env("ROLEGRAPH_LIMITS__DEPTH", "9");
    let told = printed(&mut command);
    let row = |key: &str| told.lines().find(|line| line.contains(key)).unwrap_or_else(|| panic!("{key} is not told:\n{told}"));
    assert!(row("log.filter").contains("debug") && row("log.filter").contains("mine.toml"), "{told}");
    assert!(row("limits.depth").contains('9') && row("limits.depth").contains("ROLEGRAPH_LIMITS__DEPTH"), "{told}");
    assert!(row("listen").contains("127.0.0.1:8080") && row("listen").contains("default"), "{told}");
    assert!(row("database_url").contains("db.example"), "{told}");
    assert!(!told.contains("a-very-secret-token") && !told.contains("hunter2"), "{told}");
    assert!(row("admin_token").contains("ROLEGRAPH_ADMIN_TOKEN"), "{told}");
}

#[test]
fn what_is_mistyped_is_refused_with_the_nearest_known() {
    let folder = folder();
    let told = refused(run(folder.path(), &["config"]).env("ROLEGRAPH_LIMITS__DEPHT", "9"));
    assert!(told.contains("`ROLEGRAPH_LIMITS__DEPHT` is not a setting; the nearest is `ROLEGRAPH_LIMITS__DEPTH`"), "{told}");
    fs::write(folder.path().join("bad.toml"), "lisen = \"127.0.0.1:1\"\n").expect("written");
    let told = refused(&mut run(folder.path(), &["config", "--config", "bad.toml"]));
    assert!(told.contains("lisen") && told.contains("listen") && told.contains("bad.toml"), "{told}");
    let told = refused(run(folder.path(), &["serve"]).env("ROLEGRAPH_LISTEN", "everywhere"));
    assert!(told.contains("everywhere") && told.contains("listen"), "{told}");
    let told = refused(&mut run(folder.path(), &["config", "--config", "nowhere.toml"]));
    assert!(told.contains("nowhere.toml"), "{told}");
    let told = refused(&mut run(folder.path(), &["serve", "--dmeo"]));
    assert!(told.contains("--dmeo") && told.contains("--demo"), "{told}");
    let told = refused(&mut run(folder.path(), &["serv"]));
    assert!(told.contains("serve"), "{told}");
    assert!(!folder.path().join("rolegraph.db").exists());
}

#[test]
fn jobs_are_imported_enriched_reported_and_exported() {
    let folder = folder();
    let at = folder.path();
    three_jobs(at);
    assert_eq!(printed(&mut run(at, &["migrate"])), "The schema is up to date.\n");
    assert_eq!(printed(&mut run(at, &["jobs", "import", "jobs.json"])), "3 jobs added, 0 were there already; 1 companies added.\n");
    assert_eq!(printed(&mut run(at, &["jobs", "import", "jobs.json"])), "0 jobs added, 3 were there already; 0 companies added.\n");

    let report: Value = serde_json::from_str(&printed(&mut run(at, &["coverage", "--kind", "occupation", "--json"]))).expect("JSON");
    assert_eq!((&report["jobs"], report["fields"].as_array().map(Vec::len)), (&json!(2), Some(11)));
    let by_source = json!([{ "source": "ONET", "count": 1 }, { "source": "AI", "count": 1 }]);
    let skills =
        json!({ "field": "SKILLS", "total": 2, "filled": 2, "percent": 100.0, "sourcedPercent": 50.0, "stale": 0, "bySource": by_source });
    assert!(report["fields"].as_array().expect("fields").contains(&skills), "{report}");
    assert_eq!((&report["percent"], &report["sourcedPercent"], &report["gaps"]), (&json!(100.0), &json!(86.36), &json!([])));
    let roles: Value = serde_json::from_str(&printed(&mut run(at, &["coverage", "--kind", "featured-role", "--json"]))).expect("JSON");
    assert_eq!((&roles["jobs"], &roles["sourcedPercent"]), (&json!(1), &json!(0.0)));
    let gap = json!({ "job": "night-nurse", "field": "WAGES", "reason": "The SOC code 29-1141.00 is in review, not approved: the job inherits nothing yet.",
        "remedy": "Approve a SOC code, or override the field." });
    assert!(roles["gaps"].as_array().expect("gaps").contains(&gap), "{roles}");
    let table = printed(&mut run(at, &["coverage"]));
    assert!(
        table.contains("| SKILLS ")
            && table.contains("\nnight-nurse: OUTLOOK, WAGES\n  The SOC code 29-1141.00 is in review, not approved: "),
        "{table}"
    );

    let summary = printed(&mut run(at, &["enrich", "--all"]));
    assert!(
        summary.contains("UNCHANGED") && summary.ends_with("3 jobs, 0 with a field that could not be asked for: COMPLETE.\n"),
        "{summary}"
    );
    let forced = printed(&mut run(at, &["enrich", "--slug", "registered-nurses", "--force"]));
    assert!(forced.ends_with("1 jobs, 0 with a field that could not be asked for: COMPLETE.\n"), "{forced}");
    assert!(refused(&mut run(at, &["enrich"])).contains("say which jobs: --all, --kind, --slug or --stale; or which run"));
    assert!(refused(&mut run(at, &["enrich", "--slug", "nobody"])).contains("lets no job through"));

    let exported = printed(&mut run(at, &["jobs", "export"]));
    assert_eq!(printed(&mut run(at, &["jobs", "export", "out.csv"])), "");
    let other = self::folder();
    fs::write(other.path().join("in.json"), &exported).expect("written");
    printed(&mut run(other.path(), &["jobs", "import", "in.json"]));
    assert_eq!(printed(&mut run(other.path(), &["jobs", "export"])), exported);
    printed(&mut run(other.path(), &["jobs", "export", "out.csv"]));
    assert_eq!(text(&other.path().join("out.csv")), text(&at.join("out.csv")));
}

#[test]
fn how_good_drafts_are_is_measured_without_a_database() {
    let folder = folder();
    let told = printed(&mut run(folder.path(), &["eval", "assist", "--field", "education"]));
    let docs = text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/assistant.md"));
    let rows: Vec<_> = told.lines().filter(|line| line.contains("| education |")).collect();
    assert_eq!(rows.len(), 2, "{told}");
    assert!(rows.iter().all(|row| docs.contains(row)), "docs/assistant.md says something else than {told}");
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0, "nothing is left behind");
    let refused = refused(&mut run(folder.path(), &["eval", "assist", "--field", "wages"]));
    assert!(refused.contains("the fields that may be drafted are coreResponsibilities, tasks"), "{refused}");
}

#[test]
fn a_file_of_jobs_that_is_wrong_imports_nothing() {
    let folder = folder();
    let at = folder.path();
    fs::write(at.join("jobs.csv"), "kind,title,socCode\nOCCUPATION,Cook,\nOCCUPATION,,\nOCCUPATION,Chef,15-1259\n").expect("written");
    let told = refused(&mut run(at, &["jobs", "import", "jobs.csv"]));
    assert!(told.starts_with("rolegraph: nothing was imported from jobs.csv:\n  jobs.1.title: A title has 1 to 200 characters"), "{told}");
    assert!(told.contains("jobs.2.socCode: There is no occupation 15-1259") && told.contains("15-1252.00"), "{told}");
    fs::write(at.join("jobs.csv"), "kind,title\nOCCUPATION,Cook\noccupation,Chef\n").expect("written");
    let told = refused(&mut run(at, &["jobs", "import", "jobs.csv"]));
    assert!(told.contains("jobs.csv: line 3: column `kind`"), "{told}");
    assert!(refused(&mut run(at, &["jobs", "import", "jobs.txt"])).contains("neither in .json nor in .csv"));
    assert!(refused(&mut run(at, &["jobs", "import", "nothing.csv"])).contains("nothing.csv"));
    assert_eq!(printed(&mut run(at, &["jobs", "export"])), "[]\n");
}

#[test]
fn a_service_is_asked_after_its_health_and_stops_when_it_is_told_to() {
    let folder = folder();
    let served = Served::start(&mut rolegraph(folder.path()));
    assert!(served.token.as_ref().is_some_and(|token| token.len() == 32), "a random token is printed once");
    let address = served.address().to_owned();
    assert_eq!(printed(run(folder.path(), &["health"]).env("ROLEGRAPH_LISTEN", &address)), "");
    let (status, after) = served.terminate();
    assert!(status.success(), "{status}");
    assert!(after < Duration::from_secs(8), "it took {after:?} to stop");
    let told = refused(run(folder.path(), &["health"]).env("ROLEGRAPH_LISTEN", &address));
    assert!(told.contains(&address), "{told}");
}

#[test]
fn a_token_that_is_set_is_not_printed() {
    let folder = folder();
    let mut command = rolegraph(folder.path());
    command.env("ROLEGRAPH_ADMIN_TOKEN", "a-very-secret-token");
    let served = Served::start(&mut command);
    assert_eq!(served.token, None);
    let busy = refused(run(folder.path(), &["serve", "--listen", served.address()]).env("ROLEGRAPH_LOG__FILTER", "error"));
    assert!(busy.contains(&format!("cannot listen on {}", served.address())), "{busy}");
}

#[test]
fn data_show_tells_the_releases_in_force() {
    let folder = folder();
    let told = printed(&mut run(folder.path(), &["data", "show"]));
    assert!(told.contains("Task Statements: O*NET 30.0, 18797 rows\n"), "{told}");
    let told = refused(&mut run(folder.path(), &["data", "import", "nowhere"]));
    assert!(told.contains("nowhere"), "{told}");
}
