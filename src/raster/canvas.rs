//! The page under the pen: signed ink that is summed glyph by glyph and clamped once at the end.

use image::{ImageBuffer, Luma};

use super::{Bitmap, Ink};
use crate::layout::{Geometry, Page};
use crate::typeface::{PHASES, SUBPIXEL, Typeface};

/// Draws pages; keeps its pixels from page to page.
#[derive(Default)]
pub struct Canvas {
    ink: ImageBuffer<Luma<i16>, Vec<i16>>,
}

impl Canvas {
    /// Draws a page and packs it at the given ink depth.
    pub fn draw(&mut self, page: &Page, geometry: &Geometry, face: &Typeface, ink: Ink) -> Bitmap {
        self.clear(page.width, page.height);
        for (number, line) in page.lines.iter().enumerate() {
            let (left, baseline) = geometry.place(number, page.rows);
            for placed in &page.glyphs[line.clone()] {
                let (x, right) = phase(placed.x);
                let (y, down) = phase(placed.y);
                let image = face.image(placed.glyph, right, down);
                let x = left as i32 + x + image.left;
                let y = baseline as i32 + y + image.top;
                self.add(x, y, image.width, &image.ink);
            }
        }
        Bitmap::pack(&self.ink, ink)
    }

    fn clear(&mut self, width: u32, height: u32) {
        if self.ink.dimensions() == (width, height) {
            self.ink.fill(0);
        } else {
            self.ink = ImageBuffer::new(width, height);
        }
    }

    /// Adds a glyph's ink; what lies off the page is cut.
    fn add(&mut self, x: i32, y: i32, width: usize, ink: &[i16]) {
        if width == 0 {
            return;
        }
        let (page_width, page_height) = (self.ink.width() as i32, self.ink.height() as i32);
        let from = (-x).clamp(0, width as i32) as usize;
        let to = (page_width - x).clamp(from as i32, width as i32) as usize;
        let start = (x + from as i32) as usize;
        for (row, line) in ink.chunks_exact(width).enumerate() {
            let y = y + row as i32;
            if !(0..page_height).contains(&y) || from == to {
                continue;
            }
            let start = y as usize * page_width as usize + start;
            let target = &mut self.ink.as_mut()[start..start + to - from];
            for (pixel, ink) in target.iter_mut().zip(&line[from..to]) {
                *pixel = pixel.saturating_add(*ink);
            }
        }
    }
}

/// Whole px and the nearest of the phases that the atlas has, of a length in 1/64 px.
fn phase(length: i32) -> (i32, u32) {
    let step = SUBPIXEL / PHASES as i32;
    let at = (length + step / 2).div_euclid(step);
    (at.div_euclid(PHASES as i32), at.rem_euclid(PHASES as i32) as u32)
}
