//! What the ranker of SOC codes is made from, and the trained ranker that is compiled in.
//!
//! `data/soc/ranker.zst` holds what `rolegraph soc train` left behind, one zstd frame. It is unpacked when somebody first
//! asks for a suggestion, and kept from then on: some 50 MB that an idle process does not have.

mod corpus;
mod ranks;
mod word_pieces;

use std::{
    io,
    sync::{Mutex, OnceLock, PoisonError},
};

use thiserror::Error;

pub use corpus::corpus;
pub use ranks::{BuiltIn, RankError, Ranks};
pub use word_pieces::{WordPiecesError, read as read_word_pieces};

use crate::domain::soc::{
    artefact::{Artefact, codec::CodecError},
    corpus::WordPieceTable,
    fusion::model::FusionError,
    ranker::Ranker,
};

/// How hard to pack: as hard as is worth it, for what is committed.
const BEST: i32 = 19;

const PACKED: &[u8] = include_bytes!("../../data/soc/ranker.zst");

static RANKER: OnceLock<Ranker> = OnceLock::new();
static UNPACKING: Mutex<()> = Mutex::new(());

/// The ranker that is compiled in cannot be read.
#[derive(Debug, Error)]
pub enum ArtefactError {
    /// It cannot be unpacked.
    #[error("the SOC artefact cannot be unpacked: {0}")]
    Packing(#[from] io::Error),
    /// It is not what was trained.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// The fitted weights are not for this ranker.
    #[error(transparent)]
    Fusion(#[from] FusionError),
}

/// The ranker that is compiled in; the first call takes a second or so to unpack it.
pub fn ranker() -> Result<&'static Ranker, ArtefactError> {
    let _one_at_a_time = UNPACKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(ranker) = RANKER.get() {
        return Ok(ranker);
    }
    let ranker = Ranker::new(artefact()?)?;
    Ok(RANKER.get_or_init(|| ranker))
}

/// The artefact that is compiled in, unpacked anew.
pub fn artefact() -> Result<Artefact, ArtefactError> {
    Ok(Artefact::from_bytes(&zstd::stream::decode_all(PACKED)?)?)
}

/// An artefact as it is committed: the same artefact gives the same bytes.
pub fn pack(artefact: &Artefact) -> io::Result<Vec<u8>> {
    zstd::bulk::compress(&artefact.to_bytes(), BEST)
}

/// The static word-piece table, which every artefact holds.
pub fn word_pieces_of(artefact: Artefact) -> WordPieceTable {
    let vocabulary = artefact.vocabulary.iter().map(str::to_owned).collect();
    WordPieceTable { vocabulary, values: artefact.static_values, dim: artefact.static_dim }
}
