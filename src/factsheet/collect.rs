//! Distinct strings with their counts and places.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};

use super::finder::Found;
use super::kind::{Kind, PerKind};

/// What a collector keeps at most. Worst case about 150 MB with the defaults, however long the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Distinct strings.
    pub entries: usize,
    /// Bytes of all distinct strings.
    pub bytes: usize,
    /// Bytes of one string: longer ones are data, not strings to quote.
    pub string: usize,
    /// Places remembered of each string; all are counted.
    pub places: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 200_000, bytes: 4 << 20, string: 1024, places: 16 }
    }
}

/// A byte range of an input as given, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Place {
    /// Index of the input.
    pub input: usize,
    /// First byte.
    pub start: u64,
    /// The byte after the last.
    pub end: u64,
}

/// A distinct string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it was taken for where it came first.
    pub kind: Kind,
    /// The string.
    pub text: String,
    /// How often it was found.
    pub count: u64,
    /// Where, in order; the first ones only.
    pub places: Vec<Place>,
}

/// Folds what was found into distinct strings.
#[derive(Debug, Default)]
pub struct Collector {
    limits: Limits,
    /// Positions in `entries` by their text; never iterated, so its order reaches no output.
    index: HashTable<u32>,
    hasher: RandomState,
    entries: Vec<Entry>,
    bytes: usize,
    overflow: PerKind<u64>,
}

impl Collector {
    /// A collector with limits of its own.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Counts one string, which stands in this place.
    pub fn add(&mut self, found: Found, place: Place) {
        let Found { kind, text, .. } = found;
        let hash = |text: &str| self.hasher.hash_one(text);
        let is_known = |&at: &u32| self.entries[at as usize].text == text;
        if let Some(&at) = self.index.find(hash(&text), is_known) {
            let entry = &mut self.entries[at as usize];
            entry.count += 1;
            if entry.places.len() < self.limits.places {
                entry.places.push(place);
            }
            return;
        }
        let full = self.entries.len() >= self.limits.entries
            || self.bytes + text.len() > self.limits.bytes;
        if full || text.len() > self.limits.string {
            self.overflow[kind] += 1;
            return;
        }
        self.bytes += text.len();
        let at = self.entries.len() as u32;
        let anew = |&at: &u32| hash(&self.entries[at as usize].text);
        self.index.insert_unique(hash(&text), at, anew);
        self.entries.push(Entry { kind, text, count: 1, places: vec![place] });
    }

    /// All that was found, in order of first occurrence.
    pub fn finish(self) -> Entries {
        Entries { all: self.entries, overflow: self.overflow }
    }
}

/// The distinct strings of a text.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    /// In order of first occurrence.
    pub all: Vec<Entry>,
    /// Finds that were not kept, by kind, because a string was too long or the limits were reached.
    pub overflow: PerKind<u64>,
}
