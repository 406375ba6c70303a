//! Canvases of equal tiles: Llama 4.

use super::arith::wide;
use super::aspect::{Grid, grids};
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32};

/// The canvas that fits best, a global view when it has more than one tile, and separators.
///
/// ```text
/// s(canvas) = min(W/w, H/h); the least s >= 1, else the greatest; of equals the smallest canvas
/// n = tiles; tokens = tile_tokens · (n + 1 if n > 1 else 1) + (n if n > 1 else 0) + 3
/// ```
///
/// The n separators are columns − 1 a row and one after each row; the 3 are begin, image and end.
/// Rounding: quotients and comparisons in binary32, as the reference's tensors. Source:
/// `Llama4ImageProcessor` and `Llama4Processor` of <https://github.com/huggingface/transformers>
/// 5.23.0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Llama4 {
    /// Side of a tile in pixels.
    pub px: NonZeroU16,
    /// Most tiles, the global view aside.
    pub max_tiles: NonZeroU8,
    /// Embeddings a tile.
    pub tile_tokens: NonZeroU32,
}

impl Llama4 {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let grid = self.grid(size);
        let tiles = grid.tiles();
        let (views, separators) = if tiles > 1 { (tiles + 1, tiles) } else { (1, 0) };
        let features = wide(self.tile_tokens) * views;
        let seen = self.content(size, grid.canvas(wide(self.px)));
        VisionCount::new(features + separators + 3, size, seen).features(features)
    }

    fn grid(&self, size: Size) -> Grid {
        let px = wide(self.px);
        let scale = |grid: Grid| {
            let canvas = grid.canvas(px);
            let wide = canvas.width as f32 / size.width as f32;
            let high = canvas.height as f32 / size.height as f32;
            if high > wide { wide } else { high }
        };
        let all = || grids(1, self.max_tiles.get().into()).map(|grid| (scale(grid), grid));
        let least_up = all().map(|(s, _)| s).filter(|s| *s >= 1.0).reduce(f32::min);
        let chosen = least_up.or_else(|| all().map(|(s, _)| s).reduce(f32::max));
        // Smallest canvases come first.
        let found = all().find(|(s, _)| Some(*s) == chosen);
        found.map_or(Grid { columns: 1, rows: 1 }, |(_, grid)| grid)
    }

    /// What the image fills of the canvas: never enlarged beyond one tile.
    fn content(&self, size: Size, canvas: Size) -> Size {
        let px = wide(self.px);
        let target =
            Size::new(size.width.max(px).min(canvas.width), size.height.max(px).min(canvas.height));
        let across = target.width as f64 / size.width as f64;
        let down = target.height as f64 / size.height as f64;
        let scaled = |side: u64, scale: f64, most: u64| {
            ((side as f64 * scale).floor() as u64).min(most).max(1)
        };
        if across < down {
            Size::new(target.width, scaled(size.height, across, target.height))
        } else {
            Size::new(scaled(size.width, down, target.width), target.height)
        }
    }
}
