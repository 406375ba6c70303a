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

use super::{Density, Settings};
use crate::text::Content;

/// The settings behind a preset.
pub(super) fn settings(density: Density, content: Content) -> Settings {
    let bold = |x_height, x_scale, tracking, pitch| Settings {
        font: Some("dejavu-sans-condensed".to_owned()),
        weight: Some(700),
        x_height: Some(x_height),
        x_scale: Some(x_scale),
        tracking: Some(tracking),
        pitch: Some(pitch),
        ..Settings::default()
    };
    match (density, content) {
        (Density::Safe, _) => Settings { weight: Some(400), ..bold(9.0, 1.0, 0.25, 16) },
        (Density::Balanced, _) => Settings {
            font: Some("roboto-condensed".to_owned()),
            weight: Some(500),
            ..bold(5.0, 0.95, 0.3, 10)
        },
        // 98 % of 12-digit ids exact by PP-OCRv6 small, against 95 % at the width for prose.
        (Density::Dense, Content::Identifiers) => bold(4.0, 0.9, 0.4, 8),
        (Density::Dense, _) => bold(4.0, 0.85, 0.3, 8),
        (Density::Limit, _) => Settings { gutter: Some(6), ..bold(3.0, 1.1, 0.2, 6) },
    }
}
