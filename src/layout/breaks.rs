//! Where a line may end by UAX #14, with words of scripts that put no blanks between them found by
//! dictionary.
//!
//! Departures from the rules, all checked against Unicode's own test data below:
//!
//! - LB25 in its plain form: numbers are kept together by pairs of classes, not by the expression
//!   of the test data, so `a.2` and `%(` stay whole where that would break them.
//! - LB30 as written, which the crate leaves out: a line may end before a wide opening bracket.

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};
use unicode_linebreak::{BreakClass, break_property, linebreaks};
use unicode_segmentation::UnicodeSegmentation;

/// Byte offsets after which a line may end, ascending; the text's end is the last.
pub(super) fn opportunities(text: &str, ends: &mut Vec<usize>) {
    ends.clear();
    ends.extend(linebreaks(text).map(|(at, _)| at));
    if text.is_ascii() {
        return;
    }
    let known = ends.len();
    before_wide_brackets(text, ends);
    between_words(text, ends);
    if ends.len() > known {
        ends.sort_unstable();
        ends.dedup();
    }
}

/// LB30 keeps letters and opening brackets together, but not wide brackets.
fn before_wide_brackets(text: &str, ends: &mut Vec<usize>) {
    // Whether what stands before is a letter by LB9 and LB10, and its class.
    let (mut letter, mut before) = (false, BreakClass::Mandatory);
    for (at, c) in text.char_indices() {
        if letter && before != BreakClass::ZeroWidthJoiner && is_wide_opening(c) {
            ends.push(at);
        }
        letter = match class(c) {
            BreakClass::CombiningMark | BreakClass::ZeroWidthJoiner => {
                letter || stands_alone(before)
            }
            BreakClass::Alphabetic
            | BreakClass::HebrewLetter
            | BreakClass::Numeric
            | BreakClass::Ambiguous
            | BreakClass::ComplexContext
            | BreakClass::Surrogate
            | BreakClass::Unknown => true,
            _ => false,
        };
        before = class(c);
    }
}

/// Whether a mark after a character of the class has no letter to stand on.
fn stands_alone(class: BreakClass) -> bool {
    matches!(
        class,
        BreakClass::Mandatory
            | BreakClass::CarriageReturn
            | BreakClass::LineFeed
            | BreakClass::NextLine
            | BreakClass::Space
            | BreakClass::ZeroWidthSpace
    )
}

/// Opening punctuation whose East Asian width is F, W or H.
fn is_wide_opening(c: char) -> bool {
    matches!(c as u32, 0x2329 | 0x3008..=0x301D | 0xFE17 | 0xFE35..=0xFE5D | 0xFF08..=0xFF62)
        && class(c) == BreakClass::OpenPunctuation
}

fn class(c: char) -> BreakClass {
    break_property(c as u32)
}

/// Breaks between the words of Thai, Lao, Khmer and Burmese, by dictionary; between the clusters of
/// scripts of that kind for which there is none.
fn between_words(text: &str, ends: &mut Vec<usize>) {
    let mut run: Option<usize> = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let complex = is_south_east_asian(c);
        match run {
            None if complex => run = Some(at),
            Some(start) if !complex && class(c) != BreakClass::CombiningMark => {
                words_of(text, start, at, ends);
                run = None;
            }
            _ => {}
        }
    }
}

fn words_of(text: &str, start: usize, end: usize, ends: &mut Vec<usize>) {
    let run = &text[start..end];
    if run.chars().any(has_dictionary) {
        let words = dictionary().segment_str(run).filter(|&at| at > 0 && at < run.len());
        ends.extend(words.map(|at| start + at));
    } else {
        ends.extend(run.grapheme_indices(true).skip(1).map(|(at, _)| start + at));
    }
}

fn dictionary() -> LineSegmenterBorrowed<'static> {
    LineSegmenter::new_dictionary(LineBreakOptions::default())
}

/// Letters of line breaking class SA.
fn is_south_east_asian(c: char) -> bool {
    matches!(c as u32,
        0xE01..=0xEDF | 0x1000..=0x109F | 0x1780..=0x17DD | 0x1950..=0x19DF | 0x1A20..=0x1AAD
        | 0xA9E0..=0xA9FE | 0xAA60..=0xAADF | 0x11700..=0x11746)
        && class(c) == BreakClass::ComplexContext
}

fn has_dictionary(c: char) -> bool {
    matches!(c as u32, 0xE01..=0xEDF | 0x1000..=0x109F | 0x1780..=0x17DD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance;

    fn words(text: &str) -> Vec<&str> {
        let mut ends = Vec::new();
        opportunities(text, &mut ends);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(&ends).map(|(start, &end)| &text[start..end]).collect()
    }

    #[test]
    fn words_without_blanks_are_found() {
        assert_eq!(words("โดยที่การยอมรับนับถือ"), ["โดยที่", "การ", "ยอมรับ", "นับถือ"]);
        assert_eq!(words("ลาว ລາວ").len(), 2);
        // Tai Tham: no dictionary, so between clusters.
        assert_eq!(words("ᨣᩴᩤᨶᩦ᩶"), ["ᨣᩴ", "ᩤ", "ᨶᩦ᩶"]);
    }

    #[test]
    fn brackets_and_kinsoku() {
        assert_eq!(words("dog（犬）と"), ["dog", "（犬）", "と"]);
        assert_eq!(words("「本」、です。"), ["「本」、", "で", "す。"]);
        assert_eq!(words("f(x) 2.5%"), ["f(x) ", "2.5%"]);
    }

    /// LineBreakTest of Unicode 15.0. What differs, and why: the tests of LB25 tailor numbers in a way
    /// that the rules only suggest; U+1F02C is no character yet, and the crate does not know that it
    /// is set aside for an emoji (LB30b).
    #[test]
    fn unicodes_line_break_tests_hold() {
        let (mut cases, mut numbers, mut others) = (0, 0, Vec::new());
        for line in conformance::lines("line-15.0.txt.gz") {
            let (text, expected) = conformance::breaks(&line);
            let mut ends = Vec::new();
            opportunities(&text, &mut ends);
            cases += 1;
            if ends == expected {
                continue;
            }
            // Every break that is missing stands between parts of a number.
            let missing: Vec<&usize> = expected.iter().filter(|at| !ends.contains(at)).collect();
            let only_missing = ends.iter().all(|at| expected.contains(at));
            if only_missing && missing.iter().all(|&&at| within_number(&text, at)) {
                numbers += 1;
            } else {
                others.push(line);
            }
        }
        assert_eq!((cases, numbers), (7654, 34));
        assert_eq!(others, ["1F02C 1F3FF"]);
    }

    /// Pairs of LB25: IS or SY and a digit, a closing bracket or a sign and what goes with numbers.
    fn within_number(text: &str, at: usize) -> bool {
        use BreakClass::{
            CloseParenthesis, ClosePunctuation, CombiningMark, InfixSeparator, Numeric,
            OpenPunctuation, Postfix, Prefix, Symbol,
        };
        let before = text[..at].chars().rev().map(class).find(|&class| class != CombiningMark);
        let after = text[at..].chars().next().map(class);
        matches!(
            (before, after),
            (Some(InfixSeparator | Symbol), Some(Numeric))
                | (Some(ClosePunctuation | CloseParenthesis), Some(Postfix | Prefix))
                | (Some(Postfix | Prefix), Some(OpenPunctuation))
        )
    }
}
