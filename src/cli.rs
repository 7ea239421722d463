//! The command line. Every command is one call into the service.

mod backup;
mod commands;
mod data;
mod eval;
mod export;
mod health;
mod history;
mod jobs;
mod keys;
mod output;
mod overrides;
mod providers;
mod report;
mod runs;
mod serve;
mod skills;
mod soc;
mod work;

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    app::App,
    config::{self, Loaded, LogFormat, Settings, Sources},
    domain::clock::SystemClock,
    telemetry::Telemetry,
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
    /// Do queued work, without answering requests; or look after work that was given up.
    Work {
        #[command(subcommand)]
        command: Option<work::Work>,
    },
    /// Bring the database's schema up to date.
    Migrate,
    /// Ask the providers about jobs.
    Enrich(commands::Enrich),
    /// Runs that ask the providers: which there were, what came of them, calling one off.
    Runs {
        #[command(subcommand)]
        command: Option<runs::Runs>,
    },
    /// Print who is asked for facts, and how they are, over all processes on the database.
    Providers(providers::Providers),
    /// Print how much of the jobs has a value, and why the rest has none.
    Coverage(commands::Coverage),
    /// Jobs from files and to files.
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    /// Write all jobs with all their fields, and where each comes from.
    Export(export::Export),
    /// What companies set in place of official values.
    #[command(subcommand, name = "override")]
    Overrides(overrides::Overrides),
    /// The official data.
    #[command(subcommand)]
    Data(data::Data),
    /// Codes for titles: the ranker, and how good it is.
    #[command(subcommand)]
    Soc(soc::Soc),
    /// What happened to jobs.
    #[command(subcommand)]
    History(history::History),
    /// Keys of programs: giving them out, listing them, ending them.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// What names of skills mean.
    #[command(subcommand)]
    Skills(skills::Skills),
    /// How good what is drafted is.
    #[command(subcommand)]
    Eval(eval::Eval),
    /// Copy an SQLite database, as it is at one moment, while a service runs on it.
    Backup {
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Print the API in the schema definition language.
    Schema {
        /// As the subgraph that a gateway of Apollo Federation 2 composes.
        #[arg(long)]
        federation: bool,
    },
    /// Print the settings in force, and where each comes from.
    Config,
    /// Ask a running service whether it can answer; for health checks.
    Health,
}

/// How long what runs beside the command may hold up the end of the process, such as a look-up of an address.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many tasks have their turns before it is looked at what came over the network. Turns are long where operations are
/// resolved, so this is less than tokio's own number: what has to be refused is refused sooner.
const TURNS: u32 = 5;

/// Reads the command line and does what it says.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().event_interval(TURNS).build();
    let done = runtime.context("cannot start").and_then(|runtime| {
        let done = runtime.block_on(Box::pin(execute(cli)));
        runtime.shutdown_timeout(PATIENCE);
        done
    });
    match done {
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
        Command::Schema { federation: false } => output::text(&crate::graphql::sdl()),
        Command::Schema { federation: true } => output::text(&crate::graphql::subgraph_sdl()),
        Command::Config => output::text(&report::settings(&loaded)),
        Command::Data(data::Data::Pack { folder, to }) => data::pack(folder, to).await?,
        Command::Soc(command) if !matches!(command, soc::Soc::Reviews(_)) => soc::run(command).await?,
        Command::Eval(command) => eval::run(command).await?,
        Command::Health => health::ask(&loaded.settings).await?,
        Command::Backup { to } => backup::run(&loaded.settings, &to).await?,
        Command::Serve { no_work, .. } => Box::pin(serve::serve(loaded.settings, !no_work)).await?,
        Command::Work { command: None } => Box::pin(serve::work(loaded.settings)).await?,
        command => {
            let telemetry = log(&loaded.settings, "warn")?;
            let app = App::start(loaded.settings, Arc::new(SystemClock)).await?;
            let done = Box::pin(with_service(&app, command)).await;
            app.note_providers().await;
            telemetry.finish().await;
            done?;
        }
    }
    Ok(())
}

async fn with_service(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Migrate => output::text("The schema is up to date.\n"),
        Command::Enrich(options) => commands::enrich(app.service(), options).await?,
        Command::Providers(options) => providers::run(app.service(), &options).await?,
        Command::Runs { command } => runs::run(app.service(), command).await?,
        Command::Skills(command) => skills::run(app.service(), command).await?,
        Command::Coverage(options) => commands::coverage(app.service(), options).await?,
        Command::Jobs(command) => jobs::run(app.service(), command).await?,
        Command::Export(options) => export::run(app.service(), options).await?,
        Command::Overrides(command) => overrides::run(app.service(), command).await?,
        Command::Data(command) => data::run(app.service(), command).await?,
        Command::Soc(soc::Soc::Reviews(command)) => Box::pin(soc::reviews::run(app.service(), command)).await?,
        Command::Keys(command) => keys::run(app.service(), command).await?,
        Command::History(command) => history::run(app.service(), &command).await?,
        Command::Work { command: Some(command) } => work::run(app.service(), command).await?,
        Command::Serve { .. }
        | Command::Work { command: None }
        | Command::Schema { .. }
        | Command::Backup { .. }
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
fn log(settings: &Settings, quiet: &str) -> Result<Telemetry> {
    let filter = EnvFilter::new(if quiet.is_empty() { settings.log.filter.as_str() } else { quiet });
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let lines = tracing_subscriber::fmt::layer().with_ansi(colours).with_writer(std::io::stderr);
    let lines = match settings.log.format {
        LogFormat::Json => lines.json().with_filter(filter).boxed(),
        LogFormat::Text => lines.with_target(false).with_filter(filter).boxed(),
    };
    let telemetry = Telemetry::new(&settings.telemetry)?;
    tracing_subscriber::registry().with(lines).with(telemetry.layer()).init();
    Ok(telemetry)
}
