//! Row-level security on PostgreSQL: what a company sees and writes is decided by the database too. SQLite has no such thing.
//!
//! The service's connections act as one of two roles that own nothing and pass by no policy: `rolegraph_platform`, for the
//! platform and the service's own work, and `rolegraph_tenant`, for everybody else. The latter names its company in the setting
//! `rolegraph.company` of its transaction; without one it sees what is public.
//!
//! A later migration that reads or writes rows does so as `rolegraph_platform` (`SET LOCAL ROLE`): the owner of the tables is
//! under the policies as well, and has none.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("CREATE INDEX jobs_last_run ON jobs (last_run_id)").await?;
        if manager.get_database_backend() != DatabaseBackend::Postgres {
            return Ok(());
        }
        for statement in [ROLES, GRANTS, SLUG_TAKEN] {
            db.execute_unprepared(statement).await?;
        }
        for policy in POLICIES {
            db.execute_unprepared(&policy.sql()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("DROP INDEX jobs_last_run").await?;
        if manager.get_database_backend() != DatabaseBackend::Postgres {
            return Ok(());
        }
        db.execute_unprepared("DROP FUNCTION rolegraph_slug_taken(text)").await?;
        for Policy { table, .. } in POLICIES {
            let undo = format!(
                "DROP POLICY platform ON {table}; DROP POLICY IF EXISTS reads ON {table}; DROP POLICY IF EXISTS inserts ON {table};
                 DROP POLICY IF EXISTS updates ON {table}; DROP POLICY IF EXISTS deletes ON {table};
                 ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
            );
            db.execute_unprepared(&undo).await?;
        }
        // The roles stay: other databases of the server may have them.
        db.execute_unprepared(UNGRANT).await.map(drop)
    }
}

/// Roles belong to the whole server, so that another database may make them, or its migration run, at the same time.
const ROLES: &str = "
DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['rolegraph_platform', 'rolegraph_tenant'] LOOP
    FOR try IN 1..10 LOOP
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
          EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT', role);
        END IF;
        IF NOT pg_has_role(current_user, role, 'MEMBER') THEN
          EXECUTE format('GRANT %I TO %I', role, current_user);
        END IF;
        EXIT;
      EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN
        PERFORM pg_sleep(0.05);
      END;
    END LOOP;
  END LOOP;
END
$$";

/// The tables that there are, and those that later migrations make.
const GRANTS: &str = "
DO $$
DECLARE
  here text := current_schema();
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO rolegraph_platform, rolegraph_tenant', here);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO rolegraph_platform, rolegraph_tenant', here);
  EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO rolegraph_platform, rolegraph_tenant', here);
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO rolegraph_platform, rolegraph_tenant', here);
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO rolegraph_platform, rolegraph_tenant', here);
END
$$";

const UNGRANT: &str = "
DO $$
DECLARE
  here text := current_schema();
BEGIN
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I REVOKE ALL ON TABLES FROM rolegraph_platform, rolegraph_tenant', here);
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I REVOKE ALL ON SEQUENCES FROM rolegraph_platform, rolegraph_tenant', here);
  EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM rolegraph_platform, rolegraph_tenant', here);
  EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM rolegraph_platform, rolegraph_tenant', here);
  EXECUTE format('REVOKE ALL ON SCHEMA %I FROM rolegraph_platform, rolegraph_tenant', here);
END
$$";

/// Slugs are unique among all jobs, also those that the one who asks may not see: it is told that much, and no more.
const SLUG_TAKEN: &str = "
DO $$
DECLARE
  here text := current_schema();
