//! GraphiQL in a real browser, against the real binary with the demo.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::support::process::{Served, rolegraph};

const TOKEN: &str = "a-token-for-the-browser";

/// Is that variable set to that?
fn set(name: &str, to: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| value == to)
}

fn found_browser() -> bool {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let given = std::env::var_os("CHROMIUM_PATH").is_some_and(|path| Path::new(&path).exists());
    given || names.iter().any(|name| Path::new("/usr/bin").join(name).exists())
}

#[test]
fn graphiql_renders_and_runs_queries_in_a_browser() {
    let ci = set("CI", "true");
    if set("ROLEGRAPH_SKIP_BROWSER", "1") && !ci {
        return;
    }
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let built = web.join("node_modules/playwright-core").exists() && web.join("dist/graphiql/index.html").exists();
    assert!(built, "GraphiQL is not built: run `make web` first");
    let hint = if ci { "" } else { ", or ROLEGRAPH_SKIP_BROWSER=1 to go without" };
    assert!(found_browser(), "there is no Chromium: install the package chromium, set CHROMIUM_PATH to one{hint}");

    let folder = tempfile::tempdir().expect("a folder");
    let mut command = rolegraph(folder.path());
    command.env("ROLEGRAPH_ADMIN_TOKEN", TOKEN).env("ROLEGRAPH_DEMO", "true");
    let served = Served::start(&mut command);
    let visit = Command::new("node")
        .current_dir(&web)
        .args(["e2e/graphiql.mjs", &served.url, TOKEN])
        .stdin(Stdio::null())
        .output()
        .expect("node runs");
    let told = String::from_utf8_lossy(&visit.stdout);
    assert!(visit.status.success(), "{told}{}", String::from_utf8_lossy(&visit.stderr));
    assert!(told.ends_with("GraphiQL holds.\n") && !told.contains("skip"), "{told}");
}
