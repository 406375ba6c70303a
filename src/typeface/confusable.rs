//! Which glyphs of a face look alike as they are really drawn.

use serde::Serialize;

use super::{FULL_INK, GlyphImage, Typeface, union};

/// What exact strings are made of.
pub const OF_EXACT_STRINGS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:;'`\"-_~+*/\\|()[]{}<>=@#$%&!?^";

/// Px that one glyph may be moved sideways against the other, each way: a reader does not see where
/// the pen stood.
const SHIFT: usize = 1;

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
        let frame = Frame::of(chars.chars().map(image));
        let glyphs: Vec<(char, Vec<i16>)> =
            chars.chars().map(|c| (c, frame.spread(image(c)))).collect();
        let px = |ink: i32| ink as f32 / f32::from(FULL_INK);
        let ink = |spread: &[i16]| px(spread.iter().map(|&ink| i32::from(ink)).sum());
        let mut pairs = Vec::new();
        for (index, (a, first)) in glyphs.iter().enumerate() {
            for (b, second) in &glyphs[index + 1..] {
                let least = (0..=2 * SHIFT).map(|shift| distance(first, second, shift)).min();
                let pixels = px(least.unwrap_or(i32::MAX));
                if pixels <= within {
                    let share = pixels / (ink(first) + ink(second)).max(f32::MIN_POSITIVE);
                    pairs.push(Pair { a: *a, b: *b, pixels, share });
                }
            }
        }
        pairs.sort_by(|x, y| x.share.total_cmp(&y.share).then((x.a, x.b).cmp(&(y.a, y.b))));
        pairs
    }
}

/// The room that some glyphs need about their pen, with columns without ink at the right, so that a
/// glyph that is moved sideways meets no ink of the row above or below.
struct Frame {
    left: i32,
    top: i32,
    width: usize,
    height: usize,
}

impl Frame {
    fn of<'a>(images: impl Iterator<Item = &'a GlyphImage>) -> Self {
        let all = images.map(GlyphImage::edges).reduce(union);
        let [left, top, right, foot] = all.unwrap_or_default();
        let width = (right - left) as usize + 2 * SHIFT;
        Self { left, top, width, height: (foot - top) as usize }
    }

    /// The ink of a glyph in its place, row by row.
    fn spread(&self, image: &GlyphImage) -> Vec<i16> {
        let mut ink = vec![0; self.width * self.height];
        let from = (image.top - self.top) as usize * self.width + (image.left - self.left) as usize;
        let rows = ink.get_mut(from..).unwrap_or_default().chunks_mut(self.width);
        for (row, inked) in rows.zip(image.rows()) {
            for (pixel, &ink) in row.iter_mut().zip(inked) {
                *pixel = ink.clamp(0, FULL_INK);
            }
        }
        ink
    }
}

/// Ink that differs when the second glyph is moved by `shift` − `SHIFT` px, in parts of
/// [`FULL_INK`].
fn distance(a: &[i16], b: &[i16], shift: usize) -> i32 {
    // What is cut off at either end are columns without ink, or no more than the glyphs' first px,
    // which counts on its own.
    let (a_from, b_from) = (shift.saturating_sub(SHIFT), SHIFT.saturating_sub(shift));
    let both = a.len() - a_from.max(b_from);
    let lone = |ink: &[i16]| -> i32 { ink.iter().map(|&ink| i32::from(ink)).sum() };
    let differ = a[a_from..][..both].iter().zip(&b[b_from..][..both]);
    let differ: i32 = differ.map(|(&a, &b)| i32::from((a - b).abs())).sum();
    differ
        + lone(&a[..a_from])
        + lone(&b[..b_from])
        + lone(&a[a_from + both..])
        + lone(&b[b_from + both..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(left: i32, top: i32, width: usize, ink: &[i16]) -> GlyphImage {
        GlyphImage { left, top, width, ink: ink.to_vec(), ..GlyphImage::default() }
    }

    /// The same pixel by pixel.
    fn plain(a: &GlyphImage, b: &GlyphImage, shift: i32) -> i32 {
        let at = |image: &GlyphImage, x: i32, y: i32| {
            let (x, y) = (x - image.left, y - image.top);
            if x < 0 || y < 0 || x >= image.width as i32 {
                return 0;
            }
            let ink = image.ink.get(y as usize * image.width + x as usize).copied();
            i32::from(ink.unwrap_or(0).clamp(0, FULL_INK))
        };
        let all = (-20..20).flat_map(|y| (-20..20).map(move |x| (x, y)));
        all.map(|(x, y)| (at(a, x, y) - at(b, x - shift, y)).abs()).sum()
    }

    #[test]
    fn distances_are_those_of_the_pixels() {
        let images = [
            image(0, -3, 2, &[4096, 0, -50, 4096, 100, 200]),
            image(-2, -5, 3, &[1, 2, 3, 4, 5, 6, 7, 8, 9000]),
            image(3, 1, 1, &[4000, 30]),
            GlyphImage::default(),
        ];
        let frame = Frame::of(images.iter());
        for (a, b) in images.iter().flat_map(|a| images.iter().map(move |b| (a, b))) {
            for shift in 0..=2 * SHIFT {
                let found = distance(&frame.spread(a), &frame.spread(b), shift);
                assert_eq!(found, plain(a, b, shift as i32 - SHIFT as i32), "{a:?} {b:?} {shift}");
            }
        }
    }
}
