//! What the text says about a glyph of a page.

use std::ops::Range;

use super::{Fault, Finding};
use crate::layout::{Page, TextBox};
use crate::transcript::{Place, source_within};

/// A page's glyphs beside its text.
pub(super) struct Captions<'a> {
    pub(super) page: &'a Page,
    pub(super) text: &'a str,
    pub(super) places: &'a [Place],
}

impl Captions<'_> {
    /// The bytes of the text that a glyph is drawn for.
    pub(super) fn of(&self, glyph: usize) -> Range<usize> {
        let places = self.places_of(glyph);
        let at = |place: usize| self.places.get(place).map_or(self.text.len(), |p| p.text as usize);
        let (start, end) = (at(places.start), at(places.end));
        start..start + self.text[start..end].trim_end_matches('\n').len()
    }

    /// The glyphs that are drawn for the same characters.
    pub(super) fn cluster(&self, glyph: usize) -> Range<usize> {
        let glyphs = &self.page.glyphs;
        let line = self.page.lines[self.line(glyph)].clone();
        let same = |at: &usize| {
            (glyphs[*at].from, glyphs[*at].bytes) == (glyphs[glyph].from, glyphs[glyph].bytes)
        };
        let start = (line.start..=glyph).rev().take_while(same).last().unwrap_or(glyph);
        let end = (glyph..line.end).take_while(same).last().unwrap_or(glyph) + 1;
        start..end
    }

    /// What is to say of a glyph.
    pub(super) fn finding(&self, glyph: usize, bounds: TextBox, fault: Fault) -> Finding {
        let text = self.of(glyph);
        let line = self.line(glyph);
        let first = self.places.get(self.of_line(line).start);
        let first = first.map_or(text.start, |place| place.text as usize);
        let placed = &self.page.glyphs[glyph];
        let (from, bytes) = (u64::from(placed.from), u64::from(placed.bytes));
        Finding {
            line: Some(line + 1),
            column: Some(self.text[first.min(text.start)..text.start].chars().count() + 1),
            bounds: Some(bounds),
            start: text.start,
            end: text.end,
            text: self.text[text].to_owned(),
            source: source_within(&self.page.source, from..from + bytes),
            fault,
        }
    }

    fn line(&self, glyph: usize) -> usize {
        self.page.lines.partition_point(|line| line.end <= glyph)
    }

    /// The places of a line.
    fn of_line(&self, line: usize) -> Range<usize> {
        let before = |line: usize| self.places.partition_point(|p| (p.line as usize) < line);
        before(line)..before(line + 1)
    }

    /// The places that a glyph is drawn for.
    fn places_of(&self, glyph: usize) -> Range<usize> {
        let line = self.line(glyph);
        let Range { start: first, end: last } = self.of_line(line);
        let places = &self.places[first..last];
        let placed = &self.page.glyphs[glyph];
        if placed.bytes > 0 {
            let reach = placed.from.saturating_add(placed.bytes);
            let start = places.partition_point(|p| (p.source, p.bytes) < (placed.from, 1));
            let end = places.partition_point(|p| p.source < reach).max(start);
            return first + start..first + end;
        }
        // What stands for no source, headings and the rest of a mark, follows the same order.
        let is_one = |p: &Place| p.bytes == 0 && p.source == placed.from && !self.is_blank(p);
        let glyphs = &self.page.glyphs[self.page.lines[line].start..glyph];
        let before = glyphs.iter().filter(|g| g.bytes == 0 && g.from == placed.from).count();
        let mut found = (first..last).filter(|&at| is_one(&self.places[at]));
        found.nth(before).map_or(last..last, |at| at..at + 1)
    }

    fn is_blank(&self, place: &Place) -> bool {
        self.text[place.text as usize..].starts_with([' ', '\n'])
    }
}
