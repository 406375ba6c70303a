//! What a message is made of.

use serde::{Serialize, Serializer};

use super::png::{Base64, Png};
use super::{As, Format};

/// A part of a message.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    /// Text.
    Text(&'a str),
    /// A page.
    Page {
        /// Its file.
        png: Png<'a>,
        /// The detail that the model is to look at it with, by its name in the table of models.
        /// Where the interface has no such setting for a part, it is not written.
        detail: Option<&'a str>,
        /// Whether a cache is to keep everything up to here, where that can be asked for.
        cached: bool,
    },
}

impl<'a> Part<'a> {
    /// A text.
    pub fn text(text: &'a str) -> Self {
        Self::Text(text)
    }

    /// A page at a detail.
    pub fn page(png: Png<'a>, detail: Option<&'a str>) -> Self {
        Self::Page { png, detail, cached: false }
    }

    /// The text of one that is text.
    pub fn as_text(&self) -> Option<&'a str> {
        match *self {
            Self::Text(text) => Some(text),
            Self::Page { .. } => None,
        }
    }
}

impl Serialize for As<'_, Part<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self.1 {
            Part::Text(text) => match self.0 {
                Format::Anthropic | Format::OpenaiChat => {
                    Tagged::Text { text }.serialize(serializer)
                }
                Format::OpenaiResponses => Tagged::InputText { text }.serialize(serializer),
                Format::Gemini => GeminiText { text }.serialize(serializer),
            },
            Part::Page { png, detail, cached } => {
                let detail = detail.and_then(|detail| self.0.detail(detail));
                let data = Base64 { before: "", png };
                let url = Base64 { before: "data:image/png;base64,", png };
                match self.0 {
                    Format::Anthropic => Tagged::Image {
                        source: Source { kind: "base64", media_type: "image/png", data },
                        cache_control: cached.then_some(CacheControl { kind: "ephemeral" }),
                    }
                    .serialize(serializer),
                    Format::OpenaiChat => Tagged::ImageUrl { image_url: ImageUrl { detail, url } }
                        .serialize(serializer),
                    Format::OpenaiResponses => {
                        let detail = detail.unwrap_or("auto");
                        Tagged::InputImage { detail, image_url: url }.serialize(serializer)
                    }
                    Format::Gemini => GeminiPage {
                        media_resolution: detail.map(|level| Level { level }),
                        inline_data: Blob { mime_type: "image/png", data },
                    }
                    .serialize(serializer),
                }
            }
        }
    }
}

impl Serialize for As<'_, Vec<Part<'_>>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.iter().map(|part| As(self.0, part)))
    }
}

/// Parts that say what they are.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Tagged<'a> {
    Text {
        text: &'a str,
    },
    InputText {
        text: &'a str,
    },
    Image {
        source: Source<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    ImageUrl {
        image_url: ImageUrl<'a>,
    },
    InputImage {
        detail: &'a str,
        image_url: Base64<'a>,
    },
}

#[derive(Serialize)]
struct Source<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    media_type: &'static str,
    data: Base64<'a>,
}

#[derive(Serialize)]
struct CacheControl {
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct ImageUrl<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'static str>,
    url: Base64<'a>,
}

#[derive(Serialize)]
struct GeminiText<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GeminiPage<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    media_resolution: Option<Level>,
    inline_data: Blob<'a>,
}

#[derive(Serialize)]
struct Level {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Blob<'a> {
    mime_type: &'static str,
    data: Base64<'a>,
}
