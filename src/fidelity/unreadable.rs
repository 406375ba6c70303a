//! The strings and words of a page in which something was misread.

use std::ops::Range;

use super::fold::{Folded, MarkPatterns};
use super::score::{Misread, Shown, exact_strings};
use crate::layout::SourceRange;
use crate::text::BAR;

/// A string that was not read as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The string, as drawn but in one line.
    pub text: String,
    /// Whether it is an exact string; otherwise it is a word.
    pub exact: bool,
    /// The source bytes that it was drawn from.
    pub source: Vec<SourceRange>,
}

/// The exact strings in which something was misread, and the words outside of these, in the order of
/// the page. What has neither letter nor digit is no word.
pub fn unreadable(shown: &Shown, misreads: &[Misread], marks: &MarkPatterns) -> Vec<Unreadable> {
    let Folded { chars, places } = Folded::new(&shown.text, marks, &shown.splits);
    let mut exact = exact_strings(&chars);
    // What stands on a bar is nobody's business.
    exact.retain(|string| string.start == 0 || chars[string.start - 1] != BAR);
    let bytes = |string: &Range<usize>| places[string.start]..places[string.end - 1] + 1;
    let wrong = |string: &Range<usize>| {
        let Range { start, end } = bytes(string);
        let within = |at: &Misread| at.start == at.end && start < at.start && at.start < end;
        misreads.iter().any(|at| within(at) || (at.start < end && start < at.end))
    };
    let is_word = |word: &Range<usize>| {
        let inside = &chars[word.clone()];
        inside.iter().any(|c| c.is_alphanumeric()) && !inside.contains(&BAR)
    };
    let in_exact = |word: &Range<usize>| {
        exact.iter().any(|string| string.start < word.end && word.start < string.end)
    };
    let words = words(&chars).filter(|word| is_word(word) && !in_exact(word));
    let mut found: Vec<(Range<usize>, bool)> = exact.iter().map(|e| (e.clone(), true)).collect();
    found.extend(words.map(|word| (word, false)));
    found.retain(|(string, _)| wrong(string));
    found.sort_by_key(|(string, _)| string.start);
    let told = |(string, exact): (Range<usize>, bool)| Unreadable {
        source: shown.source_of(&bytes(&string)),
        text: chars[string].iter().collect(),
        exact,
    };
    found.into_iter().map(told).collect()
}

/// The words of folded text, without the signs around them.
fn words(chars: &[char]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    chars.split(|c| *c == ' ').map(move |word| {
        let start = at;
        at += word.len() + 1;
        let first = word.iter().position(|c| c.is_alphanumeric()).unwrap_or(0);
        let last = word.iter().rposition(|c| c.is_alphanumeric()).map_or(first, |last| last + 1);
        start + first..start + last
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fidelity::score;
    use crate::text::Newlines;

    #[test]
    fn what_was_misread_is_told_whole() {
        let text =
            "The id 7f3a9c1d at src/lib.rs:12 is «wrong», they say; so\nme line ▇key▇ ends\n";
        let shown = Shown::new(text.to_owned(), Newlines::Flow);
        let marks = MarkPatterns::default();
        let of = |read: &str| -> Vec<(String, bool)> {
            let (_, misreads) = score(&shown, read, &marks);
            let found = unreadable(&shown, &misreads, &marks);
            found.into_iter().map(|span| (span.text, span.exact)).collect()
        };
        assert_eq!(of(text), []);
        let read = text.replace("7f3a", "7f8a").replace("wrong", "wronq").replace("so\nme", "sone");
        let want = [("7f3a9c1d", true), ("wrong", false), ("some", false)];
        assert_eq!(of(&read), want.map(|(text, exact)| (text.to_owned(), exact)));
        // A sign alone is no word, and what is on a bar none either.
        assert_eq!(of(&text.replace("say;", "say").replace("key", "koy")), []);
        assert_eq!(of("").len(), 12);
    }
}
