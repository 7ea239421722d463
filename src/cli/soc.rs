//! `rolegraph soc`. What is not about reviews needs no database.

mod report;
pub(super) mod reviews;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use clap::{Subcommand, ValueEnum};
use sha2::{Digest, Sha256};

use super::output;
use crate::{
    domain::soc::evaluation::{
        baselines,
        labelled::{Labelled, labelled, titles},
    },
    providers::{bundle::Bundle, soc},
    service::soc::{SUGGESTIONS, evaluation},
};

#[derive(Debug, Subcommand)]
pub(super) enum Soc {
    /// Train the ranker from the bundled data; the same data gives the same bytes.
    Train {
        /// The folder of the static word-piece table.
        #[arg(long, default_value = "data/soc_model", value_name = "FOLDER")]
        model: PathBuf,
        /// Where to write.
        #[arg(long, default_value = "data/soc/ranker.zst", value_name = "FILE")]
        to: PathBuf,
    },
    /// Fit the weights of the ranker to labelled titles, and print cross-validated figures.
    Fit {
        /// The labelled titles, tab-separated: title, description, code, source, also.
        file: PathBuf,
        /// Where to write.
        #[arg(long, default_value = "soc/src/fusion/fitted.json", value_name = "FILE")]
        to: PathBuf,
    },
    /// Measure how often the ranker is right about labelled titles.
    Eval {
        /// The labelled titles, tab-separated: title, description, code, source, also.
        file: PathBuf,
        /// Take these titles out of the index and build everything anew: a column `title`, or a title per line.
        #[arg(long, value_name = "TITLES")]
        leave_out: Option<PathBuf>,
        /// Print JSON; shares are from 0 to 1.
        #[arg(long)]
        json: bool,
        /// Who answers.
        #[arg(long, value_enum, default_value_t = Method::Fusion)]
        method: Method,
    },
    /// Suggest codes for a title.
    Suggest {
        /// The title.
        title: String,
        /// What the work is.
        #[arg(long, default_value = "")]
        description: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    #[command(flatten)]
    Reviews(reviews::Reviews),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Method {
    /// All scorers together: what suggestions come from.
    Fusion,
    /// Equal titles.
    Exact,
    /// BM25, a document per title.
    Bm25Title,
    /// The static word-piece table alone.
    Static,
}

impl Method {
    fn simpler(self) -> Option<baselines::Method> {
        match self {
            Self::Fusion => None,
            Self::Exact => Some(baselines::Method::Exact),
            Self::Bm25Title => Some(baselines::Method::Bm25Title),
            Self::Static => Some(baselines::Method::Static),
        }
    }
}

pub(super) async fn run(command: Soc) -> Result<()> {
    tokio::task::spawn_blocking(move || work(command)).await?
}

fn work(command: Soc) -> Result<()> {
    match command {
        Soc::Train { model, to } => train(&model, &to),
        Soc::Fit { file, to } => fit(&file, &to),
        Soc::Eval { file, leave_out, json, method } => eval(&file, leave_out.as_deref(), json, method),
        Soc::Suggest { title, description, json } => suggest(&title, &description, json),
        Soc::Reviews(_) => bail!("this needs the service"),
    }
}

fn train(model: &Path, to: &Path) -> Result<()> {
    let started = Instant::now();
    let packed = soc::pack(&evaluation::train(soc::read_word_pieces(model)?)?)?;
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::write(to, &packed).with_context(|| to.display().to_string())?;
    let sha256 = Sha256::digest(&packed).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    output::text(&format!("{} bytes, SHA-256 {sha256}, in {:.0} s.\n", packed.len(), started.elapsed().as_secs_f64()));
    Ok(())
}

fn fit(file: &Path, to: &Path) -> Result<()> {
    let rows = rows(file)?;
    output::note("Training without the labelled titles, and fitting; this takes some minutes.");
    let fit = evaluation::fit(&rows)?;
    fs::write(to, fit.fitted.whole.to_json()?).with_context(|| to.display().to_string())?;
    output::text(&format!("Full, cross-validated\n{}\n", report::by_source(&rows, &fit.full)));
    output::text(&format!("Strict, cross-validated\n{}", report::by_source(&rows, &fit.strict)));
    Ok(())
}

fn eval(file: &Path, leave_out: Option<&Path>, json: bool, method: Method) -> Result<()> {
    let rows = rows(file)?;
    let left_out: Option<BTreeSet<String>> = leave_out.map(|path| Ok::<_, anyhow::Error>(titles(&read(path)?))).transpose()?;
    let answering = evaluation::answering(method.simpler(), left_out.as_ref())?;
    let outcomes = evaluation::outcomes(&answering, &rows);
    output::text(&if json { report::json(&outcomes)? } else { report::by_source(&rows, &outcomes) });
    Ok(())
}

fn suggest(title: &str, description: &str, json: bool) -> Result<()> {
    let candidates = soc::ranker()?.suggest(title, description, SUGGESTIONS)?;
    let catalogue = Bundle::embedded()?.catalogue()?;
    output::text(&if json {
        format!("{}\n", serde_json::to_string_pretty(&candidates)?)
    } else {
        report::candidates(&candidates, &catalogue)
    });
    Ok(())
}

fn rows(file: &Path) -> Result<Vec<Labelled>> {
    labelled(&read(file)?).with_context(|| file.display().to_string())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| file.display().to_string())
}
