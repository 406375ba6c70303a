//! PNG files of packed gray pages.

use std::fmt;
use std::str::FromStr;

use libdeflater::{CompressionLvl, Compressor, crc32};
use serde::{Deserialize, Serialize};

use super::{Bitmap, Label, filter};

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// How much time a page's file may take.
///
/// Measured on pages of prose and code (`benches/peers`), against `oxipng -o max`: at `default` 1-bit
/// pages are 1.04 to 1.10 times as large (1-bit ideographs of Unifont 1.11) and 4-bit pages 1.14 to 1.20.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Effort {
    /// Least time.
    Fast,
    /// Where more time stops paying.
    #[default]
    Default,
    /// Fewest bytes; ten times the time.
    Small,
}

impl FromStr for Effort {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "fast" => Ok(Self::Fast),
            "default" => Ok(Self::Default),
            "small" => Ok(Self::Small),
            _ => Err(format!("{word:?} is none of fast, default, small")),
        }
    }
}

impl fmt::Display for Effort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fast => "fast",
            Self::Default => "default",
            Self::Small => "small",
        })
    }
}

/// Writes PNG files; keeps its memory from page to page.
pub struct Encoder {
    effort: Effort,
    /// A compressor for each of libdeflate's levels that was needed.
    compressors: Vec<(i32, Compressor)>,
    raw: Vec<u8>,
    data: Vec<u8>,
}

/// The level that finds strings that come again soon, and takes the first.
const QUICK: i32 = 1;
/// The level that takes a string only where the next byte does not begin a longer one.
const LONGER: i32 = 8;
/// The least level that looks for the best way through all strings.
const THOROUGH: i32 = 10;
const SMALLEST: i32 = 12;

impl Encoder {
    /// An encoder that takes so much time.
    pub fn new(effort: Effort) -> Self {
        Self { effort, compressors: Vec::new(), raw: Vec::new(), data: Vec::new() }
    }

    /// Writes a page as a PNG file with its label.
    pub fn encode(&mut self, page: &Bitmap, label: &Label) -> Vec<u8> {
        let length = match (self.effort, page.bits) {
            (Effort::Fast, _) => self.plain(page, QUICK),
            (Effort::Small, 2..) => self.plain(page, SMALLEST),
            // Gray text is nearly noise: level 6 takes three times as long and saves 3 %.
            (Effort::Default, 2..) => self.plain(page, QUICK),
            (effort, _) => self.bilevel(page, effort),
        };

        let mut header = Vec::with_capacity(13);
        header.extend_from_slice(&page.width.to_be_bytes());
        header.extend_from_slice(&page.height.to_be_bytes());
        // Gray samples, deflate, the one filter method there is, not interlaced.
        header.extend_from_slice(&[page.bits, 0, 0, 0, 0]);

        let mut file = Vec::with_capacity(length + 300);
        file.extend_from_slice(SIGNATURE);
        chunk(&mut file, b"IHDR", &header);
        label.write(&mut file);
        chunk(&mut file, b"IDAT", &self.data[..length]);
        chunk(&mut file, b"IEND", &[]);
        file
    }

    /// Compresses a page without filters; returns the bytes it took.
    fn plain(&mut self, page: &Bitmap, level: i32) -> usize {
        filter::none(page, &mut self.raw);
        self.compress(level)
    }

    /// Compresses a 1-bit page; returns the bytes it took. What the quick level makes of it tells
    /// which page it is: one full of small text (half of its bytes or more) gains 3 % from any more
    /// time, one with some air 6 % from more and one with much 15 % from the most; as these are
    /// sparse there is little text to wait for. Measured on pixel and outline faces of 20 to 128 px a
    /// character.
    fn bilevel(&mut self, page: &Bitmap, effort: Effort) -> usize {
        filter::smaller(page, &mut self.raw);
        let quick = self.compress(QUICK);
        let full = down_to_last_line(&self.raw, page.stride() + 1);
        let level = match effort {
            Effort::Small => SMALLEST,
            // Nothing to gain; in the second case because the page is as good as blank.
            _ if 2 * quick > full || 32 * quick < full => return quick,
            _ if 10 * quick > 3 * full => LONGER,
            _ => THOROUGH,
        };
        // Where there is much air strings come again whole, and the second filter is the better.
        let first = if level == THOROUGH { usize::MAX } else { self.compress(level) };
        let kept = self.data.clone();
        filter::evener(page, &mut self.raw);
        let second = self.compress(level);
        if first < second {
            self.data = kept;
        }
        first.min(second)
    }

