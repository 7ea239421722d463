//! Sentences that say why a value won.

use super::{Derivation, Edits, Layer, OverrideMode, Source};
use crate::domain::fields::Field;

/// Why `winner` is the field's value.
pub(super) fn explain(field: Field, winner: &Layer, layers: &[Layer]) -> String {
    match winner.source {
        Source::Custom => explain_custom(winner, layers),
        Source::Ai => explain_ai(winner),
        Source::Onet | Source::Bls => explain_official(field, winner, layers),
    }
}

/// Why `layer` lies under `winner`.
pub(super) fn explain_below(layer: &Layer, winner: &Layer) -> String {
    let reason = match (winner.source, layer.source) {
        (Source::Custom, _) => "the job's own value lies over it",
        (_, Source::Ai) => "official data goes before an AI draft",
        _ => "another provider goes first for this field",
    };
    format!("{} also has a value, but {reason}.", described(layer))
}

fn explain_custom(winner: &Layer, layers: &[Layer]) -> String {
    let what = match winner.over.as_ref().map(|over| (over.mode, over.edits)) {
        Some((OverrideMode::Blank, _)) => "deliberately left empty by",
        Some((OverrideMode::Patch, edits)) => return explain_patch(winner, edits, layers),
        _ => "replaced by",
    };
    let under = if layers.len() > 1 { "; it lies over the inherited value" } else { "; nothing is inherited here" };
    format!("The value is {what} {}{under}.", winner.provider)
}

fn explain_patch(winner: &Layer, edits: Edits, layers: &[Layer]) -> String {
    let counts = [(edits.added, "added"), (edits.hidden, "hidden"), (edits.edited, "edited")];
    let mut done =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ");
    if done.is_empty() {
        done.push_str("another order");
    }
    match layers.iter().find(|layer| layer.source != Source::Custom) {
        Some(base) => {
            let owner = &winner.provider;
            format!("The list of {} with the edits of {owner}: {done}; everything else follows the list as it changes.", described(base))
        }
        None => format!("What {} wrote itself: the list that it edited is not there.", winner.provider),
    }
}

fn explain_ai(winner: &Layer) -> String {
    let model = winner.ai.as_ref().map_or("an assistant", |ai| ai.model.as_str());
    let approved = if winner.approval.is_some() { "a person approved it" } else { "nobody has approved it yet" };
    format!("No official source has a value, so {model} drafted one; {approved}.")
}

fn explain_official(field: Field, winner: &Layer, layers: &[Layer]) -> String {
    let mut text = match &winner.derivation {
        Derivation::Direct => format!("{} has a value for {}", described(winner), subject(winner)),
        Derivation::Chosen { of } => {
            format!(
                "Chosen from {of} tasks of {} in {} so that together they cover most of its work activities",
                subject(winner),
                described(winner)
            )
        }
        Derivation::RolledUp { from } => {
            format!(
                "{} has nothing for {} itself; rolled up from {} occupations below it ({})",
                described(winner),
                subject(winner),
                from.len(),
                listed(from)
            )
        }
        Derivation::Combined { from } => {
            format!("{} stands for {} occupations; combined from {} in {}", subject(winner), from.len(), listed(from), described(winner))
        }
        Derivation::PublishedFor { code } => {
            format!("{} publishes one figure for {code}, which {} belongs to", described(winner), subject(winner))
        }
    };
    let first = field.default_providers()[0];
    if first == "onet-database" && winner.source == Source::Bls {
        text.push_str("; a fallback, because O*NET has none");
    }
    if layers.iter().any(|layer| layer.source == Source::Ai) {
        text.push_str("; official data goes before the AI draft");
    }
    text.push('.');
    text
}

fn described(layer: &Layer) -> String {
    layer.release.as_ref().map_or_else(|| layer.provider.to_string(), |release| format!("{release} ({})", layer.provider))
}

fn subject(layer: &Layer) -> String {
    layer.inherited_from.map_or_else(|| "this job".to_owned(), |code| code.to_string())
}

fn listed(codes: &[crate::domain::soc::SocCode]) -> String {
    let mut text = codes.iter().take(4).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if codes.len() > 4 {
        text.push_str(", …");
    }
    text
}
