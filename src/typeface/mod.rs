//! From characters to glyph images: faces, the chain of fallbacks, shaping, and the atlas.
//!
//! ```text
//! simple char ─► Typeface::glyph ─► Glyph   { id, advance } ─┐
//! word        ─► Typeface::shape ─► Cluster { glyphs, … }   ─┴► layout ─► Typeface::image(id, …)
//! ```
//!
//! A [`Typeface`] is the chain of faces at one size. It is shared by all threads: what it looks up
//! or draws once it keeps.

mod bundle;
mod chain;
mod confusable;
mod coverage;
mod embedded;
mod faces;
mod files;
mod label;
mod lanczos;
mod outline;
mod script;
mod shaped;
mod shaping;
mod slots;
mod strike;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chain::{Chain, Face, Line, Sized};
pub use confusable::{OF_EXACT_STRINGS, Pair};
pub use coverage::FaceUse;
pub use embedded::{EmbeddedFont, fonts};
use faces::Fit;
use lanczos::Lanczos;
use outline::{Outline, Shape};
pub(crate) use script::has_no_ink;
pub use script::{is_simple, may_be_rtl};
pub use shaped::{Cluster, Offset, Shaped};
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
    /// Folders whose fonts are asked, in order, for what the first face lacks.
    pub font_dirs: Vec<PathBuf>,
    /// Whether the fonts that the system has installed are asked after the embedded ones.
    pub system_fonts: bool,
}

/// One glyph of one face: 11 bits for the face's place in the chain, 21 for the glyph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlyphId(u32);

impl GlyphId {
    fn new(face: usize, id: u32) -> Self {
        Self((face as u32) << 21 | id)
    }

    /// The first glyph of the first face.
    #[cfg(test)]
    pub(crate) fn none() -> Self {
        Self(0)
    }

    fn face(self) -> usize {
        (self.0 >> 21) as usize
    }

