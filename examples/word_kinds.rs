//! Prints what estimates are made from, for texts given as JSON strings, one a line, on standard
//! input: for each, a list of pairs (o200k tokens, characters), one for each kind of word. Input for
//! `src/tokens/text/fit_factors.py`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it found")]

use std::error::Error;
use std::io::{BufRead, Write};

use microfiche::tokens::text::word_kinds;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let text: String = serde_json::from_str(&line?)?;
        serde_json::to_writer(&mut out, &word_kinds(&text))?;
        writeln!(out)?;
    }
    Ok(())
}
