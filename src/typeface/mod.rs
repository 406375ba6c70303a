//! From characters to glyph images: faces, the chain of fallbacks, and the atlas.
//!
//! ```text
//! char ─► Typeface::glyph ─► Glyph { id, advance } … layout … ─► Typeface::image(id, phase)
//! ```
//!
//! A [`Typeface`] is the chain of faces at one size. It is shared by all threads: what it looks up
//! or draws once it keeps.

mod confusable;
mod embedded;
mod label;
mod lanczos;
mod outline;
mod slots;
mod strike;

use std::borrow::Cow;
use std::path::Path;

pub use confusable::Pair;
use embedded::Format;
pub use embedded::{EmbeddedFont, FONTS};
use label::Label;
use lanczos::Lanczos;
use outline::{Outline, Shape};
use slots::Slots;
use strike::Strike;

use crate::error::{Error, Result};

/// Lengths along a line are counted in 1/64 px, so that sums do not depend on their order.
pub const SUBPIXEL: i32 = 64;
/// A glyph is drawn at so many horizontal positions between two pixels.
pub const PHASES: u32 = 4;
/// Ink of a pixel that is covered whole.
pub const FULL_INK: i16 = 4096;

/// Everything that decides how single glyphs look.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceSettings {
    /// An embedded font's name, or the path of a TrueType or OpenType file.
    pub font: String,
    /// Weight, 100 to 900; an embedded family gives its nearest.
    pub weight: u16,
    /// Size of the em in px; a pixel font has its own.
    pub size: f32,
    /// Height of `x` in px. Given, it decides the size; a whole number puts both edges of the
    /// small letters on the pixel grid.
    pub x_height: Option<f32>,
    /// Horizontal stretch of outlines, 1 = as designed.
    pub x_scale: f32,
    /// Room added after every glyph, in px; may be negative.
    pub tracking: f32,
    /// Px from one line to the next; `None`: the height of the face's ASCII ink.
    pub pitch: Option<u32>,
    /// Vertical scale of what reaches above the small letters and below the baseline; `None`: what
    /// makes lines of the pitch just not overlap.
    pub extenders: Option<f32>,
    /// Outlines are drawn so many times larger and shrunk with a Lanczos-3 filter; 1 = directly.
    pub downscale: f32,
}

/// One glyph of one face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlyphId(u32);

impl GlyphId {
    fn new(face: usize, id: u32) -> Self {
        Self((face as u32) << 24 | id)
    }

    fn face(self) -> usize {
        (self.0 >> 24) as usize
    }

    fn id(self) -> u32 {
        self.0 & 0xFF_FFFF
    }
}

/// What a character is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph {
    /// The glyph.
    pub id: GlyphId,
    /// Px to the next glyph, in 1/64 px, tracking included.
    pub advance: i32,
    /// Whether it is a box because no face has the character.
    pub missing: bool,
}

/// A glyph's ink, placed against the pen: signed, because a Lanczos filter undershoots.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct GlyphImage {
    /// Px from the pen to the left edge.
    pub left: i32,
    /// Px from the baseline to the top edge; up is negative.
    pub top: i32,
    /// Px.
    pub width: usize,
    /// Rows of `width` pixels, [`FULL_INK`] where covered whole.
    pub ink: Vec<i16>,
}

/// A face at its size.
struct Sized {
    face: Face,
    /// Px that this face's baseline lies below the line's.
    drop: i32,
    /// Advances are rounded up to a multiple of this, in 1/64 px (pixel fonts keep their grid).
    grid: i32,
    tracking: i32,
    images: Slots<GlyphImage>,
}

enum Face {
    Outline { outline: Outline, shape: Shape, phases: u32 },
    Strike(Strike),
    Label(Label),
}

/// A chain of faces at one size; the last draws boxes, so that every character has a glyph.
pub struct Typeface {
    faces: Vec<Sized>,
    glyphs: Slots<Glyph>,
    lanczos: Lanczos,
    pitch: u32,
    ascent: u32,
    space: i32,
    em: f32,
    extenders: f32,
}