    fn id(self) -> u32 {
        self.0 & 0x1F_FFFF
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GlyphImage {
    /// Px from the pen to the left edge.
    pub left: i32,
    /// Px from the baseline to the top edge; up is negative.
    pub top: i32,
    /// Px.
    pub width: usize,
    /// Rows of `width` pixels, [`FULL_INK`] where covered whole.
    pub ink: Vec<i16>,
    /// The rows again, cut into eights and padded without ink, for adding them fast.
    pub lanes: Box<[[i16; LANES]]>,
    /// The rows again as bits, the leftmost pixel in the highest, where every pixel is covered
    /// whole or not at all.
    pub solid: Option<Box<[u64]>>,
}

/// Left, top, right and foot of a box, in px; the last two are past its end.
pub type Edges = [i32; 4];

/// The box around two boxes.
pub fn union(a: Edges, b: Edges) -> Edges {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Pixels that are added at once.
pub const LANES: usize = 8;

impl GlyphImage {
    /// Rows of pixels, from the top.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, i16> {
        self.ink.chunks_exact(self.width.max(1))
    }

    /// The box around the image, px from the pen.
    pub fn edges(&self) -> Edges {
        let (width, height) = (self.width as i32, self.rows().len() as i32);
        [self.left, self.top, self.left + width, self.top + height]
    }

    /// Eights of pixels that a row takes.
    pub fn lanes_of_row(&self) -> usize {
        self.width.div_ceil(LANES)
    }

    /// Takes off the rows and columns without ink at the edges; notes the rows as eights, and as
    /// bits if they can be.
    fn ready(self) -> Self {
        let mut trimmed = self.trimmed();
        let width = trimmed.width.max(1);
        let eight = |part: &[i16]| std::array::from_fn(|at| part.get(at).copied().unwrap_or(0));
        let rows = trimmed.ink.chunks(width);
        trimmed.lanes = rows.clone().flat_map(|row| row.chunks(LANES).map(eight)).collect();
        let solid = width <= 64 && trimmed.ink.iter().all(|&ink| ink == 0 || ink == FULL_INK);
        let bits = |row: &[i16]| {
            row.iter()
                .enumerate()
                .fold(0, |bits, (at, &ink)| bits | u64::from(ink > 0) << (63 - at))
        };
        trimmed.solid = solid.then(|| rows.map(bits).collect());
        trimmed
    }

    fn trimmed(self) -> Self {
        let rows: Vec<&[i16]> = self.ink.chunks(self.width.max(1)).collect();
        let inked = |row: &&[i16]| row.iter().any(|&ink| ink != 0);
        let (Some(top), Some(foot)) = (rows.iter().position(inked), rows.iter().rposition(inked))
        else {
            return Self::default();
        };
        let column = |x: &usize| rows[top..=foot].iter().any(|row| row[*x] != 0);
        let left = (0..self.width).find(column).unwrap_or(0);
        let right = (0..self.width).rev().find(column).unwrap_or(left);
        Self {
            left: self.left + left as i32,
            top: self.top + top as i32,
            width: right - left + 1,
            ink: rows[top..=foot].iter().flat_map(|row| &row[left..=right]).copied().collect(),
            ..Self::default()
        }
    }
}

/// A chain of faces at one size; the last draws boxes, so that every character has a glyph.
pub struct Typeface {
    chain: Chain,
    glyphs: Slots<Glyph>,
    lanczos: Lanczos,
    space: i32,
    em: f32,
}

impl Typeface {
    /// Loads the first face; the others are opened when they are needed.
    ///
    /// # Errors
    /// [`Error::Font`] for an unknown name, a file that is no font and a folder without fonts;
    /// [`Error::Setting`] for sizes that cannot be drawn.
    pub fn load(settings: &FaceSettings) -> Result<Self> {
        let (opened, font) = open(&settings.font, settings.weight)?;
        let (line, first, em) = match opened {
            Opened::Strike(strike) => first_strike(settings, strike),
            Opened::Outline(outline) => {
                first_outline(settings, outline, font.as_ref().and_then(EmbeddedFont::reach))?
            }
        };
        let space = match &first.face {
            Face::Outline(outline, shape) => {
                subpixels(outline.advance_of(' ').unwrap_or(0.25) * shape.x_em()) + line.tracking
            }
            Face::Strike(_) | Face::Label(_) => line.grid + line.tracking,
        };
        let chain = Chain::new(settings, line, first, font)?;
        let lanczos = Lanczos::new(settings.downscale);
        Ok(Self { chain, glyphs: Slots::new(0x11_0000), lanczos, space: space.max(0), em })
    }

    /// Px from one line to the next.
    pub fn pitch(&self) -> u32 {
        self.chain.line().pitch
    }

    /// Px from the top of a line to its baseline.
    pub fn ascent(&self) -> u32 {
        self.chain.line().ascent
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
        self.chain.line().extenders
    }

    /// Whether the first face is a pixel font, which has one size.
    pub fn is_pixel_font(&self) -> bool {
        self.chain.line().pixel_font
    }

    /// Whether a text is drawn by pixel fonts and boxes alone, whose glyphs are either ink or none.
    pub fn draws_in_pixels(&self, text: &str) -> bool {
        let in_pixels = |glyph: GlyphId| match self.chain.get(glyph.face()).map(|face| &face.face) {
            Some(Face::Strike(strike)) => strike.is_exact(),
            Some(Face::Label(_)) => true,
            Some(Face::Outline(..)) | None => false,
        };
        let plain = |word: &str| match word.chars().all(is_simple) {
            true => word.chars().all(|c| in_pixels(self.glyph(c).id)),
            false => self.shape(word, false).offsets.iter().all(|at| in_pixels(at.glyph)),
        };
        let ascii =
            || ('!'..='~').filter(|&c| text.contains(c)).all(|c| in_pixels(self.glyph(c).id));
        let other = || text.split_whitespace().filter(|word| !word.is_ascii()).all(plain);
        self.is_pixel_font() && ascii() && other()
    }

    /// The glyph of a character: of the first face that has it, or else a box with its code point.
    pub fn glyph(&self, c: char) -> Glyph {
        *self.glyphs.get_or_init(c as u32, || self.find(c))
    }

    /// The box with a character's code point.
    pub fn boxed(&self, c: char) -> Glyph {
        let place = self.chain.label();
        let advance = self.chain.get(place).map_or(0, |face| face.advance(c as u32));
        Glyph { id: GlyphId::new(place, c as u32), advance, missing: false }
    }

    /// The character that a glyph is only a box for.
    pub fn missing(&self, glyph: GlyphId) -> Option<char> {
        (glyph.face() == self.chain.label()).then(|| char::from_u32(glyph.id())).flatten()
    }

    /// The ink of a glyph whose pen stands so many quarters of a px right of a pixel's edge and
    /// below it.
    pub fn image(&self, glyph: GlyphId, right: u32, down: u32) -> &GlyphImage {
        static NONE: LazyLock<GlyphImage> = LazyLock::new(GlyphImage::default);
        let Some(face) = self.chain.get(glyph.face()) else { return &NONE };
        // Faces on a grid have one phase: their pen always stands on a pixel's edge.
        let (right, down) = if face.phases == 1 { (0, 0) } else { (right, down) };
        let slot = (glyph.id() * face.phases + down) * face.phases + right;
        face.images.get_or_init(slot, || self.draw(face, glyph.id(), right, down))
    }

    /// A view of the images for one page.
    pub fn images(&self) -> Images<'_> {
        Images { typeface: self, recent: vec![None; RECENT] }
    }

    /// The faces of the chain that have been needed so far, in its order.
    pub fn opened(&self) -> Vec<String> {
        self.chain.opened()
    }

    fn find(&self, c: char) -> Glyph {
        if c.is_control() {
            return self.boxed(c);
        }
        let found = self.chain.places(c).find_map(|place| {
            let id = self.chain.glyph_id(place, c)?;
            let missing = place == self.chain.label();
            let advance = self.chain.get(place)?.advance(id);
            Some(Glyph { id: GlyphId::new(place, id), advance, missing })
        });
        found.expect("the last face has every character")
    }

    fn draw(&self, face: &Sized, id: u32, right: u32, down: u32) -> GlyphImage {
        let shift = [right, down].map(|phase| phase as f32 / PHASES as f32);
        let mut image = match &face.face {
            Face::Outline(outline, shape) => {
                self.lanczos.shrink(&outline.draw(id, shape, (shift[0], shift[1])))
            }
            Face::Strike(strike) => strike.image(id, shift[0]),
            Face::Label(label) => label.image(id),
        };
        image.top += face.drop;
        image.ready()
    }
}

/// Images that a page remembers: those of a Latin text at all their phases.
const RECENT: usize = 512;

/// The images of a typeface, with those met last at hand: asking the typeface for each glyph took a
/// third as long as drawing it.
pub struct Images<'a> {
    typeface: &'a Typeface,
    recent: Vec<Option<(GlyphId, u32, &'a GlyphImage)>>,
}

impl<'a> Images<'a> {
    /// [`Typeface::image`].
    pub fn get(&mut self, glyph: GlyphId, right: u32, down: u32) -> &'a GlyphImage {
        let phase = down * PHASES + right;
        let place = glyph.0.wrapping_mul(PHASES).wrapping_add(phase) as usize % RECENT;
        match self.recent[place] {
            Some((known, at, image)) if (known, at) == (glyph, phase) => image,
            _ => {
                let image = self.typeface.image(glyph, right, down);
                self.recent[place] = Some((glyph, phase, image));
                image
            }
        }
    }
}

