//! Patches with a budget and a multiplier: OpenAI's models since 2025, and Grok 4.5.

use super::arith::{round_half_up, wide};
use super::{Size, VisionCount, VisionError};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// Patch rule with an optional side limit, patch budget, rejection limit and multiplier.
///
/// With `M` = `max_side`, `p` = `px`, `B` = `budget` (sides in pixels):
///
/// ```text
/// 0. if max(w,h) > M: scale by M / max(w,h), to whole pixels, never up
/// A. n = ceil(w/p) · ceil(h/p)
/// B. if n > B: s = sqrt(p²·B / (w·h)); a = s · min over sides of floor(side·s/p) / (side·s/p)
///    w,h = floor(w·a), floor(h·a); n = ceil(w/p) · ceil(h/p)
/// C. if n > reject_above: the request is refused
/// D. tokens = ceil(n · percent / 100)
/// ```
///
/// Rounding: the page leaves open how step 0 rounds (here: to nearest) and prints step B in real
/// numbers. Step B is done in integers: `floor(w·s/p) = isqrt(B·w/h)`, so the limiting side keeps
/// exactly that many patches and the other is `floor(p·patches·other/side)`. In binary64 a whole
/// row is lost when `w·s/p` is a whole number (1932×1932 with a budget of 2500). Where the
/// roundings disagree the count is marked as not exact.
///
/// Source: <https://developers.openai.com/api/docs/guides/images-vision> (September 2026);
/// for Grok 4.5 the measurements in <https://github.com/teamchong/pxpipe> (July 2026).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// Side of a patch in pixels.
    pub px: NonZeroU16,
    /// Longest side in pixels before the image is scaled down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_side: Option<NonZeroU32>,
    /// Most patches before the image is scaled down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<NonZeroU32>,
    /// Most patches after scaling before the image is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject_above: Option<NonZeroU32>,
    /// Multiplier in hundredths: 120 bills 1.2 tokens a patch.
    pub percent: NonZeroU16,
}

impl Patch {
    pub(super) fn count(&self, size: Size) -> Result<VisionCount, VisionError> {
        let fitted = self.fit_side(size, round_half_up);
        let seen = self.fit_budget(fitted);
        let patches = self.patches(seen);
        if let Some(limit) = self.reject_above
            && patches > wide(limit)
        {
            return Err(VisionError::TooManyPatches { patches, limit: limit.get() });
        }
        let floored = self.fit_budget(self.fit_side(size, |n, d| n / d));
        let exact = self.patches(floored) == patches && self.patches_in_binary64(fitted) == patches;
        let tokens = (patches * wide(self.percent)).div_ceil(100);
        Ok(VisionCount::new(tokens, size, seen).exact(exact))
    }

    fn patches(&self, size: Size) -> u64 {
        size.width.div_ceil(wide(self.px)) * size.height.div_ceil(wide(self.px))
    }

    /// Step 0.
    fn fit_side(&self, size: Size, round: impl Fn(u64, u64) -> u64) -> Size {
        let longest = size.longest();
        match self.max_side {
            Some(max) if longest > wide(max) => {
                let side = |s: u64| round(s * wide(max), longest).max(1);
                Size::new(side(size.width), side(size.height))
            }
            _ => size,
        }
    }

    /// Step B, exactly.
    fn fit_budget(&self, size: Size) -> Size {
        let Some(budget) = self.budget.map(wide) else {
            return size;
        };
        if self.patches(size) <= budget {
            return size;
        }
        let px = wide(self.px);
        let Size { width, height } = size;
        let columns = (budget * width / height).isqrt().max(1);
        let rows = (budget * height / width).isqrt().max(1);
        if columns * height <= rows * width {
            Size::new(px * columns, (px * columns * height / width).max(1))
        } else {
            Size::new((px * rows * width / height).max(1), px * rows)
        }
    }

    /// Step B as a straightforward binary64 program computes it, for telling where the two part.
    fn patches_in_binary64(&self, size: Size) -> u64 {
        let Some(budget) = self.budget.map(wide) else {
            return self.patches(size);
        };
        if self.patches(size) <= budget {
            return self.patches(size);
        }
        let px = wide(self.px) as f64;
        let (width, height) = (size.width as f64, size.height as f64);
        let scale = (px * px * budget as f64 / (width * height)).sqrt();
        let whole = |side: f64| (side * scale / px).floor() / (side * scale / px);
        let scale = scale * whole(width).min(whole(height));
        self.patches(Size::new((width * scale).floor() as u64, (height * scale).floor() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn high(max_side: u32) -> Patch {
        Patch {
            px: NonZeroU16::new(32).unwrap(),
            max_side: NonZeroU32::new(max_side),
            budget: NonZeroU32::new(2500),
            reject_above: NonZeroU32::new(30_000),
            percent: NonZeroU16::new(120).unwrap(),
        }
    }

    fn count(rule: &Patch, width: u64, height: u64) -> VisionCount {
        rule.count(Size::new(width, height)).unwrap()
    }

    #[test]
    fn the_worked_examples_of_the_page() {
        assert_eq!(count(&high(2048), 1024, 1024).tokens, 1229);
        assert_eq!(count(&high(2048), 2048, 2048).tokens, 3000);
        assert_eq!(count(&high(2048), 2048, 2048).resized, Some((1600, 1600)));
        assert_eq!(count(&high(65_535), 4096, 512).tokens, 2458);
        let older = Patch { budget: NonZeroU32::new(1536), ..high(2048) };
        assert_eq!(count(&older, 1800, 2400).resized, Some((1056, 1408)));
    }

    #[test]
    fn no_row_is_lost_where_binary64_loses_one() {
        let lost = [
            1659, 1708, 1761, 1839, 1871, 1874, 1897, 1928, 1932, 1990, 1998, 2005, 2007, 2022,
            2034, 2045,
        ];
        for side in 1601..=2048 {
            let counted = count(&high(2048), side, side);
            assert_eq!(counted.tokens, 3000, "{side}");
            assert_eq!(counted.exact, !lost.contains(&side), "{side}");
        }
    }
}
