//! What runs where the pages are asked for: reading, keeping secrets off the pages, preparing and
//! layout.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::aside::{Aside, Read};
use super::crop::crop;
use super::redraw::{Again, Redrawing, Redrawn};
use super::trail::Trail;
use super::workers::Job;
use super::{Options, Totals};

use crate::error::{Error, Result};
use crate::factsheet::{Entries, Risk};
use crate::layout::{Geometry, Layout, Page};
use crate::profile::{Crop, Look, Profile};
use crate::secrets::{Handling, Passage, Redactor};
use crate::source::{Chunk, Source};
use crate::text::{Block, Preparer, Undrawn};
use crate::tokens::text::Pieces;
use crate::tokens::vision::Rule;

use crate::transcript::{Place, Transcript};
use crate::typeface::{OF_EXACT_STRINGS, Typeface};

/// A page that is laid out.
pub(super) struct Leaf {
    pub(super) page: Page,
    /// The number that its file says: the page's when nothing is drawn again.
    pub(super) label: usize,
    pub(super) redrawn: Option<Redrawn>,
    pub(super) source_blake3: blake3::Hash,
    pub(super) text: String,
    pub(super) places: Vec<Place>,
}

/// A source on its way to pages that can be drawn.
pub(super) struct Front {
    source: Source,
    aside: Option<Aside>,
    /// What keeps secrets off the pages, where something is to.
    guard: Option<Redactor>,
    refuse: bool,
    /// Until the source ends.
    press: Option<Press>,
    /// What counts text in pieces, where it is counted.
    pieces: Option<Pieces>,
    ready: VecDeque<Job>,
    undrawn: Undrawn,
}

impl Front {
    pub(super) fn new(
        source: Source,
        profile: &Profile,
        looks: &[Arc<Look>],
        options: &Options,
    ) -> Self {
        let guarded = matches!(options.secrets, Some(Handling::Redact | Handling::Refuse));
        let again = &options.redraw.pages;
        let transcribed = options.text || (options.draw && options.check);
        Self {
            aside: Aside::start(options.strings, options.secrets == Some(Handling::Keep)),
            guard: guarded.then(Redactor::default),
            refuse: options.secrets == Some(Handling::Refuse),
            press: Some(Press {
                preparer: Preparer::new(profile.preparing()),
                layout: Layout::new(Arc::clone(&looks[0].typeface), looks[0].geometry),
                ledger: Ledger {
                    trail: Trail::default(),
                    transcript: transcribed.then(Transcript::default),
                    redrawing: (!again.is_empty()).then(|| Redrawing::new(&looks[1..], again)),
                    geometry: looks[0].geometry,
                    crop: options.crop.clone().filter(|_| profile.crop == Crop::Auto),
                    pages: 0,
                    due: 1,
                },
                headings: source.is_several(),
                input: None,
            }),
            pieces: (!options.counters.is_empty()).then(Pieces::new),
            ready: VecDeque::new(),
            undrawn: Undrawn::default(),
            source,
        }
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// The next thing for a worker to do; none when the source has ended.
    pub(super) fn next_job(&mut self) -> Result<Option<Job>> {
        while self.ready.is_empty() && self.press.is_some() {
            match self.source.next_chunk()? {
                Some(chunk) => self.read(chunk)?,
                None => self.end()?,
            }
        }
        Ok(self.ready.pop_front())
    }

    /// Reads no more.
    pub(super) fn stop(&mut self) {
        self.press = None;
        self.ready.clear();
    }

    /// What is known of what was read; the workers' part is left at nothing.
    pub(super) fn finish(self, typeface: &Typeface) -> Totals {
        let Read { entries, secrets } = self.aside.map(Aside::finish).unwrap_or_default();
        Totals {
            inputs: self.source.inputs().to_vec(),
            skipped: self.source.skipped().to_vec(),
            headings: self.source.is_several(),
            undrawn: self.undrawn,
            text_tokens: BTreeMap::new(),
            exact_pieces: self.pieces.is_none_or(|pieces| pieces.is_exact()),
            checked: false,
            looks: Vec::new(),
            strings: entries.map(|entries| {
                let risk = risk(typeface, &entries);
                (entries, risk)
            }),
            secrets: self.guard.map_or(secrets, |guard| guard.findings().clone()),
        }
    }

    fn read(&mut self, mut chunk: Chunk) -> Result<()> {
        if let Some(press) = &mut self.press {
            press.ledger.trail.read(&std::mem::take(&mut chunk.bytes));
        }
        if let Some(pieces) = &mut self.pieces {
            self.ready.extend(pieces.push(&chunk.text).into_iter().map(Job::Count));
        }
        match &mut self.guard {
            Some(guard) => guard.push(chunk),
            None => self.print(&Passage::Text(chunk)),
        }
        self.print_guarded()
    }

    /// Prints what the guard has let through.
    fn print_guarded(&mut self) -> Result<()> {
        let Some(guard) = &mut self.guard else { return Ok(()) };
        if self.refuse && !guard.findings().is_empty() {
            // Read to the end, so that all kinds are named.
            while let Some(chunk) = self.source.next_chunk()? {
                guard.push(chunk);
                guard.take();
            }
            guard.finish();
            return Err(Error::Secrets(guard.findings().to_string()));
        }
        for passage in guard.take() {
            self.print(&passage);
        }
        Ok(())
    }

    fn print(&mut self, passage: &Passage) {
        if let Some(aside) = &self.aside {
            aside.push(passage.chunk());
        }
        if let Some(press) = &mut self.press {
            let name = &self.source.inputs()[passage.chunk().input].path;
            self.ready.extend(press.print(passage, name).into_iter().map(Job::draw));
        }
    }

    /// Ends the text: the last pages, the last piece to count.
    fn end(&mut self) -> Result<()> {
        if let Some(guard) = &mut self.guard {
            guard.finish();
        }
        self.print_guarded()?;
        let Some(press) = self.press.take() else { return Ok(()) };
        if self.source.inputs().iter().all(|input| input.chars == 0) {
            return Err(Error::Empty(self.source.name().to_owned()));
        }
        let (leaves, undrawn) = press.finish();
        self.undrawn = undrawn;
        self.ready.extend(leaves.into_iter().map(Job::draw));
        self.ready.extend(self.pieces.as_mut().map(|pieces| Job::Count(pieces.finish())));
        Ok(())
    }
}

/// From text to pages: preparing, layout, and what follows the layout.
struct Press {
    preparer: Preparer,
    layout: Layout,
    ledger: Ledger,
    headings: bool,
    input: Option<usize>,
}

impl Press {
    /// Takes a passage of the input of this name; returns the pages that are full.
    fn print(&mut self, passage: &Passage, name: &str) -> Vec<Leaf> {
        let chunk = passage.chunk();
        if self.input != Some(chunk.input) {
            self.input = Some(chunk.input);
            let heading = self.headings.then(|| format!("=== {name} ==="));
            self.preparer.start_input(chunk.input, heading.as_deref());
        }
        match passage {
            Passage::Text(chunk) => self.preparer.push(chunk),
            Passage::Covered(kind, chunk) => self.preparer.cover(chunk, kind),
        }
        self.ledger.lay_out(&self.preparer.take(), &mut self.layout)
    }

