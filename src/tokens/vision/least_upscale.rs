//! Tiles that need the least upscaling: Command A Vision.

use super::arith::wide;
use super::aspect::{Grid, grids};
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32};

/// The canvas that enlarges the image least, or failing that shrinks it least, plus a thumbnail
/// when it has more than one tile.
///
/// ```text
/// s(grid) = min(columns·px/w, rows·px/h)
/// the least s >= 1 of the grids of 1..=max_tiles tiles, else the greatest s; the first of equals
/// tokens = (tile_tokens + 1) · (n + 1 if n > 1 else 1) + 2
/// ```
///
/// Rounding: none, binary64 quotients. Source: `Cohere2VisionImageProcessor` of
/// <https://github.com/huggingface/transformers> 5.23.0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeastUpscale {
    /// Side of a tile in pixels.
    pub px: NonZeroU16,
    /// Most tiles, the thumbnail aside.
    pub max_tiles: NonZeroU8,
    /// Embeddings a tile; a line-break token follows each.
    pub tile_tokens: NonZeroU32,
}

impl LeastUpscale {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let grid = self.grid(size);
        let views = grid.tiles() + u64::from(grid.tiles() > 1);
        let features = wide(self.tile_tokens) * views;
        let seen = grid.canvas(wide(self.px));
        VisionCount::new(features + views + 2, size, seen).features(features)
    }

    fn grid(&self, size: Size) -> Grid {
        let px = wide(self.px);
        let mut up: Option<(f64, Grid)> = None;
        let mut down: Option<(f64, Grid)> = None;
        for grid in grids(1, self.max_tiles.get().into()) {
            let canvas = grid.canvas(px);
            let scale = (canvas.width as f64 / size.width as f64)
                .min(canvas.height as f64 / size.height as f64);
            if scale >= 1.0 {
                if up.is_none_or(|(best, _)| scale < best) {
                    up = Some((scale, grid));
                }
            } else if down.is_none_or(|(best, _)| scale > best) {
                down = Some((scale, grid));
            }
        }
        let one = Grid { columns: 1, rows: 1 };
        up.or(down).map_or(one, |(_, grid)| grid)
    }
}
