//! How much one operation may ask for.

use async_graphql::{ObjectType, SchemaBuilder, SubscriptionType};

/// Limits of one operation.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The deepest nesting of selections.
    pub depth: usize,
    /// The most selected fields.
    pub complexity: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 12, complexity: 1_000 }
    }
}

/// The most directives on one field.
const DIRECTIVES: usize = 10;

impl Limits {
    pub(super) fn apply<Q, M, S>(&self, builder: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S>
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        // The introspection query of every tool is deeper than what people write, so that the limit leaves room for it.
        builder.limit_depth(self.depth.max(INTROSPECTION_DEPTH)).limit_complexity(self.complexity).limit_directives(DIRECTIVES)
    }
}

/// How deep graphql-js's introspection query goes.
const INTROSPECTION_DEPTH: usize = 15;

/// True when brackets, braces or parentheses of a document are nested deeper than `limit`. The parser recurses on them
/// without a bound of its own, so this is asked before it.
pub fn nesting_exceeds(document: &str, limit: usize) -> bool {
    let (mut depth, mut text, mut escaped) = (0_usize, false, false);
    for byte in document.bytes() {
        match (byte, text) {
            _ if escaped => escaped = false,
            (b'\\', true) => escaped = true,
            (b'"', _) => text = !text,
            (b'\n', true) => text = false,
            (b'[' | b'{' | b'(', false) => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            (b']' | b'}' | b')', false) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_counted_outside_of_strings() {
        assert!(!nesting_exceeds("{ a(b: [[1]]) { c } }", 4));
        assert!(nesting_exceeds("{ a(b: [[1]]) { c } }", 3));
        assert!(!nesting_exceeds(r#"{ a(b: "[[[[[[\"[[[[") }"#, 2));
        assert!(nesting_exceeds(&"[".repeat(100_000), 64));
    }
}
