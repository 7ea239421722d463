use proptest::{prelude::*, sample::select};

use super::*;
use crate::domain::{
    access::ActorKind,
    values::{TextItem, TextList, text_key},
};

fn texts(texts: &[String]) -> Arc<FieldValue> {
    let item = |text: &String| TextItem { key: text_key(text), text: text.clone(), origins: vec![] };
    Arc::new(TextList(texts.iter().map(item).collect()).into())
}

fn over(mode: OverrideMode, at: DateTime<Utc>) -> OverrideLayer {
    let by = Actor { id: "user:a".into(), name: "A".into(), kind: ActorKind::User };
    OverrideLayer { mode, by, at, note: None, edits: Edits::default() }
}

prop_compose! {
    fn layer()(
        source in select(&Source::ALL[..]),
        provider in select(&["onet-database", "careeronestop", "bls-projections", "somebody"][..]),
        release in proptest::option::of("[0-9]{1,2}"),
        fetched in proptest::option::of(0_i64..100),
        value in proptest::collection::vec("[a-c]{0,3}", 0..3),
        mode in select(&[OverrideMode::Replace, OverrideMode::Patch, OverrideMode::Blank][..]),
    ) -> Layer {
        let fetched_at = fetched.and_then(|s| DateTime::from_timestamp(s, 0));
        Layer {
            source,
            provider: provider.into(),
            release: release.map(Into::into),
            value: texts(&value),
            inherited_from: None,
            derivation: Derivation::Direct,
            fetched_at,
            expires_at: None,
            ai: None,
            approval: None,
            over: (source == Source::Custom).then(|| over(mode, DateTime::default())),
        }
    }
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_matter(layers in proptest::collection::vec(layer(), 0..6), seed in any::<prop::sample::Index>()) {
        let forwards = FieldProfile::new(Field::RelatedTitles, layers.clone(), &Precedence::default());
        let mut shuffled = layers;
        if !shuffled.is_empty() {
            let cut = seed.index(shuffled.len());
            shuffled.rotate_left(cut);
            shuffled.reverse();
        }
        prop_assert_eq!(forwards, FieldProfile::new(Field::RelatedTitles, shuffled, &Precedence::default()));
    }

    #[test]
    fn custom_lies_over_official_and_official_over_ai(layers in proptest::collection::vec(layer(), 0..6)) {
        let profile = FieldProfile::new(Field::RelatedTitles, layers, &Precedence::default());
        prop_assert!(profile.layers().is_sorted_by_key(|layer| layer.source.rank()));
        prop_assert_eq!(profile.base().map(|base| base.source.rank()), profile.layers().iter().map(|l| l.source.rank()).filter(|rank| *rank > 0).min());
    }

    #[test]
    fn a_field_has_an_effective_layer_exactly_when_some_layer_fills_it(layers in proptest::collection::vec(layer(), 0..6)) {
        let filling = layers.iter().filter(|layer| layer.is_blank() || !layer.value.is_empty()).count();
        let profile = FieldProfile::new(Field::RelatedTitles, layers, &Precedence::default());
        prop_assert_eq!(profile.layers().len(), filling);
        prop_assert_eq!(profile.effective().is_some(), filling > 0);
        prop_assert_eq!(profile.explanation().is_some(), filling > 0);
        prop_assert!(profile.effective().is_none_or(|layer| layer.is_blank() || !layer.value.is_empty()));
    }

    #[test]
    fn a_further_layer_of_lower_rank_never_changes_the_value(layers in proptest::collection::vec(layer(), 1..5), further in layer()) {
        let before = FieldProfile::new(Field::RelatedTitles, layers.clone(), &Precedence::default());
        if let Some(winner) = before.effective().filter(|winner| winner.source.rank() < further.source.rank()) {
            let after = FieldProfile::new(Field::RelatedTitles, layers.into_iter().chain([further]), &Precedence::default());
            prop_assert_eq!(after.effective(), Some(winner));
        }
    }
}
