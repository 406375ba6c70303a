//! Text tokens: what a text costs when it is sent as text.
//!
//! ```
//! use microfiche::tokens::text;
//!
//! let counter = text::load("o200k")?;
//! assert_eq!(counter.count("Hello, world"), 3);
//! assert!(counter.is_exact());
//! # Ok::<(), text::TokenizerError>(())
//! ```
//!
//! Counting goes the way the text goes, each step a file:
//!
//! | step | file |
//! |---|---|
//! | a stream is cut into pieces whose counts add up | `cut.rs` |
//! | a piece is cut into the words that no token crosses | `pretokenize.rs`, `classes.rs` |
//! | a word is looked up, or encoded | `bpe.rs`, `runs.rs`, `merging.rs`, `vocabulary.rs` |
//! | the vocabularies, by name | `catalogue.rs`, `exact.rs`, `merges.rs`, `packed.rs`, `trie.rs`, `vocab/` |
//! | models whose tokenizer is not public | `estimate.rs`, `kinds.rs`, `factors.tsv` |
//! | tokenizers that the user names | `file.rs`, `huggingface.rs` |
//!
//! Literals of special tokens (`<|endoftext|>`) are counted as the plain text that they are here.

mod bpe;
mod catalogue;
mod classes;
mod cut;
mod estimate;
mod exact;
mod file;
mod huggingface;
mod kinds;
mod merges;
mod merging;
mod packed;
mod pretokenize;
mod runs;
mod trie;
mod vocabulary;

use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::path::PathBuf;

pub use catalogue::{load, names};
pub use cut::Pieces;
pub use estimate::word_kinds;
pub use file::from_file;

/// Counts the tokens of texts.
pub trait TokenCounter: Send + Sync {
    /// The tokenizer's name, as [`load`] takes it.
    fn name(&self) -> &str;

    /// What a text weighs. The tallies of pieces cut by [`Pieces`] add up to that of the whole.
    fn tally(&self, text: &str) -> Tally;

    /// How many tokens a text has.
    fn count(&self, text: &str) -> u64 {
        self.tally(text).tokens()
    }

    /// Whether the counts are those of the model's own tokenizer.
    fn is_exact(&self) -> bool {
        self.band() == 0.0
    }

    /// How far off a count may be, as a part of it: 0.06 is ±6 %. Zero when exact.
    fn band(&self) -> f64 {
        0.0
    }
}

/// A sum of tokens, in thousandths, since an estimate of a short piece is no whole number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    thousandths: u64,
}

impl Tally {
    /// A tally of whole tokens.
    pub const fn of_tokens(tokens: u64) -> Self {
        Self { thousandths: tokens * 1000 }
    }

    /// A tally of thousandths of tokens.
    pub const fn of_thousandths(thousandths: u64) -> Self {
        Self { thousandths }
    }

    /// Tokens, rounded to the nearest, halves up.
    pub const fn tokens(self) -> u64 {
        (self.thousandths + 500) / 1000
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { thousandths: self.thousandths + other.thousandths }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), Add::add)
    }
}

/// Why there is no tokenizer to count with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenizerError {
    /// No tokenizer goes by this name.
    #[error("unknown tokenizer {name:?}; known are {}", names().collect::<Vec<_>>().join(", "))]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// A tokenizer file cannot be read.
    #[error("cannot read the tokenizer {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A tokenizer file is damaged, or of no known kind.
    #[error("{} is no tokenizer: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// A tokenizer file asks for something that cannot be counted exactly here.
    #[error("{} has a part that is not supported: {part}", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The part.
        part: String,
    },
}
