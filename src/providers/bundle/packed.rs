//! The packed form of a table.
//!
//! `RGT1`, the length of the head (u32, little endian), the head (JSON: columns and blocks, one zstd frame), then the
//! blocks, each a zstd frame of its own that holds whole rows. Where the rows belong to codes they are sorted by code,
//! blocks are cut between codes, and the head knows the first code of each: one occupation costs one block per table.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{domain::soc::SocCode, providers::bundle::error::BundleError};

const MAGIC: &[u8; 4] = b"RGT1";

/// Blocks grow to about this many bytes before they are cut. Smaller ones read faster, larger ones pack better.
const BLOCK: usize = 64 << 10;

/// How hard to pack: as hard as is worth it, for what is committed.
pub(super) const BEST: i32 = 19;

/// How hard to pack: quickly, for what is imported.
pub(super) const QUICK: i32 = 9;

/// A table, packed: what a bundle is made of, and what a store keeps of an imported release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedTable {
    /// The table's name: O*NET's own up to release 30.2, also for tables from a later layout.
    pub name: String,
    /// The release: `O*NET 30.0`, `OEWS May 2025`, `EP 2024-34`, …
    pub release: String,
    /// How many rows it has.
    pub rows: u32,
    /// SHA-256 of the source's bytes, in hexadecimal digits; of a table from several files, of all their bytes in order.
    pub sha256: String,
    /// The publisher's licence.
    pub licence: String,
    /// The packed rows.
    pub bytes: Cow<'static, [u8]>,
}

/// What stands before the blocks.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) columns: Vec<String>,
    pub(super) by_code: bool,
    pub(super) blocks: Vec<Block>,
}

/// Where a block is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Block {
    /// The first code in it, where rows belong to codes.
    pub(super) first: Option<SocCode>,
    /// Bytes as packed.
    pub(super) packed: usize,
    /// Bytes as text.
    pub(super) text: usize,
}

/// Packs rows, which are tab-delimited and without line ends. With `by_code` each begins with its code.
pub(super) fn encode(columns: &[&str], by_code: bool, rows: &[&str], level: i32) -> Result<Vec<u8>, BundleError> {
    let damaged = |what: std::io::Error| BundleError::Damaged { table: columns.join(", "), what: what.to_string() };
    let mut sorted: Vec<(Option<SocCode>, &str)> = rows.iter().map(|row| (if by_code { code_of(row) } else { None }, *row)).collect();
    sorted.sort_by_key(|(code, _)| *code);
    let (mut blocks, mut frames) = (Vec::new(), Vec::new());
    for chunk in cut(&sorted) {
        let text: String = chunk.iter().flat_map(|(_, row)| [*row, "\n"]).collect();
        let frame = zstd::bulk::compress(text.as_bytes(), level).map_err(damaged)?;
        blocks.push(Block { first: chunk[0].0, packed: frame.len(), text: text.len() });
        frames.extend_from_slice(&frame);
    }
    let head = Head { columns: columns.iter().map(|&column| column.to_owned()).collect(), by_code, blocks };
    let head = serde_json::to_vec(&head).map_err(|error| damaged(error.into()))?;
    let head = zstd::bulk::compress(&head, level).map_err(damaged)?;
    let length = u32::try_from(head.len()).map_err(|error| damaged(std::io::Error::other(error)))?;
    Ok([MAGIC.as_slice(), &length.to_le_bytes(), &head, &frames].concat())
}

/// Cuts sorted rows into blocks, never between two rows of one code.
fn cut<'a, 'b>(rows: &'b [(Option<SocCode>, &'a str)]) -> Vec<&'b [(Option<SocCode>, &'a str)]> {
    let mut size = 0;
    let mut ends = vec![];
    for (index, (code, row)) in rows.iter().enumerate() {
        let may_cut = index > 0 && (code.is_none() || *code != rows[index - 1].0);
        if size >= BLOCK && may_cut {
            ends.push(index);
            size = 0;
        }
        size += row.len() + 1;
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let stops = ends.iter().copied().chain([rows.len()]);
    starts.zip(stops).filter(|(start, stop)| start < stop).map(|(start, stop)| &rows[start..stop]).collect()
}

fn code_of(row: &str) -> Option<SocCode> {
    row.split('\t').next()?.parse().ok()
}

/// Reads the head of a packed table, and where the blocks begin.
pub(super) fn decode_head(table: &str, bytes: &[u8]) -> Result<(Head, usize), BundleError> {
    let damaged = |what: &str| BundleError::Damaged { table: table.to_owned(), what: what.to_owned() };
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| damaged("it does not begin as a packed table does"))?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(|| damaged("it has no head"))?;
    let length = u32::from_le_bytes(*length) as usize;
    let head = rest.get(..length).ok_or_else(|| damaged("its head is cut off"))?;
    let head = zstd::stream::decode_all(head).map_err(|error| damaged(&error.to_string()))?;
    let head: Head = serde_json::from_slice(&head).map_err(|error| damaged(&error.to_string()))?;
    Ok((head, MAGIC.len() + 4 + length))
}
