//! What a fade did: what each turn was, is and costs. Nothing in it depends on the time, the
//! machine, the number of threads, or what was drawn before.

use std::borrow::Cow;
use std::io::Write;

use serde::{Deserialize, Serialize};

use super::conversation::{Kept, Shape};
use crate::layout::{SourceRange, TextBox};
use crate::profile::Profile;

/// The schema that reports keep to; adding a field keeps it.
pub const SCHEMA: &str = "microfiche.fade/1";

/// The report of a fade.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FadeReport {
    /// Always `microfiche.fade/1`.
    pub schema: Cow<'static, str>,
    /// Version of the program.
    pub version: Cow<'static, str>,
    /// The conversation.
    pub conversation: Given,
    /// The model that the figures are for.
    pub model: String,
    /// Tokens that the conversation may take.
    pub budget: u64,
    /// Whether it does.
    pub fits: bool,
    /// The fewest tokens that it can take, where that is more than the budget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<u64>,
    /// How tokens were counted.
    pub counting: Counting,
    /// Tokens of the conversation as given.
    pub before: Before,
    /// Tokens of what is to be sent.
    pub after: After,
    /// Every turn, in order. Their costs are those of text and pages, to the token.
    pub turns: Vec<TurnRecord>,
    /// The tiers, from the newest turns to the oldest.
    pub tiers: Vec<TierRecord>,
    /// Every page, oldest first.
    pub pages: Vec<FadedPage>,
    /// Names of the other files.
    pub files: Vec<String>,
    /// Fields of turns that are pages now which no page draws; `recall` gives them back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undrawn_fields: Vec<String>,
    /// Fields beside the messages. They are passed on, and not counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uncounted_fields: Vec<String>,
    /// What to worry about, in sentences.
    pub warnings: Vec<String>,
}

/// The conversation as given.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Given {
    /// The path as given, `-` for standard input.
    pub path: String,
    /// Bytes.
    pub bytes: u64,
    /// BLAKE3 hash of the bytes, in hexadecimal.
    pub blake3: String,
    /// How messages are written in it.
    pub shape: Shape,
    /// Messages in it.
    pub messages: usize,
}

/// How tokens were counted: each string of a message by itself (texts, names of tools, their
/// arguments as written, results), and so many around each message.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Counting {
    /// The tokenizer.
    pub tokenizer: String,
    /// Whether text is counted as the model does.
    pub exact: bool,
    /// How far off an estimate may be, as a part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<f64>,
    /// Whether pages are counted as the model does.
    pub images_exact: bool,
    /// Tokens around each message: an estimate for every model.
    pub around_message: u64,
}

/// Tokens before.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Before {
    /// The system prompt beside the messages.
    pub system: u64,
    /// All turns.
    pub turns: u64,
    /// Both.
    pub total: u64,
}

/// Tokens after.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct After {
    /// The system prompt beside the messages.
    pub system: u64,
    /// Turns that are text.
    pub text: u64,
    /// Pages, without overhead.
    pub images: u64,
    /// What the model adds to each page.
    pub overhead: u64,
    /// Factsheets.
    pub factsheets: u64,
    /// What a reader is told about pages, and what is around the messages that hold them.
    pub frame: u64,
    /// All of these.
    pub total: u64,
}

/// A turn.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TurnRecord {
    /// From 1.
    pub number: usize,
    /// Who speaks in its messages.
    pub speakers: Vec<String>,
    /// The bytes of the conversation's file that each of its messages is, half-open.
    pub source: Vec<[usize; 2]>,
    /// Tokens as text.
    pub was: u64,
    /// What it is now.
    #[serde(flatten)]
    pub is: Form,
    /// Tokens now: of a turn on pages, its part of theirs by its bytes.
    pub costs: u64,
}

/// What a turn is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Form {
    /// Text, as it was.
    Text {
        /// Why.
        why: Kept,
    },
    /// On pages.
    Pages {
        /// Their tier.
        tier: String,
        /// Their files, in order; it is on one of them at least.
        files: Vec<String>,
    },
}

/// A tier.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TierRecord {
    /// Its name.
    pub name: String,
    /// The detail setting that its pages are to be sent with, where the model has one.
    pub detail: Option<String>,
    /// How its pages look.
    pub profile: Profile,
    /// How many there are.
    pub pages: usize,
    /// Turns on them.
    pub turns: usize,
    /// What those turns were as text, in tokens.
    pub was: u64,
    /// What the pages cost, overhead included.
    pub images: u64,
    /// What the factsheet costs.
    pub factsheet: u64,
    /// The factsheet's file, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factsheet_file: Option<String>,
}

/// A page.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FadedPage {
    /// File name: the tier, and the number of the first turn.
    pub file: String,
    /// The tier.
    pub tier: String,
    /// The first and the last turn that it was drawn with.
    pub turns: [usize; 2],
    /// Px.
    pub width: u32,
    /// Px.
    pub height: u32,
    /// What the model takes for it, without overhead.
    pub vision_tokens: u64,
    /// The text boxes (columns) in reading order.
    pub boxes: Vec<TextBox>,
    /// Bytes of messages' texts that are on it; `input` is the message in the conversation, from 0.
    pub source: Vec<SourceRange>,
    /// Size of the file; absent where nothing was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// BLAKE3 hash of the file, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blake3: Option<String>,
    /// Hash of everything that decides how it looks.
    pub key: String,
}

impl FadeReport {
    /// Writes the report as JSON text.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write(&self, mut out: impl Write) -> std::io::Result<()> {
        serde_json::to_writer_pretty(&mut out, self)?;
        out.write_all(b"\n")
    }

    /// A few lines for people.
    pub fn summary(&self) -> String {
        let about = if self.counting.exact && self.counting.images_exact { "" } else { "about " };
        let faded = |turn: &&TurnRecord| matches!(turn.is, Form::Pages { .. });
        let (turns, pages) = (self.turns.len(), self.pages.len());
        let form = match self.turns.iter().filter(faded).count() {
            0 => format!("all {turns} turns stay text"),
            faded => format!("{faded} of {turns} turns on {pages} pages"),
        };
        let mut lines = vec![format!(
            "{about}{} tokens → {about}{} for {} (budget {}): {form}",
            self.before.total, self.after.total, self.model, self.budget,
        )];
        lines.extend(self.tiers.iter().filter(|tier| tier.pages > 0).map(|tier| {
            format!(
                "{}: {} turns of {} tokens on {} pages of {}, factsheet {}",
                tier.name, tier.turns, tier.was, tier.pages, tier.images, tier.factsheet
            )
        }));
        lines.extend(self.warnings.iter().map(|warning| format!("warning: {warning}")));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::FadeReport;

    /// The schema in the repository is the one of the code. `BLESS=1 cargo test schema` writes it.
    #[test]
    fn the_schema_is_current() {
        let schema = schemars::schema_for!(FadeReport);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/memory/schema.json");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let shipped = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            shipped == text,
            "src/memory/schema.json is not current: BLESS=1 cargo test schema"
        );
    }
}
