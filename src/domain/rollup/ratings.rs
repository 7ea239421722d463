//! Ratings of several occupations, averaged.

use std::collections::BTreeMap;

use super::add_origins;
use crate::domain::{
    soc::SocCode,
    values::{RatedElement, RatedElementList, by_importance},
};

/// The elements with the mean of the standardised importance, and of the level, over the occupations that rate them,
/// rounded half up to a whole number as O*NET's own standardised scores are. The statistics behind a rating are not
/// those of a mean, so none are given. By falling importance, then by name.
pub fn rated(parts: &[(SocCode, RatedElementList)]) -> RatedElementList {
    let mut elements: BTreeMap<&str, (RatedElement, Mean, Mean)> = BTreeMap::new();
    for (code, list) in parts {
        for element in &list.0 {
            let fresh = || (RatedElement { rating: None, origins: vec![], ..element.clone() }, Mean::default(), Mean::default());
            let (pooled, importance, level) = elements.entry(&element.key).or_insert_with(fresh);
            importance.add(element.importance);
            level.add(element.level);
            add_origins(&mut pooled.origins, *code, element);
        }
    }
    let averaged = elements.into_values().map(|(element, importance, level)| RatedElement {
        importance: importance.rounded(),
        level: level.rounded(),
        ..element
    });
    let mut list: Vec<_> = averaged.collect();
    list.sort_by(|a, b| by_importance(a.importance, b.importance).then_with(|| a.name.cmp(&b.name)));
    RatedElementList(list)
}

#[derive(Default)]
struct Mean {
    sum: f64,
    count: u32,
}

impl Mean {
    fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.sum += value;
            self.count += 1;
        }
    }

    fn rounded(&self) -> Option<f64> {
        (self.count > 0).then(|| (self.sum / f64::from(self.count) + 0.5).floor())
    }
}