impl Typeface {
    /// Loads the face and its fallbacks.
    ///
    /// # Errors
    /// [`Error::Font`] for an unknown name and for a file that is no font; [`Error::Setting`] for
    /// sizes that cannot be drawn.
    pub fn load(settings: &FaceSettings) -> Result<Self> {
        let lanczos = Lanczos::new(settings.downscale);
        let primary = open(&settings.font, settings.weight)?;
        let tracking = subpixels(settings.tracking);
        let mut faces = Vec::new();
        let (em, pitch, ascent, extenders, grid, x_height, space);
        let pixel_font = matches!(primary, Opened::Strike(_));
        match primary {
            Opened::Strike(strike) => {
                em = strike.height() as f32;
                extenders = 1.0;
                grid = strike.width() as i32 * SUBPIXEL;
                pitch = settings.pitch.unwrap_or(strike.height());
                ascent = strike.ascent() + pitch.saturating_sub(strike.height()) / 2;
                x_height = strike.x_height();
                space = grid + tracking;
                faces.push(Sized::new(Face::Strike(strike), 0, 1, tracking));
            }
            Opened::Outline(outline) => {
                em = outline.em_for(settings)?;
                let ink = outline.ascii_ink().map(|ink| ink * em);
                x_height = outline.x_height().map_or(em / 2.0, |x| x * em);
                extenders =
                    settings.extenders.unwrap_or_else(|| fitting(ink, x_height, settings.pitch));
                let shape = Shape::new(em * settings.x_scale, em, extenders, settings.downscale);
                let (above, below) = squeezed(ink, x_height, extenders);
                pitch = settings.pitch.unwrap_or(above + below).max(1);
                // A pitch that is too small for the ink cuts evenly above and below.
                ascent = (above + pitch / 2).saturating_sub((above + below) / 2);
                grid = 1;
                space = subpixels(outline.advance_of(' ').unwrap_or(0.25) * em * settings.x_scale)
                    + tracking;
                let face = Face::Outline { outline, shape, phases: PHASES };
                faces.push(Sized::new(face, 0, 1, tracking));
            }
        }
        for font in embedded::fallbacks(settings.weight) {
            let Opened::Outline(outline) = font.open() else { continue };
            let ideographic = outline.x_height().is_none() || outline.ideograph().is_some();
            // Letters match the small letters of the first face; ideographs fill the line.
            let (em, drop) = match (outline.ideograph(), outline.x_height()) {
                (Some(ink), _) => {
                    let em = pitch as f32;
                    let middle = (ink.0 + ink.1) / 2.0 * em;
                    let line = ascent as f32 - pitch as f32 / 2.0;
                    (em, (middle - line).round() as i32)
                }
                (None, Some(x)) => (x_height / x, 0),
                (None, None) => (pitch as f32, 0),
            };
            let x_scale = if ideographic || pixel_font { 1.0 } else { settings.x_scale };
            let squeeze = if ideographic { 1.0 } else { extenders };
            let shape = Shape::new(em * x_scale, em, squeeze, settings.downscale);
            let phases = if ideographic || pixel_font { 1 } else { PHASES };
            let tracking = if ideographic { 0 } else { tracking };
            let face = Face::Outline { outline, shape, phases };
            let grid = if phases == 1 { grid.max(SUBPIXEL) } else { grid };
            faces.push(Sized::new(face, drop, grid, tracking));
        }
        let label = Label::new(pitch, ascent);
        faces.push(Sized::new(Face::Label(label), 0, grid.max(SUBPIXEL), 0));
        Ok(Self { faces, glyphs: Slots::new(), lanczos, pitch, ascent, space, em, extenders })
    }

    /// Px from one line to the next.
    pub fn pitch(&self) -> u32 {
        self.pitch
    }

    /// Px from the top of a line to its baseline.
    pub fn ascent(&self) -> u32 {
        self.ascent
    }

    /// Room of a blank in 1/64 px.
    pub fn space(&self) -> i32 {
        self.space
    }

    /// Px of the first face's em; of a pixel font, its height.
    pub fn em(&self) -> f32 {
        self.em
    }

    /// Vertical scale of what reaches above the small letters and below the baseline.
    pub fn extenders(&self) -> f32 {
        self.extenders
    }

    /// Whether the first face is a pixel font, which has one size.
    pub fn is_pixel_font(&self) -> bool {
        matches!(self.faces[0].face, Face::Strike(_))
    }

    /// Whether a text is drawn by pixel fonts and boxes alone, whose glyphs are either ink or none.
    pub fn draws_in_pixels(&self, text: &str) -> bool {
        let plain = |c: char| {
            let face = self.glyph(c).id.face();
            c.is_whitespace() || !matches!(self.faces[face].face, Face::Outline { .. })
        };
        self.is_pixel_font() && text.chars().all(plain)
    }

    /// The glyph of a character: of the first face that has it, or else a box with its code point.
    pub fn glyph(&self, c: char) -> Glyph {
        *self.glyphs.get_or_init(c as u32, || self.find(c))
    }

    /// The box with a character's code point.
    pub fn boxed(&self, c: char) -> Glyph {
        let last = self.faces.len() - 1;
        let advance = self.faces[last].advance(c as u32);
        Glyph { id: GlyphId::new(last, c as u32), advance, missing: false }
    }

