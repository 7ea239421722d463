//! An artefact as bytes: sections one after another, little endian, each with its length before it.
//!
//! The order of the sections is that of [`Artefact`]; a number of the format stands at the start. Compression is the
//! caller's: the bytes are laid out so that zstd finds what repeats.

use std::collections::HashMap;

use crate::{
    SocCode,
    artefact::{Artefact, SentenceKind, SentenceTable, TitleTable, store::TextStore},
    corpus::{prepared::TitleSource, taxonomy::Taxonomy},
    scorers::quantised::{OutputLayer, QuantisedBag},
};

const MAGIC: &[u8] = b"rolegraph-soc 1\n";

/// Why bytes are no artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Another format, or another version of it.
    #[error("these bytes are no SOC artefact of this version")]
    Format,
    /// The bytes end too early or contradict themselves.
    #[error("the SOC artefact is damaged")]
    Damaged,
}

impl Artefact {
    /// Writes the artefact; the same artefact gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(MAGIC.to_vec());
        out.codes(&self.taxonomy.codes);
        out.floats(&self.taxonomy.log_employment);
        out.codes(&self.occupations);
        out.lines(self.titles.texts.iter());
        out.lines(self.titles.normalised.iter());
        out.shorts(&self.titles.codes);
        out.bytes(&self.titles.details);
        out.bytes(&self.titles.sources.iter().map(|s| *s as u8).collect::<Vec<_>>());
        out.lines(self.direct_matches.iter().map(|(title, _)| title.as_str()));
        out.shorts(&self.direct_matches.iter().map(|(_, code)| *code).collect::<Vec<_>>());
        out.lines(self.sentences.texts.iter());
        out.shorts(&self.sentences.codes);
        out.bytes(&self.sentences.kinds.iter().map(|k| *k as u8).collect::<Vec<_>>());
        out.lines(self.vocabulary.iter());
        out.number(self.static_dim);
        out.signed(&self.static_values);
        out.model(&self.title_model);
        out.model(&self.posting_model);
        out.layer(&self.piece_model);
        out.0
    }

    /// Reads what [`Artefact::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut from = Reader(bytes.strip_prefix(MAGIC).ok_or(CodecError::Format)?);
        let codes = from.codes()?;
        let employment = from.floats()?;
        let by_code: HashMap<SocCode, f32> = codes.iter().copied().zip(employment).collect();
        let taxonomy = Taxonomy::new(codes.into_iter(), |code| by_code.get(&code).copied().unwrap_or_default());
        let mut artefact = Self {
            taxonomy,
            occupations: from.codes()?,
            titles: from.titles()?,
            direct_matches: from.direct_matches()?,
            sentences: from.sentences()?,
            vocabulary: from.lines()?,
            static_dim: from.number()?,
            static_values: from.signed()?,
            title_model: from.model()?,
            posting_model: from.model()?,
            piece_model: from.layer()?,
        };
        artefact.taxonomy.count_titles(artefact.titles.codes.iter().copied());
        artefact.is_sound().then_some(artefact).ok_or(CodecError::Damaged)
    }

    fn is_sound(&self) -> bool {
        let codes = self.taxonomy.len();
        let known = |code: &u16| usize::from(*code) < codes;
        let titles = &self.titles;
        let counts = [titles.normalised.len(), titles.codes.len(), titles.details.len(), titles.sources.len()];
        let (sentences, lengths) = (&self.sentences, [self.sentences.codes.len(), self.sentences.kinds.len()]);
        counts.iter().all(|n| *n == titles.texts.len())
            && lengths.iter().all(|n| *n == sentences.texts.len())
            && titles.codes.iter().chain(&sentences.codes).all(known)
            && self.direct_matches.iter().all(|(_, code)| known(code))
            && self.static_values.len() == self.static_dim * self.vocabulary.len()
            && [&self.title_model, &self.posting_model].iter().all(|m| m.is_sound())
            && self.piece_model.is_sound()
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, n: usize) {
        self.0.extend((n as u64).to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    fn signed(&mut self, values: &[i8]) {
        self.number(values.len());
        self.0.extend(values.iter().map(|v| v.cast_unsigned()));
    }

    /// Low bytes first, then high bytes: neighbours are alike.
    fn shorts(&mut self, values: &[u16]) {
        let planes = [0, 1].map(|byte| values.iter().map(move |v| v.to_le_bytes()[byte]));
        self.bytes(&planes.into_iter().flatten().collect::<Vec<u8>>());
    }

    fn floats(&mut self, values: &[f32]) {
        self.bytes(&values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>());
    }

    fn codes(&mut self, codes: &[SocCode]) {
        let texts: Vec<String> = codes.iter().map(ToString::to_string).collect();
        self.lines(texts.iter().map(String::as_str));
    }

    fn lines<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        let lines: Vec<&str> = lines.collect();
        self.number(lines.len());
        self.bytes(lines.join("\n").as_bytes());
    }

    fn model(&mut self, model: &QuantisedBag) {
        self.number(model.dim);
        self.bytes(&model.nibbles);
        self.floats(&model.factors);
        self.layer(&model.output);
    }

    fn layer(&mut self, layer: &OutputLayer) {
        self.number(layer.classes);
        self.signed(&layer.rows);
        self.floats(&layer.factors);
        self.floats(&layer.bias);
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], CodecError> {
        let (head, tail) = self.0.split_at_checked(n).ok_or(CodecError::Damaged)?;
        self.0 = tail;
        Ok(head)
    }

    fn number(&mut self) -> Result<usize, CodecError> {
        let bytes = self.take(8)?.try_into().map_err(|_| CodecError::Damaged)?;
        usize::try_from(u64::from_le_bytes(bytes)).map_err(|_| CodecError::Damaged)
    }

    fn bytes(&mut self) -> Result<&'a [u8], CodecError> {
        let n = self.number()?;
        self.take(n)
    }

    fn signed(&mut self) -> Result<Vec<i8>, CodecError> {
        Ok(self.bytes()?.iter().map(|b| b.cast_signed()).collect())
    }

    fn shorts(&mut self) -> Result<Vec<u16>, CodecError> {
        let bytes = self.bytes()?;
        let (low, high) = bytes.split_at(bytes.len() / 2);
        Ok(low.iter().zip(high).map(|(l, h)| u16::from_le_bytes([*l, *h])).collect())
    }

    fn floats(&mut self) -> Result<Vec<f32>, CodecError> {
        let (chunks, _) = self.bytes()?.as_chunks::<4>();
        Ok(chunks.iter().map(|b| f32::from_le_bytes(*b)).collect())
    }

    fn lines(&mut self) -> Result<TextStore, CodecError> {
        let count = self.number()?;
        let text = std::str::from_utf8(self.bytes()?).map_err(|_| CodecError::Damaged)?;
        Ok(TextStore::from_lines(text, count))
    }

    fn codes(&mut self) -> Result<Vec<SocCode>, CodecError> {
        self.lines()?.iter().map(|code| code.parse().map_err(|_| CodecError::Damaged)).collect()
    }

    fn titles(&mut self) -> Result<TitleTable, CodecError> {
        const SOURCES: [TitleSource; 3] = [TitleSource::Official, TitleSource::DirectMatch, TitleSource::Alternate];
        Ok(TitleTable {
            texts: self.lines()?,
            normalised: self.lines()?,
            codes: self.shorts()?,
            details: self.bytes()?.to_vec(),
            sources: self.numbered(&SOURCES)?,
        })
    }

    fn sentences(&mut self) -> Result<SentenceTable, CodecError> {
        Ok(SentenceTable { texts: self.lines()?, codes: self.shorts()?, kinds: self.numbered(&SentenceKind::ALL)? })
    }

    fn numbered<T: Copy>(&mut self, all: &[T]) -> Result<Vec<T>, CodecError> {
        let find = |b: &u8| all.get(usize::from(*b)).copied().ok_or(CodecError::Damaged);
        self.bytes()?.iter().map(find).collect()
    }

    fn direct_matches(&mut self) -> Result<Vec<(String, u16)>, CodecError> {
        let titles = self.lines()?;
        let codes = self.shorts()?;
        Ok(titles.iter().map(str::to_owned).zip(codes).collect())
    }

    fn model(&mut self) -> Result<QuantisedBag, CodecError> {
        let dim = self.number()?;
        let nibbles = self.bytes()?.to_vec();
        Ok(QuantisedBag { dim, nibbles, factors: self.floats()?, output: self.layer()? })
    }

    fn layer(&mut self) -> Result<OutputLayer, CodecError> {
        let classes = self.number()?;
        Ok(OutputLayer { classes, rows: self.signed()?, factors: self.floats()?, bias: self.floats()? })
    }
}
