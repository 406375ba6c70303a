//! The profile: everything that decides how pages look, resolved to plain values once and printed
//! in the report.
//!
//! ```text
//! Settings (asked for) + Model (page, density) + the first 64 KiB of text ─► Profile
//! ```

mod ladder;
mod look;
mod presets;
mod settings;

use std::borrow::Cow;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use unicode_script::Script;

pub use look::Look;
pub use settings::{Bits, Columns, Crop, Density, FontSize, PageSize, Settings};

use crate::error::{Error, Result};
use crate::layout::Geometry;
use crate::raster::{Effort, Ink};
use crate::text::{Content, Marks, Newlines, Preparing, classify, main_script, wrapped_from};
use crate::tokens::models::Model;
use crate::typeface::{FaceSettings, SUBPIXEL, Typeface};

/// Text that automatic choices are made from.
pub const SAMPLE: usize = 64 * 1024;

/// Px between columns, where nothing else is said.
const GUTTER: u32 = 10;
/// Longest side of a page in px.
const LONGEST_SIDE: u32 = 16_384;
/// Most pixels of a page; a page under way takes two bytes each.
const LARGEST_AREA: u64 = 64 << 20;

/// What the model's entry says of its pages.
#[derive(Debug, Clone, Copy)]
pub struct ModelPage {
    /// The page it reads best, in px.
    pub best: (u32, u32),
    /// The largest page it takes without shrinking, in px.
    pub largest: (u32, u32),
    /// The density it is known to read, where there is evidence.
    pub density: Option<Density>,
    /// Vision tokens of a px of its best page.
    pub tokens_per_px: f64,
    /// Text tokens of a character of the text at hand, where they were counted.
    pub tokens_per_char: Option<f64>,
}

/// Why a density was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DensityFrom {
    /// It was asked for.
    Asked,
    /// The model is known to read it.
    Evidence,
    /// Nothing is known of the model's eyes: the largest letters at which pages pay.
    Ratio,
    /// Nothing is known, and large letters would not pay.
    Default,
}

/// What pages must save, at the least, for a model of which nothing is known.
const WORTHWHILE: f64 = 1.5;

/// The page for a model without evidence of a better one: wide enough for three columns, and below
/// what any known model shrinks.
const USUAL_PAGE: (u32, u32) = (1568, 728);

impl ModelPage {
    /// What the table says of a model at a detail setting; `None`: its default.
    ///
    /// # Errors
    /// [`Error::Vision`] for a detail that the model does not have.
    pub fn of(model: &Model, detail: Option<&str>) -> Result<Self> {
        let failed = |source| Error::Vision { model: model.id.clone(), source };
        let detail = model.detail(detail).map_err(|e| failed(e.into()))?;
        let largest = detail.max_page.map(|[w, h]| (w, h));
        let known = model.default_profile.as_ref();
        let usual = || {
            let (width, height) = USUAL_PAGE;
            match largest {
                Some((w, h)) if w < width || h < height => (w, h),
                _ => {
                    let patch = model.patch.unwrap_or(1).max(1);
                    (width / patch * patch, height / patch * patch)
                }
            }
        };
        let best = known.map_or_else(usual, |known| (known.page[0], known.page[1]));
        let named =
            |density: &&Density| known.is_some_and(|known| known.density == density.to_string());
        let count = detail.rule.count(best.0, best.1).map_err(|e| failed(e.into()))?;
        Ok(Self {
            best,
            largest: largest.unwrap_or(best),
            density: Density::ALL.iter().find(named).copied(),
            tokens_per_px: count.tokens as f64 / (f64::from(best.0) * f64::from(best.1)),
            tokens_per_char: None,
        })
    }

    /// The same for a text of which a sample has so many tokens.
    #[must_use]
    pub fn for_text(self, sample: &str, tokens: u64) -> Self {
        let chars = sample.chars().count().max(1);
        Self { tokens_per_char: Some(tokens as f64 / chars as f64), ..self }
    }

    /// The density to draw at, and why.
    fn density(&self, asked: Option<Density>, script: Script) -> (Density, DensityFrom) {
        if let Some(density) = asked {
            return (density, DensityFrom::Asked);
        }
        if let Some(density) = self.density {
            return (density, DensityFrom::Evidence);
        }
        let pays = |density: &Density| {
            let tokens = presets::px_per_char(*density, script) * self.tokens_per_px;
            self.tokens_per_char.is_some_and(|text| text >= WORTHWHILE * tokens)
        };
        match [Density::Safe, Density::Balanced].into_iter().find(pays) {
            Some(density) => (density, DensityFrom::Ratio),
            None => (Density::Balanced, DensityFrom::Default),
        }
    }
}

