//! Spans of root fields, for traces. Fields below them are too many.

use std::sync::Arc;

use async_graphql::{
    ServerResult, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo},
};
use tracing::Instrument;

/// Gives each root field a span.
#[derive(Debug, Clone, Copy)]
pub(super) struct RootSpans;

impl ExtensionFactory for RootSpans {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(*self)
    }
}

#[async_trait::async_trait]
impl Extension for RootSpans {
    async fn resolve(&self, ctx: &ExtensionContext<'_>, info: ResolveInfo<'_>, next: NextResolve<'_>) -> ServerResult<Option<Value>> {
        if info.path_node.parent.is_some() {
            return next.run(ctx, info).await;
        }
        let span = tracing::info_span!("resolve", on = info.parent_type, field = info.name);
        next.run(ctx, info).instrument(span).await
    }
}
