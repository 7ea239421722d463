//! Scorers: each gives every code a number for a query.

pub mod bag;
pub mod bm25;
pub mod exact;
pub mod gram_overlap;
pub mod hashing;
pub mod heads;
pub mod math;
pub mod quantised;
pub mod scores;
pub mod title_overlap;
pub mod vocabulary;
pub mod vote;
pub mod word_pieces;
