//! What a line is filled with: clusters of glyphs that are never taken apart, with the room each
//! takes and the units it stands for.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::bidi::Direction;
use crate::text::{Role, Unit};
use crate::typeface::{Glyph, Offset, Shaped, Typeface, is_simple};

/// A cluster, a mark's part, a box or a blank.
pub(super) struct Atom {
    /// Units of the word.
    pub(super) units: Range<usize>,
    /// Room on the line in 1/64 px.
    pub(super) advance: i32,
    /// Glyphs among the offsets of all atoms.
    pub(super) glyphs: Range<usize>,
    pub(super) direction: Direction,
}

/// The atoms of a word. Kept from word to word for its memory and for the words already shaped.
#[derive(Default)]
pub(super) struct Atoms {
    pub(super) list: Vec<Atom>,
    pub(super) offsets: Vec<Offset>,
    text: String,
    /// Units that the characters of the text come from.
    from: Vec<usize>,
    shaped: Cache,
}

impl Atoms {
    /// Finds the atoms of a word's units; their directions are as many, or none where all run
    /// from left to right.
    pub(super) fn find(&mut self, units: &[Unit], directions: &[Direction], face: &Typeface) {
        self.list.clear();
        self.offsets.clear();
        let direction = |at: usize| directions.get(at).copied().unwrap_or(Direction::LTR);
        let mut at = 0;
        while at < units.len() {
            let end = match is_text(&units[at]) {
                true => {
                    at + self.stretch(&units[at..], |next| direction(at + next) == direction(at))
                }
                false => at + 1,
            };
            if is_text(&units[at]) {
                self.shape(units, at..end, direction(at), face);
            } else {
                self.single(&units[at], at, direction(at), face);
            }
            at = end;
        }
    }

    /// How many units from the first are text of one direction.
    fn stretch(&self, units: &[Unit], alike: impl Fn(usize) -> bool) -> usize {
        let other = |at: &usize| !(is_text(&units[*at]) || units[*at].is_silent()) || !alike(*at);
        (1..units.len()).find(other).unwrap_or(units.len())
    }

    fn shape(&mut self, units: &[Unit], range: Range<usize>, dir: Direction, face: &Typeface) {
        self.text.clear();
        self.from.clear();
        for at in range.clone().filter(|&at| is_text(&units[at])) {
            self.text.push(units[at].ch);
            self.from.push(at);
        }
        let shaped = self.shaped.get(&self.text, dir.is_rtl(), face);
        let (mut char, mut glyph) = (0, 0);
        for cluster in &shaped.clusters {
            let next = char + cluster.chars;
            let start = if char == 0 { range.start } else { self.from[char] };
            let end = self.from.get(next).copied().unwrap_or(range.end);
            let first = self.offsets.len();
            self.offsets.extend_from_slice(&shaped.offsets[glyph..glyph + cluster.glyphs]);
            let glyphs = first..self.offsets.len();
            self.list.push(Atom {
                units: start..end,
                advance: cluster.advance,
                glyphs,
                direction: dir,
            });
            char = next;
            glyph += cluster.glyphs;
        }
    }

    fn single(&mut self, unit: &Unit, at: usize, direction: Direction, face: &Typeface) {
        let (glyph, advance) = glyph_and_room(unit, face);
        let first = self.offsets.len();
        self.offsets.extend(glyph.map(|glyph| Offset { glyph: glyph.id, x: 0, y: 0 }));
        let glyphs = first..self.offsets.len();
        self.list.push(Atom { units: at..at + 1, advance, glyphs, direction });
    }
}

/// The glyph of a unit that has ink and is not shaped with others, and its room on the line in
/// 1/64 px.
pub(super) fn glyph_and_room(unit: &Unit, face: &Typeface) -> (Option<Glyph>, i32) {
    let glyph = match unit.role {
        Role::Nothing => return (None, 0),
        Role::Blank if unit.ch == ' ' => return (None, face.space()),
        Role::Blank => return (None, face.glyph(unit.ch).advance),
        Role::Boxed => face.boxed(unit.ch),
        Role::Text | Role::Mark | Role::Break | Role::Heading => face.glyph(unit.ch),
    };
    (Some(glyph), glyph.advance)
}

/// Whether a unit is shaped with its neighbours.
fn is_text(unit: &Unit) -> bool {
    match unit.role {
        Role::Text | Role::Heading => true,
        Role::Nothing => !unit.is_silent(),
        Role::Blank | Role::Mark | Role::Break | Role::Boxed => false,
    }
}

/// Whether units can be looked up one by one.
pub(super) fn are_simple(units: &[Unit]) -> bool {
    units.iter().all(|unit| match unit.role {
        Role::Text | Role::Heading => is_simple(unit.ch),
        Role::Nothing => unit.is_silent(),
        Role::Blank | Role::Mark | Role::Break | Role::Boxed => true,
    })
}

/// Words shaped before, by direction.
#[derive(Default)]
struct Cache {
    words: [HashMap<String, Arc<Shaped>>; 2],
    bytes: usize,
}

/// Bytes of words that are kept; then they are forgotten and it starts anew.
const KEPT: usize = 1 << 20;

impl Cache {
    fn get(&mut self, word: &str, rtl: bool, face: &Typeface) -> Arc<Shaped> {
        let words = &mut self.words[usize::from(rtl)];
        if let Some(shaped) = words.get(word) {
            return Arc::clone(shaped);
        }
        let shaped = Arc::new(face.shape(word, rtl));
        self.bytes += word.len();
        if self.bytes > KEPT {
            self.words = Default::default();
            self.bytes = word.len();
        }
        self.words[usize::from(rtl)].insert(word.to_owned(), Arc::clone(&shaped));
        shaped
    }
}
