//! The report: what the pages cost, what they hold, and where on the source each came from.
//!
//! Nothing in it depends on the time, the machine or the number of threads.

mod build;
mod facts;
pub mod gate;
mod healing;
mod payload;
mod secrets;
mod warnings;

use std::borrow::Cow;
use std::io::Write;

use serde::{Deserialize, Serialize};

pub use build::{Beside, Builder, Draft, Target, Wanted};
pub use facts::{Fact, Factsheet};
pub use healing::{Ended, Healing, Letters, Span, Standing, Try};
pub use payload::{Payload, Sent};
pub use secrets::{SecretPlace, SecretRecord};

use crate::compress::{Redraw, Redrawn};
use crate::layout::{SourceRange, TextBox};
use crate::profile::Profile;
use crate::source::{Input, Skipped};
use crate::text::{Counted, Dropped};

/// The schema that reports keep to; adding a field keeps it.
pub const SCHEMA: &str = "microfiche.report/1";

/// A compression report.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    /// Always `microfiche.report/1`.
    pub schema: Cow<'static, str>,
    /// Version of the program.
    pub version: Cow<'static, str>,
    /// The inputs, in order.
    pub inputs: Vec<Input>,
    /// Whether a drawn line with its name is before each input.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub headings: bool,
    /// Every setting after defaults.
    pub profile: Profile,
    /// The profiles of pages that were drawn again, which [`PageRecord::redrawn`] names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks: Vec<Profile>,
    /// Px of all pages ÷ source characters, each run of white space counted as one.
    pub px_per_char: f64,
    /// Px of all pages ÷ source characters.
    pub px_per_source_char: f64,
    /// Names of the files beside the pages; absent from an estimate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Whether every page was read back from its file by the atlas and holds its text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub checked: bool,
    /// The pages, in order. Their `source` ranges are every byte of every input exactly once.
    pub pages: Vec<PageRecord>,
    /// The model that the figures are for.
    pub model: String,
    /// The detail setting that the pages are to be sent with, where the model has one.
    pub detail: Option<String>,
    /// The text as text; null when tokens were not counted.
    pub text: Option<TextCost>,
    /// The text as pages.
    pub image: ImageCost,
    /// What is sent beside the pages.
    pub sidecar: Sidecar,
    /// Text tokens ÷ tokens of everything sent in their place.
    pub ratio: Option<f64>,
    /// Text tokens less the tokens of everything sent in their place.
    pub saved_tokens: Option<i64>,
    /// The same in US dollars, at the model's price for input.
    pub saved_usd: Option<f64>,
    /// The same figures a model: the chosen one, or all for a comparison.
    pub models: Vec<ModelCost>,
    /// Characters that no face has, drawn as boxes with their code point.
    pub missing: Vec<Counted>,
    /// Characters drawn as boxes by rule: control characters, and signs that serve as marks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub boxed: Vec<Counted>,
    /// Source characters that are on no page, by kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_drawn: Vec<Dropped>,
    /// The exact strings that go along as text; absent where none were looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factsheet: Option<Factsheet>,
    /// Keys and credentials by kind, where there are any: their places, not their values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<SecretRecord>,
    /// The times that pages were drawn again for a reader, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub healing: Vec<Healing>,
    /// Invalid byte sequences drawn as U+FFFD, with lossy reading.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub replacements: u64,
    /// Files of folders that were left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
    /// The requests that were written; absent where none were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Payload>,
    /// What to worry about, in sentences.
    pub warnings: Vec<String>,
}

/// A page in the report.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PageRecord {
    /// File name; absent from an estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Px.
    pub width: u32,
    /// Px.
    pub height: u32,
    /// Size of the file; absent from an estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// BLAKE3 hash of the file, in hexadecimal; absent from an estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blake3: Option<String>,
    /// Source characters on the page.
    pub chars: u64,
    /// Characters on it that no face has.
    pub missing: u64,
    /// What the model takes for it, without overhead.
    pub vision_tokens: u64,
    /// The text boxes (columns) in reading order.
    pub boxes: Vec<TextBox>,
    /// The bytes of the inputs that are on it.
    pub source: Vec<SourceRange>,
    /// BLAKE3 hash of these bytes, one range after the other, in hexadecimal.
    #[serde(default)]
    pub source_blake3: String,
    /// What is drawn again on it, where it is not drawn with the run's own profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redrawn: Option<Redrawn>,
}

/// Tokens of the text as text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TextCost {
    /// Tokens.
    pub tokens: u64,
    /// The tokenizer that counted.
    pub tokenizer: String,
    /// Whether the count is exact.
    pub exact: bool,
    /// How far an estimate may be off, and why it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Tokens of the pages.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ImageCost {
    /// Vision tokens of all pages, without overhead.
    pub tokens: u64,
    /// What the model adds for each image, in all.
    pub overhead: u64,
    /// Whether the count is exact.
    pub exact: bool,
    /// Whether the model changes a page's size on arrival; shrinking destroys small letters.
    pub resized: bool,
    /// How far an estimate may be off, and why it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Tokens of what is sent beside the pages, with each request anew; 0 where tokens are not counted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sidecar {
    /// Exact strings that ride along as text.
    pub factsheet_tokens: u64,
    /// The prompt that explains the pages.
    pub prompt_tokens: u64,
}

