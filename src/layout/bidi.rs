//! Directions: embedding levels of each paragraph by UAX #9, and the order on the line that follows
//! from them.

use std::ops::Range;

use unicode_bidi::{BidiInfo, Level, ParagraphBidiInfo};

use super::Placed;
use crate::text::{Block, Role, Unit};
use crate::typeface::may_be_rtl;

/// The direction of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Direction {
    /// The paragraph's embedding level, 0 or 1.
    pub(super) paragraph: u8,
    /// Its own; `None`: a mark, which goes with the line it is on.
    pub(super) level: Option<u8>,
}

impl Direction {
    /// Plain text from left to right.
    pub(super) const LTR: Self = Self { paragraph: 0, level: Some(0) };

    pub(super) fn is_rtl(self) -> bool {
        self.level.is_some_and(|level| level % 2 == 1)
    }
}

/// Resolves blocks, one after the other.
#[derive(Default)]
pub(super) struct Bidi {
    /// Directions of the units of the last block, where not all are from left to right.
    directions: Vec<Direction>,
    text: String,
    /// The level of a paragraph that the last block ended within.
    carried: Option<Level>,
}

impl Bidi {
    /// The directions of a block's units; `None`: all run from left to right.
    pub(super) fn resolve(&mut self, block: &Block) -> Option<&[Direction]> {
        let units = &block.units;
        let rtl = |unit: &Unit| may_be_rtl(unit.ch) && !matches!(unit.role, Role::Boxed);
        if self.carried.is_none_or(|level| level == Level::ltr()) && !units.iter().any(rtl) {
            self.carried = None;
            return None;
        }
        self.directions.clear();
        for paragraph in units.chunk_by(|a, b| (a.role == Role::Break) == (b.role == Role::Break)) {
            if paragraph[0].role == Role::Break {
                self.carried = None;
                self.directions.extend(paragraph.iter().map(|_| Direction::default()));
            } else {
                self.paragraph(paragraph);
            }
        }
        let ended = units.iter().rev().find(|unit| unit.role != Role::Blank);
        if block.ends_line || ended.is_some_and(|unit| unit.role == Role::Break) {
            self.carried = None;
        }
        Some(&self.directions)
    }

    fn paragraph(&mut self, units: &[Unit]) {
        self.text.clear();
        self.text.extend(units.iter().map(stand_in));
        let info = ParagraphBidiInfo::new(&self.text, self.carried);
        let mut at = 0;
        for unit in units {
            let level = match unit.role {
                Role::Mark => None,
                _ => Some(info.levels[at].number()),
            };
            self.directions.push(Direction { paragraph: info.paragraph_level.number(), level });
            at += stand_in(unit).len_utf8();
        }
        self.carried = Some(info.paragraph_level);
    }
}

/// What UAX #9 sees in a unit's place: marks and boxes are neutral.
fn stand_in(unit: &Unit) -> char {
    match unit.role {
        Role::Nothing if matches!(unit.ch, '\0' | '\n') => '\u{200B}',
        Role::Text | Role::Blank | Role::Heading | Role::Nothing => unit.ch,
        Role::Mark | Role::Break | Role::Boxed => '\u{FFFC}',
    }
}

/// Something on a line that keeps its own order: a cluster, a blank, a stretch of plain text.
pub(super) struct Cell {
    pub(super) direction: Direction,
    /// Where it was put in the order of the text, and its room, in 1/64 px.
    pub(super) pen: i32,
    pub(super) advance: i32,
    /// Glyphs of the page.
    pub(super) glyphs: Range<usize>,
}

/// Moves the glyphs of a line from the order of the text to the order on the line, whose room is
/// `room` 1/64 px. The first paragraph on the line decides from which side it is read; those of
/// the other direction are embedded in it.
pub(super) fn reorder(cells: &[Cell], room: i32, glyphs: &mut [Placed]) {
    let text = cells.iter().find(|cell| cell.direction.level.is_some() && !cell.glyphs.is_empty());
    let base = text.map_or(0, |cell| cell.direction.paragraph);
    let level = |cell: &Cell| match cell.direction.level {
        None => base + base % 2,
        Some(level) if base == 1 && cell.direction.paragraph == 0 => level + 2,
        Some(level) => level,
    };
    // Blanks at the end hang over the edge (L1).
    let end = cells.iter().rposition(|cell| !cell.glyphs.is_empty()).map_or(0, |last| last + 1);
    let cells = &cells[..end];
    let levels: Vec<Level> = cells
        .iter()
        .map(|cell| Level::new(level(cell)).unwrap_or_else(|_| Level::new(base).expect("0 or 1")))
        .collect();
    let width: i32 = cells.iter().map(|cell| cell.advance).sum();
    let mut pen = if base == 1 { (room - width).max(0) } else { 0 };
    for index in BidiInfo::reorder_visual(&levels) {
        let cell = &cells[index];
        for glyph in &mut glyphs[cell.glyphs.clone()] {
            glyph.x += pen - cell.pen;
        }
        pen += cell.advance;
    }
}
