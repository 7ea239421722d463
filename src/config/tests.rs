use std::fs;

use super::*;

const CANARY: &str = "canary-4f1d";

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A settings file of its own; the folder goes when it is dropped.
struct File {
    folder: tempfile::TempDir,
}

impl File {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("rolegraph.toml"), text).expect("written");
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("rolegraph.toml")
    }

    fn load(&self) -> Result<Loaded, ConfigError> {
        Settings::load(&Sources { file: Some(self.path()), ..Sources::default() })
    }

    /// What is wrong, without the name of the folder.
    fn refused(&self) -> Vec<String> {
        let told = problems(self.load());
        told.into_iter().map(|told| told.replace(&self.path().display().to_string(), "rolegraph.toml")).collect()
    }
}

fn load(environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
    Settings::load(&Sources { file: None, environment: pairs(environment), flags: pairs(flags) })
}

fn problems(loaded: Result<Loaded, ConfigError>) -> Vec<String> {
    loaded.expect_err("refused").problems.iter().map(ToString::to_string).collect()
}

fn origin(loaded: &Loaded, key: &str) -> (Option<String>, String) {
    let found = loaded.effective().iter().find(|effective| effective.key == key).expect("a known key");
    (found.value.clone(), found.origin.to_string())
}

#[test]
fn without_anything_the_defaults_hold() {
    let settings = load(&[], &[]).expect("usable").settings;
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.database_url.expose(), "sqlite://rolegraph.db?mode=rwc");
    assert!(settings.admin_token.is_none() && settings.public_url.is_none() && !settings.demo);
    assert_eq!((settings.log.format, settings.log.filter.as_str().split(',').next()), (LogFormat::Text, Some("info")));
    assert_eq!((settings.limits.depth, settings.limits.body_bytes, settings.limits.request_seconds), (12, 262_144, 10));
    assert_eq!(settings.cache.facts_bytes, 32 * 1024 * 1024);
    assert_eq!(settings.freshness.of("onet-database"), TimeDelta::days(90));
}

#[test]
fn each_source_goes_over_the_one_before() {
    let file = File::new("demo = true\n[limits]\ndepth = 20\ncomplexity = 200\n[database]\nmax_connections = 3\n");
    let sources = Sources {
        file: Some(file.path()),
        environment: pairs(&[("ROLEGRAPH_LIMITS__DEPTH", "30"), ("ROLEGRAPH_LIMITS__COMPLEXITY", "300"), ("HOME", "/nowhere")]),
        flags: pairs(&[("limits.depth", "40")]),
    };
    let loaded = Settings::load(&sources).expect("usable");
    let limits = &loaded.settings.limits;
    assert_eq!((limits.depth, limits.complexity, limits.body_bytes), (40, 300, 262_144));
    assert_eq!((loaded.settings.database.max_connections, loaded.settings.demo), (3, true));

    let line = |line| format!("file {}, line {line}", file.path().display());
    assert_eq!(origin(&loaded, "limits.depth"), (Some("40".to_owned()), "flag --limits-depth".to_owned()));
    assert_eq!(origin(&loaded, "limits.complexity").1, "environment variable ROLEGRAPH_LIMITS__COMPLEXITY");
    assert_eq!(origin(&loaded, "database.max_connections").1, line(6));
    assert_eq!(origin(&loaded, "demo").1, line(1));
    assert_eq!(origin(&loaded, "limits.body_bytes").1, "default");
    assert_eq!(origin(&loaded, "public_url"), (None, "default".to_owned()));
}

#[test]
fn the_environment_may_name_the_file_and_the_flag_goes_before_it() {
    let (named, flagged) = (File::new("demo = true"), File::new("[limits]\ndepth = 2"));
    let environment = pairs(&[("ROLEGRAPH_CONFIG", &named.path().display().to_string())]);
    let by_name = Settings::load(&Sources { environment: environment.clone(), ..Sources::default() }).expect("usable").settings;
    assert_eq!((by_name.demo, by_name.limits.depth), (true, 12));
    let by_flag = Settings::load(&Sources { environment, file: Some(flagged.path()), ..Sources::default() }).expect("usable").settings;
    assert_eq!((by_flag.demo, by_flag.limits.depth), (false, 2));
}

