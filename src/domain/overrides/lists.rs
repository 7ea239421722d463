//! The patches of the four types of lists, in one shape.

use super::{
    check::{At, count},
    copy::{self, LeftOut},
    entry::Entry,
    patch::{Patch, check_items},
};
use crate::domain::{
    provenance::Edits,
    user_error::UserError,
    values::{FieldValue, RatedElement, RatedElementList, Task, TaskList, TextItem, TextList, Tool, ToolList, ValueType},
};

/// An item that makes up the value of a field together with others.
pub trait InList: Entry {
    /// The items of a value; none of a value of another type.
    fn of(value: Option<&FieldValue>) -> &[Self];

    /// The value that the items make.
    fn value(items: Vec<Self>) -> FieldValue;
}

macro_rules! list_patches {
    ($($list:ident of $item:ident),+ $(,)?) => {
        /// A patch of a list.
        #[derive(Debug, Clone, PartialEq)]
        pub enum ListPatch { $(#[doc = concat!("Of a [`", stringify!($list), "`].")] $list(Patch<$item>)),+ }

        impl ListPatch {
            /// Reads a patch from its stored form; none for a type of value that is no list.
            pub fn from_json(value_type: ValueType, json: &str) -> Option<serde_json::Result<Self>> {
                match value_type {
                    $(ValueType::$list => Some(serde_json::from_str(json).map(Self::$list)),)+
                    _ => None,
                }
            }

            /// The stored form.
            pub fn to_json(&self) -> serde_json::Value {
                match self { $(Self::$list(patch) => serde_json::to_value(patch).unwrap_or_default()),+ }
            }

            /// The value that the operations make of the official one. See [`Patch::apply`].
            pub fn apply(&self, official: Option<&FieldValue>, base: Option<&FieldValue>) -> FieldValue {
                match self { $(Self::$list(patch) => InList::value(patch.apply(InList::of(official), InList::of(base)))),+ }
            }

            /// True when it says nothing.
            pub fn is_empty(&self) -> bool {
                match self { $(Self::$list(patch) => patch.is_empty()),+ }
            }

            pub(super) fn edits(&self) -> Edits {
                match self { $(Self::$list(patch) => patch.edits()),+ }
            }

            pub(super) fn owns(&self, key: &str) -> bool {
                match self { $(Self::$list(patch) => patch.owns(key)),+ }
            }

            pub(super) fn touched(&self) -> Vec<&str> {
                match self { $(Self::$list(patch) => patch.touched().collect()),+ }
            }

            pub(super) fn check(&mut self, at: &At) -> Result<(), UserError> {
                match self { $(Self::$list(patch) => patch.check(at)),+ }
            }

            pub(super) fn check_against(&self, official: Option<&FieldValue>, at: &At) -> Result<(), UserError> {
                match self { $(Self::$list(patch) => patch.check_against(InList::of(official), at)),+ }
            }

            pub(super) fn copied(&self, official: Option<&FieldValue>) -> (Self, Vec<LeftOut>) {
                match self {
                    $(Self::$list(patch) => {
                        let (patch, left_out) = copy::copied(patch, InList::of(official));
                        (Self::$list(patch), left_out)
                    })+
                }
            }

            pub(super) fn rebased(&self, original: Option<&FieldValue>, official: Option<&FieldValue>, take: &[String]) -> Self {
                match self { $(Self::$list(patch) => Self::$list(patch.rebased(InList::of(original), InList::of(official), take))),+ }
            }
        }

        $(
            impl From<Patch<$item>> for ListPatch {
                fn from(patch: Patch<$item>) -> Self {
                    Self::$list(patch)
                }
            }

            impl InList for $item {
                fn of(value: Option<&FieldValue>) -> &[Self] {
                    match value {
                        Some(FieldValue::$list(list)) => &list.0,
                        _ => &[],
                    }
                }

                fn value(items: Vec<Self>) -> FieldValue {
                    $list(items).into()
                }
            }
        )+

        /// Brings a list that a company writes into the form in which it is kept; none for a value that is no list.
        pub(super) fn check_list(value: &mut FieldValue, at: &At) -> Option<Result<(), UserError>> {
            match value {
                $(FieldValue::$list(list) => Some(check_whole(&mut list.0, at)),)+
                _ => None,
            }
        }

        /// Gives items that say the same as official ones their keys, so that both are known as the same.
        pub(super) fn adopt_keys(value: &mut FieldValue, official: Option<&FieldValue>) {
            match value {
                $(FieldValue::$list(list) => adopt(&mut list.0, InList::of(official)),)+
                _ => {}
            }
        }
    };
}
list_patches!(TextList of TextItem, TaskList of Task, ToolList of Tool, RatedElementList of RatedElement);

fn check_whole<T: Entry>(items: &mut [T], at: &At) -> Result<(), UserError> {
    if items.is_empty() {
        return Err(at.invalid("The list is empty: to leave the field empty on purpose, say `blank: true`."));
    }
    count(items.len(), at)?;
    check_items(items, at)?;
    T::arrange(items);
    Ok(())
}

fn adopt<T: Entry>(items: &mut [T], official: &[T]) {
    let known: std::collections::HashMap<_, _> = official.iter().rev().map(|item| (item.identity(), item.key())).collect();
    for item in items {
        if let Some(key) = known.get(&item.identity()) {
            item.set_key((*key).to_owned());
        }
    }
}
