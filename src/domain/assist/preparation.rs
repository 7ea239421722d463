//! Education and experience as most of the neighbours' weight has them.

use std::collections::BTreeMap;

use super::{Known, shared::Proposed};
use crate::domain::values::{Education, EducationShare, FieldValue, WorkExperience};

/// The level that most weight names as typical; the distribution is the weighted mean of the neighbours that have one.
pub(super) fn education(known: &[Known<'_>]) -> Option<Proposed<Education>> {
    let parts: Vec<(Known<'_>, &Education)> = typed(known);
    let level = vote(parts.iter().map(|(known, education)| (known.weight, education.typical_level.as_str())))?;
    let zone = vote(parts.iter().filter_map(|(known, education)| Some((known.weight, education.job_zone?))));
    let named = |education: &Education| education.typical_level == level.0;
    Some(Proposed {
        item: Education { typical_level: level.0.to_owned(), job_zone: zone.map(|(zone, _)| zone), distribution: distribution(&parts) },
        support: level.1,
        based_on: parts
            .iter()
            .filter(|(_, theirs)| named(theirs))
            .map(|(known, theirs)| (known.code, theirs.typical_level.clone()))
            .collect(),
    })
}

/// The experience, the training and the job zone that most weight names.
pub(super) fn experience(known: &[Known<'_>]) -> Option<Proposed<WorkExperience>> {
    let parts: Vec<(Known<'_>, &WorkExperience)> = typed(known);
    let typical = vote(parts.iter().map(|(known, work)| (known.weight, work.typical.as_str())))?;
    let training = vote(parts.iter().filter_map(|(known, work)| Some((known.weight, work.on_the_job_training.as_deref()?))));
    let zone = vote(parts.iter().filter_map(|(known, work)| Some((known.weight, work.job_zone?))));
    let based_on = parts.iter().filter(|(_, theirs)| theirs.typical == typical.0);
    Some(Proposed {
        item: WorkExperience {
            typical: typical.0.to_owned(),
            on_the_job_training: training.map(|(training, _)| training.to_owned()),
            job_zone: zone.map(|(zone, _)| zone),
        },
        support: typical.1,
        based_on: based_on.map(|(known, theirs)| (known.code, theirs.typical.clone())).collect(),
    })
}

fn typed<'a, T>(known: &[Known<'a>]) -> Vec<(Known<'a>, &'a T)>
where
    &'a T: TryFrom<&'a FieldValue>,
{
    known.iter().filter_map(|known| Some((*known, known.value.try_into().ok()?))).collect()
}

/// What most weight names, and its share of the weight; of equals the first in order. None where nothing is named.
fn vote<T: Ord + Copy>(votes: impl Iterator<Item = (f64, T)>) -> Option<(T, f64)> {
    let mut counted: BTreeMap<T, f64> = BTreeMap::new();
    let mut total = 0.0;
    for (weight, choice) in votes {
        *counted.entry(choice).or_default() += weight;
        total += weight;
    }
    let most = counted.into_iter().rev().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((most.0, (most.1 / total).min(1.0)))
}

/// Percent by level in the order of the neighbours' lists, rounded half up to two decimals.
fn distribution(parts: &[(Known<'_>, &Education)]) -> Vec<EducationShare> {
    let with: Vec<_> = parts.iter().filter(|(_, education)| !education.distribution.is_empty()).collect();
    let total: f64 = with.iter().map(|(known, _)| known.weight).sum();
    let mut shares: Vec<EducationShare> = vec![];
    for (known, education) in with {
        for share in &education.distribution {
            let part = known.weight / total * share.percent;
            match shares.iter_mut().find(|before| before.level == share.level) {
                Some(before) => before.percent += part,
                None => shares.push(EducationShare { level: share.level.clone(), percent: part }),
            }
        }
    }
    for share in &mut shares {
        share.percent = (share.percent * 100.0 + 0.5).floor() / 100.0;
    }
    shares
}
