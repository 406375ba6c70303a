//! The page under the pen: signed ink that is summed glyph by glyph and clamped once at the end.

use std::ops::ControlFlow;

use super::words::Words;
use super::{Bitmap, Ink};
use crate::layout::{Geometry, Page};
use crate::typeface::{FULL_INK, GlyphImage, LANES, PHASES, SUBPIXEL, Typeface};

/// Draws pages; keeps its pixels from page to page.
#[derive(Default)]
pub struct Canvas {
    /// Rows of `stride` pixels: the page's, and room for a lane that begins on the page.
    ink: Vec<i16>,
    stride: usize,
    width: usize,
    height: usize,
    words: Words,
}

impl Canvas {
    /// Draws a page and packs it at the given ink depth.
    pub fn draw(&mut self, page: &Page, geometry: &Geometry, face: &Typeface, ink: Ink) -> Bitmap {
        if ink.bits == 1
            && let Some(bitmap) = self.words.draw(page, geometry, face, ink)
        {
            return bitmap;
        }
        self.draw_gray(page, geometry, face, ink)
    }

    /// The way that every page can go; pages of solid pixels have a shorter one.
    pub(super) fn draw_gray(
        &mut self,
        page: &Page,
        geometry: &Geometry,
        face: &Typeface,
        ink: Ink,
    ) -> Bitmap {
        (self.width, self.height) = (page.width as usize, page.height as usize);
        self.stride = self.width + LANES;
        self.ink.clear();
        self.ink.resize(self.stride * self.height, 0);
        let _ = each_glyph(page, geometry, face, |x, y, image| {
            let rows = image.lanes.len() / image.lanes_of_row().max(1);
            let right = x + (image.lanes_of_row() * LANES) as i32;
            let foot = y + rows as i32;
            let inside = x >= 0 && y >= 0 && right <= self.stride as i32;
            if inside && foot <= self.height as i32 {
                self.add(x as usize, y as usize, image);
            } else {
                self.add_cut(x, y, image.width, &image.ink);
            }
            ControlFlow::Continue(())
        });
        Bitmap::pack(&self.ink, self.stride, page.width, page.height, ink)
    }

    /// Adds a glyph that lies on the page with all its lanes.
    fn add(&mut self, x: usize, y: usize, image: &GlyphImage) {
        let rows = self.ink[y * self.stride + x..].chunks_mut(self.stride);
        let lanes = image.lanes.chunks_exact(image.lanes_of_row().max(1));
        for (row, lanes) in rows.zip(lanes) {
            for (target, lane) in row.as_chunks_mut::<LANES>().0.iter_mut().zip(lanes) {
                *target = std::array::from_fn(|at| sum(target[at], lane[at]));
            }
        }
    }

    /// Adds a glyph's ink; what lies off the page is cut.
    fn add_cut(&mut self, x: i32, y: i32, width: usize, ink: &[i16]) {
        if width == 0 {
            return;
        }
        let from = (-x).clamp(0, width as i32) as usize;
        let to = (self.width as i32 - x).clamp(from as i32, width as i32) as usize;
        if from == to {
            return;
        }
        let left = (x + from as i32) as usize;
        let above = (-y).max(0) as usize;
        let first = (y + above as i32) as usize;
        let lines = ink.chunks_exact(width).skip(above);
        let rows = self.ink.chunks_exact_mut(self.stride).skip(first);
        for (row, line) in rows.zip(lines) {
            let target = &mut row[left..left + to - from];
            for (pixel, ink) in target.iter_mut().zip(&line[from..to]) {
                *pixel = sum(*pixel, *ink);
            }
        }
    }
}

/// The ink of a pixel with more added. Where very many glyphs lie on each other it stays at four times
/// full ink, which 16 bits can take more of; a saturating sum would not become vector instructions.
pub(crate) fn sum(pixel: i16, ink: i16) -> i16 {
    const MOST: i16 = 4 * FULL_INK;
    (pixel + ink.clamp(-FULL_INK, 2 * FULL_INK)).clamp(-MOST, MOST)
}

