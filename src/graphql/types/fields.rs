//! One type per value type: the value of a field beside its provenance.

#![expect(clippy::unused_async, reason = "the library's resolvers are async")]

use std::sync::Arc;

use async_graphql::{Interface, Object, Result};

use super::{
    enums::{JobField, TaskType, ToolKind},
    items::{Education, Outlook, RatedElement, Task, TextItem, Tool, Wages, WorkExperience},
    provenance::Provenance,
};
use crate::{
    domain::{
        job::Job,
        provenance::FieldProfile,
        values::{self, FieldValue, NATION},
    },
    graphql::{cost::Listed, page::first_of},
};

/// The form that a value type has in the API. A value type without one does not compile as a field.
pub(super) trait Wire {
    type Field;
    fn field(profile: &Arc<FieldProfile>, of: &Arc<Job>) -> Self::Field;
}

macro_rules! provenanced {
    ($($(#[$doc:meta])+ $name:ident of $value:ident { $($more:tt)* })+) => {
        $(
            $(#[$doc])+
            #[derive(Debug, Clone)]
            pub(crate) struct $name(Arc<FieldProfile>, Arc<Job>);

            impl Wire for values::$value {
                type Field = $name;
                fn field(profile: &Arc<FieldProfile>, of: &Arc<Job>) -> $name {
                    $name(Arc::clone(profile), Arc::clone(of))
                }
            }

            $(#[$doc])+
            #[Object]
            impl $name {
                /// Which field it is.
                async fn field(&self) -> JobField {
                    self.0.field().into()
                }

                /// Where the value comes from. Null when no layer has a value: the field is a gap.
                async fn provenance(&self) -> Option<Provenance> {
                    Provenance::effective(&self.0, Some(&self.1))
                }

                /// An override holds.
                async fn overridden(&self) -> bool {
                    self.0.is_overridden()
                }

                /// Overridden, and the official value has changed since.
                async fn drifted(&self) -> bool {
                    self.0.is_drifted()
                }

                $($more)*
            }

            impl $name {
                /// The effective value, and whose its items are.
                fn effective(&self) -> Option<(&values::$value, &FieldProfile)> {
                    let value: &FieldValue = &self.0.effective()?.value;
                    Some((value.try_into().ok()?, &self.0))
                }
            }
        )+

        /// What every provenance-tracked field answers, whatever the type of its value.
        #[derive(Interface)]
        #[graphql(
            field(name = "field", ty = "JobField", desc = "Which field it is."),
            field(name = "provenance", ty = "Option<Provenance>", desc = "Where the value comes from. Null when no layer has a value: the field is a gap."),
            field(name = "overridden", ty = "bool", desc = "An override holds."),
            field(name = "drifted", ty = "bool", desc = "Overridden, and the official value has changed since.")
        )]
        pub(crate) enum ProvenancedField {
            $(#[doc = concat!("Holds [`values::", stringify!($value), "`].")] $value($name),)+
        }
    };
}

provenanced! {
    /// A field that holds a list of texts.
    TextListField of TextList {
        /// The texts.
        async fn value(&self) -> Vec<&str> {
            self.effective().map(|(list, _)| list.0.iter().map(|item| item.text.as_str()).collect()).unwrap_or_default()
        }

        /// The texts with their keys and sources.
        #[graphql(directive = Listed::apply(20, &[]))]
        async fn items(&self) -> Vec<TextItem> {
            self.effective().map(|(list, whose)| list.0.iter().map(|item| TextItem::new(item, whose.source_of(&item.key))).collect()).unwrap_or_default()
        }
    }

    /// A field that holds a list of tasks.
    TaskListField of TaskList {
        /// The tasks: core, then supplemental, then new ones.
        #[graphql(directive = Listed::apply(20, &["first"]))]
        async fn value(
            &self,
            #[graphql(desc = "At most this many; all when absent.")] first: Option<i32>,
            #[graphql(name = "type", desc = "Only tasks of this type.")] task_type: Option<TaskType>,
        ) -> Result<Vec<Task>> {
            let (first, wanted) = (first_of(first)?, task_type.map(values::TaskType::from));
            let fits = |task: &&values::Task| wanted.is_none() || task.task_type == wanted;
            let taken = |(list, whose): (&values::TaskList, &FieldProfile)| {
                list.0.iter().filter(fits).take(first).map(|task| Task::new(task, whose.source_of(&task.key))).collect()
            };
            Ok(self.effective().map(taken).unwrap_or_default())
        }
    }

    /// A field that holds a list of tools and technology.
    ToolListField of ToolList {
        /// The tools and technology: hot technology first.
        #[graphql(directive = Listed::apply(40, &["first"]))]
        async fn value(
            &self,
            #[graphql(desc = "At most this many; all when absent.")] first: Option<i32>,
            #[graphql(desc = "Only tools, or only technology.")] kind: Option<ToolKind>,
            #[graphql(desc = "Only hot technology.")] hot_only: Option<bool>,
        ) -> Result<Vec<Tool>> {
            let (first, wanted, hot) = (first_of(first)?, kind.map(values::ToolKind::from), hot_only.unwrap_or(false));
            let fits = |tool: &&values::Tool| wanted.is_none_or(|kind| tool.kind == kind) && (!hot || tool.hot_technology);
            let taken = |(list, whose): (&values::ToolList, &FieldProfile)| {
                list.0.iter().filter(fits).take(first).map(|tool| Tool::new(tool, whose.source_of(&tool.key))).collect()
            };
            Ok(self.effective().map(taken).unwrap_or_default())
        }
    }

    /// A field that holds a list of rated elements.
    RatedElementListField of RatedElementList {
        /// The elements by falling importance.
        #[graphql(directive = Listed::apply(35, &["first"]))]
        async fn value(
            &self,
            #[graphql(desc = "At most this many; all when absent.")] first: Option<i32>,
            #[graphql(desc = "Only elements rated at least this important, 0 to 100.")] min_importance: Option<f64>,
        ) -> Result<Vec<RatedElement>> {
            let first = first_of(first)?;
            let fits = |element: &&values::RatedElement| min_importance.is_none_or(|least| element.importance.is_some_and(|importance| importance >= least));
            let taken = |(list, whose): (&values::RatedElementList, &FieldProfile)| {
                list.0.iter().filter(fits).take(first).map(|element| RatedElement::new(element, whose.source_of(&element.key))).collect()
            };
            Ok(self.effective().map(taken).unwrap_or_default())
        }
    }

    /// A field that holds the education that the work asks for.
    EducationField of Education {
        /// The education; null for a gap, and for a field that was blanked.
        async fn value(&self) -> Option<Education> {
            self.effective().filter(|(value, _)| !values::Value::is_empty(*value)).map(|(value, _)| value.into())
        }
    }

    /// A field that holds the experience and training that the work asks for.
    WorkExperienceField of WorkExperience {
        /// The experience; null for a gap, and for a field that was blanked.
        async fn value(&self) -> Option<WorkExperience> {
            self.effective().filter(|(value, _)| !values::Value::is_empty(*value)).map(|(value, _)| value.into())
        }
    }

    /// A field that holds projected employment.
    OutlookField of Outlook {
        /// The projection; null for a gap, and for a field that was blanked.
        async fn value(&self) -> Option<Outlook> {
            self.effective().filter(|(value, _)| !values::Value::is_empty(*value)).map(|(value, _)| value.into())
        }
    }

    /// A field that holds wages.
    WagesField of Wages {
        /// The wages of an area; null when there are none for it.
        async fn value(&self, #[graphql(desc = "US (when absent), or a state's or territory's postal code.")] area: Option<String>) -> Option<Wages> {
            let area = area.map_or_else(|| NATION.to_owned(), |area| area.to_ascii_uppercase());
            self.effective().and_then(|(wages, _)| wages.area(&area)).map(Into::into)
        }
    }
}
