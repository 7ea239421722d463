//! Drafts for what official data lacks.
