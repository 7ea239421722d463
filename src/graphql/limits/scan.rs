//! A first look at a document, before the parser, which recurses on brackets without a bound of its own.

/// What a document looks like from afar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Scanned {
    /// How many tokens it has: names, numbers, strings and punctuators.
    pub(super) tokens: usize,
    /// How deep its brackets, braces and parentheses are nested.
    pub(super) depth: usize,
}

/// Looks over a document. Texts and comments end where they end for the parser.
pub(super) fn scan(document: &str) -> Scanned {
    let (mut rest, mut open, mut blocks, mut seen) = (document.as_bytes(), 0_usize, true, Scanned::default());
    while let Some((byte, after)) = rest.split_first() {
        let is_token = !(byte.is_ascii_whitespace() || matches!(byte, b'#' | b','));
        seen.tokens += usize::from(is_token);
        rest = match byte {
            b'#' => &after[after.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(after.len())..],
            b'"' => behind_string(after, &mut blocks),
            b'[' | b'{' | b'(' => {
                open += 1;
                seen.depth = seen.depth.max(open);
                after
            }
            b']' | b'}' | b')' => {
                open = open.saturating_sub(1);
                after
            }
            byte if is_word(*byte) => &after[after.iter().position(|byte| !is_word(*byte)).unwrap_or(after.len())..],
            _ => after,
        };
    }
    seen
}

/// True for what names and numbers are made of.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.')
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

    fn nesting_exceeds(document: &str, limit: usize) -> bool {
        scan(document).depth > limit
    }

    #[test]
    fn tokens_are_names_numbers_strings_and_punctuators() {
        let count = |text: &str| scan(text).tokens;
        assert_eq!(count("query($a: [Int!]) { b(c: $a, d: -1.5e+3) }"), 22);
        assert_eq!(count("# nothing\n , ,"), 0);
        assert_eq!(count(r#"{ a(b: "c d e", f: \"\"\" g h \"\"\") }"#.replace("\\\"", "\"").as_str()), 11);
    }

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
