//! Characters that have no look of their own: which they are, and how many were met.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Why source characters have no ink on any page. All but soft hyphens and what is redacted still
/// decide how their neighbours are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum NotDrawn {
    /// Terminal colours, cursor moves and titles (ECMA-48).
    AnsiSequence,
    /// U+00AD: a place where a word might be hyphenated.
    SoftHyphen,
    /// Joiners and spaces without width: U+200B to U+200D, U+2060 to U+2064, U+FEFF.
    ZeroWidth,
    /// Direction marks and embeddings: U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069.
    BidiControl,
    /// U+FE00 to U+FE0F, U+E0100 to U+E01EF and the Mongolian ones.
    VariationSelector,
    /// U+E0000 to U+E007F: invisible copies of ASCII, also used to smuggle instructions.
    Tag,
    /// Keys and credentials under a bar that names their kind.
    Redacted,
}

/// A kind of undrawn character and how often it occurred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Dropped {
    /// The kind.
    pub kind: NotDrawn,
    /// Characters, or whole sequences.
    pub count: u64,
    /// Source bytes.
    pub bytes: u64,
}

/// A character that is drawn as a box with its code point, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Counted {
    /// The code point as `U+XXXX`.
    #[serde(rename = "char")]
    pub ch: String,
    /// How often it occurred.
    pub count: u64,
}

impl Counted {
    /// The count of one character.
    pub fn new(c: char, count: u64) -> Self {
        Self { ch: format!("U+{:04X}", c as u32), count }
    }
}

/// Everything that was not drawn as itself, by rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undrawn {
    /// On no page.
    pub not_drawn: Vec<Dropped>,
    /// Drawn as a box with the code point: control characters, and characters used as marks.
    pub boxed: Vec<Counted>,
}

/// The count as it grows.
#[derive(Default)]
pub(super) struct Tally {
    dropped: BTreeMap<NotDrawn, (u64, u64)>,
    boxed: BTreeMap<char, u64>,
}

impl Tally {
    pub(super) fn drop_run(&mut self, kind: NotDrawn, bytes: u32) {
        let entry = self.dropped.entry(kind).or_default();
        entry.0 += 1;
        entry.1 += u64::from(bytes);
    }

    pub(super) fn boxed(&mut self, c: char) {
        *self.boxed.entry(c).or_default() += 1;
    }

    pub(super) fn list(&self) -> Undrawn {
        let dropped = self.dropped.iter();
        Undrawn {
            not_drawn: dropped
                .map(|(&kind, &(count, bytes))| Dropped { kind, count, bytes })
                .collect(),
            boxed: self.boxed.iter().map(|(&c, &count)| Counted::new(c, count)).collect(),
        }
    }
}

/// Why a character is not drawn, if it is not.
pub(super) fn kind(c: char) -> Option<NotDrawn> {
    Some(match c {
        '\u{AD}' => NotDrawn::SoftHyphen,
        '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' => NotDrawn::ZeroWidth,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}' => {
            NotDrawn::BidiControl
        }
        '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => {
            NotDrawn::VariationSelector
        }
        '\u{E0000}'..='\u{E007F}' => NotDrawn::Tag,
        _ => return None,
    })
}
