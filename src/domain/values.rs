//! The value types of provenance-tracked fields.

mod lists;
mod outlook;
mod preparation;
mod wages;

use serde::Serialize;
use sha2::{Digest, Sha256};

pub use lists::{
    RatedElement, RatedElementList, Rating, Task, TaskList, TaskType, TextItem, TextList, Tool, ToolKind, ToolList, by_importance, own_key,
    standardise, text_key, tool_key,
};
pub use outlook::{GrowthCategory, Outlook};
pub use preparation::{Education, EducationShare, WorkExperience};
pub use wages::{AreaWages, NATION, Wage, Wages, is_area};

/// What every value type can say of itself.
pub trait Value {
    /// True when there is nothing in it: such a value never fills a field.
    fn is_empty(&self) -> bool;
}

/// One entry of a list, known by a key that stays the same from release to release.
pub trait Item {
    /// The key: O*NET's own id where there is one, else made from the text alone.
    fn key(&self) -> &str;
    /// The occupations that the item was taken from, when the list was put together from several.
    fn origins(&self) -> &[super::soc::SocCode];
}

macro_rules! value_types {
    ($($name:ident),+ $(,)?) => {
        /// The type of a field's value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ValueType { $(#[doc = concat!("[`", stringify!($name), "`].")] $name),+ }

        /// A value of any type.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum FieldValue { $(#[doc = concat!("A [`", stringify!($name), "`].")] $name($name)),+ }

        impl FieldValue {
            /// Reads a value of the given type from its stored form.
            pub fn from_json(value_type: ValueType, json: &str) -> serde_json::Result<Self> {
                match value_type { $(ValueType::$name => serde_json::from_str(json).map(Self::$name)),+ }
            }

            /// The empty value of a type: what a blanked field holds.
            pub fn blank(value_type: ValueType) -> Self {
                match value_type { $(ValueType::$name => Self::$name($name::default())),+ }
            }

            /// The value's type.
            pub fn value_type(&self) -> ValueType {
                match self { $(Self::$name(_) => ValueType::$name),+ }
            }

            /// True when there is nothing in it.
            pub fn is_empty(&self) -> bool {
                match self { $(Self::$name(value) => value.is_empty()),+ }
            }
        }

        $(impl From<$name> for FieldValue {
            fn from(value: $name) -> Self { Self::$name(value) }
        }

        impl<'a> TryFrom<&'a FieldValue> for &'a $name {
            type Error = ValueType;
            fn try_from(value: &'a FieldValue) -> Result<Self, ValueType> {
                match value { FieldValue::$name(value) => Ok(value), other => Err(other.value_type()) }
            }
        })+
    };
}
value_types!(TextList, TaskList, ToolList, RatedElementList, Education, WorkExperience, Outlook, Wages);

impl FieldValue {
    /// The stored form.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// SHA-256 of the stored form, 32 hexadecimal digits: equal values have equal digests.
    pub fn digest(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        hex(&Sha256::digest(text)[..16])
    }
}

/// Bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
