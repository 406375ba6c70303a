//! A message of a conversation, in the words of any of the formats that are read.

use std::ops::Range;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::value::RawValue;

use super::fields::Fields;
use crate::payload::Format;

/// Fields of a message that are understood; `pinned` is of our own.
const OF_MESSAGES: &[&str] =
    &["role", "content", "tool_calls", "function_call", "tool_call_id", "name", "pinned"];

/// Bytes of a role; it heads what is said on a page.
const LONGEST_ROLE: usize = 64;

/// A message as it was read.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its bytes in the conversation's file.
    pub source: Range<usize>,
    /// Who speaks, as written.
    pub role: String,
    /// What is said, in order.
    pub parts: Vec<Part>,
    /// Whether a field says that it is pinned.
    pub pinned: bool,
    /// Names of fields that say something which no page draws.
    pub unfamiliar: Vec<String>,
    /// The one format that has these words; `None`: every format has.
    pub(super) words: Option<Format>,
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text.
    Text(String),
    /// The model calls a tool.
    Call {
        /// What the result will refer to.
        id: Option<String>,
        /// The tool.
        name: String,
        /// Its arguments: JSON as written.
        arguments: String,
    },
    /// What a tool answered.
    Result {
        /// The call.
        id: Option<String>,
        /// The answer.
        text: String,
    },
    /// An image: its size in px, where its bytes are there and can be read.
    Image(Option<(u32, u32)>),
    /// Anything else: what it calls itself, and its JSON.
    Other(String, String),
}

impl Message {
    /// Reads a message from its JSON, which stands in the file at `start`.
    pub(super) fn read(json: &str, start: usize) -> Result<Self, String> {
        let fields: Fields =
            serde_json::from_str(json).map_err(|error| format!("not a message: {error}"))?;
        let role = fields.text("role")?.ok_or("it has no role")?;
        let mut message = Self {
            source: start..start + json.len(),
            role,
            parts: Vec::new(),
            pinned: fields.get("pinned").is_some_and(|value| value.get() == "true"),
            unfamiliar: fields.beside(OF_MESSAGES).map(str::to_owned).collect(),
            words: None,
        };
        if message.role.len() > LONGEST_ROLE {
            return Err("its role is too long for one".to_owned());
        }
        if fields.get("content").is_none() && !fields.iter().any(|(name, _)| name == "content") {
            let calls = ["tool_calls", "function_call"];
            if !calls.iter().any(|name| fields.get(name).is_some()) {
                return Err("it has no content".to_owned());
            }
        }
        let mut said = Vec::new();
        if let Some(content) = fields.get("content") {
            message.content(content, &mut said)?;
        }
        if matches!(message.role.as_str(), "tool" | "function") {
            message.words = Some(Format::OpenaiChat);
            let id = fields.text("tool_call_id")?.or(fields.text("name")?);
            said = answers(said, id.as_ref());
        }
        message.parts = said;
        if ["tool_calls", "function_call"].iter().any(|name| fields.get(name).is_some()) {
            message.words = Some(Format::OpenaiChat);
        }
        if let Some(calls) = fields.get("tool_calls") {
            let calls: Vec<Fields> = serde_json::from_str(calls.get())
                .map_err(|_| "its tool_calls are not a list of objects".to_owned())?;
            for call in calls {
                let part = message.openai_call(&call)?;
                message.parts.push(part);
            }
        }
        if let Some(call) = fields.get("function_call") {
            let call: Fields = serde_json::from_str(call.get())
                .map_err(|_| "its function_call is not an object".to_owned())?;
            let mut part = function(&call)?;
            // Its result refers to the function by name.
            if let Part::Call { id, name, .. } = &mut part {
                *id = Some(name.clone());
            }
            message.parts.push(part);
        }
        Ok(message)
    }

    /// Takes a content: text, or a list of blocks.
    fn content(&mut self, content: &RawValue, parts: &mut Vec<Part>) -> Result<(), String> {
        let json = content.get();
        if let Ok(text) = serde_json::from_str::<String>(json) {
            parts.push(Part::Text(text));
            return Ok(());
        }
        let blocks: Vec<&RawValue> = serde_json::from_str(json)
            .map_err(|_| "its content is neither text nor a list of blocks".to_owned())?;
        blocks.into_iter().try_for_each(|block| self.block(block, parts))
    }

