//! All scorers together: a query becomes a table of columns × codes.

mod description;

use std::mem::take;

use crate::{
    artefact::{Artefact, SentenceKind, SentenceTable, store::TextStore},
    corpus::taxonomy::CodeId,
    evidence::WeightedWords,
    fusion::calibration::QueryTraits,
    scorers::{
        bag::Bag,
        bm25::{Bm25, Bm25Constants},
        exact::ExactTitles,
        gram_overlap::GramOverlap,
        heads::Heads,
        quantised::{OutputLayer, QuantisedBag},
        title_overlap::{Overlap, TitleOverlap},
        vocabulary::{TokenLists, Vocabulary},
        vote::{StaticTable, TitleVote, Vote},
        word_pieces::WordPieces,
    },
    text::{
        query::{Form, Query, sorted_key},
        spelling::Spelling,
    },
    training::plans::{PIECE, POSTING, TITLE, TITLE_SHARE},
};

/// The columns of a score table, in their order.
pub const COLUMNS: &[&str] = &[
    "bm25_titles",
    "bm25_text",
    "title_model",
    "title_model_parts",
    "posting_model",
    "piece_model",
    "vote",
    "vote_best",
    "vote_parts",
    "vote_description",
    "overlap",
    "overlap_best",
    "overlap_parts",
    "exact",
    "exact_tokens",
    "exact_sorted",
    "exact_part",
    "posting_title_only",
    "piece_title_only",
    "grams",
    "title_model_lead",
    "vote_lead",
    "overlap_lead",
    "sentences_best",
    "first_sentence",
    "posting_text_only",
    "piece_text_only",
];

/// Sharpness of the vote of titles.
const VOTE_FACTOR: f32 = 20.0;
/// Codes that costly votes are taken for.
const LIKELY_CODES: usize = 120;

/// Scores of every code, a column per scorer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScoreTable {
    /// In the order of [`COLUMNS`]; each as long as there are codes.
    pub columns: Vec<Vec<f32>>,
    /// For each code, what titles share with the query.
    pub overlaps: Vec<Overlap>,
    /// For each code, which title means most nearly the same.
    pub votes: Vec<Vote>,
}

/// The scorers.
#[derive(Debug, Clone)]
pub struct Scorers {
    codes: usize,
    vocabulary: Vocabulary,
    spelling: Spelling,
    titles_bm25: Bm25,
    text_bm25: Bm25,
    exact: ExactTitles,
    exact_tokens: ExactTitles,
    exact_sorted: ExactTitles,
    overlap: TitleOverlap,
    grams: GramOverlap,
    heads: Heads,
    table: StaticTable,
    vote: TitleVote,
    sentence_vote: TitleVote,
    title_model: QuantisedBag,
    posting_model: QuantisedBag,
    piece_model: OutputLayer,
}

impl Scorers {
    /// Builds the indexes; `sentences` are normalised, `words` are theirs. The models are moved out of the artefact.
    pub fn new(artefact: &mut Artefact, mut vocabulary: Vocabulary, sentences: &TextStore, words: &TokenLists) -> Self {
        let codes = artefact.taxonomy.len();
        let titles = &artefact.titles;
        let lists = TokenLists::new(titles.normalised.iter(), &mut vocabulary);
        let spelled = vocabulary.spelled();
        let words_of = |list: &[u32]| list.iter().map(|word| spelled[*word as usize]).collect::<Vec<&str>>();
        let size = vocabulary.len();
        let table = StaticTable {
            pieces: WordPieces::new(artefact.vocabulary.iter()),
            values: take(&mut artefact.static_values),
            dim: artefact.static_dim,
        };
        let documents = |codes: &[CodeId]| codes.iter().map(|code| usize::from(*code)).collect::<Vec<_>>();
        let (of_titles, of_sentences) = (documents(&titles.codes), documents(&artefact.sentences.codes));
        let titles_bm25 = Bm25::new(size, codes, of_titles.into_iter().zip(lists.iter()), Bm25Constants { k1: 1.2, b: 0.3 });
        let text_bm25 = Bm25::new(size, codes, of_sentences.into_iter().zip(words.iter()), Bm25Constants { k1: 1.2, b: 0.75 });
        Self {
            codes,
            spelling: spelling(&vocabulary, &lists),
            titles_bm25,
            text_bm25,
            exact: ExactTitles::new(titles.pairs()),
            exact_tokens: ExactTitles::new(lists.iter().map(|list| words_of(list).join(" ")).zip(titles.codes.iter().copied())),
            exact_sorted: ExactTitles::new(lists.iter().map(|list| sorted_key(&words_of(list))).zip(titles.codes.iter().copied())),
            overlap: TitleOverlap::new(size, codes, &titles.codes, &lists),
            grams: GramOverlap::new(codes, &spelled, &lists, &titles.codes),
            heads: Heads::new(size, &lists),
            vocabulary,
            vote: TitleVote::new(codes, table.dim, titles.codes.iter().copied().zip(table.embed_all(titles.normalised.iter()))),
            sentence_vote: sentence_vote(&artefact.sentences, sentences, codes, &table),
            table,
            title_model: take(&mut artefact.title_model),
            posting_model: take(&mut artefact.posting_model),
            piece_model: take(&mut artefact.piece_model),
        }
    }

