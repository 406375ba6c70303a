//! Dates and times.

use crate::factsheet::scan::{
    ALNUM, ALPHA, DIGIT, HIGH, at, before, ends, is, run, run_most, starts, value, was,
};

/// Names of the months in English, and where they differ in German, French, Spanish, Italian,
/// Portuguese and Dutch.
const MONTHS: [&str; 54] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "januar",
    "februar",
    "märz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "janvier",
    "février",
    "mars",
    "avril",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
    "gennaio",
    "febbraio",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "settembre",
    "ottobre",
    "dicembre",
    "maart",
    "januari",
];

/// Whether a word is the English name of a month, or its first three letters.
fn month(word: &[u8]) -> bool {
    word.len() >= 3
        && word[0].is_ascii_uppercase()
        && (MONTHS[..12].iter().any(|name| {
            let name = name.as_bytes();
            word.eq_ignore_ascii_case(name)
                || (word.len() == 3 && word.eq_ignore_ascii_case(&name[..3]))
        }) || word.eq_ignore_ascii_case(b"sept"))
}

/// End of the name of a month at `i`, in any of the languages, between a day and a year.
fn month_name(b: &[u8], i: usize) -> Option<usize> {
    let mut end = i;
    while end - i < 12 && is(b, end, ALPHA | HIGH) {
        end += 1;
    }
    let word = &b[i..end];
    (month(word) || MONTHS.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes())))
        .then_some(end)
}

/// A date or time at the digit `i`; a month before it may belong to it, but nothing before
/// `floor`. Start and end.
pub(crate) fn date(b: &[u8], i: usize, floor: usize) -> Option<(usize, usize)> {
    let first = run_most(b, i, DIGIT, 9);
    let end = match first - i {
        4 => year_first(b, i),
        8 if matches!(at(b, first), b'T' | b'-' | b'_' | b' ') => compact(b, i, first),
        1 | 2 => {
            let written = || Some((after_month(b, i, floor)?, with_month(b, i, first)?));
            if let Some(found) = written() {
                return Some(found);
            }
            match at(b, first) {
                b':' => time(b, i, true),
                b'.' => day_first(b, i, first)
                    .or_else(|| dotted(b, i, first))
                    .or_else(|| day_month(b, i, first)),
                b'/' | b'-' => day_first(b, i, first).or_else(|| day_month(b, i, first)),
                b' ' => day_month(b, i, first).or_else(|| hour(b, i, first)),
                b's' | b'n' | b'r' | b't' | b'e' => day_month(b, i, first),
                b'a' | b'p' | b'A' | b'P' => hour(b, i, first),
                b'h' => of_hours(b, i, first),
                _ => None,
            }
        }
        _ => None,
    }?;
    Some((i, end))
}

fn clean(b: &[u8], end: usize) -> bool {
    ends(b, end) && !(matches!(at(b, end), b'-' | b'/' | b'.') && is(b, end + 1, ALNUM))
}

fn day(b: &[u8], i: usize, j: usize) -> bool {
    (1..=31).contains(&value(&b[i..j]))
}

/// 2024-01-31, 2024/01/31, 2024.01.31, with a time.
fn year_first(b: &[u8], i: usize) -> Option<usize> {
    let sign = at(b, i + 4);
    if sign == 0xe5 || sign == 0xeb {
        return with_signs(b, i);
    }
    if !matches!(sign, b'-' | b'/' | b'.')
        || at(b, i + 7) != sign
        || matches!(before(b, i), b'-' | b'/' | b'.') && was(b, i - 1, ALNUM)
    {
        return None;
    }
    if run_most(b, i + 5, DIGIT, 3) != i + 7 || run_most(b, i + 8, DIGIT, 3) != i + 10 {
        return None;
    }
    let months = value(&b[i + 5..i + 7]);
    if !(1..=12).contains(&months) || !day(b, i + 8, i + 10) || value(&b[i..i + 4]) < 1000 {
        return None;
    }
    let end = i + 10;
    if let Some(end) = time_after(b, end) {
        return Some(end);
    }
    clean(b, end).then_some(end)
}

/// 2026年4月13日, 2026년 4월 13일.
fn with_signs(b: &[u8], i: usize) -> Option<usize> {
    let signs = |signs: [&str; 3]| {
        let mut j = i;
        for sign in signs {
            j += usize::from(at(b, j) == b' ');
            j = run_most(b, j, DIGIT, 4);
            if !b[j..].starts_with(sign.as_bytes()) {
                return None;
            }
            j += sign.len();
        }
        Some(j)
    };
    signs(["年", "月", "日"]).or_else(|| signs(["년", "월", "일"]))
}

