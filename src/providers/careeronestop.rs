//! CareerOneStop: one call per occupation, with a flag for every block.
//!
//! A call asks for exactly the blocks that the wanted fields need, all flags written out. What was asked for and is not
//! there is known to be empty. The user id is a part of the path.

mod flags;
mod values;
mod wire;

use async_trait::async_trait;
use futures::{StreamExt, stream};
use secrecy::{ExposeSecret, SecretString};

use super::{CAREER_ONE_STOP, Fetched, Provider, ProviderError, fetched::FieldAnswer, wire::Part};
use crate::{
    domain::{fields::Field, provenance::Source, soc::SocCode},
    net::{Answer, Call, CallError, Upstream},
};
use wire::{Details, Occupation, TechTool, Technologies};

const FIELDS: &[Field] = &Field::ALL;

/// The whole nation.
const LOCATION: &str = "US";

/// Answers from CareerOneStop.
#[derive(Debug)]
pub struct CareerOneStop {
    upstream: Upstream,
    user_id: SecretString,
    authorization: SecretString,
}

impl CareerOneStop {
    /// A provider over the upstream, for that account.
    pub fn new(upstream: Upstream, user_id: SecretString, token: &SecretString) -> Self {
        let authorization = format!("Bearer {}", token.expose_secret()).into();
        Self { upstream, user_id, authorization }
    }

    async fn occupation(&self, code: SocCode, fields: &[Field]) -> Vec<(Field, FieldAnswer)> {
        // A bare SOC code is always answered with 404.
        let asked = if code.is_onet() { self.details(code, fields).await } else { Ok(None) };
        let (mut occupation, answer) = match asked {
            Ok(Some(found)) => found,
            Ok(None) => return fields.iter().map(|field| (*field, Ok(None))).collect(),
            Err(error) => return fields.iter().map(|field| (*field, Err(error.clone()))).collect(),
        };
        let wanted = fields.contains(&Field::ToolsAndTechnology);
        let tools =
            if wanted { self.tools(code, std::mem::take(&mut occupation.tools), &answer).await } else { Ok(Technologies::default()) };
        let unreadable = |block: &'static str| answer.unreadable(format!("the block {block}"));
        let answer = |field| match field {
            Field::ToolsAndTechnology => tools.as_ref().map(|tools| Some(values::tools(tools))).map_err(Clone::clone),
            field => occupation.value(code, field).map_err(unreadable),
        };
        fields.iter().map(|field| (*field, answer(*field))).collect()
    }

    /// The occupation; none when CareerOneStop does not know the code.
    async fn details(&self, code: SocCode, fields: &[Field]) -> Result<Option<(Occupation, Answer)>, CallError> {
        let mut call = self.call("occupation", &["occupation", self.user_id.expose_secret(), &code.to_string(), LOCATION]);
        for (flag, wanted) in flags::of(fields) {
            call = call.query(flag, wanted.to_string());
        }
        let answer = self.upstream.call(call).await?;
        if answer.status() == 404 {
            return Ok(None);
        }
        let details: Details = answer.read()?;
        let occupations = details.occupations.or_else(|| answer.unreadable("no list of occupations"))?.unwrap_or_default();
        Ok(occupations.0.into_iter().next().map(|occupation| (occupation, answer)))
    }

    /// The tools and technology of the details; when there are no tools in it, those of a call of their own.
    async fn tools(&self, code: SocCode, block: Part<Technologies>, answer: &Answer) -> Result<Technologies, CallError> {
        let within = block.or_else(|| answer.unreadable("the block ToolsAndTechOccupationDetails"))?.unwrap_or_default();
        if within.has_tools() {
            return Ok(within);
        }
        let call = self.call("techtool", &["techtool", self.user_id.expose_secret(), &code.to_string()]);
        let alone = self.upstream.call(call).await?;
        if alone.status() == 404 {
            return Ok(within);
        }
        let block = alone.read::<TechTool>()?.block.or_else(|| alone.unreadable("the block TechToolOccupationDetails"))?;
        Ok(block.filter(Technologies::has_any).unwrap_or(within))
    }

    fn call(&self, route: &'static str, path: &[&str]) -> Call {
        let path = ["v1"].iter().chain(path).copied();
        Call::get(route, path).header("authorization", self.authorization.clone()).answered_by(&[404])
    }
}

#[async_trait]
impl Provider for CareerOneStop {
    fn name(&self) -> &'static str {
        CAREER_ONE_STOP
    }

    /// Most of what it passes on is O*NET's; each claim tells.
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
        let mut fetched = Fetched::default();
        if fields.is_empty() {
            return Ok(fetched);
        }
        let occupations = codes.iter().map(|code| async move { (*code, self.occupation(*code, fields).await) });
        let mut answers = stream::iter(occupations.collect::<Vec<_>>()).buffered(self.upstream.at_once());
        while let Some((code, answers)) = answers.next().await {
            for (field, answer) in answers {
                fetched.enter(CAREER_ONE_STOP, values::source(field), code, field, answer);
            }
        }
        Ok(fetched)
    }
}
