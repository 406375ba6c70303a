//! Rows with a newline token within a budget: DeepSeek V4.1.

use super::arith::wide;
use super::{Size, VisionCount, VisionError};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// Passes over the rule before it is taken not to settle.
const PASSES: usize = 10;

/// DeepSeek V4.1's rule.
///
/// With `p` = `px`, `d` = `downsample`, `T` = `max_tokens`:
///
/// ```text
/// tokens(w,h) = rows · (columns + 1) + 2, where columns = ceil(w/p/d), rows = ceil(h/p/d)
/// 1. an area below min_px is scaled up by sqrt(min_px/(w·h)), floored
/// 2. W,H = w,h rounded up to multiples of p
/// 3. if tokens(W,H) > T: r = h/w; x = sqrt((T−2)/r + 0.25) − 0.5; y = x·r
///    the image is scaled to fit floor(x) × floor(y) cells, sides floored to multiples of p
///    (x < 1: one column and (T−2)/2 rows; y < 1: one row and T−3 columns)
/// 4. repeated with (W,H) until nothing changes, 10 passes at most
/// ```
///
/// `low_side` first shrinks the longest side to that many pixels (`detail: low`); how that step
/// rounds is not published (here: to nearest, at least 1), so a shrunk count is not exact.
///
/// Rounding: binary64, floors. Source: `ImageTokenSpec::v41` of the crate `deepseek-recipe-core`
/// 0.2.0, <https://github.com/deepseek-ai/deepseek-recipe>.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeepseekV4 {
    /// Side of a patch in pixels.
    pub px: NonZeroU16,
    /// Patches a token, each way.
    pub downsample: NonZeroU16,
    /// Most tokens an image.
    pub max_tokens: NonZeroU32,
    /// Smallest area in pixels; smaller images are scaled up.
    pub min_px: u32,
    /// Longest side in pixels before everything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_side: Option<NonZeroU16>,
}

impl DeepseekV4 {
    pub(super) fn count(&self, sent: Size) -> Result<VisionCount, VisionError> {
        let size = match self.low_side.map(wide) {
            Some(low) if sent.longest() > low => super::arith::fit_longest(sent, low),
            _ => sent,
        };
        let mut seen = self.pass(size);
        for _ in 1..PASSES {
            let next = self.pass(seen);
            if next == seen {
                let grid = self.grid(seen);
                return Ok(VisionCount::new(self.tokens(seen), sent, seen)
                    .features(grid.area())
                    .exact(size == sent));
            }
            seen = next;
        }
        let side = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
        Err(VisionError::Unsettled { width: side(sent.width), height: side(sent.height) })
    }

    /// Columns and rows of tokens.
    fn grid(&self, size: Size) -> Size {
        let unit = wide(self.px) * wide(self.downsample);
        Size::new(size.width.div_ceil(unit), size.height.div_ceil(unit))
    }

    fn tokens(&self, size: Size) -> u64 {
        let grid = self.grid(size);
        grid.height * (grid.width + 1) + 2
    }

    fn pass(&self, size: Size) -> Size {
        let (least, area) = (u64::from(self.min_px), size.area());
        let size = if 0 < area && area < least {
            let scale = (least as f64 / area as f64).sqrt();
            let side = |side: u64| (side as f64 * scale) as u64;
            Size::new(side(size.width), side(size.height))
        } else {
            size
        };
        let px = wide(self.px);
        let aligned = Size::new(size.width.div_ceil(px) * px, size.height.div_ceil(px) * px);
        if self.tokens(aligned) > wide(self.max_tokens) { self.shrink(size) } else { aligned }
    }

    /// Step 3.
    fn shrink(&self, size: Size) -> Size {
        let px = wide(self.px);
        let unit = px * wide(self.downsample);
        let room = wide(self.max_tokens).saturating_sub(2);
        let ratio = size.height as f64 / size.width as f64;
        let columns = (room as f64 / ratio + 0.25).sqrt() - 0.5;
        let rows = columns * ratio;
        if columns < 1.0 {
            Size::new(unit, room / 2 * unit)
        } else if rows < 1.0 {
            Size::new(room.saturating_sub(1) * unit, unit)
        } else {
            let scale = |cells: f64, side: u64| (cells as u64 * unit) as f64 / side as f64;
            let scale = scale(columns, size.width).min(scale(rows, size.height));
            let side = |side: u64| (side as f64 * scale / px as f64) as u64 * px;
            Size::new(side(size.width), side(size.height))
        }
    }
}
