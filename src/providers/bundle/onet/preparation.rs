//! Education, experience, training.

use super::super::{Bundle, BundleError, Rows};
use crate::domain::{
    rollup::{Distribution, Preparation},
    soc::SocCode,
};

/// Required Level of Education.
const EDUCATION: &str = "2.D.1";
/// Related Work Experience.
const EXPERIENCE: &str = "3.A.1";
/// On-the-Job Training: what is learned by doing the work beside others. On-Site or In-Plant Training (3.A.2) is
/// organised instruction, such as classes; the two are different questions, and only this one is answered here.
const TRAINING: &str = "3.A.3";

/// How people prepare for one occupation, as far as they were asked.
pub(super) fn own(bundle: &Bundle, code: SocCode) -> Result<Option<Preparation>, BundleError> {
    let table = bundle.table("Education, Training, and Experience")?;
    let columns = table.columns(["Element ID", "Category", "Data Value"])?;
    let rows = table.rows(code)?;
    let distribution = |element| distribution(bundle, &rows, columns, element);
    let preparation = Preparation {
        education: distribution(EDUCATION),
        experience: distribution(EXPERIENCE),
        training: distribution(TRAINING),
        job_zone: job_zone(bundle, code)?,
    };
    let asked = !(preparation.education.is_empty() && preparation.experience.is_empty());
    Ok(Some(preparation).filter(|_| asked))
}

fn distribution(bundle: &Bundle, rows: &Rows, [element, category, value]: [usize; 3], wanted: &str) -> Distribution {
    let categories = bundle.references().categories.get(wanted).map(Vec::as_slice).unwrap_or_default();
    let text = |number: u8| categories.iter().find(|(category, _)| *category == number).map(|(_, text)| text.clone());
    let answers = rows.iter().filter(|row| row.get(element) == wanted);
    let mut answers: Vec<(u8, f64)> = answers.filter_map(|row| Some((row.number(category)?, row.number(value)?))).collect();
    answers.sort_by_key(|(category, _)| *category);
    answers.into_iter().filter_map(|(category, percent)| Some((text(category)?, percent))).collect()
}

fn job_zone(bundle: &Bundle, code: SocCode) -> Result<Option<u8>, BundleError> {
    let table = bundle.table("Job Zones")?;
    let [zone] = table.columns(["Job Zone"])?;
    Ok(table.rows(code)?.iter().next().and_then(|row| row.number(zone)))
}
