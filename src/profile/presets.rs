//! The presets: what each density means for a class of text.
//!
//! Measured on full pages of 1568x728 px of prose that nothing was tuned on; fidelity by PP-OCRv6
//! small and Tesseract 5 (`benches/legibility`). Eye charts of 12-digit ids were read blind by one
//! frontier vision model, which got 23 of 30 from 5x8 pixel cells at 42.3 px a character, and 26 of 30
//! at 25.1 from the face of `dense` with an x-scale of 0.72:
//!
//! | preset | px/char | PP-OCRv6 | Tesseract | eye chart |
//! |---|---|---|---|---|
//! | balanced | 40.8 | .9997 | .9972 | 30 of 30 |
//! | dense | 29.4 | .9987 | .9963 | 28 of 30 at 30.2 |
//! | limit | 20.7 | .9983 | .9832 | not read |
//!
//! OCR engines and vision models were expected to want different shapes. With lines kept apart the
//! same ones came out best for both, so there is one preset for all readers; code reads as well as
//! prose once marks are kept apart from words.
//!
//! What carries: a face with large, open small letters; whole-pixel x-heights; a row of air between
//! lines, for which ascenders and descenders are squeezed rather than the small letters.

use unicode_script::Script;

use super::{Bits, Density, FontSize, Settings};
use crate::text::{Content, is_square};
use crate::typeface;

/// How the letters of a script are made, as far as their size goes.
///
/// Ideographs were read by PP-OCRv6 small; it writes a full-width comma for most
/// half-width ones between them, so that the Declaration as published ends at .97 whatever its size:
///
/// | em, x-scale, pitch | px/char | public-domain novel | Declaration, full-width commas |
/// |---|---|---|---|
/// | 14, 1, 15 | 215 | .988 | - |
/// | 9.5, .92, 11 | 99 | .988 | .994 |
/// | 7, 1.08, 8 | 62 | .963 | .983 |
/// | 6.3, 1.1, 7 | 50 | .932 | - |
///
/// Other scripts were read by Tesseract from a browser's rendering (`benches/legibility/SCRIPTS.md`):
/// Hindi at 10 px .993 and at 8 px .93, Arabic .984 and .964, Hebrew 1.0 and .98. Lines that touch
/// break Indic scripts: Bengali of 12 px .995 at a pitch of 16, .796 at 14.
enum Letters {
    /// Latin, Greek, Cyrillic.
    Latin,
    /// Ideographs and syllables in squares.
    Square,
    /// Letters that stand alone, as those of Latin do.
    Alphabet,
    /// Letters that join, stack or are as intricate as ideographs.
    Intricate,
}

fn letters(script: Script) -> Letters {
    match script {
        Script::Latin | Script::Greek | Script::Cyrillic | Script::Common => Letters::Latin,
        square if is_square(square) => Letters::Square,
        Script::Hebrew
        | Script::Armenian
        | Script::Georgian
        | Script::Cherokee
        | Script::Coptic
        | Script::Glagolitic
        | Script::Lisu
        | Script::Ogham
        | Script::Runic
        | Script::Tifinagh => Letters::Alphabet,
        _ => Letters::Intricate,
    }
}

/// About how many px a character of prose takes, margins and gutters included.
pub(super) fn px_per_char(density: Density, script: Script) -> f64 {
    let of_densities = match letters(script) {
        Letters::Latin => [133.0, 41.0, 30.0, 21.0],
        Letters::Square => [230.0, 99.0, 62.0, 49.0],
        Letters::Alphabet => [200.0, 95.0, 70.0, 60.0],
        Letters::Intricate => [260.0, 125.0, 95.0, 75.0],
    };
    of_densities[density as usize]
}

/// Px that a column is made wide. Line detectors fail on longer lines of small Latin text (PP-OCR
/// .99 at 240 to 640 px, .86 at 1024, .09 at 1568). Ideographs alone are found on lines of any length,
/// and every line's end is a place where a reader puts a blank that the text has not (.965 in one
/// column, .956 in two); with Latin words among them one column is lost (.50, and .99 in two).
pub(super) fn column_width(script: Script, sample: &str) -> u32 {
    let latin = sample.chars().filter(char::is_ascii_alphabetic).count();
    match letters(script) {
        Letters::Square if latin * 50 < sample.chars().count() => 1600,
        Letters::Square => 780,
        Letters::Latin | Letters::Alphabet | Letters::Intricate => 520,
    }
}

/// The settings behind a preset.
pub(super) fn settings(density: Density, content: Content, script: Script) -> Settings {
    match letters(script) {
        Letters::Latin => latin(density, content),
        Letters::Square => square(density, script),
        Letters::Alphabet => other(script, [14.0, 12.0, 10.0, 8.0][density as usize]),
        Letters::Intricate => other(script, [16.0, 13.0, 11.0, 9.0][density as usize]),
    }
}

fn square(density: Density, script: Script) -> Settings {
    let (size, pitch, x_scale) = match density {
        Density::Safe => (14.0, 16, 1.0),
        Density::Balanced => (9.5, 11, 0.92),
        Density::Dense => (7.0, 8, 1.08),
        Density::Limit => (6.3, 7, 1.1),
    };
    Settings {
        font: Some(typeface::first_choice(script).map_or("wqy-microhei", |face| face.0).to_owned()),
        font_size: Some(FontSize::Px(size)),
        pitch: Some(pitch),
        x_scale: Some(x_scale),
        // 16 levels cost .4 points at these sizes.
        bits: (density >= Density::Dense).then_some(Bits::Number(8)),
        ..Settings::default()
    }
}

/// Room between the ink of one line and the next, in em.
const AIR: f32 = 0.15;

/// The face made for the script, with air between lines.
fn other(script: Script, size: f32) -> Settings {
    let Some((font, [above, below])) = typeface::first_choice(script) else {
        return latin(Density::Balanced, Content::Prose);
    };
    Settings {
        font: Some(font.to_owned()),
        font_size: Some(FontSize::Px(size)),
        pitch: Some(((above + below + AIR) * size).ceil() as u32),
        ..Settings::default()
    }
}

fn latin(density: Density, content: Content) -> Settings {
    let dejavu = |weight, x_height, x_scale, tracking, pitch| Settings {
        font: Some("dejavu-sans-condensed".to_owned()),
        weight: Some(weight),
        x_height: Some(x_height),
        x_scale: Some(x_scale),
        tracking: Some(tracking),
        pitch: Some(pitch),
        ..Settings::default()
    };
    match (density, content) {
        (Density::Safe, _) => dejavu(400, 9.0, 1.0, 0.25, 16),
        (Density::Balanced, _) => Settings {
            font: Some("roboto-condensed".to_owned()),
            ..dejavu(500, 5.0, 0.95, 0.3, 10)
        },
        // 98 % of 12-digit ids exact by PP-OCRv6 small, against 95 % at the width for prose.
        (Density::Dense, Content::Identifiers) => dejavu(700, 4.0, 0.9, 0.4, 8),
        (Density::Dense, _) => dejavu(700, 4.0, 0.85, 0.3, 8),
        (Density::Limit, _) => Settings { gutter: Some(6), ..dejavu(700, 3.0, 1.1, 0.2, 6) },
    }
}
