//! Crops under a mask: Phi-4-multimodal.

use super::arith::wide;
use super::aspect::{Grid, closest};
use super::{Size, VisionCount, VisionError};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU8, NonZeroU16};

/// The least content, in pixels each way, that the reference takes.
const LEAST_CONTENT: u32 = 10;

/// Crops that cover the image at its size, of which only the unpadded part counts.
///
/// ```text
/// grid = ceil(w/px) × ceil(h/px), or if above max_tiles the grid of 1..=max_tiles of the closest aspect
/// the image is scaled into the grid's canvas, floored, and padded right or below
/// C = ceil((columns·m − floor(pad_x/patch))/2), R likewise, where m = px/patch
/// tokens = 256 + 1 + R·C + R + 16
/// ```
///
/// Rounding: binary64, floors. Source: `Phi4MultimodalImageProcessor` of
/// <https://github.com/huggingface/transformers> 5.23.0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phi {
    /// Side of a crop in pixels.
    pub px: NonZeroU16,
    /// Side of a patch in pixels.
    pub patch: NonZeroU16,
    /// Most crops, the global view aside.
    pub max_tiles: NonZeroU8,
}

impl Phi {
    pub(super) fn count(&self, size: Size) -> Result<VisionCount, VisionError> {
        let (px, patch) = (wide(self.px), wide(self.patch));
        let most = u64::from(self.max_tiles.get());
        let mut grid = Grid { columns: size.width.div_ceil(px), rows: size.height.div_ceil(px) };
        if grid.tiles() > most {
            grid = closest(size, px, 1, most);
        }
        let canvas = grid.canvas(px);
        let across = canvas.width as f64 / size.width as f64;
        let down = canvas.height as f64 / size.height as f64;
        let seen = if across < down {
            Size::new(canvas.width, (size.height as f64 * across) as u64)
        } else {
            Size::new((size.width as f64 * down) as u64, canvas.height)
        };
        if seen.shortest() < LEAST_CONTENT.into() {
            return Err(VisionError::SideTooShort { side: seen.shortest(), limit: LEAST_CONTENT });
        }
        let cells = |canvas: u64, seen: u64| {
            let padded = canvas.saturating_sub(seen) / patch;
            (canvas / px * (px / patch)).saturating_sub(padded).div_ceil(2)
        };
        let columns = cells(canvas.width, seen.width);
        let rows = cells(canvas.height, seen.height);
        let tokens = 256 + 1 + rows * columns + rows + 16;
        Ok(VisionCount::new(tokens, size, seen))
    }
}
