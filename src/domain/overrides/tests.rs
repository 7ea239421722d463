use std::sync::Arc;

use chrono::DateTime;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::domain::{
    access::Actor,
    precedence::Precedence,
    provenance::FieldProfile,
    user_error::UserErrorCode,
    values::{
        AreaWages, Education, Item, Outlook, RatedElement, RatedElementList, Task, TaskList, TaskType, TextItem, TextList, Wage, Wages,
    },
};

mod model;
mod rules;

/// An official list of titles.
fn titles(items: &[(&str, &str)]) -> FieldValue {
    let item = |(key, text): &(&str, &str)| TextItem { key: (*key).to_owned(), text: (*text).to_owned(), origins: vec![] };
    TextList(items.iter().map(item).collect()).into()
}

fn official(field: Field, value: &FieldValue) -> FieldProfile {
    let layer = Layer {
        source: Source::Onet,
        provider: "onet-database".into(),
        release: Some("O*NET 30.0".into()),
        value: Arc::new(value.clone()),
        inherited_from: None,
        derivation: Derivation::Direct,
        fetched_at: None,
        expires_at: None,
        ai: None,
        approval: None,
        over: None,
    };
    FieldProfile::new(field, [layer], &Precedence::default())
}

fn gap(field: Field) -> FieldProfile {
    FieldProfile::new(field, [], &Precedence::default())
}

/// An override made on what that field inherits.
fn made(content: OverrideContent, on: &FieldProfile) -> Arc<Override> {
    let base = Base::of(on.base());
    Arc::new(Override {
        id: Uuid::nil(),
        job_id: Uuid::nil(),
        field: on.field(),
        content: content.settled(base.value.as_deref()),
        base,
        by: Actor::system("test"),
        at: DateTime::default(),
        note: None,
    })
}

/// A patch of titles, checked as a caller's is.
fn patch(add: &[&str], hide: &[&str], edit: &[(&str, &str)], order: &[&str]) -> OverrideContent {
    let owned = |keys: &[&str]| keys.iter().map(ToString::to_string).collect();
    let patch = Patch {
        add: add.iter().map(|text| TextItem { key: String::new(), text: (*text).to_owned(), origins: vec![] }).collect(),
        hide: owned(hide),
        edit: edit.iter().map(|(key, text)| TextEdit { key: (*key).to_owned(), text: (*text).to_owned() }).collect(),
        order: owned(order),
    };
    let mut change = FieldChange { field: Field::RelatedTitles, content: OverrideContent::Patch(patch.into()) };
    change.check(&At::default()).expect("within the rules");
    change.content
}

fn over(base: &FieldProfile, over: &Arc<Override>) -> FieldProfile {
    base.clone().overridden(Arc::clone(over), &"Acme".into())
}

/// What a field shows: text and source of every item.
fn shown(profile: &FieldProfile) -> Vec<(String, Source)> {
    match profile.effective().map(|layer| &*layer.value) {
        Some(FieldValue::TextList(list)) => list.0.iter().map(|item| (item.text.clone(), profile.source_of(&item.key))).collect(),
        _ => vec![],
    }
}

fn texts(profile: &FieldProfile) -> Vec<String> {
    shown(profile).into_iter().map(|(text, _)| text).collect()
}

const OLD: [(&str, &str); 4] = [("a", "Alpha"), ("b", "Beta"), ("c", "Gamma"), ("d", "Delta")];

#[test]
fn a_patch_says_of_every_item_whose_it_is() {
    let base = official(Field::RelatedTitles, &titles(&OLD));
    let patched = over(&base, &made(patch(&["Own"], &["b"], &[("c", "Gamma ray")], &["d"]), &base));
    let expected = [("Delta", Source::Onet), ("Alpha", Source::Onet), ("Gamma ray", Source::Custom), ("Own", Source::Custom)];
    assert_eq!(shown(&patched), expected.map(|(text, source)| (text.to_owned(), source)));
    assert_eq!(patched.effective().map(|layer| (layer.source, &*layer.provider)), Some((Source::Custom, "Acme")));
    let told = "The list of O*NET 30.0 (onet-database) with the edits of Acme: 1 added, 1 hidden, 1 edited; everything else follows the list as it changes.";
    assert_eq!(patched.explanation().as_deref(), Some(told));
}