/// The embedded face that was made for a script: its name, and how far running text reaches above
/// and below the baseline, in em.
pub fn first_choice(script: unicode_script::Script) -> Option<(&'static str, [f32; 2])> {
    chain::first_choice(script).map(|face| (faces::FACES[face].name, faces::FACES[face].reach))
}

/// The line and the face that a pixel font makes, and its height.
fn first_strike(settings: &FaceSettings, strike: Strike) -> (Line, Sized, f32) {
    let (width, height) = strike.cell();
    let pitch = settings.pitch.unwrap_or(height);
    let tracking = subpixels(settings.tracking);
    let line = Line {
        pitch,
        ascent: strike.ascent() + pitch.saturating_sub(height) / 2,
        x_height: strike.x_height(),
        x_scale: settings.x_scale,
        extenders: 1.0,
        downscale: settings.downscale,
        tracking,
        grid: width as i32 * SUBPIXEL,
        pixel_font: true,
    };
    let mut first = Sized::strike(strike, 0, 1);
    first.tracking = tracking;
    (line, first, height as f32)
}

/// The line and the face that an outline font makes, and its em.
fn first_outline(
    settings: &FaceSettings,
    outline: Outline,
    reach: Option<([f32; 2], Fit)>,
) -> Result<(Line, Sized, f32)> {
    let em = outline.em_for(settings)?;
    let latin = outline.x_height().filter(|_| reach.is_none_or(|reach| reach.1 == Fit::Letters));
    let x_height = outline.x_height().unwrap_or(0.5) * em;
    let reach = match (latin, reach) {
        (Some(_), _) => outline.ascii_ink(),
        (None, Some((reach, _))) => reach,
        (None, None) => outline.line(),
    };
    let ink = reach.map(|reach| reach * em);
    let extenders = match latin {
        Some(_) => settings.extenders.unwrap_or_else(|| fitting(ink, x_height, settings.pitch)),
        None => 1.0,
    };
    let (above, below) = squeezed(ink, x_height, extenders);
    let pitch = settings.pitch.unwrap_or(above + below).max(1);
    let line = Line {
        pitch,
        // A pitch that is too small for the ink cuts evenly above and below.
        ascent: (above + pitch / 2).saturating_sub((above + below) / 2),
        x_height,
        x_scale: settings.x_scale,
        extenders,
        downscale: settings.downscale,
        tracking: subpixels(settings.tracking),
        grid: 1,
        pixel_font: false,
    };
    // Where there are no extenders to squeeze, the whole face is, so that lines never overlap.
    let high = if latin.is_some() { em } else { line.fit(em, reach).0 };
    let shape = Shape::new(em * settings.x_scale, high, extenders, settings.downscale);
    let first = Sized::outline(outline, shape, 0, 1, line.tracking, PHASES);
    Ok((line, first, em))
}

enum Opened {
    Outline(Outline),
    Strike(Strike),
}

/// Finds a font by its embedded name, or reads it from a file.
fn open(name: &str, weight: u16) -> Result<(Opened, Option<EmbeddedFont>)> {
    if let Some(font) = embedded::find(name, weight) {
        return Ok((font.open(), Some(font)));
    }
    let failed = |reason: String| Error::Font { name: name.to_owned(), reason };
    if !Path::new(name).is_file() {
        let names = embedded::names().join(", ");
        return Err(failed(format!("neither a file nor an embedded font ({names})")));
    }
    let outline = files::open(Path::new(name), 0).map_err(failed)?;
    if !outline.has_outlines() {
        return Err(failed("it has pictures instead of outlines".to_owned()));
    }
    Ok((Opened::Outline(outline), None))
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
