//! Which glyphs are to blame for pixels that are not as drawn, and what stands there instead.

use image::GrayImage;

use super::proof::{Proof, around, ink_at};
use super::{NONE, Spot};
use crate::layout::{Geometry, TextBox};
use crate::typeface::{Edges, GlyphId, GlyphImage, Typeface};

/// Pixels without a glyph this close are one stain.
const NEAR: i32 = 2;

/// Stains that are told apart; what comes after goes with the last.
const MOST: usize = 1000;

/// What stands where a glyph should: `None`: no glyph explains it; within, `None`: nothing.
type Verdict = Option<Option<GlyphId>>;

/// A glyph that has wrong pixels about it.
struct Suspect<'a> {
    index: usize,
    /// As it should be.
    drawn: Spot<'a>,
    /// What explains the pixels better, and by how much.
    better: Option<(Option<GlyphId>, &'a GlyphImage)>,
    gain: i64,
}

/// Explains the pixels that differ from a proof by other glyphs in the place of those that were
/// drawn, one at a time, the best explanation first. Afterwards proof and spots are as explained.
/// Returns what stands in place of glyphs, in their order, and the ink that touches none.
pub(super) fn find<'a>(
    proof: &mut Proof,
    spots: &mut [Spot<'a>],
    candidates: &[GlyphId],
    face: &'a Typeface,
    geometry: &Geometry,
    gray: &GrayImage,
) -> (Vec<(usize, Verdict)>, Vec<TextBox>) {
    let wrong = proof.differences(gray);
    if wrong.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let mut stain = Stain::new(gray.width() as usize, gray.height() as usize, &wrong);
    let inked = spots.iter().enumerate().filter(|(_, spot)| !spot.image.ink.is_empty());
    let touched = inked.filter(|(_, spot)| stain.touches(reach(spot, geometry)));
    let mut suspects: Vec<Suspect> =
        touched.map(|(index, &drawn)| Suspect { index, drawn, better: None, gain: 0 }).collect();
    for suspect in &mut suspects {
        suspect.gain = explain(&suspect.drawn, candidates, face, proof, gray).1;
    }
    suspects.sort_by_key(|suspect| -suspect.gain);
    for suspect in &mut suspects {
        // What was explained before may have left nothing to explain.
        let (better, gain) = explain(&suspect.drawn, candidates, face, proof, gray);
        if let (Some((_, image)), true) = (better, gain > 0) {
            proof.replace(&suspect.drawn, image);
            suspect.better = better;
        }
    }
    suspects.sort_by_key(|suspect| suspect.index);
    stain = Stain::new(gray.width() as usize, gray.height() as usize, &proof.differences(gray));
    let mut verdicts = Vec::new();
    for suspect in &suspects {
        let drawn = &suspect.drawn;
        let stained = stain.touches(edges(drawn, drawn.image))
            || suspect.better.is_some_and(|(_, image)| stain.touches(edges(drawn, image)));
        if stained {
            verdicts.push((suspect.index, None));
        } else if let Some((glyph, _)) = suspect.better {
            verdicts.push((suspect.index, Some(glyph)));
        }
    }
    let mut stray = stain.clone();
    for suspect in &suspects {
        let Suspect { drawn, better, .. } = suspect;
        stray.wipe(edges(drawn, drawn.image));
        better.iter().for_each(|(_, image)| stray.wipe(edges(drawn, image)));
    }
    for suspect in suspects {
        if let Some((glyph, image)) = suspect.better {
            let spot = &mut spots[suspect.index];
            *spot = Spot { glyph: glyph.unwrap_or(spot.glyph), image, ..*spot };
        }
    }
    (verdicts, stray.boxes())
}

