//! From prepared text to pages of placed glyphs.
//!
//! ```text
//! Block ─► bidi ─► words (breaks) ─► atoms ─► lines ─► Page { lines, glyphs, source }
//! ```
//!
//! A [`Layout`] is fed block by block and hands out each page as soon as it is full, so it never
//! holds more than one. Lines are filled greedily and broken by UAX #14; a word longer than a line
//! is broken between grapheme clusters; blanks at a line's end hang over the edge without ink.
//! Text that runs from right to left is placed in the order it is read and put in the order of the
//! line when the line is full, so source ranges always follow the text.

mod atoms;
mod bidi;
mod breaks;
mod geometry;
mod words;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use atoms::{Atom, Atoms, glyph_and_room};
use bidi::{Bidi, Cell, Direction};
pub use geometry::{Geometry, TextBox};
use words::Words;

use crate::text::{Block, Role, Unit};
use crate::typeface::{Glyph, GlyphId, SUBPIXEL, Typeface};

/// A glyph in its place on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// What to draw.
    pub glyph: GlyphId,
    /// Pen position from the left edge of the text box, in 1/64 px.
    pub x: i32,
    /// The same from the line's baseline; down is positive.
    pub y: i32,
    /// First source byte it stands for, counted from the page's first.
    pub from: u32,
    /// How many source bytes it stands for; headings and most marks' parts stand for none.
    pub bytes: u32,
}

/// Bytes of an input, half-open, counted in the input as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SourceRange {
    /// Index into the report's inputs.
    pub input: usize,
    /// First byte.
    pub start: u64,
    /// The byte after the last.
    pub end: u64,
}

/// A page: glyphs on lines, and the source they came from.
#[derive(Debug, Clone)]
pub struct Page {
    /// From 1.
    pub number: usize,
    /// Px.
    pub width: u32,
    /// Px.
    pub height: u32,
    /// The text boxes that have lines, in reading order.
    pub boxes: Vec<TextBox>,
    /// Where each line's glyphs are, in reading order.
    pub lines: Vec<Range<usize>>,
    /// How many prepared units each line took, those without ink included.
    pub units: Vec<usize>,
    /// All glyphs with ink.
    pub glyphs: Vec<Placed>,
    /// Lines in a column.
    pub rows: usize,
    /// Source bytes on this page. Those of all pages in order are every byte of every input once.
    pub source: Vec<SourceRange>,
    /// Source characters.
    pub chars: u64,
    /// Source characters, each run of white space counted as one.
    pub folded: u64,
    /// Characters drawn as boxes because no face has them.
    pub missing: BTreeMap<char, u64>,
}

/// Lays blocks out on pages.
pub struct Layout {
    typeface: Arc<Typeface>,
    geometry: Geometry,
    words: Words,
    bidi: Bidi,
    atoms: Atoms,
    page: Page,
    /// The glyphs of ASCII, once they are needed.
    ascii: Option<Box<[Glyph; 128]>>,
    /// The line under way: its first glyph and the pen after its last, in 1/64 px.
    line_start: usize,
    line_units: usize,
    pen: i32,
    line_open: bool,
    /// What is on the line, once something on it has a direction of its own.
    cells: Vec<Cell>,
    /// Source bytes on the page under way.
    page_bytes: u32,
    /// The input under way and how far it has been placed.
    input: usize,
    offset: u64,
    full: Vec<Page>,
}

impl Layout {
    /// A layout at the top of the first page.
    pub fn new(typeface: Arc<Typeface>, geometry: Geometry) -> Self {
        Self {
            typeface,
            page: blank_page(1, &geometry),
            geometry,
            words: Words::default(),
            bidi: Bidi::default(),
            atoms: Atoms::default(),
            ascii: None,
            line_start: 0,
            line_units: 0,
            pen: 0,
            line_open: false,
            cells: Vec::new(),
            page_bytes: 0,
            input: 0,
            offset: 0,
            full: Vec::new(),
        }
    }