/// The time after a date.
fn time_after(b: &[u8], end: usize) -> Option<usize> {
    let gap = match at(b, end) {
        b'T' | b't' | b' ' | b'_' => 1,
        b',' if at(b, end + 1) == b' ' => 2,
        _ => return None,
    };
    time(b, end + gap, false)
}

/// 20240131T101500Z, 20240131-101500; the time starts after `t`.
fn compact(b: &[u8], i: usize, t: usize) -> Option<usize> {
    let like_a_day = (1..=12).contains(&value(&b[i + 4..i + 6])) && day(b, i + 6, i + 8);
    if at(b, t) != b'T' && (!like_a_day || at(b, t + 1) > b'2') {
        return None;
    }
    if at(b, t) == b' ' {
        return time(b, t + 1, false);
    }
    let mut end = run_most(b, t + 1, DIGIT, 7);
    if end - t != 7 && end - t != 5 {
        return None;
    }
    end += usize::from(at(b, end) == b'Z');
    ends(b, end).then_some(end)
}

/// 31.01.2024, 1/31/2024, 31-01-2024, 12/31/99.
fn day_first(b: &[u8], i: usize, first: usize) -> Option<usize> {
    let sign = at(b, first);
    if !matches!(sign, b'-' | b'/' | b'.')
        || matches!(before(b, i), b'-' | b'/' | b'.') && was(b, i - 1, ALNUM)
    {
        return None;
    }
    let second = run_most(b, first + 1, DIGIT, 3);
    if !(1..=2).contains(&(second - first - 1)) || at(b, second) != sign {
        return None;
    }
    let (one, two) = (value(&b[i..first]), value(&b[first + 1..second]));
    if !(1..=31).contains(&one) || !(1..=31).contains(&two) || one > 12 && two > 12 {
        return None;
    }
    let end = run_most(b, second + 1, DIGIT, 5);
    let years = end - second - 1;
    let short = years == 2 && sign == b'/' && first - i == 2 && second - first == 3;
    let full = years == 4 && (1000..2200).contains(&value(&b[second + 1..end]));
    if !(full || short) {
        return None;
    }
    time_after(b, end).or_else(|| clean(b, end).then_some(end))
}

/// 4 April 1908, 4th of April, 1908, 15-Nov-1994, 10/Oct/2000:13:55:36 +0200.
fn day_month(b: &[u8], i: usize, first: usize) -> Option<usize> {
    if !day(b, i, first) {
        return None;
    }
    let mut j = ordinal(b, first);
    let sign = at(b, j);
    if !matches!(sign, b' ' | b'-' | b'/') {
        return None;
    }
    j += 1;
    if sign == b' ' && (b[j..].starts_with(b"of ") || b[j..].starts_with(b"de ")) {
        j += 3;
    }
    j = month_name(b, j)?;
    if sign == b' ' {
        if b[j..].starts_with(b" de ") {
            j += 3;
        }
        j += usize::from(matches!(at(b, j), b'.' | b','));
        if at(b, j) != b' ' {
            return None;
        }
    } else if at(b, j) != sign {
        return None;
    }
    let end = run_most(b, j + 1, DIGIT, 5);
    if end - j - 1 != 4 && !(end - j - 1 == 2 && sign == b'-') {
        return None;
    }
    if sign == b'/' && at(b, end) == b':' {
        return time(b, end + 1, false);
    }
    time_after(b, end).or_else(|| ends(b, end).then_some(end))
}

fn ordinal(b: &[u8], j: usize) -> usize {
    let suffix = [&b"st"[..], b"nd", b"rd", b"th", b"er"].iter().any(|s| b[j..].starts_with(s));
    // 3. März
    let dot = at(b, j) == b'.' && at(b, j + 1) == b' ';
    if suffix { j + 2 } else { j + usize::from(dot) }
}

/// Start of the name of a month right before `i`.
fn after_month(b: &[u8], i: usize, floor: usize) -> Option<usize> {
    let mut j = i;
    while j > 0 && b[j - 1] == b' ' && i - j < 2 {
        j -= 1;
    }
    if j == i {
        return None;
    }
    let end = if j > 0 && b[j - 1] == b'.' { j - 1 } else { j };
    let mut start = end;
    while start > floor && end - start < 10 && was(b, start, ALPHA) {
        start -= 1;
    }
    (month(&b[start..end]) && starts(b, start)).then_some(start)
}

