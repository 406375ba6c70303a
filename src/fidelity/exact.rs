//! Strings that no sense of the sentence restores: what a reader of pixels must see, not guess.

use std::ops::Range;

/// Signs that join the parts of a path, an address or an identifier.
const JOINTS: &str = "_/\\@.:=+#&?%~";

/// Where the exact strings of a text are, in characters: words of at least four characters with a
/// digit in them, with a joint after a letter and before another (a path, an address,
/// `snake_case`), or with a capital after a small letter (`camelCase`). Punctuation around a word
/// is not part of it.
pub fn exact_strings(text: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in text.split(|c| c.is_whitespace()) {
        let inner = |c: &char| c.is_alphanumeric() || "/_".contains(*c);
        if let (Some(first), Some(last)) =
            (part.iter().position(inner), part.iter().rposition(inner))
            && is_exact(&part[first..=last])
        {
            found.push(at + first..at + last + 1);
        }
        at += part.len() + 1;
    }
    found
}

fn is_exact(word: &[char]) -> bool {
    let letter = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
    let joint = |(at, c): (usize, &char)| {
        JOINTS.contains(*c) && at > 0 && letter(word.get(at - 1)) && letter(word.get(at + 1))
    };
    let hump = |pair: &[char]| pair[0].is_lowercase() && pair[1].is_uppercase();
    word.len() >= 4
        && word.iter().any(char::is_ascii_alphanumeric)
        && (word.iter().any(char::is_ascii_digit)
            || word.windows(2).any(hump)
            || word.iter().enumerate().any(joint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_paths_and_names_are_exact_and_prose_is_not() {
        let text = "See (src/main.rs:42), `parseHeader`, snake_case; 7f3a9c. v1.2.3! \
                    The well-known house, it's 12 and O'Neil; end. https://a.b/c 漢字1234";
        let chars: Vec<char> = text.chars().collect();
        let text_of = |range: Range<usize>| chars[range].iter().collect::<String>();
        let found: Vec<String> = exact_strings(&chars).into_iter().map(text_of).collect();
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
