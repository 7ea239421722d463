//! The command line. Every command is one call into the service.

mod commands;
mod data;
mod eval;
mod health;
mod history;
mod jobs;
mod output;
mod report;
mod serve;
mod soc;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{
    app::App,
    config::{self, Loaded, LogFormat, Settings, Sources},
    domain::clock::SystemClock,
};

/// Occupation and job data over GraphQL, in which every field says where it comes from.
#[derive(Debug, Parser)]
#[command(name = "rolegraph", version, propagate_version = true)]
struct Cli {
    /// A file with settings; `rolegraph config` prints them all.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database: `sqlite://FILE?mode=rwc` or `postgres://…`.
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests.
    Serve {
        /// The address to listen on.
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<String>,
        /// Load the demo's jobs first, unless they are there already.
        #[arg(long)]
        demo: bool,
        /// Do no queued work: leave it to processes that run `rolegraph work`.
        #[arg(long)]
        no_work: bool,
    },
    /// Do queued work, without answering requests.
    Work,
    /// Bring the database's schema up to date.
    Migrate,
    /// Ask the providers about jobs.
    Enrich(commands::Enrich),
    /// Print how much of the jobs has a value, and why the rest has none.
    Coverage(commands::Coverage),
    /// Jobs from files and to files.
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    /// The official data.
    #[command(subcommand)]
    Data(data::Data),
    /// Codes for titles: the ranker, and how good it is.
    #[command(subcommand)]
    Soc(soc::Soc),
    /// What happened to jobs.
    #[command(subcommand)]
    History(history::History),
    /// How good what is drafted is.
    #[command(subcommand)]
    Eval(eval::Eval),
    /// Print the API in the schema definition language.
    Schema,
    /// Print the settings in force, and where each comes from.
    Config,
    /// Ask a running service whether it can answer; for health checks.
    Health,
}

/// Reads the command line and does what it says.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    match Box::pin(execute(cli)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}

async fn execute(cli: Cli) -> Result<()> {
    let loaded = settings(&cli)?;
    match cli.command {
        Command::Schema => output::text(&crate::graphql::sdl()),
        Command::Config => output::text(&report::settings(&loaded)),
        Command::Data(data::Data::Pack { folder, to }) => data::pack(folder, to).await?,
        Command::Soc(command) => soc::run(command).await?,
        Command::Eval(command) => eval::run(command).await?,
        Command::Health => health::ask(&loaded.settings).await?,
        Command::Serve { no_work, .. } => serve::serve(loaded.settings, !no_work).await?,
        Command::Work => serve::work(loaded.settings).await?,
        command => {
            log(&loaded.settings, "warn");
            let app = App::start(loaded.settings, Arc::new(SystemClock)).await?;
            with_service(&app, command).await?;
        }
    }
    Ok(())
}

async fn with_service(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Migrate => output::text("The schema is up to date.\n"),
        Command::Enrich(options) => commands::enrich(app.service(), options).await?,
        Command::Coverage(options) => commands::coverage(app.service(), options).await?,
        Command::Jobs(command) => jobs::run(app.service(), command).await?,
        Command::Data(command) => data::run(app.service(), command).await?,
        Command::History(command) => history::run(app.service(), &command).await?,
        Command::Serve { .. }
        | Command::Work
        | Command::Schema
        | Command::Config
        | Command::Soc(_)
        | Command::Eval(_)
        | Command::Health => {}
    }
    Ok(())
}

fn settings(cli: &Cli) -> Result<Loaded> {
    let mut flags = vec![];
    let mut flag = |key: &str, value: Option<&str>| flags.extend(value.map(|value| (key.to_owned(), value.to_owned())));
    flag("database_url", cli.database_url.as_deref());
    if let Command::Serve { listen, demo, .. } = &cli.command {
        flag("listen", listen.as_deref());
        flag("demo", demo.then_some("true"));
    }
    Ok(Settings::load(&Sources { file: cli.config.clone(), environment: config::environment(), flags })?)
}

/// Writes the log to standard error. `quiet` is the filter of commands whose output is what matters.
fn log(settings: &Settings, quiet: &str) {
    let filter = if quiet.is_empty() { settings.log.filter.as_str() } else { quiet };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.log.format {
        LogFormat::Json => builder.json().init(),
        LogFormat::Text => builder.with_target(false).init(),
    }
}
