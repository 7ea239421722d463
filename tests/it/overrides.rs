//! Overriding fields, through the API.

mod blame;
mod cli;
mod follow;
mod refusals;
mod release;
mod scenario;

use rolegraph::{
    domain::{
        access::Principal,
        filter::JobFilter,
        job::{JobKind, SocStatus},
    },
    service::{EnrichOptions, ImportedJob},
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{TestApp, on_both_databases};

const OVERRIDE: &str = "mutation($input: OverrideFieldsInput!) { overrideFields(input: $input) { job { id version }
    changeset { action note actor { name } changes { nodes { action field before after job { id } } } } errors { code message path } } }";

const RESTORE: &str = "mutation($id: ID!, $fields: [JobField!], $version: Int) { restoreFields(jobId: $id, fields: $fields, expectedVersion: $version, note: \"Back.\") {
    job { version relatedTitles { value overridden provenance { source } } }
    changeset { action note changes { nodes { action field before after } } } errors { code message path } } }";

const REBASE: &str =
    "mutation($id: ID!, $field: JobField!, $take: [ID!]) { rebaseOverride(jobId: $id, field: $field, takeOfficial: $take) {
    job { version } changeset { action changes { nodes { action field before after } } } errors { code message path } } }";

const TITLES: &str =
    "query($id: ID!) { job(by: {id: $id}) { version updatedAt relatedTitles { value items { key text source } overridden drifted
    provenance { source provider release explanation override { mode note by { name } at } } } } }";

/// A published role that inherits from that occupation.
async fn role(app: &TestApp, slug: &str, code: &str) -> String {
    let imported = ImportedJob {
        slug: Some(slug.to_owned()),
        kind: JobKind::FeaturedRole,
        title: slug.to_owned(),
        description: None,
        company: Some("acme".to_owned()),
        company_name: Some("Acme, Inc.".to_owned()),
        soc_code: Some(code.parse().expect("a code")),
        soc_status: Some(SocStatus::Approved),
        published: Some(true),
        skills: vec![],
        metadata: Value::Null,
    };
    let principal = Principal::system("test");
    app.service().import_jobs(&principal, &[imported], "importTest").await.expect("imported");
    let filter = JobFilter { slugs: Some(vec![slug.to_owned()]), ..JobFilter::default() };
    app.service().enrich_jobs(&principal, &filter, &EnrichOptions::default()).await.expect("queued");
    app.drain().await;
    let answer = app.ask("query($slug: String!) { job(by: {slug: $slug}) { id } }", json!({ "slug": slug })).await;
    answer["job"]["id"].as_str().expect("an id").to_owned()
}

/// Overrides fields, which is not refused. Answers the payload.
async fn overridden(app: &TestApp, id: &str, values: Value) -> Value {
    let answer = app.admin(OVERRIDE, json!({ "input": { "jobId": id, "values": values, "note": "Ours." } })).await;
    assert_eq!(answer["overrideFields"]["errors"], json!([]));
    answer["overrideFields"].clone()
}

/// One field as JSON, under the names of the typed fields.
async fn view(app: &TestApp, id: &str, field: &str) -> Value {
    let query = "query($id: ID!, $field: JobField!) { job(by: {id: $id}) { fields(names: [$field]) { value overridden drifted
        diff { original base custom operations added removed changed { key before after } conflicts { key before after } } } } }";
    app.admin(query, json!({ "id": id, "field": field })).await["job"]["fields"][0].clone()
}

/// The keys and texts of a list of titles.
fn keyed(value: &Value) -> Vec<(String, String)> {
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_else(|| panic!("no {name} in {item}")).to_owned();
    value.as_array().expect("a list").iter().map(|item| (text(item, "key"), text(item, "text"))).collect()
}

