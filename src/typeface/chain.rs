//! The chain of faces: which there are, in what order they are asked, and what size each is drawn
//! at, so that they go together on a line that only the first one decides.

use std::path::PathBuf;
use std::sync::{LazyLock, OnceLock};

use unicode_script::{Script, UnicodeScript};

use super::embedded::{self, EmbeddedFont};
use super::faces::{FACES, Fit};
use super::label::Label;
use super::outline::{Outline, Shape};
use super::shaping::Shaper;
use super::slots::Slots;
use super::strike::Strike;
use super::{FaceSettings, GlyphImage, Opened, PHASES, SUBPIXEL, bundle, files, script, subpixels};
use crate::error::{Error, Result};

/// x-height of the packed letter faces in em: they were all drawn to go with one Latin face.
const DESIGNED_X_HEIGHT: f32 = 0.536;
/// Code points there are.
const CODE_POINTS: usize = 0x11_0000;
/// Most faces that a glyph's number can tell apart.
const MOST_FACES: usize = 1 << 11;

/// What the first face decides for the whole line, in px.
pub(super) struct Line {
    pub(super) pitch: u32,
    pub(super) ascent: u32,
    pub(super) x_height: f32,
    pub(super) x_scale: f32,
    pub(super) extenders: f32,
    pub(super) downscale: f32,
    /// 1/64 px.
    pub(super) tracking: i32,
    /// Advances are whole multiples of this, in 1/64 px: pixel fonts keep their cells.
    pub(super) grid: i32,
    pub(super) pixel_font: bool,
}

/// A place in the chain. Its face is opened when it is first needed.
struct Link {
    origin: Origin,
    sized: OnceLock<Option<Sized>>,
}

enum Origin {
    Embedded(EmbeddedFont),
    File(PathBuf, u32),
    Label,
}

/// A face at its size.
pub(super) struct Sized {
    pub(super) face: Face,
    /// Px that this face's baseline lies below the line's.
    pub(super) drop: i32,
    /// Advances are rounded up to a multiple of this, in 1/64 px.
    pub(super) grid: i32,
    pub(super) tracking: i32,
    /// Positions between two px that its glyphs are drawn at, each way.
    pub(super) phases: u32,
    pub(super) images: Slots<GlyphImage>,
    shaper: OnceLock<Option<Shaper>>,
}

pub(super) enum Face {
    Outline(Outline, Shape),
    Strike(Strike),
    Label(Label),
}

/// The faces in the order they are asked.
pub(super) struct Chain {
    line: Line,
    links: Vec<Link>,
    /// Where the packed faces begin.
    packed: usize,
    /// Whether the first face is an embedded one, which leaves other scripts to the faces that were
    /// made for them.
    embedded_first: bool,
}

/// The packed face that is first choice for a script.
pub(super) fn first_choice(script: Script) -> Option<usize> {
    static CHOICES: LazyLock<Vec<(Script, usize)>> = LazyLock::new(|| {
        let codes = |face: usize| FACES[face].scripts.split(' ');
        (0..FACES.len())
            .flat_map(|face| {
                codes(face).filter_map(move |c| Some((Script::from_short_name(c)?, face)))
            })
            .collect()
    });
    CHOICES.iter().find(|choice| choice.0 == script).map(|choice| choice.1)
}

/// The packed emoji.
fn emoji() -> usize {
    FACES.iter().position(|face| face.scripts == "Zsye").expect("it is in the table")
}

impl Chain {
    /// The chain behind a first face, which has been opened and sized.
    pub(super) fn new(
        settings: &FaceSettings,
        line: Line,
        first: Sized,
        first_font: Option<EmbeddedFont>,
    ) -> Result<Self> {
        let link = |origin| Link { origin, sized: OnceLock::new() };
        let embedded_first = first_font.is_some();
        let origin = match first_font {
            Some(font) => Origin::Embedded(font),
            None => Origin::File(PathBuf::from(&settings.font), 0),
        };
        let mut links = vec![Link { origin, sized: OnceLock::from(Some(first)) }];
        let file = |(path, index)| link(Origin::File(path, index));
        links.extend(files::of_folders(&settings.font_dirs)?.into_iter().map(file));
        links.push(link(Origin::Embedded(embedded::latin(settings.weight))));
        let packed = links.len();
        links.extend(
            embedded::fonts().filter(|f| f.packed().is_some()).map(|f| link(Origin::Embedded(f))),
        );
        if settings.system_fonts {
            links.extend(files::of_system().into_iter().map(file));
        }
        links.push(link(Origin::Label));
        if links.len() > MOST_FACES {
            let reason = format!("{} fonts are more than the {MOST_FACES} it can use", links.len());
            return Err(Error::Font { name: "the chain".to_owned(), reason });
        }
        Ok(Self { line, links, packed, embedded_first })
    }

    pub(super) fn line(&self) -> &Line {
        &self.line
    }

    /// The last one: boxes with code points.
    pub(super) fn label(&self) -> usize {
        self.links.len() - 1
    }

