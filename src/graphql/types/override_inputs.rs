//! What a caller wants fields to be: an input per row of the field table.

use async_graphql::{ID, InputObject, InputType, OneofObject};

use super::enums::{TaskType, ToolKind};
use crate::domain::{
    fields::{Field, job_fields},
    overrides::{self, At, FieldChange, OverrideContent, Patch},
    user_error::UserError,
    values::{self, FieldValue},
};

/// The form in which a value type is given. A value type without one does not compile as a field.
pub(crate) trait Accepted {
    type Input: InputType;
    fn content(input: Self::Input, at: &At) -> Result<OverrideContent, UserError>;
}

macro_rules! field_inputs {
    ($($(#[doc = $doc:literal])+ $variant:ident $method:ident $wire:literal $key:literal $value:ident [$($provider:literal),+] $ai:ident,)+) => {
        /// What one field is to be. Fields that are left out are left alone.
        #[derive(OneofObject, Debug)]
        pub(crate) enum FieldValueInput {
            $($(#[doc = $doc])+ $variant(<values::$value as Accepted>::Input),)+
        }

        impl FieldValueInput {
            fn read(self, at: &At) -> Result<FieldChange, UserError> {
                match self {
                    $(Self::$variant(input) => {
                        let content = <values::$value as Accepted>::content(input, &at.then($key))?;
                        Ok(FieldChange { field: Field::$variant, content })
                    })+
                }
            }
        }
    };
}
job_fields!(field_inputs);

/// The changes that inputs ask for; `at` is where these stand.
pub(crate) fn changes(values: Vec<FieldValueInput>, at: &At) -> Result<Vec<FieldChange>, UserError> {
    values.into_iter().enumerate().map(|(place, value)| value.read(&at.then(place))).collect()
}

/// `blank: false` says nothing.
pub(super) fn blank(blank: bool, at: &At) -> Result<OverrideContent, UserError> {
    if blank {
        return Ok(OverrideContent::Blank);
    }
    Err(at.then("blank").invalid("`blank` is true: to take an override back, restore the field (restoreFields)."))
}

/// What a caller writes, as the item or edit that it means.
trait Written<T> {
    fn meant(self) -> T;
}

fn all<T, W: Written<T>>(written: Option<Vec<W>>) -> Vec<T> {
    written.unwrap_or_default().into_iter().map(Written::meant).collect()
}

fn keys(ids: Option<Vec<ID>>) -> Vec<String> {
    ids.unwrap_or_default().into_iter().map(|id| id.0).collect()
}

macro_rules! list_inputs {
    ($($(#[$doc:meta])+ $input:ident, $patch:ident, $item:ty, $edit:ident => $list:ident;)+) => {
        $(
            $(#[$doc])+
            #[derive(OneofObject, Debug)]
            pub(crate) enum $input {
                /// A whole list, 1 to 200 items.
                Replace(Vec<$item>),
                /// Edits on the official list, which keeps following its updates.
                Patch($patch),
                /// True: deliberately empty.
                Blank(bool),
            }

            /// Edits on an official list, at most 200 of each kind. What they do not touch follows the official data. They
            /// take the place of an override that is there already.
            #[derive(InputObject, Debug)]
            pub(crate) struct $patch {
                /// Items of your own. One that says the same as an official item is shown once, as the official one.
                add: Option<Vec<$item>>,
                /// The keys of official items that are not to be shown.
                hide: Option<Vec<ID>>,
                /// Official items of which something is to be shown otherwise.
                edit: Option<Vec<$edit>>,
                /// The keys of items that come first, in this order.
                order: Option<Vec<ID>>,
            }

            impl Accepted for values::$list {
                type Input = $input;

                fn content(input: $input, at: &At) -> Result<OverrideContent, UserError> {
                    match input {
                        $input::Replace(items) => Ok(OverrideContent::Replace(FieldValue::$list(values::$list(all(Some(items)))))),
                        $input::Patch(patch) => {
                            let (hide, order) = (keys(patch.hide), keys(patch.order));
                            Ok(OverrideContent::Patch(Patch { add: all(patch.add), hide, edit: all(patch.edit), order }.into()))
                        }
                        $input::Blank(value) => blank(value, at),
                    }
                }
            }
        )+
    };
}

list_inputs! {
    /// What a list of texts is to be.
    TextListInput, TextListPatch, String, TextEdit => TextList;
    /// What a list of tasks is to be.
    TaskListInput, TaskListPatch, TaskInput, TaskEdit => TaskList;
    /// What a list of tools and technology is to be.
    ToolListInput, ToolListPatch, ToolInput, ToolEdit => ToolList;
    /// What a list of rated elements is to be.
    RatedElementListInput, RatedElementListPatch, RatedElementInput, RatedElementEdit => RatedElementList;
}

/// Another text in place of an official one.
#[derive(InputObject, Debug)]
pub(crate) struct TextEdit {
    /// The official item.
    key: ID,
    /// The text, 1 to 2,000 characters.
    text: String,
}

/// A task of your own.
#[derive(InputObject, Debug)]
pub(crate) struct TaskInput {
    /// The statement, 1 to 2,000 characters.
    statement: String,
    /// How the task belongs to the job.
    #[graphql(name = "type")]
    class: Option<TaskType>,
    /// 0 to 100.
    importance: Option<f64>,
}

/// What of an official task is to be shown otherwise; what is left out follows the official data.
#[derive(InputObject, Debug)]
pub(crate) struct TaskEdit {
    /// The official item.
    key: ID,
    /// The statement, 1 to 2,000 characters.
    statement: Option<String>,
    /// How the task belongs to the job.
    #[graphql(name = "type")]
    class: Option<TaskType>,
    /// 0 to 100.
    importance: Option<f64>,
}

/// A tool or technology of your own.
#[derive(InputObject, Debug)]
pub(crate) struct ToolInput {
    /// Its name, 1 to 2,000 characters.
    name: String,
    /// Tool or technology.
    kind: ToolKind,
    /// What it is one of.
    category: Option<String>,
    /// Its UNSPSC commodity code, eight digits.
    commodity_code: Option<String>,
    /// Often asked for across occupations; false when absent.
    hot_technology: Option<bool>,
    /// Often asked for in this job; false when absent.
    in_demand: Option<bool>,
}

/// What of an official tool is to be shown otherwise; what is left out follows the official data.
#[derive(InputObject, Debug)]
pub(crate) struct ToolEdit {
    /// The official item.
    key: ID,
    /// Its name, 1 to 2,000 characters.
    name: Option<String>,
    /// What it is one of.
    category: Option<String>,
    /// Often asked for across occupations.
    hot_technology: Option<bool>,
    /// Often asked for in this job.
    in_demand: Option<bool>,
}

/// A skill, knowledge area or ability of your own.
#[derive(InputObject, Debug)]
pub(crate) struct RatedElementInput {
    /// Its name, 1 to 2,000 characters.
    name: String,
    /// Its id in O*NET's content model, such as 2.A.1.a.
    element_id: Option<String>,
    /// 0 to 100.
    importance: Option<f64>,
    /// 0 to 100.
    level: Option<f64>,
}

/// What of an official element is to be shown otherwise; what is left out follows the official data.
#[derive(InputObject, Debug)]
pub(crate) struct RatedElementEdit {
    /// The official item.
    key: ID,
    /// Its name, 1 to 2,000 characters.
    name: Option<String>,
    /// 0 to 100.
    importance: Option<f64>,
    /// 0 to 100.
    level: Option<f64>,
}

impl Written<values::TextItem> for String {
    fn meant(self) -> values::TextItem {
        values::TextItem { key: Self::new(), text: self, origins: vec![] }
    }
}

impl Written<overrides::TextEdit> for TextEdit {
    fn meant(self) -> overrides::TextEdit {
        overrides::TextEdit { key: self.key.0, text: self.text }
    }
}

impl Written<values::Task> for TaskInput {
    fn meant(self) -> values::Task {
        let task_type = self.class.map(Into::into);
        values::Task { key: String::new(), statement: self.statement, task_type, importance: self.importance, origins: vec![] }
    }
}

impl Written<overrides::TaskEdit> for TaskEdit {
    fn meant(self) -> overrides::TaskEdit {
        let task_type = self.class.map(Into::into);
        overrides::TaskEdit { key: self.key.0, statement: self.statement, task_type, importance: self.importance }
    }
}

impl Written<values::Tool> for ToolInput {
    fn meant(self) -> values::Tool {
        values::Tool {
            key: String::new(),
            name: self.name,
            kind: self.kind.into(),
            category: self.category,
            commodity_code: self.commodity_code,
            hot_technology: self.hot_technology.unwrap_or(false),
            in_demand: self.in_demand.unwrap_or(false),
            origins: vec![],
        }
    }
}

impl Written<overrides::ToolEdit> for ToolEdit {
    fn meant(self) -> overrides::ToolEdit {
        let (hot_technology, in_demand) = (self.hot_technology, self.in_demand);
        overrides::ToolEdit { key: self.key.0, name: self.name, category: self.category, hot_technology, in_demand }
    }
}

impl Written<values::RatedElement> for RatedElementInput {
    fn meant(self) -> values::RatedElement {
        values::RatedElement {
            key: String::new(),
            element_id: self.element_id,
            name: self.name,
            importance: self.importance,
            level: self.level,
            rating: None,
            origins: vec![],
        }
    }
}

impl Written<overrides::ElementEdit> for RatedElementEdit {
    fn meant(self) -> overrides::ElementEdit {
        overrides::ElementEdit { key: self.key.0, name: self.name, importance: self.importance, level: self.level }
    }
}
