//! The binary. All it does is in [`rolegraph::cli`].

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    rolegraph::cli::run().await
}
