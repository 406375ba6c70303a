//! Recognisers, one file a family, and the order in which they are tried.
//!
//! A run without white space is skipped by [`interest`] unless it holds something that only exact
//! strings have; that is the fast path of prose. In any other run, [`Scan`] tries the recognisers
//! at every start of a word, the most particular kind first. A recogniser that gave up on a run of
//! characters leaves a mark at its end and is not tried again before it, which keeps the work
//! linear in hostile text.

mod code;
mod date;
mod flag;
mod net;
mod number;
mod opaque;
mod path;
mod ticket;
mod version;
mod word;

use crate::factsheet::kind::Kind;
use crate::factsheet::scan::{
    ALNUM, ALPHA, CLASS, DIGIT, HEX, HIGH, LOWER, SPACE, Script, UNDER, UPPER, WORD, at, before,
    is, letter, starts, was,
};
pub(crate) use code::Evidence;

/// Where the run without white space from `from` ends, and whether it may hold an exact string.
pub(crate) fn interest(b: &[u8], from: usize) -> (usize, bool) {
    let mut hit = false;
    let mut foreign = false;
    let mut i = from;
    while i < b.len() {
        let class = CLASS[usize::from(b[i])];
        if class & LOWER == 0 {
            if class & SPACE != 0 {
                break;
            }
            if class & (DIGIT | UNDER) != 0 {
                hit = true;
            } else if class & UPPER != 0 {
                hit |= i > from && is(b, i - 1, ALPHA);
            } else if class & HIGH != 0 {
                foreign |= (0xcd..=0xd4).contains(&b[i]);
                // £ ¥ €
                hit |= match b[i] {
                    0xc2 => matches!(at(b, i + 1), 0xa3 | 0xa5),
                    0xe2 => at(b, i + 1) == 0x82,
                    _ => false,
                };
            } else {
                match b[i] {
                    b'/' | b'\\' | b'@' | b'$' => hit = true,
                    b'.' => hit |= (i == from || is(b, i - 1, ALNUM)) && is(b, i + 1, ALNUM),
                    b'-' => {
                        hit |= !(i > from && is(b, i - 1, ALNUM)) && is(b, i + 1, ALPHA)
                            || at(b, i + 1) == b'-'
                    }
                    _ => {}
                }
            }
        }
        i += 1;
    }
    // Greek and Cyrillic words are of interest only where Latin letters are mixed in.
    let mixed = foreign
        && b[from..i]
            .iter()
            .any(|&c| CLASS[usize::from(c)] & ALPHA != 0 || (0xc3..=0xc9).contains(&c));
    (i, hit || mixed)
}

/// What was found: kind, start, end.
pub(crate) type Hit = (Kind, usize, usize);

/// Looks for strings in one run without white space, which a string may outrun.
pub(crate) struct Scan<'a> {
    b: &'a [u8],
    /// Start of the run: always a start of a word.
    from: usize,
    end: usize,
    i: usize,
    /// End of the last string found.
    last: usize,
    evidence: Evidence,
    /// Ends of runs on which a recogniser gave up.
    dead: Dead,
}

#[derive(Default)]
struct Dead {
    email: usize,
    path: usize,
    opaque: usize,
    kebab: usize,
}

/// A word: letters, digits and `_`, and what it is made of.
#[derive(Clone, Copy, Default)]
pub(crate) struct Word {
    pub start: usize,
    pub end: usize,
    pub lower: usize,
    pub upper: usize,
    pub digits: usize,
    pub under: usize,
    /// Letters beyond ASCII.
    pub foreign: usize,
    /// Letters of each script.
    pub latin: usize,
    pub greek: usize,
    pub cyrillic: usize,
    /// Changes from a letter to a digit or back.
    pub turns: usize,
    /// Only hexadecimal digits.
    pub hex: bool,
}

impl Word {
    pub(crate) fn read(b: &[u8], start: usize) -> Self {
        let mut word = Self { start, hex: true, ..Self::default() };
        let mut i = start;
        let mut was_digit = None;
        loop {
            let class = CLASS[usize::from(at(b, i))];
            if class & WORD != 0 {
                word.lower += usize::from(class & LOWER != 0);
                word.upper += usize::from(class & UPPER != 0);
                word.digits += usize::from(class & DIGIT != 0);
                word.hex &= class & HEX != 0;
                if class & UNDER != 0 {
                    word.under += 1;
                    was_digit = None;
                } else {
                    let digit = class & DIGIT != 0;
                    word.turns += usize::from(was_digit == Some(!digit));
                    was_digit = Some(digit);
                }
                i += 1;
            } else if let Some((bytes, script)) = letter(b, i) {
                word.hex = false;
                word.foreign += 1;
                match script {
                    Script::Latin => word.latin += 1,
                    Script::Greek => word.greek += 1,
                    Script::Cyrillic => word.cyrillic += 1,
                }
                i += bytes;
            } else {
                break;
            }
        }
        word.latin += word.lower + word.upper;
        word.end = i;
        word
    }
}

