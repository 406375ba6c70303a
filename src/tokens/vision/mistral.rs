//! Patches with a break token a row: Mistral's models with eyes.

use super::arith::wide;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// Longest side to a limit, then patches with a break token after each row.
///
/// ```text
/// r = max(w,h) / max_side; if r > 1: w,h = round(w/r), round(h/r), at least 1
/// tokens = ceil(h/px) · (ceil(w/px) + 1)
/// ```
///
/// Rounding: binary64; halves to even in `mistral-common` (what the service runs), floors in
/// `transformers`, which is a row or a column less at some sizes. Sources: `ImageEncoder` of
/// <https://github.com/mistralai/mistral-common> 1.13.1; `PixtralImageProcessor` of
/// <https://github.com/huggingface/transformers> 5.23.0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mistral {
    /// Pixels a token, each way.
    pub px: NonZeroU16,
    /// Longest side in pixels.
    pub max_side: NonZeroU32,
    /// How scaled sides become whole pixels.
    pub rounding: Rounding,
}

/// How a scaled side becomes a whole number of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest, halves to even.
    HalfEven,
    /// Down.
    Floor,
}

impl Mistral {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let ratio = size.longest() as f64 / wide(self.max_side) as f64;
        let side = |side: u64| {
            if ratio <= 1.0 {
                return side;
            }
            let scaled = side as f64 / ratio;
            let whole = match self.rounding {
                Rounding::HalfEven => scaled.round_ties_even(),
                Rounding::Floor => scaled.floor(),
            };
            (whole as u64).max(1)
        };
        let px = wide(self.px);
        let cells = |length: u64| side(length).div_ceil(px);
        let (columns, rows) = (cells(size.width), cells(size.height));
        let seen = Size::new(columns * px, rows * px);
        VisionCount::new(rows * (columns + 1), size, seen).features(rows * columns)
    }
}
