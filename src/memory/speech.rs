//! The new list of messages: turns as they were, and messages of pages in between.

use std::ops::Range;

use serde::Serialize;
use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};

use super::conversation::{Conversation, Shape};
use super::fields::Fields;
use super::message::Message;

/// Name of the new list of messages in its folder.
pub const MESSAGES: &str = "messages.json";

/// A part of the new list of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speech {
    /// A turn as it was: its messages, by index.
    Turn(Range<usize>),
    /// A message of pages and texts.
    Pages(Vec<Piece>),
}

/// A part of a message of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text.
    Text(String),
    /// A page.
    Page {
        /// Its file.
        file: String,
        /// The detail setting that it is sent with.
        detail: Option<String>,
    },
}

/// The new list as it is kept beside the pages: turns as they were written, pages by the names of
/// their files.
pub fn messages_json(conversation: &Conversation, said: &[Speech]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => json!({ "type": "text", "text": text }),
        Piece::Page { file, detail: None } => json!({ "type": "page", "file": file }),
        Piece::Page { file, detail } => json!({ "type": "page", "file": file, "detail": detail }),
    };
    let messages = said.iter().flat_map(|speech| match speech {
        Speech::Turn(turn) => {
            let messages = &conversation.messages()[turn.clone()];
            messages.iter().map(|message| as_written(conversation, message)).collect()
        }
        Speech::Pages(pieces) => {
            let content: Vec<_> = pieces.iter().map(piece).collect();
            vec![raw(&json!({ "role": "user", "content": content }))]
        }
    });
    let list = raw(&messages.collect::<Vec<Box<RawValue>>>());
    let list = match conversation.shape() {
        Shape::Array | Shape::Lines => list,
        Shape::Object => {
            let system = conversation.system().map(|(json, _)| ("system", owned(json)));
            let beside = conversation.beside().map(|(name, json)| (name, owned(json)));
            object(system.into_iter().chain(beside).chain([("messages", list)]))
        }
    };
    format!("{list}\n")
}

/// A message as it was written, less the mark that pins it, which is of our own.
pub(super) fn as_written(conversation: &Conversation, message: &Message) -> Box<RawValue> {
    let json = conversation.json(message);
    let fields: Fields = serde_json::from_str(json).expect("it was read as a message");
    if fields.get("pinned").is_none() {
        return owned(json);
    }
    let others = fields.iter().filter(|(name, _)| *name != "pinned");
    object(others.map(|(name, value)| (name, value.to_owned())))
}

/// JSON that was read once.
fn owned(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).expect("it was read as JSON")
}

/// Anything as JSON.
pub(super) fn raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("it is plain data")
}

/// An object with its fields in this order.
pub(super) fn object<'n>(
    fields: impl IntoIterator<Item = (&'n str, Box<RawValue>)>,
) -> Box<RawValue> {
    struct Object<'n>(Vec<(&'n str, Box<RawValue>)>);

    impl Serialize for Object<'_> {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
        }
    }

    raw(&Object(fields.into_iter().collect()))
}
