//! Pixel fonts: every glyph is a cell drawn by hand, either ink or none.

use std::cmp::Ordering;

use super::{FULL_INK, GlyphImage};

/// A pixel font read from lines of `CODEPOINT:ROWS` in hexadecimal, as GNU Unifont writes them:
/// each row is a whole number of bytes, the leftmost pixel the highest bit.
pub(super) struct Strike {
    /// Width of every cell; `None`: as wide as its rows have bits.
    width: Option<u32>,
    height: u32,
    ascent: u32,
    /// Page px of a pixel of the font.
    scale: f32,
    /// The lines as they are, in the order of the code points: reading them all would take longer than
    /// a page does. A glyph's number is its code point.
    cells: &'static str,
}

impl Strike {
    pub(super) fn new(cells: &'static str, width: Option<u32>, height: u32, ascent: u32) -> Self {
        Self { width, height, ascent, scale: 1.0, cells }
    }

    /// The same font with each of its pixels so many page px wide and high.
    pub(super) fn scaled(self, scale: f32) -> Self {
        Self { scale, ..self }
    }

    /// Whether its pixels are the page's.
    pub(super) fn is_exact(&self) -> bool {
        self.scale == 1.0
    }

    /// Px to the next glyph.
    pub(super) fn advance(&self, id: u32) -> f32 {
        self.width(id) as f32 * self.scale
    }

    /// Px of every cell of a font whose cells are alike.
    pub(super) fn cell(&self) -> (u32, u32) {
        (self.width.unwrap_or(self.height / 2), self.height)
    }

    /// Rows above the baseline.
    pub(super) fn ascent(&self) -> u32 {
        self.ascent
    }

    /// Rows of ink of the letter x.
    pub(super) fn x_height(&self) -> f32 {
        let image = self.glyph_id('x').map(|id| self.cell_image(id)).unwrap_or_default();
        let inked = |row: &&[i16]| row.iter().any(|&ink| ink > 0);
        image.ink.chunks(image.width.max(1)).filter(inked).count() as f32
    }

    pub(super) fn glyph_id(&self, c: char) -> Option<u32> {
        self.digits(c as u32).map(|_| c as u32)
    }

    /// The digits of a glyph's rows, found by halving what is left of the lines.
    fn digits(&self, id: u32) -> Option<&'static str> {
        let mut lines = self.cells;
        while !lines.is_empty() {
            let bytes = lines.as_bytes();
            let middle = bytes.len() / 2;
            let start = bytes[..middle].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
            let end = bytes[middle..].iter().position(|&b| b == b'\n');
            let end = end.map_or(bytes.len(), |at| middle + at);
            let (code, digits) = lines[start..end].split_once(':')?;
            match u32::from_str_radix(code, 16).ok()?.cmp(&id) {
                Ordering::Equal => return Some(digits),
                Ordering::Greater => lines = &lines[..start],
                Ordering::Less => lines = lines.get(end + 1..).unwrap_or_default(),
            }
        }
        None
    }

    /// A glyph's ink with its pen `shift` px right of a pixel's edge.
    pub(super) fn image(&self, id: u32, shift: f32) -> GlyphImage {
        let cell = self.cell_image(id);
        if self.is_exact() && shift == 0.0 { cell } else { self.resample(&cell, shift) }
    }

    fn width(&self, id: u32) -> u32 {
        let own =
            || self.digits(id).map_or(0, |digits| digits.len() as u32 / self.height.max(1) * 4);
        self.width.unwrap_or_else(own)
    }

    fn cell_image(&self, id: u32) -> GlyphImage {
        let Some(digits) = self.digits(id) else { return GlyphImage::default() };
        let width = self.width(id);
        let row_digits = width.div_ceil(8) as usize * 2;
        let bits = row_digits as u32 * 4;
        let mut ink = Vec::with_capacity((width * self.height) as usize);
        for row in 0..self.height as usize {
            let digits = digits.get(row * row_digits..(row + 1) * row_digits);
            let row = digits.and_then(|d| u32::from_str_radix(d, 16).ok()).unwrap_or(0);
            for x in 0..width {
                ink.push(if row >> (bits - 1 - x) & 1 == 1 { FULL_INK } else { 0 });
            }
        }
        GlyphImage {
            left: 0,
            top: -(self.ascent as i32),
            width: width as usize,
            ink,
            ..GlyphImage::default()
        }
    }

    /// The cell at the font's scale: every page px gets the share of it that is covered with ink.
    fn resample(&self, cell: &GlyphImage, shift: f32) -> GlyphImage {
        let top = -(self.ascent as f32) * self.scale;
        let (first_row, rows) = overlaps(top, self.height, self.scale);
        let (left, columns) = overlaps(shift, cell.width as u32, self.scale);
        let mut ink = Vec::with_capacity(rows.len() * columns.len());
        for row in &rows {
            for column in &columns {
                let covered = row.iter().map(|&(y, high)| {
                    let line = &cell.ink[y * cell.width..][..cell.width];
                    let inked = column.iter().filter(|&&(x, _)| line[x] > 0);
                    high * inked.map(|&(_, wide)| wide).sum::<f32>()
                });
                ink.push((covered.sum::<f32>() * f32::from(FULL_INK)).round() as i16);
            }
        }
        GlyphImage { left, top: first_row, width: columns.len(), ink, ..GlyphImage::default() }
    }
}

