//! A whole request.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::format::ULTRA_HIGH;
use super::{As, Format, Message, Part, Role};
use crate::tokens::models::Model;

/// Tokens of the answer where an interface must be told and nobody says: what every model can.
pub const ANSWER: u32 = 4096;

/// The detail that is a setting of the request: Model Studio's `vl_high_resolution_images`.
const HIGH_RESOLUTION: &str = "high_resolution";

/// The body of a request.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The model that it is for.
    pub model: &'a Model,
    /// What the interface calls that model. Google has it in the address, not in the body.
    pub name: &'a str,
    /// The rules for the whole conversation.
    pub system: Option<&'a str>,
    /// Most tokens of the answer; where an interface must be told, [`ANSWER`] stands for `None`.
    pub max_tokens: Option<u32>,
    /// The detail for all pages, by its name in the table of models. It is written where it can be
    /// a setting of the request.
    pub detail: Option<&'a str>,
    /// The conversation.
    pub messages: Vec<Message<'a>>,
}

/// Members of a request that do not change with the pages come first, so that those of a longer
/// text begin with the same bytes.
impl Serialize for As<'_, Request<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let As(format, request) = *self;
        let mut body = Body(serializer.serialize_map(None)?);
        match format {
            Format::Anthropic => {
                body.member("model", request.name)?;
                body.member("max_tokens", &request.max_tokens.unwrap_or(ANSWER))?;
                body.given("system", request.system)?;
                body.member("messages", &As(format, &request.messages))?;
            }
            Format::OpenaiChat => {
                let openai = request.model.vendor == "openai";
                body.member("model", request.name)?;
                let most = if openai { "max_completion_tokens" } else { "max_tokens" };
                body.given(most, request.max_tokens)?;
                let high = request.detail.filter(|detail| *detail == HIGH_RESOLUTION);
                body.given("vl_high_resolution_images", high.map(|_| true))?;
                let system = request
                    .system
                    .map(|text| Message { role: Role::System, parts: vec![Part::text(text)] });
                let messages: Vec<Message> =
                    system.into_iter().chain(request.messages.iter().cloned()).collect();
                body.member("messages", &As(format, &messages))?;
            }
            Format::OpenaiResponses => {
                body.member("model", request.name)?;
                body.given("max_output_tokens", request.max_tokens)?;
                body.given("instructions", request.system)?;
                body.member("input", &As(format, &request.messages))?;
            }
            Format::Gemini => {
                let system = request.system.map(|text| Instruction { parts: [Text { text }] });
                body.given("systemInstruction", system)?;
                let detail = request.detail.filter(|detail| *detail != ULTRA_HIGH);
                let config = GenerationConfig {
                    max_output_tokens: request.max_tokens,
                    media_resolution: detail.and_then(|detail| format.detail(detail)),
                };
                body.given("generationConfig", config.says_something().then_some(config))?;
                body.member("contents", &As(format, &request.messages))?;
            }
        }
        body.0.end()
    }
}

/// A JSON object in the making.
struct Body<M>(M);

impl<M: SerializeMap> Body<M> {
    fn member<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), M::Error> {
        self.0.serialize_entry(key, value)
    }

    fn given<T: Serialize>(&mut self, key: &str, value: Option<T>) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.member(key, &value))
    }
}

#[derive(Serialize)]
struct Instruction<'a> {
    parts: [Text<'a>; 1],
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GenerationConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_resolution: Option<&'static str>,
}

impl GenerationConfig {
    fn says_something(&self) -> bool {
        self.max_output_tokens.is_some() || self.media_resolution.is_some()
    }
}
