//! The threads that draw pages and count text.

use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::front::Leaf;
use super::{Options, Sheet};
use crate::error::{Error, Result};
use crate::fidelity::atlas::Atlas;
use crate::profile::{Look, Profile};
use crate::raster::{Canvas, Effort, Encoder, Label};
use crate::tokens::text::{Tally, TokenCounter};

/// What a worker is given.
pub(super) enum Job {
    Draw(Box<Leaf>),
    Count(String),
}

impl Job {
    pub(super) fn draw(leaf: Leaf) -> Self {
        Self::Draw(Box::new(leaf))
    }
}

/// What comes back from it.
pub(super) enum Done {
    /// The page of this number.
    Drawn(usize, Result<Box<Sheet>>),
    Counted(Vec<Tally>),
}

/// Workers, started as there is work for them.
pub(super) struct Workers {
    each: Worker,
    threads: usize,
    running: Vec<JoinHandle<()>>,
    jobs: Option<Sender<Job>>,
    results: Receiver<Option<Done>>,
    under_way: usize,
}

impl Workers {
    /// As many as the options say; none runs yet.
    pub(super) fn new(profile: &Profile, looks: Vec<Arc<Look>>, options: &Options) -> Self {
        let (jobs, queue) = unbounded();
        let (done, results) = unbounded();
        let each = Worker {
            queue,
            done,
            looks,
            effort: profile.png,
            draw: options.draw,
            check: options.check,
            counters: options.counters.clone(),
        };
        let threads = options.threads.max(1);
        Self { each, threads, running: Vec::new(), jobs: Some(jobs), results, under_way: 0 }
    }

    /// Jobs whose results have not been taken.
    pub(super) fn under_way(&self) -> usize {
        self.under_way
    }

    /// How many jobs keep all of them busy: for each the one it does and the next, and two to go on
    /// with, so that what is read beside the drawing need not wait for it.
    pub(super) fn enough(&self) -> usize {
        2 * self.threads + 2
    }

    pub(super) fn give(&mut self, job: Job) {
        let Some(jobs) = &self.jobs else { return };
        jobs.send(job).expect("the queue is held here too");
        self.under_way += 1;
        if self.running.len() < self.under_way.min(self.threads) {
            let worker = self.each.clone();
            self.running.push(std::thread::spawn(move || worker.run()));
        }
    }

    /// The next result, in whatever order they come.
    ///
    /// # Panics
    /// Where a worker did.
    pub(super) fn take(&mut self) -> Done {
        let done = self.results.recv().expect("a sender is held here too");
        self.under_way -= 1;
        // What went wrong it has said itself.
        done.expect("a worker panicked")
    }

    /// Lets them go when they have done what they were given.
    pub(super) fn close(&mut self) {
        self.jobs = None;
    }

    /// The same, and nobody waits for what they do.
    pub(super) fn stop(&mut self) {
        self.close();
        self.under_way = 0;
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.close();
        for worker in self.running.drain(..) {
            // A worker that panicked has said so on its own; there is nothing to add here.
            let _ = worker.join();
        }
    }
}

/// What every worker is.
#[derive(Clone)]
pub(super) struct Worker {
    queue: Receiver<Job>,
    done: Sender<Option<Done>>,
    /// The run's own, then those that pages are drawn again with.
    looks: Vec<Arc<Look>>,
    effort: Effort,
    draw: bool,
    check: bool,
    counters: Vec<Arc<dyn TokenCounter>>,
}

/// Answers for a worker that panics, so that nobody waits for it.
struct LastWord(Sender<Option<Done>>);

impl Drop for LastWord {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // Nobody may be left to hear it.
            let _ = self.0.send(None);
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
                Job::Draw(leaf) => {
                    let Leaf { page, label, redrawn, source_blake3, text, places } = *leaf;
                    let number = page.number;
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
                        Error::unread(number, findings)
                    };
                    let unread = atlases.get_mut(at).and_then(check);
                    let sheet = Sheet { page, look, redrawn, png, source_blake3, text, places };
                    Done::Drawn(number, unread.map_or(Ok(Box::new(sheet)), Err))
                }
                Job::Count(text) => {
                    Done::Counted(self.counters.iter().map(|c| c.tally(&text)).collect())
                }
            };
            if self.done.send(Some(done)).is_err() {
                return;
            }
        }
    }
}
