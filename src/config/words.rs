//! Settings that are one of a few words.

/// Declares a setting that is one of a few words.
macro_rules! words {
    ($($(#[$about:meta])* pub enum $name:ident { $($(#[$word_about:meta])* $variant:ident = $word:literal,)+ })+) => { $(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$word_about])* $variant,)+ }

        impl $name {
            /// The word in the settings.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl Setting for $name {
            fn allowed(_rule: Rule) -> String {
                let words = [$($word),+];
                let (last, others) = words.split_last().unwrap_or((&"", &[]));
                format!("{} or {last}", others.join(", "))
            }

            fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
                match raw.text()? { $($word => Some(Self::$variant),)+ _ => None }
            }

            fn shown(&self) -> Option<String> {
                Some(self.word().to_owned())
            }
        }
    )+ };
}
pub(super) use words;
