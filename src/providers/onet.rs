//! O*NET Web Services: version 2 for nearly everything, version 1.9 for tools.
//!
//! One call tells an occupation's reported titles and which sections it has; then each section that a field needs is
//! called for, but only when it is listed. A code that is not known and a section without data are both answered with 422.

mod sections;
mod values;
mod wire;

use async_trait::async_trait;
use futures::{StreamExt, stream};

use super::{
    Fetched, ONET_WEB_SERVICES, Provider, ProviderError,
    fetched::{FieldAnswer, Found},
    responsibilities,
};
use crate::{
    domain::{fields::Field, provenance::Source, soc::SocCode, values::FieldValue},
    net::{CallError, Upstream},
};
use sections::{Section, Sections};
use wire::{Head, Occupation};

const FIELDS: &[Field] = &[
    Field::CoreResponsibilities,
    Field::Tasks,
    Field::ToolsAndTechnology,
    Field::Skills,
    Field::Knowledge,
    Field::Abilities,
    Field::RelatedTitles,
    Field::Education,
    Field::WorkExperience,
];

/// Answers from O*NET Web Services.
#[derive(Debug)]
pub struct OnetWebServices {
    sections: Sections,
}

impl OnetWebServices {
    /// A provider over version 2, whose calls carry `api_key`, and over version 1.9 where there is an account for it.
    pub fn new(upstream: Upstream, api_key: secrecy::SecretString, tools: Option<ToolsUpstream>) -> Self {
        Self { sections: Sections { upstream, api_key, tools } }
    }

    async fn occupation(&self, code: SocCode, fields: &[Field]) -> Vec<(Field, FieldAnswer)> {
        // A bare SOC code stands for several occupations, and none of O*NET's has it.
        let head = if code.is_onet() { self.sections.head(code).await } else { Ok(None) };
        let parts = match head {
            Ok(Some(head)) => self.parts(code, head, fields).await,
            Ok(None) => return fields.iter().map(|field| (*field, Ok(None))).collect(),
            Err(error) => return fields.iter().map(|field| (*field, Err(error.clone()))).collect(),
        };
        fields.iter().map(|field| (*field, parts.answer(*field))).collect()
    }

    /// Calls for every section that one of the fields needs, once.
    async fn parts(&self, code: SocCode, head: Head, fields: &[Field]) -> Parts {
        let sections = &self.sections;
        let listed = |section: Section, needed_by: &[Field]| {
            let needed = fields.iter().any(|field| needed_by.contains(field));
            if needed { head.lists(section) } else { Ok(false) }
        };
        let (tasks, technology, tools, skills, knowledge, abilities, job_zone, education) = tokio::join!(
            sections.list(code, Section::Tasks, listed(Section::Tasks, &[Field::Tasks, Field::CoreResponsibilities])),
            sections.list(code, Section::Technology, listed(Section::Technology, &[Field::ToolsAndTechnology])),
            sections.tools(code, fields.contains(&Field::ToolsAndTechnology)),
            sections.list(code, Section::Skills, listed(Section::Skills, &[Field::Skills])),
            sections.list(code, Section::Knowledge, listed(Section::Knowledge, &[Field::Knowledge])),
            sections.list(code, Section::Abilities, listed(Section::Abilities, &[Field::Abilities])),
            sections.job_zone(code, listed(Section::JobZone, &[Field::Education, Field::WorkExperience])),
            sections.list(code, Section::Education, listed(Section::Education, &[Field::Education])),
        );
        Parts { occupation: head.occupation, tasks, technology, tools, skills, knowledge, abilities, job_zone, education }
    }
}

/// Version 1.9 and its account.
#[derive(Debug)]
pub struct ToolsUpstream {
    /// The upstream.
    pub upstream: Upstream,
    /// The value of the header `Authorization`.
    pub authorization: secrecy::SecretString,
}

/// What was called for; empty where nothing was.
struct Parts {
    occupation: Result<Occupation, CallError>,
    tasks: Result<Vec<wire::Task>, CallError>,
    technology: Result<Vec<wire::Category>, CallError>,
    tools: Result<Vec<wire::ToolCategory>, CallError>,
    skills: Result<Vec<wire::Element>, CallError>,
    knowledge: Result<Vec<wire::Element>, CallError>,
    abilities: Result<Vec<wire::Element>, CallError>,
    job_zone: Result<wire::JobZone, CallError>,
    education: Result<Vec<wire::Level>, CallError>,
}

impl Parts {
    fn answer(&self, field: Field) -> FieldAnswer {
        let onet = |value: FieldValue| Found::new(Source::Onet, value).of_release(self.release());
        let found = match field {
            Field::CoreResponsibilities => {
                let (list, derivation) = responsibilities::of(&values::tasks(copied(&self.tasks)?).0, &responsibilities::Activities::new());
                onet(list.into()).derived(derivation)
            }
            Field::Tasks => onet(values::tasks(copied(&self.tasks)?).into()),
            Field::ToolsAndTechnology => onet(values::tools(copied(&self.technology)?, copied(&self.tools)?).into()),
            Field::Skills => onet(values::rated(copied(&self.skills)?).into()),
            Field::Knowledge => onet(values::rated(copied(&self.knowledge)?).into()),
            Field::Abilities => onet(values::rated(copied(&self.abilities)?).into()),
            Field::RelatedTitles => onet(values::titles(self.occupation.as_ref().map_err(Clone::clone)?).into()),
            Field::Education => {
                let (zone, levels) = (self.job_zone.as_ref().map_err(Clone::clone)?, copied(&self.education)?);
                onet(values::education(zone, levels).into())
            }
            Field::WorkExperience => onet(values::work_experience(self.job_zone.as_ref().map_err(Clone::clone)?).into()),
            Field::Outlook | Field::Wages => return Ok(None),
        };
        Ok(Some(found))
    }

    /// The services tell no release of the database, but the year in which the occupation was last updated.
    fn release(&self) -> Option<String> {
        let year = self.occupation.as_ref().ok()?.updated_year()?;
        Some(format!("O*NET Web Services, updated {year}"))
    }
}

fn copied<T>(part: &Result<Vec<T>, CallError>) -> Result<&[T], CallError> {
    part.as_deref().map_err(Clone::clone)
}

#[async_trait]
impl Provider for OnetWebServices {
    fn name(&self) -> &'static str {
        ONET_WEB_SERVICES
    }

    fn source(&self) -> Source {
        Source::Onet
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn release(&self) -> Option<String> {
        None
    }

    async fn fetch(&self, codes: &[SocCode], fields: &[Field]) -> Result<Fetched, ProviderError> {
        let fields: Vec<Field> = fields.iter().copied().filter(|field| FIELDS.contains(field)).collect();
        let mut fetched = Fetched::default();
        if fields.is_empty() {
            return Ok(fetched);
        }
        let fields = &fields;
        let occupations = codes.iter().map(|code| async move { (*code, self.occupation(*code, fields).await) });
        let mut answers = stream::iter(occupations.collect::<Vec<_>>()).buffered(self.sections.upstream.at_once());
        while let Some((code, answers)) = answers.next().await {
            for (field, answer) in answers {
                fetched.enter(ONET_WEB_SERVICES, Source::Onet, code, field, answer);
            }
        }
        Ok(fetched)
    }
}
