//! The way the data goes: source → text → layout → raster, with the counting of tokens and the
//! finding of exact strings and secrets beside it.
//!
//! Reading, preparing and laying out run where the pages are asked for; drawing, PNG and token
//! counting run on workers, and what is looked for in the text on a thread of its own. Only so many pages are under way at a time, and they leave in order,
//! so memory is bounded and nothing depends on the number of threads.

mod redraw;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::aside::{Aside, Read};
use crate::error::{Error, Result};
use crate::factsheet::{Entries, Risk};
use crate::fidelity::atlas::Atlas;
use crate::layout::{Geometry, Layout, Page};
use crate::profile::{Crop, Look, Profile};
use crate::raster::{Canvas, Effort, Encoder, Label};
use crate::secrets::{Findings, Handling, Passage, Redactor};
use crate::source::{Input, Skipped, Source};
use crate::text::{Block, Preparer, Undrawn};
use crate::tokens::text::{Pieces, Tally, TokenCounter};
use crate::tokens::vision::Rule;
use crate::trail::Trail;
use crate::transcript::{Place, Transcript};
use crate::typeface::{OF_EXACT_STRINGS, Typeface};
use redraw::Redrawing;
pub use redraw::{Redraw, Redrawn};

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

/// A page that is laid out.
struct Leaf {
    page: Page,
    /// The number that its file says: the page's when nothing is drawn again.
    label: usize,
    redrawn: Option<Redrawn>,
    source_blake3: blake3::Hash,
    text: String,
    places: Vec<Place>,
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
    let (typeface, geometry) = (Arc::clone(&looks[0].typeface), looks[0].geometry);
    let pages = options.redraw.pages.clone();
    let redrawing = (!pages.is_empty()).then(|| Redrawing::new(looks[1..].to_vec(), pages));
    let (jobs, queue) = unbounded();
    let (done, results) = unbounded();
    let worker = Worker {
        queue,
        done,
        looks,
        effort: profile.png,
        draw: options.draw,
        check: options.check,
        counters: options.counters.clone(),
    };
    let guarded = matches!(options.secrets, Some(Handling::Redact | Handling::Refuse));
    let guard = guarded.then(Redactor::default);
    Ok(Pages {
        aside: Aside::start(options.strings, options.secrets == Some(Handling::Keep)),
        typeface: Arc::clone(&typeface),
        headings: source.is_several(),
        front: Some(Front {
            guard,
            preparer: Preparer::new(profile.preparing()),
            layout: Layout::new(typeface, geometry),
            ledger: Ledger {
                trail: Trail::default(),
                transcript: (options.text || (options.draw && options.check))
                    .then(Transcript::default),
                redrawing,
                crop: options.crop.clone().filter(|_| profile.crop == Crop::Auto),
                pages: 0,
                due: 1,
            },
            pieces: (!options.counters.is_empty()).then(Pieces::new),
            input: None,
        }),
        source,
        laid_out: VecDeque::new(),
        jobs: Some(jobs),
        results,
        worker,
        workers: Vec::new(),
        under_way: 0,
        sent: 0,
        finished: BTreeMap::new(),
        next: 0,
        tokens: vec![Tally::default(); options.counters.len()],
        exact_pieces: true,
        undrawn: Undrawn::default(),
        secrets: Findings::default(),
        options,
    })
}

/// The pages of a source, in order.
pub struct Pages {
    source: Source,
    typeface: Arc<Typeface>,
    aside: Option<Aside>,
    headings: bool,
    options: Options,
    /// Reading and layout, until the source ends.
    front: Option<Front>,
    laid_out: VecDeque<Leaf>,
    jobs: Option<Sender<Job>>,
    results: Receiver<Done>,
    /// What each worker is, and those that run: as many as there was work for, up to the threads.
    worker: Worker,
    workers: Vec<JoinHandle<()>>,
    /// Jobs sent whose results have not come back.
    under_way: usize,
    /// Pages sent, pages finished out of turn, and the page that is due.
    sent: usize,
    finished: BTreeMap<usize, Result<Sheet>>,
    next: usize,
    tokens: Vec<Tally>,
    exact_pieces: bool,
    undrawn: Undrawn,
    secrets: Findings,
}

struct Front {
    /// What keeps secrets off the pages, where something is to.
    guard: Option<Redactor>,
    preparer: Preparer,
    layout: Layout,
    ledger: Ledger,
    pieces: Option<Pieces>,
    input: Option<usize>,
}

