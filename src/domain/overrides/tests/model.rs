//! A hundred thousand random operations, held against a model that knows only keys and texts.

use std::collections::BTreeMap;

use super::*;

/// How many operations are done.
const OPERATIONS: usize = 100_000;

/// At the same time, each from a seed of its own.
const THREADS: u64 = 4;

/// Fields that are independent of each other.
const FIELDS: [Field; 3] = [Field::RelatedTitles, Field::CoreResponsibilities, Field::Skills];

/// Numbers decided by a seed: splitmix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(end).expect("small")).expect("small")
    }

    /// Some of these, in another order.
    fn some<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        let mut left: Vec<T> = of.to_vec();
        let count = self.below(left.len() + 1);
        (0..count).map(|_| left.remove(self.below(left.len()))).collect()
    }
}

type Texts = Vec<(String, String)>;

/// What the model knows of an override.
#[derive(Debug, Clone, PartialEq)]
enum Said {
    Whole(Vec<String>),
    Blank,
    Edits { add: Texts, hide: Vec<String>, edit: Texts, order: Vec<String>, base: Texts },
}

/// What the model expects to be shown: key, text, and whether it is the company's.
fn expected(official: &Texts, said: Option<&Said>) -> Option<Vec<(String, bool)>> {
    match said {
        None => (!official.is_empty()).then(|| official.iter().map(|(_, text)| (text.clone(), false)).collect()),
        Some(Said::Blank) => Some(vec![]),
        Some(Said::Whole(texts)) => Some(texts.iter().map(|text| (text.clone(), true)).collect()),
        Some(Said::Edits { add, hide, edit, order, base }) => {
            let mut list: Vec<(String, String, bool)> = vec![];
            for (key, text) in official {
                if hide.contains(key) || add.iter().any(|(own, _)| own == key) {
                    continue;
                }
                match edit.iter().find(|(edited, _)| edited == key) {
                    Some((_, text)) => list.push((key.clone(), text.clone(), true)),
                    None => list.push((key.clone(), text.clone(), false)),
                }
            }
            let gone =
                edit.iter().filter(|(key, _)| official.iter().all(|(known, _)| known != key) && base.iter().any(|(known, _)| known == key));
            for (key, text) in gone.chain(add) {
                if list.iter().all(|(_, known, _)| known.to_lowercase() != text.to_lowercase()) {
                    list.push((key.clone(), text.clone(), true));
                }
            }
            let mut first = vec![];
            for key in order {
                if let Some(place) = list.iter().position(|(known, ..)| known == key) {
                    first.push(list.remove(place));
                }
            }
            first.append(&mut list);
            let shown: Vec<_> = first.into_iter().map(|(_, text, own)| (text, own)).collect();
            (!shown.is_empty() || !official.is_empty()).then_some(shown)
        }
    }
}

fn value(field: Field, items: &Texts) -> FieldValue {
    if field == Field::Skills {
        let item = |(key, text): &(String, String)| RatedElement {
            key: key.clone(),
            element_id: None,
            name: text.clone(),
            importance: None,
            level: None,
            rating: None,
            origins: vec![],
        };
        return RatedElementList(items.iter().map(item).collect()).into();
    }
    let item = |(key, text): &(String, String)| TextItem { key: key.clone(), text: text.clone(), origins: vec![] };
    TextList(items.iter().map(item).collect()).into()
}

/// The one text of each item, with whether it is the company's.
fn seen(profile: &FieldProfile) -> Option<Vec<(String, bool)>> {
    let layer = profile.effective()?;
    let name = if profile.field() == Field::Skills { "name" } else { "text" };
    let own = |item: &serde_json::Value| profile.source_of(item["key"].as_str().expect("a key")) == Source::Custom;
    let items = layer.value.to_json();
    Some(items.as_array().expect("a list").iter().map(|item| (item[name].as_str().expect("text").to_owned(), own(item))).collect())
}

/// The official lists, the real overrides, and what the model knows.
#[derive(Default, Clone)]
struct World {
    official: BTreeMap<Field, Texts>,
    overrides: BTreeMap<Field, Arc<Override>>,
    said: BTreeMap<Field, Said>,
}

impl World {
    fn inherited(&self, field: Field) -> FieldProfile {
        match self.official.get(&field).filter(|items| !items.is_empty()) {
            Some(items) => official(field, &value(field, items)),
            None => gap(field),
        }
    }

