//! Work that cannot be done, and what others and operators see of it.

use serde_json::json;

use super::{create_jobs, lease_runs_out, reload, start_run};
use crate::support::{
    TestApp, on_both_databases,
    process::{printed, refused, rolegraph},
};
use rolegraph::domain::{run::RunStatus, work::MAX_ATTEMPTS};

/// Gives up the one item that waits, as if it killed every worker.
async fn give_up(app: &TestApp) {
    for _ in 0..MAX_ATTEMPTS {
        assert_eq!(app.service().claim_work(10).await.expect("a claim").len(), 1);
        lease_runs_out(app);
    }
    assert_eq!(app.drain().await, 1);
}

on_both_databases! {
    async fn what_nobody_can_read_is_given_up_and_holds_up_nothing(app: TestApp) {
        create_jobs(&app, 2).await;
        app.drain().await;
        let run = start_run(app.service()).await;
        app.sql("UPDATE work_items SET payload = '{\"job\": 7}' WHERE id = (SELECT id FROM work_items ORDER BY id LIMIT 1)").await;
        assert_eq!(app.drain().await, 2);
        let dead = app.service().dead_work(10).await.expect("the dead");
        assert_eq!(dead.len(), 1);
        let error = dead[0].item.error.as_deref().expect("an error");
        assert!(error.starts_with("its payload cannot be read: "), "{error}");
        let over = reload(app.service(), run.id).await;
        assert_eq!((over.status, over.done, over.failed), (RunStatus::Partial, 2, 1));
    }

    async fn what_another_version_queued_is_left_to_it(app: TestApp) {
        create_jobs(&app, 2).await;
        app.sql("UPDATE work_items SET kind = 'FROM_THE_FUTURE' WHERE run_id = (SELECT last_run_id FROM jobs WHERE slug = 'nurses-0')").await;
        assert_eq!(app.drain().await, 1);
        lease_runs_out(&app);
        assert_eq!(app.drain().await, 0);
        let counts = app.service().work_counts().await.expect("counts");
        assert_eq!((counts.ready, counts.leased, counts.dead), (1, 0, 0));
    }

    async fn a_worker_that_fails_on_one_item_does_the_others(app: TestApp) {
        create_jobs(&app, 3).await;
        app.drain().await;
        let run = start_run(app.service()).await;
        // Nobody can read that job, nor the others together with it.
        app.sql("UPDATE jobs SET soc_status = 'NONSENSE' WHERE slug = 'nurses-1'").await;
        assert_eq!(app.drain().await, 3);
        let half = reload(app.service(), run.id).await;
        assert_eq!((half.status, half.done), (RunStatus::Running, 2), "the two others are done at once");
        app.sql("UPDATE jobs SET soc_status = 'APPROVED' WHERE slug = 'nurses-1'").await;
        lease_runs_out(&app);
        assert_eq!(app.drain().await, 1);
        let over = reload(app.service(), run.id).await;
        assert_eq!((over.status, over.done, over.failed), (RunStatus::Complete, 3, 0));
    }

    async fn what_was_given_up_is_tried_anew_and_its_run_is_open_again(app: TestApp) {
        create_jobs(&app, 1).await;
        app.drain().await;
        let run = start_run(app.service()).await;
        give_up(&app).await;
        assert_eq!(app.service().dead_work(10).await.expect("the dead")[0].about, "nurses-0");
        let nobody = app.service().revive_work(Some(run.id)).await.expect_err("a run is no item");
        assert_eq!(nobody.to_string(), "There is no such item of work that was given up and can be tried anew.");
        assert_eq!(app.service().revive_work(None).await.expect("revived"), 1);
        let open = reload(app.service(), run.id).await;
        assert_eq!((open.status, open.done, open.failed, open.finished_at), (RunStatus::Running, 0, 0, None));
        assert_eq!(app.drain().await, 1);
        let over = reload(app.service(), run.id).await;
        assert_eq!((over.status, over.done, over.failed), (RunStatus::Complete, 1, 0));
        assert_eq!(app.service().outcomes_count(run.id, None).await.expect("a count"), 11);
    }

    async fn what_was_queued_again_meanwhile_is_only_taken_off_the_list(app: TestApp) {
        create_jobs(&app, 1).await;
        app.drain().await;
        let code = ["29-1141.00".parse().expect("a code")];
        for _ in 0..2 {
            assert_eq!(app.service().queue_refresh(&code).await.expect("queued"), 1);
            give_up(&app).await;
            assert_eq!(app.service().dead_work(10).await.expect("the dead").len(), 1, "the last of one key takes the place of the one before");
        }
        assert_eq!(app.service().queue_refresh(&code).await.expect("queued"), 1);
        assert_eq!(app.service().revive_work(None).await.expect("an answer"), 0);
        let counts = app.service().work_counts().await.expect("counts");
        assert_eq!((counts.ready, counts.dead), (1, 0));
    }

    async fn an_operator_sees_what_was_given_up_and_has_it_tried_anew(app: TestApp) {
        let folder = tempfile::tempdir().expect("a folder");
        let command = |arguments: &[&str]| {
            let mut command = rolegraph(folder.path());
            command.args(arguments).env("ROLEGRAPH_DATABASE_URL", &app.database.url);
            command
        };
        assert_eq!(printed(&mut command(&["work", "dead"])), "No work was given up.\n");
        create_jobs(&app, 1).await;
        give_up(&app).await;
        let id = app.service().dead_work(1).await.expect("the dead")[0].item.id.to_string();
        let told = printed(&mut command(&["work", "dead"]));
        let row = told.lines().find(|line| line.contains(&id)).unwrap_or_else(|| panic!("{told}"));
        assert!(row.contains("ENRICH_JOB") && row.contains("nurses-0") && row.contains("whoever claimed it never came back"), "{told}");
        assert!(refused(&mut command(&["work", "retry"])).contains("--all"));
        let nobody = refused(&mut command(&["work", "retry", "00000000-0000-0000-0000-000000000000"]));
        assert_eq!(nobody, "rolegraph: There is no such item of work that was given up and can be tried anew.\n");
        assert_eq!(printed(&mut command(&["work", "retry", &id])), "1 items are tried anew.\n");
        assert_eq!(printed(&mut command(&["work", "retry", "--all"])), "0 items are tried anew.\n");
        assert_eq!(app.drain().await, 1);
        let state = app.ask("{ job(by: {slug: \"nurses-0\"}) { enrichment { status } } }", json!({})).await;
        assert_eq!(state["job"]["enrichment"]["status"], "COMPLETE");
    }
}
