//! Pages of solid pixels, 64 to a word: pixel fonts at 1 bit need neither sums nor rounding.

use std::ops::ControlFlow;

use super::canvas::each_glyph;
use super::{Bitmap, Ink};
use crate::layout::{Geometry, Page};
use crate::typeface::Typeface;

/// Pixels of a word.
const BITS: usize = u64::BITS as usize;

/// A page as rows of words, the leftmost pixel in the highest bit; kept from page to page.
#[derive(Default)]
pub(super) struct Words {
    words: Vec<u64>,
}

impl Words {
    /// Draws a page; `None` where a glyph is not solid.
    pub(super) fn draw(
        &mut self,
        page: &Page,
        geometry: &Geometry,
        face: &Typeface,
        ink: Ink,
    ) -> Option<Bitmap> {
        let (width, height) = (page.width as usize, page.height as usize);
        // A word more than needed, so that a glyph at the right edge may reach over it.
        let stride = width.div_ceil(BITS) + 1;
        self.words.clear();
        self.words.resize(stride * height, 0);
        let drawn = each_glyph(page, geometry, face, |x, y, image| {
            let Some(rows) = image.solid.as_deref() else { return ControlFlow::Break(()) };
            if x < 0 {
                self.add_cut(x, y, rows, stride);
            } else if (x as usize) < width {
                self.add(x as usize, y, image.width, rows, stride);
            }
            ControlFlow::Continue(())
        });
        drawn.is_continue().then(|| self.pack(page.width, page.height, stride, ink))
    }

    fn add(&mut self, x: usize, y: i32, width: usize, rows: &[u64], stride: usize) {
        let (word, shift) = (x / BITS, x % BITS);
        let above = (-y).max(0) as usize;
        let first = (y + above as i32) as usize;
        let from = (first * stride + word).min(self.words.len());
        let rows = rows.get(above..).unwrap_or_default();
        for (word, &row) in self.words[from..].iter_mut().step_by(stride).zip(rows) {
            *word |= row >> shift;
        }
        if shift + width > BITS {
            for (word, &row) in self.words[from..].iter_mut().skip(1).step_by(stride).zip(rows) {
                *word |= row << (BITS - shift);
            }
        }
    }

    /// Adds a glyph that begins left of the page.
    fn add_cut(&mut self, x: i32, y: i32, rows: &[u64], stride: usize) {
        let above = (-y).max(0) as usize;
        let first = (y + above as i32) as usize;
        let lines = self.words.chunks_exact_mut(stride).skip(first);
        for (line, &row) in lines.zip(rows.iter().skip(above)) {
            line[0] |= row.checked_shl(x.unsigned_abs()).unwrap_or(0);
        }
    }

    fn pack(&self, width: u32, height: u32, stride: usize, ink: Ink) -> Bitmap {
        let bytes = (width as usize).div_ceil(8);
        // Ink is 0 unless it is light; what pads a row is 0 in any case.
        let flip = if ink.invert { 0 } else { u64::MAX };
        let padding = 0xFF_u8.checked_shl(bytes as u32 * 8 - width).unwrap_or(0);
        let mut rows = Vec::with_capacity(bytes * height as usize + BITS / 8);
        for line in self.words.chunks_exact(stride) {
            let start = rows.len();
            for word in &line[..stride - 1] {
                rows.extend_from_slice(&(word ^ flip).to_be_bytes());
            }
            rows.truncate(start + bytes);
            if let Some(last) = rows.last_mut() {
                *last &= padding;
            }
        }
        Bitmap { width, height, bits: 1, rows }
    }
}
