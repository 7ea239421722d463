//! Tests that hold the house: who may use whom, how large files may be, what may stand in them.

mod files;
mod source;

use files::{File, all, read, root};
use source::{declared_modules, identifiers, used_modules};

/// Who may use whom among the modules of `src/`. ARCHITECTURE.md says the same in words.
const LAYERS: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("config", &["domain"]),
    ("metrics", &["domain"]),
    ("net", &["config", "metrics"]),
    ("store", &["domain", "metrics"]),
    ("providers", &["domain", "config", "net", "metrics"]),
    ("loaders", &["domain", "store", "providers", "metrics"]),
    ("service", &["domain", "config", "store", "providers", "loaders", "net", "metrics"]),
    ("graphql", &["domain", "service", "loaders"]),
    ("work", &["domain", "service", "store", "metrics"]),
    ("telemetry", &["config", "net"]),
    ("http", &["domain", "config", "service", "graphql", "metrics", "telemetry"]),
];

/// The modules that put the parts together and may use all of them.
const ROOTS: [&str; 4] = ["lib", "main", "app", "cli"];

/// The crates that only some modules may name.
const CRATES: [(&str, &[&str]); 6] = [
    ("sea_orm", &["store", "app"]),
    ("rolegraph_entity", &["store", "app"]),
    ("rolegraph_migration", &["store", "app"]),
    ("rolegraph_soc", &["domain"]),
    ("reqwest", &["net"]),
    ("async_graphql", &["graphql", "http", "loaders"]),
];

/// What `domain` does not name: it waits for nothing and asks nobody.
const IMPURE: [&str; 7] = ["async", "await", "tokio", "axum", "fs", "env", "SystemTime"];

/// The most lines that a file may have; 300 are much already.
const MOST_LINES: usize = 500;

/// The Rust files of the service.
fn service() -> Vec<File> {
    all(&["src"], &["rs"])
}

#[track_caller]
fn none(what: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{what}:\n  {}", offences.join("\n  "));
}

#[test]
fn modules_use_only_the_layers_below_them() {
    let mut offences = Vec::new();
    for file in service().iter().filter(|file| !ROOTS.contains(&file.module())) {
        let Some((_, allowed)) = LAYERS.iter().find(|(module, _)| *module == file.module()) else {
            offences.push(format!("{} has no row in LAYERS", file.path));
            continue;
        };
        let used = used_modules(&file.text).into_iter().filter(|used| used != file.module() && !allowed.contains(&used.as_str()));
        offences.extend(used.map(|used| format!("{} uses crate::{used}", file.path)));
    }
    none("these uses are not in the table of layers", &offences);
}

#[test]
fn crates_of_the_outside_are_named_only_where_they_belong() {
    let mut offences = Vec::new();
    for file in service() {
        let named = identifiers(&file.text);
        let foreign = CRATES.iter().filter(|(name, modules)| named.contains(*name) && !modules.contains(&file.module()));
        offences.extend(foreign.map(|(name, _)| format!("{} names {name}", file.path)));
    }
    none("these crates belong elsewhere", &offences);
}

#[test]
fn the_domain_is_pure() {
    let mut offences = Vec::new();
    let domain = service().into_iter().filter(|file| file.module() == "domain");
    for file in domain.chain(all(&["soc/src"], &["rs"])) {
        let named = identifiers(&file.text);
        offences.extend(IMPURE.iter().filter(|name| named.contains(**name)).map(|name| format!("{} names {name}", file.path)));
    }
    none("the domain waits for nothing and asks nobody", &offences);
}

#[test]
fn every_file_is_a_module_that_the_file_above_it_declares() {
    let mut offences = Vec::new();
    for crate_root in ["src", "entity/src", "migration/src", "soc/src", "tests/it"] {
        let files = all(&[crate_root], &["rs"]);
        for file in &files {
            let inside = file.path.strip_prefix(crate_root).unwrap_or_default().trim_start_matches('/').trim_end_matches(".rs");
            let above = match inside.rsplit_once('/') {
                Some((folder, _)) => vec![format!("{crate_root}/{folder}.rs")],
                None if matches!(inside, "lib" | "main") => continue,
                None => vec![format!("{crate_root}/lib.rs"), format!("{crate_root}/main.rs")],
            };
            let name = inside.rsplit('/').next().unwrap_or_default();
            let mut parents = files.iter().filter(|parent| above.contains(&parent.path));
            if name == "mod" || !parents.any(|parent| declared_modules(&parent.text).contains(name)) {
                offences.push(format!("{} is not declared in {}", file.path, above.join(" or ")));
            }
        }
    }
    none("a module is a file, its parts are in the folder of its name", &offences);
}

#[test]
fn no_file_is_too_long() {
    let files = all(&["src", "entity", "migration", "soc", "tests", "benches", "web"], &["rs", "ts", "tsx", "mjs", "css", "sh"]);
    let long = files.iter().map(|file| (file, file.text.lines().count())).filter(|(_, lines)| *lines > MOST_LINES);
    let offences: Vec<String> = long.map(|(file, lines)| format!("{} has {lines} lines", file.path)).collect();
    none("which two things live in each of these files?", &offences);
}

/// True when a path begins so somewhere in a line, and not in the middle of a longer one.
fn begins_in(line: &str, path: &str) -> bool {
    let within = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    line.match_indices(path).any(|(at, _)| !line[..at].ends_with(within))
}

#[test]
fn no_file_knows_a_machine() {
    let here = root().display().to_string();
    let homes = ["home", "root", "Users"].map(|folder| format!("/{folder}/"));
    let needles: Vec<&str> = homes.iter().map(String::as_str).chain((here.len() > 1).then_some(here.as_str())).collect();
    let in_an_image = |file: &File, line: &str| file.path == "Dockerfile" && line.contains("--mount=type=cache");
    let mut offences = Vec::new();
    for file in all(
        &[""],
        &["rs", "md", "toml", "json", "ts", "tsx", "mjs", "sh", "yaml", "yml", "graphql", "snap", "Makefile", "Dockerfile", "run"],
    ) {
        let knows = |line: &&str| needles.iter().any(|needle| begins_in(line, needle)) && !in_an_image(&file, line);
        offences.extend(file.text.lines().find(knows).map(|line| format!("{}: {}", file.path, line.trim())));
    }
    none("these are paths of somebody's machine", &offences);
}

#[test]
fn the_readme_tells_the_two_commands_and_the_makefile_has_them() {
    let (readme, makefile) = (read("README.md"), read("Makefile"));
    for target in ["run", "test"] {
        assert!(readme.contains(&format!("make {target}")), "README.md does not tell `make {target}`");
        assert!(makefile.lines().any(|line| line.starts_with(&format!("{target}:"))), "Makefile has no target {target}");
    }
}

#[test]
fn what_the_data_asks_for_is_in_the_notice() {
    let notice = read("NOTICE");
    for said in [
        "This product includes information from the O*NET 30.0 Database and the O*NET 29.3 Database by the U.S. Department of Labor, \
         Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license (https://creativecommons.org/licenses/by/4.0/). \
         O*NET(R) is a trademark of USDOL/ETA. This project has modified all or some of this information. \
         USDOL/ETA has not approved, endorsed, or tested these modifications.",
        "Occupational Employment and Wage Statistics, May 2025",
        "Employment Projections, 2024-34",
        "Standard Occupational Classification, 2018",
    ] {
        assert!(notice.contains(said), "NOTICE does not say: {said}");
    }
}
