//! A file of messages: an array, lines, or an object with `messages`.

use serde_json::value::RawValue;

use super::conversation::Shape;
use super::fields::Fields;

/// The JSON of a file's messages, and of what stands beside them.
#[derive(Default)]
pub(super) struct Written<'a> {
    pub(super) shape: Shape,
    /// Each with what errors call its place.
    pub(super) messages: Vec<(String, &'a RawValue)>,
    pub(super) system: Option<&'a RawValue>,
    pub(super) beside: Vec<(String, &'a RawValue)>,
}

impl<'a> Written<'a> {
    /// Finds the messages in a file's text; an error is a place and what is wrong there.
    pub(super) fn find(text: &'a str) -> Result<Self, (String, String)> {
        match serde_json::from_str::<&RawValue>(text) {
            Ok(list) if list.get().starts_with('[') => {
                Ok(Self { shape: Shape::Array, messages: listed(list)?, ..Self::default() })
            }
            Ok(object) if object.get().starts_with('{') => Self::object(object),
            Ok(_) => Err(("the file".to_owned(), "it is no list of messages".to_owned())),
            Err(error) if text.trim_start().starts_with('[') => {
                Err(("the file".to_owned(), format!("not JSON: {error}")))
            }
            Err(_) => Self::lines(text),
        }
    }

    fn object(object: &'a RawValue) -> Result<Self, (String, String)> {
        let wrong = |error: serde_json::Error| ("the object".to_owned(), error.to_string());
        let fields: Fields = serde_json::from_str(object.get()).map_err(wrong)?;
        let Some(messages) = fields.get("messages") else {
            // A file of one line.
            let messages = vec![("line 1".to_owned(), object)];
            return Ok(Self { shape: Shape::Lines, messages, ..Self::default() });
        };
        let beside = fields.iter().filter(|(name, _)| !matches!(*name, "messages" | "system"));
        Ok(Self {
            shape: Shape::Object,
            messages: listed(messages)?,
            system: fields.get("system"),
            beside: beside.map(|(name, value)| (name.to_owned(), value)).collect(),
        })
    }

    fn lines(text: &'a str) -> Result<Self, (String, String)> {
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let message = |(number, line): (usize, &'a str)| {
            let place = format!("line {number}");
            match serde_json::from_str::<&RawValue>(line) {
                Ok(message) => Ok((place, message)),
                Err(error) => {
                    // It counts lines of what it was given, which is one.
                    let reason = error.to_string();
                    let reason = reason.split(" at line ").next().unwrap_or_default();
                    Err((place, format!("not JSON: {reason} at column {}", error.column())))
                }
            }
        };
        let messages = lines.map(message).collect::<Result<_, _>>()?;
        Ok(Self { shape: Shape::Lines, messages, ..Self::default() })
    }
}

fn listed(list: &RawValue) -> Result<Vec<(String, &RawValue)>, (String, String)> {
    let messages: Vec<&RawValue> = serde_json::from_str(list.get())
        .map_err(|_| ("messages".to_owned(), "they are no list".to_owned()))?;
    Ok((1..).map(|number| format!("message {number}")).zip(messages).collect())
}
