//! Entities and migrations say the same.

use std::collections::BTreeMap;

use rolegraph_entity as entity;
use rolegraph_migration::{Migrator, MigratorTrait};
use sea_orm::{ColumnTrait, ColumnType, ConnectionTrait, Database, DatabaseConnection, EntityTrait, IdenStatic, Iterable, Statement};

use crate::support::database::{Dialect, TestDatabase};

/// A column: whether it may be null, whether it is part of the primary key, and on PostgreSQL its type.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    nullable: bool,
    key: bool,
    kind: Option<String>,
}

type Tables = BTreeMap<String, BTreeMap<String, Shape>>;

fn of_entity<E: EntityTrait>(tables: &mut Tables, dialect: Dialect) {
    let keys: Vec<_> = E::PrimaryKey::iter().map(|key| key.as_str().to_owned()).collect();
    let shape = |column: E::Column| {
        let (name, definition) = (column.as_str().to_owned(), column.def());
        let kind = (dialect == Dialect::Postgres).then(|| kind(definition.get_column_type()).to_owned());
        (name.clone(), Shape { nullable: definition.is_null(), key: keys.contains(&name), kind })
    };
    tables.insert(E::default().table_name().to_owned(), E::Column::iter().map(shape).collect());
}

/// PostgreSQL's name of a type.
fn kind(column: &ColumnType) -> &'static str {
    match column {
        ColumnType::Uuid => "uuid",
        ColumnType::String(_) => "varchar",
        ColumnType::Text => "text",
        ColumnType::Integer => "int4",
        ColumnType::BigInteger => "int8",
        ColumnType::Boolean => "bool",
        ColumnType::Double => "float8",
        ColumnType::TimestampWithTimeZone => "timestamptz",
        ColumnType::JsonBinary => "jsonb",
        ColumnType::Blob | ColumnType::VarBinary(_) => "bytea",
        other => panic!("no table has a column of {other:?} yet"),
    }
}

fn entities(dialect: Dialect) -> Tables {
    let mut tables = Tables::new();
    of_entity::<entity::ai_rejection::Entity>(&mut tables, dialect);
    of_entity::<entity::assistant_answer::Entity>(&mut tables, dialect);
    of_entity::<entity::assistant_budget::Entity>(&mut tables, dialect);
    of_entity::<entity::bulk_item::Entity>(&mut tables, dialect);
    of_entity::<entity::bulk_operation::Entity>(&mut tables, dialect);
    of_entity::<entity::bulk_result::Entity>(&mut tables, dialect);
    of_entity::<entity::change::Entity>(&mut tables, dialect);
    of_entity::<entity::changeset::Entity>(&mut tables, dialect);
    of_entity::<entity::company::Entity>(&mut tables, dialect);
    of_entity::<entity::enrichment_outcome::Entity>(&mut tables, dialect);
    of_entity::<entity::enrichment_run::Entity>(&mut tables, dialect);
    of_entity::<entity::event::Entity>(&mut tables, dialect);
    of_entity::<entity::fact::Entity>(&mut tables, dialect);
    of_entity::<entity::fact_version::Entity>(&mut tables, dialect);
    of_entity::<entity::history_chain::Entity>(&mut tables, dialect);
    of_entity::<entity::idempotency_key::Entity>(&mut tables, dialect);
    of_entity::<entity::job::Entity>(&mut tables, dialect);
    of_entity::<entity::job_data_override::Entity>(&mut tables, dialect);
    of_entity::<entity::job_version::Entity>(&mut tables, dialect);
    of_entity::<entity::provider_note::Entity>(&mut tables, dialect);
    of_entity::<entity::provider_try::Entity>(&mut tables, dialect);
    of_entity::<entity::reference_table::Entity>(&mut tables, dialect);
    of_entity::<entity::soc_recalibration::Entity>(&mut tables, dialect);
    of_entity::<entity::api_key::Entity>(&mut tables, dialect);
    of_entity::<entity::webhook_delivery::Entity>(&mut tables, dialect);
    of_entity::<entity::webhook_endpoint::Entity>(&mut tables, dialect);
    of_entity::<entity::soc_review::Entity>(&mut tables, dialect);
    of_entity::<entity::work_item::Entity>(&mut tables, dialect);
    of_entity::<entity::work_turn::Entity>(&mut tables, dialect);
    tables
}

const OF_SQLITE: &str = "SELECT m.name AS t, c.name AS c, c.\"notnull\" = 0 AND c.pk = 0 AS nullable, c.pk > 0 AS k, NULL AS kind
    FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";

const OF_POSTGRES: &str = "SELECT c.table_name::text AS t, c.column_name::text AS c, c.is_nullable = 'YES' AS nullable, c.udt_name::text AS kind,
    EXISTS (SELECT 1 FROM information_schema.table_constraints t JOIN information_schema.key_column_usage u USING (constraint_schema, constraint_name)
        WHERE t.constraint_type = 'PRIMARY KEY' AND u.table_name = c.table_name AND u.column_name = c.column_name) AS k
    FROM information_schema.columns c WHERE c.table_schema = current_schema()";

async fn in_database(db: &DatabaseConnection, dialect: Dialect) -> Tables {
    let query = if dialect == Dialect::Sqlite { OF_SQLITE } else { OF_POSTGRES };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), query)).await.expect("readable");
    let mut tables = Tables::new();
    for row in rows {
        let text = |name: &str| row.try_get::<String>("", name).expect(name);
        let truth = |name: &str| row.try_get::<bool>("", name).expect(name);
        let kind = row.try_get::<Option<String>>("", "kind").expect("kind");
        tables.entry(text("t")).or_default().insert(text("c"), Shape { nullable: truth("nullable"), key: truth("k"), kind });
    }
    tables.remove("seaql_migrations");
    tables
}

async fn fresh(dialect: Dialect) -> (TestDatabase, DatabaseConnection) {
    let database = TestDatabase::new(dialect, false).await;
    let db = Database::connect(&database.url).await.expect("a connection");
    (database, db)
}

async fn entities_match(dialect: Dialect) {
    let (_database, db) = fresh(dialect).await;
    assert_eq!(in_database(&db, dialect).await, Tables::new());
    Migrator::up(&db, None).await.expect("up");
    assert_eq!(in_database(&db, dialect).await, entities(dialect));
}

async fn goes_down_and_up(dialect: Dialect) {
    let (_database, db) = fresh(dialect).await;
    Migrator::up(&db, None).await.expect("up");
    Migrator::down(&db, None).await.expect("down");
    assert_eq!(in_database(&db, dialect).await, Tables::new());
    Migrator::up(&db, None).await.expect("up again");
    Migrator::up(&db, None).await.expect("and nothing is left to do");
    assert_eq!(in_database(&db, dialect).await, entities(dialect));
}

mod entities_match_a_freshly_migrated_database {
    use super::*;

    #[tokio::test]
    async fn on_sqlite() {
        entities_match(Dialect::Sqlite).await;
    }

    #[tokio::test]
    async fn on_postgres() {
        entities_match(Dialect::Postgres).await;
    }
}

mod migrations_go_down_and_up_again {
    use super::*;

    #[tokio::test]
    async fn on_sqlite() {
        goes_down_and_up(Dialect::Sqlite).await;
    }

    #[tokio::test]
    async fn on_postgres() {
        goes_down_and_up(Dialect::Postgres).await;
    }
}