#[test]
fn an_empty_variable_is_not_set() {
    let loaded = load(&[("ROLEGRAPH_ADMIN_TOKEN", ""), ("ROLEGRAPH_LISTEN", ""), ("ROLEGRAPH_CONFIG", "")], &[]).expect("usable");
    assert!(loaded.settings.admin_token.is_none());
    assert_eq!(origin(&loaded, "listen").1, "default");
}

#[test]
fn facts_of_a_provider_may_be_good_for_a_time_of_their_own() {
    let file = File::new("freshness.default_days = 7\n[freshness.providers]\nbls-oews = 365\n");
    let environment = pairs(&[("ROLEGRAPH_FRESHNESS__PROVIDERS__ONET_DATABASE", "30")]);
    let freshness =
        Settings::load(&Sources { file: Some(file.path()), environment, flags: Vec::new() }).expect("usable").settings.freshness;
    let days = ["bls-oews", "onet-database", "careeronestop", "somebody else"].map(|provider| freshness.of(provider).num_days());
    assert_eq!(days, [365, 30, 7, 7]);
}

#[test]
fn unknown_names_are_refused_with_the_nearest_known_one_whoever_gives_them() {
    let file = File::new("listne = \"x\"\n\n[limit]\ndepht = 3\n[freshness.providers]\nbls-ows = 1\n[logs]\n[cache]\n");
    assert_eq!(
        file.refused(),
        [
            "file rolegraph.toml, line 1: `listne` is not a setting; the nearest is `listen`",
            "file rolegraph.toml, line 4: `limit.depht` is not a setting; the nearest is `limits.depth`",
            "file rolegraph.toml, line 6: `freshness.providers.bls-ows` is not a setting; the nearest is `freshness.providers.bls-oews`",
            "file rolegraph.toml, line 7: `logs` is not a group of settings; the nearest is `log`",
        ]
    );
    let environment = [("ROLEGRAPH_LOG_FORMAT", "json"), ("ROLEGRAPH_MAX_CONNECTIONS", "3"), ("ROLEGRAPH_LOG", "3")];
    assert_eq!(
        problems(load(&environment, &[("databse_url", "x")])),
        [
            "environment variable ROLEGRAPH_LOG_FORMAT: `ROLEGRAPH_LOG_FORMAT` is not a setting; the nearest is `ROLEGRAPH_LOG__FORMAT`",
            "environment variable ROLEGRAPH_MAX_CONNECTIONS: `ROLEGRAPH_MAX_CONNECTIONS` is not a setting; \
             the nearest is `ROLEGRAPH_DATABASE__MAX_CONNECTIONS`",
            "environment variable ROLEGRAPH_LOG: `ROLEGRAPH_LOG` is a group of settings: ROLEGRAPH_LOG__FORMAT, ROLEGRAPH_LOG__FILTER",
            "flag --databse-url: `databse_url` is not a setting; the nearest is `database_url`",
        ]
    );
}

#[test]
fn a_group_is_no_setting_and_a_setting_is_no_group() {
    let file = File::new("log = \"json\"\n[listen]\nport = 1\n");
    assert_eq!(
        file.refused(),
        [
            "file rolegraph.toml, line 1: `log` is a group of settings: log.format, log.filter",
            "file rolegraph.toml, line 2: `listen` is a table; allowed is an IP address with a port, such as 127.0.0.1:8080 or [::1]:8080",
        ]
    );
}

