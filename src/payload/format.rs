//! The forms that requests have.

use std::fmt;
use std::str::FromStr;

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
    /// The format of a vendor's own interface, by its name in the table of models.
    pub fn of_vendor(vendor: &str) -> Self {
        match vendor {
            "anthropic" => Self::Anthropic,
            "openai" => Self::OpenaiResponses,
            "google" => Self::Gemini,
            _ => Self::OpenaiChat,
        }
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
                ("ultra_high", "MEDIA_RESOLUTION_ULTRA_HIGH"),
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
