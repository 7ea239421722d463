//! Reads Rust sources as far as the house's tests need: what they name.

use std::collections::BTreeSet;

/// The text without line comments; docs may speak of anything.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// All identifiers and keywords in the code.
pub(super) fn identifiers(text: &str) -> BTreeSet<String> {
    let code = code(text);
    code.split(|c: char| !is_part(c)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The modules that the code names behind `crate::`, in paths and in `use crate::{…}`.
pub(super) fn used_modules(text: &str) -> BTreeSet<String> {
    let code = code(text);
    let behind = code.match_indices("crate::").filter(|(at, _)| !code[..*at].ends_with(|c: char| is_part(c)));
    behind.flat_map(|(at, path)| first_names(&code[at + path.len()..])).collect()
}

/// The modules that a file declares: `mod name;`.
pub(super) fn declared_modules(text: &str) -> BTreeSet<String> {
    let code = code(text);
    let declared =
        code.lines().filter_map(|line| line.trim().strip_suffix(';')?.rsplit_once("mod ").map(|(_, name)| name.trim().to_owned()));
    declared.collect()
}

/// The name at the beginning of a path, or those of a list in braces.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| text.trim_start().chars().take_while(|&c| is_part(c)).collect::<String>();
    let Some(list) = path.trim_start().strip_prefix('{') else {
        return vec![name(path)];
    };
    let mut depth = 1;
    let outermost = list.chars().map(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        (c, depth)
    });
    let inside: String = outermost.take_while(|(_, depth)| *depth > 0).filter(|(_, depth)| *depth == 1).map(|(c, _)| c).collect();
    inside.split(',').map(name).filter(|name| !name.is_empty()).collect()
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn uses_are_found_in_all_forms() {
    let text = "use crate::domain::{soc::SocCode, job};\nuse crate::{store::{Store, dialect}, config};\n// crate::graphql\n\
                fn f() -> crate::net::Client { $crate::work::run(my_crate::http) }";
    assert_eq!(used_modules(text).into_iter().collect::<Vec<_>>(), ["config", "domain", "net", "store", "work"]);
}

#[test]
fn declared_modules_are_found_whoever_may_see_them() {
    let text = "mod a;\npub mod b;\npub(crate) mod c;\n// mod d;\nmod e { }";
    assert_eq!(declared_modules(text).into_iter().collect::<Vec<_>>(), ["a", "b", "c"]);
}