    /// Takes a block of a content.
    fn block(&mut self, block: &RawValue, parts: &mut Vec<Part>) -> Result<(), String> {
        if let Ok(text) = serde_json::from_str::<String>(block.get()) {
            parts.push(Part::Text(text));
            return Ok(());
        }
        let fields: Fields = serde_json::from_str(block.get())
            .map_err(|error| format!("a block of its content: {error}"))?;
        let kind = fields.text("type")?.ok_or("a block of its content has no type")?;
        let mut known = vec!["type"];
        match kind.as_str() {
            "tool_use" | "tool_result" | "image" | "thinking" => {
                self.words = Some(Format::Anthropic)
            }
            "image_url" => self.words = Some(Format::OpenaiChat),
            "input_text" | "output_text" | "input_image" => {
                self.words = Some(Format::OpenaiResponses);
            }
            _ => {}
        }
        match kind.as_str() {
            "text" | "input_text" | "output_text" | "refusal" | "thinking" => {
                let field = match kind.as_str() {
                    "refusal" | "thinking" => kind.as_str(),
                    _ => "text",
                };
                let text = fields.text(field)?.ok_or(format!("a block {kind} has no {field}"))?;
                parts.push(Part::Text(text));
                known.push(field);
            }
            "tool_use" => {
                parts.push(Part::Call {
                    id: fields.text("id")?,
                    name: fields.text("name")?.ok_or("a tool_use has no name")?,
                    arguments: fields.get("input").map_or("{}", RawValue::get).to_owned(),
                });
                known.extend(["id", "name", "input"]);
            }
            "tool_result" => {
                let id = fields.text("tool_use_id")?;
                let mut said = Vec::new();
                if let Some(content) = fields.get("content") {
                    self.content(content, &mut said)?;
                }
                parts.extend(answers(said, id.as_ref()));
                known.extend(["tool_use_id", "content"]);
            }
            "image" | "image_url" | "input_image" => {
                parts.push(Part::Image(image_size(&fields)));
                return Ok(());
            }
            _ => {
                parts.push(Part::Other(kind, block.get().to_owned()));
                return Ok(());
            }
        }
        for name in fields.beside(&known) {
            self.unfamiliar.push(format!("{kind}.{name}"));
        }
        Ok(())
    }

    /// A call in OpenAI's words.
    fn openai_call(&mut self, call: &Fields) -> Result<Part, String> {
        for name in call.beside(&["id", "type", "function", "index"]) {
            self.unfamiliar.push(format!("tool_calls.{name}"));
        }
        let Some(function_json) = call.get("function") else {
            return Err("a tool call has no function".to_owned());
        };
        let fields: Fields = serde_json::from_str(function_json.get())
            .map_err(|_| "the function of a tool call is not an object".to_owned())?;
        let mut part = function(&fields)?;
        if let Part::Call { id, .. } = &mut part {
            *id = call.text("id")?;
        }
        Ok(part)
    }

    /// What a page draws of it, and what is searched.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for part in &self.parts {
            if !text.is_empty() {
                text.push('\n');
            }
            match part {
                Part::Text(said) | Part::Result { text: said, .. } => text.push_str(said),
                Part::Call { name, arguments, .. } => {
                    text.push_str(&format!("call {name} {arguments}"));
                }
                Part::Image(_) => text.push_str("[image]"),
                Part::Other(kind, _) => text.push_str(&format!("[{kind}]")),
            }
        }
        text
    }

    /// Who speaks, for people: a message of results alone is the tool's.
    pub fn speaker(&self) -> &str {
        let result = |part: &Part| matches!(part, Part::Result { .. });
        if !self.parts.is_empty() && self.parts.iter().all(result) { "tool" } else { &self.role }
    }

    /// Whether it sets the rules.
    pub(super) fn is_system(&self) -> bool {
        matches!(self.role.as_str(), "system" | "developer")
    }

    /// The ids of its calls, those without one included.
    pub(super) fn calls(&self) -> impl Iterator<Item = Option<&str>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Call { id, .. } => Some(id.as_deref()),
            _ => None,
        })
    }

    /// The ids of the calls that it answers.
    pub(super) fn results(&self) -> impl Iterator<Item = Option<&str>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Result { id, .. } => Some(id.as_deref()),
            _ => None,
        })
    }

    /// The strings that are counted, each by itself.
    pub(super) fn counted(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flat_map(|part| match part {
            Part::Text(text) | Part::Result { text, .. } => [text.as_str(), ""],
            Part::Call { name, arguments, .. } => [name.as_str(), arguments.as_str()],
            Part::Image(_) => ["", ""],
            Part::Other(_, json) => [json.as_str(), ""],
        })
    }
}

/// What a tool said, as answers to a call.
fn answers(said: Vec<Part>, id: Option<&String>) -> Vec<Part> {
    let answer = |part| match part {
        Part::Text(text) => Part::Result { id: id.cloned(), text },
        other => other,
    };
    let mut parts: Vec<Part> = said.into_iter().map(answer).collect();
    if !parts.iter().any(|part| matches!(part, Part::Result { .. })) {
        parts.push(Part::Result { id: id.cloned(), text: String::new() });
    }
    parts
}

/// A function's name and arguments, in OpenAI's words.
fn function(fields: &Fields) -> Result<Part, String> {
    Ok(Part::Call {
        id: None,
        name: fields.text("name")?.ok_or("a function that is called has no name")?,
        arguments: fields.text("arguments")?.unwrap_or_default(),
    })
}

/// The size of an image whose bytes are in its block, in any of the formats' words.
fn image_size(block: &Fields) -> Option<(u32, u32)> {
    let within =
        |name: &str| -> Option<Fields<'_>> { serde_json::from_str(block.get(name)?.get()).ok() };
    let data = within("source").and_then(|source| source.text("data").ok()?);
    let url = || within("image_url").and_then(|image| image.text("url").ok()?);
    let plain = || block.text("image_url").ok().flatten();
    let data = data.or_else(url).or_else(plain)?;
    let data = data.rsplit_once("base64,").map_or(data.as_str(), |(_, data)| data);
    let bytes = BASE64_STANDARD.decode(data).ok()?;
    let reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().ok()?;
    reader.into_dimensions().ok()
}
