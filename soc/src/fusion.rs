//! From scores to one ranking: candidates, features, fusion, confidence.

pub mod calibration;
pub mod features;
pub mod fitting;
pub mod linear;
pub mod model;
pub mod trees;
pub mod trees_fit;
