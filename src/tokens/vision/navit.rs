//! Native resolution, scaled to a patch limit and padded: Kimi.

use super::arith::wide;
use super::{Size, VisionCount, VisionError};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// Native resolution up to a limit of patches.
///
/// With `p` = `px`, `m` = `merge`:
///
/// ```text
/// n = max(1, floor(w/p)) · max(1, floor(h/p))
/// s = min(1, sqrt(max_patches/n), max_side/w, max_side/h)
/// w,h = max(1, floor(w·s)), max(1, floor(h·s)), zero padded to multiples of p·m
/// tokens = ceil(w/(p·m)) · ceil(h/(p·m))
/// ```
///
/// The padding may go past the limit. With `reject_side` the sides are not scaled to a limit; an
/// image is refused when a padded side has that many patches. Rounding: binary64, floors.
/// Sources: `Kimi_K25ImageProcessor` of <https://github.com/huggingface/transformers> 5.23.0;
/// `image_processing_kimi_vl.py` of <https://huggingface.co/moonshotai/Kimi-VL-A3B-Instruct>.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Navit {
    /// Side of a patch in pixels.
    pub px: NonZeroU16,
    /// Patches a token, each way.
    pub merge: NonZeroU16,
    /// Most patches before the image is scaled down.
    pub max_patches: NonZeroU32,
    /// Longest side in pixels before the image is scaled down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_side: Option<NonZeroU32>,
    /// Patches a padded side must stay below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject_side: Option<NonZeroU32>,
}

impl Navit {
    pub(super) fn count(&self, size: Size) -> Result<VisionCount, VisionError> {
        let px = wide(self.px);
        let patches = |side: u64| (side / px).max(1);
        let patches = patches(size.width) * patches(size.height);
        let mut scale = (wide(self.max_patches) as f64 / patches as f64).sqrt().min(1.0);
        let mut most = u64::MAX;
        if let Some(side) = self.max_side {
            most = wide(side);
            scale =
                scale.min(most as f64 / size.width as f64).min(most as f64 / size.height as f64);
        }
        let side = |side: u64| ((side as f64 * scale) as u64).max(1).min(most);
        let seen = Size::new(side(size.width), side(size.height));
        let unit = px * wide(self.merge);
        let (columns, rows) = (seen.width.div_ceil(unit), seen.height.div_ceil(unit));
        if let Some(limit) = self.reject_side
            && columns.max(rows) * wide(self.merge) >= wide(limit)
        {
            let most = limit.get().saturating_sub(1);
            return Err(VisionError::SideTooLong {
                side: seen.longest(),
                limit: most.saturating_mul(self.px.get().into()),
            });
        }
        Ok(VisionCount::new(columns * rows, size, seen))
    }
}
