//! Trains the classifiers and puts the artefact together; the same corpus gives the same bytes.

pub mod descent;
pub mod plans;

use std::thread;

use crate::{
    SocCode,
    artefact::{Artefact, SentenceKind, SentenceTable, TitleTable},
    corpus::{
        CodeText, Corpus,
        prepared::{taxonomy, titles},
        taxonomy::{CodeId, Taxonomy},
    },
    scorers::{
        bag::{Bag, BagModel},
        hashing::Random,
        quantised::{OutputLayer, QuantisedBag},
        word_pieces::WordPieces,
    },
    text::{boilerplate::sentences, normalise::normalise, tokens::tokens},
    training::{
        descent::{Sample, train as descend},
        plans::{PIECE, POSTING, TITLE, TITLE_SHARE},
    },
};

/// Trains everything. Takes two threads and about 40 seconds.
pub fn train(corpus: &Corpus) -> Artefact {
    let mut artefact = assemble(corpus);
    train_classifiers(&mut artefact);
    artefact
}

/// Trains the classifiers of an artefact on its titles and sentences.
pub fn train_classifiers(artefact: &mut Artefact) {
    let examples = Examples::new(artefact);
    let ((title_model, posting_model), piece_model) = thread::scope(|scope| {
        let pieces = scope.spawn(|| piece_model(&examples, artefact));
        let hashed = (title_model(&examples), posting_model(&examples));
        (hashed, pieces.join().unwrap_or_default())
    });
    artefact.title_model = title_model;
    artefact.posting_model = posting_model;
    artefact.piece_model = piece_model;
}

/// Everything but the classifiers: enough for the simpler methods.
pub fn assemble(corpus: &Corpus) -> Artefact {
    let mut taxonomy = taxonomy(corpus);
    let titles = titles(corpus, &taxonomy);
    taxonomy.count_titles(titles.iter().map(|t| t.code));
    let mut occupations: Vec<SocCode> = corpus.occupations.iter().map(|o| o.code).collect();
    occupations.sort_unstable();
    Artefact {
        occupations,
        titles: TitleTable::new(&titles),
        direct_matches: direct_matches(corpus, &taxonomy),
        sentences: collect_sentences(corpus, &taxonomy),
        vocabulary: corpus.word_pieces.vocabulary.iter().collect(),
        static_values: corpus.word_pieces.values.clone(),
        static_dim: corpus.word_pieces.dim,
        taxonomy,
        ..Artefact::default()
    }
}

fn direct_matches(corpus: &Corpus, taxonomy: &Taxonomy) -> Vec<(String, CodeId)> {
    let pair = |row: &CodeText| Some((normalise(&row.text), taxonomy.id(row.code)?));
    let mut pairs: Vec<(String, CodeId)> = corpus.direct_matches.iter().filter_map(pair).collect();
    pairs.sort();
    pairs.dedup();
    pairs
}

fn collect_sentences(corpus: &Corpus, taxonomy: &Taxonomy) -> SentenceTable {
    let mut out: Vec<(CodeId, SentenceKind, &str)> = Vec::new();
    let mut push = |code: SocCode, kind: SentenceKind, text| out.extend(taxonomy.id(code).map(|id| (id, kind, text)));
    for occupation in &corpus.occupations {
        sentences(&occupation.description).for_each(|s| push(occupation.code, SentenceKind::Description, s));
    }
    for group in &corpus.groups {
        sentences(&group.definition).for_each(|s| push(group.code, SentenceKind::Description, s));
    }
    corpus.tasks.iter().for_each(|row| push(row.code, SentenceKind::Task, &row.text));
    corpus.activities.iter().for_each(|row| push(row.code, SentenceKind::Activity, &row.text));
    corpus.tools.iter().for_each(|row| push(row.code, SentenceKind::Tool, &row.text));
    out.sort_unstable();
    out.dedup();
    SentenceTable {
        texts: out.iter().map(|(_, _, text)| text).collect(),
        codes: out.iter().map(|(code, _, _)| *code).collect(),
        kinds: out.iter().map(|(_, kind, _)| *kind).collect(),
    }
}

/// Titles as tokens, and sentences by code: what samples are drawn from.
struct Examples {
    titles: Vec<String>,
    title_codes: Vec<CodeId>,
    title_tokens: Vec<Vec<String>>,
    /// Normalised sentences without tools, by code.
    sentences: Vec<Vec<String>>,
    classes: usize,
}

impl Examples {
    fn new(artefact: &Artefact) -> Self {
        let classes = artefact.taxonomy.len();
        let mut by_code = vec![Vec::new(); classes];
        for (code, _, text) in artefact.sentences.iter().filter(|(_, kind, _)| *kind != SentenceKind::Tool) {
            by_code[usize::from(code)].push(normalise(text));
        }
        let (texts, title_codes): (Vec<&str>, Vec<CodeId>) = artefact.titles.pairs().unzip();
        Self {
            title_tokens: texts.iter().map(|t| tokens(t)).collect(),
            titles: texts.into_iter().map(str::to_owned).collect(),
            title_codes,
            sentences: by_code,
            classes,
        }
    }

