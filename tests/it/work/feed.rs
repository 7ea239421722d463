//! What subscribers hear when very much happens.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use rolegraph::domain::access::Principal;
use rolegraph_entity::event;
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;

use super::create_jobs;
use crate::support::{TestApp, app::uuid_of, on_both_databases};

on_both_databases! {
    async fn the_last_of_thousands_of_events_of_one_moment_is_told(app: TestApp) {
        let id = create_jobs(&app, 1).await.remove(0);
        let job = uuid_of(id.as_str().expect("an id"));
        app.drain().await;
        app.clock.advance(chrono::TimeDelta::minutes(1));
        let service = Arc::clone(app.service());
        let feed = tokio::spawn(async move { service.tell_subscribers().await });
        let mut changes = Box::pin(app.service().job_changes(Principal::anonymous(), Some(vec![job])));
        let at = app.clock_now();
        let row = |number: u128| event::ActiveModel {
            id: Set(Uuid::from_u128(number)),
            kind: Set("JOB_UPDATED".to_owned()),
            company_id: Set(None),
            job_id: Set((number == 3_500).then_some(job)),
            run_id: Set(None),
            place: Set(None),
            payload: Set("{}".to_owned()),
            created_at: Set(at),
        };
        let db = app.db().await;
        for numbers in (1..=3_500_u128).collect::<Vec<_>>().chunks(500) {
            event::Entity::insert_many(numbers.iter().map(|number| row(*number))).exec_without_returning(&db).await.expect("written");
        }
        let heard = tokio::time::timeout(Duration::from_secs(20), changes.next()).await.expect("it is heard").expect("a change").expect("a job");
        assert_eq!(heard.id, job);
        feed.abort();
        app.days_pass(91);
        assert_eq!(app.service().forget_events().await.expect("forgotten"), 3_500, "the job's creation is among them");
        assert_eq!(app.trace().await["event"].0, 1, "the last one says where the feed goes on");
    }
}
