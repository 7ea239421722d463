//! The way of docs/partners.md, step by step: from a key to a first query to a webhook that is verified.

use std::{
    io::{BufRead, BufReader, Lines},
    net::TcpListener,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::Value;

use super::fence;
use crate::support::process::{Served, printed, rolegraph};

const PAGE: &str = "docs/partners.md";

/// The service with the demo, and a partner's key.
struct World {
    folder: tempfile::TempDir,
    served: Served,
    key: String,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = rolegraph(folder.path());
        command.env("ROLEGRAPH_DEMO", "true").env("ROLEGRAPH_WEBHOOKS__PRIVATE_ADDRESSES", "true");
        let served = Served::start(&mut command);
        let without = Self { folder, served, key: String::new() };
        let key = without.shell("key", &[]).trim().to_owned();
        Self { key, ..without }
    }

    fn prepared(&self, mut command: Command, more: &[(&str, &str)]) -> Command {
        let binary = rolegraph(Path::new("."));
        let beside = Path::new(binary.get_program()).parent().expect("a folder").display().to_string();
        #[expect(clippy::disallowed_methods, reason = "what a test finds in its environment is no setting of the service")]
        let path = std::env::var("PATH").expect("a path");
        command.current_dir(self.folder.path()).env("PATH", format!("{beside}:{path}"));
        command.env("JOBS_URL", &self.served.url).env("JOBS_KEY", &self.key).envs(more.iter().copied());
        command
    }

    /// What the shell commands under that name print.
    fn shell(&self, name: &str, more: &[(&str, &str)]) -> String {
        let mut shell = Command::new("bash");
        shell.args(["-euo", "pipefail", "-c", &fence(PAGE, &format!("sh {name}"))]).env_remove("ROLEGRAPH_CONFIG");
        printed(&mut self.prepared(shell, more))
    }

    fn json(&self, name: &str, more: &[(&str, &str)]) -> Value {
        serde_json::from_str(&self.shell(name, more)).expect("JSON")
    }

    /// A program under that name in a file.
    fn program(&self, language: &str, name: &str, file: &str) -> Command {
        std::fs::write(self.folder.path().join(file), fence(PAGE, format!("{language} {name}").trim())).expect("written");
        let mut command = Command::new(if language == "js" { "node" } else { "python3" });
        command.arg(file);
        command
    }
}

/// A receiver that runs; killed at the end, whatever happens.
struct Receiver {
    child: Child,
    told: Lines<BufReader<ChildStdout>>,
}

impl Receiver {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it runs");
        let told = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut receiver = Self { child, told };
        assert_eq!(receiver.next(), "listening");
        receiver
    }

    fn next(&mut self) -> String {
        self.told.next().expect("it goes on").expect("readable")
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_partner_comes_from_a_key_to_a_first_query_in_three_languages() {
    let world = World::new();
    assert_eq!(world.json("viewer", &[])["data"]["viewer"]["company"]["slug"], "harbor-pine");
    let answer = world.json("first-query", &[]);
    let jobs = answer["data"]["jobs"]["nodes"].as_array().expect("jobs");
    let line = |job: &Value| {
        let names: Vec<_> =
            job["skills"]["value"].as_array().expect("skills").iter().map(|skill| skill["name"].as_str().expect("a name")).collect();
        format!(
            "{} {} {}\n",
            job["slug"].as_str().expect("a slug"),
            job["skills"]["provenance"]["source"].as_str().expect("a source"),
            names.join(", ")
        )
    };
    let expected: String = jobs.iter().map(line).collect();
    assert_eq!(jobs.len(), 2);
    for (language, file) in [("js", "first.mjs"), ("python", "first.py")] {
        assert_eq!(printed(&mut world.prepared(world.program(language, "first-query", file), &[])), expected, "{language}");
    }
    let all = world.shell("export", &[]);
    assert_eq!(
        (all.as_str(), std::fs::read_to_string(world.folder.path().join("jobs.jsonl")).expect("the file").lines().count()),
        ("", 30)
    );
}

#[test]
fn a_partner_comes_to_a_webhook_that_is_verified_in_two_languages() {
    let world = World::new();
    for (language, verifier, file) in [("js", "genuine.mjs", "receiver.mjs"), ("python", "genuine.py", "receiver.py")] {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|taken| taken.local_addr()).expect("a port").port().to_string();
        let made = world.json("endpoint", &[("RECEIVER_URL", &format!("http://127.0.0.1:{port}/hooks"))]);
        let secret = made["data"]["createWebhookEndpoint"]["secret"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        drop(world.program(language, "", verifier));
        let receiver = world.program(language, "receiver", file);
        let mut receiver = Receiver::start(world.prepared(receiver, &[("PORT", &port), ("WEBHOOK_SECRET", &secret)]));
        let create = r#"{"query": "mutation { createJob(input: {kind: FEATURED_ROLE, title: \"Night Nurse\"}) { job { id } errors { message } } }"}"#;
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--fail", "--header", "Content-Type: application/json", "--data", create]);
        curl.args(["--header", &format!("Authorization: Bearer {}", world.key), &format!("{}/graphql", world.served.url)]);
        let created: Value = serde_json::from_str(&printed(&mut curl)).expect("JSON");
        let id = created["data"]["createJob"]["job"]["id"].as_str().unwrap_or_else(|| panic!("{created}")).to_owned();
        assert_eq!(receiver.next(), format!("job.created {id}"), "{language}");
    }
}
