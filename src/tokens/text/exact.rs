//! Tokenizers whose vocabulary is at hand.

use std::borrow::Cow;
use std::sync::{LazyLock, Mutex, PoisonError};

use unicode_normalization::UnicodeNormalization;

use super::bpe::{self, Scratch};
use super::classes::class_at;
use super::pretokenize::Pattern;
use super::vocabulary::Vocabulary;
use super::{Tally, TokenCounter};

/// Decodes a vocabulary, when the first text is counted.
pub type Load = Box<dyn FnOnce() -> Vocabulary + Send>;

/// Counts as the tokenizer itself would. Its vocabulary is decoded by the thread that first counts,
/// so that naming a tokenizer costs nothing.
pub struct Exact {
    name: String,
    vocabulary: LazyLock<Vocabulary, Load>,
    pattern: Pattern,
    /// Whether the tokenizer brings text into normalisation form C first.
    nfc: bool,
    /// One for each thread that has counted at the same time, each with its memo of words.
    scratches: Mutex<Vec<Scratch>>,
}

impl Exact {
    /// A counter of the vocabulary that `load` gives.
    pub fn new(name: String, load: Load, pattern: Pattern, nfc: bool) -> Self {
        Self { name, vocabulary: LazyLock::new(load), pattern, nfc, scratches: Mutex::default() }
    }

    /// The vocabulary.
    #[cfg(test)]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Calls `word` with every word of `text`, in order, and how many tokens it has.
    #[inline(always)]
    pub fn for_each_word(&self, text: &str, mut word: impl FnMut(&[u8], u32)) {
        let scratches = || self.scratches.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = scratches().pop().unwrap_or_default();
        let tables = self.vocabulary.tables();
        let text = if self.nfc { normalised(text) } else { Cow::Borrowed(text) };
        let text = text.as_bytes();
        self.pattern.for_each_piece(text, |start, end| {
            let count = bpe::count(&self.vocabulary, tables, &mut scratch, text, start, end);
            word(&text[start..end], count);
        });
        scratches().push(scratch);
    }
}

impl TokenCounter for Exact {
    fn name(&self) -> &str {
        &self.name
    }

    fn tally(&self, text: &str) -> Tally {
        let mut count = 0;
        self.for_each_word(text, |_, tokens| count += u64::from(tokens));
        Tally::of_tokens(count)
    }
}

/// The text in normalisation form C. Nearly every text is, and to see that costs one look-up for
/// each character beyond Latin.
fn normalised(text: &str) -> Cow<'_, str> {
    /// The lead byte of U+0300: no character below changes or joins another.
    const FIRST_MARK: u8 = 0xCC;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] < FIRST_MARK {
            at += 1;
            continue;
        }
        let (class, length) = class_at(bytes, at);
        if class.may_change_under_nfc() {
            return Cow::Owned(text.nfc().collect());
        }
        at += length;
    }
    Cow::Borrowed(text)
}
