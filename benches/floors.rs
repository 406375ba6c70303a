//! The least that must be done, part by part: what `benches/peers/run.py` compares whole runs with.
//!
//! ```text
//! floors tokens TOKENIZER TEXT [TIMES]     counting the text, on one thread
//! floors encode FOLDER [TIMES]             the PNG files of a folder's pages, from their pixels
//! floors copy FOLDER [TIMES]               the same pixels, copied
//! floors load TOKENIZER TEXT               nothing but that: load, read, count
//! floors part PART LOOK TEXT               a part of the run, once: what `instructions.py` counts
//! ```
//!
//! The first three print one line, a JSON object: seconds on a processor and by the clock, without reading or
//! decoding the files; `units` are tokens or pages, `bytes` those that came out.

#![allow(clippy::print_stdout, reason = "it prints what it found")]

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use microfiche::raster::{Bitmap, Effort, Encoder};
use microfiche::tokens::text::{self, Pieces, Tally};
use microfiche_benches::{Material, label};

/// Pages held at a time. The system counts a thread's seconds in steps of some milliseconds, so that
/// a page alone is too short to time.
const BATCH: usize = 64;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let times = |at: usize| arguments.get(at).map_or(Ok(1), |times| times.parse::<u64>());
    let mut spent = Spent::default();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["load", tokenizer, path] => {
            let text = fs::read_to_string(path)?;
            println!("{}", text::load(tokenizer)?.count(&text));
            return Ok(());
        }
        ["part", part, look, path] => {
            let material = Material::new(&fs::read_to_string(path)?, look)?;
            println!("{}", counted(&material, part));
            return Ok(());
        }
        ["tokens", tokenizer, path, ..] => {
            let counter = text::load(tokenizer)?;
            let source = fs::read_to_string(path)?;
            let mut cutter = Pieces::new();
            let mut pieces = cutter.push(&source);
            pieces.push(cutter.finish());
            counter.count(pieces.first().map_or("", |piece| piece));
            for _ in 0..times(3)? {
                let count = || pieces.iter().map(|piece| counter.tally(piece)).sum::<Tally>();
                spent.units = spent.time(count).tokens();
                spent.bytes = source.len() as u64;
            }
            spent.print(times(3)?);
        }
        ["encode", folder, ..] => {
            let mut encoder = Encoder::new(Effort::default());
            let label = label();
            spent.pages(folder, times(2)?, |page| encoder.encode(page, &label).len())?;
            spent.print(times(2)?);
        }
        ["copy", folder, ..] => {
            let mut copy = Vec::new();
            spent.pages(folder, times(2)?, |page| {
                copy.clear();
                copy.extend_from_slice(black_box(&page.rows));
                black_box(&copy).len()
            })?;
            spent.print(times(2)?);
        }
        _ => return Err("floors tokens|load TOKENIZER TEXT, or floors encode|copy FOLDER".into()),
    }
    Ok(())
}

/// The work whose instructions are counted, under a name that a profiler finds.
#[inline(never)]
fn counted(material: &Material, part: &str) -> usize {
    black_box(material.run(black_box(part)))
}

/// A folder's pages, in order.
fn files(folder: &str) -> Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<PathBuf>>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "png"));
    paths.sort();
    Ok(paths)
}

/// The packed gray samples that a page was encoded from. They are decoded to a byte each and packed
/// again: at 1, 2, 4 and 8 bits that loses nothing.
fn unpack(path: &Path) -> Result<Bitmap> {
    let file = fs::read(path)?;
    let bits = *file.get(24).ok_or("no PNG header")?;
    let gray = image::load_from_memory(&file)?.into_luma8();
    let (width, height) = gray.dimensions();
    let mut rows = Vec::new();
    for row in gray.chunks_exact(width as usize) {
        for samples in row.chunks(8 / usize::from(bits)) {
            let mut byte = 0;
            for (at, sample) in samples.iter().enumerate() {
                byte |= (sample >> (8 - bits)) << (8 - bits as usize * (at + 1));
            }
            rows.push(byte);
        }
    }
    Ok(Bitmap { width, height, bits, rows })
}

/// What was spent, on a processor and by the clock, and on what.
#[derive(Default)]
struct Spent {
    processor: Duration,
    clock: Duration,
    units: u64,
    bytes: u64,
}

impl Spent {
    fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (clock, processor) = (Instant::now(), on_processor());
        let made = black_box(work());
        let clock = clock.elapsed();
        self.clock += clock;
        self.processor += match (processor, on_processor()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => clock,
        };
        made
    }

    /// Times work on each page of a folder, which says how many bytes it made.
    fn pages(
        &mut self,
        folder: &str,
        times: u64,
        mut work: impl FnMut(&Bitmap) -> usize,
    ) -> Result<()> {
        for batch in files(folder)?.chunks(BATCH) {
            let pages: Vec<Bitmap> =
                batch.iter().map(|path| unpack(path)).collect::<Result<_>>()?;
            for time in 0..times {
                let bytes = self.time(|| pages.iter().map(&mut work).sum::<usize>());
                if time == 0 {
                    self.bytes += bytes as u64;
                    self.units += pages.len() as u64;
                }
            }
        }
        Ok(())
    }

    /// One time's share of the seconds.
    fn print(&self, times: u64) {
        let one = |total: Duration| total.as_secs_f64() / times as f64;
        let (processor, clock) = (one(self.processor), one(self.clock));
        let (units, bytes) = (self.units, self.bytes);
        println!(
            r#"{{"cpu": {processor:.6}, "wall": {clock:.6}, "units": {units}, "bytes": {bytes}}}"#
        );
    }
}

/// How long this thread has been on a processor, where the system says so (Linux).
fn on_processor() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
