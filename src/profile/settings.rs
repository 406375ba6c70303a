//! What a user asked for: every setting optional, as the command line and a settings file give it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Settings of a page's look. What is `None` is decided from the model and the text.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// A preset that the other settings start from.
    pub density: Option<Density>,
    /// Page size.
    pub page: Option<PageSize>,
    /// Dots per inch, for sizes in paper formats and points. Default 72, where 1 pt = 1 px.
    pub dpi: Option<f32>,
    /// Outlines are drawn so many times larger and shrunk with a Lanczos-3 filter: 1 to 16.
    pub downscale: Option<f32>,
    /// An embedded font's name or a font file.
    pub font: Option<String>,
    /// Folders whose fonts are asked for what the first face lacks, before the embedded ones.
    #[serde(default)]
    pub font_dir: Vec<PathBuf>,
    /// Whether the fonts that the system has installed are asked after the embedded ones. Pages
    /// then depend on the machine.
    pub system_fonts: Option<bool>,
    /// Size of the em.
    pub font_size: Option<FontSize>,
    /// Height of the letter x in px; decides the size. Whole numbers read best.
    pub x_height: Option<f32>,
    /// Weight from 100 to 900, of the embedded families that have several.
    pub weight: Option<u16>,
    /// Horizontal stretch of outlines. Wider letters help OCR engines, not vision models.
    pub x_scale: Option<f32>,
    /// Px added after every glyph; a quarter px is cheap insurance at small sizes.
    pub tracking: Option<f32>,
    /// Px from line to line. Lines that touch are lost on every reader.
    pub pitch: Option<u32>,
    /// Vertical scale of what reaches above the small letters and below the baseline. `None`: what
    /// makes lines of the pitch just not overlap, so that neither descenders nor underscores are
    /// lost; the room goes to the small letters, which carry the text.
    pub extenders: Option<f32>,
    /// Text columns.
    pub columns: Option<Columns>,
    /// Px between columns.
    pub gutter: Option<u32>,
    /// Px left free on all sides.
    pub margin: Option<u32>,
    /// What becomes of line breaks.
    pub newlines: Option<crate::text::Newlines>,
    /// The sign for a line break where lines flow on.
    pub mark: Option<String>,
    /// Columns between tab stops.
    pub tab: Option<u32>,
    /// Bits of gray.
    pub bits: Option<Bits>,
    /// How much time the files take.
    pub png: Option<crate::raster::Effort>,
    /// Light letters on a dark page.
    pub invert: Option<bool>,
    /// Whether the last page's empty foot is cut off.
    pub crop: Option<Crop>,
}

impl Settings {
    /// These settings, and those of `under` where these say nothing.
    pub fn over(self, under: Self) -> Self {
        Self {
            density: self.density.or(under.density),
            page: self.page.or(under.page),
            dpi: self.dpi.or(under.dpi),
            downscale: self.downscale.or(under.downscale),
            font: self.font.or(under.font),
            font_dir: if self.font_dir.is_empty() { under.font_dir } else { self.font_dir },
            system_fonts: self.system_fonts.or(under.system_fonts),
            font_size: self.font_size.or(under.font_size),
            x_height: self.x_height.or(under.x_height),
            weight: self.weight.or(under.weight),
            x_scale: self.x_scale.or(under.x_scale),
            tracking: self.tracking.or(under.tracking),
            pitch: self.pitch.or(under.pitch),
            extenders: self.extenders.or(under.extenders),
            columns: self.columns.or(under.columns),
            gutter: self.gutter.or(under.gutter),
            margin: self.margin.or(under.margin),
            newlines: self.newlines.or(under.newlines),
            mark: self.mark.or(under.mark),
            tab: self.tab.or(under.tab),
            bits: self.bits.or(under.bits),
            png: self.png.or(under.png),
            invert: self.invert.or(under.invert),
            crop: self.crop.or(under.crop),
        }
    }
}

/// How small the text is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Density {
    /// About 130 px a character: ordinary vision models, exact strings included.
    Safe,
    /// About 40: the strongest vision models.
    Balanced,
    /// About 30: the strongest vision models, as well as they read a 5×8 pixel cell.
    Dense,
    /// About 21: OCR engines; a vision model gets the words, not the ids.
    Limit,
}

impl Density {
    /// The presets from the largest letters to the smallest.
    pub const ALL: [Self; 4] = [Self::Safe, Self::Balanced, Self::Dense, Self::Limit];
}

