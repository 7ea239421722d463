//! The calls: an occupation, and the sections that it lists.

use std::collections::HashMap;

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{
    super::wire::{List, Part},
    ToolsUpstream,
    wire::{Head, JobZone, ToolCategory, ToolsUsed},
};
use crate::{
    domain::soc::SocCode,
    net::{Answer, Call, CallError, Upstream},
};

/// So many items are asked for at once: every section of an occupation fits, as a rule.
const PAGE: u64 = 200;

/// No section is this long: what goes on beyond is no answer.
const MOST_ITEMS: usize = 20_000;

/// No data, or no such occupation.
const NOTHING: &[u16] = &[422];

/// A section of an occupation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Tasks,
    Technology,
    Skills,
    Knowledge,
    Abilities,
    JobZone,
    Education,
}

impl Section {
    /// The name in the path.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tasks => "tasks",
            Self::Technology => "technology_skills",
            Self::Skills => "skills",
            Self::Knowledge => "knowledge",
            Self::Abilities => "abilities",
            Self::JobZone => "job_zone",
            Self::Education => "education",
        }
    }

    /// The name of the list in the answer.
    fn list(self) -> &'static str {
        match self {
            Self::Tasks => "task",
            Self::Technology => "category",
            Self::Skills | Self::Knowledge | Self::Abilities => "element",
            Self::JobZone | Self::Education => "response",
        }
    }
}

/// The calls of both versions.
#[derive(Debug)]
pub(super) struct Sections {
    pub(super) upstream: Upstream,
    pub(super) api_key: SecretString,
    pub(super) tools: Option<ToolsUpstream>,
}

impl Sections {
    /// The occupation itself; none when O*NET does not know the code.
    pub(super) async fn head(&self, code: SocCode) -> Result<Option<Head>, CallError> {
        let answer = self.ask(Call::get("occupation", path(code, &[]))).await?;
        if answer.status() == 422 { Ok(None) } else { Head::read(&answer).map(Some) }
    }

    /// All items of a section, page by page; none when it is not listed.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        code: SocCode,
        section: Section,
        listed: Result<bool, CallError>,
    ) -> Result<Vec<T>, CallError> {
        let mut items = vec![];
        if !listed? {
            return Ok(items);
        }
        let mut start = 1;
        loop {
            let call = Call::get(section.name(), path(code, &["details", section.name()]));
            let call = call.query("start", start.to_string()).query("end", (start + PAGE - 1).to_string());
            let answer = self.ask(call).await?;
            if answer.status() == 422 {
                return if start == 1 { Ok(items) } else { Err(answer.unreadable("a page in the middle is refused")) };
            }
            let page = Page::read(&answer, section)?;
            items.extend(page.items);
            let Some(end) = page.end.filter(|end| page.total.is_some_and(|total| *end < total)) else { return Ok(items) };
            if end < start || items.len() > MOST_ITEMS {
                return Err(answer.unreadable("its pages do not go on"));
            }
            start = end + 1;
        }
    }

    /// The job zone; empty when it is not listed.
    pub(super) async fn job_zone(&self, code: SocCode, listed: Result<bool, CallError>) -> Result<JobZone, CallError> {
        let section = Section::JobZone.name();
        if !listed? {
            return Ok(JobZone::default());
        }
        let answer = self.ask(Call::get(section, path(code, &["details", section]))).await?;
        if answer.status() == 422 { Ok(JobZone::default()) } else { answer.read() }
    }

    /// The tools used, from version 1.9; none without an account.
    pub(super) async fn tools(&self, code: SocCode, needed: bool) -> Result<Vec<ToolCategory>, CallError> {
        let Some(tools) = self.tools.as_ref().filter(|_| needed) else { return Ok(vec![]) };
        let call = Call::get("v1.9 tools_used", path(code, &["details", "tools_used"])).query("display", "long");
        let call = call.header("authorization", tools.authorization.clone()).answered_by(&[404, 422]);
        match tools.upstream.call(call).await {
            Ok(answer) if answer.status() == 200 => answer.read::<ToolsUsed>()?.categories(|| answer.unreadable("no list of tools")),
            // Tools may come another day; an account that is refused must not cost the technology as well.
            Err(error) if error.failure.may_pass() => Err(error),
            Ok(_) | Err(_) => Ok(vec![]),
        }
    }

    async fn ask(&self, call: Call) -> Result<Answer, CallError> {
        self.upstream.call(call.header("x-api-key", self.api_key.clone()).answered_by(NOTHING)).await
    }
}

fn path(code: SocCode, rest: &[&str]) -> Vec<String> {
    let start = ["online".to_owned(), "occupations".to_owned(), code.to_string()];
    start.into_iter().chain(rest.iter().map(|&segment| segment.to_owned())).collect()
}

struct Page<T> {
    items: Vec<T>,
    end: Option<u64>,
    total: Option<u64>,
}

impl<T: DeserializeOwned> Page<T> {
    fn read(answer: &Answer, section: Section) -> Result<Self, CallError> {
        let mut parts: HashMap<String, Box<RawValue>> = answer.read()?;
        let number = |name: &str| parts.get(name).and_then(|raw| serde_json::from_str::<u64>(raw.get()).ok());
        let (end, total) = (number("end"), number("total"));
        let list: Part<List<T>> = parts.remove(section.list()).and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        let items = match list {
            Part::Known(list) => list.0,
            Part::Missing if total.is_none_or(|total| total == 0) => vec![],
            Part::Missing | Part::Unreadable => return Err(answer.unreadable(format!("no list `{}`", section.list()))),
        };
        Ok(Self { items, end, total })
    }
}
