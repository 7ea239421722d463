//! The binary. All it does is in [`rolegraph::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    rolegraph::cli::run()
}
