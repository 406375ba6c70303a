//! How much of a page a reader read, and what it misread.

use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;

use super::alignment::{Step, align};
use super::fold::{Folded, MarkPatterns};
use crate::factsheet::Finder;
use crate::layout::SourceRange;
use crate::text::Newlines;
use crate::transcript::{Place, source_within, within};

/// Misreads with so few right characters between them are one.
const BRIDGE: usize = 2;

/// What a page shows, for comparing a reading with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The text as drawn, marks included, a line of text a line of the page.
    pub text: String,
    /// The line feeds in it, in bytes, that stand within a word: a reader may or may not see white
    /// space there.
    pub splits: Vec<usize>,
    /// Where its characters came from; empty where that does not matter.
    pub places: Vec<Place>,
    /// The source bytes on the page.
    pub source: Vec<SourceRange>,
}

impl Shown {
    /// A page's text as drawn. Where lines of the source are not kept as lines, a line that ends
    /// without white space ends within a word.
    pub fn new(text: String, newlines: Newlines) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at).filter(|&at| at + 1 < text.len());
        let inside = |at: &usize| !text[..*at].ends_with(char::is_whitespace);
        let flows = newlines != Newlines::Keep;
        let splits = ends.filter(|at| flows && inside(at)).collect();
        Self { text, splits, ..Self::default() }
    }

    /// The same with what is known of where it came from.
    #[must_use]
    pub fn with_source(self, places: Vec<Place>, source: Vec<SourceRange>) -> Self {
        Self { places, source, ..self }
    }

    /// The source bytes that a stretch of the text was drawn from; one without bytes for a place
    /// between two characters.
    pub(super) fn source_of(&self, text: &Range<usize>) -> Vec<SourceRange> {
        let stretch = within(&self.places, text);
        let first = self.places.get(stretch.start).or(self.places.last());
        let Some(start) = first.map(|place| place.source) else { return Vec::new() };
        let ends = self.places[stretch].iter().map(|place| place.source + place.bytes);
        source_within(&self.source, u64::from(start)..u64::from(ends.max().unwrap_or(start)))
    }
}

/// What came of reading one page, or several.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Score {
    /// 1 − edits ÷ characters of the longer of text and reading, 0 to 1; of several pages, the mean
    /// by their characters.
    pub fidelity: f64,
    /// Characters on the page, each run of white space counted as one.
    pub chars: usize,
    /// Characters to replace, add or take away to make the reading right.
    pub edits: usize,
    /// Words on the page.
    pub words: usize,
    /// Those of them that the reading has, wherever it has them.
    pub words_read: usize,
    /// Strings that sense does not restore: ids, paths, names.
    pub exact_strings: usize,
    /// Those of them that were read exactly, in their place.
    pub exact_strings_read: usize,
}

/// Something that was read as something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Misread {
    /// First byte of the page's text as drawn.
    pub start: usize,
    /// The byte after the last; the same as `start` where something was read that is not there.
    pub end: usize,
    /// What is there.
    pub text: String,
    /// What was read instead.
    pub read: String,
    /// The source bytes that it was drawn from, as in the report's pages.
    pub source: Vec<SourceRange>,
}

impl Score {
    /// Pages together.
    pub fn sum<'a>(scores: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        let mut read = 0.0;
        for score in scores {
            read += score.fidelity * score.chars as f64;
            sum.chars += score.chars;
            sum.edits += score.edits;
            sum.words += score.words;
            sum.words_read += score.words_read;
            sum.exact_strings += score.exact_strings;
            sum.exact_strings_read += score.exact_strings_read;
        }
        sum.fidelity = rounded(if sum.chars == 0 { 1.0 } else { read / sum.chars as f64 });
        sum
    }

    /// Share of the words that were read; 1 where there are none.
    pub fn words_recall(&self) -> f64 {
        share(self.words_read, self.words)
    }

    /// Share of the exact strings that were read; 1 where there are none.
    pub fn exact_recall(&self) -> f64 {
        share(self.exact_strings_read, self.exact_strings)
    }
}

