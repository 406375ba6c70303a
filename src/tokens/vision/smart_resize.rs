//! Sides rounded to a factor within an area range: Qwen-VL and the many that took over its
//! `smart_resize` (GLM-4, PaddleOCR-VL, dots.ocr, HunyuanOCR, MiniMax, the Model Studio interface).

use super::arith::{round_half_even, wide};
use super::{Size, VisionCount, VisionError};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// `smart_resize`, with the variants of the families that use it.
///
/// With `f` = `factor`:
///
/// ```text
/// W = round(w/f)·f; H = round(h/f)·f
/// if W·H > max_px: b = sqrt(w·h/max_px); W = max(f, floor(w/b/f)·f), H likewise
/// if W·H < min_px: b = sqrt(min_px/(w·h)); W = ceil(w·b/f)·f, H likewise
/// features = (W/f) · (H/f);  tokens = features (+ H/f with row_token) + extra
/// ```
///
/// Rounding: halves to even; the square roots and quotients in binary64 in the order of the
/// reference. Sources: `Qwen2VLImageProcessor`, `Glm4vImageProcessor`, `PaddleOCRVLImageProcessor`,
/// `HunYuanVLImageProcessor` and `MiniMaxM3VLImageProcessor` of
/// <https://github.com/huggingface/transformers> 5.23.0; for the Model Studio interface the formula
/// printed at <https://help.aliyun.com/zh/model-studio/vision>.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmartResize {
    /// Pixels a token, each way.
    pub factor: NonZeroU16,
    /// Smallest area in pixels; smaller images are scaled up.
    pub min_px: u32,
    /// Largest area in pixels; larger images are scaled down.
    pub max_px: NonZeroU32,
    /// What happens first to sides below the factor.
    #[serde(default)]
    pub small_sides: SmallSides,
    /// Whether each row ends with a token.
    #[serde(default)]
    pub row_token: bool,
    /// Tokens an image beside the grid.
    #[serde(default)]
    pub extra: u32,
    /// Shortest side taken, in pixels as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_side: Option<NonZeroU32>,
    /// Largest longest ÷ shortest side taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_aspect: Option<NonZeroU32>,
}

/// What a rule does first with an image that has a side below its factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmallSides {
    /// Nothing (Qwen).
    #[default]
    Keep,
    /// Both sides are scaled up until neither is below the factor, floored (GLM-4).
    ScaleBoth,
    /// One side after the other is set to the factor and the other scaled, rounded half to even
    /// (PaddleOCR-VL).
    ScaleInTurn,
}

impl SmartResize {
    pub(super) fn count(&self, sent: Size) -> Result<VisionCount, VisionError> {
        if let Some(limit) = self.min_side
            && sent.shortest() < wide(limit)
        {
            return Err(VisionError::SideTooShort { side: sent.shortest(), limit: limit.get() });
        }
        let factor = wide(self.factor);
        let size = self.small_sides.enlarge(sent, factor);
        if let Some(limit) = self.max_aspect
            && size.longest() > wide(limit) * size.shortest()
        {
            return Err(VisionError::TooElongated {
                width: size.width,
                height: size.height,
                limit: limit.get(),
            });
        }
        let range = (u64::from(self.min_px), wide(self.max_px));
        let seen = fit(size, factor, range, 0);
        let (columns, rows) = (seen.width / factor, seen.height / factor);
        let features = columns * rows;
        let tokens = features + u64::from(self.extra) + if self.row_token { rows } else { 0 };
        Ok(VisionCount::new(tokens, sent, seen).features(features))
    }
}

impl SmallSides {
    fn enlarge(self, size: Size, factor: u64) -> Size {
        let Size { width, height } = size;
        match self {
            Self::ScaleBoth if size.shortest() < factor => {
                let scale = |side: u64| factor as f64 / side as f64;
                let scale = scale(width).max(scale(height));
                let side = |side: u64| ((side as f64 * scale) as u64).max(1);
                Size::new(side(width), side(height))
            }
            Self::ScaleInTurn => {
                let size = if height < factor {
                    Size::new(round_half_even(width * factor, height), factor)
                } else {
                    size
                };
                if size.width < factor {
                    Size::new(factor, round_half_even(size.height * factor, size.width.max(1)))
                } else {
                    size
                }
            }
            Self::Keep | Self::ScaleBoth => size,
        }
    }
}

/// The resizing itself: `range` is the least and greatest area, `least` the least side before the
/// area is looked at.
pub(super) fn fit(size: Size, factor: u64, range: (u64, u64), least: u64) -> Size {
    let (min, max) = range;
    let rounded = |side: u64| (round_half_even(side, factor) * factor).max(least);
    let area = size.area() as f64;
    let aligned = Size::new(rounded(size.width), rounded(size.height));
    if aligned.area() > max {
        let shrink = (area / max as f64).sqrt();
        let side = |side: u64| {
            ((side as f64 / shrink / factor as f64).floor() as u64 * factor).max(factor)
        };
        Size::new(side(size.width), side(size.height))
    } else if aligned.area() < min {
        let grow = (min as f64 / area).sqrt();
        let side = |side: u64| (side as f64 * grow / factor as f64).ceil() as u64 * factor;
        Size::new(side(size.width), side(size.height))
    } else {
        // A side below half the factor rounds to nothing where no least area catches it.
        Size::new(aligned.width.max(factor), aligned.height.max(factor))
    }
}