#[test]
fn what_is_not_allowed_is_refused_and_told_with_what_is() {
    let file = File::new("demo = \"yes\"\n[limits]\ndepth = 0\nbody_bytes = \"1024\"\nrequest_seconds = 1.5\n[log]\nformat = \"xml\"\n");
    assert_eq!(
        file.refused(),
        [
            "file rolegraph.toml, line 1: `demo` is the text \"yes\"; allowed is true or false",
            "file rolegraph.toml, line 7: `log.format` is the text \"xml\"; allowed is text or json",
            "file rolegraph.toml, line 3: `limits.depth` is 0; allowed is a whole number from 1 to 100",
            "file rolegraph.toml, line 4: `limits.body_bytes` is the text \"1024\"; allowed is a whole number from 1024 to 67108864",
            "file rolegraph.toml, line 5: `limits.request_seconds` is a fraction; allowed is a whole number from 1 to 600",
        ]
    );
    let told =
        problems(load(&[("ROLEGRAPH_LIMITS__DEPTH", "-1"), ("ROLEGRAPH_LOG__FILTER", "rolegraph=loud")], &[("listen", "localhost")]));
    assert_eq!(
        told,
        [
            "flag --listen: `listen` is `localhost`; allowed is an IP address with a port, such as 127.0.0.1:8080 or [::1]:8080",
            "environment variable ROLEGRAPH_LOG__FILTER: `log.filter` is `rolegraph=loud`; \
             allowed is levels (error, warn, info, debug, trace, off) and PART=LEVEL, divided by commas",
            "environment variable ROLEGRAPH_LIMITS__DEPTH: `limits.depth` is `-1`; allowed is a whole number from 1 to 100",
        ]
    );
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_told_by_its_name() {
    let missing = Settings::load(&Sources { file: Some("no/such/file.toml".into()), ..Sources::default() });
    let told = problems(missing);
    assert!(told.len() == 1 && told[0].starts_with("file no/such/file.toml: cannot be read: "), "{told:?}");
    let told = File::new(&format!("demo = true\nadmin_token = \"{CANARY}\n")).refused();
    assert!(told.len() == 1 && told[0].starts_with("file rolegraph.toml, line 2: is not TOML: "), "{told:?}");
    assert!(!told[0].contains(CANARY), "{told:?}");
}

#[test]
fn secrets_are_shown_nowhere() {
    let url = format!("postgres://rolegraph:{CANARY}@db.example.org/jobs?sslpassword={CANARY}");
    let environment = [("ROLEGRAPH_ADMIN_TOKEN", CANARY), ("ROLEGRAPH_DATABASE_URL", &url)];
    let loaded = load(&environment, &[]).expect("usable");
    assert_eq!(loaded.settings.admin_token.as_ref().map(AdminToken::expose), Some(CANARY));
    assert_eq!(loaded.settings.database_url.expose(), url);
    assert_eq!(origin(&loaded, "admin_token").0.as_deref(), Some("********"));
    assert_eq!(origin(&loaded, "database_url").0.as_deref(), Some("postgres://rolegraph:********@db.example.org/jobs"));
    let sources = Sources { environment: pairs(&environment), flags: pairs(&[("admin_token", CANARY)]), file: None };
    assert!(!format!("{loaded:?} {sources:?}").contains(CANARY));
}

#[test]
fn a_refused_secret_is_not_repeated() {
    let (token, url) = (format!("two words {CANARY}"), format!("mysql://root:{CANARY}@db/jobs"));
    let environment = [("ROLEGRAPH_ADMIN_TOKEN", token.as_str()), ("ROLEGRAPH_DATABASE_URL", &url), ("ROLEGRAPH_ADMIN_TOKNE", CANARY)];
    let error = load(&environment, &[]).expect_err("refused");
    assert_eq!(error.problems.len(), 3);
    assert!(!format!("{error} {error:?}").contains(CANARY), "{error}");
}

#[test]
fn urls_of_databases_and_of_the_service_are_checked() {
    let usable = |key: &str, value: &str| load(&[], &[(key, value)]).is_ok();
    for url in ["sqlite::memory:", "sqlite:jobs.db", "sqlite:///var/lib/jobs.db?mode=rwc", "postgres://u:p@h/d", "postgresql://h/d"] {
        assert!(usable("database_url", url), "{url}");
    }
    for url in ["", "sqlite://", "jobs.db", "mysql://h/d", "postgres:"] {
        assert!(!usable("database_url", url), "{url}");
    }
    for url in ["jobs.example.org", "ftp://h", "https://u:p@h", "https://h/?q", "https://h/#f"] {
        assert!(!usable("public_url", url), "{url}");
    }
    let loaded = load(&[], &[("public_url", "https://jobs.example.org/api/")]).expect("usable");
    assert_eq!(loaded.settings.public_url.as_ref().map(PublicUrl::as_str), Some("https://jobs.example.org/api"));
}

#[test]
fn an_assistant_that_asks_a_model_needs_to_know_where_and_which() {
    let defaults = load(&[], &[]).expect("usable").settings.assistant;
    assert_eq!((defaults.kind, defaults.least_confidence.get(), defaults.budget.requests), (AssistantKind::Offline, 0.25, 2_000));
    assert_eq!(
        problems(load(&[("ROLEGRAPH_ASSISTANT__KIND", "chat")], &[])),
        [
            "environment variable ROLEGRAPH_ASSISTANT__KIND: `assistant.kind` is chat, which needs `assistant.base_url`: set that too",
            "environment variable ROLEGRAPH_ASSISTANT__KIND: `assistant.kind` is chat, which needs `assistant.model`: set that too",
        ]
    );
    let file = File::new("[assistant]\nkind = \"loud\"\nleast_confidence = 1.5\nmodel = \"two words\"\n");
    assert_eq!(
        file.refused(),
        [
            "file rolegraph.toml, line 2: `assistant.kind` is the text \"loud\"; allowed is off, offline, chat or messages",
            "file rolegraph.toml, line 4: `assistant.model` is the text \"two words\"; \
             allowed is a text of 1 to 200 letters, digits and signs, without spaces",
            "file rolegraph.toml, line 3: `assistant.least_confidence` is a fraction; allowed is a number from 0 to 1, such as 0.25",
        ]
    );
    let told = File::new("assistant.fewest_neighbours = 11\n").refused();
    assert_eq!(
        told,
        ["file rolegraph.toml, line 1: `assistant.fewest_neighbours` is 11; allowed is at most `assistant.most_neighbours`, which is 10"]
    );
    let given = [
        ("ROLEGRAPH_ASSISTANT__KIND", "messages"),
        ("ROLEGRAPH_ASSISTANT__BASE_URL", "http://127.0.0.1:1"),
        ("ROLEGRAPH_ASSISTANT__MODEL", "a-model"),
        ("ROLEGRAPH_ASSISTANT__API_KEY", CANARY),
        ("ROLEGRAPH_ASSISTANT__BUDGET__TOKENS", "5"),
    ];
    let loaded = load(&given, &[]).expect("usable");
    assert_eq!((loaded.settings.assistant.kind, loaded.settings.assistant.budget.tokens), (AssistantKind::Messages, 5));
    assert_eq!(origin(&loaded, "assistant.api_key").0.as_deref(), Some("********"));
    assert!(!format!("{loaded:?}").contains(CANARY));
}

/// The defaults file with its examples put in force.
fn with_examples() -> String {
    let example =
        |line: &str| line.strip_prefix("# ").is_some_and(|rest| rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')));
    DEFAULTS.lines().map(|line| if example(line) { &line[2..] } else { line }).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_defaults_file_documents_every_setting_in_order_and_its_examples_are_usable() {
    let file = File::new(&with_examples());
    let loaded = file.load().expect("every key is known and every example usable");
    let line_of = |effective: &Effective| match &effective.origin {
        Origin::File { line: Some(line), .. } => *line,
        other => panic!("{} is not in config/default.toml ({other})", effective.key),
    };
    let places: Vec<usize> = loaded.effective().iter().map(line_of).collect();
    assert!(places.is_sorted(), "the order of config/default.toml is that of the structs: {places:?}");
    let lines: Vec<&str> = DEFAULTS.lines().collect();
    for (effective, line) in loaded.effective().iter().zip(places) {
        assert_eq!(lines[line - 2], format!("# Environment: {}", layers::variable(&effective.key)));
        let sentence =
            lines[..line - 2].iter().rev().find(|line| !line.is_empty() && !line.contains("nvironment: ") && !line.contains(" = "));
        assert!(sentence.is_some_and(|line| line.starts_with("# ") && line.ends_with('.')), "a sentence about {}", effective.key);
    }
}
