//! Whether the surroundings look like code, a log or a command line rather than prose.

use crate::factsheet::scan::{ALNUM, ALPHA, DIGIT, is, was};

/// Bytes looked at on each side; the line ends the look earlier.
const REACH: usize = 128;

/// Signs of code near a place, kept until they are too far away.
#[derive(Default)]
pub(crate) struct Evidence {
    until: usize,
    code: bool,
}

impl Evidence {
    /// Whether the line around `i` looks like code.
    pub(crate) fn code(&mut self, b: &[u8], i: usize) -> bool {
        if i >= self.until {
            let low = i.saturating_sub(REACH);
            let from = b[low..i].iter().rposition(|&c| c == b'\n').map_or(low, |p| low + p + 1);
            let high = b.len().min(i + REACH);
            let to = b[i..high].iter().position(|&c| c == b'\n').map_or(high, |p| i + p);
            self.code = (from..to).any(|k| sign(b, from, to, k));
            self.until = i + REACH / 2;
        }
        self.code
    }
}

fn sign(b: &[u8], from: usize, to: usize, k: usize) -> bool {
    let next = if k + 1 < to { b[k + 1] } else { b'\n' };
    match b[k] {
        b'{' | b'}' | b'=' | b'`' | b'|' => true,
        b';' => next == b'\n',
        b':' => next == b':' || (was(b, k, DIGIT) && next.is_ascii_digit()),
        b'_' => k > from && was(b, k, ALNUM) && is(b, k + 1, ALNUM),
        b'-' => next == b'>',
        // A call, but not the plural of `word(s)`.
        b'(' => {
            k > from
                && was(b, k, ALNUM)
                && next.is_ascii()
                && !b[k..].starts_with(b"(s)")
                && !b[k..].starts_with(b"(es)")
        }
        b'<' => next == b'/' || (k > from && was(b, k, ALNUM) && next.is_ascii_alphabetic()),
        b'$' | b'#' => k == from && next == b' ' || next == b'[',
        b'/' => k == from && next == b'/',
        b'E' | b'W' | b'I' | b'D' => {
            !was(b, k, ALPHA)
                && [&b"ERROR"[..], b"WARN", b"INFO", b"DEBUG"]
                    .iter()
                    .any(|level| b[k..].starts_with(level))
        }
        _ => false,
    }
}
