//! Bytes: a class table, edges of words, and letters beyond ASCII.
//!
//! Recognisers see one slice, the window, which is cut at places that only the text decides, so
//! what they find cannot depend on how the text came in chunks.

pub(crate) const SPACE: u8 = 1;
pub(crate) const LOWER: u8 = 2;
pub(crate) const UPPER: u8 = 4;
pub(crate) const DIGIT: u8 = 8;
/// `_`
pub(crate) const UNDER: u8 = 16;
/// 0x80 and above.
pub(crate) const HIGH: u8 = 32;
/// 0-9, a-f, A-F.
pub(crate) const HEX: u8 = 64;
/// Characters of a file path apart from letters, digits and `_`.
pub(crate) const PATH: u8 = 128;

pub(crate) const ALPHA: u8 = LOWER | UPPER;
pub(crate) const ALNUM: u8 = ALPHA | DIGIT;
pub(crate) const WORD: u8 = ALNUM | UNDER;

pub(crate) static CLASS: [u8; 256] = table();

const fn table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let b = i as u8;
        let mut class = match b {
            b' ' | 9..=13 => SPACE,
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b'_' => UNDER,
            b'/' | b'.' | b'-' | b'~' | b'+' | b'@' | b'%' | b'*' => PATH,
            0x80..=0xff => HIGH,
            _ => 0,
        };
        if b.is_ascii_hexdigit() {
            class |= HEX;
        }
        table[i] = class;
        i += 1;
    }
    table
}

/// The byte at `i`, or 0 beyond the window, which is in no class.
pub(crate) fn at(b: &[u8], i: usize) -> u8 {
    b.get(i).copied().unwrap_or(0)
}

/// Whether the byte at `i` is of one of the classes.
pub(crate) fn is(b: &[u8], i: usize, classes: u8) -> bool {
    CLASS[usize::from(at(b, i))] & classes != 0
}

/// Whether the byte before `i` is of one of the classes.
pub(crate) fn was(b: &[u8], i: usize, classes: u8) -> bool {
    i > 0 && is(b, i - 1, classes)
}

/// The byte before `i`, or 0.
pub(crate) fn before(b: &[u8], i: usize) -> u8 {
    if i == 0 { 0 } else { b[i - 1] }
}

/// End of the run of bytes of these classes from `i`.
pub(crate) fn run(b: &[u8], mut i: usize, classes: u8) -> usize {
    while is(b, i, classes) {
        i += 1;
    }
    i
}

/// The same, at most `most` bytes long.
pub(crate) fn run_most(b: &[u8], i: usize, classes: u8, most: usize) -> usize {
    run(&b[..b.len().min(i + most)], i, classes)
}

/// The scripts whose letters are drawn like Latin ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Latin,
    Greek,
    Cyrillic,
}

/// A letter beyond ASCII of one of these scripts at `i`: its bytes and its script. Other letters
/// (Han, Arabic, …) end a word, for there is no blank where they meet Latin ones.
pub(crate) fn letter(b: &[u8], i: usize) -> Option<(usize, Script)> {
    let lead = at(b, i);
    if !(0xc3..=0xd4).contains(&lead) {
        return None;
    }
    let next = at(b, i + 1);
    if next & 0xc0 != 0x80 {
        return None;
    }
    let code = (u32::from(lead & 0x1f) << 6) | u32::from(next & 0x3f);
    let script = match code {
        0xd7 | 0xf7 | 0x37e | 0x387 | 0x482..=0x489 => return None,
        0xc0..=0x2af => Script::Latin,
        0x370..=0x3ff => Script::Greek,
        0x400..=0x52f => Script::Cyrillic,
        _ => return None,
    };
    Some((2, script))
}

/// Whether a word cannot go on at `i`.
pub(crate) fn ends(b: &[u8], i: usize) -> bool {
    !is(b, i, WORD) && letter(b, i).is_none()
}

/// Whether no letter or digit stands right before `i`.
pub(crate) fn starts(b: &[u8], i: usize) -> bool {
    i == 0 || (!was(b, i, WORD) && (i < 2 || letter(b, i - 2).is_none()))
}

/// A number of at most nine digits.
pub(crate) fn value(b: &[u8]) -> u32 {
    b.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0'))
}

/// Bytes of the blank at `i`: space, or a no-break space.
pub(crate) fn blank(b: &[u8], i: usize) -> Option<usize> {
    match at(b, i) {
        b' ' => Some(1),
        0xc2 if at(b, i + 1) == 0xa0 => Some(2),
        0xe2 if b[i..].starts_with("\u{202f}".as_bytes()) => Some(3),
        _ => None,
    }
}
