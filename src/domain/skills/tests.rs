use proptest::prelude::*;

use super::*;

fn described(id: &str, kind: ElementKind, name: &str, description: &str) -> Described {
    let element = MappedElement { key: id.to_owned(), element_id: Some(id.to_owned()), name: name.to_owned(), kind };
    Described { element, description: description.to_owned() }
}

fn technology(name: &str, occupations: u32) -> Counted {
    let element = MappedElement { key: name.to_lowercase(), element_id: None, name: name.to_owned(), kind: ElementKind::Technology };
    Counted { element, occupations, commodity: false }
}

fn elements() -> Vec<Described> {
    vec![
        described("2.A.1.e", ElementKind::Skill, "Mathematics", "Using mathematics to solve problems."),
        described("2.C.4.a", ElementKind::Knowledge, "Mathematics", "Knowledge of arithmetic, algebra, geometry, calculus."),
        described(
            "2.C.1.d",
            ElementKind::Knowledge,
            "Sales and Marketing",
            "Knowledge of product demonstration and sales control systems.",
        ),
    ]
}

fn tools() -> Vec<Counted> {
    vec![
        technology("Microsoft Excel", 859),
        technology("Microsoft Access", 371),
        technology("Customer relationship management CRM software", 39),
        technology("Structured query language SQL", 151),
        technology("Structure query language SQL", 21),
        technology("Adobe Photoshop", 144),
        technology("Vernier calipers", 41),
        technology("Python", 130),
    ]
}

fn index() -> SkillIndex {
    SkillIndex::new(elements(), tools())
}

#[track_caller]
fn found(name: &str) -> (String, Method) {
    let mapping = index().map_one(name);
    (mapping.element.unwrap_or_else(|| panic!("{name} is found")).name, mapping.method.expect("a method"))
}

#[test]
fn each_way_of_finding_is_told() {
    for (name, element, method) in [
        ("microsoft-excel", "Microsoft Excel", Method::Same),
        ("Excel", "Microsoft Excel", Method::Form),
        ("MS Excel", "Microsoft Excel", Method::LooseForm),
        ("Microsoft Access 2019", "Microsoft Access", Method::Version),
        ("Python (Programming Language)", "Python", Method::Form),
        ("CRM", "Customer relationship management CRM software", Method::Acronym),
        ("Sales", "Sales and Marketing", Method::Half),
        ("Product demonstrations", "Sales and Marketing", Method::Described),
        ("Adobe Photosohp", "Adobe Photoshop", Method::Spelling),
        ("Marketing", "Sales and Marketing", Method::Reviewed),
    ] {
        assert_eq!(found(name), (element.to_owned(), method), "{name}");
    }
}

#[test]
fn of_equals_a_skill_goes_first_and_then_what_most_occupations_list() {
    assert_eq!(index().map_one("Mathematics").element.map(|element| element.key), Some("2.A.1.e".to_owned()));
    assert_eq!(found("SQL"), ("Structured query language SQL".to_owned(), Method::Acronym));
}

#[test]
fn a_product_of_another_maker_is_not_meant() {
    assert_eq!(index().map_one("Google Photoshop").element, None);
}

#[test]
fn a_reviewed_none_means_none_and_what_is_generic_is_marked() {
    let mapping = index().map_one("Blockchain");
    assert_eq!((mapping.element, mapping.confidence, mapping.generic), (None, 0.0, false));
    assert!(index().map_one("Team Leadership").generic);
    assert_eq!(index().map_one("").element, None);
    assert_eq!(index().map_one("()(((").element, None);
}

proptest! {
    #[test]
    fn any_text_is_answered_within_bounds_and_always_alike(text in "\\PC{0,60}") {
        let index = index();
        let once = index.map_one(&text);
        prop_assert!((0.0..=1.0).contains(&once.confidence));
        prop_assert_eq!(once.element.is_some(), once.method.is_some());
        prop_assert_eq!(&once, &index.map_one(&text));
        prop_assert_eq!(once.input, text);
    }

    #[test]
    fn the_order_of_the_elements_does_not_matter(seed in 0usize..5040, name in "[A-Za-z ]{1,20}") {
        let mut shuffled = tools();
        let mut seed = seed;
        for place in (1..shuffled.len()).rev() {
            shuffled.swap(place, seed % (place + 1));
            seed /= place + 1;
        }
        prop_assert_eq!(SkillIndex::new(elements(), shuffled).map_one(&name), index().map_one(&name));
    }
}
