//! async-graphql 7.1.0 to 7.2.1 answered fields in the order in which they were done, and left a failed non-null field out.

use std::time::Duration;

use async_graphql::{EmptyMutation, EmptySubscription, Error, Object, Result, Schema};

struct Query;

struct Parent;

/// What is asked.
#[Object]
impl Query {
    async fn slow(&self) -> i32 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        1
    }

    async fn fast(&self) -> i32 {
        2
    }

    async fn parent(&self) -> Option<Parent> {
        Some(Parent)
    }

    async fn parents(&self) -> Option<Vec<Parent>> {
        Some(vec![Parent, Parent])
    }

    async fn holes(&self) -> Vec<Option<Parent>> {
        vec![Some(Parent)]
    }
}

/// Something with a field that fails.
#[Object]
impl Parent {
    async fn sound(&self) -> i32 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        3
    }

    async fn broken(&self) -> Result<i32> {
        tokio::task::yield_now().await;
        Err(Error::new("broken"))
    }

    async fn child(&self) -> Parent {
        Self
    }
}

async fn answer(query: &str) -> String {
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    serde_json::to_string(&schema.execute(query).await).expect("JSON")
}

#[tokio::test]
async fn fields_are_answered_in_the_order_of_the_document() {
    let told =
        answer("{ again: slow fast ...more slow } fragment more on Query { parent { sound __typename child { sound } } fast }").await;
    assert_eq!(told, r#"{"data":{"again":1,"fast":2,"parent":{"sound":3,"__typename":"Parent","child":{"sound":3}},"slow":1}}"#);
}

#[tokio::test]
async fn a_failed_non_null_field_nulls_its_nearest_nullable_parent() {
    let error = |line, column, path: &str| {
        format!(r#""errors":[{{"message":"broken","locations":[{{"line":{line},"column":{column}}}],"path":{path}}}]"#)
    };
    let told = answer("{ parent { sound child { broken } } fast }").await;
    assert_eq!(told, format!(r#"{{{},"data":{{"parent":null,"fast":2}}}}"#, error(1, 26, r#"["parent","child","broken"]"#)));
    let told = answer("{ holes { broken } fast }").await;
    assert_eq!(told, format!(r#"{{{},"data":{{"holes":[null],"fast":2}}}}"#, error(1, 11, r#"["holes",0,"broken"]"#)));
    let told = answer("{ fast parents { broken } }").await;
    assert!(told.ends_with(r#","data":{"fast":2,"parents":null}}"#), "{told}");
}
