//! A page with what was misread boxed.

use std::io::Cursor;
use std::ops::Range;

use image::{ImageError, ImageFormat, Rgb};
use imageproc::drawing::draw_hollow_rect_mut;
use imageproc::rect::Rect;

use super::score::Misread;
use crate::compress::Sheet;
use crate::layout::{Geometry, Placed, TextBox};
use crate::transcript::{Place, within};
use crate::typeface::{FULL_INK, GlyphImage, SUBPIXEL, Typeface};

/// Nothing on a page looks like it: pages are gray.
const RED: Rgb<u8> = Rgb([220, 0, 0]);

/// Where misreads are on a page, in px: a box for each line that one is on. Where something was
/// read that is not there, it is a line between two glyphs.
pub fn boxes(sheet: &Sheet, misreads: &[Misread]) -> Vec<TextBox> {
    let (geometry, face) = (&sheet.look.geometry, &*sheet.look.typeface);
    let page = Shapes { sheet, geometry, face };
    misreads.iter().flat_map(|misread| page.boxes(misread)).collect()
}

struct Shapes<'a> {
    sheet: &'a Sheet,
    geometry: &'a Geometry,
    face: &'a Typeface,
}

impl Shapes<'_> {
    fn boxes(&self, misread: &Misread) -> Vec<TextBox> {
        let places = &self.sheet.places;
        let Range { start: first, end } = within(places, &(misread.start..misread.end));
        let inked: Vec<TextBox> = places[first..end]
            .chunk_by(|a, b| a.line == b.line)
            .filter_map(|places| self.around(places))
            .collect();
        if !inked.is_empty() {
            return inked;
        }
        // Blanks have no ink: what stands before them has, or what stands after them.
        let before = places[..first].iter().rev().find_map(|place| {
            let b = self.around(std::slice::from_ref(place))?;
            Some(TextBox { x: b.x + b.w, w: 1, ..b })
        });
        let after = || {
            places[first..].iter().find_map(|place| {
                let b = self.around(std::slice::from_ref(place))?;
                Some(TextBox { w: 1, ..b })
            })
        };
        before.or_else(after).into_iter().collect()
    }

    /// The box around the glyphs of places on one line; `None` where they have no ink.
    fn around(&self, places: &[Place]) -> Option<TextBox> {
        let line = places.first()?.line as usize;
        let glyphs = &self.sheet.page.glyphs[self.sheet.page.lines.get(line)?.clone()];
        let (left, baseline) = self.geometry.place(line, self.sheet.page.rows);
        let of_places = |glyph: &&Placed| places.iter().any(|place| is_of(glyph, place));
        let edges = glyphs.iter().filter(of_places).filter_map(|glyph| {
            let image = self.face.image(glyph.glyph, 0, 0);
            let x = left as i32 + glyph.x.div_euclid(SUBPIXEL) + image.left;
            let (first, last) = inked(image)?;
            Some((x + first as i32, x + last as i32 + 1))
        });
        let (from, to) = edges.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        let from = from.max(0);
        Some(TextBox {
            x: from as u32,
            y: baseline.saturating_sub(self.geometry.ascent),
            w: (to - from).max(1) as u32,
            h: self.geometry.pitch,
        })
    }
}

/// The first and last column of a glyph that anyone would see; a filter leaves traces beside it.
fn inked(image: &GlyphImage) -> Option<(usize, usize)> {
    let rows = || image.ink.chunks_exact(image.width.max(1));
    let seen = |x: &usize| rows().any(|row| row[*x] > FULL_INK / 3);
    Some(((0..image.width).find(seen)?, (0..image.width).rfind(seen)?))
}

/// Whether a glyph is drawn for a character. Those that stand for no bytes of the source, such as
/// most of a mark's, are told by where they stand.
fn is_of(glyph: &Placed, place: &Place) -> bool {
    match (glyph.bytes, place.bytes) {
        (0, 0) => glyph.from == place.source,
        (0, _) | (_, 0) => false,
        (bytes, _) => (glyph.from..glyph.from.saturating_add(bytes)).contains(&place.source),
    }
}

/// The page's image with these boxes drawn around what is in them, as PNG.
///
/// # Errors
/// What is no image.
pub fn overlay(png: &[u8], boxes: &[TextBox]) -> Result<Vec<u8>, ImageError> {
    let mut image = image::load_from_memory(png)?.into_rgb8();
    for b in boxes {
        let corner = Rect::at(b.x as i32 - 1, b.y as i32 - 1);
        draw_hollow_rect_mut(&mut image, corner.of_size(b.w + 2, b.h + 2), RED);
    }
    let mut out = Vec::new();
    image.write_to(&mut Cursor::new(&mut out), ImageFormat::Png)?;
    Ok(out)
}