    /// Lays a block out; pages that became full can be taken with [`Self::take`].
    pub fn push(&mut self, block: &Block) {
        if block.input != self.input {
            self.input = block.input;
            self.offset = 0;
        }
        let mut bidi = std::mem::take(&mut self.bidi);
        let mut words = std::mem::take(&mut self.words);
        let directions = bidi.resolve(block);
        words.find(&block.units);
        for word in words.ranges() {
            let units = &block.units[word.clone()];
            match directions {
                None if units.iter().all(words::is_ascii) => self.ascii_word(units),
                Some(directions) => self.shaped_word(units, &directions[word]),
                None if atoms::are_simple(units) => self.word(units),
                None => self.shaped_word(units, &[]),
            }
        }
        (self.bidi, self.words) = (bidi, words);
        if block.ends_line {
            self.open_line();
            self.close_line();
        }
    }

    /// The pages that are full.
    pub fn take(&mut self) -> Vec<Page> {
        std::mem::take(&mut self.full)
    }

    /// Source bytes on the page under way.
    pub fn bytes_under_way(&self) -> u64 {
        self.page.source.iter().map(|range| range.end - range.start).sum()
    }

    /// The last page, unless nothing was laid out since the one before.
    pub fn into_last(mut self) -> Option<Page> {
        if self.line_open {
            self.close_line();
        }
        let page = &mut self.page;
        if page.lines.is_empty() && page.source.is_empty() {
            return None;
        }
        page.boxes = self.geometry.boxes(page.lines.len(), page.rows);
        Some(self.page)
    }

    /// Places a word of ASCII: what [`Self::word`] does, with the glyphs in a table and the source
    /// counted by the word.
    fn ascii_word(&mut self, units: &[Unit]) {
        let glyphs = self.ascii.get_or_insert_with(|| {
            let glyph = |c: u8| match self.typeface.glyph(char::from(c.max(b'!'))) {
                glyph if c == b' ' => Glyph { advance: self.typeface.space(), ..glyph },
                glyph => glyph,
            };
            Box::new(std::array::from_fn(|c| glyph(c as u8)))
        });
        let blanks = units.iter().rev().take_while(|unit| unit.role == Role::Blank).count();
        let ink = &units[..units.len() - blanks];
        let mut width = 0;
        let (mut drawn, mut missing) = (true, false);
        for unit in ink {
            let glyph = &glyphs[unit.ch as usize];
            width += glyph.advance;
            missing |= glyph.missing;
            drawn &= unit.role != Role::Blank;
        }
        if width > self.room() || missing || self.page_bytes > u32::MAX / 2 {
            return self.word(units);
        }
        if self.needs_line(width) {
            self.close_line();
        }
        self.open_line();
        let Some(glyphs) = &self.ascii else { return };
        let (mut pen, mut from) = (self.pen, self.page_bytes);
        let mut place = |unit: &Unit| {
            let glyph = glyphs[unit.ch as usize];
            let placed = Placed { glyph: glyph.id, x: pen, y: 0, from, bytes: unit.bytes };
            pen += glyph.advance;
            from += unit.bytes;
            placed
        };
        if drawn {
            self.page.glyphs.extend(ink.iter().map(place));
        } else {
            // A word may have blanks within it, where a line may not end: after a bracket.
            for unit in ink {
                let placed = place(unit);
                self.page.glyphs.extend((unit.role != Role::Blank).then_some(placed));
            }
        }
        self.pen = pen.saturating_add(self.typeface.space().saturating_mul(blanks as i32));
        let (mut bytes, mut chars, mut folded) = (0, 0, 0);
        for unit in units {
            bytes += unit.bytes;
            chars += unit.chars;
            folded += unit.folded;
        }
        self.advance(&Unit { bytes, chars, folded, ..units[0] }, units.len());
    }

    /// Places a word whose characters have a glyph each.
    fn word(&mut self, units: &[Unit]) {
        let ink = units.iter().rposition(|u| u.role != Role::Blank).map_or(0, |last| last + 1);
        let (ink, blanks) = units.split_at(ink);
        let width: i32 = ink.iter().map(|unit| self.room_of(unit)).sum();
        if self.needs_line(width) {
            self.close_line();
        }
        if width <= self.room() {
            ink.iter().for_each(|unit| self.place(unit));
        } else {
            for unit in ink {
                if self.needs_line(self.room_of(unit)) {
                    self.close_line();
                }
                self.place(unit);
            }
        }
        blanks.iter().for_each(|unit| self.place(unit));
    }

