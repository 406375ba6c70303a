//! Folding: white space and the marks that stand for it become single blanks, and every character
//! still knows where it was.

use regex::Regex;

use crate::error::{Error, Result};

/// What stands for white space on a page, as the report's `marks` say.
#[derive(Debug, Clone, Default)]
pub struct MarkPatterns(Vec<Regex>);

impl MarkPatterns {
    /// Compiles the patterns of a report.
    ///
    /// # Errors
    /// [`Error::Setting`] for what is not a regular expression.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Result<Self> {
        let compile = |pattern: &S| {
            let pattern = pattern.as_ref();
            Regex::new(pattern).map_err(|_| {
                Error::Setting(format!("the mark {pattern:?} is not a regular expression"))
            })
        };
        Ok(Self(patterns.iter().map(compile).collect::<Result<_>>()?))
    }
}

/// A text with each run of white space as one blank, and none at its ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// Its characters.
    pub chars: Vec<char>,
    /// Where each begins in the text as it was, in bytes; one more for where the last ends.
    pub places: Vec<usize>,
}

impl Folded {
    /// Folds a text, without the characters at `left_out` (places in bytes, in order).
    pub fn new(text: &str, marks: &MarkPatterns, left_out: &[usize]) -> Self {
        let kept = |(at, _): &(usize, char)| left_out.binary_search(at).is_err();
        // The start and end, in the text as it was, of every character.
        let (mut text, mut spans): (String, Vec<(usize, usize)>) =
            text.char_indices().filter(kept).map(|(at, c)| (c, (at, at + c.len_utf8()))).unzip();
        for mark in &marks.0 {
            (text, spans) = without(&text, &spans, mark);
        }
        let mut folded = Self::default();
        let mut end = 0;
        let mut gap = None;
        for (c, (start, after)) in text.chars().zip(spans) {
            if is_white(c) {
                gap = gap.or(Some(start));
                continue;
            }
            if let Some(place) = gap.take().filter(|_| !folded.chars.is_empty()) {
                folded.chars.push(' ');
                folded.places.push(place);
            }
            folded.chars.push(c);
            folded.places.push(start);
            end = after;
        }
        folded.places.push(end);
        folded
    }
}

/// The text with a blank for every match of a mark.
fn without(text: &str, spans: &[(usize, usize)], mark: &Regex) -> (String, Vec<(usize, usize)>) {
    let mut folded = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(spans.len());
    let (mut at, mut number) = (0, 0);
    for found in mark.find_iter(text).filter(|found| !found.is_empty()) {
        let before = &text[at..found.start()];
        let kept = number..number + before.chars().count();
        let drawn = kept.end..kept.end + found.as_str().chars().count();
        folded += before;
        folded.push(' ');
        places.extend(&spans[kept]);
        places.push((spans[drawn.start].0, spans[drawn.end - 1].1));
        (at, number) = (found.end(), drawn.end);
    }
    folded += &text[at..];
    places.extend(&spans[number..]);
    (folded, places)
}

/// White space as Python's `str.isspace` has it: Unicode's, and four separators of ASCII.
fn is_white(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1C}'..='\u{1F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks() -> MarkPatterns {
        MarkPatterns::new(&["(?:§(?:\\d+[nbt]?)*)+", "‹\\d+t?›"]).unwrap()
    }

    fn folded(text: &str) -> (String, Vec<usize>) {
        let folded = Folded::new(text, &marks(), &[]);
        (folded.chars.iter().collect(), folded.places)
    }

    #[test]
    fn white_space_and_marks_become_one_blank() {
        assert_eq!(folded("  a \n\tb  ").0, "a b");
        assert_eq!(folded("{ §4 x‹3›= §§ }").0, "{ x = }");
        assert_eq!(folded("a\u{1F}b\u{A0}c\u{200B}d").0, "a b c\u{200B}d");
        assert_eq!(folded("§§").0, "");
        assert_eq!(folded("").1, [0]);
    }

    #[test]
    fn every_character_knows_its_place() {
        assert_eq!(folded(" é §4 x ").1, [1, 3, 8, 9]);
        let text = "§ ab‹2›漢\n§";
        let (chars, places) = folded(text);
        assert_eq!(chars, "ab 漢");
        assert_eq!(&text[places[0]..places[2]], "ab");
        assert_eq!(&text[places[2]..places[3]], "‹2›");
        assert_eq!(&text[places[3]..places[4]], "漢");
    }

    #[test]
    fn characters_can_be_left_out() {
        let folded = Folded::new("a-\nb\nc", &marks(), &[2]);
        assert_eq!(folded.chars.iter().collect::<String>(), "a-b c");
        assert_eq!(folded.places, [0, 1, 3, 4, 5, 6]);
    }

    #[test]
    fn a_pattern_that_is_none_is_an_error() {
        let error = MarkPatterns::new(&["("]).unwrap_err().to_string();
        assert!(error.contains("regular expression") && !error.contains('\n'), "{error}");
    }
}
