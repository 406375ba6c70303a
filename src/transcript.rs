//! The text of a page as drawn, told from the prepared text and how much of it each line took.

use std::collections::VecDeque;
use std::ops::Range;

use crate::layout::{Page, SourceRange};
use crate::text::{Role, Unit};

/// Where a character of a page's text came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its first byte in the text.
    pub text: u32,
    /// The first source byte it stands for, counted from the page's first.
    pub source: u32,
    /// How many source bytes it stands for; headings and most of a mark's stand for none.
    pub bytes: u32,
    /// The line of the page that it is on, from 0.
    pub line: u32,
}

/// Which of a page's places a stretch of its text has, in bytes. A stretch without text has none; they
/// would be put in before the range.
pub fn within(places: &[Place], text: &Range<usize>) -> Range<usize> {
    let before = places.partition_point(|place| (place.text as usize) < text.start);
    let end = places.partition_point(|place| (place.text as usize) < text.end);
    // It may begin within a character: a box is written as several.
    let reached = places.partition_point(|place| place.text as usize <= text.start);
    let first = if text.is_empty() { before } else { reached.saturating_sub(1) };
    first..end.max(first)
}

/// The parts of a page's source that have these of its bytes, counted from its first.
pub fn source_within(source: &[SourceRange], bytes: Range<u64>) -> Vec<SourceRange> {
    let Range { start, end } = bytes;
    let mut at = 0;
    let mut found = Vec::new();
    for range in source {
        let length = range.end - range.start;
        let (from, to) = (start.max(at), end.min(at + length));
        // A place without bytes is in the first range that reaches it.
        if from < to || (start == end && found.is_empty() && from <= to) {
            let place = |byte| range.start + byte - at;
            found.push(SourceRange { input: range.input, start: place(from), end: place(to) });
        }
        at += length;
    }
    found
}

/// Prepared text that is on no finished page yet.
#[derive(Default)]
pub(crate) struct Transcript {
    units: VecDeque<Unit>,
}

impl Transcript {
    /// Adds text that was laid out.
    pub(crate) fn push(&mut self, units: &[Unit]) {
        self.units.extend(units);
    }

    /// The text of the next page, a line of text a line of the page, and where it came from.
    pub(crate) fn take(&mut self, page: &Page) -> (String, Vec<Place>) {
        let mut text = String::new();
        let mut places = Vec::new();
        let mut source: u32 = 0;
        for (line, &count) in page.units.iter().enumerate() {
            for unit in self.units.drain(..count) {
                let (at, line, bytes) = (text.len() as u32, line as u32, unit.bytes);
                places.push(Place { text: at, source, bytes, line });
                source = source.saturating_add(bytes);
                let missing = page.missing.contains_key(&unit.ch);
                match unit.role {
                    Role::Nothing => {}
                    Role::Boxed => boxed(unit.ch, &mut text),
                    Role::Text | Role::Heading if missing => boxed(unit.ch, &mut text),
                    _ => text.push(unit.ch),
                }
            }
            text.push('\n');
        }
        (text, places)
    }
}

/// A box, with the digits that are drawn in it.
fn boxed(c: char, text: &mut String) {
    let code = u32::from(c);
    *text += &match code {
        0..0x100 => format!("[{code:02X}]"),
        _ => format!("[{code:04X}]"),
    };
}