/// One model's figures.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ModelCost {
    /// The model.
    pub id: String,
    /// Its detail setting.
    pub detail: Option<String>,
    /// Tokens of the text as text; null when they were not counted.
    pub text_tokens: Option<u64>,
    /// Tokens of everything sent in its place.
    pub image_tokens: Option<u64>,
    /// The one ÷ the other.
    pub ratio: Option<f64>,
    /// Dollars for the text, where the price is known.
    pub usd_text: Option<f64>,
    /// Dollars for what is sent in its place.
    pub usd_image: Option<f64>,
    /// Whether both counts are exact.
    pub exact: bool,
    /// Whether the pages keep to the limits of one request.
    pub fits: bool,
    /// What to know about the figures.
    pub note: String,
}

impl Report {
    /// The pages that are drawn again, and how.
    pub fn redraw(&self) -> Redraw {
        let of = self.pages.iter().filter_map(|page| page.redrawn);
        let pages = of.map(|redrawn| (redrawn.page, redrawn.look)).collect();
        Redraw { looks: self.looks.clone(), pages }
    }

    /// The number that each page had when nothing was drawn again yet, from 1. Several have the
    /// same where one became several.
    pub fn numbers(&self) -> Vec<usize> {
        let number = |last: &mut usize, page: &PageRecord| {
            *last = page.redrawn.map_or(*last + 1, |redrawn| redrawn.page);
            Some(*last)
        };
        self.pages.iter().scan(0, number).collect()
    }

    /// The profile of a page of it.
    pub fn profile_of(&self, page: &PageRecord) -> &Profile {
        let look = page.redrawn.and_then(|redrawn| self.looks.get(redrawn.look));
        look.unwrap_or(&self.profile)
    }

    /// Writes the report as JSON text, bit by bit.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write(&self, mut out: impl Write) -> std::io::Result<()> {
        serde_json::to_writer_pretty(&mut out, self)?;
        out.write_all(b"\n")?;
        out.flush()
    }

    /// How a factsheet is to go on with what a reader could not read; what it lists is left out.
    pub(crate) fn hard_to_read(&self, spans: &[Span], factsheet: &str) -> String {
        let map = facts::PageMap::new(&self.pages);
        healing::section(spans, factsheet, |range| map.page(range.input, range.start))
    }

    /// The models side by side, as a table for people.
    pub fn comparison(&self) -> String {
        let width = self.models.iter().map(|model| model.id.len()).max().unwrap_or(0);
        let figure = |figure: Option<String>| figure.unwrap_or_else(|| "-".to_owned());
        let mut out = format!(
            "{:<width$} {:>10} {:>10} {:>7} {:>10} {:>10}  NOTE\n",
            "MODEL", "TEXT", "PAGES", "RATIO", "$ TEXT", "$ PAGES"
        );
        for model in &self.models {
            let about = if model.exact { "" } else { "~" };
            let fits = if model.fits { "" } else { "does not fit one request" };
            let line = format!(
                "{:<width$} {:>10} {:>10} {:>7} {:>10} {:>10}  {fits}",
                model.id,
                figure(model.text_tokens.map(|tokens| format!("{about}{tokens}"))),
                figure(model.image_tokens.map(|tokens| tokens.to_string())),
                figure(model.ratio.map(|ratio| format!("{ratio:.2}"))),
                figure(model.usd_text.map(|usd| format!("{usd:.4}"))),
                figure(model.usd_image.map(|usd| format!("{usd:.4}"))),
            );
            out += line.trim_end();
            out.push('\n');
        }
        out
    }

    /// A few lines for people: pages, tokens, ratio, what to worry about.
    pub fn summary(&self) -> String {
        let pages = self.pages.len();
        let first = self.pages.first().map_or((0, 0), |page| (page.width, page.height));
        let plural = if pages == 1 { "" } else { "s" };
        let mut lines = vec![format!("{pages} page{plural} of {}x{} px", first.0, first.1)];
        let about = |exact: bool| if exact { "" } else { "about " };
        let sent = self.models[0].image_tokens.unwrap_or(0);
        let for_model = format!("for {}", self.model);
        lines.push(match (&self.text, self.ratio) {
            (Some(text), Some(ratio)) => format!(
                "{}{} text tokens → {}{} image tokens {for_model}: ratio {ratio}",
                about(text.exact),
                text.tokens,
                about(self.image.exact),
                sent,
            ),
            _ => format!("{}{sent} image tokens {for_model}", about(self.image.exact)),
        });
        lines.extend(self.payload.as_ref().map(ToString::to_string));
        lines.extend(self.warnings.iter().map(|warning| format!("warning: {warning}")));
        lines.join("\n")
    }
}

/// Rounds a figure to so many places, so that reports stay readable.
fn rounded(value: f64, places: i32) -> f64 {
    let scale = f64::from(10_u32.pow(places.unsigned_abs()));
    (value * scale).round() / scale
}

// `skip_serializing_if` passes a reference.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde decides the signature")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use super::Report;

    /// The schema in the repository is the one of the code. `BLESS=1 cargo test schema` writes it.
    #[test]
    fn the_schema_is_current() {
        let schema = schemars::schema_for!(Report);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/schema.json");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let shipped = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            shipped == text,
            "src/report/schema.json is not current: BLESS=1 cargo test schema"
        );
    }
}
