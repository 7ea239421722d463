//! Pages of ordered lists, by keyset: a page begins after the last entry of the one before, whatever came in between.

use uuid::Uuid;

/// Which rows of an ordered list: the first ones after a row, or the last ones before one.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRequest<K> {
    /// How many rows, 1 or more.
    pub size: u64,
    /// True: the last rows of the range, not the first.
    pub backwards: bool,
    /// The range begins after this row.
    pub after: Option<(K, Uuid)>,
    /// The range ends before this row.
    pub before: Option<(K, Uuid)>,
}

impl<K> PageRequest<K> {
    /// The first rows.
    pub fn first(size: u64) -> Self {
        Self { size, backwards: false, after: None, before: None }
    }
}

/// Some rows of an ordered list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// True when there are rows before the first one.
    pub has_previous: bool,
    /// True when there are rows after the last one.
    pub has_next: bool,
}

impl<T> Page<T> {
    /// The same page of other things.
    pub fn try_map<U, E>(self, f: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let items = self.items.into_iter().map(f).collect::<Result<_, _>>()?;
        Ok(Page { items, has_previous: self.has_previous, has_next: self.has_next })
    }
}
