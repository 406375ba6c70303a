//! Interpolation in a published table: for vendors that print examples and no formula.

use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};

/// Tokens by area, straight lines between the examples that a vendor prints.
///
/// Between two examples the tokens are interpolated by area, below the first and above the last
/// they are proportional to it; rounded up, at least 1. Never exact. Source for Nova:
/// <https://docs.aws.amazon.com/nova/latest/userguide/modalities-image.html>.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AreaTable {
    /// Width, height and tokens of each example, smallest area first.
    pub examples: Vec<[u32; 3]>,
}

impl AreaTable {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let area = size.area() as f64;
        let points: Vec<(f64, f64)> = self
            .examples
            .iter()
            .map(|&[width, height, tokens]| {
                (f64::from(width) * f64::from(height), f64::from(tokens))
            })
            .collect();
        let proportional = |(at, tokens): (f64, f64)| tokens * area / at;
        let after = points.partition_point(|&(at, _)| at <= area);
        let tokens = match (after.checked_sub(1).map(|i| points[i]), points.get(after)) {
            (Some((a, low)), Some(&(b, high))) => low + (high - low) * (area - a) / (b - a),
            (Some(last), None) => proportional(last),
            (None, Some(&first)) => proportional(first),
            (None, None) => 0.0,
        };
        VisionCount::new((tokens.ceil() as u64).max(1), size, size).exact(false)
    }
}