/// The candidate that explains the pixels around a place best, nothing at all included, and by how
/// much better than what was drawn: squares of differences between samples, summed.
fn explain<'a>(
    spot: &Spot,
    candidates: &[GlyphId],
    face: &'a Typeface,
    proof: &Proof,
    gray: &GrayImage,
) -> (Option<(Option<GlyphId>, &'a GlyphImage)>, i64) {
    let gain = |image: &GlyphImage| -> i64 {
        let pixels = around(spot.image, image).filter_map(|(right, down)| {
            let (x, y) = (spot.x + right, spot.y + down);
            let ink = proof.at(x, y)?;
            let change = ink_at(image, right, down) - ink_at(spot.image, right, down);
            let seen = gray.get_pixel(x as u32, y as u32).0[0];
            let off = |ink| i64::from(seen.abs_diff(proof.shade(ink))).pow(2);
            Some(off(ink) - off(ink + change))
        });
        pixels.sum()
    };
    let others = candidates.iter().filter(|&&glyph| glyph != spot.glyph);
    let image = |&glyph: &GlyphId| (Some(glyph), face.image(glyph, spot.right, spot.down));
    let mut best = (None, 0);
    for (glyph, image) in std::iter::once((None, &*NONE)).chain(others.map(image)) {
        let gain = gain(image);
        if gain > best.1 {
            best = (Some((glyph, image)), gain);
        }
    }
    best
}

/// The box around an image's ink in a place.
fn edges(spot: &Spot, image: &GlyphImage) -> Edges {
    let [left, top, right, foot] = image.edges();
    [spot.x + left, spot.y + top, spot.x + right, spot.y + foot]
}

/// The box that another glyph in a place might have ink in: the line's height, and a little to both
/// sides.
fn reach(spot: &Spot, geometry: &Geometry) -> Edges {
    let [left, top, right, foot] = edges(spot, spot.image);
    let line = spot.y - geometry.ascent as i32;
    let end = line + geometry.pitch as i32;
    [left - NEAR, top.min(line), right + NEAR, foot.max(end)]
}

/// Pixels of a page that are wrong.
#[derive(Clone)]
struct Stain {
    wrong: Vec<bool>,
    width: usize,
    height: usize,
}

impl Stain {
    fn new(width: usize, height: usize, pixels: &[(i32, i32)]) -> Self {
        let mut wrong = vec![false; width * height];
        for &(x, y) in pixels {
            wrong[y as usize * width + x as usize] = true;
        }
        Self { wrong, width, height }
    }

    /// The rows and columns of the page that a box has.
    fn within(&self, [left, top, right, foot]: Edges) -> impl Iterator<Item = usize> + use<> {
        let on = |edge: i32, side: usize| edge.clamp(0, side as i32) as usize;
        let (from, to, width) = (on(left, self.width), on(right, self.width), self.width);
        let rows = on(top, self.height)..on(foot, self.height);
        rows.flat_map(move |y| (from..to).map(move |x| y * width + x))
    }

    /// Whether anything in a box is wrong.
    fn touches(&self, edges: Edges) -> bool {
        self.within(edges).any(|at| self.wrong[at])
    }

    fn wipe(&mut self, edges: Edges) {
        for at in self.within(edges) {
            self.wrong[at] = false;
        }
    }

    /// Boxes around what is wrong, one around all that is close to each other in reading order.
    fn boxes(&self) -> Vec<TextBox> {
        let mut boxes: Vec<[i32; 4]> = Vec::new();
        for (at, _) in self.wrong.iter().enumerate().filter(|(_, wrong)| **wrong) {
            let (x, y) = ((at % self.width) as i32, (at / self.width) as i32);
            let near = |b: &&mut [i32; 4]| {
                x >= b[0] - NEAR && x <= b[2] + NEAR && y >= b[1] - NEAR && y <= b[3] + NEAR
            };
            let full = boxes.len() == MOST;
            let known = boxes.iter_mut().rev().find(|b| full || near(b));
            match known {
                Some(b) => *b = [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)],
                None => boxes.push([x, y, x, y]),
            }
        }
        let side = |from: i32, to: i32| (to - from + 1) as u32;
        boxes
            .into_iter()
            .map(|[left, top, right, foot]| TextBox {
                x: left as u32,
                y: top as u32,
                w: side(left, right),
                h: side(top, foot),
            })
            .collect()
    }
}