    fn profile(&self, field: Field) -> FieldProfile {
        let inherited = self.inherited(field);
        match self.overrides.get(&field) {
            Some(made) => over(&inherited, made),
            None => inherited,
        }
    }

    fn profiles(&self) -> [FieldProfile; 3] {
        FIELDS.map(|field| self.profile(field))
    }

    /// Holds a field against the model.
    fn hold(&self, profile: &FieldProfile, step: usize) {
        let field = profile.field();
        let official = self.official.get(&field).cloned().unwrap_or_default();
        assert_eq!(seen(profile), expected(&official, self.said.get(&field)), "step {step}, {field}: {:?}", self.said.get(&field));
        assert_eq!(profile.is_overridden(), self.said.contains_key(&field), "step {step}, {field}");
        let stands = self.overrides.get(&field).is_some_and(|made| made.stands_alone());
        assert_eq!(profile.effective().is_some(), stands || !official.is_empty(), "step {step}, {field}");
    }

    /// A release of the official list: items reworded, dropped, added, brought back.
    fn release(&mut self, field: Field, dice: &mut Dice) {
        let items = self.official.entry(field).or_default();
        for _ in 0..=dice.below(3) {
            let key = format!("k{}", dice.below(7));
            let text = format!("Text {} {}", key, dice.below(3));
            match (items.iter().position(|(known, _)| *known == key), dice.below(3)) {
                (Some(place), 0) => drop(items.remove(place)),
                (Some(place), _) => items[place].1 = text,
                (None, _) if dice.below(12) == 0 => items.clear(),
                (None, _) => items.push((key, text)),
            }
        }
    }

    fn write(&mut self, field: Field, content: OverrideContent, said: Said) {
        let before = self.inherited(field);
        self.overrides.insert(field, made(content, &before));
        self.said.insert(field, said);
    }

    /// A random patch; false when it breaks a rule, and so does nothing.
    fn patch(&mut self, field: Field, dice: &mut Dice) -> bool {
        let base = self.official.get(&field).cloned().unwrap_or_default();
        let keys: Vec<String> = base.iter().map(|(key, _)| key.clone()).collect();
        let hide = dice.some(&keys);
        let left: Vec<_> = keys.iter().filter(|key| !hide.contains(key)).cloned().collect();
        let edit: Texts = dice.some(&left).into_iter().map(|key| (key.clone(), format!("Our {key} {}", dice.below(2)))).collect();
        // Sometimes what the official list says, in other letters.
        let mut words: Vec<String> = (0..4).map(|number| format!("Own {number}")).collect();
        words.extend((0..3).map(|number| format!("TEXT k{number} 1")));
        let add = dice.some(&words);
        let order = dice.some(&left);
        let mut change = FieldChange { field, content: content(field, &add, &hide, &edit, &order) };
        change.check(&At::default()).expect("within the rules");
        let inherited = self.inherited(field);
        if change.check_against(inherited.base().map(|base| &*base.value), &At::default()).is_err() {
            return false;
        }
        let add = add.into_iter().map(|text| (own_key_of(&change.content, &text), text)).collect();
        self.write(field, change.content, Said::Edits { add, hide, edit, order, base });
        true
    }

    /// A rebase with some conflicts taken; the model does its own.
    fn rebase(&mut self, field: Field, dice: &mut Dice) {
        let Some(over) = self.overrides.get(&field).cloned() else { return };
        let inherited = self.inherited(field);
        let value = inherited.base().map(|base| &*base.value);
        let patched = matches!(over.content, OverrideContent::Patch(_));
        let take = if patched { dice.some(&over.conflicting_keys(value)) } else { vec![] };
        let before = seen(&self.profile(field));
        let Ok(rebased) = over.rebased(value, &take, &At::default()) else { return };
        match (rebased, self.said.remove(&field).expect("overridden")) {
            (None, _) => drop(self.overrides.remove(&field)),
            (Some(content), said) => {
                let official = self.official.get(&field).cloned().unwrap_or_default();
                self.write(field, content, rebased_model(said, &official, &take));
            }
        }
        if take.is_empty() {
            assert_eq!(seen(&self.profile(field)), before, "a rebase that takes nothing changes nothing");
        }
        assert!(!self.profile(field).is_drifted());
    }

