//! What a company may write.

use super::*;

/// The error of one change of titles, as code, path and message.
fn refusal(content: OverrideContent) -> (String, String) {
    let mut change = FieldChange { field: Field::RelatedTitles, content };
    let error = change
        .check(&At::new(&["values"]))
        .and_then(|()| change.check_against(Some(&titles(&OLD)), &At::new(&["values"])))
        .expect_err("against the rules");
    (error.path.join("."), error.message)
}

fn text_patch(patch: serde_json::Value) -> OverrideContent {
    let read: Patch<TextItem> = serde_json::from_value(patch).expect("readable");
    OverrideContent::Patch(read.into())
}

fn text(text: &str) -> serde_json::Value {
    json!({ "key": "", "text": text })
}

#[test]
fn a_key_that_is_not_there_is_refused_with_the_nearest() {
    for (name, patch, place) in [
        ("hide", json!({ "hide": ["a", "alphas"] }), "hide.1"),
        ("edit", json!({ "edit": [{ "key": "alphas", "text": "x" }] }), "edit.0"),
        ("order", json!({ "order": ["alphas"] }), "order.0"),
    ] {
        let (path, message) = refusal(text_patch(patch));
        assert_eq!(path, format!("values.relatedTitles.patch.{place}"), "{name}");
        assert!(
            message.starts_with("The official list has no item with the key `alphas`: the nearest are `a` (Alpha), "),
            "{name}: {message}"
        );
    }
    let (_, message) = refusal(text_patch(json!({ "hide": ["x".repeat(100_000)] })));
    assert!(message.len() < 300, "{message}");
    let mut change = FieldChange { field: Field::RelatedTitles, content: text_patch(json!({ "hide": ["a"] })) };
    change.check(&At::default()).expect("within the rules");
    let error = change.check_against(None, &At::default()).expect_err("nothing is there");
    assert_eq!(error.message, "The official list has no item with the key `a`: it has no items.");
}

#[test]
fn a_patch_that_changes_nothing_is_refused() {
    for patch in [
        json!({ "add": [text("alpha")] }),
        json!({ "edit": [{ "key": "b", "text": "Beta" }] }),
        json!({ "order": ["a", "b"] }),
        json!({ "add": [text("Alpha")], "order": ["a"] }),
    ] {
        let (path, message) = refusal(text_patch(patch));
        assert_eq!(
            (path.as_str(), message.as_str()),
            ("values.relatedTitles.patch", "The patch changes nothing: the official list says all of it already.")
        );
    }
    let (_, message) = refusal(text_patch(json!({})));
    assert_eq!(message, "The patch says nothing: give `add`, `hide`, `edit` or `order`.");
}

#[test]
fn operations_do_not_contradict_each_other() {
    let cases = [
        (json!({ "hide": ["a"], "edit": [{ "key": "a", "text": "x" }] }), "edit.0", "The item `a` is hidden too: hide it, or `edit` it."),
        (json!({ "hide": ["a"], "order": ["b", "a"] }), "order.1", "The item `a` is hidden too: hide it, or `order` it."),
        (json!({ "hide": ["a", "b", "a"] }), "hide.2", "The key `a` stands in `hide` twice."),
        (json!({ "order": ["a", "a"] }), "order.1", "The key `a` stands in `order` twice."),
        (json!({ "edit": [{ "key": "a", "text": "x" }, { "key": "a", "text": "y" }] }), "edit.1", "The key `a` stands in `edit` twice."),
        (json!({ "add": [text("New one"), text("new  ONE")] }), "add.1", "`new  ONE` stands in the list twice."),
    ];
    for (patch, place, told) in cases {
        assert_eq!(refusal(text_patch(patch)), (format!("values.relatedTitles.patch.{place}"), told.to_owned()));
    }
}

#[test]
fn texts_are_kept_in_one_form_and_within_bounds() {
    let mut change = FieldChange { field: Field::RelatedTitles, content: text_patch(json!({ "add": [text(" Cafe\u{301} ")] })) };
    change.check(&At::default()).expect("within the rules");
    assert_eq!(change.content.over(Field::RelatedTitles, None, None).to_json()[0]["text"], "Café");
    for (bad, told) in [
        (String::new(), "A text has 1 to 2000 characters; this one has 0."),
        (" \u{a0} ".to_owned(), "A text has 1 to 2000 characters; this one has 0."),
        ("é".repeat(2_001), "A text has 1 to 2000 characters; this one has 2001."),
        ("nul\0".to_owned(), "A text is one line without control characters; this one holds some."),
        ("two\nlines".to_owned(), "A text is one line without control characters; this one holds some."),
    ] {
        assert_eq!(refusal(text_patch(json!({ "add": [text(&bad)] }))).1, told);
        assert_eq!(refusal(text_patch(json!({ "edit": [{ "key": "a", "text": bad }] }))).1, told);
    }
    let most: Vec<_> = (0..=ITEMS_MAX).map(|number| text(&format!("Title {number}"))).collect();
    let mut fits = FieldChange { field: Field::RelatedTitles, content: text_patch(json!({ "add": most[1..] })) };
    fits.check(&At::default()).expect("two hundred fit");
    let (path, message) = refusal(text_patch(json!({ "add": most })));
    assert_eq!((path.as_str(), message.as_str()), ("values.relatedTitles.patch.add", "A list holds at most 200 items; this one has 201."));
}

