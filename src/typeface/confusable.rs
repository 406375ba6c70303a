//! Which glyphs of a face look alike as they are really drawn.

use serde::Serialize;

use super::{FULL_INK, GlyphImage, Typeface};

/// What exact strings are made of.
pub const OF_EXACT_STRINGS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:;'`\"-_~+*/\\|()[]{}<>=@#$%&!?^";

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
    /// The pairs of `chars` that are drawn most alike, closest first, as far as they differ by no
    /// more than `within` px of ink.
    pub fn confusable(&self, chars: &str, within: f32) -> Vec<Pair> {
        let image = |c| self.image(self.glyph(c).id, 0, 0);
        let glyphs: Vec<(char, &GlyphImage, f32)> =
            chars.chars().map(|c| (c, image(c), ink(image(c)))).collect();
        let mut pairs = Vec::new();
        for (index, &(a, first, ink_a)) in glyphs.iter().enumerate() {
            for &(b, second, ink_b) in &glyphs[index + 1..] {
                // They differ by no less than the ink that one has more than the other.
                if (ink_a - ink_b).abs() > within {
                    continue;
                }
                let pixels = SHIFTS
                    .map(|shift| distance(first, second, shift, within))
                    .fold(f32::MAX, f32::min);
                if pixels <= within {
                    let share = pixels / (ink_a + ink_b).max(f32::MIN_POSITIVE);
                    pairs.push(Pair { a, b, pixels, share });
                }
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

/// Ink that differs when the second glyph is moved by `shift` px; where that is more than `within`,
/// anything above it.
fn distance(a: &GlyphImage, b: &GlyphImage, shift: i32, within: f32) -> f32 {
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
        if sum > within {
            break;
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
