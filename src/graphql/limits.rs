//! How much one operation may ask for: looked at before anything of it is validated or executed, at a cost that grows with the
//! length of its document and with nothing else.

mod measure;
mod scan;

use async_graphql::{
    ObjectType, SchemaBuilder, ServerError, SubscriptionType,
    parser::{parse_query, types::ExecutableDocument},
};

use super::{cost::Costs, validated::Validated};
use measure::{asks_for_schema, check_mutations, measure};
use scan::scan;

/// Limits of one operation.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The deepest nesting of selections. Those of the schema itself may be as deep as every tool's introspection query.
    pub depth: usize,
    /// The most selected fields and fragments, with the fragments put in.
    pub complexity: usize,
    /// The most that it may cost, as the weights of the schema have it; 0 for no limit.
    pub cost: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 12, complexity: 1_000, cost: 100_000 }
    }
}

/// The most bytes of a document.
pub const DOCUMENT_BYTES: usize = 16 << 10;
/// The most tokens of a document.
const TOKENS: usize = 2_000;
/// The deepest nesting of brackets, braces and parentheses.
const BRACKETS: usize = 64;
/// The most operations of a document.
const OPERATIONS: usize = 10;
/// The most aliases of an operation, with the fragments put in.
const ALIASES: usize = 30;
/// The most root fields of an operation.
const ROOT_FIELDS: usize = 10;
/// The most directives of an operation, with the fragments put in.
const DIRECTIVES: usize = 50;
/// How deep graphql-js's introspection query goes.
const INTROSPECTION_DEPTH: usize = 15;

/// A document that was read, and is of a size that can be executed.
#[derive(Debug)]
pub struct Document {
    /// The document.
    pub parsed: ExecutableDocument,
    /// How many bytes its text has.
    pub text_bytes: usize,
    /// It asks for the schema itself.
    pub asks_for_schema: bool,
    /// What its operations cost.
    pub costs: Costs,
    /// With which variables it was found to be valid.
    pub validated: Validated,
}

/// Why a document is not executed.
#[derive(Debug, Clone)]
pub enum Unfit {
    /// It is more than may be asked for; the message tells of what, and the limit.
    TooMuch(String),
    /// It is no GraphQL, or cannot be executed.
    Wrong(ServerError),
}

impl Limits {
    /// Reads a document, unless it is too much.
    pub fn read(&self, text: &str) -> Result<Document, Unfit> {
        let much =
            |what: &str, is: usize, limit: usize| Unfit::TooMuch(format!("The document has {is} {what}; at most {limit} are allowed."));
        if text.len() > DOCUMENT_BYTES {
            return Err(much("bytes", text.len(), DOCUMENT_BYTES));
        }
        let scanned = scan(text);
        if scanned.tokens > TOKENS {
            return Err(much("tokens", scanned.tokens, TOKENS));
        }
        if scanned.depth > BRACKETS {
            let message = format!("The document is nested {} brackets deep; at most {BRACKETS} are allowed.", scanned.depth);
            return Err(Unfit::TooMuch(message));
        }
        let parsed = parse_query(text).map_err(|error| Unfit::Wrong(error.into()))?;
        let size = measure(&parsed).map_err(Unfit::Wrong)?;
        let limits = [
            ("operations", size.operations, OPERATIONS),
            ("root fields in an operation", size.root_fields, ROOT_FIELDS),
            ("selections in an operation", size.selections, self.complexity),
            ("aliases in an operation", size.aliases, ALIASES),
            ("directives in an operation", size.directives, DIRECTIVES),
            ("levels of selections", size.depth, self.depth),
            ("levels of selections of the schema", size.introspection_depth, INTROSPECTION_DEPTH.max(self.depth)),
        ];
        match limits.into_iter().find(|(_, is, limit)| is > limit) {
            Some((what, is, limit)) => Err(much(what, is, limit)),
            None => match check_mutations(&parsed) {
                Ok(()) => Ok(Document {
                    costs: Costs::of(&parsed),
                    validated: Validated::default(),
                    asks_for_schema: asks_for_schema(&parsed),
                    parsed,
                    text_bytes: text.len(),
                }),
                Err(error) => Err(Unfit::Wrong(error)),
            },
        }
    }

    /// Refuses an operation that may cost more than is allowed.
    pub fn afford(&self, cost: u64) -> Result<(), Unfit> {
        if self.cost == 0 || cost <= self.cost {
            return Ok(());
        }
        let message =
            format!("The operation may cost {cost}; at most {} is allowed. Ask for fewer entries at once, or for less of each.", self.cost);
        Err(Unfit::TooMuch(message))
    }