    /// Numbers of up to four sentences of a title's code: an artificial posting; in a third of the cases none.
    fn draw(&self, title: usize, random: &mut Random) -> Vec<usize> {
        let pool = self.sentences[usize::from(self.title_codes[title])].len();
        if pool == 0 || random.below(3) == 0 {
            return Vec::new();
        }
        let count = 1 + random.below(4);
        (0..count).map(|_| random.below(pool)).collect()
    }
}

fn title_model(examples: &Examples) -> QuantisedBag {
    let features: Vec<Vec<u32>> = examples.title_tokens.iter().map(|t| TITLE.hashing.title(t)).collect();
    let mut model = fresh(TITLE.dim, TITLE.hashing.buckets as usize, examples.classes, TITLE.run.seed);
    descend(&mut model, features.len(), TITLE.run, |i, random| Sample {
        bag: Bag::uniform(&dropped(&features[i], TITLE.dropout, random)),
        class: examples.title_codes[i],
    });
    QuantisedBag::new(&model, &seen(&model, features.iter()))
}

fn posting_model(examples: &Examples) -> QuantisedBag {
    let titles: Vec<Vec<u32>> = examples.title_tokens.iter().map(|t| POSTING.hashing.title(t)).collect();
    let hashed = |text: &String| {
        let mut out = Vec::new();
        POSTING.hashing.words(&tokens(text), &mut out);
        out
    };
    let pools: Vec<Vec<Vec<u32>>> = examples.sentences.iter().map(|pool| pool.iter().map(hashed).collect()).collect();
    let mut model = fresh(POSTING.dim, POSTING.hashing.buckets as usize, examples.classes, POSTING.run.seed);
    descend(&mut model, titles.len(), POSTING.run, |i, random| posting(examples, &titles, &pools, i, POSTING.dropout, random));
    QuantisedBag::new(&model, &seen(&model, titles.iter().chain(pools.iter().flatten())))
}

fn piece_model(examples: &Examples, artefact: &Artefact) -> OutputLayer {
    let pieces = WordPieces::new(artefact.vocabulary.iter());
    let titles: Vec<Vec<u32>> = examples.titles.iter().map(|t| pieces.ids(t)).collect();
    let ids = |pool: &Vec<String>| pool.iter().map(|text| pieces.ids(text)).collect();
    let pools: Vec<Vec<Vec<u32>>> = examples.sentences.iter().map(ids).collect();
    let mut model = BagModel {
        dim: artefact.static_dim,
        classes: examples.classes,
        embedding: artefact.static_values.iter().map(|v| f32::from(*v) * PIECE.unit).collect(),
        output: vec![0.0; artefact.static_dim * examples.classes],
        bias: vec![0.0; examples.classes],
    };
    descend(&mut model, titles.len(), PIECE.run, |i, random| posting(examples, &titles, &pools, i, PIECE.dropout, random));
    OutputLayer::new(&model)
}

fn posting(examples: &Examples, titles: &[Vec<u32>], pools: &[Vec<Vec<u32>>], i: usize, dropout: f32, random: &mut Random) -> Sample {
    let class = examples.title_codes[i];
    let pool = &pools[usize::from(class)];
    let text: Vec<u32> = examples.draw(i, random).into_iter().flat_map(|s| pool[s].iter().copied()).collect();
    let title = dropped(&titles[i], dropout, random);
    Sample { bag: Bag::mixed(&[(&title, TITLE_SHARE), (&text, 1.0 - TITLE_SHARE)]), class }
}

/// Which features training met.
fn seen<'a>(model: &BagModel, texts: impl Iterator<Item = &'a Vec<u32>>) -> Vec<bool> {
    let mut seen = vec![false; model.embedding.len() / model.dim];
    texts.flatten().for_each(|feature| seen[*feature as usize] = true);
    seen
}

/// Leaves features out by chance, so that no single one is relied on; never all of them.
fn dropped(features: &[u32], share: f32, random: &mut Random) -> Vec<u32> {
    let kept: Vec<u32> = features.iter().copied().filter(|_| random.unit() >= share).collect();
    if kept.is_empty() { features.to_vec() } else { kept }
}

fn fresh(dim: usize, features: usize, classes: usize, seed: u64) -> BagModel {
    let mut random = Random::new(seed ^ 0x5eed);
    let embedding = (0..dim * features).map(|_| (random.unit() - 0.5) * 2.0 / dim as f32).collect();
    BagModel { dim, classes, embedding, output: vec![0.0; dim * classes], bias: vec![0.0; classes] }
}
