//! Marks: visible signs that stand for white space, so that lines can flow on and the page is
//! filled, and so that what was there can still be told.
//!
//! | white space | drawn |
//! |---|---|
//! | one blank | a blank |
//! | a line break | `§` between blanks, `§§` for a blank line |
//! | four or more line breaks | `§4n` |
//! | a line break and an indentation of 4 blanks, or of 2 tabs | `§4`, `§2t` |
//! | trailing blanks, a run of n ≥ 2 blanks, n tabs | `‹n›`, `‹nt›` |
//!
//! The sign was chosen by reading code back at 30 px a character with PP-OCRv6 small, 125 marks
//! between blanks: `§` 118 read (fidelity of the page .989), `^` 120 (.986), `»` 117 (.983), `\n` 111
//! (.974), `~` 68 (.950), `↵` none (.944), `|` 67 (.944), `¶` 5 (.919). Without the blanks the
//! words on both sides run together (half of them were lost).

use super::{Role, Unit, is_square, main_script};
use crate::error::{Error, Result};

/// Line breaks in a row that are drawn as so many marks; more are counted.
const REPEATED: u32 = 3;
/// Groups of white space held before they are drawn: bounds the memory of pathological input.
const HELD: usize = 256;
/// Source bytes that one gap holds before it is drawn: what waits for a page must stay in memory.
pub(super) const COUNTED: u32 = 1 << 20;

/// Signs for a line break, best first; a text that has the first itself gets the next.
const SIGNS: [&str; 3] = ["§", "»", "^"];
/// The same among ideographs, where `§` of 7 px was read as `5` or an ideograph: of 90 marks between
/// blanks PP-OCRv6 small read 90 `★`, `=`, `&` and `@`, 82 `#`, 70 `→`, 58 `*`, 39 `|`, 17 `■`, 11 `○`;
/// in longer columns `=` lost 28.
const SQUARE_SIGNS: [&str; 3] = ["★", "&", "@"];

/// The characters that marks are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// The sign for a line break.
    pub line_break: String,
    /// What opens a count.
    pub open: char,
    /// What closes it.
    pub close: char,
}

impl Default for Marks {
    fn default() -> Self {
        Self { line_break: SIGNS[0].to_owned(), open: '‹', close: '›' }
    }
}

impl Marks {
    /// The marks for a text that begins like `sample`, with the sign for a line break that was
    /// asked for, or the best one that the sample does not have.
    ///
    /// # Errors
    /// A sign that is empty, or that could not be told from a blank, a letter or a digit.
    pub fn new(sign: Option<String>, sample: &str) -> Result<Self> {
        let Some(line_break) = sign else {
            let signs = if is_square(main_script(sample)) { SQUARE_SIGNS } else { SIGNS };
            let free = signs.into_iter().find(|sign| !sample.contains(sign));
            return Ok(Self { line_break: free.unwrap_or(signs[0]).to_owned(), ..Self::default() });
        };
        let plain = |c: char| c.is_alphanumeric() || c.is_whitespace() || c.is_control();
        if line_break.is_empty() || line_break.chars().all(plain) {
            return Err(Error::Setting(format!(
                "the mark {line_break:?} could not be told from text; take a sign such as § or »"
            )));
        }
        Ok(Self { line_break, ..Self::default() })
    }

    /// Whether a character of the source would be taken for a mark, so that it is drawn as a box.
    /// A closing sign without an opening one cannot be.
    pub(super) fn uses(&self, c: char) -> bool {
        let one = self.line_break.chars().count() == 1;
        c == self.open || (one && self.line_break.starts_with(c))
    }

    /// Regular expressions for what is drawn, each of which stands for white space.
    pub fn patterns(&self) -> Vec<String> {
        let escape = |text: &str| -> String {
            text.chars()
                .flat_map(|c| [c.is_ascii_punctuation().then_some('\\'), Some(c)])
                .flatten()
                .collect()
        };
        let (open, close) = (escape(&self.open.to_string()), escape(&self.close.to_string()));
        let sign = escape(&self.line_break);
        vec![format!("(?:{sign}(?:\\d+[nbt]?)*)+"), format!("{open}\\d+t?{close}")]
    }
}

/// A kind of white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum White {
    Blank,
    Tab,
    LineBreak,
    /// A line break that only wrapped a line, unless more white space says otherwise.
    Wrap,
}

/// A run of white space under way.
#[derive(Debug, Default)]
pub(super) struct Gap {
    groups: Vec<(White, u32)>,
    bytes: u32,
    chars: u32,
    folded: u32,
}

impl Gap {
    pub(super) fn is_open(&self) -> bool {
        !self.groups.is_empty()
    }

    /// Adds white space; a caller that finds the gap full draws it first.
    pub(super) fn push(&mut self, white: White, bytes: u32, chars: u32, folded: u32) {
        match self.groups.last_mut() {
            Some((last, count)) if *last == white => *count += 1,
            _ => self.groups.push((white, 1)),
        }
        self.add(bytes, chars, folded);
    }

