//! Pixel fonts: every glyph is a cell of the same size, drawn by hand, either ink or none.

use super::{FULL_INK, GlyphImage};

/// A pixel font read from lines of `CODEPOINT:ROWS` in hexadecimal, as GNU Unifont writes them:
/// each row is a whole number of bytes, the leftmost pixel the highest bit.
pub(super) struct Strike {
    width: u32,
    height: u32,
    ascent: u32,
    /// Code points and the digits of their rows, in the order of the code points.
    glyphs: Vec<(u32, &'static str)>,
}

impl Strike {
    pub(super) fn new(cells: &'static str, width: u32, height: u32, ascent: u32) -> Self {
        let glyphs = cells
            .lines()
            .filter_map(|line| line.split_once(':'))
            .filter_map(|(code, rows)| Some((u32::from_str_radix(code, 16).ok()?, rows)))
            .collect();
        Self { width, height, ascent, glyphs }
    }

    pub(super) fn width(&self) -> u32 {
        self.width
    }

    pub(super) fn height(&self) -> u32 {
        self.height
    }

    /// Rows above the baseline.
    pub(super) fn ascent(&self) -> u32 {
        self.ascent
    }

    /// Rows of ink of the letter x.
    pub(super) fn x_height(&self) -> f32 {
        let image = self.glyph_id('x').map(|id| self.image(id)).unwrap_or_default();
        let inked = |row: &&[i16]| row.iter().any(|&ink| ink > 0);
        image.ink.chunks(image.width.max(1)).filter(inked).count() as f32
    }

    pub(super) fn glyph_id(&self, c: char) -> Option<u32> {
        self.glyphs.binary_search_by_key(&(c as u32), |g| g.0).ok().map(|at| at as u32)
    }

    pub(super) fn image(&self, id: u32) -> GlyphImage {
        let digits = self.glyphs[id as usize].1;
        let row_digits = self.width.div_ceil(8) as usize * 2;
        let bits = row_digits as u32 * 4;
        let mut ink = Vec::with_capacity((self.width * self.height) as usize);
        for row in 0..self.height as usize {
            let digits = digits.get(row * row_digits..(row + 1) * row_digits);
            let row = digits.and_then(|d| u32::from_str_radix(d, 16).ok()).unwrap_or(0);
            for x in 0..self.width {
                ink.push(if row >> (bits - 1 - x) & 1 == 1 { FULL_INK } else { 0 });
            }
        }
        GlyphImage { left: 0, top: -(self.ascent as i32), width: self.width as usize, ink }
    }
}