/// The class of failure where a field is inherited as a whole or not at all: one edit cuts all items off from updates.
#[test]
fn editing_one_item_leaves_all_others_following_the_official_list() {
    let base = official(Field::RelatedTitles, &titles(&OLD));
    let edit = made(patch(&[], &[], &[("b", "Our beta")], &[]), &base);
    let release = official(Field::RelatedTitles, &titles(&[("a", "Alpha, reworded"), ("b", "Beta"), ("d", "Delta"), ("e", "Epsilon")]));
    assert_eq!(texts(&over(&release, &edit)), ["Alpha, reworded", "Our beta", "Delta", "Epsilon"]);
}

/// The class of failure where nobody notices that the default changed underneath.
#[test]
fn an_override_tells_that_the_value_under_it_has_changed_and_which_of_its_edits_that_touches() {
    let base = official(Field::RelatedTitles, &titles(&OLD));
    let made = made(patch(&["Own"], &["a", "d"], &[("b", "Our beta"), ("c", "Our gamma")], &[]), &base);
    assert!(!over(&base, &made).is_drifted());
    assert_eq!(over(&base, &made).diff().expect("overridden").conflicts, []);
    let release =
        official(Field::RelatedTitles, &titles(&[("a", "Alpha, reworded"), ("b", "Beta, reworded"), ("d", "Delta"), ("e", "Epsilon")]));
    let now = over(&release, &made);
    assert!(now.is_drifted());
    let diff = now.diff().expect("overridden");
    let item = |key: &str, text: &str| json!({ "key": key, "text": text });
    let change = |key: &str, before, after| ItemChange { key: key.to_owned(), before, after };
    assert_eq!(
        diff.conflicts,
        [
            change("a", Some(item("a", "Alpha")), Some(item("a", "Alpha, reworded"))),
            change("b", Some(item("b", "Beta")), Some(item("b", "Beta, reworded"))),
            change("c", Some(item("c", "Gamma")), None),
        ]
    );
    assert_eq!(texts(&now), ["Our beta", "Epsilon", "Our gamma", "Own"], "hidden stays hidden, edited stays edited, gone is kept");
    assert_eq!(diff.changed, [change("b", Some(item("b", "Beta, reworded")), Some(item("b", "Our beta")))]);
    let keys = |items: &[serde_json::Value]| items.iter().map(|item| item["text"].as_str().expect("text").to_owned()).collect::<Vec<_>>();
    assert_eq!(
        (keys(&diff.added), keys(&diff.removed)),
        (vec!["Our gamma".into(), "Own".into()], vec!["Alpha, reworded".into(), "Delta".into()])
    );
    assert_eq!((diff.original, diff.base), (Some(titles(&OLD).to_json()), Some(release.base().expect("official").value.to_json())));
}

#[test]
fn a_rebase_changes_nothing_that_is_shown_unless_it_is_told_to_take_the_official_item() {
    let base = official(Field::RelatedTitles, &titles(&OLD));
    let first = made(patch(&["Own"], &["a"], &[("b", "Our beta"), ("c", "Our gamma")], &["c"]), &base);
    let release = official(Field::RelatedTitles, &titles(&[("a", "Alpha!"), ("b", "Beta!"), ("d", "Delta"), ("e", "Epsilon")]));
    let now = over(&release, &first);
    let value = release.base().map(|base| &*base.value);
    let kept = first.rebased(value, &[], &At::default()).expect("drifted").expect("something is left");
    let kept = over(&release, &made(kept, &release));
    assert_eq!((shown(&kept), kept.is_drifted()), (shown(&now), false));
    assert_eq!(texts(&kept), ["Our gamma", "Our beta", "Delta", "Epsilon", "Own"]);
    let took = first.rebased(value, &["a".into(), "b".into()], &At::default()).expect("drifted").expect("something is left");
    assert_eq!(texts(&over(&release, &made(took, &release))), ["Our gamma", "Alpha!", "Beta!", "Delta", "Epsilon", "Own"]);
    let back = official(Field::RelatedTitles, &titles(&OLD));
    assert_eq!(
        texts(&over(&back, kept.over().expect("overridden"))),
        ["Our gamma", "Our beta", "Delta", "Own"],
        "an item that comes back stays the company's"
    );
}

#[test]
fn a_rebase_that_takes_everything_official_leaves_no_override() {
    let base = official(Field::RelatedTitles, &titles(&OLD));
    let edit = made(patch(&[], &[], &[("b", "Our beta")], &[]), &base);
    let release = titles(&[("b", "Beta!")]);
    assert_eq!(edit.rebased(Some(&release), &["b".into()], &At::default()), Ok(None));
}

