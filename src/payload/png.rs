//! A page's file on its way into a request.

use std::borrow::Cow;
use std::io;

use base64::display::Base64Display;
use base64::prelude::BASE64_STANDARD;
use serde::ser::Error;
use serde::{Serialize, Serializer};

use super::Spool;

/// A PNG file. It is written in base64 bit by bit, so that no copy of it is held.
#[derive(Debug, Clone, Copy)]
pub enum Png<'a> {
    /// In memory.
    Held(&'a [u8]),
    /// In a spool: the page of that index.
    Kept(&'a Spool, usize),
}

/// A file in base64, after what introduces it.
pub(super) struct Base64<'a> {
    pub(super) before: &'static str,
    pub(super) png: Png<'a>,
}

impl<'a> Png<'a> {
    fn bytes(self) -> io::Result<Cow<'a, [u8]>> {
        match self {
            Self::Held(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::Kept(spool, index) => spool.read(index).map(Cow::Owned),
        }
    }
}

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unread = |error| S::Error::custom(format!("a page cannot be read back: {error}"));
        let bytes = self.png.bytes().map_err(unread)?;
        let file = Base64Display::new(&bytes, &BASE64_STANDARD);
        serializer.collect_str(&format_args!("{}{file}", self.before))
    }
}