/// What follows the day when a month stood before it: a year or a time.
fn with_month(b: &[u8], i: usize, first: usize) -> Option<usize> {
    if !day(b, i, first) {
        return None;
    }
    let j = ordinal(b, first);
    let gap = usize::from(at(b, j) == b',') + 1;
    if at(b, j + gap - 1) != b' ' {
        return None;
    }
    let end = run_most(b, j + gap, DIGIT, 5);
    if end - j - gap == 4 && ends(b, end) {
        return Some(time_after(b, end).unwrap_or(end));
    }
    let end = time(b, j + gap, false)?;
    // Mar  2 15:04:05 2026
    let year = run_most(b, end + 1, DIGIT, 5);
    let dated = at(b, end) == b' ' && year == end + 5 && ends(b, year);
    Some(if dated && matches!(&b[end + 1..end + 3], b"19" | b"20") { year } else { end })
}

/// 10:15, 10:15:30.250, with a zone. Alone, `3:16` is a verse or a ratio: two digits are needed, or
/// a.m. or p.m.
fn time(b: &[u8], i: usize, alone: bool) -> Option<usize> {
    let first = run_most(b, i, DIGIT, 3);
    let pair = |j: usize| run_most(b, j, DIGIT, 3) == j + 2 && b[j] < b'6';
    if !(1..=2).contains(&(first - i))
        || value(&b[i..first]) > 24
        || at(b, first) != b':'
        || !pair(first + 1)
    {
        return None;
    }
    if alone && (before(b, i) == b':' || before(b, i) == b'.') && was(b, i - 1, ALNUM) {
        return None;
    }
    let mut end = first + 3;
    let mut seconds = false;
    if at(b, end) == b':' && pair(end + 1) {
        seconds = true;
        end += 3;
        if matches!(at(b, end), b'.' | b',') && is(b, end + 1, DIGIT) {
            end = run_most(b, end + 1, DIGIT, 9);
        }
    }
    if let Some(end) = noon(b, end) {
        return Some(end);
    }
    if alone && !seconds && first - i < 2 || !ends(b, end) && at(b, end) != b'Z' {
        return None;
    }
    // 12:30:99 or 10:20:30:40 are something else.
    if at(b, end) == b':' && is(b, end + 1, DIGIT) {
        return None;
    }
    Some(zone(b, end))
}

/// End of a.m. or p.m. after a time.
fn noon(b: &[u8], end: usize) -> Option<usize> {
    let m = end + usize::from(at(b, end) == b' ') + 1;
    if !matches!(at(b, m - 1), b'a' | b'p' | b'A' | b'P') {
        return None;
    }
    if matches!(at(b, m), b'm' | b'M') && ends(b, m + 1) {
        return Some(m + 1);
    }
    b[m..].starts_with(b".m.").then_some(m + 3)
}

/// 8 am, 5 p.m.
fn hour(b: &[u8], i: usize, first: usize) -> Option<usize> {
    if !(1..=12).contains(&value(&b[i..first])) || was(b, i, ALNUM) {
        return None;
    }
    noon(b, first)
}

/// 9.30 a.m.
fn dotted(b: &[u8], i: usize, first: usize) -> Option<usize> {
    let minutes = run_most(b, first + 1, DIGIT, 3);
    if minutes != first + 3 || value(&b[i..first]) > 12 || at(b, first + 1) > b'5' {
        return None;
    }
    noon(b, minutes)
}

/// 14h20
fn of_hours(b: &[u8], i: usize, first: usize) -> Option<usize> {
    let end = run_most(b, first + 1, DIGIT, 3);
    let good = end == first + 3 && value(&b[i..first]) < 24 && at(b, first + 1) < b'6';
    (good && ends(b, end)).then_some(end)
}

fn zone(b: &[u8], end: usize) -> usize {
    if at(b, end) == b'Z' && ends(b, end + 1) {
        return end + 1;
    }
    let gap = usize::from(at(b, end) == b' ');
    let j = end + gap;
    if matches!(at(b, j), b'+' | b'-') {
        let hours = run(b, j + 1, DIGIT);
        if hours - j == 5 && ends(b, hours) {
            return hours;
        }
        if hours - j == 3
            && at(b, hours) == b':'
            && run_most(b, hours + 1, DIGIT, 3) == hours + 3
            && ends(b, hours + 3)
        {
            return hours + 3;
        }
        if hours - j == 3 && gap == 0 && ends(b, hours) {
            return hours;
        }
    }
    if gap == 1 {
        for name in [&b"UTC"[..], b"GMT", b"CET", b"CEST", b"EST", b"EDT", b"PST", b"PDT"] {
            if b[j..].starts_with(name) && ends(b, j + name.len()) {
                return j + name.len();
            }
        }
    }
    end
}
