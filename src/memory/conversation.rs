//! A conversation as it was given, and its turns.
//!
//! A turn is a message; a message with tool calls is one turn with the messages that answer them.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::message::{Message, Part};
use super::written::Written;
use crate::error::{Error, Result};
use crate::tokens::models::Model;
use crate::tokens::text::TokenCounter;

/// Tokens taken for what an interface writes around each message: who speaks, where it ends. An
/// estimate: OpenAI's of its own chat models.
pub const AROUND_MESSAGE: u64 = 4;

/// How messages are written in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// A JSON array of messages.
    #[default]
    Array,
    /// A message a line.
    Lines,
    /// A JSON object with `messages`, and perhaps `system`.
    Object,
}

/// A conversation.
#[derive(Debug)]
pub struct Conversation {
    text: String,
    shape: Shape,
    messages: Vec<Message>,
    /// Bytes and text of a system prompt that stands beside the messages.
    system: Option<(Range<usize>, Message)>,
    /// Name and bytes of what else stands beside the messages.
    beside: Vec<(String, Range<usize>)>,
}

/// A turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Its messages, by index.
    pub messages: Range<usize>,
    /// What it costs as text.
    pub tokens: u64,
    /// Why it never fades, if it does not.
    pub kept: Option<Kept>,
}

/// Why a turn stays text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// A system prompt.
    System,
    /// It is pinned.
    Pinned,
    /// It has an image, or something else that cannot be drawn as text.
    Undrawable,
    /// A tool was called and has not answered.
    Unanswered,
    /// It is one of the newest, or the budget has room for it.
    Recent,
    /// It has nothing to draw, or would cost no less as a page.
    Cheaper,
}

impl Conversation {
    /// Reads a conversation; `name` is what messages call it.
    ///
    /// # Errors
    /// [`Error::Chat`] that names the line or the message.
    pub fn read(name: &str, bytes: Vec<u8>) -> Result<Self> {
        let wrong = |(place, reason)| Error::Chat { path: name.to_owned(), place, reason };
        let text = String::from_utf8(bytes).map_err(|error| {
            let place = format!("byte {}", error.utf8_error().valid_up_to());
            wrong((place, "not valid UTF-8, as JSON must be".to_owned()))
        })?;
        let text = match text.strip_prefix('\u{FEFF}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        let written = Written::find(&text).map_err(wrong)?;
        let mut messages = Vec::new();
        for (place, json) in written.messages {
            let message = Message::read(json.get(), range(&text, json).start);
            messages.push(message.map_err(|reason| wrong((place, reason)))?);
        }
        if messages.is_empty() {
            return Err(wrong(("the file".to_owned(), "it has no messages".to_owned())));
        }
        let system = written.system.map(|json| {
            // Read as a message of that role, wherever it stands.
            let message = format!(r#"{{"role":"system","content":{}}}"#, json.get());
            Message::read(&message, 0).map(|message| (range(&text, json), message))
        });
        let system = system.transpose().map_err(|reason| wrong(("system".to_owned(), reason)))?;
        let beside = written.beside.into_iter().map(|(name, json)| (name, range(&text, json)));
        let (shape, beside) = (written.shape, beside.collect());
        Ok(Self { shape, messages, system, beside, text })
    }

    /// The file's text, without a byte order mark. Ranges count its bytes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the messages are written.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The messages, in order.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// A message as written.
    pub fn json(&self, message: &Message) -> &str {
        &self.text[message.source.clone()]
    }

    /// The system prompt beside the messages: its JSON, and read as a message.
    pub fn system(&self) -> Option<(&str, &Message)> {
        self.system.as_ref().map(|(at, message)| (&self.text[at.clone()], message))
    }

    /// What else stands beside the messages: names and JSON.
    pub fn beside(&self) -> impl Iterator<Item = (&str, &str)> {
        self.beside.iter().map(|(name, at)| (name.as_str(), &self.text[at.clone()]))
    }

    /// The turns in order, numbered from 1 by everyone else; `pins` are numbers.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a pin without a turn.
    pub fn turns(
        &self,
        pins: &[usize],
        model: &Model,
        counter: &dyn TokenCounter,
    ) -> Result<Vec<Turn>> {
        let groups = self.groups();
        if let Some(pin) = pins.iter().find(|&&pin| pin == 0 || pin > groups.len()) {
            let turns = groups.len();
            return Err(Error::OutOfRange(format!(
                "there is no turn {pin}: turns are 1 to {turns}"
            )));
        }
        let turns = groups.into_iter().zip(1..).map(|((messages, answered), number)| {
            let of_turn = &self.messages[messages.clone()];
            let tokens = of_turn.iter().map(|message| cost(message, model, counter)).sum();
            let undrawable = |part: &Part| matches!(part, Part::Image(_) | Part::Other(..));
            let kept = if of_turn[0].is_system() {
                Some(Kept::System)
            } else if pins.contains(&number) || of_turn.iter().any(|message| message.pinned) {
                Some(Kept::Pinned)
            } else if of_turn.iter().flat_map(|message| &message.parts).any(undrawable) {
                Some(Kept::Undrawable)
            } else {
                (!answered).then_some(Kept::Unanswered)
            };
            Turn { messages, tokens, kept }
        });
        Ok(turns.collect())
    }

    /// The messages of each turn, and whether every call in it is answered.
    pub fn groups(&self) -> Vec<(Range<usize>, bool)> {
        let mut groups: Vec<(Range<usize>, bool)> = Vec::new();
        let mut open: Vec<Option<&str>> = Vec::new();
        for (message, index) in self.messages.iter().zip(0..) {
            let mut answers = false;
            for id in message.results() {
                if let Some(at) = open.iter().position(|&call| call == id) {
                    open.remove(at);
                    answers = true;
                }
            }
            let calls = message.calls().next().is_some();
            match groups.last_mut().filter(|_| answers && !calls) {
                Some((turn, answered)) => {
                    turn.end = index + 1;
                    *answered = open.is_empty();
                }
                None => {
                    open = message.calls().collect();
                    groups.push((index..index + 1, open.is_empty()));
                }
            }
        }
        groups
    }
}

/// What a message costs as text: its strings, each counted by itself, its images, and what the
/// interface writes around it.
pub(super) fn cost(message: &Message, model: &Model, counter: &dyn TokenCounter) -> u64 {
    let text: u64 = message.counted().map(|text| counter.count(text)).sum();
    let image = |part: &Part| match part {
        Part::Image(Some((w, h))) => {
            model.count(None, *w, *h).map_or(0, |count| count.tokens) + model.tokens_around_image()
        }
        _ => 0,
    };
    text + message.parts.iter().map(image).sum::<u64>() + AROUND_MESSAGE
}

/// Where a value stands in the text that it was read from.
fn range(text: &str, value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr() as usize - text.as_ptr() as usize;
    start..start + value.get().len()
}
