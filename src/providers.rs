//! TEMPORARY
use crate::domain::{claim::Claim, fields::Field, provenance::Source, soc::SocCode};
use async_trait::async_trait;
use std::fmt::Debug;
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    #[error("x")]
    X,
}
#[async_trait]
pub trait Provider: Debug + Send + Sync {
    fn name(&self) -> &'static str;
    fn source(&self) -> Source;
    fn fields(&self) -> &'static [Field];
    fn release(&self) -> Option<String>;
    async fn fetch(&self, codes: &[SocCode], fields: &[Field]) -> Result<Vec<Claim>, ProviderError>;
}
pub fn attribution(_provider: &str, _release: Option<&str>) -> Option<String> {
    None
}
pub mod reference;