#[test]
fn a_rebase_refuses_what_it_cannot_do() {
    let base = official(Field::RelatedTitles, &titles(&OLD));
    let edit = made(patch(&[], &["a"], &[("b", "Our beta")], &[]), &base);
    let refusal = edit.rebased(base.base().map(|base| &*base.value), &[], &At::default()).expect_err("not drifted");
    assert_eq!((refusal.code, refusal.path), (UserErrorCode::AlreadyDone, vec!["field".to_owned()]));
    let release = titles(&[("a", "Alpha"), ("b", "Beta!")]);
    let refusal = edit.rebased(Some(&release), &["b".into(), "a".into()], &At::default()).expect_err("no conflict");
    assert_eq!(refusal.message, "`a` is not the key of a conflict: these are `b`.");
    assert_eq!(refusal.path, ["takeOfficial", "1"]);
    let whole = made(OverrideContent::Blank, &base);
    assert_eq!(whole.rebased(Some(&release), &[], &At::default()), Ok(Some(OverrideContent::Blank)));
    assert!(whole.rebased(Some(&release), &["a".into()], &At::default()).is_err());
}

/// The class of failure where blank cannot be told from inherited.
#[test]
fn blank_absent_and_empty_are_three_things() {
    let base = official(Field::RelatedTitles, &titles(&OLD));
    let blank = over(&base, &made(OverrideContent::Blank, &base));
    assert_eq!((texts(&blank).len(), blank.effective().map(Layer::is_blank), blank.is_overridden()), (0, Some(true), true));
    assert_eq!(blank.diff().expect("overridden").custom, None);
    let hidden = over(&base, &made(patch(&[], &["a", "b", "c", "d"], &[], &[]), &base));
    assert_eq!(
        (texts(&hidden).len(), hidden.effective().map(|layer| layer.source)),
        (0, Some(Source::Custom)),
        "all hidden is empty on purpose"
    );
    let nothing = over(&gap(Field::RelatedTitles), hidden.over().expect("overridden"));
    assert_eq!(
        (nothing.effective(), nothing.is_overridden(), nothing.is_drifted()),
        (None, true, true),
        "of a list that is gone, nothing can be hidden: a gap"
    );
    let own = over(&gap(Field::RelatedTitles), &made(patch(&["Own"], &["a"], &[("b", "Ours")], &[]), &base));
    assert_eq!(texts(&own), ["Ours", "Own"], "what the company wrote itself stays");
    assert_eq!(own.explanation().as_deref(), Some("What Acme wrote itself: the list that it edited is not there."));
}

#[test]
fn an_added_item_that_the_official_list_has_too_is_shown_once_as_the_official_one() {
    let base = official(Field::RelatedTitles, &titles(&OLD));
    let twice = made(patch(&["ALPHA ", "Own"], &[], &[], &[]), &base);
    assert_eq!(shown(&over(&base, &twice))[0], ("Alpha".to_owned(), Source::Onet));
    assert_eq!(texts(&over(&base, &twice)), ["Alpha", "Beta", "Gamma", "Delta", "Own"]);
    let without = official(Field::RelatedTitles, &titles(&OLD[1..]));
    assert_eq!(texts(&over(&without, &twice)), ["Beta", "Gamma", "Delta", "ALPHA", "Own"], "it waits, should the official one go");
    let hidden = made(patch(&["Alpha"], &["a"], &[], &[]), &base);
    assert_eq!(shown(&over(&base, &hidden))[3], ("Alpha".to_owned(), Source::Custom));
}

#[test]
fn keys_of_added_items_depend_on_what_they_say_alone() {
    let long = "word ".repeat(300);
    for text in ["Own", "own", "C++", "C", "看護師", long.trim()] {
        let key = TextItem { key: String::new(), text: text.to_owned(), origins: vec![] }.own_key();
        assert!(key.starts_with("own:") && key.len() < 60, "{key}");
        assert_eq!(key, TextItem { key: "other".into(), text: text.to_owned(), origins: vec![] }.own_key());
    }
    let key = |text: &str| TextItem { key: String::new(), text: text.to_owned(), origins: vec![] }.own_key();
    assert_ne!(key("C++"), key("C"));
    assert_eq!(key("Nurse"), "own:nurse~781e5116");
}