    /// The face at a place, opened; `None` for a file that is no font.
    pub(super) fn get(&self, place: usize) -> Option<&Sized> {
        let link = &self.links[place];
        link.sized.get_or_init(|| self.open(&link.origin)).as_ref()
    }

    /// The faces that have been opened, by name.
    pub(super) fn opened(&self) -> Vec<String> {
        let open = |place: &usize| self.links[*place].sized.get().is_some();
        (0..self.links.len()).filter(open).map(|place| self.name(place)).collect()
    }

    /// What a face is called.
    pub(super) fn name(&self, place: usize) -> String {
        match &self.links[place].origin {
            Origin::Embedded(font) => font.name.to_owned(),
            Origin::File(path, 0) => path.display().to_string(),
            Origin::File(path, index) => format!("{}#{index}", path.display()),
            Origin::Label => "boxes with code points".to_owned(),
        }
    }

    /// The glyph that a face has for a character.
    pub(super) fn glyph_id(&self, place: usize, c: char) -> Option<u32> {
        let packed = match &self.links[place].origin {
            // What a packed face can draw is known without unpacking it.
            Origin::Embedded(font) => font.packed(),
            Origin::File(..) | Origin::Label => None,
        };
        if packed.is_some_and(|face| !bundle::has(face, c)) {
            return None;
        }
        match &self.get(place)?.face {
            Face::Outline(outline, _) if packed.is_some() => outline.mapped(c),
            Face::Outline(outline, _) => outline.glyph_id(c),
            Face::Strike(strike) => strike.glyph_id(c),
            Face::Label(_) => Some(c as u32),
        }
    }

    /// The places to ask for a character, best first; the last always has it.
    pub(super) fn places(&self, c: char) -> impl Iterator<Item = usize> + '_ {
        // A sign of several scripts goes with the first of them: 。 with ideographs.
        let own =
            first_choice(c.script()).or_else(|| c.script_extension().iter().find_map(first_choice));
        let choice = own.or_else(|| match c as u32 {
            0xFF00..=0xFFEF => first_choice(Script::Han),
            0x1F000..=0x1FBFF => Some(emoji()),
            _ => None,
        });
        let choice = choice.map(|face| self.packed + face);
        let own = match &self.links[0].origin {
            Origin::Embedded(font) => font.packed().map(|face| self.packed + face),
            Origin::File(..) | Origin::Label => None,
        };
        let latin = matches!(c.script(), Script::Latin | Script::Greek | Script::Cyrillic);
        let leaves = self.embedded_first && !latin && choice.is_some() && choice != own;
        let files = 1..self.packed - 1;
        let rest = self.packed - 1..self.links.len();
        // The pixel font draws what no other face has, the user's own included.
        let unifont = self.packed + FACES.len() - 1;
        let last = [unifont, self.label()];
        (!leaves)
            .then_some(0)
            .into_iter()
            .chain(files)
            .chain(choice)
            .chain(rest.filter(move |place| !last.contains(place)))
            .chain(last)
    }

    /// The place of the face to draw a cluster with: one that has all of its characters.
    pub(super) fn place_of(&self, cluster: &str) -> usize {
        let base = cluster.chars().find(|&c| !script::is_ignorable(c));
        let Some(base) = base else { return self.label() };
        let emoji = self.packed + emoji();
        let has_all = |&place: &usize| self.has_all(place, cluster);
        if script::is_emoji_sequence(cluster) && has_all(&emoji) {
            return emoji;
        }
        let first = self.places(base).find(|&place| self.glyph_id(place, base).is_some());
        let first = first.unwrap_or(self.label());
        if has_all(&first) {
            return first;
        }
        self.places(base).filter(|&place| place != self.label()).find(has_all).unwrap_or(first)
    }

    /// Whether a face has every character of a cluster that has a look of its own, or what they
    /// compose to.
    fn has_all(&self, place: usize, cluster: &str) -> bool {
        use unicode_normalization::UnicodeNormalization;
        let has = |c: char| script::is_ignorable(c) || self.glyph_id(place, c).is_some();
        cluster.chars().all(has) || cluster.nfc().all(has)
    }

    fn open(&self, origin: &Origin) -> Option<Sized> {
        match origin {
            Origin::Embedded(font) => Some(match font.open() {
                Opened::Outline(outline) => self.size(outline, font.reach()),
                Opened::Strike(strike) => self.size_strike(strike),
            }),
            Origin::File(path, index) => {
                let outline = files::open(path, *index).ok()?;
                outline.has_outlines().then(|| self.size(outline, None))
            }
            Origin::Label => {
                let label = Label::new(self.line.pitch, self.line.ascent);
                let grid = self.line.grid.max(SUBPIXEL);
                Some(Sized::new(Face::Label(label), 0, grid, 0, 1, CODE_POINTS))
            }
        }
    }

    /// Sizes a face behind the first: letters match the small letters of the first face, ideographs
    /// and emoji fill the line, and nothing reaches beyond the line.
    fn size(&self, outline: Outline, reach: Option<([f32; 2], Fit)>) -> Sized {
        let line = &self.line;
        let pitch = line.pitch as f32;
        let fills = outline.ideograph().is_some() || reach.is_some_and(|r| r.1 == Fit::Line);
        let latin = outline.x_height();
        let (em, reach) = match (fills, latin, reach) {
            (true, _, Some((reach, _))) => (pitch / (reach[0] + reach[1]).max(1.0), reach),
            (true, _, None) => (pitch, [0.85, 0.12]),
            (false, Some(x), None) => {
                // A Latin face has its extenders squeezed as those of the first one.
                let shape = Shape::new(
                    line.x_height / x * self.stretch(),
                    line.x_height / x,
                    line.extenders,
                    line.downscale,
                );
                return self.sized(outline, shape, 0, line.tracking);
            }
            (false, x, reach) => {
                let designed = x.unwrap_or(DESIGNED_X_HEIGHT);
                let reach = reach.map_or_else(|| outline.line(), |reach| reach.0);
                (line.x_height / designed, reach)
            }
        };
        let (high, drop) = line.fit(em, reach);
        let stretch = if fills { 1.0 } else { self.stretch() };
        let shape = Shape::new(em * stretch, high, 1.0, line.downscale);
        let tracking = if fills { 0 } else { line.tracking };
        let mut sized = self.sized(outline, shape, drop, tracking);
        if fills {
            sized.phases = 1;
            sized.grid = line.grid.max(SUBPIXEL);
        }
        sized
    }

    fn sized(&self, outline: Outline, shape: Shape, drop: i32, tracking: i32) -> Sized {
        let grid = if self.line.pixel_font { self.line.grid.max(SUBPIXEL) } else { 1 };
        Sized::outline(outline, shape, drop, grid, tracking, PHASES)
    }

    fn stretch(&self) -> f32 {
        if self.line.pixel_font { 1.0 } else { self.line.x_scale }
    }

    /// A pixel font behind the first face is scaled to the line's height.
    fn size_strike(&self, strike: Strike) -> Sized {
        let line = &self.line;
        let (_, height) = strike.cell();
        let scale = line.pitch as f32 / height as f32;
        let ascent = (strike.ascent() as f32 * scale).round() as i32;
        let drop = ascent - line.ascent as i32;
        Sized::strike(strike.scaled(scale), drop, line.grid.max(SUBPIXEL))
    }
}

