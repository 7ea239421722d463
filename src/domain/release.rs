//! Releases of data: `O*NET 30.0`, `OEWS May 2025`, `EP 2024-34`.

/// True when both are releases of the same thing, and `one` came before `other`.
pub fn is_older(one: &str, other: &str) -> bool {
    let name = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let numbers =
        |text: &str| text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u32>().ok()).collect::<Vec<_>>();
    name(one) == name(other) && numbers(one) < numbers(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_of_one_thing_have_an_order() {
        assert!(is_older("O*NET 29.3", "O*NET 30.0") && is_older("O*NET 30.2", "O*NET 30.10"));
        assert!(is_older("OEWS May 2024", "OEWS May 2025") && is_older("EP 2023-33", "EP 2024-34"));
        assert!(!is_older("O*NET 30.0", "O*NET 30.0") && !is_older("O*NET 30.1", "O*NET 30.0"));
        assert!(!is_older("OEWS May 2024", "O*NET 30.0"), "they are of two things");
    }
}
