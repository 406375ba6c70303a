//! A finished page: gray samples of 1, 2, 4 or 8 bits, packed as PNG packs them.

use image::{GrayImage, ImageBuffer, Luma};

use crate::typeface::FULL_INK;

/// How ink becomes gray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    /// Bits a sample: 1, 2, 4 or 8.
    pub bits: u8,
    /// Light ink on a dark page.
    pub invert: bool,
}

/// A gray image; rows are padded to whole bytes, the leftmost sample in the highest bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    /// Px.
    pub width: u32,
    /// Px.
    pub height: u32,
    /// Bits a sample.
    pub bits: u8,
    /// Packed rows, top to bottom.
    pub rows: Vec<u8>,
}

impl Bitmap {
    /// Clamps summed ink to what a page can show and rounds it to the nearest level, once.
    pub(super) fn pack(canvas: &ImageBuffer<Luma<i16>, Vec<i16>>, ink: Ink) -> Self {
        let (width, height) = canvas.dimensions();
        let top = (1_i32 << ink.bits) - 1;
        let full = i32::from(FULL_INK);
        let level = |value: i16| {
            let level = (i32::from(value).clamp(0, full) * top + full / 2) / full;
            (if ink.invert { level } else { top - level }) as u8
        };
        let per_byte = 8 / usize::from(ink.bits);
        let mut rows = Vec::with_capacity((width as usize).div_ceil(per_byte) * height as usize);
        for row in canvas.chunks_exact((width as usize).max(1)) {
            for samples in row.chunks(per_byte) {
                let byte =
                    samples.iter().fold(0, |byte: u32, &s| byte << ink.bits | u32::from(level(s)));
                let short = per_byte - samples.len();
                rows.push((byte << (short * usize::from(ink.bits))) as u8);
            }
        }
        Self { width, height, bits: ink.bits, rows }
    }

    /// Bytes of a packed row.
    pub fn stride(&self) -> usize {
        (self.width as usize * usize::from(self.bits)).div_ceil(8)
    }

    /// The page as an image with samples from 0 (black) to 255 (white).
    pub fn to_image(&self) -> GrayImage {
        let top = (1_u32 << self.bits) - 1;
        GrayImage::from_fn(self.width, self.height, |x, y| {
            let bit = x as usize * usize::from(self.bits);
            let byte = self.rows[y as usize * self.stride() + bit / 8];
            let shift = 8 - usize::from(self.bits) - bit % 8;
            let sample = u32::from(byte) >> shift & top;
            Luma([(sample * 255 / top) as u8])
        })
    }
}
