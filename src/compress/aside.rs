//! What is read in the text beside the pages, on a thread of its own: exact strings and secrets.

use std::thread::JoinHandle;

use crossbeam_channel::{Sender, bounded};

use crate::factsheet::{Collector, Entries, Finder, Place};
use crate::secrets::{Findings, Scanner};
use crate::source::{Chunk, Offsets};
use crate::text::Blanker;

/// Chunks that may wait to be read; more would only take memory.
const WAITING: usize = 8;
/// Bytes of text back from its end in which the places of what is found may still lie.
const BACK: u64 = 1 << 20;

/// A reader of the text that was started.
pub(super) struct Aside {
    chunks: Sender<Chunk>,
    thread: JoinHandle<Read>,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// The exact strings, where they were wanted.
    pub(super) entries: Option<Entries>,
    /// The secrets, where they were wanted.
    pub(super) secrets: Findings,
}

impl Aside {
    /// Starts reading, if there is anything to look for.
    pub(super) fn start(strings: bool, secrets: bool) -> Option<Self> {
        if !strings && !secrets {
            return None;
        }
        let (chunks, queue) = bounded(WAITING);
        let mut reader = Reader {
            strings: strings.then(Default::default),
            secrets: secrets.then(Default::default),
            ..Reader::default()
        };
        let thread = std::thread::spawn(move || {
            queue.iter().for_each(|chunk| reader.read(&chunk));
            reader.finish()
        });
        Some(Self { chunks, thread })
    }

    /// Takes the next chunk; waits where reading has fallen behind.
    pub(super) fn push(&self, chunk: &Chunk) {
        // A reader that panicked is met when it is asked for what it read.
        let _ = self.chunks.send(chunk.clone());
    }

    /// What was read, when the text has ended.
    pub(super) fn finish(self) -> Read {
        drop(self.chunks);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

#[derive(Default)]
struct Reader {
    input: usize,
    offsets: Offsets,
    blanker: Blanker,
    strings: Option<(Finder, Collector)>,
    secrets: Option<(Scanner, Findings)>,
}

impl Reader {
    fn read(&mut self, chunk: &Chunk) {
        if chunk.input != self.input {
            self.end_input();
            self.input = chunk.input;
        }
        self.offsets.push(chunk);
        let mut blanker = std::mem::take(&mut self.blanker);
        self.look(&blanker.push(&chunk.text));
        self.blanker = blanker;
    }

    fn look(&mut self, text: &str) {
        if let Some((finder, _)) = &mut self.strings {
            finder.push(text);
        }
        if let Some((scanner, _)) = &mut self.secrets {
            scanner.push(text);
        }
        self.collect();
    }

    fn end_input(&mut self) {
        let rest = self.blanker.finish();
        self.look(&rest);
        if let Some((finder, _)) = &mut self.strings {
            finder.finish();
        }
        if let Some((scanner, _)) = &mut self.secrets {
            scanner.finish();
        }
        self.collect();
    }

    fn collect(&mut self) {
        let offsets = &mut self.offsets;
        if let Some((finder, collector)) = &mut self.strings {
            for found in finder.take() {
                let (input, start, end) = offsets.place(found.start, found.end);
                collector.add(found, Place { input, start, end });
            }
        }
        if let Some((scanner, findings)) = &mut self.secrets {
            for secret in scanner.take() {
                findings.add(secret.kind, offsets.place(secret.start, secret.end));
            }
        }
        offsets.forget(offsets.text().saturating_sub(BACK));
    }

    fn finish(mut self) -> Read {
        self.end_input();
        Read {
            entries: self.strings.map(|(_, collector)| collector.finish()),
            secrets: self.secrets.map(|(_, findings)| findings).unwrap_or_default(),
        }
    }
}
