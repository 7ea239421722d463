//! What the tables of reference say, read once.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{error::BundleError, table::Table};
use crate::domain::soc::SocCode;

/// Tables of reference, ready to be looked up.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// The O*NET-SOC occupations.
    pub(crate) occupations: BTreeSet<SocCode>,
    /// Those among them that gather what no other occupation of their group is: "Managers, All Other".
    pub(crate) residual: BTreeSet<SocCode>,
    /// Minimum and maximum of each scale.
    pub(crate) scales: HashMap<String, (f64, f64)>,
    /// The categories of each question on education, experience and training, from the least to the most.
    pub(crate) categories: HashMap<String, Vec<(u8, String)>>,
    /// The intermediate work activity of each detailed one.
    pub(crate) activities: HashMap<String, Arc<str>>,
    /// Under which code OEWS publishes a SOC code's figures.
    pub(crate) oews: BTreeMap<SocCode, SocCode>,
    /// Under which code Employment Projections publish a SOC code's figures.
    pub(crate) projections: BTreeMap<SocCode, SocCode>,
    /// The publication codes that stand for several SOC codes, with the occupations that they stand for.
    pub(crate) aggregates: BTreeMap<SocCode, Vec<SocCode>>,
}

/// How the titles of residual occupations end.
const ALL_OTHER: &str = "All Other";

type Tables = BTreeMap<&'static str, Arc<Table>>;

impl References {
    /// Reads them. A table that is not there says nothing.
    pub(super) fn read(tables: &Tables) -> Result<Self, BundleError> {
        let mut read = Self::default();
        read.read_occupations(tables)?;
        read.read_scales(tables)?;
        read.read_categories(tables)?;
        read.read_activities(tables)?;
        read.read_publication_codes(tables)?;
        Ok(read)
    }

    /// The detailed occupations below an "All Other" code; none for other codes. O*NET asks about "Data Scientists" as a
    /// whole, so what it does not know of them is unknown; about "Managers, All Other" it only asks detail by detail.
    pub(crate) fn details(&self, code: SocCode) -> impl Iterator<Item = SocCode> {
        let below = self.occupations.range(code..).take_while(move |other| other.soc() == code.soc());
        below.copied().filter(move |other| *other != code && self.residual.contains(&code))
    }

    fn read_occupations(&mut self, tables: &Tables) -> Result<(), BundleError> {
        let Some(table) = tables.get("Occupation Data") else { return Ok(()) };
        let [code, title] = table.columns(["O*NET-SOC Code", "Title"])?;
        for row in table.all()?.iter() {
            let Some(code) = row.code(code) else { continue };
            self.occupations.insert(code);
            if code.detail() == Some(0) && row.get(title).ends_with(ALL_OTHER) {
                self.residual.insert(code);
            }
        }
        Ok(())
    }

    fn read_scales(&mut self, tables: &Tables) -> Result<(), BundleError> {
        let Some(table) = tables.get("Scales Reference") else { return Ok(()) };
        let [scale, minimum, maximum] = table.columns(["Scale ID", "Minimum", "Maximum"])?;
        for row in table.all()?.iter() {
            if let (Some(minimum), Some(maximum)) = (row.number(minimum), row.number(maximum)) {
                self.scales.insert(row.get(scale).to_owned(), (minimum, maximum));
            }
        }
        Ok(())
    }

    fn read_categories(&mut self, tables: &Tables) -> Result<(), BundleError> {
        let Some(table) = tables.get("Education, Training, and Experience Categories") else { return Ok(()) };
        let [element, category, text] = table.columns(["Element ID", "Category", "Category Description"])?;
        for row in table.all()?.iter() {
            if let Some(category) = row.number(category) {
                self.categories.entry(row.get(element).to_owned()).or_default().push((category, row.get(text).to_owned()));
            }
        }
        for categories in self.categories.values_mut() {
            categories.sort_unstable();
        }
        Ok(())
    }

    fn read_activities(&mut self, tables: &Tables) -> Result<(), BundleError> {
        let Some(table) = tables.get("DWA Reference") else { return Ok(()) };
        let [detailed, intermediate] = table.columns(["DWA ID", "IWA ID"])?;
        let mut shared: HashMap<String, Arc<str>> = HashMap::new();
        for row in table.all()?.iter() {
            let name = row.get(intermediate);
            let activity = shared.entry(name.to_owned()).or_insert_with(|| name.into());
            self.activities.insert(row.get(detailed).to_owned(), Arc::clone(activity));
        }
        Ok(())
    }

    fn read_publication_codes(&mut self, tables: &Tables) -> Result<(), BundleError> {
        let Some(table) = tables.get("SOC 2018 to OEWS and EP") else { return Ok(()) };
        let [soc, oews, projections] = table.columns(["SOC 2018 Code", "OEWS Code", "EP Code"])?;
        for row in table.all()?.iter() {
            let Some(soc) = row.code(soc) else { continue };
            self.oews.extend(row.code(oews).map(|code| (soc, code)));
            self.projections.extend(row.code(projections).map(|code| (soc, code)));
            let published: BTreeSet<_> = [row.code(oews), row.code(projections)].into_iter().flatten().collect();
            for code in published.into_iter().filter(|code| *code != soc && self.occupations.contains(&soc.onet())) {
                self.aggregates.entry(code).or_default().push(soc.onet());
            }
        }
        Ok(())
    }
}
