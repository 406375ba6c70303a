//! The way the data goes: source → text → layout → raster, with the counting of tokens and the
//! finding of exact strings and secrets beside it.
//!
//! ```text
//! front (reads, prepares, lays out) ─► workers (draw, check, count) ─► pages in order
//!    └► aside (exact strings, secrets)
//! ```
//!
//! The front runs where the pages are asked for. Only so many pages are under way at a time, and they
//! leave in order, so memory is bounded and nothing depends on the number of threads.

mod aside;
mod crop;
mod front;
mod redraw;
mod trail;
mod workers;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::Result;
use crate::factsheet::{Entries, Risk};
use crate::layout::Page;
use crate::profile::{Look, Profile};
use crate::secrets::{Findings, Handling};
use crate::source::{Input, Skipped, Source};
use crate::text::Undrawn;
use crate::tokens::text::{Tally, TokenCounter};
use crate::tokens::vision::Rule;
use crate::transcript::Place;
use crate::typeface::Typeface;
use front::Front;
pub use redraw::{Redraw, Redrawn};
use workers::{Done, Workers};

/// What a run needs besides a source and a profile.
#[derive(Clone, Default)]
pub struct Options {
    /// Worker threads; 0 is taken for 1.
    pub threads: usize,
    /// Whether pages are drawn; without, only their layout and tokens are worked out.
    pub draw: bool,
    /// Whether pages that are drawn are read back from their files by [`Atlas`] first.
    pub check: bool,
    /// Whether sheets carry their text as drawn.
    pub text: bool,
    /// The model's rule for images and the side of its patches in px: what the last page is cut
    /// by. `None`: it is not cut.
    pub crop: Option<(Rule, u32)>,
    /// What counts the text's tokens, each once.
    pub counters: Vec<Arc<dyn TokenCounter>>,
    /// Whether exact strings are found.
    pub strings: bool,
    /// What becomes of keys and credentials; `None`: nobody looks for them.
    pub secrets: Option<Handling>,
    /// Pages that are drawn with another profile than the others.
    pub redraw: Redraw,
}

/// A finished page.
pub struct Sheet {
    /// Its layout and where it came from.
    pub page: Page,
    /// What it is drawn with.
    pub look: Arc<Look>,
    /// What is drawn again on it, where that is not the run's own profile.
    pub redrawn: Option<Redrawn>,
    /// The PNG file; empty when pages are not drawn.
    pub png: Vec<u8>,
    /// BLAKE3 hash of the source bytes on the page.
    pub source_blake3: blake3::Hash,
    /// The text as drawn, when it was asked for or checked: a line of text a line of the page. It
    /// has the marks, a box as its code point between brackets, and nothing that has no ink and no
    /// room.
    pub text: String,
    /// Where each character of that text came from, in order.
    pub places: Vec<Place>,
}

/// What is known when all pages are out.
#[derive(Debug, Clone)]
pub struct Totals {
    /// Every input, read to its end.
    pub inputs: Vec<Input>,
    /// Files of folders that were left out.
    pub skipped: Vec<Skipped>,
    /// Whether a line with its name was drawn before each input.
    pub headings: bool,
    /// What was not drawn as itself.
    pub undrawn: Undrawn,
    /// Text tokens by the name of the counter.
    pub text_tokens: BTreeMap<String, u64>,
    /// Whether the text could be cut for counting without changing the count.
    pub exact_pieces: bool,
    /// Whether every page was read back and held its text.
    pub checked: bool,
    /// The exact strings of the text, where they were wanted, and how easily each is misread in
    /// the face that the pages are drawn in.
    pub strings: Option<(Entries, Risk)>,
    /// Keys and credentials, where they were looked for.
    pub secrets: Findings,
    /// The profiles that pages were drawn again with.
    pub looks: Vec<Profile>,
}

/// Compresses a source to pages: an iterator that hands out each page as it is finished.
///
/// # Errors
/// A font that cannot be used. Errors of reading, [`Error::Secrets`], and [`Error::Unread`] of a
/// page that was to be checked come from the iterator, which ends after one.
pub fn compress(source: Source, profile: &Profile, options: Options) -> Result<Pages> {
    let again = options.redraw.looks.iter();
    let looks = std::iter::once(profile).chain(again).map(|look| Look::new(look).map(Arc::new));
    let looks = looks.collect::<Result<Vec<_>>>()?;
    Ok(Pages {
        front: Front::new(source, profile, &looks, &options),
        typeface: Arc::clone(&looks[0].typeface),
        workers: Workers::new(profile, looks, &options),
        finished: BTreeMap::new(),
        next: 1,
        tokens: vec![Tally::default(); options.counters.len()],
        options,
    })
}

/// The pages of a source, in order.
pub struct Pages {
    front: Front,
    workers: Workers,
    typeface: Arc<Typeface>,
    options: Options,
    /// Pages finished out of turn, and the number of the one that is due.
    finished: BTreeMap<usize, Result<Sheet>>,
    next: usize,
    tokens: Vec<Tally>,
}

impl Iterator for Pages {
    type Item = Result<Sheet>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(sheet) = self.finished.remove(&self.next) {
                self.next += 1;
                if sheet.is_err() {
                    self.stop();
                }
                return Some(sheet);
            }
            if let Err(error) = self.feed() {
                self.stop();
                return Some(Err(error));
            }
            if self.workers.under_way() == 0 {
                return None;
            }
            self.receive();
        }
    }
}

impl Pages {
    /// Bytes of the source read so far.
    pub fn bytes_read(&self) -> u64 {
        self.front.source().inputs().iter().map(|input| input.bytes).sum()
    }

    /// What is known now that all pages are out. Called before that, it counts what was read.
    pub fn into_totals(mut self) -> Totals {
        self.workers.close();
        while self.workers.under_way() > 0 {
            self.receive();
        }
        let names = self.options.counters.iter().map(|counter| counter.name().to_owned());
        let tokens = self.tokens.iter().map(|tally| tally.tokens());
        let text_tokens = names.zip(tokens).collect();
        let checked = self.options.draw && self.options.check;
        let looks = self.options.redraw.looks;
        Totals { text_tokens, checked, looks, ..self.front.finish(&self.typeface) }
    }

    /// Keeps the workers busy: reads and lays out until enough is under way.
    fn feed(&mut self) -> Result<()> {
        while self.workers.under_way() < self.workers.enough() {
            match self.front.next_job()? {
                Some(job) => self.workers.give(job),
                None => {
                    self.workers.close();
                    break;
                }
            }
        }
        Ok(())
    }

    fn receive(&mut self) {
        match self.workers.take() {
            Done::Drawn(number, sheet) => {
                self.finished.insert(number, sheet.map(|sheet| *sheet));
            }
            Done::Counted(tokens) => {
                self.tokens.iter_mut().zip(tokens).for_each(|(sum, tally)| *sum += tally);
            }
        }
    }

    fn stop(&mut self) {
        self.front.stop();
        self.workers.stop();
        self.finished.clear();
    }
}
