//! Tiles of the closest aspect plus a thumbnail: InternVL, Aya Vision.

use super::arith::wide;
use super::aspect::closest;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32};

/// Tiles of the closest aspect, and a thumbnail when there is more than one.
///
/// ```text
/// n = tiles of the grid of 1..=max_tiles whose aspect is closest
/// tokens = tile_tokens · (n + 1 if n > 1 else 1) + extra
/// ```
///
/// No rounding; aspects compare in binary64. Sources: `dynamic_preprocess` of
/// <https://github.com/OpenGVLab/InternVL>; `GotOcr2ImageProcessor` and `AyaVisionProcessor` of
/// <https://github.com/huggingface/transformers> 5.23.0. The text labels that Aya Vision writes
/// before each tile are not counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AspectTiles {
    /// Side of a tile in pixels.
    pub px: NonZeroU16,
    /// Most tiles, the thumbnail aside.
    pub max_tiles: NonZeroU8,
    /// Tokens a tile.
    pub tile_tokens: NonZeroU32,
    /// Tokens an image beside the tiles.
    #[serde(default)]
    pub extra: u32,
}

impl AspectTiles {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let px = wide(self.px);
        let grid = closest(size, px, 1, self.max_tiles.get().into());
        let views = grid.tiles() + u64::from(grid.tiles() > 1);
        let features = wide(self.tile_tokens) * views;
        let tokens = features + u64::from(self.extra);
        VisionCount::new(tokens, size, grid.canvas(px)).features(features)
    }
}