/// Everything that decides how pages look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Profile {
    /// The preset that the settings started from.
    pub density: Density,
    /// Why that preset.
    pub density_from: DensityFrom,
    /// The class of text that the first 64 KiB were taken for.
    pub content: Content,
    /// The script of most of their letters, as Unicode names it.
    pub script: Cow<'static, str>,
    /// Page width in px.
    pub width: u32,
    /// Page height in px.
    pub height: u32,
    /// Embedded font or font file.
    pub font: String,
    /// Weight, 100 to 900.
    pub weight: u16,
    /// Folders of fonts that are asked for what the first one lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub font_dirs: Vec<PathBuf>,
    /// Whether installed fonts are asked after the embedded ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub system_fonts: bool,
    /// Px of the em.
    pub font_size: f32,
    /// Px of the letter x, where the size was set by it.
    pub x_height: Option<f32>,
    /// Horizontal stretch of outlines.
    pub x_scale: f32,
    /// Px added after every glyph.
    pub tracking: f32,
    /// Px from line to line.
    pub pitch: u32,
    /// Vertical scale of what reaches above the small letters and below the baseline.
    pub extenders: f32,
    /// Outlines are drawn so many times larger and shrunk.
    pub downscale: f32,
    /// Text columns.
    pub columns: u32,
    /// Px between columns.
    pub gutter: u32,
    /// Px free on all sides.
    pub margin: u32,
    /// What becomes of line breaks.
    pub newlines: Newlines,
    /// Where prose flows: a line of at least so many characters was ended by wrapping, and is
    /// joined to the next with a blank.
    pub wrapped_from: Option<u32>,
    /// The sign for a line break where lines flow on.
    pub mark: String,
    /// Columns between tab stops.
    pub tab: u32,
    /// Bits of gray.
    pub bits: u8,
    /// How much time the files take.
    pub png: Effort,
    /// Light letters on a dark page.
    pub invert: bool,
    /// Whether the last page's empty part is cut off.
    pub crop: Crop,
    /// Regular expressions for what the page draws in place of white space.
    pub marks: Vec<String>,
}

