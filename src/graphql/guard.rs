//! Guards: what a caller needs for a field.

use async_graphql::{Context, Guard, Result, TypeDirective};

use super::{
    Ask,
    error::{Code, coded},
};
use crate::domain::access::Scope;

/// Who may ask: a caller with one of these scopes, or with `platform:admin`.
#[TypeDirective(location = "FieldDefinition")]
pub(super) fn scopes(any_of: Vec<String>) {}

/// The names of scopes, for the directive.
pub(super) fn any_of(which: &[Scope]) -> Vec<String> {
    which.iter().map(ToString::to_string).collect()
}

/// The caller needs this scope.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needs(pub(super) Scope);

/// The caller needs one of these scopes.
#[derive(Debug, Clone, Copy)]
pub(super) struct NeedsOneOf(pub(super) &'static [Scope]);

impl Guard for NeedsOneOf {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        match self.0.iter().find(|scope| ctx.principal().may(**scope)).or(self.0.first()) {
            Some(scope) => Needs(*scope).check(ctx).await,
            None => Ok(()),
        }
    }
}

impl Guard for Needs {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        let principal = ctx.principal();
        if principal.may(self.0) {
            return Ok(());
        }
        Err(match principal.actor() {
            None => coded(
                Code::Unauthenticated,
                format!("Sign in first: this needs the scope {}. Send `Authorization: Bearer <token>`.", self.0),
            ),
            Some(_) => coded(Code::Forbidden, format!("This needs the scope {}, which you do not have.", self.0)),
        })
    }
}
