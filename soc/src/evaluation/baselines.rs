//! The simpler methods that the fusion is compared to.

use crate::{
    SocCode,
    artefact::Artefact,
    corpus::taxonomy::{CodeId, Taxonomy},
    scorers::{
        bm25::{Bm25, Bm25Constants},
        exact::ExactTitles,
        vocabulary::{TokenLists, Vocabulary},
        vote::{StaticTable, TitleVote},
        word_pieces::WordPieces,
    },
    text::query::Query,
};

/// A simpler method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Equal normalised titles; the more employed code first.
    Exact,
    /// BM25 with a document per title; a code is as good as its best title.
    Bm25Title,
    /// The vote of titles by the static table alone.
    Static,
}

/// A simpler ranker.
#[derive(Debug, Clone)]
pub struct Baseline {
    taxonomy: Taxonomy,
    index: Index,
}

#[derive(Debug, Clone)]
enum Index {
    Exact(ExactTitles),
    Bm25 { index: Bm25, vocabulary: Vocabulary, codes: Vec<CodeId> },
    Static { table: StaticTable, vote: TitleVote },
}

impl Baseline {
    /// Builds a method's index; classifiers are not needed.
    pub fn new(method: Method, artefact: Artefact) -> Self {
        let titles = &artefact.titles;
        let index = match method {
            Method::Exact => Index::Exact(ExactTitles::new(titles.pairs())),
            Method::Bm25Title => {
                let mut vocabulary = Vocabulary::default();
                let lists = TokenLists::new(titles.normalised.iter(), &mut vocabulary);
                let constants = Bm25Constants { k1: 1.2, b: 0.75 };
                let index = Bm25::new(vocabulary.len(), titles.codes.len(), lists.iter().enumerate(), constants);
                Index::Bm25 { index, vocabulary, codes: titles.codes.clone() }
            }
            Method::Static => {
                let pieces = WordPieces::new(artefact.vocabulary.iter());
                let table = StaticTable { pieces, values: artefact.static_values, dim: artefact.static_dim };
                let vectors = titles.pairs().map(|(text, code)| (code, table.embed(text)));
                let vote = TitleVote::new(artefact.taxonomy.len(), table.dim, vectors);
                Index::Static { table, vote }
            }
        };
        Self { taxonomy: artefact.taxonomy, index }
    }

    /// Up to `n` codes with their share of the score of all that are shown, which stands in for a confidence.
    pub fn rank(&self, title: &str, n: usize) -> Vec<(SocCode, f64)> {
        let scores = self.scores(&Query::new(title, ""));
        let mut order: Vec<usize> = (0..scores.len()).filter(|i| scores[*i] > 0.0).collect();
        let employed = |i: usize| self.taxonomy.log_employment[i];
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(employed(*b).total_cmp(&employed(*a))));
        order.truncate(n);
        let total: f32 = order.iter().map(|i| scores[*i]).sum::<f32>().max(f32::MIN_POSITIVE);
        order.into_iter().map(|i| (self.taxonomy.codes[i], f64::from(scores[i] / total))).collect()
    }

    fn scores(&self, query: &Query) -> Vec<f32> {
        let mut scores = vec![0.0f32; self.taxonomy.len()];
        match &self.index {
            Index::Exact(titles) => titles.codes(&query.main.normalised).for_each(|c| scores[usize::from(c)] = 1.0),
            Index::Bm25 { index, vocabulary, codes } => {
                let found = index.scores(&vocabulary.known(&query.main.tokens));
                for (code, score) in codes.iter().zip(found) {
                    let best = &mut scores[usize::from(*code)];
                    *best = best.max(score);
                }
            }
            Index::Static { table, vote } => {
                let votes = vote.votes(&table.embed(&query.main.normalised), 20.0);
                scores.iter_mut().zip(votes).for_each(|(score, v)| *score = v.vote.max(0.0).powi(8));
            }
        }
        scores
    }
}