impl Profile {
    /// Resolves settings for a model and the beginning of a text.
    ///
    /// # Errors
    /// Settings that cannot make a page, and fonts that cannot be used.
    pub fn resolve(settings: &Settings, model: ModelPage, sample: &str) -> Result<Self> {
        let content = classify(sample);
        let script = main_script(sample);
        let (density, density_from) = model.density(settings.density, script);
        let asked = settings.clone();
        let preset = presets::settings(density, content, script);
        let s = match (&asked.font, asked.font_size, asked.x_height) {
            (None, None, None) => asked.over(preset),
            // A face of the user's own choice is drawn as it is, not squeezed as the preset's.
            _ => {
                let font = asked.font.clone().or(preset.font);
                Settings { font, ..asked }
            }
        };
        let dpi = in_range("dpi", s.dpi.unwrap_or(72.0), 10.0, 2400.0)?;
        let (width, height) = page_size(s.page, dpi, model);
        let face = FaceSettings {
            font: s.font.unwrap_or_default(),
            weight: s.weight.unwrap_or(400).clamp(1, 1000),
            size: match s.font_size {
                Some(FontSize::Px(px)) => px,
                Some(FontSize::Pt(pt)) => pt * dpi / 72.0,
                None => 10.0,
            },
            x_height: s.x_height.map(|px| in_range("x-height", px, 1.0, 400.0)).transpose()?,
            x_scale: in_range("x-scale", s.x_scale.unwrap_or(1.0), 0.2, 5.0)?,
            tracking: in_range("tracking", s.tracking.unwrap_or(0.0), -8.0, 64.0)?,
            pitch: s.pitch.map(|px| in_range("pitch", px, 1, 4096)).transpose()?,
            extenders: s.extenders.map(|f| in_range("extenders", f, 0.2, 2.0)).transpose()?,
            downscale: in_range("downscale", s.downscale.unwrap_or(8.0), 1.0, 16.0)?,
            font_dirs: s.font_dir,
            system_fonts: s.system_fonts.unwrap_or(false),
        };
        let typeface = Typeface::load(&face)?;
        let outline_only = s.font_size.is_some() || face.x_height.is_some() || face.x_scale != 1.0;
        if typeface.is_pixel_font() && outline_only {
            return Err(Error::Setting(format!(
                "{} is a pixel font: its size is its cell's, which cannot be changed or stretched",
                face.font
            )));
        }
        let margin = in_range("margin", s.margin.unwrap_or(4), 0, LONGEST_SIDE)?;
        let gutter = in_range("gutter", s.gutter.unwrap_or(GUTTER), 0, LONGEST_SIDE)?;
        let newlines = s.newlines.unwrap_or(match content {
            Content::Prose => Newlines::Flow,
            Content::Code | Content::Identifiers => Newlines::Mark,
        });
        let wrapped_from = match newlines {
            Newlines::Flow => wrapped_from(sample),
            Newlines::Keep | Newlines::Mark => None,
        };
        let marks = Marks::new(s.mark, sample)?;
        let columns = match s.columns.unwrap_or(Columns::Auto) {
            Columns::Number(number) => number,
            Columns::Auto => {
                let room = width.saturating_sub(2 * margin);
                let line = longest_line(newlines, sample, &typeface);
                columns_for(room, gutter, presets::column_width(script, sample), line)
            }
        };
        let bits = match s.bits.unwrap_or(Bits::Auto) {
            Bits::Number(bits) => bits,
            Bits::Auto if typeface.draws_in_pixels(sample) => 1,
            Bits::Auto => 4,
        };
        let profile = Self {
            density,
            density_from,
            content,
            script: Cow::Borrowed(script.full_name()),
            width,
            height,
            font: face.font,
            weight: face.weight,
            font_dirs: face.font_dirs,
            system_fonts: face.system_fonts,
            font_size: typeface.em(),
            x_height: face.x_height,
            x_scale: face.x_scale,
            tracking: face.tracking,
            pitch: typeface.pitch(),
            extenders: typeface.extenders(),
            downscale: face.downscale,
            columns,
            gutter,
            margin,
            newlines,
            wrapped_from,
            marks: if newlines == Newlines::Keep { Vec::new() } else { marks.patterns() },
            mark: marks.line_break,
            tab: in_range("tab", s.tab.unwrap_or(4), 1, 64)?,
            bits,
            png: s.png.unwrap_or_default(),
            invert: s.invert.unwrap_or(false),
            crop: s.crop.unwrap_or(Crop::Auto),
        };
        profile.check(&typeface)?;
        Ok(profile)
    }

    /// Checks what [`Self::resolve`] would have seen to, in a profile that was read from a report.
    ///
    /// # Errors
    /// [`Error::Setting`] for values that cannot make a page, [`Error::Font`] as for a typeface.
    pub fn check_values(&self) -> Result<()> {
        in_range("font-size", self.font_size, 1.0, LONGEST_SIDE as f32)?;
        in_range("x-height", self.x_height.unwrap_or(1.0), 1.0, 400.0)?;
        in_range("x-scale", self.x_scale, 0.2, 5.0)?;
        in_range("tracking", self.tracking, -8.0, 64.0)?;
        in_range("pitch", self.pitch, 1, 4096)?;
        in_range("extenders", self.extenders, 0.0, 2.0)?;
        in_range("downscale", self.downscale, 1.0, 16.0)?;
        in_range("margin", self.margin, 0, LONGEST_SIDE)?;
        in_range("gutter", self.gutter, 0, LONGEST_SIDE)?;
        in_range("columns", self.columns, 1, 64)?;
        in_range("tab", self.tab, 1, 64)?;
        if ![1, 2, 4, 8].contains(&self.bits) {
            return Err(Error::Setting(format!("{} bits of gray: 1, 2, 4 or 8", self.bits)));
        }
        self.check(&self.typeface()?)
    }

    /// BLAKE3 hash of the profile as JSON: that of the report, in its order, without white space.
    pub fn blake3(&self) -> blake3::Hash {
        blake3::hash(&serde_json::to_vec(self).expect("a profile is plain data"))
    }

    /// The typeface of these settings.
    ///
    /// # Errors
    /// A font file that has changed since the profile was resolved.
    pub fn typeface(&self) -> Result<Typeface> {
        Typeface::load(&self.face())
    }

