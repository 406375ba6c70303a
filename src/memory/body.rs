//! The new list of messages as the body of a request.
//!
//! A message in words that the format has goes on as it was written; others are put into them.

use std::collections::BTreeMap;

use serde_json::json;
use serde_json::value::RawValue;

use super::conversation::Conversation;
use super::message::{Message, Part};
use super::speech::{Piece, Speech, as_written, object, raw};
use crate::error::{Error, Result};
use crate::payload::{self, ANSWER, As, Format, Png, Role};

/// A request with the new list: what stood beside the messages goes along, and `model`, as the
/// interface calls it, in place of the one that stood there. `png` gives the bytes of a page's file.
///
/// # Errors
/// [`Error::Chat`] for a message that the format has no words for.
pub fn body<'p>(
    (path, conversation): (&str, &Conversation),
    said: &[Speech],
    (format, model): (Format, &str),
    png: &dyn Fn(&str) -> &'p [u8],
) -> Result<Box<RawValue>> {
    let names = names_of_calls(conversation);
    let system = conversation.system().into_iter().flat_map(|(_, system)| &system.parts);
    let mut rules: Vec<&str> = system.filter_map(text_of).collect();
    let mut messages: Vec<Box<RawValue>> = Vec::new();
    for speech in said {
        let turn = match speech {
            Speech::Turn(turn) => turn.clone(),
            Speech::Pages(pieces) => {
                let parts = pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => payload::Part::text(text),
                    Piece::Page { file, detail } => {
                        payload::Part::page(Png::Held(png(file)), detail.as_deref())
                    }
                });
                let message = payload::Message { role: Role::User, parts: parts.collect() };
                messages.push(raw(&As(format, &message)));
                continue;
            }
        };
        for index in turn {
            let message = &conversation.messages()[index];
            if message.is_system() {
                rules.extend(message.parts.iter().filter_map(text_of));
            } else if is_native(message, format) {
                messages.push(as_written(conversation, message));
            } else {
                let strange = |reason| Error::Chat {
                    path: path.to_owned(),
                    place: format!("message {}", index + 1),
                    reason,
                };
                messages.extend(translated(message, format, &names).map_err(strange)?);
            }
        }
    }
    let rules = rules.join("\n\n");
    let ruled = !rules.is_empty();
    let mut fields: Vec<(&str, Box<RawValue>)> = Vec::new();
    if format != Format::Gemini {
        fields.push(("model", raw(&model)));
    }
    for (name, json) in conversation.beside().filter(|(name, _)| *name != "model") {
        let value = RawValue::from_string(json.to_owned()).expect("it was read as JSON");
        fields.push((name, value));
    }
    if format == Format::Anthropic && fields.iter().all(|(name, _)| *name != "max_tokens") {
        fields.push(("max_tokens", raw(&ANSWER)));
    }
    match format {
        Format::Anthropic if ruled => fields.push(("system", raw(&rules))),
        Format::OpenaiChat if ruled => {
            messages.insert(0, raw(&json!({ "role": "system", "content": rules })));
        }
        Format::OpenaiResponses if ruled => fields.push(("instructions", raw(&rules))),
        Format::Gemini if ruled => {
            fields.push(("systemInstruction", raw(&json!({ "parts": [{ "text": rules }] }))));
        }
        _ => {}
    }
    let list = match format {
        Format::Anthropic | Format::OpenaiChat => "messages",
        Format::OpenaiResponses => "input",
        Format::Gemini => "contents",
    };
    fields.push((list, raw(&messages)));
    Ok(object(fields))
}

/// What the tools are called, by the ids of their calls.
fn names_of_calls(conversation: &Conversation) -> BTreeMap<&str, &str> {
    let parts = conversation.messages().iter().flat_map(|message| &message.parts);
    let call = |part| match part {
        &Part::Call { id: Some(ref id), ref name, .. } => Some((id.as_str(), name.as_str())),
        _ => None,
    };
    parts.filter_map(call).collect()
}

fn text_of(part: &Part) -> Option<&str> {
    match part {
        Part::Text(text) => Some(text),
        _ => None,
    }
}

