//! Any-resolution tiles without padding: LLaVA-OneVision.

use super::arith::wide;
use super::{Size, VisionCount};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU8, NonZeroU16};

/// Tiles of the canvas that wastes least, the padding taken off again, a newline a row, and a
/// base view.
///
/// With `g` = `grid` (features a tile, each way):
///
/// ```text
/// canvas = of 1..=max_side tiles each way, most effective pixels, then least waste
/// C,R = g·columns, g·rows; the longer way of the image keeps its side, the other loses its padding
/// q = sqrt(C·R / (max_tiles·g²)); if q > 1.1: C,R = floor(C/q), floor(R/q)
/// tokens = C·R + R + g²
/// ```
///
/// Rounding: binary64 in the order of the reference, floors, and 7 decimals before the one that
/// takes the padding off. Source: `LlavaOnevisionProcessor` of
/// <https://github.com/huggingface/transformers> 5.23.0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Llava {
    /// Side of a tile in pixels.
    pub px: NonZeroU16,
    /// Features a tile, each way.
    pub grid: NonZeroU16,
    /// Most tiles of a canvas, each way.
    pub max_side: NonZeroU8,
    /// Tiles whose features are kept before they are interpolated down.
    pub max_tiles: NonZeroU8,
}

impl Llava {
    pub(super) fn count(&self, size: Size) -> VisionCount {
        let canvas = self.canvas(size);
        let (px, grid) = (wide(self.px), wide(self.grid));
        let (mut columns, mut rows) = (canvas.width / px * grid, canvas.height / px * grid);
        if size.aspect() > columns as f64 / rows as f64 {
            let kept = whole(size.height as f64 * (columns as f64 / size.width as f64));
            rows -= rows.saturating_sub(kept) / 2 * 2;
        } else {
            let kept = whole(size.width as f64 * (rows as f64 / size.height as f64));
            columns -= columns.saturating_sub(kept) / 2 * 2;
        }
        let budget = u64::from(self.max_tiles.get()) * grid * grid;
        let ratio = ((columns * rows) as f64 / budget as f64).sqrt();
        if ratio > 1.1 {
            columns = floor_divide(columns as f64, ratio);
            rows = floor_divide(rows as f64, ratio);
        }
        let tokens = columns * rows + rows + grid * grid;
        VisionCount::new(tokens, size, fit_in(size, canvas))
    }

    fn canvas(&self, size: Size) -> Size {
        let px = wide(self.px);
        let mut best = Size::new(px, px);
        let (mut most, mut least_waste) = (0, u64::MAX);
        for rows in 1..=u64::from(self.max_side.get()) {
            for columns in 1..=u64::from(self.max_side.get()) {
                let canvas = Size::new(columns * px, rows * px);
                let scale = (canvas.width as f64 / size.width as f64)
                    .min(canvas.height as f64 / size.height as f64);
                let side = |side: u64| (side as f64 * scale) as u64;
                let effective = (side(size.width) * side(size.height)).min(size.area());
                let waste = canvas.area().saturating_sub(effective);
                if effective > most || (effective == most && waste < least_waste) {
                    most = effective;
                    least_waste = waste;
                    best = canvas;
                }
            }
        }
        best
    }
}

/// `int(round(x, 7))`: the floor, but for what is within half of 10⁻⁷ of the next whole number.
fn whole(x: f64) -> u64 {
    if x.ceil() - x < 0.5e-7 { x.ceil() as u64 } else { x.floor() as u64 }
}

/// Python's `//` on floats: the floor of the true quotient, not of the rounded one.
fn floor_divide(x: f64, y: f64) -> u64 {
    let quotient = (x - x % y) / y;
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }) as u64
}

/// The image scaled into the canvas, its shape kept, sides rounded up.
fn fit_in(size: Size, canvas: Size) -> Size {
    let across = canvas.width as f64 / size.width as f64;
    let down = canvas.height as f64 / size.height as f64;
    let side = |side: u64, scale: f64, most: u64| ((side as f64 * scale).ceil() as u64).min(most);
    if across < down {
        Size::new(canvas.width, side(size.height, across, canvas.height))
    } else {
        Size::new(side(size.width, down, canvas.width), canvas.height)
    }
}
