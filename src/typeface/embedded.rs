//! The fonts inside the binary. `fonts/README.md` says where each came from.

use std::borrow::Cow;

use serde::Serialize;

use super::faces::{FACES, Fit, Packed};
use super::outline::Outline;
use super::strike::Strike;
use super::{Opened, bundle};

/// A font that can be named without a file.
#[derive(Clone, Serialize)]
pub struct EmbeddedFont {
    /// The name that `--font` takes; faces of one family share it.
    pub name: &'static str,
    /// Weight, 100 to 900.
    pub weight: u16,
    /// The licence, as an SPDX expression.
    pub licence: &'static str,
    /// What it is good for, in a few words.
    pub purpose: &'static str,
    /// Scripts it is first choice for where the chosen font has none of their letters, as ISO 15924
    /// codes with blanks between.
    pub scripts: &'static str,
    /// Bytes it takes in the binary.
    pub bytes: usize,
    #[serde(skip)]
    format: Format,
}

#[derive(Clone, Copy)]
enum Format {
    Outline(&'static [u8]),
    Strike {
        cells: &'static str,
        width: u32,
        height: u32,
        ascent: u32,
    },
    /// A face of the bundle, by its place there.
    Packed(usize),
}

macro_rules! outline {
    ($name:literal, $weight:literal, $file:literal, $licence:literal, $purpose:literal) => {
        EmbeddedFont {
            name: $name,
            weight: $weight,
            licence: $licence,
            purpose: $purpose,
            scripts: "",
            bytes: include_bytes!(concat!("../../fonts/", $file)).len(),
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
            scripts: "",
            bytes: include_str!(concat!("../../fonts/pixel/", $name, ".hex")).len(),
            format: Format::Strike {
                cells: include_str!(concat!("../../fonts/pixel/", $name, ".hex")),
                width: $width,
                height: $height,
                ascent: $ascent,
            },
        }
    };
}

/// The fonts for Latin, Greek and Cyrillic, pixel fonts first.
static NAMED: &[EmbeddedFont] = &[
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

/// Every embedded font: pixel fonts, Latin faces, then the faces for all other scripts.
pub fn fonts() -> impl Iterator<Item = EmbeddedFont> {
    NAMED.iter().cloned().chain(FACES.iter().enumerate().map(|(at, face)| packed(at, face)))
}

/// The font of a name whose weight is nearest; the lighter one of two equally near.
pub(super) fn find(name: &str, weight: u16) -> Option<EmbeddedFont> {
    fonts().filter(|font| font.name == name).min_by_key(|font| font.weight.abs_diff(weight))
}

/// All names, once each.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = fonts().map(|font| font.name).collect();
    names.dedup();
    names
}

/// The face that goes before all others for what the chosen font lacks: letters of the same shape,
/// signs, arrows, mathematics.
pub(super) fn latin(weight: u16) -> EmbeddedFont {
    find("dejavu-sans-condensed", weight).expect("it is in the table")
}

fn packed(at: usize, face: &Packed) -> EmbeddedFont {
    EmbeddedFont {
        name: face.name,
        weight: 400,
        licence: face.licence,
        purpose: face.purpose,
        scripts: face.scripts,
        bytes: bundle::packed_bytes(at),
        format: Format::Packed(at),
    }
}

impl EmbeddedFont {
    /// Its place in the bundle, if it is packed there.
    pub(super) fn packed(&self) -> Option<usize> {
        match self.format {
            Format::Packed(at) => Some(at),
            Format::Outline(_) | Format::Strike { .. } => None,
        }
    }

    pub(super) fn open(&self) -> Opened {
        match self.format {
            Format::Outline(bytes) => outline(bytes),
            Format::Strike { cells, width, height, ascent } => {
                Opened::Strike(Strike::new(cells, Some(width), height, ascent))
            }
            Format::Packed(at) if FACES[at].file.ends_with(".hex") => {
                let cells = std::str::from_utf8(bundle::file(at)).expect("cells are ASCII");
                Opened::Strike(Strike::new(cells, None, 16, 14))
            }
            Format::Packed(at) => outline(bundle::file(at)),
        }
    }

    /// How far running text reaches above and below the baseline, in em, and what the face is sized
    /// by, where it was measured.
    pub(super) fn reach(&self) -> Option<([f32; 2], Fit)> {
        self.packed().map(|at| (FACES[at].reach, FACES[at].fit))
    }
}

fn outline(bytes: &'static [u8]) -> Opened {
    Opened::Outline(Outline::new(Cow::Borrowed(bytes), 0).expect("embedded fonts are whole"))
}
