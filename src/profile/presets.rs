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

use super::{Density, FontSize, Settings};
use crate::text::Content;
use crate::typeface;

/// How the letters of a script are made, as far as their size goes.
enum Letters {
    /// Latin, Greek, Cyrillic.
    Latin,
    /// Ideographs and syllables in squares.
    Square,
    /// Other alphabets, by how much larger than Latin they must be drawn.
    Other(f32),
}

fn letters(script: Script) -> Letters {
    match script {
        Script::Latin | Script::Greek | Script::Cyrillic | Script::Common => Letters::Latin,
        Script::Han | Script::Hangul | Script::Yi | Script::Bopomofo => Letters::Square,
        Script::Hebrew | Script::Armenian | Script::Georgian | Script::Cherokee => {
            Letters::Other(1.0)
        }
        _ => Letters::Other(1.25),
    }
}

/// About how many px a character of prose takes, margins and gutters included.
pub(super) fn px_per_char(density: Density, script: Script) -> f64 {
    let latin = match density {
        Density::Safe => 133.0,
        Density::Balanced => 41.0,
        Density::Dense => 30.0,
        Density::Limit => 21.0,
    };
    match letters(script) {
        Letters::Latin => latin,
        Letters::Square => latin * 2.0,
        Letters::Other(scale) => latin * 1.5 * f64::from(scale * scale),
    }
}

/// Px that a column is made wide. Line detectors fail on longer lines of small Latin text (PP-OCR
/// .99 at 240 to 640 px, .86 at 1024, .09 at 1568); ideographs are found on longer ones, and every
/// line's end is a place where a reader puts a blank that the text has not.
pub(super) fn column_width(script: Script) -> u32 {
    match letters(script) {
        Letters::Square => 780,
        Letters::Latin | Letters::Other(_) => 520,
    }
}

/// The settings behind a preset.
pub(super) fn settings(density: Density, content: Content, script: Script) -> Settings {
    match letters(script) {
        Letters::Latin => latin(density, content),
        Letters::Square => square(density, script),
        Letters::Other(scale) => other(density, script, scale),
    }
}

fn square(density: Density, script: Script) -> Settings {
    let (size, pitch, x_scale) = match density {
        Density::Safe => (12.0, 14, 1.0),
        Density::Balanced => (9.0, 10, 0.95),
        Density::Dense => (7.5, 8, 0.93),
        Density::Limit => (7.0, 8, 0.85),
    };
    Settings {
        font: Some(typeface::first_choice(script).unwrap_or("wqy-microhei").to_owned()),
        font_size: Some(FontSize::Px(size)),
        pitch: Some(pitch),
        x_scale: Some(x_scale),
        ..Settings::default()
    }
}

fn other(density: Density, script: Script, scale: f32) -> Settings {
    let size = match density {
        Density::Safe => 16.0,
        Density::Balanced => 11.0,
        Density::Dense => 9.0,
        Density::Limit => 8.0,
    };
    let Some(font) = typeface::first_choice(script) else { return latin(density, Content::Prose) };
    Settings {
        font: Some(font.to_owned()),
        font_size: Some(FontSize::Px((size * scale).round())),
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
