//! The flags that decide how pages look.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use microfiche::profile::{Bits, Columns, Crop, Density, FontSize, PageSize, Settings};
use microfiche::raster::Effort;
use microfiche::text::Newlines;

/// How pages look
#[derive(Args, Default)]
#[command(next_help_heading = "Look")]
pub(crate) struct Look {
    /// How small the text is drawn; the other flags change single points of it
    /// [default: what the model is known to read]
    #[arg(long, value_name = "PRESET")]
    density: Option<DensityFlag>,
    /// Page size: WIDTHxHEIGHT in px, a4, letter, or max (the largest the model does not shrink)
    /// [default: the page the model reads best]
    #[arg(long, value_name = "SIZE")]
    page: Option<PageSize>,
    /// Dots per inch of a4, letter and points [default: 72]
    #[arg(long, value_name = "N")]
    dpi: Option<f32>,
    /// Draw outlines so many times larger and shrink them with a Lanczos filter, 1 to 16
    /// [default: 8]
    #[arg(long, value_name = "FACTOR")]
    downscale: Option<f32>,
    /// An embedded font (see `microfiche fonts`) or a TrueType or OpenType file
    #[arg(long, value_name = "NAME|FILE")]
    font: Option<String>,
    /// Ask the fonts of a folder, in order, for what the first one lacks; may be given again
    #[arg(long, value_name = "DIR")]
    font_dir: Vec<PathBuf>,
    /// Ask the installed fonts for what no embedded one has; pages then depend on the machine
    #[arg(long)]
    system_fonts: bool,
    /// Size of the em: 9, 9px or 9pt
    #[arg(long, value_name = "SIZE", conflicts_with = "x_height")]
    font_size: Option<FontSize>,
    /// Height of the letter x in px, in place of a font size; whole numbers read best
    #[arg(long, value_name = "PX")]
    x_height: Option<f32>,
    /// Weight from 100 to 900, where the font has several
    #[arg(long, value_name = "N")]
    weight: Option<u16>,
    /// Stretch outlines along the line: 0.2 to 5
    #[arg(long, value_name = "FACTOR")]
    x_scale: Option<f32>,
    /// Room added after every glyph, in px; may be negative
    #[arg(long, value_name = "PX", allow_negative_numbers = true)]
    tracking: Option<f32>,
    /// From one line to the next, in px [default: the height of the ink]
    #[arg(long, value_name = "PX")]
    pitch: Option<u32>,
    /// Scale what reaches above the small letters and below the baseline: 0.2 to 2
    /// [default: what fits the pitch]
    #[arg(long, value_name = "FACTOR")]
    extenders: Option<f32>,
    /// Text columns: a number, or auto [default: auto]
    #[arg(long, value_name = "N|auto")]
    columns: Option<Columns>,
    /// Room between columns, in px [default: 10]
    #[arg(long, value_name = "PX")]
    gutter: Option<u32>,
    /// Room on all four sides, in px [default: 4]
    #[arg(long, value_name = "PX")]
    margin: Option<u32>,
    /// What becomes of line breaks [default: auto, by the text]
    #[arg(long, value_name = "POLICY")]
    newlines: Option<NewlinesFlag>,
    /// The sign for a line break where lines flow on [default: §, or another
    /// that the text does not have]
    #[arg(long, value_name = "SIGN")]
    mark: Option<String>,
    /// Columns between tab stops where lines are kept [default: 4]
    #[arg(long, value_name = "N")]
    tab: Option<u32>,
    /// Bits of gray: 1, 2, 4, 8, or auto (1 for pixel fonts, otherwise 4) [default: auto]
    #[arg(long, value_name = "N|auto")]
    bits: Option<Bits>,
    /// Time for the files: fast, default or small (ten times the time, 5 % fewer bytes)
    /// [default: default]
    #[arg(long, value_name = "EFFORT")]
    png: Option<Effort>,
    /// Draw light letters on a dark page
    #[arg(long)]
    invert: bool,
    /// Cut the last page to whole patches where that lowers its tokens, or leave it
    /// [default: auto]
    #[arg(long, value_name = "CUT")]
    crop: Option<CropFlag>,
}

#[derive(Clone, Copy, ValueEnum)]
enum DensityFlag {
    /// About 130 px a character: ordinary vision models, exact strings included
    Safe,
    /// About 40: the strongest vision models
    Balanced,
    /// About 30: the strongest vision models, prose and code
    Dense,
    /// About 21: OCR engines
    Limit,
}

#[derive(Clone, Copy, ValueEnum)]
enum NewlinesFlag {
    /// Every line starts a line of the page
    Keep,
    /// Lines flow on; a visible mark stands for each break, indentation and blank lines
    Mark,
    /// As mark, but breaks that only wrapped a line of prose become blanks
    Flow,
    /// flow for prose, mark for code and identifiers
    Auto,
}

#[derive(Clone, Copy, ValueEnum)]
enum CropFlag {
    Auto,
    None,
}

impl Look {
    /// The flags as the library takes them.
    pub(crate) fn settings(self) -> Settings {
        Settings {
            density: self.density.map(|density| match density {
                DensityFlag::Safe => Density::Safe,
                DensityFlag::Balanced => Density::Balanced,
                DensityFlag::Dense => Density::Dense,
                DensityFlag::Limit => Density::Limit,
            }),
            page: self.page,
            dpi: self.dpi,
            downscale: self.downscale,
            font: self.font,
            font_dir: self.font_dir,
            system_fonts: self.system_fonts.then_some(true),
            font_size: self.font_size,
            x_height: self.x_height,
            weight: self.weight,
            x_scale: self.x_scale,
            tracking: self.tracking,
            pitch: self.pitch,
            extenders: self.extenders,
            columns: self.columns,
            gutter: self.gutter,
            margin: self.margin,
            newlines: self.newlines.and_then(|newlines| match newlines {
                NewlinesFlag::Keep => Some(Newlines::Keep),
                NewlinesFlag::Mark => Some(Newlines::Mark),
                NewlinesFlag::Flow => Some(Newlines::Flow),
                NewlinesFlag::Auto => None,
            }),
            mark: self.mark,
            tab: self.tab,
            bits: self.bits,
            png: self.png,
            invert: self.invert.then_some(true),
            crop: self.crop.map(|crop| match crop {
                CropFlag::Auto => Crop::Auto,
                CropFlag::None => Crop::None,
            }),
        }
    }
}
