//! Native resolution, tiles when large: LFM2-VL.

use super::arith::{round_half_even, wide};
use super::aspect::closest;
use super::smart_resize::fit;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32};

/// One view at about native resolution, or tiles and a thumbnail.
///
/// With `f` = `factor` (pixels a token, each way):
///
/// ```text
/// thumbnail = smart resize to multiples of f (at least f) within min_tokens..=max_tokens tokens
/// large: max(f/2, round(w/f)·f) · max(f/2, round(h/f)·f) > 2 · max_tokens · f²
/// not large: thumbnail + 2
/// large: n · (tile/f)² + n + thumbnail + 1 + 2, n tiles of the closest aspect (min_tiles..=max_tiles)
/// ```
///
/// Rounding: halves to even, binary64 for the roots, ceilings and floors. Source:
/// `Lfm2VlImageProcessor` and `Lfm2VlProcessor` of <https://github.com/huggingface/transformers>
/// 5.23.0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lfm {
    /// Pixels a token, each way.
    pub factor: NonZeroU16,
    /// Side of a tile in pixels.
    pub tile: NonZeroU16,
    /// Fewest tokens of a view that is not tiled.
    pub min_tokens: NonZeroU32,
    /// Most tokens of a view that is not tiled, and of the thumbnail.
    pub max_tokens: NonZeroU32,
    /// Fewest tiles.
    pub min_tiles: NonZeroU8,
    /// Most tiles, the thumbnail aside.
    pub max_tiles: NonZeroU8,
}

impl Lfm {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let (factor, tile) = (wide(self.factor), wide(self.tile));
        let cell = factor * factor;
        let range = (wide(self.min_tokens) * cell, wide(self.max_tokens) * cell);
        let thumbnail = fit(size, factor, range, factor);
        let view = (thumbnail.width / factor) * (thumbnail.height / factor);
        let side = |side: u64| (round_half_even(side, factor) * factor).max(factor / 2);
        let large = side(size.width) * side(size.height) > range.1.saturating_mul(2);
        if !large {
            return VisionCount::new(view + 2, size, thumbnail).features(view);
        }
        let (min, max) = (self.min_tiles.get().into(), self.max_tiles.get().into());
        let grid = closest(size, tile, min, max);
        if grid.tiles() == 1 {
            return VisionCount::new(view + 2, size, grid.canvas(tile)).features(view);
        }
        let features = grid.tiles() * tile.div_ceil(factor).pow(2) + view;
        let tokens = features + grid.tiles() + 1 + 2;
        VisionCount::new(tokens, size, grid.canvas(tile)).features(features)
    }
}
