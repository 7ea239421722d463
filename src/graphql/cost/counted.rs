//! What an answer did cost: its objects, and the fields that were made.

use async_graphql::Value;

use super::plan::Shape;

impl Shape {
    /// Of an object, or of all that a list holds.
    pub(super) fn counted(&self, answer: &Value) -> f64 {
        match answer {
            Value::Object(object) => {
                let of = |asked: &super::plan::Asked, value: &Value| asked.of.iter().map(|shape| shape.counted(value)).fold(0.0, f64::max);
                let made = self.fields.iter().filter_map(|(name, asked)| Some((asked, object.get(name)?)));
                self.each + made.map(|(asked, value)| asked.once + of(asked, value)).sum::<f64>()
            }
            Value::List(list) => list.iter().map(|entry| self.counted(entry)).sum(),
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{Value, parser::parse_query};
    use serde_json::{Map, json};

    use super::super::{plan::Costs, weights::Weights};

    const SDL: &str = r#"
        directive @cost(weight: String!) on FIELD_DEFINITION | OBJECT
        directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!]) on FIELD_DEFINITION
        interface Node { id: ID! }
        type Query {
            a: A!
            things(first: Int, last: Int): Things! @cost(weight: "5") @listSize(assumedSize: 20, slicingArguments: ["first", "last"], sizedFields: ["nodes"])
            node(id: ID!): Node
            nodes(ids: [ID!]!): [Node]! @listSize(slicingArguments: ["ids"])
            plain: [A!]!
        }
        type Mutation { change: A! @cost(weight: "10") }
        type Things { nodes: [A!]! total: Int! @cost(weight: "3") }
        type A implements Node { id: ID! b: B next: A tags: [String!]! }
        type B @cost(weight: "0.5") { id: ID! }
        type C implements Node { id: ID! dear: Int! @cost(weight: "7") }
        schema { query: Query mutation: Mutation }
    "#;

    fn costs(query: &str) -> Costs {
        Costs::by(&Weights::read(SDL), &parse_query(query).expect("a document"))
    }

    fn estimated(query: &str, variables: &serde_json::Value) -> u64 {
        let variables: Map<_, _> = variables.as_object().expect("an object").clone();
        costs(query).estimated(None, &variables)
    }

    #[test]
    fn an_estimate_is_one_for_each_object_and_the_weights() {
        for (query, expected) in [
            ("{ a { id tags } }", 1),
            ("{ a { b { id } } }", 2),
            ("{ a { next { next { id } } } }", 3),
            ("{ plain { id } }", 10),
            ("{ plain { b { id } } }", 15),
            ("{ things { nodes { id } } }", 26),
            ("{ things(first: 3) { nodes { id } } }", 9),
            ("{ things(first: 3) { nodes { b { id } } total } }", 14),
            ("{ things(last: 7, first: null) { nodes { id } } }", 13),
            ("{ things(first: 1000000) { nodes { id } } }", 1_006),
            ("{ things(first: -1) { nodes { id } } }", 6),
            ("{ nodes(ids: [\"a\", \"b\"]) { id } }", 2),
            ("{ node(id: \"a\") { ... on A { next { id } } ... on C { dear } } }", 8),
            ("{ node(id: \"a\") { ... on A { next { id } } ... on A { next { b { id } } } } }", 3),
            ("{ x: a { id } y: a { id } }", 2),
            ("{ a { id } a { b { id } } ...F } fragment F on Query { a { next { id } } }", 3),
            ("{ a @skip(if: true) { id } things @include(if: false) { total } }", 1),
            ("mutation { change { id } }", 11),
            ("{ __schema { types { name } } }", 100),
            ("{ nothing { at { all } } }", 1),
        ] {
            assert_eq!(estimated(query, &json!({})), expected, "{query}");
        }
    }

    #[test]
    fn an_estimate_is_exact_about_variables() {
        let sliced = "query($n: Int, $ids: [ID!]!) { things(first: $n) { nodes { id } } nodes(ids: $ids) { id } }";
        assert_eq!(estimated(sliced, &json!({ "n": 50, "ids": ["a", "b", "c"] })), 5 + 1 + 50 + 3);
        assert_eq!(estimated(sliced, &json!({ "n": null, "ids": "a" })), 5 + 1 + 20 + 1);
        let with_default = "query($n: Int = 2) { things(first: $n) { nodes { id } } }";
        assert_eq!((estimated(with_default, &json!({})), estimated(with_default, &json!({ "n": 9 }))), (8, 15));
        let conditional = "query($yes: Boolean!) { a { id } ... @include(if: $yes) { things { total } } }";
        assert_eq!((estimated(conditional, &json!({ "yes": true })), estimated(conditional, &json!({ "yes": false }))), (10, 1));
    }

    #[test]
    fn what_an_answer_did_cost_is_counted() {
        let of = |query: &str, answer: serde_json::Value| costs(query).counted(None, &Value::from_json(answer).expect("a value"));
        let query = "{ things(first: 3) { nodes { b { id } } total } }";
        assert_eq!(of(query, json!({ "things": { "nodes": [{ "b": { "id": "1" } }, { "b": null }], "total": 2 } })), 12);
        assert_eq!(of(query, json!(null)), 1);
        assert_eq!(of("{ node(id: 1) { ... on C { dear } ... on A { next { id } } } }", json!({ "node": null })), 1);
        assert_eq!(of("{ node(id: 1) { ... on C { dear } ... on A { next { id } } } }", json!({ "node": { "dear": 1 } })), 8);
    }

    #[test]
    fn each_operation_of_a_document_has_its_own_cost() {
        let two = costs("query A { a { id } } query B { a { next { id } } }");
        assert_eq!((two.estimated(Some("A"), &Map::new()), two.estimated(Some("B"), &Map::new())), (1, 2));
    }
}
