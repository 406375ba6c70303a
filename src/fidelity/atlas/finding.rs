//! What is wrong with the pixels of a page, and where.

use std::fmt;

use serde::Serialize;

use crate::fidelity::quote::short;
use crate::layout::{SourceRange, TextBox};

/// A place where a page's pixels do not hold its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// The line of the page, from 1, counted down each column in turn; absent where it is no glyph.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The character of the line's text as drawn, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// Where on the page; absent where it is all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<TextBox>,
    /// First byte of the page's text as drawn.
    pub start: usize,
    /// The byte after the last; the same as `start` where it is no glyph.
    pub end: usize,
    /// What should be there.
    pub text: String,
    /// The source bytes that it was drawn from.
    pub source: Vec<SourceRange>,
    /// What is wrong.
    pub fault: Fault,
}

/// What the pixels hold instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Another character.
    ReadAs(String),
    /// No ink.
    Blank,
    /// Ink that no glyph explains.
    UnknownInk,
    /// As drawn, but the page would be the same without it: it has no ink, or lies off the page or
    /// under other ink.
    Unseen,
    /// As drawn, but among its neighbours this character would look the same.
    OrElse(String),
    /// Ink where no glyph is.
    StrayInk,
    /// A page of another size: as it is, and as it should be, in px.
    Size([u32; 2], [u32; 2]),
    /// No image at all.
    Damaged(String),
}

impl Fault {
    /// What to write for the character in the text that the pixels hold.
    pub fn read(&self) -> &str {
        match self {
            Self::ReadAs(text) | Self::OrElse(text) => text,
            Self::Blank => " ",
            _ => "\u{FFFD}",
        }
    }
}

impl Finding {
    /// Of something that is no glyph.
    pub(super) fn of_page(fault: Fault) -> Self {
        Self {
            line: None,
            column: None,
            bounds: None,
            start: 0,
            end: 0,
            text: String::new(),
            source: Vec::new(),
            fault,
        }
    }
}

/// Characters of a text that a message has.
const LONGEST: usize = 8;

/// One line without the page: where, and what.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "line {line}, column {column}")?;
            match self.source.first() {
                Some(SourceRange { input: 0, start, .. }) => write!(f, " (byte {start})")?,
                Some(range) => write!(f, " (byte {} of input {})", range.start, range.input)?,
                None => {}
            }
            write!(f, ": {} ", short(&self.text, LONGEST))?;
        } else if let Some(b) = self.bounds {
            write!(f, "{}x{} px at {},{}: ", b.w, b.h, b.x, b.y)?;
        }
        match &self.fault {
            Fault::ReadAs(text) => write!(f, "is read as {}", short(text, LONGEST)),
            Fault::Blank => f.write_str("is not there: the place is blank"),
            Fault::UnknownInk => f.write_str("has ink that no glyph explains"),
            Fault::Unseen => f.write_str("cannot be seen: the page is the same without it"),
            Fault::OrElse(text) => {
                write!(f, "cannot be told from {} beside its neighbours", short(text, LONGEST))
            }
            Fault::StrayInk => f.write_str("ink where no glyph is"),
            Fault::Size([w, h], [to_w, to_h]) => {
                write!(f, "the page is {w}x{h} px, where {to_w}x{to_h} px were drawn")
            }
            Fault::Damaged(why) => write!(f, "the file is no page: {why}"),
        }
    }
}

/// A page's text as its pixels hold it: what should be there, with what was found in its place.
pub fn text(wanted: &str, findings: &[Finding]) -> String {
    let mut places: Vec<&Finding> = findings.iter().filter(|f| f.start < f.end).collect();
    places.sort_by_key(|finding| (finding.start, finding.end));
    let (mut read, mut at) = (String::new(), 0);
    for finding in places {
        // Glyphs of one cluster have the same place.
        if finding.start >= at {
            read += &wanted[at..finding.start];
            read += finding.fault.read();
            at = finding.end;
        }
    }
    read + &wanted[at..]
}
