//! Tesseract, the installed program: each column by itself, enlarged.

use std::io::Cursor;
use std::process::Command;
use std::time::Duration;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{GrayImage, ImageEncoder, Luma, imageops};

use super::{PageImage, ReadError, Reader, process};
use crate::error::{Error, Result};

/// Letters of a few px are read several times larger.
const ENLARGED: f64 = 3.0;
/// Px added around, in the paper's shade.
const MARGIN: u32 = 20;
/// One uniform block of text, at the resolution that enlarged letters have.
const ARGUMENTS: [&str; 4] = ["--psm", "6", "--dpi", "150"];
/// How long it may take to say its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// Tesseract's model for the script that most letters of a text are of, by its name in Unicode;
/// `None` where a script does not say the language.
pub fn language_of(script: &str) -> Option<&'static str> {
    Some(match script {
        "Latin" | "Common" => "eng",
        "Arabic" => "ara",
        "Armenian" => "hye",
        "Bengali" => "ben",
        "Cyrillic" => "rus",
        "Devanagari" => "hin",
        "Ethiopic" => "amh",
        "Georgian" => "kat",
        "Greek" => "ell",
        "Gujarati" => "guj",
        "Gurmukhi" => "pan",
        "Han" => "chi_sim",
        "Hangul" => "kor",
        "Hebrew" => "heb",
        "Hiragana" | "Katakana" => "jpn",
        "Kannada" => "kan",
        "Khmer" => "khm",
        "Lao" => "lao",
        "Malayalam" => "mal",
        "Myanmar" => "mya",
        "Oriya" => "ori",
        "Sinhala" => "sin",
        "Tamil" => "tam",
        "Telugu" => "tel",
        "Thai" => "tha",
        "Tibetan" => "bod",
        _ => return None,
    })
}

/// The installed `tesseract`.
#[derive(Debug, Clone)]
pub struct Tesseract {
    version: String,
    language: String,
    timeout: Duration,
}

impl Tesseract {
    /// Tesseract with a language's model, or several joined by `+`.
    ///
    /// # Errors
    /// [`Error::Reader`] where it is not installed, or has no such model.
    pub fn new(language: &str, timeout: Duration) -> Result<Self> {
        let ask = |argument: &str| {
            let wrong = |error: ReadError| {
                Error::Reader(match error {
                    ReadError::Run { .. } => {
                        "tesseract is not installed, or not on PATH (Debian: tesseract-ocr)"
                            .to_owned()
                    }
                    error => format!("tesseract {argument}: {error}"),
                })
            };
            process::run(Command::new("tesseract").arg(argument), b"", PATIENCE).map_err(wrong)
        };
        let version = ask("--version")?.lines().next().unwrap_or_default().trim().to_owned();
        let list = ask("--list-langs")?;
        let installed: Vec<&str> = list.lines().skip(1).map(str::trim).collect();
        if let Some(lacking) = language.split('+').find(|part| !installed.contains(part)) {
            return Err(Error::Reader(format!(
                "tesseract has no model {lacking:?}; it has {} (--lang names one, Debian: \
                 tesseract-ocr-{})",
                installed.join(", "),
                lacking.replace('_', "-")
            )));
        }
        Ok(Self { version, language: language.to_owned(), timeout })
    }

    fn read_column(&self, gray: &GrayImage) -> Result<String, ReadError> {
        let mut png = Vec::new();
        PngEncoder::new_with_quality(
            Cursor::new(&mut png),
            CompressionType::Fast,
            FilterType::NoFilter,
        )
        .write_image(gray, gray.width(), gray.height(), image::ExtendedColorType::L8)?;
        let mut command = Command::new("tesseract");
        command.args(["-", "-", "-l", &self.language]).args(ARGUMENTS);
        // Its threads cost more than they bring; pages are read beside each other instead.
        process::run(command.env("OMP_THREAD_LIMIT", "1"), &png, self.timeout)
    }
}

impl Reader for Tesseract {
    fn name(&self) -> String {
        format!("{}, {}", self.version, self.language)
    }

    fn identity(&self) -> String {
        format!("{}, {ENLARGED} x, {}", self.name(), ARGUMENTS.join(" "))
    }

    fn read(&self, page: &PageImage) -> Result<String, ReadError> {
        let gray = image::load_from_memory(page.png)?.into_luma8();
        let columns: Vec<GrayImage> = match page.boxes {
            [] => vec![gray],
            boxes => boxes
                .iter()
                .map(|b| imageops::crop_imm(&gray, b.x, b.y, b.w, b.h).to_image())
                .filter(|column| column.width() > 0 && column.height() > 0)
                .collect(),
        };
        let read = |column| self.read_column(&enlarged(column));
        Ok(columns.iter().map(read).collect::<Result<Vec<_>, _>>()?.join("\n"))
    }
}

/// The image some times larger, with a margin of its most usual shade.
fn enlarged(gray: &GrayImage) -> GrayImage {
    let larger = |length: u32| (f64::from(length) * ENLARGED).round() as u32;
    let (width, height) = (larger(gray.width()), larger(gray.height()));
    let large = imageops::resize(gray, width, height, imageops::FilterType::Lanczos3);
    let paper = Luma([median(gray)]);
    let mut framed = GrayImage::from_pixel(width + 2 * MARGIN, height + 2 * MARGIN, paper);
    imageops::replace(&mut framed, &large, MARGIN.into(), MARGIN.into());
    framed
}

fn median(gray: &GrayImage) -> u8 {
    let mut counts = [0_usize; 256];
    gray.pixels().for_each(|pixel| counts[usize::from(pixel.0[0])] += 1);
    let half = gray.pixels().len() / 2;
    let mut below = 0;
    let reached = |count: &usize| {
        below += count;
        below > half
    };
    counts.iter().position(reached).unwrap_or(0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_enlarged_in_a_frame_of_paper() {
        let mut page = GrayImage::from_pixel(10, 4, Luma([250]));
        page.put_pixel(3, 2, Luma([0]));
        let large = enlarged(&page);
        assert_eq!((large.width(), large.height()), (70, 52));
        assert_eq!(large.get_pixel(0, 0).0, [250]);
        assert!(large.get_pixel(MARGIN + 10, MARGIN + 7).0[0] < 60);
    }

    #[test]
    fn scripts_that_say_no_language_have_no_model() {
        assert_eq!(language_of("Latin"), Some("eng"));
        assert_eq!(language_of("Cuneiform"), None);
    }
}