/// What follows the layout: the hash of each page's source, its text as drawn, and the pages that
/// are drawn again.
struct Ledger {
    trail: Trail,
    transcript: Option<Transcript>,
    redrawing: Option<Redrawing>,
    /// What last pages are cut by.
    crop: Option<(Rule, u32)>,
    /// Pages so far, and the number of the next one of the layout.
    pages: usize,
    due: usize,
}

enum Job {
    Draw(usize, Box<Leaf>),
    Count(String),
}

enum Done {
    Drawn(usize, Result<Box<Sheet>>),
    Counted(Vec<Tally>),
    Panicked,
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
            if self.under_way == 0 {
                return None;
            }
            self.receive();
        }
    }
}

impl Pages {
    /// Bytes of the source read so far.
    pub fn bytes_read(&self) -> u64 {
        self.source.inputs().iter().map(|input| input.bytes).sum()
    }

    /// What is known now that all pages are out. Called before that, it counts what was read.
    pub fn into_totals(mut self) -> Totals {
        self.jobs = None;
        while self.under_way > 0 {
            self.receive();
        }
        let Read { entries, secrets } = self.aside.take().map(Aside::finish).unwrap_or_default();
        let risk = |entries: &Entries| {
            let nothing = entries.all.is_empty();
            let chars = if nothing { "" } else { OF_EXACT_STRINGS };
            let pairs = self.typeface.confusable(chars, Risk::APART);
            Risk::from_pairs(pairs.iter().map(|pair| (pair.a, pair.b, Risk::alike(pair.pixels))))
        };
        let guarded = std::mem::take(&mut self.secrets);
        Totals {
            strings: entries.map(|entries| {
                let risk = risk(&entries);
                (entries, risk)
            }),
            secrets: if guarded.is_empty() { secrets } else { guarded },
            inputs: self.source.inputs().to_vec(),
            skipped: self.source.skipped().to_vec(),
            headings: self.headings,
            undrawn: std::mem::take(&mut self.undrawn),
            text_tokens: self
                .options
                .counters
                .iter()
                .map(|counter| counter.name().to_owned())
                .zip(self.tokens.iter().map(|tally| tally.tokens()))
                .collect(),
            exact_pieces: self.exact_pieces,
            checked: self.options.draw && self.options.check,
            looks: std::mem::take(&mut self.options.redraw.looks),
        }
    }

    /// Keeps the workers busy: reads and lays out until enough is under way.
    fn feed(&mut self) -> Result<()> {
        // For each worker a job and the next one, and two to go on with: what is read beside the
        // drawing should not have to wait for it.
        let enough = 2 * self.options.threads.max(1) + 2;
        while self.under_way < enough {
            if let Some(leaf) = self.laid_out.pop_front() {
                self.send(Job::Draw(self.sent, Box::new(leaf)));
                self.sent += 1;
            } else if self.front.is_some() {
                self.read_on()?;
            } else {
                self.jobs = None;
                break;
            }
        }
        Ok(())
    }

    fn send(&mut self, job: Job) {
        if let Some(jobs) = &self.jobs {
            jobs.send(job).expect("the queue is held here too");
            self.under_way += 1;
            if self.workers.len() < self.under_way.min(self.options.threads.max(1)) {
                let worker = self.worker.clone();
                self.workers.push(std::thread::spawn(move || worker.run()));
            }
        }
    }

    fn receive(&mut self) {
        match self.results.recv().expect("a sender is held here too") {
            Done::Drawn(index, sheet) => {
                self.finished.insert(index, sheet.map(|sheet| *sheet));
            }
            Done::Counted(tokens) => {
                self.tokens.iter_mut().zip(tokens).for_each(|(sum, tally)| *sum += tally);
            }
            // What went wrong it has said itself.
            Done::Panicked => panic!("a worker panicked"),
        }
        self.under_way -= 1;
    }

    fn stop(&mut self) {
        self.front = None;
        self.jobs = None;
        self.laid_out.clear();
        self.finished.clear();
        self.under_way = 0;
    }

