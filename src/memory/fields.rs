//! A JSON object as written: its fields in order, their values untouched.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The fields of an object. A name that comes twice is an error: one of the two would be lost.
#[derive(Debug, Default)]
pub(super) struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// The value of a field; null counts as none.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        let found = self.0.iter().find(|(known, _)| known == name).map(|&(_, value)| value);
        found.filter(|value| value.get() != "null")
    }

    /// A field that must be text.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, String> {
        let text = |value: &RawValue| serde_json::from_str(value.get());
        self.get(name).map(text).transpose().map_err(|_| format!("its {name} is not text"))
    }

    /// The fields, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), *value))
    }

    /// The names of fields that are not among `known`.
    pub(super) fn beside<'s>(&'s self, known: &'s [&str]) -> impl Iterator<Item = &'s str> {
        self.iter().map(|(name, _)| name).filter(move |name| !known.contains(name))
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::<(String, &RawValue)>::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    if fields.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::custom(format!("the field {name:?} twice")));
                    }
                    fields.push((name, value));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