/// A page size as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Word")]
pub enum PageSize {
    /// Width and height in px.
    Px(u32, u32),
    /// 210 × 297 mm.
    A4,
    /// 8.5 × 11 in.
    Letter,
    /// The largest page that the model takes without shrinking it.
    Max,
}

/// A font size as given.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "Word")]
pub enum FontSize {
    /// Pixels of the em.
    Px(f32),
    /// Points: 1/72 in, at the dpi.
    Pt(f32),
}

/// Text columns as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Word")]
pub enum Columns {
    /// So many.
    Number(u32),
    /// As many as suit the page and the lines.
    Auto,
}

/// Bits of gray as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Word")]
pub enum Bits {
    /// 1, 2, 4 or 8.
    Number(u8),
    /// 1 where the text needs pixel fonts only, otherwise 4.
    Auto,
}

/// What is cut off the last page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Crop {
    /// Its empty part, in whole patches, where that lowers its tokens.
    Auto,
    /// Nothing.
    None,
}

fn bad(what: &str, given: &str, takes: &str) -> Error {
    Error::Setting(format!("{what} {given:?} is not understood; it takes {takes}"))
}

impl FromStr for PageSize {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        match s {
            "a4" => return Ok(Self::A4),
            "letter" => return Ok(Self::Letter),
            "max" => return Ok(Self::Max),
            _ => {}
        }
        let sides = s.split_once(['x', '×']);
        let sides = sides.and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        sides
            .map(|(w, h)| Self::Px(w, h))
            .ok_or_else(|| bad("page size", s, "WIDTHxHEIGHT in px, a4, letter or max"))
    }
}

impl FromStr for FontSize {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        let (number, points) = match s.strip_suffix("pt") {
            Some(number) => (number, true),
            None => (s.strip_suffix("px").unwrap_or(s), false),
        };
        match number.parse::<f32>() {
            Ok(size) if size > 0.0 && points => Ok(Self::Pt(size)),
            Ok(size) if size > 0.0 => Ok(Self::Px(size)),
            _ => Err(bad("font size", s, "a size in px (9, 9px) or points (9pt)")),
        }
    }
}

impl FromStr for Columns {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        match s.parse() {
            Ok(number @ 1..=64) => Ok(Self::Number(number)),
            _ if s == "auto" => Ok(Self::Auto),
            _ => Err(bad("columns", s, "a number from 1 to 64, or auto")),
        }
    }
}

impl FromStr for Bits {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        match s {
            "1" => Ok(Self::Number(1)),
            "2" => Ok(Self::Number(2)),
            "4" => Ok(Self::Number(4)),
            "8" => Ok(Self::Number(8)),
            "auto" => Ok(Self::Auto),
            _ => Err(bad("bits", s, "1, 2, 4, 8 or auto")),
        }
    }
}

/// A value of a settings file that may be written as a number or in words.
#[derive(Deserialize)]
#[serde(untagged)]
enum Word {
    Number(f64),
    Text(String),
}

macro_rules! from_word {
    ($($kind:ty),*) => {$(
        impl TryFrom<Word> for $kind {
            type Error = Error;

            fn try_from(word: Word) -> Result<Self> {
                match word {
                    Word::Number(number) => number.to_string().parse(),
                    Word::Text(text) => text.parse(),
                }
            }
        }
    )*};
}
from_word!(PageSize, FontSize, Columns, Bits);

impl fmt::Display for Density {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Safe => "safe",
            Self::Balanced => "balanced",
            Self::Dense => "dense",
            Self::Limit => "limit",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_or_refused_with_a_reason() {
        assert_eq!("1568x728".parse::<PageSize>().unwrap(), PageSize::Px(1568, 728));
        assert_eq!("9pt".parse::<FontSize>().unwrap(), FontSize::Pt(9.0));
        assert_eq!("9.5".parse::<FontSize>().unwrap(), FontSize::Px(9.5));
        for bad in ["", "x", "12", "-3x4", "1e9x4", "99999999999x1"] {
            assert!(bad.parse::<PageSize>().is_err(), "{bad}");
        }
        assert!("0pt".parse::<FontSize>().is_err() && "NaN".parse::<FontSize>().is_err());
        assert!("0".parse::<Columns>().is_err() && "3".parse::<Bits>().is_err());
    }
}
