//! Versions, and names joined by hyphens that carry one.

use crate::factsheet::kind::Kind;
use crate::factsheet::scan::{
    ALNUM, ALPHA, DIGIT, LOWER, WORD, at, before, ends, is, run, run_most, was,
};

use super::{Attempt, Word};

/// Words that join words in prose.
const SMALL: [&[u8]; 12] =
    [b"of", b"in", b"to", b"and", b"the", b"out", b"by", b"for", b"or", b"on", b"at", b"one"];

/// A version at `i`: 1.2.3, v1.2, 1.0.0-rc.1+build.5.
pub(crate) fn version(b: &[u8], i: usize) -> Option<usize> {
    let v = matches!(b[i], b'v' | b'V') && is(b, i + 1, DIGIT);
    if before(b, i) == b'.' && was(b, i - 1, WORD) {
        return None;
    }
    let mut j = i + usize::from(v);
    let mut parts = 0;
    loop {
        // The parts of an object identifier grow long.
        let end = run_most(b, j, DIGIT, 20);
        if end == j || end - j > 8 && parts < 3 {
            break;
        }
        parts += 1;
        j = end;
        if at(b, j) != b'.' || parts == 12 {
            break;
        }
        // 1.2.x
        if matches!(at(b, j + 1), b'x' | b'X') && ends(b, j + 2) {
            return Some(j + 2);
        }
        if !is(b, j + 1, DIGIT) {
            break;
        }
        j += 1;
    }
    // postgres:16.2-alpine
    let tagged = parts == 2
        && before(b, i) == b':'
        && was(b, i - 1, ALPHA)
        && at(b, j) == b'-'
        && is(b, j + 1, ALPHA);
    if parts < if v || tagged { 2 } else { 3 } {
        return None;
    }
    // rc1, b2, .dev3
    let dot = usize::from(at(b, j) == b'.');
    let letters = run_most(b, j + dot, LOWER, 6);
    if letters > j + dot && is(b, letters, DIGIT) {
        j = run_most(b, letters, DIGIT, 6);
    }
    let mut end = j;
    if matches!(at(b, j), b'-' | b'+' | b'~') && is(b, j + 1, ALNUM) {
        end = j + 1;
        while end - j < 64 && (is(b, end, ALNUM) || matches!(at(b, end), b'.' | b'-' | b'+' | b'~'))
        {
            end += 1;
        }
        while matches!(b[end - 1], b'.' | b'-' | b'+' | b'~') {
            end -= 1;
        }
    }
    ends(b, end).then_some(end)
}

/// Words joined by hyphens: with a version in it (serde-1.0.229, gpt-5.6-sol), or with a part that
/// is a code (web-7d4b9c6f5d-x2x8z, VK7JG-NPHTM-C97JM). `Err`: there is none before this place.
pub(crate) fn kebab(b: &[u8], i: usize) -> Attempt {
    let mut end = i;
    let (mut hyphens, mut version, mut digits) = (0, false, false);
    while end - i < 128 {
        match at(b, end) {
            b'-' => {
                if !is(b, end + 1, ALNUM) {
                    break;
                }
                hyphens += 1;
                let number = end + 1 + usize::from(matches!(at(b, end + 1), b'v' | b'V'));
                let dot = run_most(b, number, DIGIT, 5);
                version |=
                    dot > number && at(b, dot) == b'.' && is(b, dot + 1, DIGIT) && is(b, i, ALPHA);
            }
            b'.' if is(b, end + 1, ALNUM) => {}
            b'+' if version && is(b, end + 1, ALNUM) => {}
            _ if is(b, end, WORD) => digits |= is(b, end, DIGIT),
            _ => break,
        }
        end += 1;
    }
    let dead = end.max(run(b, i, ALNUM)).max(i + 1);
    if hyphens == 0
        || !digits
        || !ends(b, end)
        || matches!(before(b, i), b'-' | b'.') && was(b, i - 1, ALNUM)
    {
        return Err(dead);
    }
    if version {
        return Ok((Kind::Version, end));
    }
    let whole = &b[i..end];
    if whole.contains(&b'.') {
        return Err(dead);
    }
    let parts = || whole.split(|&c| c == b'-');
    if is(b, i, ALPHA) && numbered(b, i, end)
        || parts().any(code) && parts().all(|part| part.len() < 40)
    {
        let kind =
            if parts().any(super::word::doubtful) { Kind::LookAlike } else { Kind::Identifier };
        return Ok((kind, end));
    }
    Err(dead)
}

/// Whether words joined by hyphens are a name with a number: meter-gw-04, node-17b, eu-west-1a,
/// [exec-12]; but not the mid-1990s or one-in-10.
fn numbered(b: &[u8], i: usize, end: usize) -> bool {
    let parts = || b[i..end].split(|&c| c == b'-');
    let digits = |part: &[u8]| part.iter().take_while(|c| c.is_ascii_digit()).count();
    // Err-07
    if parts().skip(1).any(|part| part[0] == b'0' && part.len() > 1 && digits(part) == part.len()) {
        return true;
    }
    let Some(last) = parts().next_back() else { return false };
    let number = digits(last);
    let ordinal = matches!(&last[number..], b"s" | b"st" | b"nd" | b"rd" | b"th");
    if ordinal || last.len() > number + 1 && number > 0 {
        return false;
    }
    if number >= 2 && last.len() == number + 1 && last[number].is_ascii_lowercase() {
        return true;
    }
    let framed = matches!(
        (before(b, i), at(b, end)),
        (b'[', b']') | (b'"', b'"') | (b'\'', b'\'') | (b'`', b'`')
    );
    let year = last.len() == 4 && matches!(&last[..2], b"19" | b"20");
    let counted =
        number > 0 || last[0] == b'v' && last.len() > 1 && digits(&last[1..]) == last.len() - 1;
    counted
        && !year
        && (framed || parts().count() >= 3)
        && parts().all(|part| {
            part.len() >= 2
                && part.iter().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
                && !SMALL.contains(&part)
                || part.iter().all(u8::is_ascii_digit)
                || part == last
        })
        && b[i].is_ascii_lowercase()
}

/// Whether a part is neither word nor number: letters and digits that alternate, 8 or more
/// hexadecimal digits.
pub(crate) fn code(part: &[u8]) -> bool {
    let word = Word::read(part, 0);
    let upper_code = word.turns >= 2 && word.lower == 0 && part.len() >= 4;
    word.end == part.len()
        && word.under == 0
        && (word.turns >= 3 && part.len() >= 5
            || upper_code
            || (word.hex
                && word.turns >= 1
                && word.digits >= 2
                && part.len() >= 8
                && (word.upper == 0 || word.lower == 0)))
}
