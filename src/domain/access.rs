//! Who asks, and what they may do.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody, or something, that changes data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Stable, and unique together with the kind: `admin`, a key's id, `enrichment`.
    pub id: String,
    /// For people to read.
    pub name: String,
    /// What kind of actor.
    pub kind: ActorKind,
}

impl Actor {
    /// The service itself, acting for one of its parts.
    pub fn system(part: &str) -> Self {
        Self { id: part.to_owned(), name: part.to_owned(), kind: ActorKind::System }
    }
}

/// Kinds of actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActorKind {
    /// A person.
    User,
    /// A partner's program.
    ApiKey,
    /// The service itself.
    System,
}

impl ActorKind {
    /// The name in the API and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::ApiKey => "API_KEY",
            Self::System => "SYSTEM",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::User, Self::ApiKey, Self::System].into_iter().find(|kind| kind.name() == name)
    }
}

macro_rules! scopes {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal,)+) => {
        /// One thing that a caller may do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope { $($(#[$doc])+ $variant,)+ }

        impl Scope {
            /// All scopes.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The name in tokens and in the API.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}
scopes! {
    /// Read jobs that are not published too.
    JobsRead = "jobs:read",
    /// Create, change and delete jobs.
    JobsWrite = "jobs:write",
    /// Override fields.
    OverridesWrite = "overrides:write",
    /// Review SOC codes.
    SocReview = "soc:review",
    /// Start enrichment runs.
    EnrichmentRun = "enrichment:run",
    /// Read history and actors.
    HistoryRead = "history:read",
    /// Manage webhook endpoints.
    WebhooksManage = "webhooks:manage",
    /// Manage API keys.
    KeysManage = "keys:manage",
    /// Everything, for every company.
    PlatformAdmin = "platform:admin",
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|scope| scope.name() == name).ok_or_else(|| format!("`{name}` is not a scope"))
    }
}

/// Who may do one of these to the jobs of a company may see them, published or not.
const OF_JOBS: [Scope; 6] =
    [Scope::JobsRead, Scope::JobsWrite, Scope::OverridesWrite, Scope::SocReview, Scope::EnrichmentRun, Scope::HistoryRead];

/// Whose data a caller may see. Every question to the store carries one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Published jobs only.
    Public,
    /// Published jobs, and all of one company's.
    Company(Uuid),
    /// Everything.
    Platform,
}

/// The caller of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    actor: Option<Actor>,
    company: Option<Uuid>,
    scopes: BTreeSet<Scope>,
}

impl Principal {
    /// Nobody in particular.
    pub fn anonymous() -> Self {
        Self { actor: None, company: None, scopes: BTreeSet::new() }
    }

    /// The holder of the admin token, who may do everything.
    pub fn platform_admin() -> Self {
        let actor = Actor { id: "admin".into(), name: "Platform admin".into(), kind: ActorKind::User };
        Self { actor: Some(actor), company: None, scopes: Scope::ALL.into() }
    }

    /// Somebody of a company, who may do what the scopes say.
    pub fn member(actor: Actor, company: Uuid, scopes: impl IntoIterator<Item = Scope>) -> Self {
        Self { actor: Some(actor), company: Some(company), scopes: scopes.into_iter().collect() }
    }

    /// A program with a key. Without a company it may do everything, or read what is public: all other scopes are about the data
    /// of a company.
    pub fn program(actor: Actor, company: Option<Uuid>, scopes: impl IntoIterator<Item = Scope>) -> Self {
        let fits = |scope: &Scope| (*scope == Scope::PlatformAdmin) != company.is_some();
        Self { actor: Some(actor), company, scopes: scopes.into_iter().filter(fits).collect() }
    }

    /// The service itself.
    pub fn system(part: &str) -> Self {
        Self { actor: Some(Actor::system(part)), company: None, scopes: Scope::ALL.into() }
    }

    /// The service, going on with what somebody asked for: it may do what it takes, for that company only where one asked.
    pub fn on_behalf_of(actor: Actor, company: Option<Uuid>) -> Self {
        let mut scopes = BTreeSet::from(Scope::ALL);
        if company.is_some() {
            scopes.remove(&Scope::PlatformAdmin);
        }
        Self { actor: Some(actor), company, scopes }
    }

    /// Who it is; none for anonymous callers.
    pub fn actor(&self) -> Option<&Actor> {
        self.actor.as_ref()
    }

    /// The company that the caller belongs to.
    pub fn company(&self) -> Option<Uuid> {
        self.company
    }

    /// True for a job that is the caller's to change, given its company: one of the own company, or any for the platform.
    pub fn owns(&self, company: Option<Uuid>) -> bool {
        self.company.is_none_or(|own| company == Some(own))
    }

    /// What the caller may do.
    pub fn scopes(&self) -> &BTreeSet<Scope> {
        &self.scopes
    }

    /// True when the caller may do that.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&Scope::PlatformAdmin)
    }

    /// Whose rows the database may let the caller see and write, whatever it asks: no scope is looked at but the platform's.
    pub fn tenant(&self) -> Audience {
        match self.company {
            _ if self.may(Scope::PlatformAdmin) => Audience::Platform,
            Some(company) => Audience::Company(company),
            None => Audience::Public,
        }
    }

    /// Whose keys, webhooks or the like the caller may see, by the scope that they take.
    pub fn audience_of(&self, scope: Scope) -> Audience {
        match self.company {
            _ if self.may(Scope::PlatformAdmin) => Audience::Platform,
            Some(company) if self.may(scope) => Audience::Company(company),
            _ => Audience::Public,
        }
    }

    /// Whose data the caller may see.
    pub fn audience(&self) -> Audience {
        match self.company {
            _ if self.may(Scope::PlatformAdmin) => Audience::Platform,
            Some(company) if OF_JOBS.iter().any(|scope| self.may(*scope)) => Audience::Company(company),
            _ => Audience::Public,
        }
    }
}
