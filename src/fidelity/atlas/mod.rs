//! Atlas: a reader that looks at pixels alone and knows the glyphs that a page can have.
//!
//! ```text
//! page PNG ─► gray ─┐                ┌► differ: which glyph of the atlas is there? ─┐
//! layout ─► Proof ──┴► same pixels? ─┤                                              ├► Finding
//!                                    └► the same: could another glyph be there? ────┘
//! ```
//!
//! The layout says where glyphs stand; which ones, the pixels must say. Where they are not what the
//! glyphs of the text add up to, the glyph is looked for that explains them. Where they are, each
//! glyph is put on trial: if the page had the same pixels without it, or with another in its place,
//! the pixels do not hold it. Characters that a face draws alike at this size and depth count as
//! one.
//!
//! The glyphs that may stand in a place are those of the page and the printable ASCII of the first
//! face. This is a check of the drawing: what it can read, no eye needs to be able to.

mod caption;
mod culprits;
mod finding;
#[cfg(test)]
mod oracle;
mod pages;
mod proof;
mod witness;

use std::io::Cursor;
use std::sync::LazyLock;

use image::codecs::png::PngDecoder;
use image::{DynamicImage, GrayImage, ImageDecoder};

use crate::layout::{Geometry, Page, TextBox};
use crate::raster::{Ink, phase};
use crate::transcript::Place;
use crate::typeface::{GlyphId, GlyphImage, Typeface, has_no_ink};
use caption::Captions;
pub use finding::{Fault, Finding, text};
pub use pages::{Examined, examine};
use proof::Proof;
use witness::Witnesses;

/// What it proves and what it does not.
pub const NOTE: &str = "atlas compares pixels with glyph images: it checks the drawing, not \
                        anyone's eyesight";

/// What stands where nothing stands.
static NONE: LazyLock<GlyphImage> = LazyLock::new(GlyphImage::default);

/// Reads pages of one profile; keeps its memory from page to page.
pub struct Atlas<'a> {
    face: &'a Typeface,
    geometry: Geometry,
    proof: Proof,
    witnesses: Witnesses,
}

/// A glyph in its place on the page.
#[derive(Clone, Copy)]
struct Spot<'a> {
    glyph: GlyphId,
    image: &'a GlyphImage,
    /// The pixel that the pen stands in, and where in it, in phases.
    x: i32,
    y: i32,
    right: u32,
    down: u32,
}

impl<'a> Atlas<'a> {
    /// A reader of pages that are drawn with these.
    pub fn new(face: &'a Typeface, geometry: Geometry, ink: Ink) -> Self {
        Self { face, geometry, proof: Proof::new(ink), witnesses: Witnesses::default() }
    }

    /// Reads a page's file and says where its pixels do not hold the text, in the order of the
    /// page; ink that belongs to no glyph last. `text` and `places` are the page's text as drawn.
    pub fn examine(
        &mut self,
        png: &[u8],
        page: &Page,
        text: &str,
        places: &[Place],
    ) -> Vec<Finding> {
        let gray = match decode(png, (page.width, page.height)) {
            Ok(gray) => gray,
            Err(fault) => return vec![Finding::of_page(fault)],
        };
        let captions = Captions { page, text, places };
        let mut spots = self.spots(page);
        let candidates = self.candidates(page);
        self.proof.compose(page, &spots);
        self.witnesses.learn(&candidates);
        let (verdicts, stray) = culprits::find(
            &mut self.proof,
            &mut spots,
            &candidates,
            self.face,
            &self.geometry,
            &gray,
        );
        let mut faults: Vec<(usize, Fault)> = Vec::new();
        let mut verdicts = verdicts.into_iter().peekable();
        for (index, spot) in spots.iter().enumerate() {
            let fault = if let Some((_, verdict)) = verdicts.next_if(|next| next.0 == index) {
                match verdict {
                    Some(Some(glyph)) => Some(Fault::ReadAs(self.name(glyph, &captions))),
                    Some(None) => Some(Fault::Blank),
                    None => Some(Fault::UnknownInk),
                }
            } else if spot.image.ink.is_empty() {
                self.is_invisible(index, &spots, &captions).then_some(Fault::Unseen)
            } else {
                let mistaken = self.witnesses.mistaken(spot, &self.proof, &candidates, self.face);
                mistaken.map(|other| match other {
                    Some(other) => Fault::OrElse(self.name(other, &captions)),
                    None => Fault::Unseen,
                })
            };
            faults.extend(fault.map(|fault| (index, fault)));
        }
        let of_glyph = |(index, fault)| captions.finding(index, self.bounds(&spots[index]), fault);
        let of_ink = |bounds| Finding { bounds: Some(bounds), ..Finding::of_page(Fault::StrayInk) };
        faults.into_iter().map(of_glyph).chain(stray.into_iter().map(of_ink)).collect()
    }