    /// Adds source bytes that draw nothing.
    pub(super) fn add(&mut self, bytes: u32, chars: u32, folded: u32) {
        self.folded += folded;
        self.bytes += bytes;
        self.chars += chars;
    }

    pub(super) fn has_line_break(&self) -> bool {
        self.groups.iter().any(|group| matches!(group.0, White::LineBreak | White::Wrap))
    }

    /// Whether the gap must be drawn before more is added.
    pub(super) fn is_full(&self) -> bool {
        self.groups.len() >= HELD || self.is_long()
    }

    /// Whether so many bytes wait in it that they must go on at once.
    pub(super) fn is_long(&self) -> bool {
        self.bytes >= COUNTED
    }

    /// Whether it is a wrapped line that goes on with `next`: blanks at the line's end and before
    /// the next word change nothing, but a bullet or a number may start a line of its own.
    pub(super) fn is_wrap(&self, next: Option<char>) -> bool {
        let goes_on = next.is_some_and(|c| c.is_alphabetic() || "\"'(“‘«".contains(c));
        let groups: &[_] = match &self.groups[..] {
            [(White::Blank, _), rest @ ..] => rest,
            groups => groups,
        };
        goes_on && matches!(groups, [(White::Wrap, 1)] | [(White::Wrap, 1), (White::Blank, _)])
    }

    /// Empties the gap without drawing it: its bytes, characters and folded characters.
    pub(super) fn take(&mut self) -> (u32, u32, u32) {
        // Its memory stays: most gaps are a blank between two words.
        self.groups.clear();
        let take = std::mem::take;
        (take(&mut self.bytes), take(&mut self.chars), take(&mut self.folded))
    }

    /// Draws the gap and empties it. The first unit carries all its bytes. `loose` draws short
    /// runs of blanks and wrapped lines as one blank.
    pub(super) fn draw(
        &mut self,
        marks: &Marks,
        loose: bool,
        next: Option<char>,
        units: &mut Vec<Unit>,
    ) {
        let start = units.len();
        let unit = |ch, role| Unit { ch, role, bytes: 0, chars: 0, folded: 0 };
        if self.is_plain(loose) || (loose && self.is_wrap(next)) {
            units.push(unit(' ', Role::Blank));
        } else {
            let mark = self.mark(marks, loose);
            let breaks = mark.starts_with(&marks.line_break);
            // Blanks on both sides keep words apart for a reader; they are part of the mark.
            if breaks && start > 0 {
                units.push(unit(' ', Role::Blank));
            }
            let broken = mark.contains(&marks.line_break);
            let role = if broken { Role::Break } else { Role::Mark };
            units.extend(mark.chars().map(|ch| unit(ch, role)));
            if broken {
                units.push(unit(' ', Role::Blank));
            }
        }
        let first = &mut units[start];
        (first.bytes, first.chars, first.folded) = self.take();
    }

    /// The mark as text, without the blanks around it.
    fn mark(&self, marks: &Marks, loose: bool) -> String {
        let (open, close) = (marks.open, marks.close);
        let runs = self.runs(loose);
        let mut mark = String::new();
        let mut broken = false;
        for (index, &(white, count)) in runs.iter().enumerate() {
            let next = runs.get(index + 1).map(|next| next.0);
            let last = next.is_none_or(|next| next == White::LineBreak);
            match white {
                White::LineBreak | White::Wrap if count <= REPEATED => {
                    mark += &marks.line_break.repeat(count as usize);
                }
                White::LineBreak | White::Wrap => mark += &format!("{}{count}n", marks.line_break),
                White::Blank if !broken => mark += &format!("{open}{count}{close}"),
                White::Tab if !broken => mark += &format!("{open}{count}t{close}"),
                White::Blank if last => mark += &count.to_string(),
                White::Blank => mark += &format!("{count}b"),
                White::Tab => mark += &format!("{count}t"),
            }
            broken |= white == White::LineBreak;
        }
        mark
    }

    /// Whether it is nothing that anyone would see as more than a blank.
    fn is_plain(&self, loose: bool) -> bool {
        match self.groups[..] {
            [(White::Blank, count)] => count == 1 || (loose && count == 2),
            _ => false,
        }
    }

    /// The groups to draw: a wrap beside other white space was a line break like any other, and
    /// `loose` leaves out the blanks that lines ended with.
    fn runs(&self, loose: bool) -> Vec<(White, u32)> {
        let mut runs: Vec<(White, u32)> = Vec::new();
        for (index, &(white, count)) in self.groups.iter().enumerate() {
            let next = self.groups.get(index + 1).map(|next| next.0);
            let breaks = |white| matches!(white, White::LineBreak | White::Wrap);
            if loose && white == White::Blank && next.is_some_and(breaks) {
                continue;
            }
            let white = if white == White::Wrap { White::LineBreak } else { white };
            match runs.last_mut() {
                Some((last, sum)) if *last == white => *sum += count,
                _ => runs.push((white, count)),
            }
        }
        runs
    }
}
