//! PNG files of packed gray pages.

use std::fmt;
use std::str::FromStr;

use libdeflater::{CompressionLvl, Compressor, crc32};
use serde::{Deserialize, Serialize};

use super::{Bitmap, Label};

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// How much time a page's file may take.
///
/// Measured on pages of prose and code (`benches/peers`), against `oxipng -o max`: at `default` 1-bit
/// pages are 1.05 to 1.09 times as large and 4-bit pages 1.11 to 1.15, at `fast` 1.11 to 1.16, at `small`
/// 1.01 to 1.04.
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
    /// The compressor and its level, which depends on the depth of the page.
    compressor: Option<(i32, Compressor)>,
    raw: Vec<u8>,
    data: Vec<u8>,
}

impl Encoder {
    /// An encoder that takes so much time.
    pub fn new(effort: Effort) -> Self {
        Self { effort, compressor: None, raw: Vec::new(), data: Vec::new() }
    }

    /// Writes a page as a PNG file with its label.
    pub fn encode(&mut self, page: &Bitmap, label: &Label) -> Vec<u8> {
        // Deflate levels of libdeflate. Gray text is nearly noise: level 6 takes three times as
        // long as level 1 and saves 3 %.
        let level = match (self.effort, page.bits) {
            (Effort::Fast, _) | (Effort::Default, 2..) => 1,
            (Effort::Default, _) => 7,
            (Effort::Small, _) => 12,
        };
        filter(page, self.effort != Effort::Fast && page.bits == 1, &mut self.raw);
        let compressor = match self.compressor.take() {
            Some((at, compressor)) if at == level => compressor,
            _ => Compressor::new(CompressionLvl::new(level).expect("a level that libdeflate has")),
        };
        let compressor = &mut self.compressor.insert((level, compressor)).1;
        self.data.resize(compressor.zlib_compress_bound(self.raw.len()), 0);
        let length =
            compressor.zlib_compress(&self.raw, &mut self.data).expect("the bound is enough");

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
}

/// The rows of a page with the filter of each before it: none, or with `up`, for each row, the
/// difference from the row above where its bytes are smaller in sum. On 1-bit text that saves 3 %;
/// every other filter, and any filter on gray text, costs bytes.
fn filter(page: &Bitmap, up: bool, raw: &mut Vec<u8>) {
    const NONE: u8 = 0;
    const UP: u8 = 2;
    let stride = page.stride();
    raw.clear();
    raw.reserve(page.rows.len() + page.height as usize);
    let blank = vec![0; stride];
    let mut above = &blank[..];
    for row in page.rows.chunks_exact(stride.max(1)) {
        let size = |byte: u8| u32::from(byte.min(byte.wrapping_neg()));
        let plain = || -> u32 { row.iter().map(|&byte| size(byte)).sum() };
        let changed =
            || -> u32 { row.iter().zip(above).map(|(a, b)| size(a.wrapping_sub(*b))).sum() };
        if up && changed() < plain() {
            raw.push(UP);
            raw.extend(row.iter().zip(above).map(|(a, b)| a.wrapping_sub(*b)));
        } else {
            raw.push(NONE);
            raw.extend_from_slice(row);
        }
        above = row;
    }
}

pub(super) fn chunk(file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    file.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let checked = file.len();
    file.extend_from_slice(name);
    file.extend_from_slice(data);
    let sum = crc32(&file[checked..]);
    file.extend_from_slice(&sum.to_be_bytes());
}