/// Which of `count` pixels of `scale` px each, the first at `start`, lie on each whole px of the
/// page, and on how much of it; with the first such px.
fn overlaps(start: f32, count: u32, scale: f32) -> (i32, Vec<Vec<(usize, f32)>>) {
    let first = start.floor() as i32;
    let end = (start + count as f32 * scale).ceil() as i32;
    let of = |px: i32| {
        let from = |pixel: u32| (start + pixel as f32 * scale).max(px as f32);
        let to = |pixel: u32| (start + (pixel + 1) as f32 * scale).min((px + 1) as f32);
        let shares = (0..count).map(|pixel| (pixel as usize, to(pixel) - from(pixel)));
        shares.filter(|share| share.1 > 0.0).collect()
    };
    (first, (first..end).map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_nothing_else() {
        let cells = include_str!("../../fonts/pixel/5x8.hex");
        let strike = Strike::new(cells, Some(5), 8, 7);
        let mut lines = cells.lines().filter_map(|line| line.split_once(':')).peekable();
        for code in 0..0x11_0000 {
            let known = |line: &(&str, &str)| u32::from_str_radix(line.0, 16) == Ok(code);
            let line = lines.next_if(known);
            assert_eq!(strike.digits(code), line.map(|line| line.1), "{code:X}");
        }
        assert_eq!(lines.next(), None);
        assert_eq!(Strike::new("", None, 16, 14).glyph_id('A'), None);
    }

    #[test]
    fn a_scaled_cell_keeps_its_share_of_ink() {
        let cells = "0041:000000001818242442427E4242420000\n4E00:00000000000000000000000000007FFE00000000000000000000000000000000\n";
        for scale in [0.5, 0.625, 1.0, 1.75] {
            let strike = Strike::new(cells, None, 16, 14).scaled(scale);
            for (c, wide) in [('A', 8.0), ('一', 16.0)] {
                let id = strike.glyph_id(c).unwrap();
                let pixels =
                    strike.cell_image(id).ink.iter().filter(|&&ink| ink > 0).count() as f32;
                assert_eq!(strike.advance(id), wide * scale);
                for shift in [0.0, 0.25] {
                    let image = strike.image(id, shift);
                    let ink: f32 = image.ink.iter().map(|&i| f32::from(i)).sum();
                    let share = ink / f32::from(FULL_INK) / (pixels * scale * scale);
                    assert!((share - 1.0).abs() < 0.01, "{c} at {scale}: {share}");
                }
            }
        }
    }
}