impl Line {
    /// Px of the em up the page at which ink that reaches so far, in em, stays within the line, and
    /// the px that the baseline must be moved down for that.
    pub(super) fn fit(&self, em: f32, reach: [f32; 2]) -> (f32, i32) {
        let pitch = self.pitch as f32;
        let high = em.min(pitch / (reach[0] + reach[1]));
        let needed = (reach[0] * high - self.ascent as f32).ceil();
        let possible = (pitch - self.ascent as f32 - reach[1] * high).floor();
        // Both bounds hold but for rounding; the upper edge then wins.
        (high, 0.0_f32.min(possible).max(needed) as i32)
    }
}

impl Sized {
    fn new(face: Face, drop: i32, grid: i32, tracking: i32, phases: u32, glyphs: usize) -> Self {
        let images = Slots::new(glyphs * (phases * phases) as usize);
        Self { face, drop, grid, tracking, phases, images, shaper: OnceLock::new() }
    }

    pub(super) fn outline(
        outline: Outline,
        shape: Shape,
        drop: i32,
        grid: i32,
        tracking: i32,
        phases: u32,
    ) -> Self {
        // Glyph numbers of a font have 16 bits.
        Self::new(Face::Outline(outline, shape), drop, grid, tracking, phases, 1 << 16)
    }

    pub(super) fn strike(strike: Strike, drop: i32, grid: i32) -> Self {
        Self::new(Face::Strike(strike), drop, grid, 0, 1, CODE_POINTS)
    }

    /// Room of a glyph in 1/64 px, with the face's tracking.
    pub(super) fn advance(&self, id: u32) -> i32 {
        let natural = match &self.face {
            Face::Outline(outline, shape) => subpixels(outline.advance(id) * shape.x_em()),
            Face::Strike(strike) => subpixels(strike.advance(id)),
            Face::Label(label) => label.width(id) as i32 * SUBPIXEL,
        };
        self.on_grid(natural + self.tracking)
    }

    /// A length rounded up to the grid.
    pub(super) fn on_grid(&self, length: i32) -> i32 {
        (length.max(0) + self.grid - 1) / self.grid * self.grid
    }

    /// The face's shaper, made when it is first needed.
    pub(super) fn shaper(&self) -> Option<&Shaper> {
        let make = || match &self.face {
            Face::Outline(outline, _) => outline.shaper(),
            Face::Strike(_) | Face::Label(_) => None,
        };
        self.shaper.get_or_init(make).as_ref()
    }
}
