//! Values put together from several occupations: for an "All Other" code from the detailed occupations below it, for a
//! publication code from the occupations that it stands for.
//!
//! Lists are pooled: an item that several occupations share stands once, with all of them as its origins, and goes
//! before items that fewer share. Of items that equally many share, those that stand further up in their own lists go
//! first, then those of the occupation with the lower code: so no single occupation fills a list that has a cap.

mod preparation;
mod ratings;

use std::{cmp::Reverse, collections::HashMap};

pub use preparation::{Distribution, Preparation, prepare};
pub use ratings::rated;

use crate::domain::{
    soc::SocCode,
    values::{Item, Task, TaskList, TextItem, TextList, Tool, ToolKind, ToolList},
};

/// A roll-up holds so many tasks at most.
pub const MOST_TASKS: usize = 30;

/// A roll-up holds so many tools, and as many technologies, at most.
pub const MOST_TOOLS: usize = 30;

/// Texts by rank, all of them. Texts are the same when their keys are.
pub fn texts(parts: &[(SocCode, TextList)]) -> TextList {
    let lists = parts.iter().map(|(code, list)| (*code, list.0.as_slice()));
    let pooled = pool(lists, |text| &text.key, |_, _| ());
    TextList(pooled.into_iter().map(|shared| TextItem { origins: shared.origins, ..shared.item }).collect())
}

/// Tasks: core, then supplemental, then new ones, each by rank; [`MOST_TASKS`] of them. Tasks are the same when their
/// statements are, for O*NET gives each occupation's task an id of its own; the first one's key and type count.
pub fn tasks(parts: &[(SocCode, TaskList)]) -> TaskList {
    let lists = parts.iter().map(|(code, list)| (*code, list.0.as_slice()));
    let mut pooled = pool(lists, |task| &task.statement, |_, _| ());
    pooled.sort_by_key(|shared| shared.item.task_type);
    pooled.truncate(MOST_TASKS);
    TaskList(pooled.into_iter().map(|shared| Task { origins: shared.origins, ..shared.item }).collect())
}

/// Technologies by rank, then tools by rank; [`MOST_TOOLS`] of each. One that is hot or in demand in any of the
/// occupations is so here.
pub fn tools(parts: &[(SocCode, ToolList)]) -> ToolList {
    let mut list = Vec::new();
    for kind in [ToolKind::Technology, ToolKind::Tool] {
        let of_kind: Vec<(SocCode, Vec<Tool>)> =
            parts.iter().map(|(code, tools)| (*code, tools.0.iter().filter(|tool| tool.kind == kind).cloned().collect())).collect();
        let lists = of_kind.iter().map(|(code, tools)| (*code, tools.as_slice()));
        let pooled = pool(
            lists,
            |tool| &tool.key,
            |tool, other| {
                tool.hot_technology |= other.hot_technology;
                tool.in_demand |= other.in_demand;
            },
        );
        list.extend(pooled.into_iter().take(MOST_TOOLS).map(|shared| Tool { origins: shared.origins, ..shared.item }));
    }
    ToolList(list)
}

struct Shared<T> {
    item: T,
    origins: Vec<SocCode>,
    /// How many of the parts have it.
    shares: usize,
    /// Its best place in a part's list.
    place: usize,
}

/// Pools lists by the identity of their items and ranks what comes out. `absorb` takes over what a further one knows.
fn pool<'a, T: Item + Clone + 'a>(
    parts: impl Iterator<Item = (SocCode, &'a [T])>,
    identity: impl Fn(&T) -> &str,
    absorb: impl Fn(&mut T, &T),
) -> Vec<Shared<T>> {
    let mut pooled: Vec<Shared<T>> = Vec::new();
    let mut places: HashMap<&'a str, usize> = HashMap::new();
    let identity = |item: &'a T| -> &'a str { identity(item) };
    for (code, list) in parts {
        for (place, item) in list.iter().enumerate() {
            let index = *places.entry(identity(item)).or_insert_with(|| {
                pooled.push(Shared { item: item.clone(), origins: vec![], shares: 0, place });
                pooled.len() - 1
            });
            let shared = &mut pooled[index];
            absorb(&mut shared.item, item);
            shared.shares += 1;
            shared.place = shared.place.min(place);
            add_origins(&mut shared.origins, code, item);
        }
    }
    pooled.sort_by_key(|shared| (Reverse(shared.shares), shared.place));
    pooled
}

/// An item that was put together before keeps the origins that it has.
fn add_origins(origins: &mut Vec<SocCode>, code: SocCode, item: &impl Item) {
    let further = if item.origins().is_empty() { &[code] } else { item.origins() };
    for code in further {
        if !origins.contains(code) {
            origins.push(*code);
        }
    }
}

#[cfg(test)]
mod tests;
