//! The forms that requests have.

use std::fmt;
use std::str::FromStr;

/// Google's level of detail that pages can have, but not a whole request.
pub(super) const ULTRA_HIGH: &str = "ultra_high";

/// The interface that a request is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Anthropic's Messages.
    Anthropic,
    /// OpenAI's Chat Completions, which most others take too.
    OpenaiChat,
    /// OpenAI's Responses.
    OpenaiResponses,
    /// Google's generateContent.
    Gemini,
}

/// Something as a format writes it: `As(Format::Gemini, &message)` is to be serialised.
#[derive(Debug, Clone, Copy)]
pub struct As<'a, T>(pub Format, pub &'a T);

impl Format {
    /// The format for a vendor's models, by the vendor's name in the table of models: its own, or
    /// Chat Completions.
    pub fn of_vendor(vendor: &str) -> Self {
        match vendor {
            "anthropic" => Self::Anthropic,
            "google" => Self::Gemini,
            _ => Self::OpenaiChat,
        }
    }

    /// Whether the format is the vendor's own.
    pub fn is_of(self, vendor: &str) -> bool {
        match self {
            Self::Anthropic => vendor == "anthropic",
            Self::OpenaiChat | Self::OpenaiResponses => vendor == "openai",
            Self::Gemini => vendor == "google",
        }
    }

    /// Whether somebody serves the vendor's models in this format. Chat Completions are spoken for
    /// all; the models of the three vendors that have formats of their own are in no other, and
    /// those of everyone else not in Google's.
    pub fn serves(self, vendor: &str) -> bool {
        let owned = matches!(vendor, "anthropic" | "openai" | "google");
        self.is_of(vendor) || self == Self::OpenaiChat || !(owned || self == Self::Gemini)
    }

    /// What a detail of the table of models is called by the interface; `None` where it has no such
    /// setting, and the model's own way is all there is.
    pub(super) fn detail(self, detail: &str) -> Option<&'static str> {
        let names: &[(&str, &str)] = match self {
            Self::Anthropic => &[],
            Self::OpenaiChat | Self::OpenaiResponses => {
                &[("auto", "auto"), ("low", "low"), ("high", "high"), ("original", "original")]
            }
            Self::Gemini => &[
                ("low", "MEDIA_RESOLUTION_LOW"),
                ("medium", "MEDIA_RESOLUTION_MEDIUM"),
                ("high", "MEDIA_RESOLUTION_HIGH"),
                (ULTRA_HIGH, "MEDIA_RESOLUTION_ULTRA_HIGH"),
            ],
        };
        names.iter().find(|(ours, _)| ours.eq_ignore_ascii_case(detail)).map(|&(_, theirs)| theirs)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "anthropic" => Ok(Self::Anthropic),
            "openai-chat" => Ok(Self::OpenaiChat),
            "openai-responses" => Ok(Self::OpenaiResponses),
            "gemini" => Ok(Self::Gemini),
            _ => {
                Err(format!("{word:?} is none of anthropic, openai-chat, openai-responses, gemini"))
            }
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anthropic => "anthropic",
            Self::OpenaiChat => "openai-chat",
            Self::OpenaiResponses => "openai-responses",
            Self::Gemini => "gemini",
        })
    }
}
