//! The only HTTP client: everything that calls an upstream goes through an [`Upstream`].
//!
//! A call passes, in this order:
//!
//! 1. *coalescing*: callers of the same call that is in flight wait for its answer;
//! 2. *gates*: what refused our credentials or has no quota left is not asked, and neither is what the circuit holds back;
//! 3. *turns*: so many calls at once as the upstream may have; then the deadline begins to run;
//! 4. *tries*, up to three: each waits for the rate, then for the circuit, and has a time of its own;
//! 5. *reading*: no redirect is followed, the body is at most 5 MiB (unpacked), and it is JSON.
//!
//! Whatever happens ends in a named [`Failure`]. No secret and no URL stands in it, in `Debug` or in the log: calls are
//! known by the label of their route, and what an upstream says is scrubbed.

mod call;
mod circuit;
mod coalesce;
mod collector;
mod failure;
mod fetch;
mod gates;
mod limits;
mod outbound;
mod pace;
mod quota;
mod record;
mod scrub;
mod transport;
mod upstream;

pub use call::{Answer, Call, Explain, Judge};
pub use circuit::CircuitState;
pub use collector::Collector;
pub use failure::{CallError, Failure};
pub use fetch::Fetcher;
pub use limits::{Limits, Rate};
pub use outbound::{MayCall, Outbound, Sent};
pub use quota::Quota;
pub use record::Health;
pub use scrub::Scrubber;
pub use transport::ClientError;
pub use upstream::{Upstream, UpstreamOptions, WallClock};
