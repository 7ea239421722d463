//! Subscriptions as the npm clients graphql-ws and graphql-sse see them.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use rolegraph::http::AdminToken;
use tokio::{net::TcpListener, sync::oneshot};

use crate::support::{
    TestApp,
    app::TOKEN,
    on_both_databases,
    process::{Served, rolegraph},
};

fn web() -> PathBuf {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let installed = ["graphql-ws", "graphql-sse", "ws"].iter().all(|name| web.join("node_modules").join(name).exists());
    assert!(installed, "the clients are not installed: run `make web` first");
    web
}

fn script(mode: &str, url: &str) -> Command {
    let mut command = Command::new("node");
    command.current_dir(web()).args(["e2e/live.mjs", mode, url, TOKEN]);
    command
}

/// The script under way; killed at the end, whatever happens.
pub(crate) struct Client {
    child: Child,
    told: BufReader<ChildStdout>,
}

impl Client {
    pub(crate) fn start(mode: &str, url: &str) -> Self {
        let mut child = script(mode, url).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("node runs");
        let told = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, told }
    }

    /// Lets it go on.
    pub(crate) fn go_on(&mut self) {
        self.child.stdin.as_mut().expect("piped").write_all(b"go\n").expect("written");
    }

    /// Reads until it says that.
    pub(crate) fn wait_for(&mut self, word: &str) {
        let (mut line, mut all) = (String::new(), String::new());
        while self.told.read_line(&mut line).expect("readable") > 0 {
            if line.trim() == word {
                return;
            }
            all.push_str(&line);
            line.clear();
        }
        panic!("it never says {word}:\n{all}");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn service(folder: &Path) -> Served {
    Served::start(rolegraph(folder).env("ROLEGRAPH_ADMIN_TOKEN", TOKEN))
}

#[test]
fn the_npm_clients_get_what_their_protocols_promise() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = service(folder.path());
    let output = script("protocol", &served.url).stdin(Stdio::null()).output().expect("node runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.ends_with("Live holds.\n"), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(told.matches("ok  ").count(), 41, "{told}");
}

#[test]
fn a_service_with_subscribers_stops_when_it_is_told_to_and_says_goodbye() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = service(folder.path());
    let mut client = Client::start("hold", &served.url);
    client.wait_for("open");
    let (status, after) = served.terminate();
    assert!(status.success(), "{status}");
    assert!(after < Duration::from_secs(8), "it took {after:?} to stop");
    client.wait_for("Live holds.");
}

async fn until_subscribers(app: &TestApp, count: usize) {
    for _ in 0..400 {
        if app.service().subscribers() == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("there are {} subscribers, not {count}", app.service().subscribers());
}

on_both_databases! {
    async fn what_a_client_cancels_or_leaves_behind_is_freed(app: TestApp) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = app.app.clone();
        let served = tokio::spawn(async move { serving.serve(listener, AdminToken::new(TOKEN), async move { drop(stopped.await) }).await });
        let mut client = open(&url).await;
        until_subscribers(&app, 6).await;
        client.go_on();
        until_subscribers(&app, 0).await;
        let client = tokio::task::spawn_blocking(move || { client.wait_for("cancelled"); client }).await.expect("it is told");
        drop(client);

        let killed = open(&url).await;
        until_subscribers(&app, 6).await;
        drop(killed);
        // Who goes without a word is noticed when there is something to tell, or by the next ping.
        until_subscribers(&app, 0).await;
        drop(stop);
        served.await.expect("it ends");
    }
}

/// A client that has opened its subscriptions.
async fn open(url: &str) -> Client {
    let url = url.to_owned();
    let started = tokio::task::spawn_blocking(move || {
        let mut client = Client::start("cancel", &url);
        client.wait_for("open");
        client
    });
    started.await.expect("it is open")
}
