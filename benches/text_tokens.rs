//! Text tokens: how long a tokenizer takes to load, how fast it counts, and how much slower the worst
//! texts are than prose; o200k side by side with the crate `bpe-openai`.
//!
//! ```text
//! cargo bench -p microfiche-benches --features peers --bench text_tokens -- prose.txt code.rs chinese.txt
//! ```
//!
//! The first file should be prose: the others are compared with it. Times are the best of nine
//! alternating runs: on a shared machine the others tell of its other work.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it found")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use microfiche::tokens::text;

const RUNS: usize = 9;

fn main() {
    let mut texts: Vec<(String, String)> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .filter_map(|path| Some((path.clone(), std::fs::read_to_string(path).ok()?)))
        .collect();
    if texts.is_empty() {
        let own = include_str!("../src/tokens/text/pretokenize.rs").repeat(40);
        texts.push(("pretokenize.rs".into(), own));
    }

    println!("load, ms");
    let counters: Vec<_> = text::names()
        .map(|name| {
            let start = Instant::now();
            let counter = text::load(name).expect("a tokenizer of our own");
            println!("  {name:14} {:8.2}", start.elapsed().as_secs_f64() * 1e3);
            counter
        })
        .collect();
    let start = Instant::now();
    let theirs = bpe_openai::o200k_base();
    println!("  {:14} {:8.2}", "bpe-openai", start.elapsed().as_secs_f64() * 1e3);

    println!("o200k and bpe-openai, MB/s");
    let ours = &*counters[0];
    texts.extend(hostile());
    for (name, text) in &texts {
        let pairs = [(); RUNS].map(|()| {
            let own = time(|| ours.count(text));
            (own, time(|| theirs.count(&text[..]) as u64))
        });
        assert_eq!(ours.count(text), theirs.count(&text[..]) as u64, "{name}");
        let ours = speed(text, pairs.map(|pair| pair.0));
        let theirs = speed(text, pairs.map(|pair| pair.1));
        let name = name.rsplit('/').next().unwrap_or_default();
        println!("  {name:20} {ours:8.1} {theirs:8.1}  ratio {:.2}", ours / theirs);
    }

    println!("each tokenizer: MB/s of prose, and how many times slower a byte the worst texts are");
    for counter in &counters {
        let of = |text: &str| speed(text, [(); RUNS].map(|()| time(|| counter.count(text))));
        let prose = of(&texts[0].1);
        let mut slower: Vec<_> =
            hostile().iter().map(|(name, text)| (prose / of(text), name.clone())).collect();
        slower.sort_by(|a, b| b.0.total_cmp(&a.0));
        let worst: Vec<_> =
            slower[..3].iter().map(|(times, name)| format!("{name} {times:.1}")).collect();
        println!("  {:14} {prose:8.1}  {}", counter.name(), worst.join(", "));
    }
}

fn time(count: impl Fn() -> u64) -> Duration {
    let start = Instant::now();
    black_box(count());
    start.elapsed()
}

fn speed(text: &str, times: [Duration; RUNS]) -> f64 {
    let best = times.iter().min().copied().unwrap_or_default();
    text.len() as f64 / 1e6 / best.as_secs_f64()
}

/// A megabyte each of what is slow elsewhere.
fn hostile() -> Vec<(String, String)> {
    const SIZE: usize = 1 << 20;
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let units = ["a", "A", " ", "\n", "_", " \n", "\u{301}", "字", "字A", "e\u{301}", "9"];
    let mut texts: Vec<(String, String)> =
        units.iter().map(|unit| (format!("{unit:?}"), unit.repeat(SIZE / unit.len()))).collect();
    let letters = (0..SIZE).map(|_| char::from(b'a' + (random() % 26) as u8));
    texts.push(("random a-z".into(), letters.collect()));
    let bytes: Vec<u8> = (0..SIZE).map(|_| random() as u8).collect();
    let lossy = String::from_utf8_lossy(&bytes).into_owned();
    texts.push(("random bytes".into(), lossy));
    let han = (0..SIZE / 3).filter_map(|_| char::from_u32(0x4E00 + (random() % 20_000) as u32));
    texts.push(("random han".into(), han.collect()));
    texts
}