#[test]
fn rated_elements_stay_by_importance_and_lose_statistics_that_are_not_theirs() {
    let element = |key: &str, importance| RatedElement {
        key: key.to_owned(),
        element_id: Some(key.to_owned()),
        name: key.to_owned(),
        importance,
        level: Some(1.0),
        rating: Some(crate::domain::values::Rating { sample_size: Some(8), ..Default::default() }),
        origins: vec![],
    };
    let list: FieldValue = RatedElementList(vec![element("2.A", Some(90.0)), element("2.B", Some(50.0)), element("2.C", None)]).into();
    let base = official(Field::Skills, &list);
    let own = RatedElement { element_id: None, importance: Some(60.0), rating: None, ..element("Own", None) };
    let edit = ElementEdit { key: "2.C".into(), importance: Some(95.0), ..ElementEdit::default() };
    let patch = Patch { add: vec![own], edit: vec![edit], ..Patch::default() };
    let patched = over(&base, &made(OverrideContent::Patch(patch.into()), &base));
    let FieldValue::RatedElementList(list) = &*patched.effective().expect("a value").value else { panic!("of another type") };
    let told: Vec<_> = list.0.iter().map(|e| (e.name.as_str(), e.importance, e.level, e.rating.is_some())).collect();
    let expected = [
        ("2.C", Some(95.0), Some(1.0), false),
        ("2.A", Some(90.0), Some(1.0), true),
        ("Own", Some(60.0), Some(1.0), false),
        ("2.B", Some(50.0), Some(1.0), true),
    ];
    assert_eq!(told, expected);
}

#[test]
fn tasks_stay_in_their_classes() {
    let task = |key: &str, task_type| Task { key: key.to_owned(), statement: key.to_owned(), task_type, importance: None, origins: vec![] };
    let list: FieldValue = TaskList(vec![task("1", Some(TaskType::Core)), task("2", Some(TaskType::New))]).into();
    let patch = Patch { add: vec![task("own", Some(TaskType::Core)), task("other", None)], ..Patch::default() };
    let FieldValue::TaskList(list) = ListPatch::from(patch).apply(Some(&list), None) else { panic!("of another type") };
    assert_eq!(list.0.iter().map(Item::key).collect::<Vec<_>>(), ["1", "own", "2", "other"]);
}

/// What is copied are the operations, never the results.
#[test]
fn a_copy_is_laid_over_the_other_jobs_own_list_and_tells_what_does_not_fit() {
    let content = patch(&["Own"], &["a", "x"], &[("b", "Ours"), ("y", "Theirs")], &["own:own~", "z", "b"]);
    let there = titles(&[("b", "Beta"), ("a", "Alpha"), ("q", "Quebec")]);
    let copied = content.copied(Some(&there));
    let left_out: Vec<_> = copied.left_out.iter().map(|left| (left.operation, left.key.as_str())).collect();
    assert_eq!(left_out, [("hide", "x"), ("edit", "y"), ("order", "own:own~"), ("order", "z")]);
    let base = official(Field::RelatedTitles, &there);
    assert_eq!(texts(&over(&base, &made(copied.content.expect("some of it fits"), &base))), ["Ours", "Quebec", "Own"]);
    assert_eq!(patch(&[], &["a"], &[], &[]).copied(Some(&titles(&[("q", "Quebec")]))).content, None);
    assert_eq!(OverrideContent::Blank.copied(None), Copied { content: Some(OverrideContent::Blank), left_out: vec![] });
}

#[test]
fn a_whole_list_is_compared_item_by_item() {
    let base = official(Field::RelatedTitles, &titles(&OLD));
    let item = |text: &str| TextItem { key: String::new(), text: text.to_owned(), origins: vec![] };
    let mut change =
        FieldChange { field: Field::RelatedTitles, content: OverrideContent::Replace(TextList(vec![item("beta"), item("Own")]).into()) };
    change.check(&At::default()).expect("within the rules");
    let whole = over(&base, &made(change.content, &base));
    let diff = whole.diff().expect("overridden");
    assert_eq!((diff.added.len(), diff.removed.len()), (1, 3));
    assert_eq!(diff.changed.iter().map(|change| change.key.as_str()).collect::<Vec<_>>(), ["b"], "`beta` is Beta in other letters");
    assert!(shown(&whole).iter().all(|(_, source)| *source == Source::Custom), "a whole value is the company's");
}

#[test]
fn a_single_value_is_compared_property_by_property() {
    let education = |level: &str, zone| Education { typical_level: level.to_owned(), job_zone: zone, distribution: vec![] };
    let base = official(Field::Education, &education("Bachelor's degree", None).into());
    let over = over(&base, &made(OverrideContent::Replace(education("None", Some(2)).into()), &base));
    let diff = over.diff().expect("overridden");
    let changed: Vec<_> = diff.changed.iter().map(|change| (change.key.as_str(), change.before.clone(), change.after.clone())).collect();
    assert_eq!(changed, [("typicalLevel", Some(json!("Bachelor's degree")), Some(json!("None"))), ("jobZone", None, Some(json!(2)))]);
    assert_eq!((diff.added.len(), diff.removed.len(), diff.conflicts.len()), (0, 0, 0));
}
