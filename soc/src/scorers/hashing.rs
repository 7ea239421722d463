//! Hashed features of texts, and the generator of pseudo-random numbers that training uses.

/// FNV-1a, 64 bits (Fowler, Noll, Vo), with a namespace that keeps kinds of features apart.
pub fn hash(namespace: u8, parts: &[&str]) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |b: u8| h = (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
    feed(namespace);
    for part in parts {
        part.bytes().for_each(&mut feed);
        feed(0);
    }
    h ^ (h >> 32)
}

/// Which features of a title are hashed.
#[derive(Debug, Clone, Copy)]
pub struct HashPlan {
    /// Number of buckets, a power of two.
    pub buckets: u32,
    /// Whether character 3–5-grams of words are features.
    pub characters: bool,
}

impl HashPlan {
    fn bucket(self, namespace: u8, parts: &[&str]) -> u32 {
        let bucket = hash(namespace, parts) & u64::from(self.buckets - 1);
        u32::try_from(bucket).unwrap_or_default()
    }

    /// Features of a title's tokens: words, bigrams, first and last word, character n-grams.
    pub fn title(self, tokens: &[String]) -> Vec<u32> {
        let mut out = Vec::with_capacity(tokens.len() * 16);
        self.words(tokens, &mut out);
        if let (Some(first), Some(last)) = (tokens.first(), tokens.last()) {
            out.push(self.bucket(3, &[first]));
            out.push(self.bucket(4, &[last]));
        }
        if self.characters {
            for token in tokens {
                self.n_grams(token, &mut out);
            }
        }
        out
    }

    /// Features of running text: words and bigrams.
    pub fn words(self, tokens: &[String], out: &mut Vec<u32>) {
        out.extend(tokens.iter().map(|token| self.bucket(1, &[token])));
        out.extend(tokens.windows(2).map(|pair| self.bucket(2, &[&pair[0], &pair[1]])));
    }

    fn n_grams(self, token: &str, out: &mut Vec<u32>) {
        let bounded = format!("<{token}>");
        for n in 3..=5 {
            let grams = bounded.len().saturating_sub(n - 1);
            out.extend((0..grams).filter_map(|at| bounded.get(at..at + n)).map(|gram| self.bucket(5, &[gram])));
        }
    }
}

/// `SplitMix64` (Steele, Lea, Flood 2014): small, seedable, the same on every machine.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator with a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound` (which must not be 0).
    pub fn below(&mut self, bound: usize) -> usize {
        let product = u128::from(self.next_u64()) * (bound as u128);
        usize::try_from(product >> 64).unwrap_or_default()
    }

    /// A number in 0..1.
    pub fn unit(&mut self) -> f32 {
        (self.next_u64() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Fisher–Yates.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}