    fn step(&mut self, field: Field, dice: &mut Dice) {
        match dice.below(8) {
            0 | 1 => self.release(field, dice),
            2 => {
                self.overrides.remove(&field);
                self.said.remove(&field);
                assert_eq!(self.profile(field), self.inherited(field), "restored is what is inherited now");
            }
            3 => self.write(field, OverrideContent::Blank, Said::Blank),
            4 => {
                let texts: Vec<String> = (0..=dice.below(3)).map(|number| format!("Whole {number}")).collect();
                let items = texts.iter().map(|text| (String::new(), text.clone())).collect();
                let mut change = FieldChange { field, content: OverrideContent::Replace(value(field, &items)) };
                change.check(&At::default()).expect("within the rules");
                self.write(field, change.content, Said::Whole(texts));
            }
            5 => self.rebase(field, dice),
            _ => {
                if self.patch(field, dice) {
                    let (once, content) = (self.profile(field), self.overrides[&field].content.clone());
                    let said = self.said[&field].clone();
                    self.write(field, content, said);
                    assert_eq!(self.profile(field), once, "overridden twice is overridden once");
                }
            }
        }
    }
}

fn rebased_model(said: Said, official: &Texts, take: &[String]) -> Said {
    let Said::Edits { add, hide, edit, order, base } = said else { return said };
    let there = |key: &String| official.iter().any(|(known, _)| known == key);
    let known = |key: &String| base.iter().any(|(known, _)| known == key);
    let not_taken = |key: &String| !take.contains(key);
    let kept = edit.iter().filter(|(key, _)| not_taken(key) && !there(key) && known(key)).cloned();
    Said::Edits {
        add: kept.chain(add.iter().filter(|(key, _)| not_taken(key)).cloned()).collect(),
        hide: hide.into_iter().filter(not_taken).collect(),
        edit: edit.iter().filter(|(key, _)| not_taken(key) && there(key)).cloned().collect(),
        order: order.into_iter().filter(|key| not_taken(key) || there(key)).collect(),
        base: official.clone(),
    }
}

fn content(field: Field, add: &[String], hide: &[String], edit: &Texts, order: &[String]) -> OverrideContent {
    let name = if field == Field::Skills { "name" } else { "text" };
    let edits: Vec<_> = edit.iter().map(|(key, text)| json!({ "key": key, name: text })).collect();
    let added: Vec<_> = add.iter().map(|text| json!({ "key": "", name: text })).collect();
    let mut operations = json!({ "add": added, "hide": hide, "edit": edits, "order": order });
    if edits.is_empty() && added.is_empty() && hide.is_empty() && order.is_empty() {
        operations["hide"] = json!(["nothing"]);
    }
    OverrideContent::Patch(ListPatch::from_json(field.value_type(), &operations.to_string()).expect("a list").expect("readable"))
}

/// The key that an added text was given.
fn own_key_of(content: &OverrideContent, text: &str) -> String {
    let operations = content.to_json().expect("operations");
    let added = operations["add"].as_array().expect("items");
    let found = added.iter().find(|item| item["text"] == text || item["name"] == text).expect("added");
    found["key"].as_str().expect("a key").to_owned()
}

#[test]
fn a_hundred_thousand_random_operations_do_what_a_simple_model_says() {
    std::thread::scope(|scope| {
        for seed in 1..=THREADS {
            scope.spawn(move || walk(seed, OPERATIONS / usize::try_from(THREADS).expect("small")));
        }
    });
}

fn walk(seed: u64, operations: usize) {
    let (mut world, mut dice) = (World::default(), Dice(seed));
    let mut before = world.profiles();
    for step in 0..operations {
        let place = dice.below(FIELDS.len());
        world.step(FIELDS[place], &mut dice);
        let after = world.profiles();
        world.hold(&after[place], step);
        for other in (0..FIELDS.len()).filter(|other| *other != place) {
            assert_eq!(after[other], before[other], "seed {seed}, step {step}: fields are independent");
        }
        if step % 50 == 0 {
            in_either_order(&world, &mut dice);
        }
        before = after;
    }
}

/// Operations on different fields may come in any order.
fn in_either_order(world: &World, dice: &mut Dice) {
    let seeds = [dice.below(1_000_000), dice.below(1_000_000)].map(|seed| u64::try_from(seed).expect("small"));
    let done = |order: [usize; 2]| {
        let mut world = world.clone();
        for place in order {
            world.step(FIELDS[place], &mut Dice(seeds[place]));
        }
        world.profiles()
    };
    assert_eq!(done([0, 1]), done([1, 0]));
}