/// Compares a reading with what the page shows. Marks count as the white space they stand for.
pub fn score(shown: &Shown, read: &str, marks: &MarkPatterns) -> (Score, Vec<Misread>) {
    let want = Folded::new(&shown.text, marks, &shown.splits);
    let mut got = Folded::new(read, marks, &[]).chars;
    let mut steps = align(&want.chars, &got);
    overlook_splits(&want, &shown.splits, &mut got, &mut steps);
    let misreads = misreads(&steps, want.chars.len());
    let edits = steps.iter().filter(|step| **step != Step::Same).count();
    let (words, words_read) = words(&want.chars, &got);
    let exact = exact_strings(&want.chars);
    let right = |range: &&Range<usize>| !is_wrong(&misreads, &got, range);
    let longest = want.chars.len().max(got.len()).max(1);
    let score = Score {
        fidelity: rounded(1.0 - edits as f64 / longest as f64),
        chars: want.chars.len(),
        edits,
        words,
        words_read,
        exact_strings: exact.len(),
        exact_strings_read: exact.iter().filter(right).count(),
    };
    let place = |slip: Slip| {
        let bytes = want.places[slip.want.start]..want.places[slip.want.end];
        Misread {
            start: bytes.start,
            end: bytes.end,
            source: shown.source_of(&bytes),
            text: shown.text[bytes].to_owned(),
            read: got[slip.got].iter().collect(),
        }
    };
    (score, bridged(misreads).into_iter().map(place).collect())
}

/// Where the exact strings of a text are, in characters: what a factsheet would list.
pub(super) fn exact_strings(chars: &[char]) -> Vec<Range<usize>> {
    let text: String = chars.iter().collect();
    let mut finder = Finder::default();
    finder.push(&text);
    finder.finish();
    let starts: Vec<u64> = text.char_indices().map(|(at, _)| at as u64).collect();
    let char_at = |byte: u64| starts.partition_point(|&start| start < byte);
    finder.take().iter().map(|found| char_at(found.start)..char_at(found.end)).collect()
}

/// A stretch without a character that is the same in both, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Slip {
    want: Range<usize>,
    got: Range<usize>,
}

/// Takes away the blanks that were read where a line of the page ends within a word.
fn overlook_splits(want: &Folded, splits: &[usize], got: &mut Vec<char>, steps: &mut Vec<Step>) {
    let (mut row, mut column) = (0, 0);
    let mut kept = Vec::with_capacity(got.len());
    steps.retain(|step| {
        let here = *step == Step::Added && got[column] == ' ';
        // The line feed was before this character.
        let overlooked = here
            && want.places[row].checked_sub(1).is_some_and(|at| splits.binary_search(&at).is_ok());
        if *step != Step::Missing {
            if !overlooked {
                kept.push(got[column]);
            }
            column += 1;
        }
        row += usize::from(*step != Step::Added);
        !overlooked
    });
    *got = kept;
}

fn misreads(steps: &[Step], chars: usize) -> Vec<Slip> {
    let mut slips: Vec<Slip> = Vec::new();
    let (mut row, mut column, mut open) = (0, 0, false);
    for step in steps {
        if *step == Step::Same {
            open = false;
        } else if !open {
            open = true;
            slips.push(Slip { want: row..row, got: column..column });
        }
        row += usize::from(*step != Step::Added);
        column += usize::from(*step != Step::Missing);
        if let Some(slip) = slips.last_mut().filter(|_| open) {
            (slip.want.end, slip.got.end) = (row, column);
        }
    }
    debug_assert_eq!(row, chars);
    slips
}

/// Makes one of misreads that lie close to each other.
fn bridged(slips: Vec<Slip>) -> Vec<Slip> {
    let mut bridged: Vec<Slip> = Vec::new();
    for slip in slips {
        match bridged.last_mut() {
            Some(last) if slip.want.start - last.want.end <= BRIDGE => {
                (last.want.end, last.got.end) = (slip.want.end, slip.got.end);
            }
            _ => bridged.push(slip),
        }
    }
    bridged
}

