//! Soft tokens on a grid of the image's shape: Gemini 3 and Gemma 4.

use super::arith::wide;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// The image is scaled, up or down, to as much of a token budget as its shape allows.
///
/// With `N` = `max_tokens`, `q` = `px` (pixels a soft token, 48):
///
/// ```text
/// f = sqrt(N·q² / (w·h));  H = floor(h·f/q);  W = floor(w·f/q)
/// if H = 0: H = 1, W = min(floor(w/h), N);  if W = 0: W = 1, H = min(floor(h/w), N)
/// tokens = H · W
/// ```
///
/// Rounding: binary64 in the order of the reference, floors. Source: `Gemma4ImageProcessor` of
/// <https://github.com/huggingface/transformers> 5.23.0. That Gemini 3 bills the same grid is
/// inferred from public measurements, all of which it equals
/// (<https://github.com/teamchong/pxpipe>); Google documents only the maximum
/// (<https://ai.google.dev/gemini-api/docs/media-resolution>).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoftGrid {
    /// Pixels a soft token, each way.
    pub px: NonZeroU16,
    /// Most soft tokens an image.
    pub max_tokens: NonZeroU32,
}

impl SoftGrid {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let (px, most) = (wide(self.px), wide(self.max_tokens));
        let target = most * px * px;
        let factor = (target as f64 / size.area() as f64).sqrt();
        let cells = |side: u64| (factor * side as f64 / px as f64).floor() as u64;
        let (mut columns, mut rows) = (cells(size.width), cells(size.height));
        if rows == 0 {
            rows = 1;
            columns = (size.width / size.height).min(most);
        } else if columns == 0 {
            columns = 1;
            rows = (size.height / size.width).min(most);
        }
        let (columns, rows) = (columns.max(1), rows.max(1));
        VisionCount::new(columns * rows, size, Size::new(columns * px, rows * px))
    }
}
