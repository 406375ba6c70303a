//! The integer grid of the closest shape: Muse Glimmer.

use super::arith::wide;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU16, NonZeroU32};

/// Of the grids around the ideal one, the closest in shape.
///
/// ```text
/// c = w/px, r = h/px; if r·c > max_tokens: r = sqrt(max_tokens/(c/r)), c = r·(c/r)
/// of {floor r, ceil r} × {floor c, ceil c} with both >= 1 and at most max_tokens cells,
/// the one with the least |rows/columns − h/w|; tokens = rows · columns
/// ```
///
/// On a tie the reference takes whichever its hash set yields first; here the larger, and the count
/// is marked as not exact when tied grids differ. Rounding: binary64. Source:
/// `MuseGlimmerImageProcessor` of <https://github.com/huggingface/transformers> 5.23.0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridFit {
    /// Pixels a token, each way.
    pub px: NonZeroU16,
    /// Most tokens an image.
    pub max_tokens: NonZeroU32,
}

impl GridFit {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let (px, most) = (wide(self.px), wide(self.max_tokens));
        let mut rows = size.height as f64 / px as f64;
        let mut columns = size.width as f64 / px as f64;
        let ratio = columns / rows;
        if rows * columns > most as f64 {
            rows = libm::pow(most as f64 / ratio, 0.5);
            columns = rows * ratio;
        }
        let wanted = size.height as f64 / size.width as f64;
        let mut best: Option<(f64, Size)> = None;
        let mut exact = true;
        for rows in [rows.floor() as u64, rows.ceil() as u64] {
            for columns in [columns.floor() as u64, columns.ceil() as u64] {
                let grid = Size::new(columns, rows);
                if grid.shortest() == 0 || grid.area() > most {
                    continue;
                }
                let error = (rows as f64 / columns as f64 - wanted).abs();
                let least = best.map_or(f64::INFINITY, |(least, _)| least);
                if error < least {
                    exact = true;
                    best = Some((error, grid));
                } else if let Some((_, tied)) = best
                    && error == least
                    && tied != grid
                {
                    exact &= tied.area() == grid.area();
                    if grid.area() > tied.area() {
                        best = Some((error, grid));
                    }
                }
            }
        }
        let grid = best.map_or_else(
            || {
                let side = |side: f64| (side.round_ties_even() as u64).max(1);
                Size::new(side(columns), side(rows))
            },
            |(_, grid)| grid,
        );
        let seen = Size::new(grid.width * px, grid.height * px);
        VisionCount::new(grid.area(), size, seen).exact(exact)
    }
}
