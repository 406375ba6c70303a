//! Kinds of words, as far as tokenizers of different vendors cost them differently.

use super::classes::{LETTERS_MARKS, NUMBERS, SPACES, class_at};

/// What a word is made of, told by its first letter, or else by its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Kind {
    /// White space.
    Blank,
    /// Latin letters, all lower case.
    Lower,
    /// One capital, then lower case.
    Capital,
    /// Latin letters with capitals not only at the start.
    Upper,
    /// A word that has Latin letters beyond ASCII.
    Accented,
    /// Digits.
    Digits,
    /// ASCII punctuation and symbols.
    Punctuation,
    /// All other symbols, emoji too.
    Symbol,
    /// Cyrillic.
    Cyrillic,
    /// Greek.
    Greek,
    /// Arabic.
    Arabic,
    /// Hebrew.
    Hebrew,
    /// Han.
    Han,
    /// Hiragana and katakana.
    Kana,
    /// Hangul.
    Hangul,
    /// Devanagari.
    Devanagari,
    /// The other scripts of India.
    Indic,
    /// Thai, Lao, Burmese, Khmer.
    SoutheastAsian,
    /// Any other script.
    Other,
}

/// What stands before a word and is counted with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Lead {
    /// Nothing. White space has a newline in it.
    None,
    /// A space. White space has no newline in it.
    Space,
    /// Punctuation or a tab, which other tokenizers do not merge with the word; punctuation has a
    /// newline after it.
    Mark,
}

impl Lead {
    /// The lead of a word of this kind.
    pub fn of(word: &[u8], kind: Kind) -> Self {
        let is_mark = match kind {
            Kind::Blank if word.contains(&b'\n') => return Self::None,
            Kind::Blank => return Self::Space,
            Kind::Punctuation => word.ends_with(b"\n"),
            _ => word[0].is_ascii_punctuation() || word[0] == b'\t',
        };
        match word[0] {
            b' ' => Self::Space,
            _ if is_mark => Self::Mark,
            _ => Self::None,
        }
    }

    /// All leads, in the order of the table.
    pub const ALL: [Self; 3] = [Self::None, Self::Space, Self::Mark];
}

impl Kind {
    /// All kinds, in the order of the table.
    pub const ALL: [Self; 19] = [
        Self::Blank,
        Self::Lower,
        Self::Capital,
        Self::Upper,
        Self::Accented,
        Self::Digits,
        Self::Punctuation,
        Self::Symbol,
        Self::Cyrillic,
        Self::Greek,
        Self::Arabic,
        Self::Hebrew,
        Self::Han,
        Self::Kana,
        Self::Hangul,
        Self::Devanagari,
        Self::Indic,
        Self::SoutheastAsian,
        Self::Other,
    ];

    /// The kind of a word, which is not empty.
    pub fn of(word: &[u8]) -> Self {
        let (lead, length) = class_at(word, 0);
        let start = if lead.is(LETTERS_MARKS) || length == word.len() { 0 } else { length };
        let (class, length) = class_at(word, start);
        if word[start].is_ascii() {
            return match word[start] {
                b'a'..=b'z' | b'A'..=b'Z' => latin(&word[start..]),
                b'0'..=b'9' => Self::Digits,
                _ if class.is(SPACES) => Self::Blank,
                _ => Self::Punctuation,
            };
        }
        if class.is(LETTERS_MARKS) {
            let letter = word[start..start + length].iter().fold(0, |code, &byte| {
                // The lead byte of two, three or four, then six bits of each that follows.
                let bits = if byte & 0xC0 == 0x80 { byte & 0x3F } else { byte & (0x7F >> length) };
                code << 6 | u32::from(bits)
            });
            return script(letter);
        }
        if class.is(SPACES) {
            Self::Blank
        } else if class.is(NUMBERS) {
            Self::Digits
        } else {
            Self::Symbol
        }
    }
}

fn latin(word: &[u8]) -> Kind {
    if !word.is_ascii() {
        return Kind::Accented;
    }
    if word[1..].iter().any(u8::is_ascii_uppercase) {
        Kind::Upper
    } else if word[0].is_ascii_uppercase() {
        Kind::Capital
    } else {
        Kind::Lower
    }
}

fn script(letter: u32) -> Kind {
    match letter {
        0..0x370 | 0x1E00..0x1F00 | 0x2C60..0x2C80 | 0xA720..0xA800 => Kind::Accented,
        0x370..0x400 | 0x1F00..0x2000 => Kind::Greek,
        0x400..0x530 | 0x1C80..0x1C90 | 0x2DE0..0x2E00 | 0xA640..0xA6A0 => Kind::Cyrillic,
        0x590..0x600 | 0xFB1D..0xFB50 => Kind::Hebrew,
        0x600..0x700 | 0x750..0x780 | 0x870..0x900 | 0xFB50..0xFE00 | 0xFE70..0xFF00 => {
            Kind::Arabic
        }
        0x900..0x980 | 0xA8E0..0xA900 => Kind::Devanagari,
        0x980..0xE00 => Kind::Indic,
        0xE00..0xF00 | 0x1000..0x10A0 | 0x1780..0x1800 => Kind::SoutheastAsian,
        0x1100..0x1200 | 0x3130..0x3190 | 0xA960..0xA980 | 0xAC00..0xD800 => Kind::Hangul,
        0x3040..0x3100 | 0x31F0..0x3200 | 0xFF66..0xFFA0 => Kind::Kana,
        0x2E80..0x3040 | 0x3400..0xA000 | 0xF900..0xFB00 | 0x2_0000.. => Kind::Han,
        _ => Kind::Other,
    }
}
