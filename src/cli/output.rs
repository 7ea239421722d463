//! Everything that is printed.

#![expect(clippy::print_stderr, reason = "the one place that prints")]

use std::io::Write;

/// What was asked for, on standard output. A reader that went away is no error.
pub(super) fn text(text: &str) {
    bytes(text.as_bytes());
}

/// The same of bytes.
pub(super) fn bytes(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    drop(out.write_all(bytes).and_then(|()| out.flush()));
}

/// What a person should know meanwhile, on standard error.
pub(super) fn note(text: &str) {
    eprintln!("{text}");
}

/// Why nothing was done, with its causes, on standard error.
pub(super) fn error(error: &anyhow::Error) {
    eprintln!("rolegraph: {error:#}");
}
