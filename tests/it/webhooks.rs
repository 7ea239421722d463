//! Webhooks: partners are told of what happens, in order, signed, and again until they have taken it.

mod away;
mod killed;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::TimeDelta;
use rolegraph::domain::{
    access::Scope,
    clock::{Clock, SystemClock},
};
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

use crate::{
    access::key,
    support::{TestApp, app::TOKEN, database::Dialect, on_both_databases},
};

const CREATE: &str = "mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { secret
    endpoint { id url events active company { slug } } errors { code message path } } }";

const DELIVERIES: &str = "{ webhookEndpoints { totalCount nodes { id active deliveries(first: 100) { totalCount nodes { id status attempts responseStatus error lastAttemptAt nextAttemptAt event { id type payload job { title } } } } } } }";

const KINDS: [&str; 2] = ["JOB_CREATED", "JOB_UPDATED"];

/// A process whose endpoints may be on this machine.
async fn private(app: &TestApp) -> TestApp {
    app.replica_with(&[("webhooks.private_addresses", "true")]).await
}

/// A receiver, with what it was sent, and the statuses that it answers next; 204 behind those.
struct Receiver {
    server: MockServer,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    async fn start() -> Self {
        let (server, answers) = (MockServer::start().await, Arc::new(Mutex::new(vec![])));
        let next = Arc::clone(&answers);
        let answer = move |_: &Request| {
            let mut next = next.lock().expect("unpoisoned");
            let status = if next.is_empty() { 204 } else { next.remove(0) };
            ResponseTemplate::new(status).insert_header("retry-after", if status == 429 { "3600" } else { "0" })
        };
        Mock::given(any()).respond_with(answer).mount(&server).await;
        Self { server, answers }
    }

    fn answer(&self, statuses: &[u16]) {
        self.answers.lock().expect("unpoisoned").extend(statuses);
    }

    async fn received(&self) -> Vec<Request> {
        self.server.received_requests().await.expect("recorded")
    }

    /// The types and jobs of the messages, in the order in which they came.
    async fn told(&self) -> Vec<(String, Value)> {
        let read = |request: &Request| {
            let body: Value = request.body_json().expect("JSON");
            (body["type"].as_str().expect("a type").to_owned(), body["data"]["job"].clone())
        };
        self.received().await.iter().map(read).collect()
    }
}

/// An endpoint at a receiver: the secret and the id.
async fn endpoint(app: &TestApp, token: &str, receiver: &Receiver, events: &[&str]) -> (String, String) {
    let input = json!({ "url": format!("{}/hooks", receiver.server.uri()), "events": events });
    let made = app.post(CREATE, json!({ "input": input }), Some(token)).await["data"]["createWebhookEndpoint"].take();
    assert_eq!(made["errors"], json!([]), "{made}");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&made["secret"]), text(&made["endpoint"]["id"]))
}

async fn deliveries(app: &TestApp) -> Vec<Value> {
    app.admin(DELIVERIES, json!({})).await["webhookEndpoints"]["nodes"][0]["deliveries"]["nodes"].as_array().expect("deliveries").clone()
}

/// Sends until nothing is due.
async fn deliver(app: &TestApp) -> usize {
    let mut sent = 0;
    loop {
        match app.service().deliver().await.expect("sent") {
            0 => return sent,
            count => sent += count,
        }
    }
}

async fn rename(app: &TestApp, id: &str, title: &str) {
    let update = "mutation($input: UpdateJobInput!) { updateJob(input: $input) { errors { message } } }";
    let answer = app.admin(update, json!({ "input": { "id": id, "title": title } })).await;
    assert_eq!(answer["updateJob"]["errors"], json!([]));
}

