//! Lays out the tables of the default vocabulary, so that the binary uses them in place.
//!
//! From the deflated merges to the tables takes some 40 ms; done here, it is never waited for.

use std::error::Error;
use std::path::PathBuf;

#[expect(dead_code, reason = "only the layout is done here")]
#[path = "src/tokens/text/merges.rs"]
mod merges;
#[path = "src/tokens/text/packed.rs"]
mod packed;
#[path = "src/tokens/text/trie.rs"]
mod trie;
#[expect(dead_code, reason = "only the layout is done here")]
#[path = "src/tokens/text/vocabulary.rs"]
mod vocabulary;

const MERGES: &str = "src/tokens/text/vocab/o200k.merges";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={MERGES}");
    for source in ["merges", "packed", "trie", "vocabulary"] {
        println!("cargo::rerun-if-changed=src/tokens/text/{source}.rs");
    }
    let merges = packed::unpack(&std::fs::read(MERGES)?, None).ok_or("a damaged vocabulary")?;
    let vocabulary = vocabulary::Vocabulary::build(&merges).ok_or("a damaged vocabulary")?;
    let image = vocabulary.to_image();
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    std::fs::write(out.join("o200k.image"), image)?;
    Ok(())
}
