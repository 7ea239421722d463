//! What a caller can mend, as data.

use crate::domain::job::named;

named! {
    /// The kind of a [`UserError`].
    UserErrorCode {
        /// There is no such thing, or the caller may not know of it.
        NotFound = "NOT_FOUND",
        /// The input breaks a rule that the message names.
        Invalid = "INVALID",
        /// Somebody else changed the thing meanwhile, or has the name already.
        Conflict = "CONFLICT",
        /// The thing is settled; it has to be reopened first.
        Locked = "LOCKED",
        /// The caller may not do that.
        Forbidden = "FORBIDDEN",
        /// More than is allowed at once.
        LimitExceeded = "LIMIT_EXCEEDED",
        /// It was done before.
        AlreadyDone = "ALREADY_DONE",
        /// Something failed inside, at one of many things that were asked for together.
        Internal = "INTERNAL",
    }
}

/// Why a mutation did nothing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UserError {
    /// The kind.
    pub code: UserErrorCode,
    /// What was wrong, and what is allowed.
    pub message: String,
    /// Where: names from the mutation's argument inwards.
    pub path: Vec<String>,
}

impl UserError {
    /// An error at a place in the input.
    pub fn new(code: UserErrorCode, message: impl Into<String>, path: &[&str]) -> Self {
        Self { code, message: message.into(), path: path.iter().map(ToString::to_string).collect() }
    }

    /// An input that breaks a rule.
    pub fn invalid(message: impl Into<String>, path: &[&str]) -> Self {
        Self::new(UserErrorCode::Invalid, message, path)
    }

    /// A thing that there is not.
    pub fn not_found(what: &str, path: &[&str]) -> Self {
        Self::new(UserErrorCode::NotFound, format!("There is no such {what}."), path)
    }
}