    /// Takes the next chunk through preparing and layout.
    fn read_on(&mut self) -> Result<()> {
        let Some(mut chunk) = self.source.next_chunk()? else { return self.end() };
        if let Some(front) = &mut self.front {
            front.ledger.trail.read(&std::mem::take(&mut chunk.bytes));
        }
        let mut pieces = Vec::new();
        if let Some(cutter) = self.front.as_mut().and_then(|front| front.pieces.as_mut()) {
            pieces = cutter.push(&chunk.text);
        }
        pieces.into_iter().for_each(|piece| self.send(Job::Count(piece)));
        let Some(guard) = self.front.as_mut().and_then(|front| front.guard.as_mut()) else {
            self.pass(&Passage::Text(chunk));
            return Ok(());
        };
        guard.push(chunk);
        self.pass_guarded()
    }

    /// Takes what the guard has let through on its way.
    fn pass_guarded(&mut self) -> Result<()> {
        let Some(guard) = self.front.as_mut().and_then(|front| front.guard.as_mut()) else {
            return Ok(());
        };
        if self.options.secrets == Some(Handling::Refuse) && !guard.findings().is_empty() {
            // Read to the end, so that all kinds are named.
            while let Some(chunk) = self.source.next_chunk()? {
                guard.push(chunk);
                guard.take();
            }
            guard.finish();
            return Err(Error::Secrets(guard.findings().to_string()));
        }
        for passage in guard.take() {
            self.pass(&passage);
        }
        Ok(())
    }

    fn pass(&mut self, passage: &Passage) {
        if let Some(aside) = &self.aside {
            aside.push(passage.chunk());
        }
        let Some(front) = &mut self.front else { return };
        let name = &self.source.inputs()[passage.chunk().input].path;
        self.laid_out.extend(front.read(passage, self.headings.then_some(name.as_str())));
    }

    /// Ends the text: the last pages, the last piece to count.
    fn end(&mut self) -> Result<()> {
        if let Some(guard) = self.front.as_mut().and_then(|front| front.guard.as_mut()) {
            guard.finish();
            self.pass_guarded()?;
        }
        let Some(front) = self.front.take() else { return Ok(()) };
        self.secrets = front.guard.as_ref().map(|g| g.findings().clone()).unwrap_or_default();
        if self.source.inputs().iter().all(|input| input.chars == 0) {
            return Err(Error::Empty(self.source.name().to_owned()));
        }
        let Front { mut preparer, mut layout, mut ledger, pieces, .. } = front;
        preparer.finish();
        self.undrawn = preparer.undrawn();
        for block in preparer.into_last() {
            layout.push(&block);
            ledger.push(&block);
        }
        self.laid_out.extend(ledger.leaves(&mut layout));
        if let Some(mut last) = layout.into_last() {
            let geometry = &self.worker.looks[0].geometry;
            ledger.crop.iter().for_each(|by| crop(&mut last, geometry, by));
            self.laid_out.extend(ledger.leaves_of(last));
        }
        if let Some(mut pieces) = pieces {
            let last = pieces.finish();
            self.exact_pieces = pieces.is_exact();
            self.send(Job::Count(last));
        }
        Ok(())
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.jobs = None;
        for worker in self.workers.drain(..) {
            // A worker that panicked has said so on its own; there is nothing to add here.
            let _ = worker.join();
        }
    }
}

impl Front {
    /// Takes a passage through preparing and layout; returns the pages that are full.
    fn read(&mut self, passage: &Passage, heading: Option<&str>) -> Vec<Leaf> {
        let chunk = passage.chunk();
        if self.input != Some(chunk.input) {
            self.input = Some(chunk.input);
            let heading = heading.map(|name| format!("=== {name} ==="));
            self.preparer.start_input(chunk.input, heading.as_deref());
        }
        match passage {
            Passage::Text(chunk) => self.preparer.push(chunk),
            Passage::Covered(kind, chunk) => self.preparer.cover(chunk, kind),
        }
        for block in self.preparer.take() {
            self.layout.push(&block);
            self.ledger.push(&block);
        }
        self.ledger.leaves(&mut self.layout)
    }
}

impl Ledger {
    /// Takes a block that was laid out.
    fn push(&mut self, block: &Block) {
        if let Some(transcript) = &mut self.transcript {
            transcript.push(&block.units);
        }
        if let Some(redrawing) = &mut self.redrawing {
            redrawing.push(block);
        }
    }

    /// The pages that are full.
    fn leaves(&mut self, layout: &mut Layout) -> Vec<Leaf> {
        let leaves = layout.take().into_iter().flat_map(|page| self.leaves_of(page)).collect();
        // Which of its pages the bytes of one that is drawn again are on is known at its end.
        if !self.redrawing.as_ref().is_some_and(|redrawing| redrawing.has(self.due)) {
            self.trail.follow(layout.bytes_under_way());
        }
        leaves
    }

