//! Who ranks SOC codes for titles, and which data did.

use std::{
    fmt::{self, Debug},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{ArtefactError, artefact};
use crate::domain::soc::{
    fusion::model::Fusion,
    ranker::{Candidate, InputError, Ranker},
    review::Versions,
};

/// Why a title has no candidates.
#[derive(Debug, Error)]
pub enum RankError {
    /// The title says nothing.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The ranker cannot be read.
    #[error(transparent)]
    Artefact(#[from] ArtefactError),
}

/// Ranks SOC codes for titles. It keeps a processor busy: to be called where that holds nobody up.
pub trait Ranks: Debug + Send + Sync {
    /// All candidates, the likeliest first, with confidence as shipped.
    fn rank(&self, title: &str, description: &str) -> Result<Vec<Candidate>, RankError>;

    /// Which data ranks.
    fn versions(&self) -> Versions;

    /// To be called now and then: what was not asked for a while may give its memory back.
    fn rest(&self) {}
}

/// How many rests without a question the built-in ranker stays in memory.
const RESTS: u32 = 24;

/// The ranker that is compiled in. It is unpacked when it is asked, and kept as long as it is asked now and then: some 50 MB
/// that an idle process does not have.
#[derive(Default)]
pub struct BuiltIn(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    ranker: Option<Arc<Ranker>>,
    rests: u32,
}

impl Debug for BuiltIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BuiltIn")
    }
}

impl BuiltIn {
    /// The ranker; whoever asks while it is unpacked waits for that.
    fn ranker(&self) -> Result<Arc<Ranker>, ArtefactError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.rests = 0;
        if let Some(ranker) = &kept.ranker {
            return Ok(Arc::clone(ranker));
        }
        let ranker = Arc::new(Ranker::new(artefact()?)?);
        kept.ranker = Some(Arc::clone(&ranker));
        Ok(ranker)
    }
}

impl Ranks for BuiltIn {
    fn rank(&self, title: &str, description: &str) -> Result<Vec<Candidate>, RankError> {
        Ok(self.ranker()?.suggest(title, description, usize::MAX)?)
    }

    fn rest(&self) {
        // Somebody asks just now.
        let Ok(mut kept) = self.0.try_lock() else { return };
        kept.rests += 1;
        if kept.rests > RESTS {
            *kept = Kept::default();
        }
    }

    fn versions(&self) -> Versions {
        VERSIONS.clone()
    }
}

/// The first digits of the SHA-256 of the artefact, as its manifest tells it, and of the weights.
static VERSIONS: LazyLock<Versions> = LazyLock::new(|| {
    let manifest: serde_json::Value = serde_json::from_str(include_str!("../../../data/soc/manifest.json")).unwrap_or_default();
    let files = manifest["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    let artefact = files.iter().find(|file| file["file"] == "soc/ranker.zst").and_then(|file| file["sha256"].as_str());
    let weights = Fusion::shipped().ok().and_then(|fusion| fusion.to_json().ok()).unwrap_or_default();
    let index = artefact.unwrap_or_default().chars().take(DIGITS).collect();
    Versions { index, model: Hex(&Sha256::digest(weights)).to_string().chars().take(DIGITS).collect(), recalibration: None }
});

/// Hexadecimal digits of a version.
const DIGITS: usize = 12;

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