on_both_databases! {
    async fn a_partner_is_told_what_the_reference_library_verifies(app: TestApp) {
        let app = private(&app).await;
        // The reference library looks at the machine's clock.
        app.clock.advance(SystemClock.now() - app.clock_now());
        let before = app.create(json!({ "kind": "OCCUPATION", "title": "Earlier" })).await;
        let receiver = Receiver::start().await;
        let (secret, _) = endpoint(&app, TOKEN, &receiver, &KINDS).await;
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses — ünïcode" })).await;
        rename(&app, &id, "Head Nurses").await;
        assert_eq!(deliver(&app).await, 2);
        assert_eq!(receiver.told().await, [("job.created".to_owned(), json!(id)), ("job.updated".to_owned(), json!(id))]);
        assert!(!receiver.told().await.iter().any(|(_, job)| *job == json!(before)), "what was before it is not told");
        let verify = Webhook::new(&secret).expect("a secret");
        let requests = receiver.received().await;
        for request in &requests {
            assert_eq!(request.headers["content-type"], "application/json");
            verify.verify(&request.body, &request.headers).expect("it is signed");
            let mut other = request.body.clone();
            other[0] ^= 1;
            assert!(verify.verify(&other, &request.headers).is_err(), "a flipped bit is seen");
        }
        let told = deliveries(&app).await;
        assert_eq!(told.len(), 2);
        assert_eq!((&told[0]["status"], &told[0]["attempts"], &told[0]["responseStatus"], &told[0]["nextAttemptAt"]), (&json!("DELIVERED"), &json!(1), &json!(204), &Value::Null));
        assert_eq!((&told[0]["event"]["type"], &told[0]["event"]["job"]["title"]), (&json!("JOB_UPDATED"), &json!("Head Nurses")));
        assert_eq!(told[0]["event"]["id"], requests[1].headers["webhook-id"].to_str().expect("text"));
        assert_eq!(deliver(&app).await, 0);
    }

    async fn what_fails_is_tried_again_in_order_until_it_is_given_up(app: TestApp) {
        let app = private(&app).await;
        let receiver = Receiver::start().await;
        endpoint(&app, TOKEN, &receiver, &KINDS).await;
        receiver.answer(&[500, 500]);
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
        let other = app.create(json!({ "kind": "OCCUPATION", "title": "Cooks" })).await;
        rename(&app, &id, "Head Nurses").await;
        deliver(&app).await;
        assert_eq!(receiver.told().await, [("job.created".to_owned(), json!(id)), ("job.created".to_owned(), json!(other))], "the later one about the same job waits");
        let told = deliveries(&app).await;
        assert_eq!((&told[2]["status"], &told[2]["attempts"], &told[2]["error"]), (&json!("PENDING"), &json!(1), &json!("status 500")));
        assert_eq!(deliver(&app).await, 0, "not yet");
        app.clock.advance(TimeDelta::seconds(6));
        deliver(&app).await;
        let order: Vec<_> = receiver.told().await.into_iter().filter(|(_, job)| *job == json!(id)).map(|(kind, _)| kind).collect();
        assert_eq!(order, ["job.created", "job.created", "job.updated"]);
        let of_job = |request: &&Request| request.body_json::<Value>().expect("JSON")["data"]["job"] == json!(id);
        let requests = receiver.received().await;
        let ids: Vec<_> = requests.iter().filter(of_job).map(|request| request.headers["webhook-id"].clone()).collect();
        assert_eq!((ids[0] == ids[1], ids[1] == ids[2]), (true, false), "a try again has the same id");

        receiver.answer(&[503; 10]);
        rename(&app, &id, "Chief Nurses").await;
        let mut tries = 0;
        while tries < 20 {
            tries += deliver(&app).await;
            let next = deliveries(&app).await[0]["nextAttemptAt"].clone();
            let Some(next) = next.as_str().map(|text| text.parse::<chrono::DateTime<chrono::Utc>>().expect("a time")) else { break };
            app.clock.advance(next - app.clock_now());
        }
        assert_eq!(tries, 10);
        let failed = deliveries(&app).await[0].clone();
        assert_eq!((&failed["status"], &failed["attempts"], &failed["nextAttemptAt"]), (&json!("FAILED"), &json!(10), &Value::Null));
        let again = app.admin("mutation($id: ID!) { redeliver(deliveryId: $id) { endpoint { active } secret errors { code } } }", json!({ "id": failed["id"] })).await;
        assert_eq!(again["redeliver"], json!({ "endpoint": { "active": true }, "secret": null, "errors": [] }));
        deliver(&app).await;
        assert_eq!(deliveries(&app).await[0]["status"], "DELIVERED");
    }

    async fn an_endpoint_that_is_gone_is_paused_and_loses_nothing(app: TestApp) {
        let app = private(&app).await;
        let receiver = Receiver::start().await;
        endpoint(&app, TOKEN, &receiver, &KINDS).await;
        receiver.answer(&[410]);
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
        deliver(&app).await;
        assert_eq!(app.admin(DELIVERIES, json!({})).await["webhookEndpoints"]["nodes"][0]["active"], false);
        for number in 0..30 {
            rename(&app, &id, &format!("Nurses {number}")).await;
        }
        app.days_pass(7);
        assert_eq!((deliver(&app).await, receiver.received().await.len()), (0, 1), "it is told nothing");
        let waiting = deliveries(&app).await[0]["id"].clone();
        app.admin("mutation($id: ID!) { redeliver(deliveryId: $id) { errors { code } } }", json!({ "id": waiting })).await;
        assert_eq!(deliver(&app).await, 31);
        assert_eq!(receiver.received().await.len(), 32, "all of it, from where it was");
        let places: Vec<i64> = receiver.received().await.iter().map(|request| request.body_json::<Value>().expect("JSON")["data"]["place"].as_i64().expect("a place")).collect();
        assert!(places[1..].is_sorted(), "in order: {places:?}");
    }

    async fn two_keys_sign_while_they_overlap(app: TestApp) {
        let app = private(&app).await;
        let receiver = Receiver::start().await;
        let (old, id) = endpoint(&app, TOKEN, &receiver, &KINDS).await;
        let rotate = "mutation($id: ID!) { rotateWebhookSecret(id: $id) { secret errors { code } } }";
        let new = app.admin(rotate, json!({ "id": id })).await["rotateWebhookSecret"]["secret"].as_str().expect("a secret").to_owned();
        assert_ne!(old, new);
        app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
        deliver(&app).await;
        app.clock.advance(TimeDelta::hours(24));
        app.create(json!({ "kind": "OCCUPATION", "title": "Cooks" })).await;
        deliver(&app).await;
        let requests = receiver.received().await;
        assert_eq!((is_signed(&old, &requests[0]), is_signed(&new, &requests[0])), (true, true));
        assert_eq!((is_signed(&old, &requests[1]), is_signed(&new, &requests[1])), (false, true));
        let deleted = app.admin("mutation($id: ID!) { deleteWebhookEndpoint(id: $id) { deletedId errors { code } } }", json!({ "id": id })).await;
        assert_eq!(deleted["deleteWebhookEndpoint"], json!({ "deletedId": id, "errors": [] }));
        app.create(json!({ "kind": "OCCUPATION", "title": "Bakers" })).await;
        assert_eq!((deliver(&app).await, app.admin(DELIVERIES, json!({})).await["webhookEndpoints"]["totalCount"].clone()), (0, json!(0)));
    }

    async fn a_company_is_told_of_its_own_and_of_what_is_everybodys(app: TestApp) {
        let app = private(&app).await;
        let (acme, other) = (app.company("acme").await, app.company("other").await);
        let (token, _) = key(&app, Some(&acme), &[Scope::WebhooksManage, Scope::JobsRead]).await;
        let receiver = Receiver::start().await;
        let (_, id) = endpoint(&app, &token, &receiver, &KINDS).await;
        let role = |company: &str, title: &str| json!({ "kind": "FEATURED_ROLE", "title": title, "company": company });
        let own = app.create(role(&acme, "Ours")).await;
        app.create(role(&other, "Theirs")).await;
        let shared = app.create(json!({ "kind": "OCCUPATION", "title": "Everybody's" })).await;
        deliver(&app).await;
        let told: Vec<_> = receiver.told().await.into_iter().map(|(_, job)| job).collect();
        assert_eq!(told, [json!(own), json!(shared)]);
        let draft = app.create(json!({ "kind": "OCCUPATION", "title": "Not yet", "published": false })).await;
        let feed = app.post("{ events { nodes { type payload } } }", json!({}), Some(&token)).await;
        assert_eq!(feed["data"]["events"]["nodes"].as_array().map(Vec::len), Some(2), "{feed}");
        assert!(!feed.to_string().contains(&draft), "what is not published is not everybody's");
        let (stranger, _) = key(&app, Some(&other), &[Scope::WebhooksManage]).await;
        let delete = "mutation($id: ID!) { deleteWebhookEndpoint(id: $id) { errors { code } } }";
        let refused = app.post(delete, json!({ "id": id }), Some(&stranger)).await;
        assert_eq!(refused["data"]["deleteWebhookEndpoint"]["errors"], json!([{ "code": "NOT_FOUND" }]));
        assert_eq!(app.post(DELIVERIES, json!({}), Some(&stranger)).await["data"]["webhookEndpoints"]["totalCount"], 0);
    }

    async fn a_slow_receiver_holds_up_nobody_but_itself(app: TestApp) {
        let app = private(&app).await;
        let slow = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(204).set_delay(Duration::from_secs(15))).mount(&slow).await;
        let input = json!({ "url": slow.uri(), "events": KINDS });
        assert_eq!(app.admin(CREATE, json!({ "input": input })).await["createWebhookEndpoint"]["errors"], json!([]));
        let quick = Receiver::start().await;
        endpoint(&app, TOKEN, &quick, &KINDS).await;
        let sending = tokio::spawn(rolegraph::work::deliver(Arc::clone(app.service())));
        for count in 1..=3 {
            app.create(json!({ "kind": "OCCUPATION", "title": format!("Job {count}") })).await;
            let mut tries = 0;
            while quick.received().await.len() < count {
                tries += 1;
                assert!(tries < 200, "the quick one waits for the slow one");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        assert_eq!(slow.received_requests().await.expect("recorded").len(), 1, "its first is still under way");
        sending.abort();
    }

    async fn the_feed_tells_everything_once_and_in_order(app: TestApp) {
        let app = private(&app).await;
        let other = app.replica().await;
        for number in 0..25 {
            let app = if number % 2 == 0 { &app } else { &other };
            app.create(json!({ "kind": "OCCUPATION", "title": format!("Job {number:02}") })).await;
            app.clock.advance(TimeDelta::milliseconds(10));
        }
        let query = "query($after: String) { events(types: [JOB_CREATED], first: 10, after: $after) { nodes { id type at job { title } } pageInfo { hasNextPage endCursor } } }";
        let (mut titles, mut after, mut pages) = (vec![], Value::Null, 0);
        loop {
            let page = app.admin(query, json!({ "after": after })).await["events"].take();
            titles.extend(page["nodes"].as_array().expect("events").iter().map(|event| event["job"]["title"].as_str().expect("a title").to_owned()));
            pages += 1;
            if page["pageInfo"]["hasNextPage"] == false { break; }
            after = page["pageInfo"]["endCursor"].clone();
        }
        assert_eq!((pages, titles.len(), titles.is_sorted()), (3, 25, true), "{titles:?}");
        app.days_pass(89);
        app.service().forget_events().await.expect("forgotten");
        assert_eq!(app.admin("{ events(first: 100) { nodes { id } } }", json!({})).await["events"]["nodes"].as_array().map(Vec::len), Some(25), "kept for 90 days");
        app.days_pass(2);
        app.service().forget_events().await.expect("forgotten");
        app.create(json!({ "kind": "OCCUPATION", "title": "Late" })).await;
        let rest = app.admin(query, json!({ "after": after })).await;
        assert!(rest["events"]["nodes"].as_array().expect("events").iter().any(|event| event["job"]["title"] == "Late"), "a cursor from before goes on: {rest}");
    }
}

/// True when one of the signatures is the reference library's with that secret.
fn is_signed(secret: &str, request: &Request) -> bool {
    let text = |name: &str| request.headers[name].to_str().expect("text").to_owned();
    let timestamp = text("webhook-timestamp").parse().expect("seconds");
    let signature = Webhook::new(secret).expect("a secret").sign(&text("webhook-id"), timestamp, &request.body).expect("signed");
    text("webhook-signature").split(' ').any(|one| one == signature)
}

#[tokio::test]
async fn addresses_that_lead_into_private_networks_are_refused() {
    let app = TestApp::on(Dialect::Sqlite).await;
    for (url, why) in [
        ("http://example.com/hooks", "The URL begins with https://."),
        ("ftp://example.com", "The URL begins with https://."),
        ("https://user:secret@example.com/", "The URL holds no user name or password."),
        ("https://127.0.0.1/", "The URL leads into the public internet: this host does not."),
        ("https://[::1]:8443/", "The URL leads into the public internet: this host does not."),
        ("https://169.254.169.254/latest", "The URL leads into the public internet: this host does not."),
        ("https://2130706433/", "The URL leads into the public internet: this host does not."),
        ("https://localhost/", "The URL leads into the public internet: this host does not."),
        ("nothing", "The URL cannot be read: give one such as https://example.com/hooks."),
    ] {
        let answer = app.admin(CREATE, json!({ "input": { "url": url, "events": ["JOB_CREATED"] } })).await["createWebhookEndpoint"].take();
        assert_eq!(
            (&answer["errors"][0]["message"], &answer["secret"], &answer["errors"][0]["path"]),
            (&json!(why), &Value::Null, &json!(["input", "url"])),
            "{url}"
        );
    }
    let none =
        app.admin(CREATE, json!({ "input": { "url": "https://example.com/hooks", "events": [] } })).await["createWebhookEndpoint"].take();
    assert_eq!(none["errors"][0]["path"], json!(["input", "events"]));
    let long = format!("https://example.com/{}", "a".repeat(2_000));
    let long = app.admin(CREATE, json!({ "input": { "url": long, "events": ["JOB_CREATED"] } })).await["createWebhookEndpoint"].take();
    assert_eq!(long["errors"][0]["message"], "The URL has at most 2000 characters.");
    // A name that leads to this machine is known as such only when it is looked up, at every try.
    let named = app.admin(CREATE, json!({ "input": { "url": "https://localhost.localdomain/hooks", "events": ["JOB_CREATED"] } })).await;
    assert_eq!(named["createWebhookEndpoint"]["errors"], json!([]));
    app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
    deliver(&app).await;
    let told = deliveries(&app).await;
    assert_eq!((&told[0]["status"], &told[0]["responseStatus"]), (&json!("PENDING"), &Value::Null));
    assert!(told[0]["error"].is_string(), "{told:?}");
}