    /// Places a word that is shaped, or that does not run from left to right.
    fn shaped_word(&mut self, units: &[Unit], directions: &[Direction]) {
        let mut atoms = std::mem::take(&mut self.atoms);
        atoms.find(units, directions, &self.typeface);
        let is_blank = |atom: &Atom| units[atom.units.start].role == Role::Blank;
        let ink = atoms.list.iter().rposition(|a| !is_blank(a)).map_or(0, |last| last + 1);
        let width: i32 = atoms.list[..ink].iter().map(|atom| atom.advance).sum();
        if self.needs_line(width) {
            self.close_line();
        }
        for (index, atom) in atoms.list.iter().enumerate() {
            if index < ink && width > self.room() && self.needs_line(atom.advance) {
                self.close_line();
            }
            self.place_atom(atom, &atoms, units, !directions.is_empty());
        }
        self.atoms = atoms;
    }

    fn place_atom(&mut self, atom: &Atom, atoms: &Atoms, units: &[Unit], directed: bool) {
        self.open_line();
        let units = &units[atom.units.clone()];
        let start = self.page.glyphs.len();
        let (from, bytes) = (self.page_bytes, units.iter().map(|unit| unit.bytes).sum());
        for at in &atoms.offsets[atom.glyphs.clone()] {
            let x = self.pen.saturating_add(at.x);
            self.page.glyphs.push(Placed { glyph: at.glyph, x, y: at.y, from, bytes });
            let boxed = units[0].role == Role::Boxed;
            if let Some(c) = self.typeface.missing(at.glyph).filter(|_| !boxed) {
                *self.page.missing.entry(c).or_default() += 1;
            }
        }
        if directed {
            self.plain_cell(start);
            let glyphs = start..self.page.glyphs.len();
            let (direction, advance) = (atom.direction, atom.advance);
            self.cells.push(Cell { direction, pen: self.pen, advance, glyphs });
        }
        self.pen = self.pen.saturating_add(atom.advance);
        units.iter().for_each(|unit| self.advance(unit, 1));
    }

    /// Makes a cell of what was put on the line since the last one, up to a glyph of the page.
    fn plain_cell(&mut self, end: usize) {
        let last = self.cells.last();
        let pen = last.map_or(0, |cell| cell.pen.saturating_add(cell.advance));
        let start = last.map_or(self.line_start, |cell| cell.glyphs.end);
        if pen < self.pen || start < end {
            let (direction, advance) = (Direction::LTR, self.pen - pen);
            self.cells.push(Cell { direction, pen, advance, glyphs: start..end });
        }
    }

    /// Room of a line in 1/64 px.
    fn room(&self) -> i32 {
        self.geometry.column_width() as i32 * SUBPIXEL
    }

    /// Whether something so wide goes on a line of its own rather than the one under way.
    fn needs_line(&self, width: i32) -> bool {
        self.pen > 0 && self.pen.saturating_add(width) > self.room()
    }

    /// Room of a unit on the line, in 1/64 px.
    fn room_of(&self, unit: &Unit) -> i32 {
        glyph_and_room(unit, &self.typeface).1
    }

    /// Puts a unit at the pen and moves on, in the line and in the source.
    fn place(&mut self, unit: &Unit) {
        self.open_line();
        let (glyph, room) = glyph_and_room(unit, &self.typeface);
        if let Some(glyph) = glyph {
            let (from, bytes) = (self.page_bytes, unit.bytes);
            self.page.glyphs.push(Placed { glyph: glyph.id, x: self.pen, y: 0, from, bytes });
            if glyph.missing {
                *self.page.missing.entry(unit.ch).or_default() += 1;
            }
        }
        self.pen = self.pen.saturating_add(room);
        self.advance(unit, 1);
    }

    /// Counts a unit's source, or that of `units` together, as being on this page.
    fn advance(&mut self, unit: &Unit, units: usize) {
        self.line_units += units;
        self.page.chars += u64::from(unit.chars);
        self.page.folded += u64::from(unit.folded);
        if unit.bytes == 0 {
            return;
        }
        let start = self.offset;
        self.offset += u64::from(unit.bytes);
        self.page_bytes = self.page_bytes.saturating_add(unit.bytes);
        match self.page.source.last_mut() {
            Some(range) if range.input == self.input => range.end = self.offset,
            _ => {
                let range = SourceRange { input: self.input, start, end: self.offset };
                self.page.source.push(range);
            }
        }
    }

