//! Ids of tickets, advisories and issues.

use super::Word;
use crate::factsheet::kind::Kind;
use crate::factsheet::scan::{
    ALNUM, DIGIT, HEX, LOWER, UPPER, at, before, ends, is, run_most, was,
};

/// Names of standards and the like that only look like tickets.
const NAMES: [&[u8]; 41] = [
    b"UTF", b"SHA", b"GPT", b"COVID", b"ISO", b"AES", b"RSA", b"IEC", b"IEEE", b"RTX", b"GTX",
    b"MD", b"CRC", b"ASCII", b"UCS", b"PKCS", b"TLS", b"SSL", b"HTTP", b"IPV", b"USB", b"PCI",
    b"DDR", b"RS", b"CP", b"KOI", b"WINDOWS", b"ECMA", b"ANSI", b"DIN", b"EN", b"BS", b"MPEG",
    b"MP", b"LLAMA", b"CD", b"DVD", b"PM", b"WW", b"SARS", b"X86",
];

/// ABC-123, CVE-2024-12345, GHSA-xxxx-xxxx-xxxx, KM-2200-A4 at a word of capitals and digits.
pub(crate) fn ticket(b: &[u8], word: &Word) -> Option<usize> {
    let i = word.start;
    let key = &b[i..word.end];
    if at(b, word.end) != b'-' || key.len() > 10 || word.upper + word.digits < key.len() {
        return None;
    }
    if matches!(before(b, i), b'-' | b'/') && was(b, i - 1, ALNUM) {
        return None;
    }
    let j = word.end + 1;
    if key == b"GHSA" {
        let mut end = j;
        for part in 0..3 {
            if part > 0 {
                if at(b, end) != b'-' {
                    return None;
                }
                end += 1;
            }
            if run_most(b, end, LOWER | DIGIT, 5) != end + 4 {
                return None;
            }
            end += 4;
        }
        return ends(b, end).then_some(end);
    }
    if NAMES.contains(&key) {
        return None;
    }
    if let Some(end) = code(b, word) {
        return Some(end);
    }
    let first = run_most(b, j, DIGIT, 9);
    if first == j || key.len() < 2 || word.digits == key.len() {
        return None;
    }
    // Q3-2024
    if word.digits > 0 && first - j == 4 && matches!(&b[j..j + 2], b"19" | b"20") {
        return None;
    }
    // CVE-2024-12345, RHSA-2023:1234, RUSTSEC-2026-0192
    if first - j == 4 && matches!(at(b, first), b'-' | b':') && is(b, first + 1, DIGIT) {
        let end = run_most(b, first + 1, DIGIT, 8);
        return (ends(b, end) && !(at(b, end) == b'-' && is(b, end + 1, ALNUM))).then_some(end);
    }
    if !ends(b, first)
        || matches!(at(b, first), b'-' | b'.' | b':' | b'/') && is(b, first + 1, ALNUM)
    {
        return None;
    }
    Some(first)
}

/// T-0419, KM-2200-A4, PO-88120/7, 7B19-0042: capitals and digits with more to them than ABC-123.
fn code(b: &[u8], word: &Word) -> Option<usize> {
    let (mut parts, mut digits, mut letters) = (1, word.digits, word.upper);
    let (mut end, mut zero, mut year) = (word.end, false, false);
    while matches!(at(b, end), b'-' | b'/') && is(b, end + 1, UPPER | DIGIT) {
        let part = Word::read(b, end + 1);
        let length = part.end - part.start;
        if part.upper + part.digits < length || length > 16 {
            return None;
        }
        zero |= part.digits == length && b[part.start] == b'0' && length > 1;
        year = part.digits == 4 && length == 4 && matches!(&b[part.start..][..2], b"19" | b"20");
        (parts, digits, letters, end) =
            (parts + 1, digits + part.digits, letters + part.upper, part.end);
    }
    // A number before a name: 747-SP; a quarter: Q3-2024.
    if letters == 0
        || parts == 2 && year
        || matches!(at(b, end), b'.' | b':') && is(b, end + 1, ALNUM)
    {
        return None;
    }
    let enough = match parts {
        1 => false,
        // F-16 is a name, T-0419 is not.
        2 if word.upper == 1 && word.digits == 0 => zero || digits >= 4,
        2 => word.upper > 0 && word.digits > 0 && digits >= 4,
        _ => digits >= 2 && word.upper > 0 && end - word.start >= 8 || digits >= 4,
    };
    (enough && ends(b, end)).then_some(end)
}

/// `#1234`, or a colour: `#1a2b3c`. `#1` is "number one".
pub(crate) fn hash(b: &[u8], i: usize) -> Option<(Kind, usize)> {
    let end = run_most(b, i + 1, DIGIT, 8);
    if (3..=8).contains(&(end - i)) && ends(b, end) {
        return Some((Kind::Ticket, end));
    }
    let end = run_most(b, i + 1, HEX, 9);
    let digits = b[i + 1..end].iter().any(u8::is_ascii_digit);
    let lengths = matches!(end - i, 4 | 5 | 7 | 9);
    let upper = b[i + 1..end].iter().any(u8::is_ascii_uppercase);
    (lengths && (digits || upper && end - i >= 7) && ends(b, end)).then_some((Kind::Hex, end))
}
