//! Education, experience and training of one or of several occupations.

use crate::domain::values::{Education, EducationShare, WorkExperience};

/// How the people asked answered a question: each category in the order of the scale, from the least to the most, with
/// its percentage.
pub type Distribution = Vec<(String, f64)>;

/// What O*NET knows of how people prepare for an occupation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Preparation {
    /// The required level of education.
    pub education: Distribution,
    /// The related work experience.
    pub experience: Distribution,
    /// The training on the job.
    pub training: Distribution,
    /// O*NET's job zone, 1 to 5.
    pub job_zone: Option<u8>,
}

impl Preparation {
    /// The education: its typical level is the category that most people named. None where nobody was asked.
    pub fn to_education(&self) -> Option<Education> {
        let share = |(level, percent): &(String, f64)| EducationShare { level: level.clone(), percent: *percent };
        Some(Education {
            typical_level: mode(&self.education)?,
            job_zone: self.job_zone,
            distribution: self.education.iter().map(share).collect(),
        })
    }

    /// The experience and training that most people named. None where nobody was asked about experience.
    pub fn to_work_experience(&self) -> Option<WorkExperience> {
        Some(WorkExperience { typical: mode(&self.experience)?, on_the_job_training: mode(&self.training), job_zone: self.job_zone })
    }
}

/// The category that most people named; of equals the lower one.
fn mode(distribution: &Distribution) -> Option<String> {
    let highest = distribution.iter().rev().max_by(|a, b| a.1.total_cmp(&b.1));
    highest.map(|(category, _)| category.clone())
}

/// Several occupations' preparation in one. Distributions are averaged category by category over the occupations that
/// have one, each counting the same, rounded half up to two decimals; the job zone is kept when all that have one agree.
pub fn prepare(parts: &[Preparation]) -> Preparation {
    let mut zones = parts.iter().filter_map(|part| part.job_zone);
    let first = zones.next();
    Preparation {
        education: mean(parts.iter().map(|part| &part.education)),
        experience: mean(parts.iter().map(|part| &part.experience)),
        training: mean(parts.iter().map(|part| &part.training)),
        job_zone: first.filter(|zone| zones.all(|other| other == *zone)),
    }
}

fn mean<'a>(distributions: impl Iterator<Item = &'a Distribution>) -> Distribution {
    let mut sums: Distribution = Vec::new();
    let mut count = 0.0;
    for distribution in distributions.filter(|distribution| !distribution.is_empty()) {
        count += 1.0;
        for (category, percent) in distribution {
            // Whole hundredths, which binary fractions hold exactly.
            let hundredths = (percent * 100.0).round();
            match sums.iter_mut().find(|(known, _)| known == category) {
                Some((_, sum)) => *sum += hundredths,
                None => sums.push((category.clone(), hundredths)),
            }
        }
    }
    sums.into_iter().map(|(category, sum)| (category, (sum / count + 0.5).floor() / 100.0)).collect()
}