    /// The library's own limits, for whatever comes to it another way.
    pub(super) fn apply<Q, M, S>(&self, builder: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S>
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        builder.limit_depth(self.depth.max(INTROSPECTION_DEPTH)).limit_complexity(self.complexity).limit_directives(DIRECTIVES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        match Limits::default().read(text) {
            Err(Unfit::TooMuch(message)) => message,
            other => panic!("{text:.60}: {other:?}"),
        }
    }

    fn fits(text: &str) {
        Limits::default().read(text).unwrap_or_else(|unfit| panic!("{text:.60}: {unfit:?}"));
    }

    /// Each limit lets its last value through, and refuses the next one.
    #[test]
    fn the_last_allowed_value_of_each_limit_fits() {
        let padded = |bytes: usize| format!("{{a}}{}", " ".repeat(bytes - 3));
        fits(&padded(DOCUMENT_BYTES));
        assert_eq!(refused(&padded(DOCUMENT_BYTES + 1)), "The document has 16385 bytes; at most 16384 are allowed.");

        let tokens = |count: usize| format!("{{a(b:[{}])}}", "1 ".repeat(count - 9));
        fits(&tokens(TOKENS));
        assert_eq!(refused(&tokens(TOKENS + 1)), "The document has 2001 tokens; at most 2000 are allowed.");

        let nested = |depth: usize| format!("{{a(b:{}{})}}", "[".repeat(depth - 2), "]".repeat(depth - 2));
        fits(&nested(BRACKETS));
        assert_eq!(refused(&nested(BRACKETS + 1)), "The document is nested 65 brackets deep; at most 64 are allowed.");

        let operations = |count: usize| (0..count).map(|number| format!("query Q{number}{{a}}")).collect::<String>();
        fits(&operations(OPERATIONS));
        assert_eq!(refused(&operations(OPERATIONS + 1)), "The document has 11 operations; at most 10 are allowed.");

        let roots = |count: usize| format!("{{{}}}", (0..count).map(|number| format!("f{number} ")).collect::<String>());
        fits(&roots(ROOT_FIELDS));
        assert_eq!(refused(&roots(ROOT_FIELDS + 1)), "The document has 11 root fields in an operation; at most 10 are allowed.");

        let aliases = |count: usize| format!("{{a{{{}}}}}", (0..count).map(|number| format!("b{number}:c ")).collect::<String>());
        fits(&aliases(ALIASES));
        assert_eq!(refused(&aliases(ALIASES + 1)), "The document has 31 aliases in an operation; at most 30 are allowed.");

        let directives = |count: usize| format!("{{a{{b{}}}}}", "@x".repeat(count));
        fits(&directives(DIRECTIVES));
        assert_eq!(refused(&directives(DIRECTIVES + 1)), "The document has 51 directives in an operation; at most 50 are allowed.");

        let deep = |depth: usize| format!("{}{}", "{a".repeat(depth), "}".repeat(depth));
        fits(&deep(12));
        assert_eq!(refused(&deep(13)), "The document has 13 levels of selections; at most 12 are allowed.");
        let schema = |depth: usize| format!("{{__schema{}{}}}", "{a".repeat(depth - 1), "}".repeat(depth - 1));
        fits(&schema(INTROSPECTION_DEPTH));
        assert_eq!(refused(&schema(16)), "The document has 16 levels of selections of the schema; at most 15 are allowed.");

        let selections = |count: usize| format!("{{a{{{}}}}}", "b ".repeat(count - 1));
        fits(&selections(1_000));
        assert_eq!(refused(&selections(1_001)), "The document has 1001 selections in an operation; at most 1000 are allowed.");
    }

    /// Fragments that double, which a library that puts them in one by one never comes to the end of.
    #[test]
    fn fragments_are_counted_as_often_as_they_are_put_in_at_no_cost() {
        for k in 1..=40_u32 {
            let chain: String = (0..k).map(|level| format!("fragment F{level} on T{{...F{0} ...F{0}}}", level + 1)).collect();
            let text = format!("{{a{{...F0}}}}{chain}fragment F{k} on T{{b}}");
            if k <= 7 {
                fits(&text);
            } else if k >= 9 {
                assert!(refused(&text).contains("selections in an operation; at most 1000"), "{k}");
            }
        }
        let fan: String = (0..3).map(|level| format!("fragment G{level} on T{{{}}}", format!("...G{} ", level + 1).repeat(100))).collect();
        assert!(refused(&format!("{{a{{...G0}}}}{fan}fragment G3 on T{{b}}")).contains("selections"));
    }

    #[test]
    fn what_cannot_be_executed_is_wrong() {
        for text in [
            "",
            "{",
            "{a(b:}",
            "fragment A on T{...B} fragment B on T{...A} {a{...A}}",
            "mutation{bump bump}",
            "mutation{a:bump b:other a:bump}",
            "mutation{...M bump} fragment M on Mutation{bump}",
        ] {
            assert!(matches!(Limits::default().read(text), Err(Unfit::Wrong(_))), "{text}");
        }
        fits("{bump bump}");
        fits("mutation{a:bump b:bump}");
        fits("{a{...Missing}}");
    }

    #[test]
    fn a_document_that_asks_for_the_schema_is_known() {
        let asks = |text: &str| Limits::default().read(text).expect("a document").asks_for_schema;
        for text in
            ["{__schema{types{name}}}", "{a __type(name:\"A\"){name}}", "{x:__schema{a}}", "{...{...F}} fragment F on Query{__type}"]
        {
            assert!(asks(text), "{text}");
        }
        assert!(!asks("{a{b __typename} __typename}") && !asks("{schema type}"));
    }
}
