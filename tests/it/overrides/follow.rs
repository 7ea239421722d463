//! Overrides over official data that changes.

use super::*;
use crate::support::layers::{About, Known, stored};

/// Another official list of titles from now on.
async fn release(app: &TestApp, code: &str, titles: &[(String, String)]) {
    app.sql(&format!(
        "UPDATE facts SET valid_to = fetched_at WHERE field = 'RELATED_TITLES' AND occupation_code = '{code}' AND valid_to IS NULL"
    ))
    .await;
    let items: Vec<_> = titles.iter().map(|(key, text)| json!({ "key": key, "text": text })).collect();
    let db = app.db().await;
    let known = Known::new(About::Occupation(code), "RELATED_TITLES", "ONET", "onet-database");
    known.value(&stored("RELATED_TITLES", &json!(items))).times(app.clock_now(), None, None).write_to(app, &db).await;
    db.close().await.expect("closed");
}

on_both_databases! {
    /// The classes of failure where a list is inherited as a whole or not at all, and where nobody notices that what an override
    /// was made on has changed: pimcore#16889, magento2#36429.
    async fn what_a_patch_does_not_touch_follows_and_what_it_touches_is_told(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let mut official = keyed(&view(&app, &id, "RELATED_TITLES").await["value"]);
        official.truncate(6);
        release(&app, "29-1141.00", &official).await;
        let patch = json!({ "add": ["Night Owl"], "hide": [official[0].0], "edit": [{ "key": official[1].0, "text": "Ours" }, { "key": official[2].0, "text": "Ours too" }] });
        overridden(&app, &id, json!([{ "relatedTitles": { "patch": patch } }])).await;
        let fresh = view(&app, &id, "RELATED_TITLES").await;
        assert_eq!((&fresh["drifted"], &fresh["diff"]["conflicts"]), (&json!(false), &json!([])));

        let mut newer = official.clone();
        newer[0].1 = "Hidden, reworded".into();
        newer[1].1 = "Edited, reworded".into();
        newer[3].1 = "Untouched, reworded".into();
        let gone = newer.remove(2);
        newer.push(("new".into(), "New".into()));
        release(&app, "29-1141.00", &newer).await;
        let seen = view(&app, &id, "RELATED_TITLES").await;
        let texts = |view: &Value| keyed(&view["value"]).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(texts(&seen), ["Ours", "Untouched, reworded", &official[4].1, &official[5].1, "New", "Ours too", "Night Owl"]);
        assert_eq!(seen["drifted"], true);
        let item = |key: &str, text: &str| json!({ "key": key, "text": text });
        let conflicts = json!([
            { "key": official[0].0, "before": item(&official[0].0, &official[0].1), "after": item(&official[0].0, "Hidden, reworded") },
            { "key": official[1].0, "before": item(&official[1].0, &official[1].1), "after": item(&official[1].0, "Edited, reworded") },
            { "key": gone.0, "before": item(&gone.0, &gone.1), "after": null },
        ]);
        assert_eq!(seen["diff"]["conflicts"], conflicts);
        assert_eq!(seen["diff"]["base"], json!(newer.iter().map(|(key, text)| item(key, text)).collect::<Vec<_>>()));
        assert_eq!(seen["diff"]["original"], json!(official.iter().map(|(key, text)| item(key, text)).collect::<Vec<_>>()));
        let found = app.ask("{ jobs(filter: {drifted: RELATED_TITLES}) { nodes { slug } } }", json!({})).await;
        assert_eq!(found["jobs"]["nodes"], json!([{ "slug": "nurse" }]));

        let rebased = app.admin(REBASE, json!({ "id": id, "field": "RELATED_TITLES", "take": [official[1].0] })).await["rebaseOverride"].clone();
        assert_eq!((&rebased["errors"], &rebased["changeset"]["action"]), (&json!([]), &json!("rebaseOverride")));
        assert_eq!(rebased["changeset"]["changes"]["nodes"][0]["action"], "FIELD_REBASED");
        let after = view(&app, &id, "RELATED_TITLES").await;
        assert_eq!(texts(&after), ["Edited, reworded", "Untouched, reworded", &official[4].1, &official[5].1, "New", "Ours too", "Night Owl"]);
        assert_eq!((&after["drifted"], &after["diff"]["conflicts"], &after["diff"]["original"]), (&json!(false), &json!([]), &seen["diff"]["base"]));
        let none = app.ask("{ jobs(filter: {drifted: RELATED_TITLES}) { totalCount } }", json!({})).await;
        assert_eq!(none["jobs"]["totalCount"], 0);
        let read = app.admin(TITLES, json!({ "id": id })).await;
        assert_eq!(read["job"]["relatedTitles"]["provenance"]["override"]["note"], "Ours.", "a rebase without a note keeps the one that there is");
    }

    async fn taking_all_that_is_official_ends_the_override(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let mut official = keyed(&view(&app, &id, "RELATED_TITLES").await["value"]);
        overridden(&app, &id, json!([{ "relatedTitles": { "patch": { "hide": [official[0].0] } } }])).await;
        official[0].1 = "Reworded".into();
        release(&app, "29-1141.00", &official).await;
        let rebased = app.admin(REBASE, json!({ "id": id, "field": "RELATED_TITLES", "take": [official[0].0] })).await["rebaseOverride"].clone();
        assert_eq!((&rebased["errors"], &rebased["changeset"]["changes"]["nodes"][0]["action"]), (&json!([]), &json!("FIELD_RESTORED")));
        let after = view(&app, &id, "RELATED_TITLES").await;
        assert_eq!((&after["overridden"], &after["diff"], keyed(&after["value"])), (&json!(false), &Value::Null, official));
    }

    /// A role whose code is reopened inherits nothing: its own words stay, and what only hides hides nothing.
    async fn when_the_list_under_it_goes_only_the_companys_own_items_stay(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let official = keyed(&view(&app, &id, "RELATED_TITLES").await["value"]);
        let skill = view(&app, &id, "SKILLS").await["value"][0]["key"].clone();
        overridden(&app, &id, json!([{ "relatedTitles": { "patch": { "add": ["Night Owl"], "edit": [{ "key": official[0].0, "text": "Ours" }] } } }, { "skills": { "patch": { "hide": [skill] } } }])).await;
        app.sql("UPDATE jobs SET soc_status = 'IN_REVIEW'").await;
        let query = "query($id: ID!) { job(by: {id: $id}) { relatedTitles { value overridden drifted provenance { source explanation } } skills { value { name } overridden drifted provenance { source } } coverage { filled gaps { field } } }
            missing: jobs(filter: {missing: [SKILLS]}) { totalCount } titled: jobs(filter: {missing: [RELATED_TITLES]}) { totalCount } over: jobs(filter: {overridden: SKILLS}) { totalCount } custom: jobs(filter: {source: CUSTOM}) { totalCount }
            coverage { fields { field filled bySource { source count } } } }";
        let seen = app.admin(query, json!({ "id": id })).await;
        let provenance = json!({ "source": "CUSTOM", "explanation": "What Acme, Inc. wrote itself: the list that it edited is not there." });
        assert_eq!(seen["job"]["relatedTitles"], json!({ "value": ["Ours", "Night Owl"], "overridden": true, "drifted": true, "provenance": provenance }));
        assert_eq!(seen["job"]["skills"], json!({ "value": [], "overridden": true, "drifted": true, "provenance": null }));
        assert_eq!((&seen["job"]["coverage"]["filled"], seen["job"]["coverage"]["gaps"].as_array().map(Vec::len)), (&json!(1), Some(10)));
        let counts = ["missing", "titled", "over", "custom"].map(|name| seen[name]["totalCount"].as_i64());
        assert_eq!(counts, [Some(1), Some(0), Some(1), Some(1)]);
        for field in seen["coverage"]["fields"].as_array().expect("fields") {
            let expected = if field["field"] == "RELATED_TITLES" { json!([{ "source": "CUSTOM", "count": 1 }]) } else { json!([]) };
            assert_eq!(field["bySource"], expected, "{field}");
        }
        app.sql("UPDATE jobs SET soc_status = 'APPROVED'").await;
        let back = app.admin(query, json!({ "id": id })).await;
        assert_eq!((&back["job"]["coverage"]["filled"], &back["job"]["skills"]["drifted"]), (&json!(11), &json!(false)));
        assert_eq!(back["job"]["skills"]["value"].as_array().map(Vec::len), Some(34));
    }
}
