//! Queries that are codes, or the beginning of one.

use super::Hit;
use crate::domain::soc::SocCode;

/// The score of the code that was asked for.
const ASKED_FOR: f32 = 1.0;
/// The score of the others that begin like it.
const SAME_BEGINNING: f32 = 0.9;

/// The digits of the code in a query: a whole code among other words (`15-1252.00 Software Developers`), or a query of
/// nothing but two to eight digits, hyphens and dots. None when the query is words.
pub(super) fn digits(query: &str) -> Option<String> {
    let query: String = query.trim().chars().map(|c| if is_dash(c) { '-' } else { c }).collect();
    let bare = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let whole = query.split(|c: char| c.is_whitespace() || c == ',' || c == ':').find(|word| word.parse::<SocCode>().is_ok());
    let only = || query.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | ' '));
    let text = whole.or_else(|| only().then_some(query.as_str()))?;
    Some(bare(text)).filter(|digits| (2..=8).contains(&digits.len()))
}

/// The codes that begin with these digits. Six digits that end in zeros and begin no code are a group: `15-1200` finds
/// all of `15-12`.
pub(super) fn find(codes: &[SocCode], digits: &str) -> Vec<Hit> {
    let found = beginning_with(codes, digits);
    if found.is_empty() && digits.len() == 6 { beginning_with(codes, digits.trim_end_matches('0')) } else { found }
}

fn beginning_with(codes: &[SocCode], digits: &str) -> Vec<Hit> {
    let asked_for = |code: &str| code == digits || (digits.len() == 6 && code.ends_with("00"));
    let hit = |code: &SocCode| {
        let text = format!("{:06}{:02}", code.digits(), code.detail().unwrap_or(0));
        let score = if asked_for(&text) { ASKED_FOR } else { SAME_BEGINNING };
        text.starts_with(digits).then_some(Hit { code: *code, score })
    };
    let mut hits: Vec<Hit> = codes.iter().filter_map(hit).collect();
    hits.sort_by(super::best_first);
    hits
}

fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}
