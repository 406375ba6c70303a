//! Sides rounded up to a factor, searched down to a budget: GLM-5.3-Flash.

use super::arith::wide;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// Sides rounded up to a factor within a token range.
///
/// With `f` = `factor`:
///
/// ```text
/// W = ceil(w/f)·f; H = ceil(h/f)·f
/// if W·H < min·f²: s = sqrt(min·f²/(w·h)); W = ceil(ceil(w·s)/f)·f, H likewise
/// if W·H > max·f²: the largest content height c in 1..=h, by binary search, for which
///                  ceil(c/f) · ceil(max(1, floor(w·c/h))/f) <= max
/// tokens = (W/f) · (H/f); what the content leaves is zero padding
/// ```
///
/// Rounding: binary64 as the reference, ceilings and floors. Source: `Glm5NextImageProcessor` of
/// <https://github.com/huggingface/transformers> 5.23.0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CeilFit {
    /// Pixels a token, each way.
    pub factor: NonZeroU16,
    /// Fewest tokens; smaller images are scaled up.
    pub min_tokens: u32,
    /// Most tokens; larger images are scaled down.
    pub max_tokens: NonZeroU32,
}

impl CeilFit {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let factor = wide(self.factor);
        let (least, most) = (u64::from(self.min_tokens), wide(self.max_tokens));
        let cells =
            |size: Size| Size::new(size.width.div_ceil(factor), size.height.div_ceil(factor));
        let mut grid = cells(size);
        let small = size.area() < least * factor * factor;
        if grid.area() < least {
            let scale = ((least * factor * factor) as f64 / size.area() as f64).sqrt();
            let side = |side: u64| ((side as f64 * scale).ceil() as u64).max(1);
            grid = cells(Size::new(side(size.width), side(size.height)));
        }
        if grid.area() > most {
            grid = Size::new(1, 1);
            let (mut low, mut high) = (1, size.height);
            while low <= high {
                let content = low.midpoint(high);
                let width = (size.width * content) as f64 / size.height as f64;
                let candidate = cells(Size::new((width.floor() as u64).max(1), content));
                if candidate.area() <= most {
                    grid = candidate;
                    low = content + 1;
                } else {
                    high = content - 1;
                }
            }
        }
        let target = Size::new(grid.width * factor, grid.height * factor);
        VisionCount::new(grid.area(), size, content(size, target, small))
    }
}

/// The part of `target` that the image fills; it is scaled up only when `small`.
fn content(size: Size, target: Size, small: bool) -> Size {
    let scale = |target: u64, side: u64| target as f64 / side as f64;
    let scale = scale(target.width, size.width).min(scale(target.height, size.height));
    let scale = if small { scale } else { scale.min(1.0) };
    let side = |side: u64, most: u64| ((side as f64 * scale).floor() as u64).min(most).max(1);
    Size::new(side(size.width, target.width), side(size.height, target.height))
}
