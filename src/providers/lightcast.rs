//! Lightcast's Open Skills and Titles: it fills no field of a job, but knows what skills and titles are called.

mod token;
mod wire;

use async_trait::async_trait;
use moka::sync::Cache;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::OnceCell;

use super::ProviderError;
use crate::net::{Answer, Call, CallError, Upstream};
use token::Tokens;
pub use token::{Account, TokenUpstream};

/// Lightcast uses at most 50 KB of a text; cut to less, on a character's boundary.
const TEXT_BYTES: usize = 48 * 1024;

/// How many texts are remembered: extractions are few a month, and those of one version never change.
const REMEMBERED: u64 = 1_000;

/// A skill of Lightcast's taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skill {
    /// `KS…` or `ES…`, the same in every version.
    pub id: String,
    /// `React.js`.
    pub name: String,
    /// What kind of skill it is.
    pub kind: Option<SkillKind>,
}

/// Kinds of skills, known by their ids: their names have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkillKind {
    /// `ST1`: special to some occupations.
    Specialized,
    /// `ST2`: common to many.
    Common,
    /// `ST3`: a certification.
    Certification,
}

/// Skills found, and what has to be said of them.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundSkills {
    /// The version of the taxonomy; to be kept with every mapping.
    pub version: String,
    /// Each with how sure Lightcast is, 0 to 1, the surest first.
    pub skills: Vec<(Skill, f64)>,
    /// Credits that must be shown beside them.
    pub attributions: Vec<String>,
}

/// Words of a text that speak of a skill.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// The words, as they stand there but for their case.
    pub words: String,
    /// The skill.
    pub skill: Skill,
    /// How sure Lightcast is, 0 to 1.
    pub confidence: f64,
}

/// A title of Lightcast's taxonomy.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundTitle {
    /// `ET…`.
    pub id: String,
    /// `Data Scientist`.
    pub name: String,
    /// 0 to 1.
    pub confidence: f64,
}

/// Who knows what skills and titles are called.
#[async_trait]
pub trait SkillSource: std::fmt::Debug + Send + Sync {
    /// The skills that a text speaks of.
    async fn extract(&self, text: &str, least_confidence: f64) -> Result<FoundSkills, ProviderError>;

    /// The words of a text that speak of skills, and of which. What was asked before is remembered.
    async fn mentions(&self, text: &str, least_confidence: f64) -> Result<Vec<Mention>, ProviderError>;

    /// The skills whose names are most like a name; the confidence is 1 where it is the same but for case, else 0.5.
    async fn find(&self, name: &str, most: usize) -> Result<FoundSkills, ProviderError>;

    /// The titles nearest to a title, the surest first.
    async fn titles(&self, title: &str, most: usize) -> Result<Vec<FoundTitle>, ProviderError>;
}

/// Lightcast.
#[derive(Debug)]
pub struct Lightcast {
    upstream: Upstream,
    tokens: Tokens,
    skills_version: OnceCell<String>,
    traced: Cache<(String, u64), Vec<Mention>>,
}

impl Lightcast {
    /// Over the API, with tokens from where they are given.
    pub fn new(upstream: Upstream, tokens: TokenUpstream, account: Account) -> Self {
        Self { upstream, tokens: Tokens::new(tokens, account), skills_version: OnceCell::new(), traced: Cache::new(REMEMBERED) }
    }

    /// The version that `latest` means, asked for once: later answers are then about one and the same.
    async fn version(&self) -> Result<&str, CallError> {
        let ask = || async {
            let answer = self.ask(Call::get("skills version", ["skills", "versions", "latest"])).await?;
            answer.read::<wire::Version>()?.version().ok_or_else(|| answer.unreadable("no version"))
        };
        self.skills_version.get_or_try_init(ask).await.map(String::as_str)
    }

