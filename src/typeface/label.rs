//! Boxes that carry a code point: what is drawn where no face has a character, and for control
//! characters, so that nothing vanishes from a page unseen.

use super::{FULL_INK, GlyphImage};

/// Hexadecimal digits of 3 × 5 pixels, a row of three bits after the other.
const DIGITS: [[u8; 5]; 16] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b011, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b100, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b001],
    [0b010, 0b101, 0b111, 0b101, 0b101],
    [0b110, 0b101, 0b110, 0b101, 0b110],
    [0b111, 0b100, 0b100, 0b100, 0b111],
    [0b110, 0b101, 0b101, 0b101, 0b110],
    [0b111, 0b100, 0b111, 0b100, 0b111],
    [0b111, 0b100, 0b110, 0b100, 0b100],
];
/// Rows of a digit.
const ROWS: u32 = 5;

/// Draws boxes for one line height: light digits on ink, so that no text is taken for one.
pub(super) struct Label {
    /// Px a pixel of a digit is wide and high.
    scale: u32,
    /// Px of the box.
    height: u32,
    /// Px from the baseline to the box's top; up is negative.
    top: i32,
}

impl Label {
    pub(super) fn new(pitch: u32, ascent: u32) -> Self {
        let scale = (pitch / (ROWS + 3)).max(1);
        let height = ((ROWS + 2) * scale).min(pitch.max(1));
        let top = (pitch - height) as i32 / 2 - ascent as i32;
        Self { scale, height, top }
    }

    fn digits(code: u32) -> Vec<u32> {
        let count = if code < 0x100 { 2 } else { (32 - code.leading_zeros()).div_ceil(4).max(4) };
        (0..count).rev().map(|at| code >> (4 * at) & 0xF).collect()
    }

    /// Px from this box to the next glyph.
    pub(super) fn width(&self, code: u32) -> u32 {
        (Self::digits(code).len() as u32 * 4 + 2) * self.scale
    }

    pub(super) fn image(&self, code: u32) -> GlyphImage {
        let digits = Self::digits(code);
        let width = self.width(code) - self.scale;
        let above = (self.height.saturating_sub(ROWS * self.scale) / 2) as i32;
        let mut ink = Vec::with_capacity((width * self.height) as usize);
        for y in 0..self.height as i32 {
            let row = (y - above).div_euclid(self.scale as i32);
            for x in 0..width {
                let (digit, column) = (x / self.scale / 4, x / self.scale % 4);
                let light = (1..=3).contains(&column)
                    && (0..ROWS as i32).contains(&row)
                    && digits.get(digit as usize).is_some_and(|&d| {
                        DIGITS[d as usize][row as usize] >> (3 - column) & 1 == 1
                    });
                ink.push(if light { 0 } else { FULL_INK });
            }
        }
        GlyphImage { left: 0, top: self.top, width: width as usize, ink, ..GlyphImage::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::Label;

    #[test]
    fn a_box_shows_its_code_point() {
        let image = Label::new(8, 7).image(0x1F);
        let rows: Vec<String> = image
            .ink
            .chunks(image.width)
            .map(|row| row.iter().map(|&ink| if ink > 0 { '#' } else { '.' }).collect())
            .collect();
        assert_eq!(
            rows,
            [
                "#########",
                "##.##...#",
                "#..##.###",
                "##.##..##",
                "##.##.###",
                "#...#.###",
                "#########",
            ]
        );
    }
}