/// Whether a string was misread: something in it, or something beside it that is no white space.
fn is_wrong(slips: &[Slip], got: &[char], string: &Range<usize>) -> bool {
    let from = slips.partition_point(|slip| slip.want.end < string.start);
    slips[from..].iter().take_while(|slip| slip.want.start <= string.end).any(|slip| {
        let read = &got[slip.got.clone()];
        let inked = |c: Option<&char>| c.is_some_and(|&c| c != ' ');
        match (&slip.want, slip.want.is_empty()) {
            (at, true) if at.start == string.start => inked(read.last()),
            (at, true) if at.start == string.end => inked(read.first()),
            (at, _) => at.start < string.end && at.end > string.start,
        }
    })
}

/// How many words the one text has, and how many of them the other has too.
fn words(want: &[char], got: &[char]) -> (usize, usize) {
    let mut left: HashMap<&[char], usize> = HashMap::new();
    for word in words_of(got) {
        *left.entry(word).or_default() += 1;
    }
    let (mut words, mut read) = (0, 0);
    for word in words_of(want) {
        words += 1;
        if let Some(count) = left.get_mut(word).filter(|count| **count > 0) {
            *count -= 1;
            read += 1;
        }
    }
    (words, read)
}

fn words_of(text: &[char]) -> impl Iterator<Item = &[char]> {
    text.split(|&c| c == ' ').filter(|word| !word.is_empty())
}

fn share(part: usize, whole: usize) -> f64 {
    rounded(if whole == 0 { 1.0 } else { part as f64 / whole as f64 })
}

