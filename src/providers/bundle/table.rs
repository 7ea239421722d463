//! Reading packed tables.

use std::ops::Range;

use super::{
    error::BundleError,
    packed::{Block, PackedTable, decode_head},
};
use crate::domain::soc::SocCode;

/// A packed table that can be read. Opening it reads its head only.
#[derive(Debug)]
pub(crate) struct Table {
    packed: PackedTable,
    columns: Vec<String>,
    by_code: bool,
    blocks: Vec<(Block, Range<usize>)>,
}

impl Table {
    pub(super) fn open(packed: PackedTable) -> Result<Self, BundleError> {
        let (head, mut start) = decode_head(&packed.name, &packed.bytes)?;
        let mut blocks = Vec::with_capacity(head.blocks.len());
        for block in head.blocks {
            blocks.push((block, start..start + block.packed));
            start += block.packed;
        }
        if start != packed.bytes.len() {
            return Err(BundleError::Damaged { table: packed.name, what: format!("{} bytes instead of {start}", packed.bytes.len()) });
        }
        Ok(Self { packed, columns: head.columns, by_code: head.by_code, blocks })
    }

    pub(crate) fn packed(&self) -> &PackedTable {
        &self.packed
    }

    /// The places of columns, by name.
    pub(crate) fn columns<const N: usize>(&self, names: [&str; N]) -> Result<[usize; N], BundleError> {
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(names) {
            *place = self
                .columns
                .iter()
                .position(|column| column == name)
                .ok_or_else(|| BundleError::NoColumn { table: self.packed.name.clone(), column: name.to_owned() })?;
        }
        Ok(places)
    }

    /// The rows of one code, in the source's order. Unpacks one block.
    pub(crate) fn rows(&self, code: SocCode) -> Result<Rows, BundleError> {
        let after = self.blocks.partition_point(|(block, _)| block.first.is_some_and(|first| first <= code));
        if !self.by_code || after == 0 {
            return Ok(Rows::default());
        }
        Ok(Rows::of_code(self.unpack(after - 1)?, code))
    }

    /// All rows.
    pub(crate) fn all(&self) -> Result<Rows, BundleError> {
        let mut text = String::with_capacity(self.blocks.iter().map(|(block, _)| block.text).sum());
        for index in 0..self.blocks.len() {
            text.push_str(&self.unpack(index)?);
        }
        Ok(Rows { range: 0..text.len(), text })
    }

    fn unpack(&self, index: usize) -> Result<String, BundleError> {
        let damaged = |what: String| BundleError::Damaged { table: self.packed.name.clone(), what };
        let (block, range) = &self.blocks[index];
        let bytes = &self.packed.bytes[range.clone()];
        let text = zstd::bulk::decompress(bytes, block.text).map_err(|error| damaged(error.to_string()))?;
        String::from_utf8(text).map_err(|error| damaged(error.to_string()))
    }
}

/// Rows of a table, unpacked.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    text: String,
    range: Range<usize>,
}

impl Rows {
    /// Finds the rows of a code, which stand together, without looking at the others' fields.
    fn of_code(text: String, code: SocCode) -> Self {
        let prefix = format!("{code}\t");
        let next = format!("\n{prefix}");
        let start = if text.starts_with(&prefix) { Some(0) } else { text.find(&next).map(|at| at + 1) };
        let Some(start) = start else { return Self::default() };
        let last = text.rfind(&next).map_or(start, |at| at + 1);
        let end = text[last..].find('\n').map_or(text.len(), |length| last + length + 1);
        Self { range: start..end, text }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.text[self.range.clone()].split_terminator('\n').map(Row)
    }
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a>(&'a str);

impl<'a> Row<'a> {
    /// The field at a place, as the source has it.
    pub(crate) fn get(self, place: usize) -> &'a str {
        self.0.split('\t').nth(place).unwrap_or_default()
    }

    /// The field at a place; none where the source has `n/a`, or nothing.
    pub(crate) fn known(self, place: usize) -> Option<&'a str> {
        Some(self.get(place)).filter(|field| !field.is_empty() && *field != "n/a")
    }

    /// The number at a place; none where the source has none.
    pub(crate) fn number<T: std::str::FromStr>(self, place: usize) -> Option<T> {
        self.known(place)?.parse().ok()
    }

    /// The occupation code at a place.
    pub(crate) fn code(self, place: usize) -> Option<SocCode> {
        self.number(place)
    }
}
