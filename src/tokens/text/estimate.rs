//! Estimates for models whose tokenizer is not public.
//!
//! A text is cut into words and counted as for o200k. Each word is of a kind (script, case, what
//! stands before it), and each kind has two factors: per o200k token and per character. They were
//! fitted to counts of other tokenizers and stand in `factors.tsv`, in thousandths, with how they
//! were measured. A word's share depends on the word alone, so the estimate of a text is the sum
//! of those of its pieces, in whole thousandths, wherever it is cut.
//!
//! Why kinds, and not one factor: o200k merges `.push` and `    self` into fewer tokens than others
//! do, so that one text costs Claude 1.37 times and another 1.92 times as many. With factors for
//! each kind, nine of ten samples come within 10 % of what was measured.

use std::sync::{Arc, LazyLock};

use super::catalogue;
use super::exact::Exact;
use super::kinds::{Kind, Lead};
use super::{Tally, TokenCounter};

/// How the tokens of one model family are estimated.
pub struct Estimate {
    name: &'static str,
    base: Arc<Exact>,
    factors: Factors,
    band: f64,
}

/// Thousandths of a token per o200k token and per character, of each kind and lead.
#[derive(Clone)]
struct Factors([[(u64, u64); Lead::ALL.len()]; Kind::ALL.len()]);

/// A tokenizer that is estimated.
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// Other names people use.
    pub aliases: &'static [&'static str],
    /// Which columns of the table hold its factors; without, o200k's count is taken as it is.
    columns: Option<usize>,
    /// Nine of ten texts are within this, as measured on texts that were not fitted to; where there
    /// is no measurement, what the tokenizers that could be measured differ by among each other.
    band: f64,
}

/// All that are estimated.
pub static ENTRIES: [Entry; 7] = [
    Entry {
        name: "claude-v3",
        aliases: &["claude-v4", "claude-v4.6"],
        columns: Some(0),
        band: 0.10,
    },
    Entry {
        name: "claude-v4.7",
        aliases: &["claude-v4.8", "claude-v5", "claude"],
        columns: Some(1),
        band: 0.10,
    },
    Entry { name: "gemma3", aliases: &["gemma4", "gemini"], columns: Some(2), band: 0.08 },
    Entry { name: "grok", aliases: &[], columns: None, band: 0.25 },
    Entry { name: "nova", aliases: &[], columns: None, band: 0.25 },
    // Five samples of prose, code and Chinese: 0.3 to 8 % fewer tokens than o200k.
    Entry { name: "llama4", aliases: &[], columns: None, band: 0.10 },
    Entry { name: "unknown", aliases: &[], columns: None, band: 0.25 },
];

impl Entry {
    /// The estimate itself.
    pub fn load(&self) -> Arc<Estimate> {
        Arc::new(Estimate {
            name: self.name,
            base: catalogue::o200k(),
            factors: Factors::of(self.columns),
            band: self.band,
        })
    }
}

impl Factors {
    fn of(columns: Option<usize>) -> Self {
        static TABLE: LazyLock<[Factors; 3]> = LazyLock::new(|| parse(include_str!("factors.tsv")));
        match columns {
            Some(columns) => TABLE[columns].clone(),
            None => Self([[(1000, 0); Lead::ALL.len()]; Kind::ALL.len()]),
        }
    }
}

/// Reads the table: a line for each kind and lead, a pair of columns for each family.
fn parse(table: &str) -> [Factors; 3] {
    let mut all = [const { Factors([[(0, 0); Lead::ALL.len()]; Kind::ALL.len()]) }; 3];
    let lines = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    let rows = Kind::ALL.into_iter().flat_map(|kind| Lead::ALL.map(|lead| (kind, lead)));
    for (line, (kind, lead)) in lines.zip(rows) {
        let mut fields = line.split('\t');
        debug_assert_eq!(fields.next(), Some(&format!("{kind:?}")[..]));
        debug_assert_eq!(fields.next(), Some(&format!("{lead:?}")[..]));
        let mut numbers = line.split('\t').skip(2).map(|field| field.parse().unwrap_or_default());
        for factors in &mut all {
            let pair = (numbers.next(), numbers.next());
            factors.0[kind as usize][lead as usize] =
                (pair.0.unwrap_or_default(), pair.1.unwrap_or_default());
        }
    }
    all
}

impl TokenCounter for Estimate {
    fn name(&self) -> &str {
        self.name
    }

    fn tally(&self, text: &str) -> Tally {
        let mut thousandths = 0;
        self.base.for_each_word(text, |word, tokens| {
            let kind = Kind::of(word);
            let (per_token, per_char) =
                self.factors.0[kind as usize][Lead::of(word, kind) as usize];
            thousandths += u64::from(tokens) * per_token + characters(word) * per_char;
        });
        Tally::of_thousandths(thousandths)
    }

    fn band(&self) -> f64 {
        self.band
    }
}

fn characters(word: &[u8]) -> u64 {
    word.iter().filter(|&byte| byte & 0xC0 != 0x80).count() as u64
}

/// What estimates are made from: o200k tokens and characters of each kind of word in a text, in the
/// order of the lines of `factors.tsv`. For fitting the table anew (`src/tokens/text/fit_factors.py`).
pub fn word_kinds(text: &str) -> Vec<(u64, u64)> {
    let mut sums = vec![(0, 0); Kind::ALL.len() * Lead::ALL.len()];
    catalogue::o200k().for_each_word(text, |word, tokens| {
        let kind = Kind::of(word);
        let sum = &mut sums[kind as usize * Lead::ALL.len() + Lead::of(word, kind) as usize];
        sum.0 += u64::from(tokens);
        sum.1 += characters(word);
    });
    sums
}
