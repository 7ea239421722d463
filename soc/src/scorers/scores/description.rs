//! The scorers that read the description alone.

use super::Scorers;
use crate::{
    corpus::taxonomy::CodeId,
    scorers::bag::Bag,
    text::query::Query,
    training::plans::{PIECE, POSTING},
};

/// Sharpness of the vote of sentences.
const SENTENCE_FACTOR: f32 = 10.0;
/// Sentences of a description that vote one by one.
const MOST_SENTENCES: usize = 10;

impl Scorers {
    /// The vote of descriptions and tasks, for some codes.
    pub(super) fn description_votes(&self, query: &Query, codes: &[CodeId]) -> Vec<f32> {
        if !query.has_description() {
            return vec![0.0; self.codes];
        }
        let text = format!("{} {}", query.main.normalised, query.description);
        let votes = self.sentence_vote.votes_of(codes, &self.table.embed(&text), SENTENCE_FACTOR);
        votes.into_iter().map(|v| v.vote).collect()
    }

    /// For some codes: the mean over the sentences of the description of the best cosine with a sentence of the code, and
    /// the vote of the first sentence.
    pub(super) fn sentence_votes(&self, query: &Query, codes: &[CodeId]) -> (Vec<f32>, Vec<f32>) {
        let (mut best, mut first) = (vec![0.0f32; self.codes], vec![0.0f32; self.codes]);
        let count = query.sentences.len().clamp(1, MOST_SENTENCES) as f32;
        for (number, sentence) in query.sentences.iter().take(MOST_SENTENCES).enumerate() {
            let votes = self.sentence_vote.votes_of(codes, &self.table.embed(sentence), SENTENCE_FACTOR);
            best.iter_mut().zip(&votes).for_each(|(sum, v)| *sum += v.best / count);
            if number == 0 {
                first = votes.iter().map(|v| v.vote).collect();
            }
        }
        (best, first)
    }

    /// What the posting model says to the description alone.
    pub(super) fn posting_text(&self, query: &Query) -> Vec<f32> {
        if !query.has_description() {
            return vec![0.0; self.codes];
        }
        let mut text = Vec::new();
        POSTING.hashing.words(&query.description_tokens, &mut text);
        self.posting_model.logits(&Bag::uniform(&text))
    }

    /// What the classifier of word pieces says to the description alone.
    pub(super) fn piece_text(&self, query: &Query) -> Vec<f32> {
        if !query.has_description() {
            return vec![0.0; self.codes];
        }
        self.piece_model.logits(&self.table.hidden(&Bag::uniform(&self.table.pieces.ids(&query.description)), PIECE.unit))
    }
}
