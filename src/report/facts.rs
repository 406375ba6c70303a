//! The factsheet in the report, and as text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::PageRecord;
use crate::factsheet::{Budget, Entries, Kind, Listing, PerKind, Place, Risk, Selection, render};
use crate::tokens::text::TokenCounter;

/// The exact strings that go along as text, and an account of the others: those listed, held and
/// left out are together all distinct strings that were found.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Factsheet {
    /// What was to be listed.
    pub listing: Listing,
    /// Tokens that the sheet may take; null where everything is listed.
    pub budget_tokens: Option<u64>,
    /// Why the budget is an estimate, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What is listed, in order of first occurrence.
    pub entries: Vec<Fact>,
    /// Distinct strings that are not listed because a listed one holds them, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub held: BTreeMap<Kind, u64>,
    /// Distinct strings that are not risky or for which the budget had no room, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left_out: BTreeMap<Kind, u64>,
    /// Occurrences of strings over 1 KiB, or beyond 200,000 distinct ones or 4 MiB of them, by kind:
    /// these are counted and no more.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub not_kept: BTreeMap<Kind, u64>,
}

/// An exact string.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fact {
    /// What it was taken for where it stands first.
    pub kind: Kind,
    /// The string, decoded.
    pub text: String,
    /// How often it stands in the text.
    pub count: u64,
    /// Where, in order: the bytes of the inputs, in their own encoding. The first 16 places only.
    pub places: Vec<Place>,
    /// The pages on which those places start.
    pub pages: Vec<u32>,
}

/// The pages by what is on them.
pub(super) struct PageMap {
    /// Input, first byte and page of every range, in order.
    starts: Vec<(usize, u64, u32)>,
}

impl PageMap {
    pub(super) fn new(pages: &[PageRecord]) -> Self {
        let starts = pages.iter().zip(1..).flat_map(|(page, number)| {
            page.source.iter().map(move |range| (range.input, range.start, number))
        });
        Self { starts: starts.collect() }
    }

    /// The page on which a byte of an input is, from 1.
    pub(super) fn page(&self, input: usize, byte: u64) -> u32 {
        let after = self.starts.partition_point(|range| (range.0, range.1) <= (input, byte));
        after.checked_sub(1).map_or(1, |at| self.starts[at].2)
    }
}

/// Bytes of a token where nothing counts them.
const BYTES_A_TOKEN: u64 = 4;

/// What the tokens of a sheet are counted with, and what the text has of them.
pub(super) struct Measure<'a> {
    pub(super) counter: Option<&'a dyn TokenCounter>,
    pub(super) text_tokens: Option<u64>,
    pub(super) text_bytes: u64,
}

impl Measure<'_> {
    fn count(&self, text: &str) -> u64 {
        match self.counter {
            Some(counter) => counter.count(text),
            None => (text.len() as u64).div_ceil(BYTES_A_TOKEN),
        }
    }

    fn text(&self) -> u64 {
        self.text_tokens.unwrap_or(self.text_bytes / BYTES_A_TOKEN)
    }
}

/// Chooses what to list; returns the sheet with its account.
pub(super) fn sheet(
    (entries, risk): &(Entries, Risk),
    listing: Listing,
    budget: Budget,
    measure: &Measure,
    map: &PageMap,
) -> (String, Factsheet) {
    let budget = (listing == Listing::Risky).then(|| budget.of(measure.text()));
    let page_of = |place: &Place| map.page(place.input, place.start);
    let count = |text: &str| measure.count(text);
    let Selection { entries, covered, left_out, overflow, .. } =
        entries.select(budget, risk, &count, &page_of);
    let facts = entries.iter().map(|entry| {
        let mut pages: Vec<u32> = entry.places.iter().map(page_of).collect();
        pages.dedup();
        let (kind, text, places) = (entry.kind, entry.text.clone(), entry.places.clone());
        Fact { kind, text, count: entry.count, places, pages }
    });
    let uncounted = budget.is_some() && measure.text_tokens.is_none();
    let note = uncounted.then(|| {
        format!("tokens were not counted: the budget takes {BYTES_A_TOKEN} bytes for a token")
    });
    let sheet = Factsheet {
        listing,
        budget_tokens: budget,
        note,
        entries: facts.collect(),
        held: by_kind(&covered),
        left_out: by_kind(&left_out),
        not_kept: by_kind(&overflow),
    };
    (render(&entries, &page_of), sheet)
}

fn by_kind(counts: &PerKind<u64>) -> BTreeMap<Kind, u64> {
    counts.iter().filter(|&(_, count)| count > 0).collect()
}
