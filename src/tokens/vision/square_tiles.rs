//! Fixed square tiles plus one: Grok as documented in 2025.

use super::arith::wide;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// Square tiles, and one more for the whole.
///
/// Formula: `tokens · (min(ceil(w/px) · ceil(h/px), max_tiles) + 1)`. How images of more tiles
/// are scaled is not published, so the count is not exact for them. Source: the image
/// understanding guide at <https://docs.x.ai> as of 2025.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SquareTiles {
    /// Tokens a tile.
    pub tokens: NonZeroU32,
    /// Side of a tile in pixels.
    pub px: NonZeroU16,
    /// Most tiles.
    pub max_tiles: NonZeroU32,
}

impl SquareTiles {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let tiles = size.width.div_ceil(wide(self.px)) * size.height.div_ceil(wide(self.px));
        let most = wide(self.max_tiles);
        VisionCount::new(wide(self.tokens) * (tiles.min(most) + 1), size, size).exact(tiles <= most)
    }
}
