//! The page as its glyphs add up: what the pixels are compared with.

use image::GrayImage;

use super::Spot;
use crate::layout::Page;
use crate::raster::{Ink, sum};
use crate::typeface::{FULL_INK, GlyphImage, union};

/// Summed ink of a page, and the sample that each sum is drawn as. Written apart from the canvas:
/// it adds plain rows, and packs nothing.
pub(super) struct Proof {
    ink: Vec<i16>,
    width: usize,
    height: usize,
    /// Samples from 0 (black) to 255 (white) of ink from none to full.
    shades: Box<[u8]>,
}

impl Proof {
    pub(super) fn new(ink: Ink) -> Self {
        let top = (1_u32 << ink.bits) - 1;
        let full = FULL_INK as u32;
        let shade = |covered: u32| {
            let level = (covered * top + full / 2) / full;
            let light = if ink.invert { level } else { top - level };
            (light * 255 / top) as u8
        };
        Self { ink: Vec::new(), width: 0, height: 0, shades: (0..=full).map(shade).collect() }
    }

    /// Adds up a page. Where very many glyphs lie on each other, the order matters, as it does for
    /// the canvas: of each line every other glyph first.
    pub(super) fn compose(&mut self, page: &Page, spots: &[Spot]) {
        (self.width, self.height) = (page.width as usize, page.height as usize);
        self.ink.clear();
        self.ink.resize(self.width * self.height, 0);
        for line in &page.lines {
            let line = &spots[line.clone()];
            for spot in line.iter().step_by(2).chain(line.iter().skip(1).step_by(2)) {
                self.each(spot, spot.image, |pixel, ink| *pixel = sum(*pixel, ink));
            }
        }
    }

    /// Takes one glyph's ink away and puts another's in its place.
    pub(super) fn replace(&mut self, spot: &Spot, by: &GlyphImage) {
        self.each(spot, spot.image, |pixel, ink| *pixel = pixel.saturating_sub(ink));
        self.each(spot, by, |pixel, ink| *pixel = pixel.saturating_add(ink));
    }

    /// Calls for each pixel of the page that an image would cover in a place, with its ink.
    fn each(&mut self, spot: &Spot, image: &GlyphImage, mut call: impl FnMut(&mut i16, i16)) {
        let (x, y) = (spot.x + image.left, spot.y + image.top);
        let from = (-x).clamp(0, image.width as i32);
        let to = (self.width as i32 - x).clamp(from, image.width as i32);
        if image.width == 0 || from == to {
            return;
        }
        let above = (-y).max(0) as usize;
        let left = (x + from) as usize;
        let rows = self.ink.chunks_exact_mut(self.width).skip((y + above as i32) as usize);
        for (row, ink) in rows.zip(image.rows().skip(above)) {
            let row = &mut row[left..left + (to - from) as usize];
            for (pixel, &ink) in row.iter_mut().zip(&ink[from as usize..to as usize]) {
                call(pixel, ink);
            }
        }
    }

    /// The ink of a pixel; `None` off the page.
    pub(super) fn at(&self, x: i32, y: i32) -> Option<i32> {
        let on_page = (0..self.width as i32).contains(&x) && (0..self.height as i32).contains(&y);
        on_page.then(|| i32::from(self.ink[y as usize * self.width + x as usize]))
    }

    /// The sample that so much ink is drawn as.
    pub(super) fn shade(&self, ink: i32) -> u8 {
        self.shades[ink.clamp(0, i32::from(FULL_INK)) as usize]
    }

    /// The pixels of a page that are not what its glyphs add up to.
    pub(super) fn differences(&self, gray: &GrayImage) -> Vec<(i32, i32)> {
        let mut wanted = vec![0; self.width];
        let mut found = Vec::new();
        let rows = self.ink.chunks_exact(self.width.max(1));
        for (y, (ink, seen)) in rows.zip(gray.chunks_exact(self.width.max(1))).enumerate() {
            for (shade, &ink) in wanted.iter_mut().zip(ink) {
                *shade = self.shades[ink.clamp(0, FULL_INK) as usize];
            }
            if wanted != seen {
                let differ = wanted.iter().zip(seen).enumerate().filter(|(_, (a, b))| a != b);
                found.extend(differ.map(|(x, _)| (x as i32, y as i32)));
            }
        }
        found
    }
}

/// The ink of an image so far right of the pen and below it.
pub(super) fn ink_at(image: &GlyphImage, right: i32, down: i32) -> i32 {
    let (x, y) = (right - image.left, down - image.top);
    if x < 0 || y < 0 || x as usize >= image.width {
        return 0;
    }
    image.ink.get(y as usize * image.width + x as usize).map_or(0, |&ink| i32::from(ink))
}

/// The pixels around the pen that two images cover, right of it and below it.
pub(super) fn around(a: &GlyphImage, b: &GlyphImage) -> impl Iterator<Item = (i32, i32)> + use<> {
    let [left, top, right, foot] = match (a.edges(), b.edges()) {
        (edges, _) if b.ink.is_empty() => edges,
        (_, edges) if a.ink.is_empty() => edges,
        (a, b) => union(a, b),
    };
    (top..foot).flat_map(move |down| (left..right).map(move |right| (right, down)))
}