impl<'a> Scan<'a> {
    pub(crate) fn new(b: &'a [u8], from: usize, end: usize, last: usize) -> Self {
        Self { b, from, end, i: from, last, evidence: Evidence::default(), dead: Dead::default() }
    }

    /// The next string of the run.
    pub(crate) fn next(&mut self) -> Option<Hit> {
        while self.i < self.end {
            let i = self.i;
            let class = CLASS[usize::from(self.b[i])];
            if class & (WORD | HIGH) != 0 {
                let word = Word::read(self.b, i);
                if word.end == i {
                    // £ and €, or a letter that ends words.
                    if let Some(end) = number::amount(self.b, i) {
                        return self.found((Kind::Currency, i, end));
                    }
                    if self.b[i..].starts_with("−".as_bytes())
                        && is(self.b, i + 3, DIGIT)
                        && let Some(hit) = self.signed(3)
                    {
                        return self.found(hit);
                    }
                    self.i += 1;
                    continue;
                }
                // Where a forced cut or a string found before ends amid a word, the rest of the
                // word is a word.
                let hit = if class & DIGIT != 0 { self.digits(&word) } else { self.letters(&word) };
                if let Some(hit) = hit.filter(|&(_, start, end)| start >= self.last && end > i) {
                    return self.found(hit);
                }
                self.i = word.end;
                continue;
            }
            if let Some(hit) = self.sign() {
                return self.found(hit);
            }
            self.i += 1;
        }
        None
    }

    fn found(&mut self, hit: Hit) -> Option<Hit> {
        self.i = hit.2;
        self.last = hit.2;
        Some(hit)
    }

    /// What may start with a letter or `_`.
    fn letters(&mut self, word: &Word) -> Option<Hit> {
        let (b, i) = (self.b, word.start);
        let ascii = word.foreign == 0;
        if ascii {
            if let Some(end) = net::url(b, i, word.end) {
                return Some((Kind::Url, i, end));
            }
            if let Some(hit) = self.email(i) {
                return Some(hit);
            }
            if let Some(end) = opaque::jwt(b, i) {
                return Some((Kind::Jwt, i, end));
            }
            if let Some(hit) = self.opaque_hex(word) {
                return Some(hit);
            }
            if word.upper >= 2
                && let Some(end) = number::iban(b, i)
            {
                return Some((Kind::Iban, i, end));
            }
            if word.upper >= 1 && word.lower == 0 {
                if let Some(end) = ticket::ticket(b, word) {
                    return Some((Kind::Ticket, i, end));
                }
                if let Some(end) = number::code_amount(b, word) {
                    return Some((Kind::Currency, i, end));
                }
            }
            if let Some(hit) = self.base64(i) {
                return Some(hit);
            }
        }
        if let Some(hit) = self.path(i) {
            return Some(hit);
        }
        if ascii {
            if let Some(hit) = self.kebab(word) {
                return Some(hit);
            }
            if let Some(end) = version::version(b, i) {
                return Some((Kind::Version, i, end));
            }
            if opaque::is_hex(b, word) {
                return Some((Kind::Hex, i, word.end));
            }
        }
        let evidence = &mut self.evidence;
        word::word(b, word, &mut || evidence.code(b, i)).map(|kind| (kind, i, word.end))
    }

    /// What may start with a digit.
    fn digits(&mut self, word: &Word) -> Option<Hit> {
        let (b, i) = (self.b, word.start);
        if b[i..].starts_with(b"0x")
            && let Some(hit) = number::number(b, i)
        {
            return Some(hit);
        }
        if let Some(hit) = self.opaque_hex(word) {
            return Some(hit);
        }
        if let Some(end) = net::ipv4(b, i) {
            return Some((Kind::Ip, i, end));
        }
        if let Some((start, end)) = date::date(b, i, self.last) {
            return Some((Kind::Date, start, end));
        }
        if let Some(end) = number::local_phone(b, i) {
            return Some((Kind::Phone, i, end));
        }
        if at(b, word.end) == b' '
            && let Some(end) = number::card(b, i)
        {
            return Some((Kind::Number, i, end));
        }
        if b[i] == b'1'
            && b[i..].starts_with(b"10.")
            && let Some(end) = net::doi(b, i)
        {
            return Some((Kind::Url, i, end));
        }
        if let Some(hit) = self.email(i) {
            return Some(hit);
        }
        if let Some(hit) = self.base64(i) {
            return Some(hit);
        }
        if let Some(hit) = self.path(i) {
            return Some(hit);
        }
        if let Some(end) = version::version(b, i) {
            return Some((Kind::Version, i, end));
        }
        let hyphen = at(b, word.end) == b'-';
        if hyphen
            && before(b, i) != b'-'
            && let Some(end) = number::joined(b, i)
        {
            return Some((Kind::Number, i, end));
        }
        if let Some(hit) = number::number(b, i) {
            return Some(hit);
        }
        if hyphen && let Some(end) = ticket::ticket(b, word) {
            return Some((Kind::Ticket, i, end));
        }
        // 1078 in code is a number; in prose it may be a year.
        if number::old_year(b, word) && self.evidence.code(b, i) {
            return Some((Kind::Number, i, word.end));
        }
        if let Some(hit) = self.kebab(word) {
            return Some(hit);
        }
        if opaque::is_hex(b, word) {
            return Some((Kind::Hex, i, word.end));
        }
        let evidence = &mut self.evidence;
        word::word(b, word, &mut || evidence.code(b, i)).map(|kind| (kind, i, word.end))
    }

