//! Whether a page could have another glyph in a place and look the same.

use std::collections::{HashMap, HashSet};

use super::proof::{Proof, around, ink_at};
use super::{NONE, Spot};
use crate::typeface::{FULL_INK, GlyphId, GlyphImage, PHASES, Typeface};

/// Candidates that are remembered; then it starts anew.
const MOST: usize = 1 << 13;
/// What a witness asks of a difference at most: the more it asks, the fewer it speaks for; the
/// less, the sooner neighbours' ink drowns it.
const ENOUGH: i32 = FULL_INK as i32 * 3 / 4;

/// For each glyph and phase, pixels that tell it from all other candidates: a handful speak for
/// hundreds. If changing the ink there changes the page, none of these stands there instead.
#[derive(Default)]
pub(super) struct Witnesses {
    /// Every candidate so far.
    candidates: Vec<GlyphId>,
    known: HashSet<GlyphId>,
    tables: HashMap<(GlyphId, u32), Table>,
}

#[derive(Default)]
struct Table {
    witnesses: Vec<Witness>,
    /// How many of the candidates they speak for.
    spoken_for: usize,
    /// Which of the first witnesses speaks for each candidate, the first of all an empty place. Asked
    /// for only where a witness was not sure, which is where glyphs lie on each other.
    speakers: Vec<u8>,
}

/// No witness speaks for a candidate, or one that is not among the first.
const NOBODY: u8 = u8::MAX;

#[derive(Clone, Copy)]
struct Witness {
    /// From the pen.
    right: i32,
    down: i32,
    /// At least so much ink more, or less if negative, would the others put there.
    change: i32,
}

impl Witness {
    fn speaks_for(self, image: &GlyphImage, other: &GlyphImage) -> bool {
        let change = ink_at(other, self.right, self.down) - ink_at(image, self.right, self.down);
        change.signum() == self.change.signum() && change.abs() >= self.change.abs()
    }
}

impl Witnesses {
    /// Another glyph that a place could have without the page being any different; within, `None`:
    /// it could have no glyph at all.
    pub(super) fn mistaken(
        &mut self,
        spot: &Spot,
        proof: &Proof,
        candidates: &[GlyphId],
        face: &Typeface,
    ) -> Option<Option<GlyphId>> {
        let sure = |witness: &Witness| {
            let ink = proof.at(spot.x + witness.right, spot.y + witness.down);
            ink.is_some_and(|ink| proof.shade(ink) != proof.shade(ink + witness.change))
        };
        let table = table(&mut self.tables, &self.candidates, spot, face);
        if table.witnesses.iter().all(sure) {
            return None;
        }
        // Only whom no sure witness speaks for can stand there.
        table.ask(spot, &self.candidates, face);
        let sure: Vec<bool> = table.witnesses.iter().map(sure).collect();
        let open = |speaker: u8| !sure.get(usize::from(speaker)).copied().unwrap_or(false);
        if open(table.speakers[0]) && fits(spot, &NONE, proof) {
            return Some(None);
        }
        let image = |glyph| face.image(glyph, spot.right, spot.down);
        let open = self.candidates.iter().zip(&table.speakers[1..]).filter(|&(_, &by)| open(by));
        let on_page = |glyph: &GlyphId| candidates.binary_search(glyph).is_ok();
        let mut suspects: Vec<GlyphId> = open.map(|(&glyph, _)| glyph).filter(on_page).collect();
        suspects.sort_unstable();
        suspects.into_iter().filter(|&glyph| glyph != spot.glyph).find_map(|glyph| {
            let other = image(glyph);
            // The images are asked for what they would be alone on a page.
            let alike = || {
                around(spot.image, other).all(|(right, down)| {
                    let shade = |image| proof.shade(ink_at(image, right, down));
                    shade(spot.image) == shade(other)
                })
            };
            (fits(spot, other, proof) && !alike()).then_some(Some(glyph))
        })
    }

    /// Adds a page's candidates.
    pub(super) fn learn(&mut self, candidates: &[GlyphId]) {
        if self.candidates.len() + candidates.len() > MOST {
            *self = Self::default();
        }
        for &glyph in candidates {
            if self.known.insert(glyph) {
                self.candidates.push(glyph);
            }
        }
    }
}

/// The witnesses of a place.
fn table<'a>(
    tables: &'a mut HashMap<(GlyphId, u32), Table>,
    candidates: &[GlyphId],
    spot: &Spot,
    face: &Typeface,
) -> &'a mut Table {
    let table = tables.entry((spot.glyph, spot.down * PHASES + spot.right)).or_default();
    if table.spoken_for == 0 {
        // An empty place is a candidate too.
        table.hear(spot.image, &NONE);
    }
    for &glyph in &candidates[table.spoken_for..] {
        table.hear(spot.image, face.image(glyph, spot.right, spot.down));
    }
    table.spoken_for = candidates.len();
    table
}

impl Table {
    /// Finds out who speaks for each candidate.
    fn ask(&mut self, spot: &Spot, candidates: &[GlyphId], face: &Typeface) {
        let witnesses = &self.witnesses[..self.witnesses.len().min(usize::from(NOBODY))];
        let speaker = |other: &GlyphImage| {
            let of = witnesses.iter().position(|witness| witness.speaks_for(spot.image, other));
            of.map_or(NOBODY, |at| at as u8)
        };
        if self.speakers.is_empty() {
            self.speakers.push(speaker(&NONE));
        }
        let known = self.speakers.len() - 1;
        let images = candidates[known..].iter();
        let images = images.map(|&glyph| face.image(glyph, spot.right, spot.down));
        self.speakers.extend(images.map(speaker));
    }

    /// Makes sure that a witness speaks for another image, if it differs at all.
    fn hear(&mut self, image: &GlyphImage, other: &GlyphImage) {
        if self.witnesses.iter().any(|witness| witness.speaks_for(image, other)) {
            return;
        }
        let seen = |ink: i32| ink.clamp(0, i32::from(FULL_INK));
        let most = around(image, other).max_by_key(|&(right, down)| {
            (seen(ink_at(other, right, down)) - seen(ink_at(image, right, down))).abs()
        });
        let Some((right, down)) = most else { return };
        let change = ink_at(other, right, down) - ink_at(image, right, down);
        if change != 0 {
            let change = change.clamp(-ENOUGH, ENOUGH);
            self.witnesses.push(Witness { right, down, change });
        }
    }
}

/// Whether the page would be the same with another image in a place.
fn fits(spot: &Spot, other: &GlyphImage, proof: &Proof) -> bool {
    around(spot.image, other).all(|(right, down)| {
        let change = ink_at(other, right, down) - ink_at(spot.image, right, down);
        let ink = proof.at(spot.x + right, spot.y + down);
        change == 0 || ink.is_none_or(|ink| proof.shade(ink) == proof.shade(ink + change))
    })
}
