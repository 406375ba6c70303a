//! Strings without any meaning to read: hashes, UUIDs, base64, web tokens.

use super::{Attempt, Word};
use crate::factsheet::kind::Kind;
use crate::factsheet::scan::{
    ALNUM, CLASS, DIGIT, HEX, LOWER, UPPER, at, before, ends, is, letter, run, run_most, was,
};

/// A UUID at `i`.
pub(crate) fn uuid(b: &[u8], i: usize) -> Option<usize> {
    let mut j = i;
    for (part, length) in [8, 4, 4, 4, 12].into_iter().enumerate() {
        if part > 0 {
            if at(b, j) != b'-' {
                return None;
            }
            j += 1;
        }
        if run_most(b, j, HEX, length) - j != length {
            return None;
        }
        j += length;
    }
    ends(b, j).then_some(j)
}

/// Hexadecimal pairs with colons or hyphens: a MAC address, a fingerprint. Three pairs would be a
/// time of day.
pub(crate) fn pairs(b: &[u8], i: usize) -> Option<usize> {
    let sign = at(b, i + 2);
    if sign != b':' && sign != b'-' {
        return None;
    }
    let mut j = i;
    let mut count = 0;
    while is(b, j, HEX) && is(b, j + 1, HEX) && count < 64 {
        count += 1;
        j += 2;
        if at(b, j) != sign || !is(b, j + 1, HEX) {
            break;
        }
        j += 1;
    }
    (count >= 6 && ends(b, j)).then_some(j)
}

/// The place or the kind of a device on a bus: 0000:00:1f.2, [8086:2922].
pub(crate) fn device(b: &[u8], i: usize) -> Option<usize> {
    if at(b, i + 4) != b':' || run_most(b, i, HEX, 4) != i + 4 {
        return None;
    }
    let end = run_most(b, i + 5, HEX, 5);
    if end == i + 9 && before(b, i) == b'[' && at(b, end) == b']' {
        return Some(end);
    }
    let slot = run_most(b, i + 8, HEX, 3);
    (end == i + 7
        && at(b, end) == b':'
        && slot == i + 10
        && at(b, slot) == b'.'
        && is(b, slot + 1, DIGIT)
        && ends(b, slot + 2))
    .then_some(slot + 2)
}

/// A JSON web token: two or three parts, the first two of which are `{"…` in base64.
pub(crate) fn jwt(b: &[u8], i: usize) -> Option<usize> {
    if !b[i..].starts_with(b"eyJ") {
        return None;
    }
    let part = |from: usize| {
        let mut j = from;
        while is(b, j, ALNUM) || matches!(at(b, j), b'_' | b'-') {
            j += 1;
        }
        j
    };
    let first = part(i);
    if first - i < 10 || at(b, first) != b'.' {
        return None;
    }
    let second = part(first + 1);
    if second - first < 6 {
        return None;
    }
    if at(b, second) == b'.' && part(second + 1) > second + 1 {
        return Some(part(second + 1));
    }
    Some(second)
}

/// Whether a word is a hexadecimal string. Letters in one case; words and numbers such as 12e10
/// are not.
pub(crate) fn is_hex(b: &[u8], word: &Word) -> bool {
    let length = word.end - word.start;
    if !word.hex || length < 7 || word.digits == 0 || (word.lower > 0 && word.upper > 0) {
        return false;
    }
    let letters = word.lower + word.upper;
    if letters == 0 {
        return false;
    }
    // A year or a count glued to a word: decade90.
    if length < 12 && word.turns < 2 && letters > 4 && word.digits < 2 {
        return false;
    }
    let exponent = letters == 1
        && matches!(
            b[word.start..word.end].iter().find(|c| c.is_ascii_alphabetic()),
            Some(b'e' | b'E')
        );
    !(exponent && length < 12)
}

