//! `rolegraph runs`, and an `enrich` that is stopped.

use std::{
    io::Read,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{folder, run, three_jobs};
use crate::support::process::{printed, refused};

fn read(command: &mut Command) -> Value {
    serde_json::from_str(&printed(command)).expect("JSON")
}

#[test]
fn runs_are_listed_shown_and_resumed_when_they_are_over() {
    let folder = folder();
    let at = folder.path();
    assert_eq!(read(&mut run(at, &["runs", "list", "--json"])), json!([]));
    three_jobs(at);
    printed(&mut run(at, &["jobs", "import", "jobs.json"]));
    let output = run(at, &["enrich", "--all"]).output().expect("the binary runs");
    assert_eq!((output.status.success(), String::from_utf8_lossy(&output.stderr).as_ref()), (true, ""), "no bar without a terminal");

    let runs = read(&mut run(at, &["runs", "list", "--json"]));
    let runs = runs.as_array().expect("runs");
    assert_eq!(runs.len(), 2, "of the import and of the command");
    assert!(runs[0]["createdAt"].as_str() > runs[1]["createdAt"].as_str(), "the youngest first");
    assert_eq!(
        (&runs[0]["status"], &runs[0]["total"], &runs[0]["done"], &runs[0]["failed"]),
        (&json!("COMPLETE"), &json!(3), &json!(3), &json!(0))
    );
    assert!(runs[0]["seconds"].as_f64().is_some_and(|seconds| (0.0..60.0).contains(&seconds)), "{}", runs[0]);
    let id = runs[0]["id"].as_str().expect("an id").to_owned();
    let table = printed(&mut run(at, &["runs"]));
    assert!(table.contains(&id) && table.contains("| COMPLETE |"), "{table}");
    assert_eq!(read(&mut run(at, &["runs", "list", "--latest", "1", "--json"])).as_array().map(Vec::len), Some(1));

    let told = printed(&mut run(at, &["runs", "show", &id]));
    assert!(told.starts_with(&format!("Run {id}, asked for at 20")) && told.contains("| UNCHANGED     |"), "{told}");
    let api_id = crate::support::app::node_id("EnrichmentRun", &id);
    assert_eq!(read(&mut run(at, &["runs", "show", &api_id, "--json"]))["outcomes"], json!({ "NOT_AVAILABLE": 4, "UNCHANGED": 29 }));
    let resumed = printed(&mut run(at, &["enrich", "--resume", &id]));
    assert!(resumed.ends_with("3 jobs, 0 with a field that could not be asked for: COMPLETE.\n"), "{resumed}");

    assert!(refused(&mut run(at, &["runs", "cancel", &id])).contains("The run is over already."));
    assert!(refused(&mut run(at, &["runs", "show", "nothing"])).contains("`nothing` is no id of a run"));
    let nobody = "00000000-0000-7000-8000-000000000000";
    assert!(refused(&mut run(at, &["runs", "show", nobody])).contains(&format!("there is no run {nobody}")));
    assert!(refused(&mut run(at, &["enrich", "--resume", &id, "--all"])).contains("cannot be used with"));
}

/// Enriches with a provider that is that address.
fn enrich_from(at: &Path, address: &str) -> Command {
    let mut command = run(at, &["enrich", "--all", "--force"]);
    command
        .env("ROLEGRAPH_PROVIDERS__CAREERONESTOP__BASE_URL", format!("http://{address}"))
        .env("ROLEGRAPH_PROVIDERS__CAREERONESTOP__USER_ID", "user")
        .env("ROLEGRAPH_PROVIDERS__CAREERONESTOP__TOKEN", "token");
    command
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

#[test]
fn an_interrupted_run_is_kept_and_says_how_to_go_on() {
    let folder = folder();
    let at = folder.path();
    three_jobs(at);
    printed(&mut run(at, &["jobs", "import", "jobs.json"]));
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address").to_string();
    let mut child = enrich_from(at, &address).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let (_held, _) = silent.accept().expect("the provider is asked");
    interrupt(&child);
    std::thread::sleep(Duration::from_millis(500));
    assert!(child.try_wait().expect("a child").is_none(), "it ends with what it has begun");
    let begin = Instant::now();
    interrupt(&child);
    assert!(!child.wait().expect("it ends").success());
    assert!(begin.elapsed() < Duration::from_secs(5), "asked twice it ends at once");
    let mut told = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut told).expect("text");

    let runs = read(&mut run(at, &["runs", "list", "--json"]));
    let id = runs[0]["id"].as_str().expect("an id");
    let expected = format!(
        "rolegraph: stopped, with 0 of 3 jobs done. The run is kept, and workers (rolegraph serve, rolegraph work) go on with it.\n\
         To go on here: rolegraph enrich --resume {id}\nTo call it off: rolegraph runs cancel {id}\n"
    );
    assert_eq!((told, &runs[0]["status"]), (expected, &json!("QUEUED")));
    assert_eq!(printed(&mut run(at, &["runs", "cancel", id])), format!("Run {id} is called off: 0 of 3 jobs were done.\n"));
    assert_eq!(read(&mut run(at, &["runs", "show", id, "--json"]))["status"], "CANCELLED");
}

#[test]
fn failures_are_shown_with_their_reasons() {
    let folder = folder();
    let at = folder.path();
    three_jobs(at);
    printed(&mut run(at, &["jobs", "import", "jobs.json"]));
    // Six tries, each later than the one before, are more than a test waits for.
    let mut child = enrich_from(at, "127.0.0.1:1").stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
    let failed = |at: &Path| read(&mut run(at, &["runs", "list", "--latest", "1", "--json"]))[0]["id"].as_str().map(str::to_owned);
    let begin = Instant::now();
    let told = loop {
        let id = failed(at).expect("a run");
        let told = read(&mut run(at, &["runs", "show", &id, "--json"]));
        if told["failures"].as_array().is_some_and(|failures| !failures.is_empty()) {
            break told;
        }
        assert!(begin.elapsed() < Duration::from_mins(1), "{told}");
        std::thread::sleep(Duration::from_millis(200));
    };
    interrupt(&child);
    child.wait().expect("it ends");
    let failures = told["failures"].as_array().expect("failures");
    let skills = failures.iter().find(|failure| failure["field"] == "SKILLS").unwrap_or_else(|| panic!("{told}"));
    assert_eq!((&skills["job"], &skills["provider"]), (&json!("data-scientists"), &json!("careeronestop")));
    assert!(skills["message"].as_str().is_some_and(|why| why.starts_with("careeronestop: occupation: not available")), "{skills}");
    let table = printed(&mut run(at, &["runs", "show", told["id"].as_str().expect("an id")]));
    assert!(table.contains("| data-scientists | SKILLS ") && table.contains("| why "), "{table}");
}