    /// Makes sure that there is a line to place on, on a page that has room for it.
    fn open_line(&mut self) {
        if self.line_open {
            return;
        }
        self.line_open = true;
        if self.page.lines.len() == self.geometry.lines() {
            let mut next = blank_page(self.page.number + 1, &self.geometry);
            next.glyphs.reserve(self.page.glyphs.len());
            let mut page = std::mem::replace(&mut self.page, next);
            page.boxes = self.geometry.boxes(page.lines.len(), page.rows);
            self.full.push(page);
            self.line_start = 0;
            self.page_bytes = 0;
        }
    }

    fn close_line(&mut self) {
        let end = self.page.glyphs.len();
        if !self.cells.is_empty() {
            self.plain_cell(end);
            bidi::reorder(&self.cells, self.room(), &mut self.page.glyphs);
            self.cells.clear();
        }
        self.page.lines.push(self.line_start..end);
        self.page.units.push(std::mem::take(&mut self.line_units));
        self.line_start = end;
        self.line_open = false;
        self.pen = 0;
    }
}

fn blank_page(number: usize, geometry: &Geometry) -> Page {
    Page {
        number,
        width: geometry.width,
        height: geometry.height,
        boxes: Vec::new(),
        lines: Vec::new(),
        units: Vec::new(),
        glyphs: Vec::new(),
        rows: geometry.rows(),
        source: Vec::new(),
        chars: 0,
        folded: 0,
        missing: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{ModelPage, PageSize, Profile, Settings};
    use crate::source::Source;
    use crate::text::Preparer;
    use crate::tokens::models::ModelTable;

    fn blocks(text: &str, profile: &Profile) -> Vec<Block> {
        let mut preparer = Preparer::new(profile.preparing());
        let mut source = Source::from_text(text);
        while let Some(chunk) = source.next_chunk().unwrap() {
            preparer.push(&chunk);
        }
        preparer.into_last()
    }

    #[test]
    fn the_short_way_for_ascii_leads_to_the_same_pages() {
        let file = |name| {
            std::fs::read_to_string(format!("{}/tests/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
        };
        let texts = [
            file("texts/prose.txt"),
            file("texts/code.rs"),
            file("texts/build.log"),
            "{ a ( b [ c  \"d\" ) } x/y-z ! ? ".repeat(60),
            "x".repeat(3000),
        ];
        for text in texts {
            for font in ["5x8", "roboto-condensed"] {
                let settings = Settings {
                    font: Some(font.to_owned()),
                    page: Some(PageSize::Px(300, 120)),
                    ..Settings::default()
                };
                let model = ModelPage::of(ModelTable::embedded().default_model(), None).unwrap();
                let profile = Profile::resolve(&settings, model, &text).unwrap();
                let face = Arc::new(profile.typeface().unwrap());
                let geometry = profile.geometry(&face);
                let mut short = Layout::new(Arc::clone(&face), geometry);
                let mut long = Layout::new(face, geometry);
                for block in blocks(&text, &profile) {
                    short.push(&block);
                    let mut words = Words::default();
                    words.find(&block.units);
                    words.ranges().for_each(|word| long.word(&block.units[word]));
                    if block.ends_line {
                        long.open_line();
                        long.close_line();
                    }
                }
                let (mut a, mut b) = (short.take(), long.take());
                a.extend(short.into_last());
                b.extend(long.into_last());
                assert_eq!(a.len(), b.len());
                for (a, b) in a.iter().zip(&b) {
                    assert_eq!(a.lines, b.lines, "{font} {}", &text[..20]);
                    assert_eq!(a.units, b.units, "{font} {}", &text[..20]);
                    assert_eq!(a.source, b.source, "{font} {}", &text[..20]);
                    let differs = a.glyphs.iter().zip(&b.glyphs).find(|(a, b)| a != b);
                    assert_eq!(differs, None, "{font} {}", &text[..20]);
                    assert_eq!((a.chars, a.folded), (b.chars, b.folded));
                }
            }
        }
    }
}
