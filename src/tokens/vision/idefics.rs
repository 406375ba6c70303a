//! Longest edge to a fixed size, then tiles: SmolVLM and Idefics 3.

use super::arith::wide;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// The longest side that the reference ever leaves before cutting, in pixels.
const MAX_SIDE: u64 = 4096;

/// Longest edge to a fixed size, sides up to multiples of a tile, tiles and a global view.
///
/// ```text
/// longest side to `longest`, the other floored and made even; then each side up to a multiple of px
/// n = tiles; tokens = n · (tile_tokens + 2) + tile_tokens + 3, or tile_tokens + 3 when n = 1
/// ```
///
/// Two tokens open each tile, three surround the global view; the newlines between them are text
/// and not counted. Rounding: binary64, floors and ceilings. Source: `SmolVLMImageProcessor` and
/// `SmolVLMProcessor` of <https://github.com/huggingface/transformers> 5.23.0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Idefics {
    /// Side of a tile in pixels.
    pub px: NonZeroU16,
    /// Longest side in pixels, to which every image is scaled.
    pub longest: NonZeroU16,
    /// Embeddings a tile.
    pub tile_tokens: NonZeroU32,
}

impl Idefics {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let px = wide(self.px);
        let seen = self.align(self.fit(size));
        let (columns, rows) = (seen.width / px, seen.height / px);
        let tiles = if columns > 1 || rows > 1 { columns * rows } else { 0 };
        let tile = wide(self.tile_tokens);
        let tokens = tiles * (tile + 2) + tile + 3;
        VisionCount::new(tokens, size, seen).features(tile * (tiles + 1))
    }

    /// The longest side to the fixed size.
    fn fit(&self, size: Size) -> Size {
        let longest = wide(self.longest);
        let even = |side: f64| {
            let side = side as u64;
            (side + side % 2).max(1)
        };
        let fitted = if size.width >= size.height {
            Size::new(longest, even(longest as f64 / size.aspect()))
        } else {
            Size::new(even(longest as f64 * size.aspect()), longest)
        };
        if fitted.longest() <= MAX_SIDE {
            return fitted;
        }
        if fitted.width >= fitted.height {
            Size::new(MAX_SIDE, ((MAX_SIDE as f64 / fitted.aspect()) as u64).max(1))
        } else {
            Size::new(((MAX_SIDE as f64 * fitted.aspect()) as u64).max(1), MAX_SIDE)
        }
    }

    /// Both sides up to multiples of a tile, the longer one first.
    fn align(&self, size: Size) -> Size {
        let px = wide(self.px);
        let up = |side: u64| side.div_ceil(px).max(1) * px;
        if size.width >= size.height {
            let width = up(size.width);
            Size::new(width, up((width as f64 / size.aspect()) as u64))
        } else {
            let height = up(size.height);
            Size::new(up((height as f64 * size.aspect()) as u64), height)
        }
    }
}
