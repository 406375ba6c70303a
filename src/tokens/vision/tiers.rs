//! 28-pixel patches fitted by binary search: Claude.

use super::arith::wide;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// Claude's rule; the two resolution tiers differ in the parameters only.
///
/// With `p` = `px`, `E` = `max_side`, `T` = `max_tokens`:
///
/// ```text
/// tokens(w,h) = ceil(w/p) · ceil(h/p)
/// fits(w,h)   = ceil(w/p)·p <= E and ceil(h/p)·p <= E and tokens(w,h) <= T
/// if it fits: kept. Otherwise, with w the longer side and r = w/h:
///   lo = 1, hi = w; while lo+1 < hi: m = (lo+hi)/2; if fits(m, max(round(m/r),1)): lo = m else hi = m
///   seen as (lo, max(round(lo/r),1)), padded right and below to multiples of p
/// ```
///
/// Rounding: binary64, halves to even, as the printed Python does. Source:
/// <https://platform.claude.com/docs/en/build-with-claude/vision-coordinates> (September 2026);
/// checked against 362 measured requests in <https://github.com/teamchong/pxpipe> and
/// <https://github.com/diegosouzapw/OmniGlyph>.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiers {
    /// Side of a patch in pixels.
    pub px: NonZeroU16,
    /// Longest side in pixels, padding included.
    pub max_side: NonZeroU32,
    /// Most tokens an image.
    pub max_tokens: NonZeroU32,
}

impl Tiers {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let seen = self.fit(size);
        VisionCount::new(self.tokens(seen), size, seen)
    }

    fn tokens(&self, size: Size) -> u64 {
        size.width.div_ceil(wide(self.px)) * size.height.div_ceil(wide(self.px))
    }

    fn fits(&self, size: Size) -> bool {
        let px = wide(self.px);
        size.longest().div_ceil(px) * px <= wide(self.max_side)
            && self.tokens(size) <= wide(self.max_tokens)
    }

    fn fit(&self, size: Size) -> Size {
        if self.fits(size) {
            return size;
        }
        let (long, short) = (size.longest(), size.shortest());
        let ratio = long as f64 / short as f64;
        let at = |long: u64| {
            let short = ((long as f64 / ratio).round_ties_even() as u64).max(1);
            Size::new(long, short)
        };
        let (mut low, mut high) = (1, long);
        while low + 1 < high {
            let middle = low.midpoint(high);
            if self.fits(at(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        let fitted = at(low);
        if size.height > size.width { Size::new(fitted.height, fitted.width) } else { fitted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tier(max_side: u32, max_tokens: u32) -> Tiers {
        Tiers {
            px: NonZeroU16::new(28).unwrap(),
            max_side: NonZeroU32::new(max_side).unwrap(),
            max_tokens: NonZeroU32::new(max_tokens).unwrap(),
        }
    }

    #[test]
    fn the_table_of_the_page() {
        let (standard, high) = (tier(1568, 1568), tier(2576, 4784));
        for (width, height, at_standard, at_high) in [
            (200, 200, 64, 64),
            (1000, 1000, 1296, 1296),
            (1092, 1092, 1521, 1521),
            (1920, 1080, 1560, 2691),
            (2000, 1500, 1564, 3888),
            (3840, 2160, 1560, 4784),
            (1075, 1520, 1551, 2145),
        ] {
            assert_eq!(standard.count(Size::new(width, height)).tokens, at_standard);
            assert_eq!(high.count(Size::new(width, height)).tokens, at_high);
        }
        assert_eq!(standard.count(Size::new(1920, 1080)).resized, Some((1456, 819)));
        assert_eq!(standard.count(Size::new(1075, 1520)).resized, Some((924, 1307)));
        assert_eq!(high.count(Size::new(3840, 2160)).resized, Some((2576, 1449)));
    }

    #[test]
    fn the_largest_pages_are_not_resized() {
        assert_eq!(tier(1568, 1568).count(Size::new(1568, 784)).resized, None);
        assert_eq!(tier(2576, 4784).count(Size::new(2576, 1456)).resized, None);
    }
}
