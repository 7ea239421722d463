//! What a person brings along: education, experience, training.

use serde::{Deserialize, Serialize};

use super::Value;

/// The education that the work asks for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Education {
    /// The level asked for most often (the mode of `distribution`), or BLS's typical entry-level education.
    pub typical_level: String,
    /// O*NET's job zone, 1 (little preparation) to 5 (extensive preparation).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_zone: Option<u8>,
    /// How many of the people asked named which level; empty where O*NET did not ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distribution: Vec<EducationShare>,
}

/// The share of one level of education.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EducationShare {
    /// The level in O*NET's words.
    pub level: String,
    /// Percent of the answers, 0 to 100.
    pub percent: f64,
}

/// The experience and training that the work asks for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkExperience {
    /// Typical experience in related work, in the source's words.
    pub typical: String,
    /// Typical training on the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_the_job_training: Option<String>,
    /// O*NET's job zone, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_zone: Option<u8>,
}

impl Value for Education {
    fn is_empty(&self) -> bool {
        self.typical_level.is_empty()
    }
}

impl Value for WorkExperience {
    fn is_empty(&self) -> bool {
        self.typical.is_empty()
    }
}
