//! Core responsibilities, chosen from tasks.
