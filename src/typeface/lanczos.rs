//! The downscale: a Lanczos-3 filter from a glyph drawn large to the pixels of the page.
//!
//! The filter is linear. So the sum of glyphs that were each shrunk equals the shrunk sum, and a
//! page put together from shrunk glyphs equals a page drawn large and shrunk whole; a test holds
//! one against the other.

use std::borrow::Cow;

use super::outline::Coverage;
use super::{FULL_INK, GlyphImage};

/// Lobes of the kernel on each side: the three of Lanczos-3.
const LOBES: f64 = 3.0;

/// A filter that shrinks by a fixed factor.
pub(super) struct Lanczos {
    factor: f64,
    /// The weights for every page pixel, where the factor is whole: they are all alike.
    weights: Option<Vec<f32>>,
}

/// Weights of consecutive large pixels for one page pixel.
struct Taps<'a> {
    first: i32,
    weights: Cow<'a, [f32]>,
}

impl Lanczos {
    /// A filter that shrinks `factor` ≥ 1 times; 1 leaves the pixels as they are.
    pub(super) fn new(factor: f32) -> Self {
        let mut filter = Self { factor: f64::from(factor), weights: None };
        if factor.fract() == 0.0 {
            filter.weights = Some(filter.taps_of(0).weights.into_owned());
        }
        filter
    }

    /// Shrinks a glyph, keeping its place against the pen.
    pub(super) fn shrink(&self, large: &Coverage) -> GlyphImage {
        if large.width == 0 {
            return GlyphImage::default();
        }
        let (left, columns) = self.taps(large.left, large.width);
        let (top, rows) = self.taps(large.top, large.height);
        // Rows first: each output row mixes whole input rows.
        let mut mixed = vec![0.0_f32; large.width * rows.len()];
        for (row, out) in rows.iter().zip(mixed.chunks_mut(large.width)) {
            let (y, weights) = row.over(large.top, large.height);
            let lines = large.pixels.chunks(large.width).skip(y);
            for (line, weight) in lines.zip(weights) {
                out.iter_mut().zip(line).for_each(|(o, i)| *o += weight * i);
            }
        }
        let mut ink = Vec::with_capacity(columns.len() * rows.len());
        for line in mixed.chunks(large.width) {
            for column in &columns {
                let (x, weights) = column.over(large.left, large.width);
                let sum: f32 = weights.iter().zip(&line[x..]).map(|(w, i)| w * i).sum();
                ink.push((sum * f32::from(FULL_INK)).round() as i16);
            }
        }
        GlyphImage { left, top, width: columns.len(), ink, ..GlyphImage::default() }
    }

    /// The page pixels that large pixels `start .. start + length` reach, and how.
    fn taps(&self, start: i32, length: usize) -> (i32, Vec<Taps<'_>>) {
        let reach = if self.factor > 1.0 { LOBES } else { 0.0 };
        let first = (f64::from(start) / self.factor - reach).floor() as i32;
        let end = ((f64::from(start) + length as f64) / self.factor + reach).ceil() as i32;
        (first, (first..end).map(|at| self.taps_of(at)).collect())
    }

    fn taps_of(&self, at: i32) -> Taps<'_> {
        let centre = (f64::from(at) + 0.5) * self.factor;
        let first = (centre - LOBES * self.factor).floor() as i32;
        if let Some(weights) = &self.weights {
            return Taps { first, weights: Cow::Borrowed(weights) };
        }
        let end = (centre + LOBES * self.factor).ceil() as i32;
        let raw: Vec<f64> = (first..end)
            .map(|large| kernel((f64::from(large) + 0.5 - centre) / self.factor))
            .collect();
        let sum: f64 = raw.iter().sum();
        Taps { first, weights: raw.iter().map(|w| (w / sum) as f32).collect() }
    }
}

impl Taps<'_> {
    /// Those that fall on the `length` large pixels from `start`, and the first pixel they fall on.
    fn over(&self, start: i32, length: usize) -> (usize, &[f32]) {
        let skip = (start - self.first).max(0) as usize;
        let offset = ((self.first - start).max(0) as usize).min(length);
        let weights = self.weights.get(skip..).unwrap_or_default();
        (offset, &weights[..weights.len().min(length - offset)])
    }
}

/// `sinc(x) · sinc(x / 3)` within three lobes.
fn kernel(x: f64) -> f64 {
    if x.abs() >= LOBES {
        return 0.0;
    }
    sinc(x) * sinc(x / LOBES)
}

fn sinc(x: f64) -> f64 {
    let x = x * std::f64::consts::PI;
    if x == 0.0 { 1.0 } else { libm::sin(x) / x }
}