    /// Mends the spelling of a query's title. Where a description tells what the work is, parts that only say where or for
    /// whom it is done (", Residential") are left out.
    pub fn mend(&self, mut query: Query) -> Query {
        for form in std::iter::once(&mut query.main).chain([&mut query.lead]).chain(&mut query.parts) {
            form.tokens = self.spelling.mend(take(&mut form.tokens));
        }
        if query.has_description() {
            let lead = query.lead.normalised.clone();
            query.parts.retain(|part| part.normalised == lead || self.names_work(part));
        }
        query
    }

    fn names_work(&self, part: &Form) -> bool {
        let last = part.tokens.last().and_then(|word| self.vocabulary.id(word));
        last.is_none_or(|word| self.heads.may_head(word))
    }

    /// Scores all codes.
    pub fn score(&self, query: &Query) -> ScoreTable {
        let main = &query.main;
        let votes = self.votes(main);
        let overlaps = self.overlaps(main);
        let (words, text) = (self.vocabulary.known(&main.tokens), self.vocabulary.known(&query.description_tokens));
        let title_parts = self.over_parts(query, |form| self.title_logits(form));
        let posting = self.posting_logits(query, true);
        let pieces = self.table.pieces.ids(&main.normalised);
        let part_votes = self.part_votes(query, &votes, &title_parts);
        let likely = best_codes(&posting, LIKELY_CODES);
        let description_votes = self.description_votes(query, &likely);
        let lead = &query.lead;
        let lead_title = self.title_logits(lead);
        let lead_votes = self.lead_votes(query, &votes, &lead_title);
        let (sentences_best, first_sentence) = self.sentence_votes(query, &likely);
        let columns = vec![
            self.titles_bm25.scores(&words),
            self.text_bm25.scores(&[words, text].concat()),
            self.title_logits(main),
            title_parts,
            posting,
            self.piece_logits(&pieces, query, true),
            votes.iter().map(|v| v.vote).collect(),
            votes.iter().map(|v| v.best).collect(),
            part_votes,
            description_votes,
            overlaps.iter().map(|o| o.vote).collect(),
            overlaps.iter().map(|o| o.best).collect(),
            self.over_parts(query, |form| self.overlaps(form).into_iter().map(|o| o.vote).collect()),
            self.flags(&self.exact, &main.normalised),
            self.flags(&self.exact_tokens, &main.tokens.join(" ")),
            self.flags(&self.exact_sorted, &main.sorted_key()),
            self.over_parts(query, |form| self.flags(&self.exact_tokens, &form.tokens.join(" "))),
            self.posting_logits(query, false),
            self.piece_logits(&pieces, query, false),
            self.grams.votes(&main.tokens),
            lead_title,
            lead_votes,
            self.overlaps(lead).into_iter().map(|o| o.vote).collect(),
            sentences_best,
            first_sentence,
            self.posting_text(query),
            self.piece_text(query),
        ];
        ScoreTable { columns, overlaps, votes }
    }

    /// Words of the query with their rarity among descriptions and tasks.
    pub fn weigh(&self, query: &Query) -> WeightedWords {
        WeightedWords::new(query, &self.vocabulary, &self.text_bm25)
    }

    /// What the calibrator wants to know of a query.
    pub fn traits(&self, query: &Query) -> QueryTraits {
        let tokens = &query.main.tokens;
        let unknown = tokens.iter().filter(|t| !self.overlap.knows(t, &self.vocabulary)).count();
        QueryTraits {
            exact_codes: self.exact_tokens.codes(&tokens.join(" ")).len(),
            has_description: query.has_description(),
            unknown_share: unknown as f64 / tokens.len().max(1) as f64,
            words: tokens.len(),
        }
    }

