//! The binary. All it does is in [`rolegraph::cli`].

use std::process::ExitCode;

/// Gives memory back that is no longer used, which that of glibc does rarely. Not where the size of a page is not the same on all
/// machines: it is compiled in.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    rolegraph::cli::run()
}