    /// What its typeface is loaded from.
    fn face(&self) -> FaceSettings {
        FaceSettings {
            font: self.font.clone(),
            weight: self.weight,
            size: self.font_size,
            x_height: self.x_height,
            x_scale: self.x_scale,
            tracking: self.tracking,
            pitch: Some(self.pitch),
            extenders: Some(self.extenders),
            downscale: self.downscale,
            font_dirs: self.font_dirs.clone(),
            system_fonts: self.system_fonts,
        }
    }

    /// Where things are on a page.
    pub fn geometry(&self, typeface: &Typeface) -> Geometry {
        Geometry {
            width: self.width,
            height: self.height,
            margin: self.margin,
            columns: self.columns,
            gutter: self.gutter,
            pitch: self.pitch,
            ascent: typeface.ascent(),
        }
    }

    /// About how many px a character of prose takes at a density, in this profile's script.
    pub fn about_px_per_char(&self, density: Density) -> f64 {
        presets::px_per_char(density, Script::from_full_name(&self.script).unwrap_or(Script::Latin))
    }

    /// How text is prepared.
    pub fn preparing(&self) -> Preparing {
        let marks = Marks { line_break: self.mark.clone(), ..Marks::default() };
        Preparing { newlines: self.newlines, marks, wrapped_from: self.wrapped_from, tab: self.tab }
    }

    /// How ink becomes gray.
    pub fn ink(&self) -> Ink {
        Ink { bits: self.bits, invert: self.invert }
    }

    fn check(&self, typeface: &Typeface) -> Result<()> {
        let (w, h) = (self.width, self.height);
        let area = u64::from(w) * u64::from(h);
        if w == 0 || h == 0 || w > LONGEST_SIDE || h > LONGEST_SIDE || area > LARGEST_AREA {
            return Err(Error::Setting(format!(
                "a page of {w}x{h} px cannot be drawn: sides go from 1 to {LONGEST_SIDE} px, and \
                 together they make at most {} million px",
                LARGEST_AREA >> 20
            )));
        }
        let geometry = self.geometry(typeface);
        let widest = typeface.glyph('W').advance.max(SUBPIXEL) as u32 / SUBPIXEL as u32;
        if geometry.rows() == 0 || geometry.column_width() < 2 * widest {
            return Err(Error::Setting(format!(
                "a page of {w}x{h} px has no room for {} column(s) of text {} px high with a margin \
                 of {} px; make the page larger or the font smaller",
                self.columns, self.pitch, self.margin
            )));
        }
        Ok(())
    }
}

fn page_size(size: Option<PageSize>, dpi: f32, model: ModelPage) -> (u32, u32) {
    let inches = |w: f32, h: f32| ((w * dpi).round() as u32, (h * dpi).round() as u32);
    match size {
        Some(PageSize::Px(w, h)) => (w, h),
        Some(PageSize::A4) => inches(210.0 / 25.4, 297.0 / 25.4),
        Some(PageSize::Letter) => inches(8.5, 11.0),
        Some(PageSize::Max) => model.largest,
        None => model.best,
    }
}

/// Columns that fit into `room` px: about `width` px wide each, narrower where lines are kept and
/// are short.
fn columns_for(room: u32, gutter: u32, width: u32, line: Option<u32>) -> u32 {
    let width = line.unwrap_or(width).clamp(width / 4, width);
    let columns = (room + gutter) as f32 / (width + gutter) as f32;
    // Where lines flow, a column may be a little wider or narrower; kept lines must fit.
    let columns = if line.is_some() { columns.floor() } else { columns.round() };
    (columns as u32).clamp(1, 64)
}

/// Px that nine lines of ten need, where lines are kept.
fn longest_line(newlines: Newlines, sample: &str, typeface: &Typeface) -> Option<u32> {
    if newlines != Newlines::Keep {
        return None;
    }
    let width = |line: &str| -> u32 {
        let px: i64 = line
            .chars()
            .map(|c| i64::from(if c == ' ' { typeface.space() } else { typeface.glyph(c).advance }))
            .sum();
        (px / i64::from(SUBPIXEL)).min(i64::from(u32::MAX)) as u32 + 1
    };
    let mut widths: Vec<u32> = sample.lines().map(width).collect();
    widths.sort_unstable();
    widths.get(widths.len() * 9 / 10).copied()
}

fn in_range<T: PartialOrd + std::fmt::Display>(name: &str, value: T, low: T, high: T) -> Result<T> {
    if value >= low && value <= high {
        return Ok(value);
    }
    Err(Error::Setting(format!("{name} {value} is out of range: it goes from {low} to {high}")))
}
