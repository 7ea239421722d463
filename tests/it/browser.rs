//! The web pages in a real browser, against the real binary with the demo.

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

/// Visits the pages of a fresh demo, with those settings, as a script of `web/e2e` does, which holds when its last line says so.
#[track_caller]
fn visit(script: &str, settings: &[(&str, &str)], flows: &[&str], holds: &str) {
    let ci = set("CI", "true");
    if set("ROLEGRAPH_SKIP_BROWSER", "1") && !ci {
        return;
    }
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let pages = ["console", "graphiql"].map(|page| web.join(format!("dist/{page}/index.html")).exists());
    let built = web.join("node_modules/playwright-core").exists() && pages == [true, true];
    assert!(built, "the web pages are not built: run `make web` first");
    let hint = if ci { "" } else { ", or ROLEGRAPH_SKIP_BROWSER=1 to go without" };
    assert!(found_browser(), "there is no Chromium: install the package chromium, set CHROMIUM_PATH to one{hint}");

    let folder = tempfile::tempdir().expect("a folder");
    let mut command = rolegraph(folder.path());
    command.env("ROLEGRAPH_ADMIN_TOKEN", TOKEN).env("ROLEGRAPH_DEMO", "true").envs(settings.iter().copied());
    let served = Served::start(&mut command);
    let visit = Command::new("node")
        .current_dir(&web)
        .args([script, &served.url, TOKEN])
        .args(flows)
        .stdin(Stdio::null())
        .output()
        .expect("node runs");
    let told = String::from_utf8_lossy(&visit.stdout);
    assert!(visit.status.success(), "{told}{}", String::from_utf8_lossy(&visit.stderr));
    assert!(told.ends_with(holds) && !told.contains("skip"), "{told}");
}

/// The console, with a service that lets nothing through but listed documents where it can: what the console sends is listed.
#[track_caller]
fn visit_console(flows: &[&str]) {
    visit("e2e/console.mjs", &[("ROLEGRAPH_DOCUMENTS__MODE", "enforce")], flows, "The console holds.\n");
}

#[test]
fn graphiql_renders_and_runs_queries_in_a_browser() {
    visit("e2e/graphiql.mjs", &[], &[], "GraphiQL holds.\n");
}

#[test]
fn every_page_of_the_console_is_accessible_in_a_browser() {
    visit_console(&["looks"]);
}

#[test]
fn every_page_of_the_console_can_be_used_at_200_and_400_percent_in_a_browser() {
    visit_console(&["zoom"]);
}

#[test]
fn every_dialog_of_the_console_is_used_with_the_keyboard_alone_in_a_browser() {
    visit_console(&["dialogs"]);
}

#[test]
fn jobs_are_found_and_restored_with_the_console_in_a_browser() {
    visit_console(&["signIn", "jobs", "job"]);
}

#[test]
fn a_hundred_reviews_take_a_hundred_keys_in_a_browser() {
    visit_console(&["reviews"]);
}

#[test]
fn overrides_are_edited_compared_and_rebased_with_the_console_in_a_browser() {
    visit_console(&["edit"]);
}

#[test]
fn many_jobs_runs_keys_and_webhooks_are_managed_with_the_console_in_a_browser() {
    visit_console(&["manage"]);
}

#[test]
fn the_console_sends_nothing_but_listed_documents_in_a_browser() {
    visit_console(&["documents"]);
}
