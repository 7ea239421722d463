//! The GraphQL over HTTP specification, by the audits of the npm package graphql-http, against the running binary.

use std::{path::Path, process::Command};

use crate::support::{
    app::TOKEN,
    process::{Served, rolegraph},
};

#[test]
fn all_sixty_one_audits_of_graphql_over_http_are_held() {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    assert!(web.join("node_modules/graphql-http").exists(), "the audits are not installed: run `make web` first");
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::start(rolegraph(folder.path()).env("ROLEGRAPH_ADMIN_TOKEN", TOKEN).env("ROLEGRAPH_HTTP__EXPLORE", "everybody"));
    let audit = Command::new("node").current_dir(web).args(["e2e/audit.mjs", &served.url]).output().expect("node runs");
    let told = String::from_utf8_lossy(&audit.stdout);
    assert!(audit.status.success() && told.trim_end().ends_with("61 of 61"), "{told}{}", String::from_utf8_lossy(&audit.stderr));
}
