//! Which glyphs of a face look alike as they are really drawn.

use serde::Serialize;

use super::{FULL_INK, GlyphImage, Typeface};

/// Px that one glyph may be moved sideways against the other: a reader does not see where the pen
/// stood.
const SHIFTS: std::ops::RangeInclusive<i32> = -1..=1;

/// Two glyphs and how far apart they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// One character.
    pub a: char,
    /// The other.
    pub b: char,
    /// Ink that one has and the other has not, in px that are covered whole.
    pub pixels: f32,
    /// The same as a share of the ink of both.
    pub share: f32,
}

impl Typeface {
    /// The pairs of `chars` that are drawn most alike, closest first.
    pub fn confusable(&self, chars: &str) -> Vec<Pair> {
        let glyphs: Vec<(char, &GlyphImage)> =
            chars.chars().map(|c| (c, self.image(self.glyph(c).id, 0, 0))).collect();
        let mut pairs = Vec::new();
        for (index, &(a, first)) in glyphs.iter().enumerate() {
            for &(b, second) in &glyphs[index + 1..] {
                let pixels =
                    SHIFTS.map(|shift| distance(first, second, shift)).fold(f32::MAX, f32::min);
                let share = pixels / (ink(first) + ink(second)).max(f32::MIN_POSITIVE);
                pairs.push(Pair { a, b, pixels, share });
            }
        }
        pairs.sort_by(|x, y| x.share.total_cmp(&y.share).then((x.a, x.b).cmp(&(y.a, y.b))));
        pairs
    }
}

fn ink(image: &GlyphImage) -> f32 {
    image.ink.iter().map(|&ink| cover(ink)).sum()
}

fn cover(ink: i16) -> f32 {
    f32::from(ink.clamp(0, FULL_INK)) / f32::from(FULL_INK)
}

/// Ink that differs when the second glyph is moved by `shift` px.
fn distance(a: &GlyphImage, b: &GlyphImage, shift: i32) -> f32 {
    let rows = |image: &GlyphImage| (image.ink.len() / image.width.max(1)) as i32;
    let top = a.top.min(b.top);
    let bottom = (a.top + rows(a)).max(b.top + rows(b));
    let left = a.left.min(b.left + shift);
    let right = (a.left + a.width as i32).max(b.left + shift + b.width as i32);
    let mut sum = 0.0;
    for y in top..bottom {
        for x in left..right {
            sum += (at(a, x, y) - at(b, x - shift, y)).abs();
        }
    }
    sum
}

fn at(image: &GlyphImage, x: i32, y: i32) -> f32 {
    let (x, y) = (x - image.left, y - image.top);
    if x < 0 || y < 0 || x >= image.width as i32 {
        return 0.0;
    }
    image.ink.get(y as usize * image.width + x as usize).map_or(0.0, |&ink| cover(ink))
}