    /// The ink of a glyph whose pen stands `phase` quarters of a px right of a pixel's edge.
    pub fn image(&self, glyph: GlyphId, phase: u32) -> &GlyphImage {
        let face = &self.faces[glyph.face()];
        let slot = glyph.id() * PHASES + phase;
        face.images.get_or_init(slot, || self.draw(face, glyph.id(), phase))
    }

    fn find(&self, c: char) -> Glyph {
        if c.is_control() {
            return self.boxed(c);
        }
        for (index, face) in self.faces.iter().enumerate() {
            if let Some(id) = face.face.glyph_id(c) {
                let missing = matches!(face.face, Face::Label(_));
                let advance = face.advance(id);
                return Glyph { id: GlyphId::new(index, id), advance, missing };
            }
        }
        unreachable!("the last face has every character")
    }

    fn draw(&self, face: &Sized, id: u32, phase: u32) -> GlyphImage {
        let mut image = match &face.face {
            Face::Outline { outline, shape, phases } => {
                // Faces on a grid have one phase: their pen always stands on a pixel's edge.
                let phase = if *phases == 1 { 0 } else { phase };
                let large = outline.draw(id, shape, phase as f32 / PHASES as f32);
                self.lanczos.shrink(&large)
            }
            Face::Strike(strike) => strike.image(id),
            Face::Label(label) => label.image(id),
        };
        image.top += face.drop;
        image
    }
}

impl Sized {
    fn new(face: Face, drop: i32, grid: i32, tracking: i32) -> Self {
        Self { face, drop, grid, tracking, images: Slots::new() }
    }

    fn advance(&self, id: u32) -> i32 {
        let natural = match &self.face {
            Face::Outline { outline, shape, .. } => subpixels(outline.advance(id) * shape.x_em()),
            Face::Strike(strike) => strike.width() as i32 * SUBPIXEL,
            Face::Label(label) => label.width(id) as i32 * SUBPIXEL,
        };
        let advance = (natural + self.tracking).max(0);
        (advance + self.grid - 1) / self.grid * self.grid
    }
}

impl Face {
    fn glyph_id(&self, c: char) -> Option<u32> {
        match self {
            Self::Outline { outline, .. } => outline.glyph_id(c),
            Self::Strike(strike) => strike.glyph_id(c),
            Self::Label(_) => Some(c as u32),
        }
    }
}

enum Opened {
    Outline(Outline),
    Strike(Strike),
}

/// Finds a font by its embedded name, or reads it from a file.
fn open(name: &str, weight: u16) -> Result<Opened> {
    if let Some(font) = embedded::find(name, weight) {
        return Ok(font.open());
    }
    let failed = |reason: String| Error::Font { name: name.to_owned(), reason };
    if !Path::new(name).is_file() {
        let names = embedded::names().join(", ");
        return Err(failed(format!("neither a file nor an embedded font ({names})")));
    }
    let bytes = std::fs::read(name).map_err(|e| failed(e.to_string()))?;
    Outline::new(Cow::Owned(bytes)).map(Opened::Outline).map_err(failed)
}

impl EmbeddedFont {
    fn open(&self) -> Opened {
        match self.format {
            Format::Outline(bytes) => Opened::Outline(
                Outline::new(Cow::Borrowed(bytes)).expect("embedded fonts are whole"),
            ),
            Format::Strike { cells, width, height, ascent } => {
                Opened::Strike(Strike::new(cells, width, height, ascent))
            }
        }
    }
}

/// The scale of extenders at which ink that reaches so far above and below the baseline fits the
/// pitch. Below a half they could no longer be told from the small letters.
fn fitting(ink: [f32; 2], x_height: f32, pitch: Option<u32>) -> f32 {
    let Some(pitch) = pitch else { return 1.0 };
    let room = pitch as f32 - x_height;
    let needed = ink[0] - x_height + ink[1];
    if needed <= room { 1.0 } else { (room / needed).clamp(0.5, 1.0) }
}

/// Whole px that ink reaches above and below the baseline once its extenders are scaled.
fn squeezed(ink: [f32; 2], x_height: f32, extenders: f32) -> (u32, u32) {
    let above = x_height + (ink[0] - x_height) * extenders;
    // A hair above a whole px is the rounding of the outline, not ink that needs a row.
    let whole = |px: f32| (px - 0.05).ceil().max(0.0) as u32;
    (whole(above).max(1), whole(ink[1] * extenders))
}

fn subpixels(px: f32) -> i32 {
    (px * SUBPIXEL as f32).round() as i32
}
