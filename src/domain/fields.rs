//! THE TABLE of provenance-tracked fields: everything that depends on which fields there are is made from it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::domain::values::ValueType;

/// Calls `$then!` with the table. A row is
/// `/// docs` `Variant method "WIRE_NAME" "wireName" ValueType [providers in order of precedence] ai|no_ai`.
///
/// From it come [`Field`], the layers, coverage, the GraphQL enum and the resolvers. A new field of a known value
/// type is one row here and the regenerated `schema.graphql`.
macro_rules! job_fields {
    ($then:ident) => {
        $then! {
            /// Five to eight core tasks that together cover most of the occupation's distinct work activities.
            CoreResponsibilities core_responsibilities "CORE_RESPONSIBILITIES" "coreResponsibilities" TextList
                ["onet-database", "onet-web-services", "careeronestop"] ai,
            /// The task statements of the occupation, core tasks first.
            Tasks tasks "TASKS" "tasks" TaskList
                ["onet-database", "onet-web-services", "careeronestop"] ai,
            /// Tools, machines and equipment, and the software used on the job.
            ToolsAndTechnology tools_and_technology "TOOLS_AND_TECHNOLOGY" "toolsAndTechnology" ToolList
                ["onet-database", "onet-web-services", "careeronestop"] ai,
            /// O*NET skills with importance and level.
            Skills skills "SKILLS" "skills" RatedElementList
                ["onet-database", "onet-web-services", "careeronestop"] ai,
            /// O*NET knowledge areas with importance and level.
            Knowledge knowledge "KNOWLEDGE" "knowledge" RatedElementList
                ["onet-database", "onet-web-services", "careeronestop"] ai,
            /// O*NET abilities with importance and level.
            Abilities abilities "ABILITIES" "abilities" RatedElementList
                ["onet-database", "onet-web-services", "careeronestop"] ai,
            /// Other titles that the same work goes by.
            RelatedTitles related_titles "RELATED_TITLES" "relatedTitles" TextList
                ["onet-database", "onet-web-services", "careeronestop"] ai,
            /// The education that the work asks for.
            Education education "EDUCATION" "education" Education
                ["onet-database", "onet-web-services", "careeronestop", "bls-projections"] ai,
            /// The experience and on-the-job training that the work asks for.
            WorkExperience work_experience "WORK_EXPERIENCE" "workExperience" WorkExperience
                ["onet-database", "onet-web-services", "careeronestop", "bls-projections"] ai,
            /// Projected employment, in persons.
            Outlook outlook "OUTLOOK" "outlook" Outlook
                ["bls-projections", "careeronestop"] no_ai,
            /// Wages in US dollars, for the nation and by state.
            Wages wages "WAGES" "wages" Wages
                ["bls-oews", "bls-public-data", "careeronestop"] no_ai,
        }
    };
}
pub(crate) use job_fields;

macro_rules! define_field {
    ($($(#[doc = $doc:literal])+ $variant:ident $method:ident $wire:literal $key:literal $value:ident [$($provider:literal),+] $ai:ident,)+) => {
        /// A provenance-tracked property of a job.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Field {
            /// All fields in the order of the table.
            pub const ALL: [Self; [$($wire),+].len()] = [$(Self::$variant),+];

            /// The name in the API's enum and in the database: `CORE_RESPONSIBILITIES`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }

            /// The name as a property of a job: `coreResponsibilities`.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }

            /// The type of the field's value.
            pub const fn value_type(self) -> ValueType {
                match self { $(Self::$variant => ValueType::$value),+ }
            }

            /// The providers of official data that may fill the field, the preferred one first.
            pub const fn default_providers(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($provider),+]),+ }
            }

            /// Whether an assistant may draft the field where nobody else has data.
            pub const fn ai_may_draft(self) -> bool {
                match self { $(Self::$variant => define_field!(@ai $ai)),+ }
            }
        }
    };
    (@ai ai) => { true };
    (@ai no_ai) => { false };
}
job_fields!(define_field);

impl Field {
    /// The field's place in the table, from 0.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// How many fields there are.
    pub const COUNT: usize = Self::ALL.len();
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Field {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|field| field.name() == name).ok_or_else(|| format!("`{name}` is not a field of a job"))
    }
}

impl Serialize for Field {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
