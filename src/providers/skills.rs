//! The index of skills over the tables of a bundle.

use std::collections::{BTreeMap, BTreeSet};

use moka::sync::Cache;

use super::bundle::{Bundle, BundleError};
use crate::domain::{
    skills::{Counted, Described, ElementKind, MappedElement, SkillIndex, SkillMapping},
    soc::SocCode,
    values::{ToolKind, text_key, tool_key},
};

/// How many names are remembered; each takes some hundred bytes.
const REMEMBERED: u64 = 10_000;

/// The index of one release, with what was asked of it lately: jobs are read again and again with the same names.
#[derive(Debug)]
pub struct Skills {
    index: SkillIndex,
    lately: Cache<String, SkillMapping>,
}

impl Skills {
    /// Over a bundle.
    pub(super) fn over(bundle: &Bundle) -> Result<Self, BundleError> {
        Ok(Self { index: index(bundle)?, lately: Cache::new(REMEMBERED) })
    }

    /// The index itself.
    pub fn index(&self) -> &SkillIndex {
        &self.index
    }

    /// What each of the names means, in their order.
    pub fn map(&self, names: &[String]) -> Vec<SkillMapping> {
        names.iter().map(|name| self.lately.get_with_by_ref(name, || self.index.map_one(name))).collect()
    }
}

/// Indexes the skills, knowledge areas and abilities of the content model, and all tools and technology with their commodities.
pub fn index(bundle: &Bundle) -> Result<SkillIndex, BundleError> {
    let mut technology = Counts::default();
    technology.read(bundle, "Technology Skills", ToolKind::Technology)?;
    technology.read(bundle, "Tools Used", ToolKind::Tool)?;
    Ok(SkillIndex::new(elements(bundle)?, technology.counted()))
}

/// The content model's elements that occupations are rated on: the leaves below 1.A, 2.A, 2.B and 2.C.
fn elements(bundle: &Bundle) -> Result<Vec<Described>, BundleError> {
    let table = bundle.table("Content Model Reference")?;
    let [id, name, description] = table.columns(["Element ID", "Element Name", "Description"])?;
    let rows = table.all()?;
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.get(id)).collect();
    let is_leaf = |id: &str| !ids.range(format!("{id}.").as_str()..).next().is_some_and(|next| next.starts_with(&format!("{id}.")));
    let rated = rows.iter().filter(|row| is_leaf(row.get(id)));
    let element = |(id, name, description): (&str, &str, &str)| {
        let kind = match id.get(..4)? {
            "1.A." => ElementKind::Ability,
            "2.A." | "2.B." => ElementKind::Skill,
            "2.C." => ElementKind::Knowledge,
            _ => return None,
        };
        let element = MappedElement { key: id.to_owned(), element_id: Some(id.to_owned()), name: name.to_owned(), kind };
        Some(Described { element, description: description.to_owned() })
    };
    Ok(rated.filter_map(|row| element((row.get(id), row.get(name), row.get(description)))).collect())
}

/// The occupations that list each tool, by name and then by key: a name may stand under several commodities.
#[derive(Debug, Default)]
struct Counts {
    examples: BTreeMap<String, BTreeMap<String, BTreeSet<SocCode>>>,
    commodities: BTreeMap<String, (String, BTreeSet<SocCode>)>,
}

impl Counts {
    fn read(&mut self, bundle: &Bundle, table: &str, kind: ToolKind) -> Result<(), BundleError> {
        let table = bundle.table(table)?;
        let [code, example] = table.columns(["O*NET-SOC Code", "Example"])?;
        let commodity = table.columns(["Commodity Code"]).ok();
        let title = table.columns(["Commodity Title"]).ok();
        for row in table.all()?.iter() {
            let Some(code) = row.code(code) else { continue };
            let title = title.and_then(|[title]| row.known(title));
            let category = title.map(text_key);
            let commodity = commodity.and_then(|[commodity]| row.known(commodity)).or(category.as_deref());
            let key = tool_key(kind, commodity, row.get(example));
            self.examples.entry(row.get(example).to_owned()).or_default().entry(key).or_default().insert(code);
            if let Some(title) = title {
                let fresh = || (tool_key(kind, commodity, title), BTreeSet::new());
                self.commodities.entry(title.to_owned()).or_insert_with(fresh).1.insert(code);
            }
        }
        Ok(())
    }

    /// Each name once, under the key that most occupations list it by; commodities that are no example too.
    fn counted(self) -> Vec<Counted> {
        let counted = |name: &str, key: &str, occupations: usize, commodity: bool| Counted {
            element: MappedElement { key: key.to_owned(), element_id: None, name: name.to_owned(), kind: ElementKind::Technology },
            occupations: u32::try_from(occupations).unwrap_or(u32::MAX),
            commodity,
        };
        let mut all = vec![];
        for (name, keys) in &self.examples {
            let distinct: BTreeSet<SocCode> = keys.values().flatten().copied().collect();
            let first = keys.iter().max_by_key(|(key, codes)| (codes.len(), std::cmp::Reverse(*key)));
            all.extend(first.map(|(key, _)| counted(name, key, distinct.len(), false)));
        }
        let only = self.commodities.iter().filter(|(title, _)| !self.examples.contains_key(*title));
        all.extend(only.map(|(title, (key, codes))| counted(title, key, codes.len(), true)));
        all
    }
}
