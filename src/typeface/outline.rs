//! Outline fonts. The only file that knows `ab_glyph`, so that the rasteriser can be changed here.

use std::borrow::Cow;

use ab_glyph::{Font, FontRef, FontVec, GlyphId, OutlineCurve, Point, Rect};
use ab_glyph_rasterizer::Rasterizer;

use super::FaceSettings;
use super::shaping::Shaper;
use crate::error::{Error, Result};

/// Largest em in px, large glyphs included: bounds the memory of one glyph.
const LARGEST_EM: f32 = 4096.0;

/// A font file whose outlines are drawn by glyph id. Lengths are in em unless said otherwise.
pub(super) struct Outline {
    font: AnyFont,
    /// Which font of a collection.
    index: u32,
    units: f32,
    x_height: Option<f32>,
}

enum AnyFont {
    Embedded(&'static [u8], Box<FontRef<'static>>),
    Read(Box<FontVec>),
}

/// At what size an outline is drawn: the px of its em each way, times the downscale. Extenders, the
/// parts above the small letters and below the baseline, have a vertical scale of their own.
pub(super) struct Shape {
    x: f32,
    y: f32,
    extenders: f32,
    downscale: f32,
}

impl Shape {
    pub(super) fn new(x_em: f32, y_em: f32, extenders: f32, downscale: f32) -> Self {
        Self { x: x_em, y: y_em, extenders, downscale }
    }

    /// Px of an em along the line.
    pub(super) fn x_em(&self) -> f32 {
        self.x
    }

    /// Px of an em up the page.
    pub(super) fn y_em(&self) -> f32 {
        self.y
    }
}

/// A glyph drawn large: coverage from 0 to 1, placed against the pen in large px.
#[derive(Default)]
pub(super) struct Coverage {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<f32>,
}

impl Outline {
    /// Reads a font file, the one of that index in a collection; the error is a few words on why it
    /// is none.
    pub(super) fn new(
        bytes: Cow<'static, [u8]>,
        index: u32,
    ) -> std::result::Result<Self, &'static str> {
        let bad = "not a TrueType or OpenType font, or cut short";
        let font = match bytes {
            Cow::Borrowed(bytes) => {
                let font = FontRef::try_from_slice_and_index(bytes, index).map_err(|_| bad)?;
                AnyFont::Embedded(bytes, Box::new(font))
            }
            Cow::Owned(bytes) => {
                let font = FontVec::try_from_vec_and_index(bytes, index).map_err(|_| bad)?;
                AnyFont::Read(Box::new(font))
            }
        };
        let units = match &font {
            AnyFont::Embedded(_, font) => font.units_per_em(),
            AnyFont::Read(font) => font.units_per_em(),
        };
        let units = units.filter(|&units| units > 0.0).ok_or(bad)?;
        let mut outline = Self { font, index, units, x_height: None };
        outline.x_height = outline.ink('x').map(|ink| ink.0).filter(|&height| height > 0.0);
        Ok(outline)
    }

    /// A shaper for the same file.
    pub(super) fn shaper(&self) -> Option<Shaper> {
        match &self.font {
            AnyFont::Embedded(bytes, _) => Shaper::of_static(bytes),
            AnyFont::Read(font) => Shaper::new(font.as_slice().to_vec(), self.index),
        }
    }

    /// Whether anything can be drawn with it: colour fonts have pictures instead of outlines.
    pub(super) fn has_outlines(&self) -> bool {
        self.with(|font| font.any_curves())
    }

    /// Font units of an em.
    pub(super) fn units(&self) -> f32 {
        self.units
    }

    /// How far the font says that its glyphs reach above the baseline and below it.
    pub(super) fn line(&self) -> [f32; 2] {
        let [ascent, descent] = self.with(|font| font.line());
        [ascent / self.units, -descent / self.units].map(|reach| reach.clamp(0.1, 3.0))
    }

    fn with<T>(&self, call: impl FnOnce(&dyn Glyphs) -> T) -> T {
        match &self.font {
            AnyFont::Embedded(_, font) => call(&**font),
            AnyFont::Read(font) => call(&**font),
        }
    }

    /// The glyph of a character, unless the font has none or only a picture of it.
    pub(super) fn glyph_id(&self, c: char) -> Option<u32> {
        let id = self.with(|font| font.id(c));
        let drawable =
            id != 0 && (c.is_whitespace() || self.with(|font| font.curves(id).is_some()));
        drawable.then_some(u32::from(id))
    }

    /// The glyph of a character, which may be one without ink.
    pub(super) fn mapped(&self, c: char) -> Option<u32> {
        let id = self.with(|font| font.id(c));
        (id != 0).then_some(u32::from(id))
    }

    /// Advance width.
    pub(super) fn advance(&self, id: u32) -> f32 {
        self.with(|font| font.advance(id as u16)) / self.units
    }

    /// Advance width of a character's glyph.
    pub(super) fn advance_of(&self, c: char) -> Option<f32> {
        self.glyph_id(c).map(|id| self.advance(id))
    }

    /// How far a character's ink reaches above and below the baseline; below is negative.
    fn ink(&self, c: char) -> Option<(f32, f32)> {
        let id = self.glyph_id(c)?;
        let curves = self.with(|font| font.curves(id as u16))?;
        let bounds = bounds(&curves)?;
        Some((bounds.max.y / self.units, bounds.min.y / self.units))
    }

    /// Height of the letter x.
    pub(super) fn x_height(&self) -> Option<f32> {
        self.x_height
    }

    /// How far a typical ideograph reaches above and below the baseline, where the font has it.
    pub(super) fn ideograph(&self) -> Option<(f32, f32)> {
        self.ink('国')
    }

    /// How far the ink of printable ASCII reaches above the baseline, and below it.
    pub(super) fn ascii_ink(&self) -> [f32; 2] {
        let reach = ('!'..='~').filter_map(|c| self.ink(c));
        reach.fold([0.0_f32; 2], |[above, below], (top, bottom)| {
            [above.max(top), below.max(-bottom)]
        })
    }

    /// Px of the em for the settings: by x-height where that is given.
    pub(super) fn em_for(&self, settings: &FaceSettings) -> Result<f32> {
        let em = match settings.x_height {
            Some(px) => px / self.x_height().unwrap_or(0.5),
            None => settings.size,
        };
        let largest = em * settings.downscale * settings.x_scale.max(1.0);
        if em < 1.0 || largest > LARGEST_EM || !largest.is_finite() {
            return Err(Error::Setting(format!(
                "a font size of {em} px drawn {} times larger cannot be drawn: sizes go from 1 px \
                 to {LARGEST_EM} px",
                settings.downscale
            )));
        }
        Ok(em)
    }

    /// Draws a glyph `downscale` times larger, its pen `shift` px right of a pixel's edge and below
    /// it.
    pub(super) fn draw(&self, id: u32, shape: &Shape, shift: (f32, f32)) -> Coverage {
        let Some(mut curves) = self.with(|font| font.curves(id as u16)) else {
            return Coverage::default();
        };
        let (x, y) =
            (shape.x * shape.downscale / self.units, shape.y * shape.downscale / self.units);
        let x_height = self.x_height().unwrap_or(0.0) * self.units;
        let extend = |y: f32| {
            let inner = y.clamp(0.0, x_height);
            inner + (y - inner) * shape.extenders
        };
        let (right, down) = (shift.0 * shape.downscale, shift.1 * shape.downscale);
        let place = |p: Point| Point { x: p.x * x + right, y: down - extend(p.y) * y };
        for curve in &mut curves {
            *curve = match *curve {
                OutlineCurve::Line(a, b) => OutlineCurve::Line(place(a), place(b)),
                OutlineCurve::Quad(a, b, c) => OutlineCurve::Quad(place(a), place(b), place(c)),
                OutlineCurve::Cubic(a, b, c, d) => {
                    OutlineCurve::Cubic(place(a), place(b), place(c), place(d))
                }
            };
        }
        let Some(bounds) = bounds(&curves) else { return Coverage::default() };
        let (left, top) = (bounds.min.x.floor(), bounds.min.y.floor());
        let width = (bounds.max.x.ceil() - left) as usize;
        let height = (bounds.max.y.ceil() - top) as usize;
        let largest = (2.0 * LARGEST_EM) as usize;
        if width == 0 || height == 0 || width > largest || height > largest {
            return Coverage::default();
        }
        let mut raster = Rasterizer::new(width, height);
        let place = |p: Point| ab_glyph_rasterizer::point(p.x - left, p.y - top);
        for curve in &curves {
            match *curve {
                OutlineCurve::Line(a, b) => raster.draw_line(place(a), place(b)),
                OutlineCurve::Quad(a, b, c) => raster.draw_quad(place(a), place(b), place(c)),
                OutlineCurve::Cubic(a, b, c, d) => {
                    raster.draw_cubic(place(a), place(b), place(c), place(d));
                }
            }
        }
        let mut pixels = vec![0.0; width * height];
        raster.for_each_pixel(|at, coverage| pixels[at] = coverage.clamp(0.0, 1.0));
        Coverage { left: left as i32, top: top as i32, width, height, pixels }
    }
}