    fn votes(&self, form: &Form) -> Vec<Vote> {
        self.vote.votes(&self.table.embed(&form.normalised), VOTE_FACTOR)
    }

    fn title_logits(&self, form: &Form) -> Vec<f32> {
        self.title_model.logits(&Bag::uniform(&TITLE.hashing.title(&form.tokens)))
    }

    fn posting_logits(&self, query: &Query, with_text: bool) -> Vec<f32> {
        let title = POSTING.hashing.title(&query.main.tokens);
        let mut text = Vec::new();
        if with_text {
            POSTING.hashing.words(&query.description_tokens, &mut text);
        }
        self.posting_model.logits(&Bag::mixed(&[(&title, TITLE_SHARE), (&text, 1.0 - TITLE_SHARE)]))
    }

    fn piece_logits(&self, title: &[u32], query: &Query, with_text: bool) -> Vec<f32> {
        let text = if with_text { self.table.pieces.ids(&query.description) } else { Vec::new() };
        self.piece_model.logits(&self.table.hidden(&Bag::mixed(&[(title, TITLE_SHARE), (&text, 1.0 - TITLE_SHARE)]), PIECE.unit))
    }

    fn overlaps(&self, form: &Form) -> Vec<Overlap> {
        self.overlap.overlaps(&form.tokens, &self.vocabulary)
    }

    /// The best vote over the parts of a title, for the codes that the title model thinks possible.
    fn part_votes(&self, query: &Query, whole: &[Vote], likely: &[f32]) -> Vec<f32> {
        if query.parts.is_empty() {
            return whole.iter().map(|v| v.vote).collect();
        }
        let codes = best_codes(likely, LIKELY_CODES);
        self.over_parts(query, |form| self.votes_of(&codes, &form.normalised))
    }

    /// The vote over what stands before the first comma, for the codes that the title model thinks possible.
    fn lead_votes(&self, query: &Query, whole: &[Vote], likely: &[f32]) -> Vec<f32> {
        if query.lead == query.main {
            return whole.iter().map(|v| v.vote).collect();
        }
        self.votes_of(&best_codes(likely, LIKELY_CODES), &query.lead.normalised)
    }

    fn votes_of(&self, codes: &[CodeId], normalised: &str) -> Vec<f32> {
        let votes = self.vote.votes_of(codes, &self.table.embed(normalised), VOTE_FACTOR);
        votes.into_iter().map(|v| v.vote).collect()
    }

    fn flags(&self, index: &ExactTitles, key: &str) -> Vec<f32> {
        let mut flags = vec![0.0; self.codes];
        let found = index.codes(key);
        let share = 1.0 / found.len().max(1) as f32;
        for code in found {
            flags[usize::from(code)] = share;
        }
        flags
    }

    /// The best of a score over the parts of a title; over the title itself if it has none.
    fn over_parts(&self, query: &Query, score: impl Fn(&Form) -> Vec<f32>) -> Vec<f32> {
        if query.parts.is_empty() {
            return score(&query.main);
        }
        let mut best = vec![f32::MIN; self.codes];
        for part in &query.parts {
            for (b, s) in best.iter_mut().zip(score(part)) {
                *b = b.max(s);
            }
        }
        best
    }
}

fn spelling(vocabulary: &Vocabulary, titles: &TokenLists) -> Spelling {
    let mut counts = vec![0u32; vocabulary.len()];
    titles.iter().flatten().for_each(|word| counts[*word as usize] += 1);
    Spelling::new(vocabulary.iter().map(|(word, id)| (word, counts[id as usize])))
}

/// The codes with the best scores, in no order.
fn best_codes(scores: &[f32], n: usize) -> Vec<CodeId> {
    let mut codes: Vec<CodeId> = (0..).take(scores.len()).collect();
    if codes.len() > n {
        codes.select_nth_unstable_by(n, |a, b| scores[usize::from(*b)].total_cmp(&scores[usize::from(*a)]).then(a.cmp(b)));
        codes.truncate(n);
    }
    codes
}

fn sentence_vote(table: &SentenceTable, normalised: &TextStore, codes: usize, pieces: &StaticTable) -> TitleVote {
    let told = || table.codes.iter().zip(&table.kinds).zip(normalised.iter()).filter(|((_, kind), _)| **kind <= SentenceKind::Task);
    let vectors = pieces.embed_all(told().map(|(_, text)| text));
    TitleVote::new(codes, pieces.dim, told().map(|((code, _), _)| *code).zip(vectors))
}