    /// Compresses what is in `raw` to `data`; returns the bytes it took.
    fn compress(&mut self, level: i32) -> usize {
        let known = self.compressors.iter().position(|(at, _)| *at == level);
        let known = known.unwrap_or_else(|| {
            let level_of = CompressionLvl::new(level).expect("a level that libdeflate has");
            self.compressors.push((level, Compressor::new(level_of)));
            self.compressors.len() - 1
        });
        let compressor = &mut self.compressors[known].1;
        self.data.resize(compressor.zlib_compress_bound(self.raw.len()), 0);
        compressor.zlib_compress(&self.raw, &mut self.data).expect("the bound is enough")
    }
}

/// How many of the filtered bytes there are but for the blank rows at the foot of the page.
fn down_to_last_line(raw: &[u8], pitch: usize) -> usize {
    let is_blank = |row: &&[u8]| row[1..].iter().all(|&byte| byte == 0);
    raw.len() - pitch * raw.rchunks_exact(pitch).take_while(is_blank).count()
}

pub(super) fn chunk(file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    file.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let checked = file.len();
    file.extend_from_slice(name);
    file.extend_from_slice(data);
    let sum = crc32(&file[checked..]);
    file.extend_from_slice(&sum.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of so many pixels whose bytes are taken from `byte`.
    fn page(bits: u8, width: u32, height: u32, byte: impl Fn(usize, usize) -> u8) -> Bitmap {
        let stride = (width * u32::from(bits)).div_ceil(8) as usize;
        let at = |at: usize| byte(at % stride, at / stride);
        let rows = (0..stride * height as usize).map(at).collect();
        Bitmap { width, height, bits, rows }
    }

    fn label() -> Label {
        Label { page: 1, profile: blake3::hash(b"p"), source: blake3::hash(b"s") }
    }

    fn encode(page: &Bitmap, effort: Effort) -> Vec<u8> {
        Encoder::new(effort).encode(page, &label())
    }

    /// Noise, air, stripes and both of them, in all of which another choice is made.
    fn pages(bits: u8) -> [Bitmap; 5] {
        let mix = |x: usize, y: usize| (x * 7919 + y * 104_729) * 2_654_435_761;
        let noise = move |x, y| (mix(x, y) >> 13) as u8;
        let sparse = move |x, y| if noise(x, y) < 40 { noise(y, x) } else { 0 };
        [
            page(bits, 203, 97, noise),
            page(bits, 203, 97, sparse),
            page(bits, 203, 97, move |x, y| if y % 8 < 5 { noise(x, y / 8) & 0x3c } else { 0 }),
            page(bits, 203, 97, |_, _| 0),
            page(bits, 1, 1, |_, _| 0),
        ]
    }

    #[test]
    fn other_decoders_find_the_pixels() {
        for effort in [Effort::Fast, Effort::Default, Effort::Small] {
            for bits in [1, 2, 4, 8] {
                let mut one = Encoder::new(effort);
                for page in pages(bits) {
                    let file = one.encode(&page, &label());
                    let read = image::load_from_memory(&file).expect("a PNG").into_luma8();
                    assert_eq!(read, page.to_image(), "{effort} {bits}");
                    // What was encoded before leaves no trace.
                    assert_eq!(file, encode(&page, effort), "{effort} {bits}");
                }
            }
        }
    }

    /// A page of text that the tests of the whole way have drawn in 1 bit.
    fn text(file: &str) -> Bitmap {
        let path = format!("{}/tests/golden/{file}", env!("CARGO_MANIFEST_DIR"));
        let gray = image::open(path).expect("a page").into_luma8();
        let bit = |x: u32, y: u32| x < gray.width() && gray.get_pixel(x, y).0[0] > 0;
        page(1, gray.width(), gray.height(), |byte, y| {
            (0..8).fold(0, |bits, at| (bits << 1) | u8::from(bit(byte as u32 * 8 + at, y as u32)))
        })
    }

    #[test]
    fn more_time_makes_smaller_files_of_text() {
        for file in ["pixel-5x8.png", "pixel-6x12-columns.png", "pixel-8x16-keep.png"] {
            let page = text(file);
            let [fast, default, small] =
                [Effort::Fast, Effort::Default, Effort::Small].map(|e| encode(&page, e).len());
            assert!(small < default && default < fast, "{file}: {fast} {default} {small}");
        }
    }
}