/// Base64, plain or URL-safe. `Err`: there is none before this place.
pub(crate) fn base64(b: &[u8], i: usize) -> Attempt {
    // sha512-…: the name of the hash is not part of it.
    if b[i..].starts_with(b"sha") && is(b, i + 3, DIGIT) {
        let name = run_most(b, i + 3, DIGIT, 4);
        if at(b, name) == b'-' {
            return Err(name + 1);
        }
    }
    let mut j = i;
    let (mut lower, mut upper, mut digits, mut signs, mut slashes, mut joints) =
        (0, 0, 0, 0, 0, 0_usize);
    let mut turns = 0_usize;
    let mut last = 0;
    let mut lowers = 0_usize;
    let mut longest = 0_usize;
    loop {
        let class = CLASS[usize::from(at(b, j))] & (LOWER | UPPER | DIGIT);
        if class != 0 {
            lower += usize::from(class == LOWER);
            upper += usize::from(class == UPPER);
            digits += usize::from(class == DIGIT);
            turns += usize::from(last != 0 && last != class);
            last = class;
            lowers = if class == LOWER { lowers + 1 } else { 0 };
            longest = longest.max(lowers);
        } else {
            match at(b, j) {
                b'+' => signs += 1,
                b'/' => slashes += 1,
                b'-' | b'_' => joints += 1,
                _ => break,
            }
            lowers = 0;
        }
        j += 1;
    }
    let body = j;
    let length = lower + upper + digits;
    let pad = usize::from(at(b, j) == b'=') + usize::from(at(b, j) == b'=' && at(b, j + 1) == b'=');
    if pad == 0 && length < 16 {
        return Err(body.max(i + 1));
    }
    let padded = pad > 0
        && (body - i + pad).is_multiple_of(4)
        && joints == 0
        && is_padding(b, before(b, i), body + pad, pad, length);
    let enough = length >= 20 || (length >= 16 && digits > 0);
    let dense = |share: f64| turns as f64 >= share * (length.saturating_sub(1)) as f64;
    let mixed = lower > 0 && upper > 0;
    // The parts of a path or a name are words: runs of small letters that are longer than chance
    // has them.
    let wordy = longest >= 7 && length < 60
        || slashes > 0
            && signs == 0
            && b[i..body].split(|&c| c == b'/').filter(|part| wordlike(part)).count() * 2 > slashes
        || joints > 0
            && b[i..body].split(|&c| c == b'-' || c == b'_').filter(|part| wordlike(part)).count()
                * 2
                > joints + 2;
    let quoted = matches!(before(b, i), b'"' | b'\'') && before(b, i) == at(b, body + pad);
    let opaque = if padded {
        mixed
            && (length >= 6 && dense(if quoted { 0.2 } else { 0.35 }) && !wordy
                || length >= 40 && dense(0.25))
    } else {
        mixed
            && enough
            && !wordy
            && !is(b, body, 0)
            && if digits > 0 {
                dense(0.4) || length >= 32 && dense(0.3)
            } else {
                dense(0.45) && (signs + joints > 0 || length >= 24)
            }
    };
    if opaque && ends_cleanly(b, body) {
        let end = if padded { body + pad } else { trimmed(b, i, body) };
        return Ok((Kind::Base64, end));
    }
    // Long runs of one case with digits: base32 and the like.
    if length >= 24
        && digits >= 4
        && (upper == 0 || lower == 0)
        && joints + slashes + signs == 0
        && turns >= length / 5
    {
        let hex = b[i..body].iter().all(u8::is_ascii_hexdigit);
        if !hex && ends(b, body) {
            return Ok((Kind::Base64, body));
        }
    }
    Err(body.max(i + 1))
}

/// Whether `=` at the end is padding, and not that of `name="value"` or `a == b`.
fn is_padding(b: &[u8], opener: u8, end: usize, pad: usize, length: usize) -> bool {
    let next = at(b, end);
    if !ends(b, end)
        || matches!(next, b'=' | b'/' | b'+' | b'-' | b'$' | b'{' | b'(' | b'[' | b'~' | b'>')
    {
        return false;
    }
    let quoted = matches!(opener, b'"' | b'\'');
    let assigns = pad == 1 && matches!(next, b'"' | b'\'') && !quoted;
    let compares = pad == 2
        && matches!(next, b' ' | b'"' | b'\'')
        && !(quoted || matches!(opener, b' ' | b':'));
    length >= 16 || !(assigns || compares)
}

fn wordlike(part: &[u8]) -> bool {
    part.len() >= 3 && part.iter().all(|&c| CLASS[usize::from(c)] & LOWER != 0)
        || part.len() >= 4 && part[1..].iter().all(|&c| CLASS[usize::from(c)] & LOWER != 0)
}

/// A file extension or a call after it makes it a name.
fn ends_cleanly(b: &[u8], end: usize) -> bool {
    letter(b, end).is_none() && !(at(b, end) == b'.' && is(b, end + 1, ALNUM)) && at(b, end) != b'('
}

/// Without hyphens and the like that belong to the sentence.
fn trimmed(b: &[u8], start: usize, mut end: usize) -> usize {
    while end > start
        && matches!(b[end - 1], b'-' | b'_' | b'/' | b'+')
        && end > run(b, start, ALNUM)
    {
        if matches!(b[end - 1], b'/' | b'+' | b'_') && was(b, end - 1, ALNUM) {
            break;
        }
        end -= 1;
    }
    end
}