    /// What becomes of a page of the layout: itself, or the pages to have in its place.
    fn leaves_of(&mut self, page: Page) -> Vec<Leaf> {
        let label = self.due;
        self.due += 1;
        let Some(redrawing) = &mut self.redrawing else {
            return vec![self.leaf(page, label, None)];
        };
        let Some((redrawn, mut pages)) = redrawing.take(&page) else {
            return vec![self.leaf(page, label, None)];
        };
        if let (Some(last), Some(by)) = (pages.last_mut(), &self.crop) {
            crop(last, &redrawing.look(redrawn).geometry, by);
        }
        pages.into_iter().map(|page| self.leaf(page, label, Some(redrawn))).collect()
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

#[derive(Clone)]
struct Worker {
    queue: Receiver<Job>,
    done: Sender<Done>,
    /// The run's own, then those that pages are drawn again with.
    looks: Vec<Arc<Look>>,
    effort: Effort,
    draw: bool,
    check: bool,
    counters: Vec<Arc<dyn TokenCounter>>,
}

/// Answers for a worker that panics, so that nobody waits for it.
struct LastWord(Sender<Done>);

impl Drop for LastWord {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // Nobody may be left to hear it.
            let _ = self.0.send(Done::Panicked);
        }
    }
}

impl Worker {
    fn run(self) {
        let _last_word = LastWord(self.done.clone());
        let mut canvas = Canvas::default();
        let mut encoder = Encoder::new(self.effort);
        let checks = self.looks.iter().filter(|_| self.draw && self.check);
        let mut atlases: Vec<Atlas> =
            checks.map(|look| Atlas::new(&look.typeface, look.geometry, look.ink)).collect();
        for job in &self.queue {
            let done = match job {
                Job::Draw(index, leaf) => {
                    let Leaf { page, label, redrawn, source_blake3, text, places } = *leaf;
                    let at = redrawn.map_or(0, |redrawn| redrawn.look + 1);
                    let look = Arc::clone(&self.looks[at]);
                    let mut draw = || {
                        let bitmap = canvas.draw(&page, &look.geometry, &look.typeface, look.ink);
                        let profile = look.blake3;
                        let label = Label { page: label, profile, source: source_blake3 };
                        encoder.encode(&bitmap, &label)
                    };
                    let png = if self.draw { draw() } else { Vec::new() };
                    let check = |atlas: &mut Atlas| {
                        let findings = atlas.examine(&png, &page, &text, &places);
                        Error::unread(page.number, findings)
                    };
                    let unread = atlases.get_mut(at).and_then(check);
                    let sheet = Sheet { page, look, redrawn, png, source_blake3, text, places };
                    let sheet = Box::new(sheet);
                    Done::Drawn(index, unread.map_or(Ok(sheet), Err))
                }
                Job::Count(text) => {
                    Done::Counted(self.counters.iter().map(|c| c.tally(&text)).collect())
                }
            };
            if self.done.send(done).is_err() {
                return;
            }
        }
    }
}

/// Cuts the empty right and foot off a page, in whole patches, where the model then takes it for
/// fewer tokens. The lines are spread over as many columns as make the cheapest page.
fn crop(page: &mut Page, geometry: &Geometry, (rule, patch): &(Rule, u32)) {
    let tokens = |w: u32, h: u32| rule.count(w, h).map_or(u64::MAX, |count| count.tokens);
    let whole =
        |used: u32, most: u32| (used + geometry.margin).next_multiple_of((*patch).max(1)).min(most);
    let mut cheapest = tokens(page.width, page.height);
    let lines = page.lines.len();
    let (width, height) = (page.width, page.height);
    for columns in 1..=geometry.columns as usize {
        let rows = lines.div_ceil(columns).max(1);
        let boxes = geometry.boxes(lines, rows);
        let (Some(last), true) = (boxes.last(), rows <= geometry.rows()) else { continue };
        let narrow = whole(last.x + last.w, width);
        let short = whole(boxes[0].y + boxes[0].h, height);
        for (w, h) in [(width, short), (narrow, short)] {
            if tokens(w, h) < cheapest {
                cheapest = tokens(w, h);
                (page.width, page.height, page.rows) = (w, h, rows);
                page.boxes.clone_from(&boxes);
            }
        }
    }
}
