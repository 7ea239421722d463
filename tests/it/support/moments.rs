//! Moments to kill something at. The seed of the moments is printed; `CRASH_SEED` sets it.

#![expect(clippy::print_stdout, reason = "seeds")]

use std::time::Duration;

/// Random numbers, by the algorithm `SplitMix64`.
pub(crate) struct Moments(u64);

impl Moments {
    /// Those of `CRASH_SEED`, or any.
    pub(crate) fn new() -> Self {
        #[expect(clippy::disallowed_methods, reason = "what a test finds in its environment is no setting of the service")]
        let given = std::env::var("CRASH_SEED").ok();
        let seed = given.map_or_else(|| rand::random::<u32>().into(), |seed| seed.parse().expect("CRASH_SEED is a number"));
        println!("CRASH_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((bits ^ (bits >> 31)) >> 32).expect("32 bits")
    }

    /// A number from 1 to `most`.
    pub(crate) fn up_to(&mut self, most: usize) -> usize {
        1 + usize::try_from(self.next()).expect("64 bits") % most.max(1)
    }

    /// A part of a time.
    pub(crate) fn within(&mut self, time: Duration) -> Duration {
        time.mul_f64(f64::from(self.next()) / f64::from(u32::MAX))
    }
}
