//! Base plus 512-pixel tiles: OpenAI's models before the patch rule.

use super::arith::{round_half_up, wide};
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// Tile rule.
///
/// ```text
/// fit in fit × fit pixels, never up
/// if the shorter side is above short: scale it to short, the other side is floored
/// tokens = base + tile · ceil(w / px) · ceil(h / px)
/// ```
///
/// Both scalings are done as one exact ratio, then floored. Where whole pixels after the first
/// scaling, rounded any way, give another number of tiles, the count is marked as not exact.
///
/// Source: <https://developers.openai.com/api/docs/guides/images-vision> (September 2026).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tile {
    /// Tokens an image.
    pub base: u32,
    /// Tokens a tile.
    pub tile: NonZeroU32,
    /// Side of a tile in pixels.
    pub px: NonZeroU16,
    /// Longest side in pixels after the first scaling.
    pub fit: NonZeroU16,
    /// Longest shorter side in pixels after the second scaling.
    pub short: NonZeroU16,
}

impl Tile {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let seen = self.fit(size);
        let tiles = self.tiles(seen);
        let exact = [|n, d| n / d, round_half_up, u64::div_ceil]
            .into_iter()
            .all(|round| self.tiles(self.fit_in_steps(size, round)) == tiles);
        let tokens = u64::from(self.base) + wide(self.tile) * tiles;
        VisionCount::new(tokens, size, seen).exact(exact)
    }

    fn tiles(&self, size: Size) -> u64 {
        size.width.div_ceil(wide(self.px)) * size.height.div_ceil(wide(self.px))
    }

    /// Both scalings as one ratio.
    fn fit(&self, size: Size) -> Size {
        let (longest, shortest) = (size.longest(), size.shortest());
        let (fit, short) = (wide(self.fit), wide(self.short));
        let too_wide = longest > fit;
        let (numerator, denominator) = if too_wide && shortest * fit <= short * longest {
            (fit, longest)
        } else if shortest > short {
            (short, shortest)
        } else {
            return size;
        };
        let side = |side: u64| (side * numerator / denominator).max(1);
        Size::new(side(size.width), side(size.height))
    }

    /// Both scalings one after the other, with whole pixels in between.
    fn fit_in_steps(&self, size: Size, round: fn(u64, u64) -> u64) -> Size {
        let fit = wide(self.fit);
        let longest = size.longest();
        let first = if longest > fit {
            let side = |side: u64| round(side * fit, longest).max(1);
            Size::new(side(size.width), side(size.height))
        } else {
            size
        };
        let (short, shortest) = (wide(self.short), first.shortest());
        if shortest > short {
            let side = |side: u64| side * short / shortest;
            Size::new(side(first.width), side(first.height))
        } else {
            first
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_examples_of_the_page() {
        let rule = Tile {
            base: 85,
            tile: NonZeroU32::new(170).unwrap(),
            px: NonZeroU16::new(512).unwrap(),
            fit: NonZeroU16::new(2048).unwrap(),
            short: NonZeroU16::new(768).unwrap(),
        };
        assert_eq!(rule.count(Size::new(1024, 1024)).tokens, 765);
        let tall = rule.count(Size::new(2048, 4096));
        assert_eq!(tall.tokens, 1105);
        assert_eq!(tall.resized, Some((768, 1536)));
        assert_eq!(rule.count(Size::new(512, 512)).resized, None);
    }
}