on_both_databases! {
    async fn a_patch_edits_the_official_list_and_restoring_brings_it_back(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let before = app.admin(TITLES, json!({ "id": id })).await["job"].clone();
        let official = keyed(&before["relatedTitles"]["items"]);
        let (hidden, edited, first) = (&official[0], &official[1], &official[5]);
        app.days_pass(1);
        let patch = json!({ "add": ["Night Owl "], "hide": [hidden.0], "edit": [{ "key": edited.0, "text": "Our Nurse" }], "order": [first.0] });
        let told = overridden(&app, &id, json!([{ "relatedTitles": { "patch": patch } }])).await;
        assert_eq!(told["job"], json!({ "id": id, "version": before["version"].as_i64().expect("a version") + 1 }));
        let kept = json!({ "add": [{ "key": "own:night-owl~fbef48f2", "text": "Night Owl" }], "hide": [hidden.0], "edit": [{ "key": edited.0, "text": "Our Nurse" }], "order": [first.0] });
        let change = &told["changeset"]["changes"]["nodes"][0];
        assert_eq!((&told["changeset"]["action"], &told["changeset"]["note"], &told["changeset"]["actor"]["name"]), (&json!("overrideFields"), &json!("Ours."), &json!("Platform admin")));
        assert_eq!((&change["action"], &change["field"], &change["job"]["id"]), (&json!("FIELD_OVERRIDDEN"), &json!("RELATED_TITLES"), &json!(id)));
        assert_eq!((&change["before"]["source"], &change["before"]["release"]), (&json!("ONET"), &json!("O*NET 30.0")));
        assert_eq!(change["after"], json!({ "source": "CUSTOM", "mode": "PATCH", "operations": kept }));

        let after = app.admin(TITLES, json!({ "id": id })).await["job"].clone();
        let titles = &after["relatedTitles"];
        let mut expected = vec![(first.0.clone(), first.1.clone(), "ONET"), (edited.0.clone(), "Our Nurse".to_owned(), "CUSTOM")];
        expected.extend(official[2..].iter().filter(|item| *item != first).map(|(key, text)| (key.clone(), text.clone(), "ONET")));
        expected.push(("own:night-owl~fbef48f2".to_owned(), "Night Owl".to_owned(), "CUSTOM"));
        let items: Vec<_> = expected.iter().map(|(key, text, source)| json!({ "key": key, "text": text, "source": source })).collect();
        assert_eq!(titles["items"], json!(items));
        assert_eq!((&titles["overridden"], &titles["drifted"]), (&json!(true), &json!(false)));
        assert_eq!(
            titles["provenance"],
            json!({
                "source": "CUSTOM", "provider": "Acme, Inc.", "release": null,
                "explanation": "The list of O*NET 30.0 (onet-database) with the edits of Acme, Inc.: 1 added, 1 hidden, 1 edited; everything else follows the list as it changes.",
                "override": { "mode": "PATCH", "note": "Ours.", "by": { "name": "Platform admin" }, "at": "2026-11-24T08:00:00+00:00" },
            })
        );
        assert_eq!(after["updatedAt"], "2026-11-24T08:00:00+00:00");

        let back = app.admin(RESTORE, json!({ "id": id, "fields": ["RELATED_TITLES"] })).await["restoreFields"].clone();
        assert_eq!(back["job"]["relatedTitles"], json!({ "value": before["relatedTitles"]["value"], "overridden": false, "provenance": { "source": "ONET" } }));
        assert_eq!((&back["changeset"]["action"], &back["changeset"]["note"]), (&json!("restoreFields"), &json!("Back.")));
        let change = &back["changeset"]["changes"]["nodes"][0];
        assert_eq!((&change["action"], &change["before"]["mode"], &change["after"]["source"]), (&json!("FIELD_RESTORED"), &json!("PATCH"), &json!("ONET")));
        let restored = app.admin(TITLES, json!({ "id": id })).await;
        assert_eq!(restored["job"]["relatedTitles"], before["relatedTitles"]);
    }

    async fn the_same_override_again_changes_nothing(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let values = json!([{ "relatedTitles": { "patch": { "add": ["Night Owl"] } } }, { "education": { "replace": { "typicalLevel": "A heart", "jobZone": 3 } } }, { "wages": { "blank": true } }]);
        let once = overridden(&app, &id, values.clone()).await;
        let trace = app.trace().await;
        let twice = overridden(&app, &id, values).await;
        assert_eq!((&twice["job"], &twice["changeset"]), (&once["job"], &Value::Null));
        assert_eq!(app.trace().await, trace);
        let nothing = app.admin(RESTORE, json!({ "id": id, "fields": ["SKILLS"] })).await;
        assert_eq!((&nothing["restoreFields"]["changeset"], &nothing["restoreFields"]["errors"]), (&Value::Null, &json!([])));
        assert_eq!(app.trace().await, trace);
    }

    /// The class of failure where a write to one field, or of the job itself, ends the inheritance of others: magento2#26484.
    async fn a_write_to_one_field_or_to_the_job_leaves_all_other_fields_inherited(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let all = "query($id: ID!) { job(by: {id: $id}) { fields { field value overridden provenance { source provider explanation } } } }";
        let before = app.ask(all, json!({ "id": id })).await;
        overridden(&app, &id, json!([{ "education": { "replace": { "typicalLevel": "A heart" } } }])).await;
        app.admin("mutation($id: ID!) { updateJob(input: {id: $id, title: \"Night nurse\"}) { errors { code } } }", json!({ "id": id })).await;
        let after = app.ask(all, json!({ "id": id })).await;
        for (was, is) in before["job"]["fields"].as_array().expect("fields").iter().zip(after["job"]["fields"].as_array().expect("fields")) {
            if is["field"] == "EDUCATION" {
                assert_eq!((&is["overridden"], &is["value"]), (&json!(true), &json!({ "typicalLevel": "A heart" })));
            } else {
                assert_eq!(is, was);
            }
        }
        // The other way round: another write never ends an override.
        overridden(&app, &id, json!([{ "wages": { "blank": true } }])).await;
        app.admin(RESTORE, json!({ "id": id, "fields": ["WAGES"] })).await;
        let seen = app.ask(all, json!({ "id": id })).await;
        assert_eq!(seen, after);
    }

    /// The class of failure where an empty value falls back to the inherited one: pimcore#15767.
    async fn a_blank_field_is_empty_counts_as_filled_and_is_not_a_gap(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        overridden(&app, &id, json!([{ "skills": { "blank": true } }, { "outlook": { "blank": true } }, { "wages": { "blank": true } }])).await;
        let query = "query($id: ID!) { job(by: {id: $id}) { skills { value { name } overridden provenance { source explanation override { mode } } } outlook { value { baseYear } overridden } wages { value { year } }
            coverage { filled total gaps { field } } fields(names: [SKILLS]) { value diff { custom removed } } } jobs(filter: {missing: [SKILLS]}) { totalCount } }";
        let seen = app.admin(query, json!({ "id": id })).await;
        let provenance = json!({ "source": "CUSTOM", "explanation": "The value is deliberately left empty by Acme, Inc.; it lies over the inherited value.", "override": { "mode": "BLANK" } });
        assert_eq!(seen["job"]["skills"], json!({ "value": [], "overridden": true, "provenance": provenance }));
        assert_eq!((&seen["job"]["outlook"], &seen["job"]["wages"]["value"]), (&json!({ "value": null, "overridden": true }), &Value::Null));
        assert_eq!(seen["job"]["coverage"], json!({ "filled": 11, "total": 11, "gaps": [] }));
        assert_eq!(seen["job"]["fields"][0]["diff"]["custom"], Value::Null);
        assert_eq!(seen["job"]["fields"][0]["diff"]["removed"].as_array().map(Vec::len), Some(35));
        assert_eq!(seen["jobs"]["totalCount"], 0);
    }

    async fn whole_values_of_every_kind_are_kept_as_they_were_given(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let values = json!([
            { "coreResponsibilities": { "replace": ["Care", "Listen"] } },
            { "tasks": { "replace": [{ "statement": "Cook.", "type": "CORE", "importance": 90 }, { "statement": "Wash up." }] } },
            { "toolsAndTechnology": { "replace": [{ "name": "Pen", "kind": "TOOL", "category": "Writing", "commodityCode": "44121701", "inDemand": true }] } },
            { "skills": { "replace": [{ "name": "Patience" }, { "name": "Speaking", "elementId": "2.A.1.d", "importance": 80.5, "level": 40 }] } },
            { "education": { "replace": { "typicalLevel": "A heart" } } },
            { "workExperience": { "replace": { "typical": "None", "onTheJobTraining": "A week", "jobZone": 2 } } },
            { "outlook": { "replace": { "baseYear": 2024, "projectedYear": 2034, "employment": 200, "projectedEmployment": 190, "annualOpenings": 7 } } },
            { "wages": { "replace": { "area": "tx", "year": 2026, "annualMedian": 90000, "annualP90": 120_000.5 } } },
        ]);
        let told = overridden(&app, &id, values).await;
        assert_eq!(told["changeset"]["changes"]["nodes"].as_array().map(Vec::len), Some(8));
        let query = "query($id: ID!) { job(by: {id: $id}) { coreResponsibilities { items { text source } } tasks { value { statement type importance source } }
            toolsAndTechnology { value { name kind category commodityCode hotTechnology inDemand source } } skills { value { key name elementId importance level rating { suppress } source } }
            education { value { typicalLevel jobZone distribution { level } } } workExperience { value { typical onTheJobTraining jobZone } }
            outlook { value { baseYear projectedYear employment projectedEmployment percentChange annualOpenings growth } }
            wages { us: value { year } tx: value(area: \"TX\") { area year annualMedian { amount atLeast } annualP90 { amount } annualMean { amount } } } } }";
        let job = app.ask(query, json!({ "id": id })).await["job"].clone();
        let expected = json!({
            "coreResponsibilities": { "items": [{ "text": "Care", "source": "CUSTOM" }, { "text": "Listen", "source": "CUSTOM" }] },
            "tasks": { "value": [{ "statement": "Cook.", "type": "CORE", "importance": 90.0, "source": "CUSTOM" }, { "statement": "Wash up.", "type": null, "importance": null, "source": "CUSTOM" }] },
            "toolsAndTechnology": { "value": [{ "name": "Pen", "kind": "TOOL", "category": "Writing", "commodityCode": "44121701", "hotTechnology": false, "inDemand": true, "source": "CUSTOM" }] },
            "skills": { "value": [
                { "key": "2.A.1.d", "name": "Speaking", "elementId": "2.A.1.d", "importance": 80.5, "level": 40.0, "rating": null, "source": "CUSTOM" },
                { "key": "own:patience~96d61fe3", "name": "Patience", "elementId": null, "importance": null, "level": null, "rating": null, "source": "CUSTOM" },
            ] },
            "education": { "value": { "typicalLevel": "A heart", "jobZone": null, "distribution": [] } },
            "workExperience": { "value": { "typical": "None", "onTheJobTraining": "A week", "jobZone": 2 } },
            "outlook": { "value": { "baseYear": 2024, "projectedYear": 2034, "employment": 200, "projectedEmployment": 190, "percentChange": -5.0, "annualOpenings": 7, "growth": "DECLINE" } },
            "wages": { "us": null, "tx": { "area": "TX", "year": 2026, "annualMedian": { "amount": 90_000.0, "atLeast": false }, "annualP90": { "amount": 120_000.5 }, "annualMean": null } },
        });
        assert_eq!(job, expected);
        let restored = app.admin(RESTORE, json!({ "id": id, "fields": null })).await;
        assert_eq!(restored["restoreFields"]["changeset"]["changes"]["nodes"].as_array().map(Vec::len), Some(8), "no fields are all fields");
        let none = app.ask("query($id: ID!) { job(by: {id: $id}) { fields { overridden } } }", json!({ "id": id })).await;
        assert!(none["job"]["fields"].as_array().expect("fields").iter().all(|field| field["overridden"] == false));
    }

    async fn an_occupation_is_overridden_for_everybody_under_the_platforms_name(app: TestApp) {
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
        overridden(&app, &id, json!([{ "relatedTitles": { "patch": { "add": ["Night Owl"] } } }])).await;
        let seen = app.admin(TITLES, json!({ "id": id })).await;
        assert_eq!((&seen["job"]["relatedTitles"]["provenance"]["provider"], &seen["job"]["relatedTitles"]["provenance"]["source"]), (&json!("rolegraph"), &json!("CUSTOM")));
        let db = app.db().await;
        let rows = rolegraph_entity::job_data_override::Entity::find().all(&db).await.expect("readable");
        assert_eq!(rows.iter().map(|row| (row.company_id, row.mode.as_str())).collect::<Vec<_>>(), [(None, "PATCH")]);
    }

    async fn rows_of_overrides_are_closed_and_never_overwritten(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        for titles in [json!({ "replace": ["One"] }), json!({ "blank": true }), json!({ "patch": { "add": ["Two"] } })] {
            app.days_pass(1);
            overridden(&app, &id, json!([{ "relatedTitles": titles }])).await;
        }
        app.days_pass(1);
        app.admin(RESTORE, json!({ "id": id })).await;
        let db = app.db().await;
        let mut rows = rolegraph_entity::job_data_override::Entity::find().all(&db).await.expect("readable");
        rows.sort_by_key(|row| row.valid_from);
        assert_eq!(rows.iter().map(|row| row.mode.as_str()).collect::<Vec<_>>(), ["REPLACE", "BLANK", "PATCH"]);
        for (row, next) in rows.iter().zip(rows[1..].iter().map(|row| Some(row.valid_from)).chain([Some(app.clock_now())])) {
            assert_eq!(row.valid_to, next);
            assert!(row.base_digest.is_some() && row.base_value.is_some() && row.base_release.as_deref() == Some("O*NET 30.0"));
        }
    }
}
