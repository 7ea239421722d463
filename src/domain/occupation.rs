//! Occupations: reference data, the same for everybody.

use std::{collections::BTreeMap, sync::Arc};

use crate::domain::soc::SocCode;

/// An O*NET-SOC 2019 occupation, or a publication code that stands for several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupation {
    /// `15-1252.00`; a publication code is a bare SOC code, `31-1120`.
    pub code: SocCode,
    /// The title.
    pub title: Arc<str>,
    /// What people of this occupation do.
    pub description: Arc<str>,
    /// O*NET's job zone, 1 (little preparation) to 5 (extensive preparation).
    pub job_zone: Option<u8>,
    /// Alternate titles, by the alphabet as O*NET lists them.
    pub alternate_titles: Vec<Arc<str>>,
    /// Related occupations, the nearest first.
    pub related: Vec<SocCode>,
    /// For a publication code: the occupations that it stands for. Else empty.
    pub components: Vec<SocCode>,
}

/// A group of the SOC: its code and title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocGroup {
    /// `15-0000`.
    pub code: SocCode,
    /// The title.
    pub title: Arc<str>,
}

/// All occupations.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    occupations: BTreeMap<SocCode, Arc<Occupation>>,
    aggregates: BTreeMap<SocCode, Arc<Occupation>>,
    major_groups: BTreeMap<SocCode, SocGroup>,
}

impl Catalogue {
    /// Puts a catalogue together. Occupations with components are publication codes.
    pub fn new(occupations: impl IntoIterator<Item = Occupation>, major_groups: impl IntoIterator<Item = SocGroup>) -> Self {
        let (aggregates, occupations): (Vec<_>, Vec<_>) = occupations.into_iter().partition(|o| !o.components.is_empty());
        let keyed = |list: Vec<Occupation>| list.into_iter().map(|o| (o.code, Arc::new(o))).collect();
        Self {
            occupations: keyed(occupations),
            aggregates: keyed(aggregates),
            major_groups: major_groups.into_iter().map(|group| (group.code, group)).collect(),
        }
    }

    /// The O*NET-SOC occupations, by code.
    pub fn occupations(&self) -> impl ExactSizeIterator<Item = &Arc<Occupation>> {
        self.occupations.values()
    }

    /// The publication codes, by code.
    pub fn aggregates(&self) -> impl ExactSizeIterator<Item = &Arc<Occupation>> {
        self.aggregates.values()
    }

    /// The occupation that a code means: a bare SOC code means its `.00` occupation, or a publication code.
    pub fn get(&self, code: SocCode) -> Option<&Arc<Occupation>> {
        self.occupations.get(&code.onet()).or_else(|| self.aggregates.get(&code))
    }

    /// The code by which the facts of an occupation are known; none when there is no such occupation.
    pub fn canonical(&self, code: SocCode) -> Option<SocCode> {
        self.get(code).map(|occupation| occupation.code)
    }

    /// The major group of a code.
    pub fn major_group(&self, code: SocCode) -> Option<&SocGroup> {
        self.major_groups.get(&code.major_group())
    }

    /// The major groups, by code.
    pub fn major_groups(&self) -> impl ExactSizeIterator<Item = &SocGroup> {
        self.major_groups.values()
    }

    /// The known codes nearest to one that is not known: those of the same broad group, at most five.
    pub fn near(&self, code: SocCode) -> Vec<SocCode> {
        let same = |known: &&SocCode| known.broad_group() == code.broad_group();
        self.occupations.keys().chain(self.aggregates.keys()).filter(same).take(5).copied().collect()
    }
}