/// Four places are more than any reader's luck decides.
fn rounded(share: f64) -> f64 {
    (share * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks() -> MarkPatterns {
        MarkPatterns::new(&["(?:§(?:\\d+[nbt]?)*)+", "‹\\d+t?›"]).unwrap()
    }

    fn shown(text: &str) -> Shown {
        Shown { text: text.to_owned(), ..Shown::default() }
    }

    /// Source, reading, and what `score(source, reading, marks)` of `read_back.py`, a scorer that is
    /// no part of this program, gives for them: fidelity, words, chars. Written down from
    /// `benches/fidelity/compare.py --strings`.
    const KNOWN: [(&str, &str, f64, f64, usize); 9] = [
        (
            "The quick brown fox\n\njumps over  the lazy dog.\n",
            "The quick brown fox §§ jumps over the lazy dog.",
            1.0,
            1.0,
            44,
        ),
        (
            "The quick brown fox\n\njumps over  the lazy dog.\n",
            "The quiek brovn fox $$ jumps over thelazy dog",
            0.8444,
            0.4444,
            44,
        ),
        (
            "fn main() {\n    let id = 0x7f3a_9c11;\n}\n",
            "fn main() { §4 let id = Ox7f3a_9cll; § }",
            0.9143,
            0.875,
            35,
        ),
        ("fn main() {\n\tlet x = 1;\n}\n", "fn main0 §t let x=1;", 0.7083, 0.25, 24),
        ("a\u{1F}b c", "a b\u{2003}c\u{200B}", 0.8333, 0.6667, 5),
        ("Straße 漢字 été", "StraBe 漢宇 ete", 0.6923, 0.0, 13),
        ("", "nothing", 0.0, 0.0, 0),
        ("nothing", "", 0.0, 0.0, 7),
        ("  ", "§", 1.0, 0.0, 0),
    ];

    #[test]
    fn scores_are_those_of_an_independent_scorer() {
        for (text, read, fidelity, words, chars) in KNOWN {
            let (score, _) = score(&shown(text), read, &marks());
            assert_eq!((score.fidelity, score.chars), (fidelity, chars), "{text:?} {read:?}");
            if score.words > 0 {
                assert_eq!(score.words_recall(), words, "{text:?} {read:?}");
            }
        }
    }

    #[test]
    fn misreads_have_their_place() {
        let text = "{ §4 let id = 0x7f3a_9c11; §4 été ok }";
        let (_, misreads) =
            score(&shown(text), "{ let id = Ox7f3a_9cll; §4 éte 0k } and", &marks());
        let want = [("0", "O"), ("11", "ll"), ("é o", "e 0"), ("", " and")];
        let got: Vec<_> =
            misreads.iter().map(|m| (&text[m.start..m.end], m.read.as_str())).collect();
        assert_eq!(got, want);
        assert!(misreads.iter().all(|m| text[m.start..m.end] == m.text));
    }

    #[test]
    fn white_space_where_a_line_ends_within_a_word_is_nobodys_error() {
        let shown = Shown::new("an id7f3-\n9c01 is \n1234\n".to_owned(), Newlines::Flow);
        assert_eq!(shown.splits, [9]);
        for read in ["an id7f3-9c01 is 1234", "an id7f3-\n9c01 is\n1234"] {
            let (score, misreads) = score(&shown, read, &marks());
            assert_eq!((score.fidelity, score.chars, score.words_read), (1.0, 21, 4), "{read:?}");
            assert_eq!((score.exact_strings_read, misreads.len()), (1, 0), "{read:?}");
        }
        let (score, misreads) = score(&shown, "an id7f3-9c 01 is 1234", &marks());
        assert_eq!((score.edits, score.exact_strings_read, misreads.len()), (1, 0, 1));
        let kept = Shown::new("a-\nb\n".to_owned(), Newlines::Keep);
        assert_eq!(super::score(&kept, "a- b", &marks()).0.edits, 0);
    }

    #[test]
    fn misreads_know_their_source() {
        // "ab [07] c": b stands for two bytes, the box for one, the blanks for one each.
        let place = |text, source, bytes| Place { text, source, bytes, line: 0 };
        let places = vec![
            place(0, 0, 1),
            place(1, 1, 2),
            place(2, 3, 1),
            place(3, 4, 1),
            place(7, 5, 1),
            place(8, 6, 1),
        ];
        let range = |input, start, end| SourceRange { input, start, end };
        // The first four bytes are the end of an input, the others the beginning of the next.
        let source = vec![range(0, 96, 100), range(1, 0, 3)];
        let shown = shown("ab [07] c").with_source(places, source);
        for (read, want) in [
            ("aX [07] c", vec![range(0, 97, 99)]),
            ("ab [0X] c", vec![range(1, 0, 1)]),
            ("abX07] c", vec![range(0, 99, 100), range(1, 0, 1)]),
            ("aXb [07] c", vec![range(0, 97, 97)]),
        ] {
            let (_, misreads) = score(&shown, read, &MarkPatterns::default());
            assert_eq!(misreads.len(), 1, "{read}");
            assert_eq!(misreads[0].source, want, "{read}");
        }
    }

    #[test]
    fn an_exact_string_is_right_or_wrong() {
        let shown = shown("id 7f3a9c end");
        for (read, right) in [
            ("id 7f3a9c end", 1),
            ("1d 7f3a9c and more", 1),
            ("x id 7f3a9c end", 1),
            ("id x 7f3a9c y end", 1),
            ("id 7f3a9e end", 0),
            ("id 7f3 a9c end", 0),
            ("id 7f3a9cc end", 0),
            ("id '7f3a9c end", 0),
            ("id 7f39c end", 0),
            ("", 0),
        ] {
            assert_eq!(score(&shown, read, &marks()).0.exact_strings_read, right, "{read}");
        }
    }

    #[test]
    fn pages_count_by_their_characters() {
        let one = score(&shown("aaaa"), "aaaa", &marks()).0;
        let two = score(&shown("bbbb bbbb bbb"), "", &marks()).0;
        let sum = Score::sum([&one, &two]);
        assert_eq!((sum.fidelity, sum.chars, sum.edits), (0.2353, 17, 13));
        assert_eq!((sum.words, sum.words_read, sum.words_recall()), (4, 1, 0.25));
        assert_eq!(Score::sum([]).fidelity, 1.0);
    }
}