/// Whether a format has the words that a message is written in.
fn is_native(message: &Message, format: Format) -> bool {
    let plain = matches!(message.role.as_str(), "user" | "assistant")
        && matches!(format, Format::Anthropic | Format::OpenaiChat);
    match message.words {
        Some(words) => words == format,
        None => plain,
    }
}

/// A message in the words of a format.
fn translated(
    message: &Message,
    format: Format,
    names: &BTreeMap<&str, &str>,
) -> Result<Vec<Box<RawValue>>, String> {
    let role = if message.role == "assistant" { Role::Assistant } else { Role::User };
    let mut list = Vec::new();
    let mut texts = Vec::new();
    let mut calls = Vec::new();
    for part in &message.parts {
        match part {
            Part::Text(text) => texts.push(payload::Part::text(text)),
            Part::Call { id, name, arguments } => {
                let id = id.as_deref().unwrap_or(name);
                calls.push(call(format, id, name, arguments));
            }
            Part::Result { id, text } => {
                let id = id.as_deref().unwrap_or_default();
                let name = names.get(id).copied().unwrap_or(id);
                list.push(result(format, id, name, text));
            }
            Part::Image(_) | Part::Other(..) => {
                let what = if matches!(part, Part::Image(_)) { "an image" } else { "a part" };
                return Err(format!("it has {what} that cannot be put into the words of {format}"));
            }
        }
    }
    match (format, calls.is_empty()) {
        (_, true) | (Format::OpenaiResponses, _) => {
            if !texts.is_empty() || (list.is_empty() && calls.is_empty()) {
                list.push(raw(&As(format, &payload::Message { role, parts: texts })));
            }
            list.extend(calls);
        }
        (Format::OpenaiChat, false) => {
            let content: String = texts.iter().filter_map(payload::Part::as_text).collect();
            let content = (!content.is_empty()).then_some(content);
            list.push(object([
                ("role", raw(&"assistant")),
                ("content", raw(&content)),
                ("tool_calls", raw(&calls)),
            ]));
        }
        (Format::Anthropic, false) | (Format::Gemini, false) => {
            let texts = texts.iter().map(|text| raw(&As(format, text)));
            let parts: Vec<Box<RawValue>> = texts.chain(calls).collect();
            let (who, what) = match format {
                Format::Gemini => ("model", "parts"),
                _ => ("assistant", "content"),
            };
            list.push(object([("role", raw(&who)), (what, raw(&parts))]));
        }
    }
    Ok(list)
}

/// A call in the words of a format.
fn call(format: Format, id: &str, name: &str, arguments: &str) -> Box<RawValue> {
    // Arguments that are no object are none that an interface takes as one.
    let parsed = || match RawValue::from_string(arguments.to_owned()) {
        Ok(json) if json.get().starts_with('{') => json,
        _ => raw(&json!({})),
    };
    match format {
        Format::Anthropic => object([
            ("type", raw(&"tool_use")),
            ("id", raw(&id)),
            ("name", raw(&name)),
            ("input", parsed()),
        ]),
        Format::OpenaiChat => raw(&json!({
            "id": id, "type": "function", "function": { "name": name, "arguments": arguments }
        })),
        Format::OpenaiResponses => raw(&json!({
            "type": "function_call", "call_id": id, "name": name, "arguments": arguments
        })),
        Format::Gemini => {
            object([("functionCall", object([("name", raw(&name)), ("args", parsed())]))])
        }
    }
}

/// What a tool answered, as a message or an item of its own.
fn result(format: Format, id: &str, name: &str, text: &str) -> Box<RawValue> {
    raw(&match format {
        Format::Anthropic => json!({ "role": "user", "content": [
            { "type": "tool_result", "tool_use_id": id, "content": text }
        ]}),
        Format::OpenaiChat => json!({ "role": "tool", "tool_call_id": id, "content": text }),
        Format::OpenaiResponses => {
            json!({ "type": "function_call_output", "call_id": id, "output": text })
        }
        Format::Gemini => json!({ "role": "user", "parts": [
            { "functionResponse": { "name": name, "response": { "result": text } } }
        ]}),
    })
}