    /// Makes a call with a token; with a new one when the first is refused. When that is refused too, it is the route that
    /// the account has no right to.
    async fn ask(&self, call: Call) -> Result<Answer, CallError> {
        let route = call.route();
        let mut refused = None;
        for _ in 0..2 {
            let token = self.tokens.get(refused.as_ref()).await?;
            self.upstream.hide(token.clone());
            let bearer: SecretString = format!("Bearer {}", token.expose_secret()).into();
            let answer = self.upstream.call(call.clone().header("authorization", bearer).answered_by(&[401])).await?;
            if answer.status() != 401 {
                return Ok(answer);
            }
            refused = Some(token);
        }
        Err(self.upstream.close_route(route))
    }

    async fn read<T: DeserializeOwned>(&self, call: Call) -> Result<(T, Answer), CallError> {
        let answer = self.ask(call).await?;
        Ok((answer.read()?, answer))
    }

    async fn extracted(&self, text: &str, least_confidence: f64) -> Result<FoundSkills, CallError> {
        let version = self.version().await?;
        let body = json!({ "text": cut(text), "confidenceThreshold": least_confidence }).to_string();
        let path = ["skills", "versions", version, "extract"];
        let (list, answer): (wire::Extracted, _) = self.read(Call::post("skills extract", path, "application/json", body.into())).await?;
        list.skills(version).ok_or_else(|| answer.unreadable("no list of skills"))
    }

    async fn traced(&self, text: &str, least_confidence: f64) -> Result<Vec<Mention>, CallError> {
        let body = json!({ "text": cut(text), "confidenceThreshold": least_confidence }).to_string();
        let path = ["skills", "versions", self.version().await?, "extract", "trace"];
        let (list, answer): (wire::Traced, _) = self.read(Call::post("skills trace", path, "application/json", body.into())).await?;
        list.mentions().ok_or_else(|| answer.unreadable("no trace of skills"))
    }

    async fn found(&self, name: &str, most: usize) -> Result<FoundSkills, CallError> {
        let version = self.version().await?;
        let call = Call::get("skills", ["skills", "versions", version, "skills"]).query("q", name).query("limit", most.to_string());
        let (list, answer): (wire::Listed, _) = self.read(call).await?;
        list.skills(version, name).ok_or_else(|| answer.unreadable("no list of skills"))
    }

    async fn inspected(&self, title: &str, most: usize) -> Result<Vec<FoundTitle>, CallError> {
        let body = json!({ "term": title, "limit": most }).to_string();
        let path = ["titles", "versions", "latest", "normalize", "inspect"];
        let (list, answer): (wire::Titles, _) = self.read(Call::post("titles normalize", path, "application/json", body.into())).await?;
        list.titles().ok_or_else(|| answer.unreadable("no list of titles"))
    }
}

#[async_trait]
impl SkillSource for Lightcast {
    async fn extract(&self, text: &str, least_confidence: f64) -> Result<FoundSkills, ProviderError> {
        Ok(self.extracted(text, least_confidence).await?)
    }

    async fn mentions(&self, text: &str, least_confidence: f64) -> Result<Vec<Mention>, ProviderError> {
        let asked = (text.to_owned(), least_confidence.to_bits());
        if let Some(known) = self.traced.get(&asked) {
            return Ok(known);
        }
        let found = self.traced(text, least_confidence).await?;
        self.traced.insert(asked, found.clone());
        Ok(found)
    }

    async fn find(&self, name: &str, most: usize) -> Result<FoundSkills, ProviderError> {
        Ok(self.found(name, most).await?)
    }

    async fn titles(&self, title: &str, most: usize) -> Result<Vec<FoundTitle>, ProviderError> {
        Ok(self.inspected(title, most).await?)
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        let text = "é".repeat(TEXT_BYTES);
        assert_eq!((cut(&text).len(), cut("short")), (TEXT_BYTES, "short"));
        assert_eq!(cut(&format!("x{text}")).len(), TEXT_BYTES - 1);
    }
}
