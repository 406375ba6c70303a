//! Who says what.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{As, Format, Part};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Who sets the rules. Anthropic and Google take that beside the messages, not among them.
    System,
    /// Who asks.
    User,
    /// The model.
    Assistant,
}

/// A message.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    /// Who speaks.
    pub role: Role,
    /// What is said, in order; only users show pages.
    pub parts: Vec<Part<'a>>,
}

impl Role {
    fn name(self, format: Format) -> &'static str {
        match (self, format) {
            (Self::System, _) => "system",
            (Self::User, _) => "user",
            (Self::Assistant, Format::Gemini) => "model",
            (Self::Assistant, _) => "assistant",
        }
    }
}

impl Serialize for As<'_, Message<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let As(format, message) = *self;
        let content = if format == Format::Gemini { "parts" } else { "content" };
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("role", message.role.name(format))?;
        if message.role != Role::User && format != Format::Gemini {
            // Not everyone takes rules in parts, and what a model said would need ids.
            let text = message.parts.iter().filter_map(Part::as_text).collect::<String>();
            map.serialize_entry(content, &text)?;
        } else {
            map.serialize_entry(content, &As(format, &message.parts))?;
        }
        map.end()
    }
}

impl Serialize for As<'_, Vec<Message<'_>>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.iter().map(|message| As(self.0, message)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::payload::Png;

    fn written(format: Format, role: Role) -> Value {
        let page = Part::page(Png::Held(b"PNG"), Some("high"));
        let parts = vec![page, Part::text("a"), Part::text("b")];
        serde_json::to_value(As(format, &Message { role, parts })).unwrap()
    }

    #[test]
    fn every_format_has_its_own_words() {
        assert_eq!(
            written(Format::Anthropic, Role::User),
            json!({ "role": "user", "content": [
                { "type": "image", "source": {
                    "type": "base64", "media_type": "image/png", "data": "UE5H" } },
                { "type": "text", "text": "a" },
                { "type": "text", "text": "b" },
            ]})
        );
        assert_eq!(
            written(Format::OpenaiChat, Role::User),
            json!({ "role": "user", "content": [
                { "type": "image_url", "image_url": {
                    "detail": "high", "url": "data:image/png;base64,UE5H" } },
                { "type": "text", "text": "a" },
                { "type": "text", "text": "b" },
            ]})
        );
        assert_eq!(
            written(Format::OpenaiResponses, Role::User),
            json!({ "role": "user", "content": [
                { "type": "input_image", "detail": "high",
                  "image_url": "data:image/png;base64,UE5H" },
                { "type": "input_text", "text": "a" },
                { "type": "input_text", "text": "b" },
            ]})
        );
        assert_eq!(
            written(Format::Gemini, Role::User),
            json!({ "role": "user", "parts": [
                { "inlineData": { "mimeType": "image/png", "data": "UE5H" },
                  "mediaResolution": { "level": "MEDIA_RESOLUTION_HIGH" } },
                { "text": "a" },
                { "text": "b" },
            ]})
        );
    }

    #[test]
    fn what_is_not_the_users_is_text() {
        for format in [Format::Anthropic, Format::OpenaiChat, Format::OpenaiResponses] {
            let said = json!({ "role": "assistant", "content": "ab" });
            assert_eq!(written(format, Role::Assistant), said);
        }
        assert_eq!(written(Format::Gemini, Role::Assistant)["role"], "model");
    }
}
