//! Character classes, as far as pre-tokenisers tell characters apart.
//!
//! `classes.bin` is written by `examples/character_classes.rs`: one byte for every run of 256 code
//! points, the number of its block, then the blocks. Unicode 16, like the reference tokenizers'
//! regular expressions. A look-up is two loads; 256 bytes serve all of ASCII.

static TABLE: &[u8; INDEX + BLOCKS * BLOCK] = include_bytes!("classes.bin");

const BLOCK: usize = 256;
const INDEX: usize = 0x11_0000 / BLOCK;
const BLOCKS: usize = 161;

/// What a pre-tokeniser knows of a character.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Class(u8);

const OTHER: u8 = 0;
const UPPER: u8 = 1;
const LOWER: u8 = 2;
const CASELESS: u8 = 3;
const MARK: u8 = 4;
const NUMBER: u8 = 5;
const PUNCTUATION: u8 = 6;
const SYMBOL: u8 = 7;
const SPACE: u8 = 8;
const NEWLINE: u8 = 9;

const HAN: u8 = 16;
const MAY_CHANGE_UNDER_NFC: u8 = 32;
const DEEPSEEK_CJK: u8 = 64;

#[inline(always)]
const fn set(kinds: &[u8]) -> u16 {
    let mut set = 0;
    let mut at = 0;
    while at < kinds.len() {
        set |= 1 << kinds[at];
        at += 1;
    }
    set
}

/// A set of general categories.
#[derive(Clone, Copy)]
pub struct Set(u16);

/// `\p{L}`
pub const LETTERS: Set = Set(set(&[UPPER, LOWER, CASELESS]));
/// `[\p{L}\p{M}]`
pub const LETTERS_MARKS: Set = Set(set(&[UPPER, LOWER, CASELESS, MARK]));
/// `[\p{Lm}\p{Lo}\p{M}]`: has no case, goes with both.
pub const EITHER_CASE: Set = Set(set(&[CASELESS, MARK]));
/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
pub const UPPER_LIKE: Set = Set(set(&[UPPER, CASELESS, MARK]));
/// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
pub const LOWER_LIKE: Set = Set(set(&[LOWER, CASELESS, MARK]));
/// `\p{M}`
pub const MARKS: Set = Set(set(&[MARK]));
/// `\p{N}`
pub const NUMBERS: Set = Set(set(&[NUMBER]));
/// `\s`
pub const SPACES: Set = Set(set(&[SPACE, NEWLINE]));
/// `[\r\n]`
pub const NEWLINES: Set = Set(set(&[NEWLINE]));
/// `[\p{P}\p{S}]`
pub const PUNCTUATION_SYMBOLS: Set = Set(set(&[PUNCTUATION, SYMBOL]));
/// `[^\s\p{L}\p{N}]`
pub const REST: Set = Set(set(&[OTHER, MARK, PUNCTUATION, SYMBOL]));
/// `[^\s\p{L}\p{M}\p{N}]`
pub const REST_NO_MARKS: Set = Set(set(&[OTHER, PUNCTUATION, SYMBOL]));
/// `[^\r\n\p{L}\p{N}]`
pub const LEADS: Set = Set(set(&[OTHER, MARK, PUNCTUATION, SYMBOL, SPACE]));
/// `[^\r\n\p{L}\p{P}\p{S}]`
pub const DEEPSEEK_LEADS: Set = Set(set(&[OTHER, MARK, NUMBER, SPACE]));

impl Class {
    /// The class of a code point.
    #[inline(always)]
    pub fn of(code: u32) -> Self {
        let code = code as usize;
        let block = usize::from(TABLE[(code / BLOCK).min(INDEX - 1)]);
        Self(TABLE[INDEX + block * BLOCK + code % BLOCK])
    }

    /// Whether the character is of one of these categories.
    #[inline(always)]
    pub fn is(self, set: Set) -> bool {
        set.0 >> (self.0 & 15) & 1 == 1
    }

    /// `\p{Han}`
    #[inline(always)]
    pub fn is_han(self) -> bool {
        self.0 & HAN != 0
    }

    /// `[一-龥぀-ゟ゠-ヿ]`, which DeepSeek's pre-tokeniser sets apart.
    #[inline(always)]
    pub fn is_deepseek_cjk(self) -> bool {
        self.0 & DEEPSEEK_CJK != 0
    }

    /// Whether normalisation form C may replace the character or join it to another.
    #[inline(always)]
    pub fn may_change_under_nfc(self) -> bool {
        self.0 & MAY_CHANGE_UNDER_NFC != 0
    }
}

/// The class of the character at `at`, and its length in bytes. `text` is valid UTF-8 and `at` a
/// boundary within it.
#[inline(always)]
pub fn class_at(text: &[u8], at: usize) -> (Class, usize) {
    let first = text[at];
    if first < 0x80 {
        return (Class::of(first.into()), 1);
    }
    let (code, length) = decode(text, at);
    (Class::of(code), length)
}

#[inline(always)]
fn decode(text: &[u8], at: usize) -> (u32, usize) {
    let first = u32::from(text[at]);
    let tail = |offset: usize| u32::from(text[at + offset]) & 0x3F;
    match first {
        0..0xE0 => ((first & 0x1F) << 6 | tail(1), 2),
        0xE0..0xF0 => ((first & 0xF) << 12 | tail(1) << 6 | tail(2), 3),
        _ => ((first & 7) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4),
    }
}
