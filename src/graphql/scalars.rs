//! Scalars of our own.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::domain::soc;

/// An occupation code: SOC 2018 (`15-1252`, which means its `.00` occupation, or a publication code that stands for
/// several), or O*NET-SOC 2019 (`15-1252.00`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SocCode(pub(super) soc::SocCode);

/// An occupation code: SOC 2018 (`15-1252`, which means its `.00` occupation, or a publication code that stands for
/// several), or O*NET-SOC 2019 (`15-1252.00`).
#[Scalar(name = "SocCode")]
impl ScalarType for SocCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => text.parse().map(Self).map_err(InputValueError::custom),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
