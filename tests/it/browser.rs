//! The web pages in a real browser, against the real binary with the demo.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::support::process::{Served, printed, rolegraph};

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

/// The folder of the pages, built and with a browser to open them; none where tests are to go without.
#[track_caller]
fn web() -> Option<PathBuf> {
    let ci = set("CI", "true");
    if set("ROLEGRAPH_SKIP_BROWSER", "1") && !ci {
        return None;
    }
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let pages = ["console", "graphiql"].map(|page| web.join(format!("dist/{page}/index.html")).exists());
    let built = web.join("node_modules/playwright-core").exists() && pages == [true, true];
    assert!(built, "the web pages are not built: run `make web` first");
    let hint = if ci { "" } else { ", or ROLEGRAPH_SKIP_BROWSER=1 to go without" };
    assert!(found_browser(), "there is no Chromium: install the package chromium, set CHROMIUM_PATH to one{hint}");
    Some(web)
}

/// Visits the pages of the service in that folder as a script of `web/e2e` does, which holds when its last line says so. Both are
/// told the settings. Answers what the script says.
#[track_caller]
fn visit_in(folder: &Path, web: &Path, script: &str, settings: &[(&str, &str)], flows: &[&str], holds: &str) -> String {
    let mut command = rolegraph(folder);
    command.env("ROLEGRAPH_ADMIN_TOKEN", TOKEN).envs(settings.iter().copied());
    let served = Served::start(&mut command);
    let mut visit = Command::new("node");
    visit.current_dir(web).args([script, &served.url, TOKEN]).args(flows).envs(settings.iter().copied());
    let visit = visit.stdin(Stdio::null()).output().expect("node runs");
    let told = String::from_utf8_lossy(&visit.stdout);
    assert!(visit.status.success(), "{told}{}", String::from_utf8_lossy(&visit.stderr));
    assert!(told.ends_with(holds) && !told.contains("skip"), "{told}");
    told.into_owned()
}

const DEMO: (&str, &str) = ("ROLEGRAPH_DEMO", "true");
/// Nothing goes through but listed documents, where that can be had: what the console sends is listed.
const LISTED: (&str, &str) = ("ROLEGRAPH_DOCUMENTS__MODE", "enforce");

/// The console with a fresh demo.
#[track_caller]
fn visit_console(flows: &[&str]) {
    let Some(web) = web() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    visit_in(folder.path(), &web, "e2e/console.mjs", &[DEMO, LISTED], flows, "The console holds.\n");
}

/// So many jobs are imported at once.
const A_FILE: usize = 20_000;

/// The console's list of so many jobs, scrolled for so many rows.
#[track_caller]
#[expect(clippy::print_stderr, reason = "the figures are what it is run for")]
fn scroll(jobs: usize, rows: usize) {
    let Some(web) = web() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    for first in (0..jobs).step_by(A_FILE) {
        let lines = (first..jobs.min(first + A_FILE)).map(|place| format!("OCCUPATION,Web Developers of place {place:06},15-1254\n"));
        let file: String = std::iter::once("kind,title,socCode\n".to_owned()).chain(lines).collect();
        std::fs::write(folder.path().join("jobs.csv"), file).expect("written");
        printed(rolegraph(folder.path()).args(["jobs", "import", "jobs.csv"]));
    }
    let rows = rows.to_string();
    let told = visit_in(folder.path(), &web, "e2e/console.mjs", &[LISTED, ("SCROLL_ROWS", &rows)], &["scroll"], "The console holds.\n");
    eprintln!("{told}");
}

#[test]
fn graphiql_renders_and_runs_queries_in_a_browser() {
    let Some(web) = web() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    visit_in(folder.path(), &web, "e2e/graphiql.mjs", &[DEMO], &[], "GraphiQL holds.\n");
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

#[test]
fn twenty_thousand_jobs_are_scrolled_with_the_console_in_a_browser() {
    scroll(20_000, 5_000);
}

/// Not a part of the suite: it takes minutes. `cargo nextest run --run-ignored only -E 'test(/hundred_thousand_jobs_are/)' --no-capture`.
#[test]
#[ignore = "it takes minutes"]
fn a_hundred_thousand_jobs_are_scrolled_with_the_console_in_a_browser() {
    scroll(100_000, 100_000);
}
