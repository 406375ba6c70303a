//! Crops that follow the short side: Gemini 1.5 to 2.5 as documented, and Gemma 3's pan and scan.

use super::arith::wide;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32};

/// Gemini 1.5 to 2.5, as documented.
///
/// ```text
/// both sides <= small: tokens
/// otherwise u = max(floor(min(w,h) / 1.5), 1);  tokens · ceil(w/u) · ceil(h/u)
/// ```
///
/// The page says "roughly", so no count is exact; what is billed was seen to be flat. Source:
/// <https://ai.google.dev/gemini-api/docs/tokens> (an image of 960×540 is 6 crops).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShortSideCrops {
    /// Tokens a crop.
    pub tokens: NonZeroU32,
    /// Images with no side above this many pixels are one crop.
    pub small: u32,
}

impl ShortSideCrops {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let crops = if size.longest() <= self.small.into() {
            1
        } else {
            let unit = (size.shortest() * 2 / 3).max(1);
            size.width.div_ceil(unit) * size.height.div_ceil(unit)
        };
        VisionCount::new(wide(self.tokens) * crops, size, size).exact(false)
    }
}

/// Gemma 3's pan and scan: one view of the whole and crops along the longer side.
///
/// ```text
/// r = long/short; no crops if r < min_percent/100
/// k = min(max(min(floor(long/min_crop), floor(r + 0.5)), 2), max_crops)
/// no crops if min(ceil(long/k), short) < min_crop
/// tokens = tokens · (1 + k)
/// ```
///
/// Rounding: binary64 for the ratio, floors and ceilings. Source: `Gemma3ImageProcessor` of
/// <https://github.com/huggingface/transformers> 5.23.0. The words that the template writes between
/// crops are not counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanAndScan {
    /// Tokens a view.
    pub tokens: NonZeroU32,
    /// Shortest side of a crop in pixels.
    pub min_crop: NonZeroU16,
    /// Most crops.
    pub max_crops: NonZeroU8,
    /// Least long ÷ short for crops, in hundredths.
    pub min_percent: u32,
}

impl PanAndScan {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let tokens = wide(self.tokens) * (1 + self.crops(size));
        VisionCount::new(tokens, size, size)
    }

    fn crops(&self, size: Size) -> u64 {
        let (long, short) = (size.longest(), size.shortest());
        let ratio = long as f64 / short as f64;
        if ratio < f64::from(self.min_percent) / 100.0 {
            return 0;
        }
        let min_crop = wide(self.min_crop);
        let crops = ((ratio + 0.5).floor() as u64)
            .min(long / min_crop)
            .max(2)
            .min(self.max_crops.get().into());
        if long.div_ceil(crops).min(short) < min_crop { 0 } else { crops }
    }
}
