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
/// without a bound of its own, so this is asked before it. Texts and comments end where they end for the parser.
pub fn nesting_exceeds(document: &str, limit: usize) -> bool {
    let (mut rest, mut depth, mut blocks) = (document.as_bytes(), 0_usize, true);
    while let Some((byte, after)) = rest.split_first() {
        rest = match byte {
            b'#' => &after[after.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(after.len())..],
            b'"' => behind_string(after, &mut blocks),
            b'[' | b'{' | b'(' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
                after
            }
            b']' | b'}' | b')' => {
                depth = depth.saturating_sub(1);
                after
            }
            _ => after,
        };
    }
    false
}

/// What follows a string whose first quote was read. `blocks` tells that a block string may still come: three quotes that
/// open none are an empty string and the beginning of another.
fn behind_string<'a>(text: &'a [u8], blocks: &mut bool) -> &'a [u8] {
    if let (true, Some(block)) = (*blocks, text.strip_prefix(b"\"\"")) {
        match behind_block(block) {
            Some(after) => return after,
            None => *blocks = false,
        }
    }
    let mut escaped = false;
    for (place, byte) in text.iter().enumerate() {
        match byte {
            b'\n' | b'\r' => return &text[place..],
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return &text[place + 1..],
            _ => {}
        }
    }
    &[]
}

/// What follows the end of a block string; none when it has no end.
fn behind_block(mut text: &[u8]) -> Option<&[u8]> {
    while !text.is_empty() {
        if let Some(after) = text.strip_prefix(b"\"\"\"") {
            return Some(after);
        }
        text = text.strip_prefix(b"\\\"\"\"").unwrap_or(&text[1..]);
    }
    None
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

    #[test]
    fn texts_and_comments_end_where_they_end_for_the_parser() {
        for hidden in [
            "# \"\n",
            "# \"\\\n",
            "# \"\r",
            r#""\\""#,
            r#""\"""#,
            "\"\"",
            r#"""" " """"#,
            r#"""" \""" """"#,
            "\"\"\"\n\"\n\"\"\"",
            "\"\"\" no block \"",
            "\"no end\n",
        ] {
            assert!(nesting_exceeds(&format!("{hidden}[[["), 2), "{hidden}");
        }
        for text in ["# [[[", "\"[[[\"", r#""\"[[["#, "\"\"\"\n[[[\"[\n\"\"\"", r#"""" \"""[[[""""#] {
            assert!(!nesting_exceeds(text, 2), "{text}");
        }
    }

    #[test]
    fn a_hostile_document_is_read_in_linear_time() {
        let begin = std::time::Instant::now();
        assert!(!nesting_exceeds(&r#"""" \""""#.repeat(40_000), 64));
        assert!(!nesting_exceeds(&format!("\"\"\"{}", r#" \""""#.repeat(50_000)), 64));
        assert!(begin.elapsed() < std::time::Duration::from_secs(1), "{:?}", begin.elapsed());
    }
}
