//! A page's file on its way into a request.

use base64::display::Base64Display;
use base64::prelude::BASE64_STANDARD;
use serde::{Serialize, Serializer};

/// A PNG file. It is written in base64 bit by bit, so that no copy of it is held.
#[derive(Debug, Clone, Copy)]
pub enum Png<'a> {
    /// In memory.
    Held(&'a [u8]),
}

/// A file in base64, after what introduces it.
pub(super) struct Base64<'a> {
    pub(super) before: &'static str,
    pub(super) png: Png<'a>,
}

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Png::Held(bytes) = self.png;
        let file = Base64Display::new(bytes, &BASE64_STANDARD);
        serializer.collect_str(&format_args!("{}{file}", self.before))
    }
}
