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
        _ if unit.is_silent() => '\u{200B}',
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance;

    /// A paragraph as the text stage prepares it.
    fn units(text: &str) -> Vec<Unit> {
        use unicode_bidi::BidiClass::{BN, FSI, LRE, LRI, LRO, PDF, PDI, RLE, RLI, RLO, WS};
        let role = |c| match unicode_bidi::bidi_class(c) {
            WS => Role::Blank,
            BN | FSI | LRE | LRI | LRO | PDF | PDI | RLE | RLI | RLO => Role::Nothing,
            _ => Role::Text,
        };
        text.chars().map(|ch| Unit { ch, role: role(ch), bytes: 1, chars: 1, folded: 1 }).collect()
    }

    /// The order on the line of the units with ink, for a direction of the paragraph.
    fn order(units: &[Unit], carried: Option<Level>) -> Vec<usize> {
        let block = Block { input: 0, units: units.to_vec(), ends_line: true };
        let mut bidi = Bidi { carried, ..Bidi::default() };
        let directions = bidi.resolve(&block).map(<[Direction]>::to_vec);
        let directions = directions.unwrap_or_else(|| vec![Direction::LTR; units.len()]);
        let glyph = |at: usize| Placed {
            glyph: crate::typeface::GlyphId::none(),
            x: at as i32 * 64,
            y: 0,
            from: at as u32,
            bytes: 1,
        };
        let mut glyphs: Vec<Placed> = (0..units.len()).map(glyph).collect();
        let ink = |at: usize| at + usize::from(units[at].role == Role::Text);
        let cell = |at: usize| Cell {
            direction: directions[at],
            pen: at as i32 * 64,
            advance: 64,
            glyphs: at..ink(at),
        };
        let cells: Vec<Cell> = (0..units.len()).map(cell).collect();
        reorder(&cells, 64 * units.len() as i32, &mut glyphs);
        let mut seen: Vec<&Placed> =
            glyphs.iter().filter(|g| ink(g.from as usize) > g.from as usize).collect();
        seen.sort_by_key(|glyph| glyph.x);
        seen.iter().map(|glyph| glyph.from as usize).collect()
    }

    /// Rule L2, written apart from the crate.
    fn by_rule(levels: &[Option<u8>], units: &[Unit]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..levels.len()).filter(|&at| levels[at].is_some()).collect();
        let level = |at: usize| levels[at].unwrap_or(0);
        let highest = order.iter().map(|&at| level(at)).max().unwrap_or(0);
        for bound in (1..=highest).rev() {
            for run in order.chunk_by_mut(|&a, &b| (level(a) >= bound) == (level(b) >= bound)) {
                if level(run[0]) >= bound {
                    run.reverse();
                }
            }
        }
        order.retain(|&at| units[at].role == Role::Text);
        order
    }

    fn level(c: char) -> Option<u8> {
        match c as u32 {
            0x78 => None,
            code @ 0x100.. => Some((code - 0x100) as u8),
            code => Some((code - 0x30) as u8),
        }
    }

    /// Tabs and paragraph ends never come here as characters: they are blanks and block ends.
    fn never_comes(c: char) -> bool {
        use unicode_bidi::BidiClass::{B, S};
        matches!(unicode_bidi::bidi_class(c), B | S)
    }

    fn check(text: &str, direction: char, levels: &[Option<u8>]) {
        let carried = match direction {
            '0' => Some(Level::ltr()),
            '1' => Some(Level::rtl()),
            _ => None,
        };
        let units = units(text);
        // The first inked unit gives the paragraph's level; without ink there is nothing to order.
        assert_eq!(order(&units, carried), by_rule(levels, &units), "{text:?} {direction}");
    }

    #[test]
    fn unicodes_bidi_character_tests_hold() {
        let (mut cases, mut left_out) = (0, 0);
        for line in conformance::lines("bidi-char-15.0.txt.gz") {
            let mut fields = line.split('\t');
            let text = conformance::chars(fields.next().unwrap());
            for field in fields {
                if text.chars().any(never_comes) {
                    left_out += 1;
                    continue;
                }
                let levels: Vec<Option<u8>> = field.chars().skip(2).map(level).collect();
                check(&text, field.chars().next().unwrap(), &levels);
                cases += 1;
            }
        }
        assert_eq!(cases + left_out, 91_707);
        assert!(cases > 80_000, "{cases} cases, {left_out} left out");
    }

    #[test]
    fn unicodes_bidi_class_tests_hold() {
        const LIKE: &str = "a\u{5D0}\u{627}1-%\u{660},\u{300}\u{AD}\t !\u{202A}\u{202D}\u{202B}\u{202E}\u{202C}\u{2066}\u{2067}\u{2068}\u{2069}\u{2029}";
        let like: Vec<char> = LIKE.chars().collect();
        let lines = conformance::lines("bidi-class-15.0.txt.gz");
        let pairs: Vec<Vec<char>> =
            lines[2].split(' ').skip(1).map(|pair| pair.chars().collect()).collect();
        let mut automatic = lines[3].chars();
        let mut places: Vec<_> = lines[4..8].iter().map(|line| line.bytes()).collect();
        let (mut cases, mut left_out) = (0, 0);
        for length in 1..=4_u32 {
            for number in 0..22_usize.pow(length - 1) * 23 {
                let mut text = vec![like[number % 23]];
                let mut rest = number / 23;
                for _ in 1..length {
                    text.insert(0, like[rest % 22]);
                    rest /= 22;
                }
                let (mut ltr, mut rtl) = (Vec::new(), Vec::new());
                for place in places.iter_mut().take(length as usize) {
                    let pair = &pairs[usize::from(place.next().unwrap() - b'A')];
                    ltr.push(level(pair[0]));
                    rtl.push(level(pair[1]));
                }
                let auto = if automatic.next() == Some('R') { &rtl } else { &ltr };
                if text.iter().copied().any(never_comes) {
                    left_out += 3;
                    continue;
                }
                let text: String = text.into_iter().collect();
                check(&text, '2', auto);
                check(&text, '0', &ltr);
                check(&text, '1', &rtl);
                cases += 3;
            }
        }
        assert_eq!(cases + left_out, 769_695);
        assert!(cases > 600_000, "{cases} cases, {left_out} left out");
    }
}
