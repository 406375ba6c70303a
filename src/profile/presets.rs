//! The presets: what each density means for a kind of reader.
//!
//! The two kinds want opposite shapes: a vision model tall, narrow letters on lines that do not
//! touch, an OCR engine short, wide ones.

use super::{Density, Settings};
use crate::tokens::models::Reader;

/// The settings behind a preset.
pub(super) fn settings(density: Density, reader: Reader) -> Settings {
    let outline = |font: &str, weight, x_height, x_scale, tracking, pitch| Settings {
        font: Some(font.to_owned()),
        weight: Some(weight),
        x_height: Some(x_height),
        x_scale: Some(x_scale),
        tracking: Some(tracking),
        pitch: Some(pitch),
        ..Settings::default()
    };
    match (density, reader) {
        (Density::Safe, _) => outline("dejavu-sans-condensed", 400, 9.0, 1.0, 0.25, 16),
        (Density::Balanced, _) => outline("dejavu-sans-condensed", 700, 6.0, 0.72, 0.3, 10),
        (Density::Dense, Reader::Vlm) => outline("dejavu-sans-condensed", 700, 5.0, 0.68, 0.3, 8),
        (Density::Dense, Reader::Ocr) => outline("roboto-condensed", 500, 4.0, 1.1, 0.25, 8),
        (Density::Limit, _) => outline("roboto-condensed", 500, 3.0, 1.5, 0.0, 6),
    }
}
