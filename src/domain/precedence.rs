//! Which provider goes first, field by field: the field table's order, unless the settings say another.

use crate::domain::fields::Field;

/// For every field the names of the providers that may fill it, the preferred one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precedence(Vec<Vec<&'static str>>);

impl Default for Precedence {
    fn default() -> Self {
        Self::new(|field| field.default_providers().to_vec())
    }
}

impl Precedence {
    /// From the order of each field.
    pub fn new(order: impl Fn(Field) -> Vec<&'static str>) -> Self {
        Self(Field::ALL.into_iter().map(order).collect())
    }

    /// The providers of a field, the preferred one first.
    pub fn of(&self, field: Field) -> &[&'static str] {
        &self.0[field.index()]
    }

    /// The place of a provider in the order of a field: 0 goes first; those that are not in it go last.
    pub fn place(&self, field: Field, provider: &str) -> usize {
        self.of(field).iter().position(|name| *name == provider).unwrap_or(usize::MAX)
    }
}
