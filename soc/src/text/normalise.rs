//! The normalised title: the key by which titles are equal.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Normalises a title: NFKD, ASCII, lower case, `&` becomes `and`, every other run of
/// characters that are neither letters nor digits becomes one space.
///
/// Characters without an ASCII form separate words, except combining marks, which vanish.
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfkd() {
        if c.is_ascii_alphanumeric() {
            push_gap(&mut out, &mut gap);
            out.push(c.to_ascii_lowercase());
        } else if c == '&' {
            gap = true;
            push_gap(&mut out, &mut gap);
            out.push_str("and");
            gap = true;
        } else if !is_combining_mark(c) {
            gap = true;
        }
    }
    out
}

fn push_gap(out: &mut String, gap: &mut bool) {
    if *gap && !out.is_empty() {
        out.push(' ');
    }
    *gap = false;
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn accents_vanish_and_ampersands_become_words() {
        assert_eq!(normalise("  Café Manager & Host/Hostess "), "cafe manager and host hostess");
        assert_eq!(normalise("R&D"), "r and d");
    }

    #[test]
    fn text_without_ascii_letters_becomes_empty() {
        assert_eq!(normalise("инженер 工程师"), "");
        assert_eq!(normalise("---"), "");
    }
}
