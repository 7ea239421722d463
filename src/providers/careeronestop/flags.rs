//! Which blocks a call asks for.

use crate::domain::fields::Field;

/// A flag, and the fields that need its block. Blocks that no field needs are never asked for, and their flags say so: what
/// an omitted flag means is not known.
const FLAGS: [(&str, &[Field]); 19] = [
    ("training", &[Field::Education, Field::WorkExperience]),
    ("interest", &[]),
    ("videos", &[]),
    ("tasks", &[Field::CoreResponsibilities, Field::Tasks]),
    ("dwas", &[Field::CoreResponsibilities]),
    ("wages", &[Field::Wages]),
    ("alternateOnetTitles", &[Field::RelatedTitles]),
    ("projectedEmployment", &[Field::Outlook]),
    ("ooh", &[]),
    ("stateLMILinks", &[]),
    ("relatedOnetTitles", &[]),
    ("skills", &[Field::Skills]),
    ("knowledge", &[Field::Knowledge]),
    ("ability", &[Field::Abilities]),
    ("trainingPrograms", &[]),
    ("industryEmpPattern", &[]),
    ("toolsAndTechnology", &[Field::ToolsAndTechnology]),
    ("workValues", &[]),
    ("enableMetaData", &[]),
];

/// Every flag, and whether one of the fields needs it.
pub(super) fn of(fields: &[Field]) -> impl Iterator<Item = (&'static str, bool)> {
    FLAGS.into_iter().map(|(flag, needed_by)| (flag, needed_by.iter().any(|field| fields.contains(field))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(fields: &[Field]) -> Vec<&'static str> {
        of(fields).filter(|(_, wanted)| *wanted).map(|(flag, _)| flag).collect()
    }

    #[test]
    fn a_field_asks_for_its_own_blocks_alone() {
        assert_eq!(on(&[Field::Tasks]), ["tasks"]);
        assert_eq!(on(&[Field::CoreResponsibilities]), ["tasks", "dwas"]);
        assert_eq!(on(&[Field::Wages, Field::Outlook]), ["wages", "projectedEmployment"]);
        assert!(Field::ALL.iter().all(|field| !on(&[*field]).is_empty()), "every field has a block");
        assert_eq!(of(&[]).filter(|(_, wanted)| *wanted).count(), 0);
    }
}