BEGIN
  EXECUTE format('GRANT CREATE ON SCHEMA %I TO rolegraph_platform', here);
  SET LOCAL ROLE rolegraph_platform;
  EXECUTE format('CREATE FUNCTION rolegraph_slug_taken(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = %I, pg_temp
    AS ''SELECT EXISTS (SELECT FROM jobs WHERE slug = wanted AND deleted_at IS NULL)''', here);
  RESET ROLE;
  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM rolegraph_platform', here);
END
$$";

/// Who may see and write the rows of a table, besides the platform.
struct Policy {
    table: &'static str,
    /// Which rows a tenant sees; none sees nothing.
    reads: Option<&'static str>,
    /// Which rows it writes; none writes nothing.
    writes: Option<&'static str>,
}

impl Policy {
    fn sql(&self) -> String {
        let table = self.table;
        let platform = format!(
            "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
             CREATE POLICY platform ON {table} TO rolegraph_platform USING (true) WITH CHECK (true);"
        );
        let reads =
            self.reads.map(put).map(|rows| format!("CREATE POLICY reads ON {table} FOR SELECT TO rolegraph_tenant USING ({rows});"));
        let writes = self.writes.map(put).map(|rows| {
            format!(
                "CREATE POLICY inserts ON {table} FOR INSERT TO rolegraph_tenant WITH CHECK ({rows});
                 CREATE POLICY updates ON {table} FOR UPDATE TO rolegraph_tenant USING ({rows}) WITH CHECK ({rows});
                 CREATE POLICY deletes ON {table} FOR DELETE TO rolegraph_tenant USING ({rows});"
            )
        });
        [Some(platform), reads, writes].into_iter().flatten().collect()
    }
}

/// The company of the transaction, looked up once for a statement.
fn put(text: &str) -> String {
    text.replace("{own}", "(SELECT NULLIF(current_setting('rolegraph.company', true), '')::uuid)")
}

const fn policy(table: &'static str, reads: Option<&'static str>, writes: Option<&'static str>) -> Policy {
    Policy { table, reads, writes }
}

const ALL: Option<&str> = Some("true");
const OWN: Option<&str> = Some("company_id = {own}");
/// Rows about a job: the policy of jobs is asked in turn.
const OF_OWN_JOB: Option<&str> = Some("EXISTS (SELECT FROM jobs WHERE jobs.id = job_id AND jobs.company_id = {own})");
/// What is known of occupations is for everybody.
const OF_OCCUPATION_OR_SEEN_JOB: Option<&str> = Some("job_id IS NULL OR EXISTS (SELECT FROM jobs WHERE jobs.id = job_id)");

const POLICIES: [Policy; 29] = [
    policy("jobs", Some("published OR company_id = {own}"), OWN),
    policy("job_versions", Some("published OR company_id = {own}"), OWN),
    policy("job_data_overrides", Some("company_id = {own} OR EXISTS (SELECT FROM jobs WHERE jobs.id = job_id)"), OWN),
    policy("facts", OF_OCCUPATION_OR_SEEN_JOB, OF_OWN_JOB),
    policy("ai_rejections", OF_OCCUPATION_OR_SEEN_JOB, OF_OWN_JOB),
    policy("changesets", OWN, OWN),
    policy("changes", OWN, OWN),
    policy("events", Some("company_id = {own} OR (company_id IS NULL AND EXISTS (SELECT FROM jobs WHERE jobs.id = job_id))"), OWN),
    // The last run of a job is told to those who see the job.
    policy("enrichment_runs", Some("company_id = {own} OR EXISTS (SELECT FROM jobs WHERE jobs.last_run_id = enrichment_runs.id)"), OWN),
    policy("enrichment_outcomes", Some("EXISTS (SELECT FROM enrichment_runs AS runs WHERE runs.id = run_id)"), OF_OWN_JOB),
    policy("soc_reviews", OWN, OWN),
    policy("bulk_operations", OWN, OWN),
    policy("bulk_items", OF_OPERATION, OF_OPERATION),
    policy("bulk_results", OF_OPERATION, OF_OPERATION),
    policy("webhook_endpoints", OWN, OWN),
    policy("webhook_deliveries", OF_ENDPOINT, OF_ENDPOINT),
    policy("api_keys", OWN, OWN),
    // Names that stand beside published roles.
    policy("companies", ALL, None),
    // Reference data, for everybody to read.
    policy("reference_tables", ALL, None),
    policy("fact_versions", ALL, None),
    policy("soc_recalibrations", ALL, None),
    // Links of the chains of changes: hashes and numbers.
    policy("history_chains", ALL, ALL),
    // Queues and keys that no answer tells of, written with what they are about.
    policy("work_items", ALL, ALL),
    policy("work_turns", ALL, ALL),
    policy("idempotency_keys", ALL, ALL),
    // What the service keeps for itself.
    policy("assistant_answers", None, None),
    policy("assistant_budgets", None, None),
    policy("provider_notes", None, None),
    policy("provider_tries", None, None),
];

const OF_OPERATION: Option<&str> = Some("EXISTS (SELECT FROM bulk_operations WHERE bulk_operations.id = operation_id)");
const OF_ENDPOINT: Option<&str> = Some("EXISTS (SELECT FROM webhook_endpoints WHERE webhook_endpoints.id = endpoint_id)");