/// The two kinds of `ab_glyph` font seen as one.
trait Glyphs {
    fn id(&self, c: char) -> u16;
    fn advance(&self, id: u16) -> f32;
    fn curves(&self, id: u16) -> Option<Vec<OutlineCurve>>;
    fn any_curves(&self) -> bool;
    fn line(&self) -> [f32; 2];
}

impl<F: Font> Glyphs for F {
    fn id(&self, c: char) -> u16 {
        self.glyph_id(c).0
    }

    fn advance(&self, id: u16) -> f32 {
        self.h_advance_unscaled(GlyphId(id))
    }

    fn curves(&self, id: u16) -> Option<Vec<OutlineCurve>> {
        let curves = self.outline(GlyphId(id))?.curves;
        (!curves.is_empty()).then_some(curves)
    }

    fn any_curves(&self) -> bool {
        (1..self.glyph_count() as u32).any(|id| self.curves(id as u16).is_some())
    }

    fn line(&self) -> [f32; 2] {
        [self.ascent_unscaled(), self.descent_unscaled()]
    }
}

/// The box around all points of the curves, control points included. A font's own boxes are not
/// trusted: they decide how much memory is asked for and where pixels may be written.
fn bounds(curves: &[OutlineCurve]) -> Option<Rect> {
    let mut rect: Option<Rect> = None;
    let mut grow = |p: Point| {
        let r = rect.get_or_insert(Rect { min: p, max: p });
        r.min = Point { x: r.min.x.min(p.x), y: r.min.y.min(p.y) };
        r.max = Point { x: r.max.x.max(p.x), y: r.max.y.max(p.y) };
    };
    for curve in curves {
        match *curve {
            OutlineCurve::Line(a, b) => [a, b].into_iter().for_each(&mut grow),
            OutlineCurve::Quad(a, b, c) => [a, b, c].into_iter().for_each(&mut grow),
            OutlineCurve::Cubic(a, b, c, d) => [a, b, c, d].into_iter().for_each(&mut grow),
        }
    }
    rect.filter(|r| [r.min.x, r.min.y, r.max.x, r.max.y].iter().all(|v| v.is_finite()))
}