#[test]
fn an_empty_list_is_not_a_blank() {
    let (path, message) = refusal(OverrideContent::Replace(titles(&[])));
    assert_eq!(
        (path.as_str(), message.as_str()),
        ("values.relatedTitles.replace", "The list is empty: to leave the field empty on purpose, say `blank: true`.")
    );
}

#[test]
fn no_field_is_given_twice_in_one_call() {
    let change = |field| FieldChange { field, content: OverrideContent::Blank };
    let errors =
        check_all(&mut [change(Field::Wages), change(Field::Tasks), change(Field::Wages)], &At::new(&["values"])).expect_err("twice");
    assert_eq!(errors.len(), 1);
    assert_eq!(
        (errors[0].path.join("."), errors[0].message.as_str()),
        ("values.2.wages".into(), "The field WAGES is given twice: say in one place what it is to be.")
    );
    assert_eq!(check_all(&mut [], &At::default()).expect_err("nothing").len(), 1);
}

fn figures(field: Field, value: impl Into<FieldValue>) -> Result<FieldValue, (String, String)> {
    let mut change = FieldChange { field, content: OverrideContent::Replace(value.into()) };
    change.check(&At::default()).map_err(|error| (error.path.join("."), error.message))?;
    let OverrideContent::Replace(value) = change.content else { panic!("it was a value") };
    Ok(value)
}

#[test]
fn the_growth_of_an_outlook_follows_from_its_figures() {
    let outlook =
        |now, then| Outlook { base_year: 2024, projected_year: 2034, employment: now, projected_employment: then, ..Outlook::default() };
    let told = |now, then| {
        let value = figures(Field::Outlook, outlook(now, then)).expect("within the rules").to_json();
        (value["percentChange"].clone(), value["growth"].clone())
    };
    // BLS: software developers 2024-34, 1,693.8 to 1,961.4 thousand, 15.8 %, much faster than average.
    assert_eq!(told(1_693_800, 1_961_400), (json!(15.8), json!("MUCH_FASTER_THAN_AVERAGE")));
    assert_eq!(told(3, 0), (json!(-100.0), json!("DECLINE")));
    for (bad, place) in [
        (Outlook { base_year: 24, ..outlook(1, 1) }, "baseYear"),
        (Outlook { projected_year: 2024, ..outlook(1, 1) }, "projectedYear"),
        (outlook(0, 1), "employment"),
        (outlook(1, -1), "projectedEmployment"),
        (Outlook { annual_openings: Some(-1), ..outlook(1, 1) }, "annualOpenings"),
    ] {
        assert_eq!(figures(Field::Outlook, bad).expect_err("against the rules").0, format!("outlook.replace.{place}"));
    }
}

#[test]
fn wages_are_figures_that_can_be() {
    let wage = |amount| Some(Wage { amount, at_least: false });
    let wages = |area: AreaWages| figures(Field::Wages, Wages(vec![area]));
    let plain = || AreaWages { year: 2025, annual_median: wage(80_000.0), ..AreaWages::default() };
    assert_eq!(wages(plain()).expect("within the rules").to_json()[0]["area"], "US");
    assert_eq!(wages(AreaWages { area: "tx".into(), ..plain() }).expect("within the rules").to_json()[0]["area"], "TX");
    for (bad, place) in [
        (AreaWages { area: "XX".into(), ..plain() }, "area"),
        (AreaWages { year: 25, ..plain() }, "year"),
        (AreaWages { annual_mean: wage(0.0), ..plain() }, "annualMean"),
        (AreaWages { annual_p10: wage(-1.0), ..plain() }, "annualP10"),
        (AreaWages { hourly_median: wage(1e5), ..plain() }, "hourlyMedian"),
        (AreaWages { annual_p25: wage(80_001.0), ..plain() }, "annualMedian"),
        (AreaWages { annual_p90: wage(f64::NAN), ..plain() }, "annualP90"),
    ] {
        assert_eq!(wages(bad).expect_err("against the rules").0, format!("wages.replace.{place}"));
    }
    assert_eq!(wages(AreaWages { annual_median: None, ..plain() }).expect_err("no figure").1, "There is no figure: give at least one.");
}

#[test]
fn scores_and_codes_are_what_they_say() {
    let element = |patch: serde_json::Value| {
        let read = ListPatch::from_json(Field::Skills.value_type(), &patch.to_string()).expect("a list").expect("readable");
        FieldChange { field: Field::Skills, content: OverrideContent::Patch(read) }
            .check(&At::default())
            .expect_err("against the rules")
            .path
            .join(".")
    };
    assert_eq!(element(json!({ "add": [{ "key": "", "name": "x", "importance": 100.5 }] })), "skills.patch.add.0.importance");
    assert_eq!(element(json!({ "edit": [{ "key": "2.A", "level": -1 }] })), "skills.patch.edit.0.level");
    assert_eq!(element(json!({ "edit": [{ "key": "2.A" }] })), "skills.patch.edit.0");
    assert_eq!(element(json!({ "add": [{ "key": "", "name": "x", "elementId": "2.A." }] })), "skills.patch.add.0.elementId");
    let zone = |zone| figures(Field::Education, Education { typical_level: "x".into(), job_zone: Some(zone), distribution: vec![] });
    assert_eq!(zone(6).expect_err("against the rules"), ("education.replace.jobZone".into(), "A job zone is 1 to 5; this is 6.".into()));
    assert!(zone(5).is_ok());
}
