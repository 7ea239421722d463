//! Suggestions of SOC codes as a client sees them, and the ranker that is committed.
//!
//! Unpacking the ranker takes about a second, and each test may be a process of its own: so there are few tests that ask it,
//! and they ask a lot.

mod command_line;
mod committed;
mod golden;
mod roles;
mod suggestions;
