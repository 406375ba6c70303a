//! Slices of about one view each: MiniCPM-V.

use super::arith::wide;
use super::aspect::Grid;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32};

/// A view of the whole and, for larger images, slices.
///
/// ```text
/// k = min(ceil(w·h/view²), max_slices); if k > 1: of the grids of k−1, k and k+1 slices (more than 1,
///     at most max_slices) the one with the least |ln(w/h) − ln(columns/rows)|, more rows on a tie
/// view and slices are scaled to about view² pixels, sides to multiples of px·merge (at least one)
/// tokens = Σ views (resampled, or floor(patches/merge²)) + 2 a view
/// ```
///
/// Rounding: binary64 and its natural logarithm, halves to even for multiples, floors elsewhere.
/// Newlines between slice rows and image ids are text and not counted. Sources:
/// `MiniCPMV4_6ImageProcessor` of <https://github.com/huggingface/transformers> 5.23.0;
/// `image_processing_minicpmv.py` of <https://huggingface.co/openbmb/MiniCPM-V-4_5>.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minicpm {
    /// Side of a view in pixels.
    pub view: NonZeroU16,
    /// Side of a patch in pixels.
    pub px: NonZeroU16,
    /// Patches that sides are multiples of, and that make a token, each way.
    pub merge: NonZeroU16,
    /// Most slices, the view of the whole aside.
    pub max_slices: NonZeroU8,
    /// Embeddings a view where a resampler makes them a constant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resampled: Option<NonZeroU32>,
}

/// A size with fractions of pixels: what a slice of a scaled image may have.
#[derive(Clone, Copy)]
struct Extent {
    width: f64,
    height: f64,
}

impl From<Size> for Extent {
    fn from(size: Size) -> Self {
        Self { width: size.width as f64, height: size.height as f64 }
    }
}

impl Minicpm {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let grid = self.grid(size);
        let whole = self.view(size.into(), grid.is_none());
        let mut features = self.embeddings(whole);
        let (mut views, mut seen) = (1, whole);
        if let Some(grid) = grid {
            let slice = self.view(
                Extent {
                    width: multiple(size.width as f64, grid.columns) as f64 / grid.columns as f64,
                    height: multiple(size.height as f64, grid.rows) as f64 / grid.rows as f64,
                },
                true,
            );
            features += grid.tiles() * self.embeddings(slice);
            views += grid.tiles();
            seen = Size::new(slice.width * grid.columns, slice.height * grid.rows);
        }
        VisionCount::new(features + 2 * views, size, seen).features(features)
    }

    fn embeddings(&self, view: Size) -> u64 {
        let px = wide(self.px);
        self.resampled
            .map_or((view.width / px) * (view.height / px) / wide(self.merge).pow(2), wide)
    }

    /// The grid of slices, if the image is larger than one view.
    fn grid(&self, size: Size) -> Option<Grid> {
        let view = wide(self.view);
        let most = u64::from(self.max_slices.get());
        let wanted = size.area().div_ceil(view * view).min(most);
        if wanted <= 1 {
            return None;
        }
        let aspect = libm::log(size.aspect());
        let mut best = Grid { columns: 1, rows: 1 };
        let mut least = f64::INFINITY;
        for slices in (wanted - 1..=wanted + 1).filter(|n| (2..=most).contains(n)) {
            for rows in (1..=slices).filter(|rows| slices % rows == 0) {
                let columns = slices / rows;
                let error = (aspect - libm::log(columns as f64 / rows as f64)).abs();
                if error < least || (error == least && rows > best.rows) {
                    least = error;
                    best = Grid { columns, rows };
                }
            }
        }
        Some(best)
    }

    /// The size of one view of an extent; `grow` scales it up to a whole view too.
    fn view(&self, extent: Extent, grow: bool) -> Size {
        let view = wide(self.view) as f64;
        let Extent { mut width, mut height } = extent;
        if width * height > view * view || grow {
            let aspect = width / height;
            height = (view / aspect.sqrt()).trunc();
            width = (height * aspect).trunc();
        }
        let unit = wide(self.px) * wide(self.merge);
        Size::new(multiple(width, unit), multiple(height, unit))
    }
}

/// The multiple of `unit` nearest to `length`, halves to even, at least one.
fn multiple(length: f64, unit: u64) -> u64 {
    ((length / unit as f64).round_ties_even() as u64).max(1) * unit
}