    fn spots(&self, page: &Page) -> Vec<Spot<'a>> {
        let mut images = self.face.images();
        let mut spots = Vec::with_capacity(page.glyphs.len());
        for (number, line) in page.lines.iter().enumerate() {
            let (left, baseline) = self.geometry.place(number, page.rows);
            spots.extend(page.glyphs[line.clone()].iter().map(|placed| {
                let ((x, right), (y, down)) = (phase(placed.x), phase(placed.y));
                let image = images.get(placed.glyph, right, down);
                let (x, y) = (left as i32 + x, baseline as i32 + y);
                Spot { glyph: placed.glyph, image, x, y, right, down }
            }));
        }
        spots
    }

    /// The glyphs that may stand anywhere on a page, each once.
    fn candidates(&self, page: &Page) -> Vec<GlyphId> {
        let ascii = ('!'..='~').map(|c| self.face.glyph(c).id);
        let mut all: Vec<GlyphId> = page.glyphs.iter().map(|placed| placed.glyph).collect();
        all.extend(ascii);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether a glyph that is drawn without ink leaves its character without any, though people
    /// would look for it.
    fn is_invisible(&self, index: usize, spots: &[Spot], captions: &Captions) -> bool {
        let cluster = captions.cluster(index);
        let inked = spots[cluster.clone()].iter().any(|spot| !spot.image.ink.is_empty());
        let caption = captions.of(index);
        // Said once a cluster.
        let first = cluster.start == index;
        !inked && first && !captions.text[caption].chars().all(has_no_ink)
    }

    /// What a glyph is called: by its first place on the page, or its character.
    fn name(&self, glyph: GlyphId, captions: &Captions) -> String {
        let ascii = ('!'..='~').find(|&c| self.face.glyph(c).id == glyph);
        let place = || captions.page.glyphs.iter().position(|placed| placed.glyph == glyph);
        ascii.map(String::from).unwrap_or_else(|| {
            place().map(|at| captions.text[captions.of(at)].to_owned()).unwrap_or_default()
        })
    }

    /// The line's height around a glyph, on the page.
    fn bounds(&self, spot: &Spot) -> TextBox {
        let (left, right) = (spot.x + spot.image.left, spot.image.width as i32);
        let top = spot.y - self.geometry.ascent as i32;
        TextBox {
            x: left.max(0) as u32,
            y: top.max(0) as u32,
            w: right.max(1) as u32,
            h: self.geometry.pitch,
        }
    }
}

/// The gray samples of a page's file, if it is an image of the right size.
fn decode(png: &[u8], size: (u32, u32)) -> Result<GrayImage, Fault> {
    let damaged = |error: image::ImageError| Fault::Damaged(error.to_string());
    let decoder = PngDecoder::new(Cursor::new(png)).map_err(damaged)?;
    if decoder.dimensions() != size {
        return Err(Fault::Size(decoder.dimensions().into(), size.into()));
    }
    Ok(DynamicImage::from_decoder(decoder).map_err(damaged)?.into_luma8())
}
