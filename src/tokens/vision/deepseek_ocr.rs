//! One base view plus tiles of the closest aspect: DeepSeek-OCR (Gundam), DeepSeek-OCR 2,
//! Unlimited-OCR.

use super::arith::{fit_longest, wide};
use super::aspect::closest;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU8, NonZeroU16};

/// Pixels a token, each way: patches of 16 pixels, 4 to a token.
const CELL: u64 = 64;

/// A base view, and tiles when the image is larger than a tile.
///
/// With `q(s) = ceil(s/64)`, `b = q(base)`, `t = q(tile)`:
///
/// ```text
/// base view: b·(b+1) + 1 with newlines, b² + 1 without
/// tiles, if w or h is above `above`: the grid of min_tiles..=max_tiles tiles of the closest aspect;
///        (t·rows)·(t·columns + 1) with newlines, t²·rows·columns without
/// ```
///
/// Features: b² + t²·rows·columns. No rounding; aspects compare in binary64. Sources:
/// `process/image_process.py` of <https://github.com/deepseek-ai/DeepSeek-OCR>;
/// `DeepseekOcr2ImageProcessor` and `UnlimitedOcrImageProcessor` of
/// <https://github.com/huggingface/transformers> 5.23.0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeepseekOcr {
    /// Side of the base view in pixels.
    pub base: NonZeroU16,
    /// Side of a tile in pixels.
    pub tile: NonZeroU16,
    /// Longest side in pixels that is not cut into tiles.
    pub above: u32,
    /// Fewest tiles.
    pub min_tiles: NonZeroU8,
    /// Most tiles.
    pub max_tiles: NonZeroU8,
    /// Whether each row of tokens ends with a newline token.
    pub newlines: bool,
}

impl DeepseekOcr {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let base = wide(self.base).div_ceil(CELL);
        let cells = wide(self.tile).div_ceil(CELL);
        let line = u64::from(self.newlines);
        let mut tokens = base * (base + line) + 1;
        let mut features = base * base;
        let mut seen = fit_longest(size, wide(self.base));
        if size.longest() > self.above.into() {
            let (min, max) = (self.min_tiles.get().into(), self.max_tiles.get().into());
            let grid = closest(size, wide(self.tile), min, max);
            tokens += cells * grid.rows * (cells * grid.columns + line);
            features += cells * cells * grid.tiles();
            seen = grid.canvas(wide(self.tile));
        }
        VisionCount::new(tokens, size, seen).features(features)
    }
}
