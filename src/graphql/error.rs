//! Errors of the API. What the caller can mend in a mutation is data; everything else is an error with a code.

use async_graphql::{Context, Error, ErrorExtensions};

use crate::{loaders::LoadError, service::ServiceError};

/// The id of a request, to find it in the log by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Codes of errors, in `extensions.code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// An argument breaks a rule that the message names.
    Invalid,
    /// Nobody is signed in.
    Unauthenticated,
    /// The caller lacks a scope.
    Forbidden,
    /// Something failed inside; the log tells what.
    Internal,
}

impl Code {
    const fn name(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::Internal => "INTERNAL",
        }
    }
}

/// An error with a code.
pub(super) fn coded(code: Code, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code.name()))
}

/// An argument that breaks a rule.
pub(super) fn invalid(message: impl Into<String>) -> Error {
    coded(Code::Invalid, message)
}

/// What failed inside is logged once, here, and told without its cause.
pub(super) trait OrInternal<T> {
    fn or_internal(self, ctx: &Context<'_>) -> Result<T, Error>;
}

impl<T, E: Into<Failure>> OrInternal<T> for Result<T, E> {
    fn or_internal(self, ctx: &Context<'_>) -> Result<T, Error> {
        self.map_err(|error| match error.into() {
            Failure::Told(error) => error,
            Failure::Hidden(error) => internal(ctx, &error),
        })
    }
}

/// A failure, and whether its text is for the caller.
pub(super) enum Failure {
    Told(Error),
    Hidden(anyhow::Error),
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Hidden(error.into())
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::User(_) => Self::Told(invalid(error.to_string())),
            other => Self::Hidden(other.into()),
        }
    }
}

fn internal(ctx: &Context<'_>, error: &anyhow::Error) -> Error {
    internal_of(ctx.data_opt::<RequestId>(), error)
}

/// A failure whose text is not for the caller.
pub(super) fn internal_of(request: Option<&RequestId>, error: &anyhow::Error) -> Error {
    let request = request.map_or("unknown", |id| id.0.as_str());
    tracing::error!(request, "{error:#}");
    coded(Code::Internal, "Something failed inside; the request id finds it in the log.")
        .extend_with(|_, extensions| extensions.set("requestId", request))
}