    /// What may start with neither.
    fn sign(&mut self) -> Option<Hit> {
        let (b, i) = (self.b, self.i);
        let free = i == self.from || starts(b, i);
        let sign = free && matches!(b[i], b'+' | b'/') && is(b, i + 1, ALNUM | UNDER)
            || b[i] == b'/' && matches!(at(b, i + 1), b'+' | b'/');
        if sign && let Some(hit) = self.base64(i) {
            return Some(hit);
        }
        match b[i] {
            b'-' | b'+' if is(b, i + 1, DIGIT) => {
                if b[i] == b'+'
                    && free
                    && let Some(end) = number::phone(b, i)
                {
                    return Some((Kind::Phone, i, end));
                }
                self.signed(1)
            }
            b'-' if free && before(b, i) != b'-' => {
                let end = flag::flag(b, i, self.from, &mut self.evidence)?;
                Some((Kind::Flag, i, end))
            }
            b'(' if is(b, i + 1, DIGIT) => Some((Kind::Phone, i, number::local_phone(b, i)?)),
            b'#' if free => ticket::hash(b, i).map(|(kind, end)| (kind, i, end)),
            b'$' => {
                if let Some(end) = number::amount(b, i) {
                    return Some((Kind::Currency, i, end));
                }
                if free { self.path(i) } else { None }
            }
            b'.' if is(b, i + 1, DIGIT) && !was(b, i, ALNUM) && before(b, i) != b'.' => {
                match number::number(b, i + 1) {
                    Some((kind, start, end)) if start == i + 1 => Some((kind, i, end)),
                    _ => number::bare_fraction(b, i).map(|end| (Kind::Number, i, end)),
                }
            }
            b'/' | b'~' | b'.' if free => self.path(i),
            b'@' if free && is(b, i + 1, LOWER) => self.path(i),
            b'\\' if free && at(b, i + 1) == b'\\' => self.path(i),
            b'%' if free && is(b, i + 1, UPPER) => self.path(i),
            b'[' | b':' => Some((Kind::Ip, i, net::ipv6(b, i)?)),
            _ => None,
        }
    }

    /// A number or an amount with the sign at `i`, which has so many bytes.
    fn signed(&mut self, sign: usize) -> Option<Hit> {
        let (b, i) = (self.b, self.i);
        let minus = i == self.from || matches!(before(b, i), b'(' | b'[' | b'=' | b',' | b':');
        if !minus {
            return None;
        }
        // A sign alone makes nothing exact, so that it takes a number that counts anyway.
        let word = Word::read(b, i + sign);
        self.digits(&word)
            .filter(|hit| matches!(hit.0, Kind::Number | Kind::Currency) && hit.1 == i + sign)
            .map(|(kind, _, end)| (kind, i, end))
    }

    fn opaque_hex(&mut self, word: &Word) -> Option<Hit> {
        let (b, i) = (self.b, word.start);
        if !is(b, i, HEX) {
            return None;
        }
        if let Some(end) = opaque::uuid(b, i) {
            return Some((Kind::Uuid, i, end));
        }
        if let Some(end) = opaque::pairs(b, i).or_else(|| opaque::device(b, i)) {
            return Some((Kind::Hex, i, end));
        }
        net::ipv6(b, i).map(|end| (Kind::Ip, i, end))
    }

    fn email(&mut self, i: usize) -> Option<Hit> {
        attempt(&mut self.dead.email, self.b, i, net::email)
    }

    fn path(&mut self, i: usize) -> Option<Hit> {
        attempt(&mut self.dead.path, self.b, i, path::path)
    }

    fn base64(&mut self, i: usize) -> Option<Hit> {
        attempt(&mut self.dead.opaque, self.b, i, opaque::base64)
    }

    fn kebab(&mut self, word: &Word) -> Option<Hit> {
        // Without a hyphen or a dot the word is all there is.
        if !matches!(at(self.b, word.end), b'-' | b'.') {
            return None;
        }
        attempt(&mut self.dead.kebab, self.b, word.start, version::kebab)
    }
}

/// What a recogniser finds at `i`, or where there is nothing before.
type Attempt = Result<(Kind, usize), usize>;

/// Tries a recogniser, unless it gave up on this run already.
fn attempt(
    dead: &mut usize,
    b: &[u8],
    i: usize,
    recognise: fn(&[u8], usize) -> Attempt,
) -> Option<Hit> {
    if i < *dead {
        return None;
    }
    match recognise(b, i) {
        Ok((kind, end)) => Some((kind, i, end)),
        Err(end) => {
            *dead = end;
            None
        }
    }
}
