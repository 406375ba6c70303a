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
}

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
        if self.of(spot, face).iter().all(sure) {
            return None;
        }
        if fits(spot, &NONE, proof) {
            return Some(None);
        }
        let image = |glyph| face.image(glyph, spot.right, spot.down);
        candidates.iter().copied().filter(|&glyph| glyph != spot.glyph).find_map(|glyph| {
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

    /// The witnesses of a place.
    fn of(&mut self, spot: &Spot, face: &Typeface) -> &[Witness] {
        let table = self.tables.entry((spot.glyph, spot.down * PHASES + spot.right)).or_default();
        if table.spoken_for == 0 {
            // An empty place is a candidate too.
            table.hear(spot.image, &NONE);
        }
        for &glyph in &self.candidates[table.spoken_for..] {
            table.hear(spot.image, face.image(glyph, spot.right, spot.down));
        }
        table.spoken_for = self.candidates.len();
        &table.witnesses
    }
}

impl Table {
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
