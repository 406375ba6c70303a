//! The fonts inside the binary. `fonts/README.md` says where each came from.

use serde::Serialize;

/// A font that can be named without a file.
#[derive(Serialize)]
pub struct EmbeddedFont {
    /// The name that `--font` takes; faces of one family share it.
    pub name: &'static str,
    /// Weight, 100 to 900.
    pub weight: u16,
    /// The licence, as an SPDX expression.
    pub licence: &'static str,
    /// What it is good for, in a few words.
    pub purpose: &'static str,
    #[serde(skip)]
    pub(super) format: Format,
}

pub(super) enum Format {
    Outline(&'static [u8]),
    Strike { cells: &'static str, width: u32, height: u32, ascent: u32 },
}

macro_rules! outline {
    ($name:literal, $weight:literal, $file:literal, $licence:literal, $purpose:literal) => {
        EmbeddedFont {
            name: $name,
            weight: $weight,
            licence: $licence,
            purpose: $purpose,
            format: Format::Outline(include_bytes!(concat!("../../fonts/", $file))),
        }
    };
}

macro_rules! strike {
    ($name:literal, $width:literal x $height:literal, $ascent:literal, $licence:literal, $purpose:literal) => {
        EmbeddedFont {
            name: $name,
            weight: 400,
            licence: $licence,
            purpose: $purpose,
            format: Format::Strike {
                cells: include_str!(concat!("../../fonts/pixel/", $name, ".hex")),
                width: $width,
                height: $height,
                ascent: $ascent,
            },
        }
    };
}

/// Every embedded font, pixel fonts first.
pub static FONTS: &[EmbeddedFont] = &[
    strike!("5x8", 5 x 8, 7, "LicenseRef-public-domain", "densest cell that the strongest vision models read"),
    strike!("6x12", 6 x 12, 10, "LicenseRef-public-domain", "pixel cell with room around the letters"),
    strike!("8x13", 8 x 13, 11, "LicenseRef-public-domain", "pixel cell for ordinary vision models"),
    strike!("8x16", 8 x 16, 13, "LicenseRef-public-domain", "pixel cell for ordinary vision models, most legible"),
    outline!(
        "dejavu-sans",
        400,
        "dejavu/DejaVuSans.ttf",
        "Bitstream-Vera",
        "wide coverage; Latin, Greek, Cyrillic, symbols"
    ),
    outline!(
        "dejavu-sans-condensed",
        400,
        "dejavu/DejaVuSansCondensed.ttf",
        "Bitstream-Vera",
        "large x-height, narrow"
    ),
    outline!(
        "dejavu-sans-condensed",
        700,
        "dejavu/DejaVuSansCondensed-Bold.ttf",
        "Bitstream-Vera",
        "best read by a vision model at 30 px a character"
    ),
    outline!(
        "dejavu-sans-mono",
        400,
        "dejavu/DejaVuSansMono.ttf",
        "Bitstream-Vera",
        "code in columns"
    ),
    outline!(
        "roboto-condensed",
        400,
        "roboto-condensed/RobotoCondensed-Regular.ttf",
        "Apache-2.0",
        "narrow"
    ),
    outline!(
        "roboto-condensed",
        500,
        "roboto-condensed/RobotoCondensed-Medium.ttf",
        "Apache-2.0",
        "best read by OCR engines below 30 px a character"
    ),
    outline!(
        "roboto-condensed",
        700,
        "roboto-condensed/RobotoCondensed-Bold.ttf",
        "Apache-2.0",
        "narrow and dark"
    ),
    outline!(
        "fira-sans-condensed",
        400,
        "fira-sans-condensed/FiraSansCondensed-Regular.ttf",
        "OFL-1.1",
        "well read at 9 px and more"
    ),
];

/// The font of a name whose weight is nearest; the lighter one of two equally near.
pub(super) fn find(name: &str, weight: u16) -> Option<&'static EmbeddedFont> {
    FONTS.iter().filter(|font| font.name == name).min_by_key(|font| font.weight.abs_diff(weight))
}

/// All names, once each.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = FONTS.iter().map(|font| font.name).collect();
    names.dedup();
    names
}

/// What draws the characters that the chosen face lacks, in order.
pub(super) fn fallbacks(weight: u16) -> impl Iterator<Item = &'static EmbeddedFont> {
    find("dejavu-sans-condensed", weight)
        .into_iter()
        .chain(find("dejavu-sans", weight))
        .chain(&FALLBACKS)
}

/// Fonts that are only fallen back on.
static FALLBACKS: [EmbeddedFont; 1] = [outline!(
    "wqy-microhei",
    400,
    "wqy-microhei/WenQuanYiMicroHei.ttf",
    "Apache-2.0",
    "Chinese, Japanese, Korean"
)];
