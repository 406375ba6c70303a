//! Finds exact strings in text that comes in chunks.

use super::kind::Kind;
use super::recognise::{Scan, interest};
use super::scan::{self, SPACE};
use crate::text::parts;

/// A run without white space longer than this is taken in pieces, so that the text held back is
/// bounded.
const PIECE: usize = 4096;
/// Bytes after a piece that decide what it is: `12.5` and `MB`, the groups of an IBAN.
const AHEAD: usize = 1024;
/// Bytes before it: the month of a date, the words that make a number a page number.
const BEHIND: usize = 256;
/// Bytes of text worked through before they are dropped from the buffer.
const DROP: usize = 256 * 1024;

/// No string found is longer.
pub const LONGEST: usize = PIECE + AHEAD;

/// An exact string and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Its first byte in the text pushed so far.
    pub start: u64,
    /// The byte after its last.
    pub end: u64,
    /// The string.
    pub text: String,
}

/// Finds exact strings in a stream of text, in order and without overlap. How the text is cut into
/// chunks makes no difference.
#[derive(Default)]
pub struct Finder {
    buffer: String,
    /// Offset of the buffer in the text.
    base: u64,
    /// Everything before is decided; in the buffer.
    cursor: usize,
    /// Where the last string found ends; in the buffer.
    last: usize,
    ready: Vec<Found>,
}

impl Finder {
    /// Takes the next part of the text.
    pub fn push(&mut self, text: &str) {
        for part in parts(text, DROP) {
            self.buffer.push_str(part);
            self.work(false);
        }
    }

    /// Ends the text: what was held back is decided now. The next push starts another text, whose
    /// offsets go on from here.
    pub fn finish(&mut self) {
        self.work(true);
        self.base += self.buffer.len() as u64;
        self.buffer.clear();
        self.cursor = 0;
        self.last = 0;
    }

    /// What was found since the last call.
    pub fn take(&mut self) -> Vec<Found> {
        std::mem::take(&mut self.ready)
    }

    fn work(&mut self, done: bool) {
        let buffer = std::mem::take(&mut self.buffer);
        let bytes = buffer.as_bytes();
        // Past this, a piece and what decides it may not have come whole.
        let safe = if done { bytes.len() } else { bytes.len().saturating_sub(LONGEST) };
        while self.cursor < safe {
            let from = scan::run(bytes, self.cursor, SPACE);
            if from >= safe {
                self.cursor = from;
                break;
            }
            let limit = buffer.floor_char_boundary(from + PIECE);
            let (end, interesting) = interest(&bytes[..limit], from);
            self.cursor = end;
            if !interesting {
                continue;
            }
            let low = from.saturating_sub(BEHIND);
            let high = buffer.floor_char_boundary(from + LONGEST);
            let window = &bytes[low..high];
            let mut scan = Scan::new(window, from - low, end - low, self.last.saturating_sub(low));
            while let Some((kind, start, stop)) = scan.next() {
                let (start, stop) = (start + low, stop + low);
                self.last = stop;
                self.ready.push(Found {
                    kind,
                    start: self.base + start as u64,
                    end: self.base + stop as u64,
                    text: buffer[start..stop].to_owned(),
                });
            }
            self.cursor = self.cursor.max(self.last);
        }
        self.buffer = buffer;
        self.drop_before();
    }

    /// Frees what no recogniser will look at again.
    fn drop_before(&mut self) {
        if self.cursor < DROP {
            return;
        }
        let cut = self.buffer.floor_char_boundary(self.cursor - BEHIND);
        self.buffer.drain(..cut);
        self.base += cut as u64;
        self.cursor -= cut;
        self.last = self.last.saturating_sub(cut);
    }
}

// The text may hold secrets, so it is not printed.
impl std::fmt::Debug for Finder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finder")
            .field("at", &(self.base + self.cursor as u64))
            .finish_non_exhaustive()
    }
}

const _: () = assert!(BEHIND < DROP);