    /// The last pages, and what was not drawn as itself.
    fn finish(self) -> (Vec<Leaf>, Undrawn) {
        let Self { mut preparer, mut layout, mut ledger, .. } = self;
        preparer.finish();
        let undrawn = preparer.undrawn();
        let mut leaves = ledger.lay_out(&preparer.into_last(), &mut layout);
        if let Some(mut last) = layout.into_last() {
            ledger.cut(&mut last, ledger.geometry);
            leaves.extend(ledger.leaves(last));
        }
        (leaves, undrawn)
    }
}

/// What follows the layout: the hash of each page's source, its text as drawn where that is wanted,
/// and the pages that are drawn again.
struct Ledger {
    trail: Trail,
    transcript: Option<Transcript>,
    redrawing: Option<Redrawing>,
    geometry: Geometry,
    /// The rule and the side of the patches that last pages are cut by.
    crop: Option<(Rule, u32)>,
    /// Pages so far, and the number of the next one of the layout.
    pages: usize,
    due: usize,
}

impl Ledger {
    /// Lays blocks out; returns the pages that are full.
    fn lay_out(&mut self, blocks: &[Block], layout: &mut Layout) -> Vec<Leaf> {
        for block in blocks {
            layout.push(block);
            if let Some(transcript) = &mut self.transcript {
                transcript.push(&block.units);
            }
            if let Some(redrawing) = &mut self.redrawing {
                redrawing.push(block);
            }
        }
        let leaves = layout.take().into_iter().flat_map(|page| self.leaves(page)).collect();
        // Which of its pages the bytes of one that is drawn again are on is known at its end.
        if !self.redrawing.as_ref().is_some_and(|redrawing| redrawing.has(self.due)) {
            self.trail.follow(layout.bytes_under_way());
        }
        leaves
    }

    /// What becomes of a page of the layout: itself, or the pages to have in its place.
    fn leaves(&mut self, page: Page) -> Vec<Leaf> {
        let label = self.due;
        self.due += 1;
        let again = self.redrawing.as_mut().and_then(|redrawing| redrawing.take(&page));
        let Some(Again { redrawn, mut pages, geometry }) = again else {
            return vec![self.leaf(page, label, None)];
        };
        if let Some(last) = pages.last_mut() {
            self.cut(last, geometry);
        }
        pages.into_iter().map(|page| self.leaf(page, label, Some(redrawn))).collect()
    }

    /// Cuts a last page, where that is wanted.
    fn cut(&self, last: &mut Page, geometry: Geometry) {
        if let Some((rule, patch)) = &self.crop {
            crop(last, &geometry, rule, *patch);
        }
    }

    fn leaf(&mut self, page: Page, label: usize, redrawn: Option<Redrawn>) -> Leaf {
        self.pages += 1;
        let page = Page { number: self.pages, ..page };
        let bytes = page.source.iter().map(|range| range.end - range.start).sum();
        let source_blake3 = self.trail.end_page(bytes);
        let transcript = self.transcript.as_mut();
        let (text, places) = transcript.map(|text| text.take(&page)).unwrap_or_default();
        Leaf { page, label, redrawn, source_blake3, text, places }
    }
}

/// How easily the characters of exact strings are misread in a face; where there are none, nobody
/// asks.
fn risk(typeface: &Typeface, entries: &Entries) -> Risk {
    let chars = if entries.all.is_empty() { "" } else { OF_EXACT_STRINGS };
    let pairs = typeface.confusable(chars, Risk::APART);
    Risk::from_pairs(pairs.iter().map(|pair| (pair.a, pair.b, Risk::alike(pair.pixels))))
}
