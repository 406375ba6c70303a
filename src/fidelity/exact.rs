//! Strings that no sense of the sentence restores: what a reader of pixels must see, not guess.

use std::ops::Range;

/// Signs that join the parts of a path, an address or an identifier.
const JOINTS: &str = "_/\\@.:=-+#&?%~";

/// Where the exact strings of a text are, in bytes: words of at least four characters with a digit
/// in them, with a joint between two letters (a path, an address, `snake_case`), or with a capital
/// after a small letter (`camelCase`). Punctuation around a word is not part of it.
pub fn exact_strings(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in text.split_inclusive(char::is_whitespace) {
        let word = part.trim_matches(|c: char| !c.is_alphanumeric() && !"/_".contains(c));
        let start = at + part.find(word).unwrap_or(0);
        if is_exact(word) {
            found.push(start..start + word.len());
        }
        at += part.len();
    }
    found
}

fn is_exact(word: &str) -> bool {
    let chars: Vec<char> = word.chars().collect();
    let joint = |w: &[char]| w[0].is_alphanumeric() && JOINTS.contains(w[1]) && w[1] != '-';
    let hump = |w: &[char]| w[0].is_lowercase() && w[1].is_uppercase();
    let inner = |w: &[char]| hump(w) || joint(w);
    chars.len() >= 4
        && chars.iter().any(|c| c.is_ascii_alphanumeric())
        && (chars.iter().any(char::is_ascii_digit) || chars.windows(2).any(inner))
}

#[cfg(test)]
mod tests {
    use super::exact_strings;

    #[test]
    fn ids_paths_and_names_are_exact_and_prose_is_not() {
        let text = "See (src/main.rs:42), `parseHeader`, snake_case; 7f3a9c. v1.2.3! \
                    The well-known house, it's 12 and O'Neil; end. https://a.b/c 漢字1234";
        let found: Vec<&str> = exact_strings(text).into_iter().map(|range| &text[range]).collect();
        let want = [
            "src/main.rs:42",
            "parseHeader",
            "snake_case",
            "7f3a9c",
            "v1.2.3",
            "https://a.b/c",
            "漢字1234",
        ];
        assert_eq!(found, want);
    }
}