/// Calls for each glyph of a page with its left and top edge on the page, in px; stops early where
/// the call says so.
pub(super) fn each_glyph<'a>(
    page: &Page,
    geometry: &Geometry,
    face: &'a Typeface,
    mut draw: impl FnMut(i32, i32, &'a GlyphImage) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut images = face.images();
    for (number, line) in page.lines.iter().enumerate() {
        let (left, baseline) = geometry.place(number, page.rows);
        // Every other glyph first: the pixels of neighbours overlap, and a processor waits where it
        // must read what it has only just written (a quarter of the time of a page).
        let line = &page.glyphs[line.clone()];
        for placed in line.iter().step_by(2).chain(line.iter().skip(1).step_by(2)) {
            let (x, right) = phase(placed.x);
            let (y, down) = phase(placed.y);
            let image = images.get(placed.glyph, right, down);
            draw(left as i32 + x + image.left, baseline as i32 + y + image.top, image)?;
        }
    }
    ControlFlow::Continue(())
}

/// Whole px and the nearest of the phases that the atlas has, of a length in 1/64 px.
pub(crate) fn phase(length: i32) -> (i32, u32) {
    let step = SUBPIXEL / PHASES as i32;
    let at = (length + step / 2).div_euclid(step);
    (at.div_euclid(PHASES as i32), at.rem_euclid(PHASES as i32) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;
    use crate::profile::{ModelPage, PageSize, Profile, Settings};
    use crate::source::Source;
    use crate::text::Preparer;
    use crate::tokens::models::ModelTable;
    use std::sync::Arc;

    /// The first page of a text and what it takes to draw it.
    fn page(text: &str, settings: &Settings) -> (Page, Geometry, Arc<Typeface>, Ink) {
        let model = ModelPage::of(ModelTable::embedded().default_model(), None).unwrap();
        let profile = Profile::resolve(settings, model, text).unwrap();
        let face = Arc::new(profile.typeface().unwrap());
        let geometry = profile.geometry(&face);
        let mut layout = Layout::new(Arc::clone(&face), geometry);
        let mut preparer = Preparer::new(profile.preparing());
        let mut source = Source::from_text(text);
        while let Some(chunk) = source.next_chunk().unwrap() {
            preparer.push(&chunk);
        }
        preparer.into_last().iter().for_each(|block| layout.push(block));
        let page = layout.take().into_iter().next().or_else(|| layout.into_last()).unwrap();
        (page, geometry, face, profile.ink())
    }

    #[test]
    fn solid_pages_are_drawn_the_short_way_to_the_same_pixels() {
        let text =
            "Some words, a \u{7}box and é to be drawn, 0123456789, over the edge. ".repeat(40);
        for (font, width) in [("5x8", 97), ("6x12", 64), ("8x13", 200), ("8x16", 331)] {
            for invert in [false, true] {
                let settings = Settings {
                    font: Some(font.to_owned()),
                    page: Some(PageSize::Px(width, 90)),
                    invert: Some(invert),
                    margin: Some(0),
                    ..Settings::default()
                };
                let (page, geometry, face, ink) = page(&text, &settings);
                let mut canvas = Canvas::default();
                let short = canvas.words.draw(&page, &geometry, &face, ink);
                let long = canvas.draw_gray(&page, &geometry, &face, ink);
                assert!(short == Some(long), "{font} {width} {invert}");
            }
        }
    }

    #[test]
    fn pages_with_gray_glyphs_go_the_long_way() {
        let settings = Settings {
            font: Some("5x8".to_owned()),
            page: Some(PageSize::Px(200, 90)),
            bits: Some(crate::profile::Bits::Number(1)),
            ..Settings::default()
        };
        let (page, geometry, face, ink) = page("pixels and 漢字", &settings);
        assert!(Words::default().draw(&page, &geometry, &face, ink).is_none());
    }
}
