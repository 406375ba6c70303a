//! Cuts a stream of text into pieces whose counts add up exactly to the count of the whole.
//!
//! No pattern in `pretokenize.rs` looks back, and none looks ahead beyond a run of white space. So a
//! cut is safe where a word must end whatever comes after, and where the end of text, which some
//! patterns ask for after white space, does not change how the piece before it is cut:
//!
//! - after a single newline, when the next character is neither white space nor a slash. White
//!   space that ends in a newline is one word, or the end of one, but GPT-2 splits longer white
//!   space before its last character; and some patterns let slashes follow newlines.
//! - before a single space between two other characters. White space ends every word.
//! - before punctuation or a symbol after a letter, but for the apostrophe, which may begin a
//!   contraction, and for what stands within Han or kana: some patterns count that among the
//!   letters. It ends every word, and starts the next.
//!
//! A cut before any of these characters is safe for normalisation form C as well: none of them joins
//! what stands before it. Some texts have no such place for long (a gigabyte of one letter); they
//! are cut anyhow at [`Pieces::MOST`], and then the count may be a token off at each such cut.

use super::classes::{Class, LETTERS, PUNCTUATION_SYMBOLS, SPACES};
use crate::text::parts;

/// Cuts text that arrives in chunks into pieces to count one by one, on as many threads as there
/// are.
///
/// ```
/// use microfiche::tokens::text::{self, Pieces, Tally};
///
/// let counter = text::load("o200k")?;
/// let text = "So it goes. ".repeat(100_000);
/// let mut pieces = Pieces::new();
/// let mut tally = Tally::default();
/// for piece in pieces.push(&text) {
///     tally += counter.tally(&piece);
/// }
/// tally += counter.tally(&pieces.finish());
/// assert_eq!(tally, counter.tally(&text));
/// assert!(pieces.is_exact());
/// # Ok::<(), text::TokenizerError>(())
/// ```
///
/// Where the cuts fall depends on the text alone, not on the chunks.
#[derive(Debug)]
pub struct Pieces {
    buffer: String,
    /// Up to here there is no safe cut, from the least length on.
    searched: usize,
    least: usize,
    exact: bool,
}

impl Default for Pieces {
    fn default() -> Self {
        Self::new()
    }
}

impl Pieces {
    /// Pieces are cut at the first safe place from this many bytes on.
    pub const LEAST: usize = 64 << 10;
    /// A piece without a safe place is cut at this many bytes.
    pub const MOST: usize = 1 << 20;

    /// Pieces of the usual size.
    pub const fn new() -> Self {
        Self::of_at_least(Self::LEAST)
    }

    /// Pieces of at least `least` bytes, and a little more.
    pub const fn of_at_least(least: usize) -> Self {
        Self { buffer: String::new(), searched: 0, least, exact: true }
    }

    /// Takes the next chunk of text, and returns the pieces that are complete.
    pub fn push(&mut self, text: &str) -> Vec<String> {
        let mut pieces = Vec::new();
        for part in parts(text, Self::LEAST) {
            self.buffer.push_str(part);
            while let Some(cut) = self.find() {
                let after = self.buffer.split_off(cut);
                pieces.push(std::mem::replace(&mut self.buffer, after));
                self.searched = 0;
            }
        }
        pieces
    }

    /// The last piece, which may be empty. Then the cutter starts anew.
    pub fn finish(&mut self) -> String {
        self.searched = 0;
        std::mem::take(&mut self.buffer)
    }

    /// Whether all cuts so far were safe, so that the tallies add up to that of the whole.
    pub const fn is_exact(&self) -> bool {
        self.exact
    }

    fn find(&mut self) -> Option<usize> {
        let from = self.searched.max(self.least);
        if self.buffer.len() <= from {
            return None;
        }
        let from = self.buffer.floor_char_boundary(from);
        let mut past = self.buffer[..from].chars().rev();
        let mut before = [past.next(), past.next()].map(|c| c.unwrap_or(' '));
        let mut rest = self.buffer[from..].char_indices();
        // A place is told by the two characters on either side of it.
        while let Some((at, here)) = rest.next() {
            let Some(after) = rest.clone().next().map(|(_, after)| after) else {
                break;
            };
            if from + at > 0 && is_safe(before, here, after) {
                return Some(from + at);
            }
            before = [here, before[0]];
            self.searched = from + at + here.len_utf8();
        }
        if self.buffer.len() < Self::MOST {
            return None;
        }
        self.exact = false;
        Some(self.buffer.floor_char_boundary(Self::MOST))
    }
}

/// Whether text may be cut before `here`; `before` has the nearer character first.
fn is_safe([before, earlier]: [char; 2], here: char, after: char) -> bool {
    let class = |c: char| Class::of(c.into());
    match here {
        ' ' => !class(before).is(SPACES) && !class(after).is(SPACES),
        '/' | '\'' => false,
        _ if before == '\n' => !class(earlier).is(SPACES) && !class(here).is(SPACES),
        _ => {
            let here = class(here);
            class(before).is(LETTERS)
                && here.is(PUNCTUATION_SYMBOLS)
                && !here.is_han()
                && !here.is_deepseek_cjk()
        }
    }
}
