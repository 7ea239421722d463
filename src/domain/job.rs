//! Jobs: occupations offered to everybody, and featured roles of companies.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::{access::Actor, soc::SocCode};

macro_rules! named {
    ($(#[$doc:meta])+ $name:ident { $($(#[$vdoc:meta])+ $variant:ident = $wire:literal,)+ }) => {
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])+ #[serde(rename = $wire)] $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: [Self; [$($wire),+].len()] = [$(Self::$variant),+];

            /// The name in the API and in the database.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.name() == name)
            }
        }
    };
}
pub(crate) use named;

named! {
    /// What kind of job.
    JobKind {
        /// Offered to everybody.
        Occupation = "OCCUPATION",
        /// One company's own.
        FeaturedRole = "FEATURED_ROLE",
    }
}

named! {
    /// How far the SOC code of a job is settled.
    SocStatus {
        /// No code.
        Unassigned = "UNASSIGNED",
        /// A code that nobody has looked at.
        Proposed = "PROPOSED",
        /// Somebody is looking at it.
        InReview = "IN_REVIEW",
        /// Settled and locked; the job inherits the occupation's data.
        Approved = "APPROVED",
    }
}

/// A job without its fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// Unique, made from the title.
    pub slug: String,
    /// What kind of job.
    pub kind: JobKind,
    /// The title.
    pub title: String,
    /// What the job is about.
    pub description: Option<String>,
    /// The company that offers a featured role.
    pub company_id: Option<Uuid>,
    /// The code, see [`crate::domain::occupation::Catalogue::canonical`].
    pub soc_code: Option<SocCode>,
    /// How far the code is settled.
    pub soc_status: SocStatus,
    /// Who approved the code.
    pub soc_approved_by: Option<Actor>,
    /// When.
    pub soc_approved_at: Option<DateTime<Utc>>,
    /// Only published jobs are public.
    pub published: bool,
    /// Grows with every change of the job or of one of its fields.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it, or one of its fields, was changed last.
    pub updated_at: DateTime<Utc>,
}

impl Job {
    /// The occupation whose facts the job answers: only an approved code is inherited from.
    pub fn inherits_from(&self) -> Option<SocCode> {
        self.soc_code.filter(|_| self.soc_status == SocStatus::Approved)
    }
}

/// A company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its id.
    pub id: Uuid,
    /// Unique, made from the name unless given.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// The longest slug, in characters.
pub const SLUG_MAX: usize = 80;

/// A slug made from a title: its words in lower case, joined by hyphens; empty when it has no ASCII letter or digit.
pub fn slug_of(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'').map(|word| word.replace('\'', ""));
    let mut slug = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-").to_ascii_lowercase();
    slug.truncate(SLUG_MAX);
    slug.trim_end_matches('-').to_owned()
}

/// True for lower-case words of ASCII letters and digits joined by single hyphens, at most [`SLUG_MAX`] characters.
pub fn is_slug(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= SLUG_MAX && text.split('-').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_made_from_the_words_of_a_title() {
        assert_eq!(slug_of("Registered Nurses"), "registered-nurses");
        assert_eq!(slug_of("  Cooks, Restaurant (night) "), "cooks-restaurant-night");
        assert_eq!(slug_of("Driver's Helper"), "drivers-helper");
        assert_eq!(slug_of("看護師"), "");
        assert!(is_slug(&slug_of(&"long title ".repeat(40))));
    }

    #[test]
    fn only_an_approved_code_is_inherited_from() {
        for status in SocStatus::ALL {
            let job = Job {
                id: Uuid::nil(),
                slug: "a".into(),
                kind: JobKind::FeaturedRole,
                title: "A".into(),
                description: None,
                company_id: None,
                soc_code: "15-1252.00".parse().ok(),
                soc_status: status,
                soc_approved_by: None,
                soc_approved_at: None,
                published: true,
                version: 1,
                created_at: DateTime::default(),
                updated_at: DateTime::default(),
            };
            assert_eq!(job.inherits_from().is_some(), status == SocStatus::Approved);
        }
    }
}
