//! URLs, e-mail and IP addresses.

use std::net::Ipv6Addr;

use super::Attempt;
use super::version::version;
use crate::factsheet::kind::Kind;
use crate::factsheet::scan::{
    ALNUM, ALPHA, DIGIT, HEX, LOWER, WORD, at, before, ends, is, letter, run, run_most, value, was,
};

/// End of a URL with a scheme, or with `www.`, at `i`, where a word ends at `word`.
pub(crate) fn url(b: &[u8], i: usize, word: usize) -> Option<usize> {
    let start = match at(b, word) {
        b':' if is(b, i, ALPHA) && word - i >= 2 => {
            // arn:aws:s3:::bucket
            if b[i..word] == *b"arn" && is(b, word + 1, LOWER) {
                let end = tail(b, word + 1);
                let colons = b[word..end].iter().filter(|&&c| c == b':').count();
                return (colons >= 5).then_some(end);
            }
            word
        }
        // git+ssh://
        b'+' if is(b, word + 1, ALPHA) => run_most(b, word + 1, ALNUM, 16),
        b'.' if word - i == 3 && b[i..word].eq_ignore_ascii_case(b"www") => {
            let end = tail(b, word + 1);
            return (b[word + 1..end].contains(&b'.')).then_some(end);
        }
        _ => return None,
    };
    if !b[start..].starts_with(b"://") {
        return None;
    }
    let end = tail(b, start + 3);
    (end > start + 3 && b[start + 3..end].iter().any(u8::is_ascii_alphanumeric)).then_some(end)
}

/// End of a digital object identifier: 10.1038/s41586-020-2649-2.
pub(crate) fn doi(b: &[u8], i: usize) -> Option<usize> {
    let slash = run_most(b, i + 3, DIGIT, 9);
    if slash < i + 7 || at(b, slash) != b'/' || was(b, i, WORD) || before(b, i) == b'.' {
        return None;
    }
    let end = tail(b, slash + 1);
    (end > slash + 1).then_some(end)
}

/// Where the rest of a URL ends: before what cannot be part of one, a bracket that was not opened
/// in it, and the punctuation of the sentence around it.
pub(crate) fn tail(b: &[u8], from: usize) -> usize {
    let (mut round, mut square) = (0_usize, 0_usize);
    let mut i = from;
    loop {
        match at(b, i) {
            b'(' => round += 1,
            b'[' => square += 1,
            b')' if round == 0 => break,
            b')' => round -= 1,
            b']' if square == 0 => break,
            b']' => square -= 1,
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'\'' => break,
            0x21..=0x7e => {}
            _ => {
                let Some((bytes, _)) = letter(b, i) else { break };
                i += bytes;
                continue;
            }
        }
        i += 1;
    }
    while i > from
        && matches!(b[i - 1], b'.' | b',' | b';' | b':' | b'!' | b'?' | b'*' | b'&' | b'(' | b'[')
    {
        i -= 1;
    }
    i
}

/// An e-mail address, or `user@host:path`. `Err`: there is none before this place.
pub(crate) fn email(b: &[u8], i: usize) -> Attempt {
    let mut j = i;
    while is(b, j, WORD) || matches!(at(b, j), b'.' | b'%' | b'+' | b'-') {
        j += 1;
    }
    if at(b, j) != b'@' || j - i > 64 || matches!(before(b, j), b'.') {
        return Err(j.max(i + 1));
    }
    let Some(end) = host(b, j + 1) else {
        return if let Some(end) = version(b, j + 1) {
            Ok((Kind::Version, end))
        } else if let Some(end) = machine(b, j + 1) {
            Ok((Kind::Email, end))
        } else {
            Err(j + 1)
        };
    };
    if at(b, end) == b':' && (is(b, end + 1, ALPHA) || matches!(at(b, end + 1), b'/' | b'~')) {
        let path = tail(b, end + 1);
        if b[end + 1..path].contains(&b'/') {
            return Ok((Kind::Url, path));
        }
    }
    Ok((Kind::Email, end))
}

/// End of the name of a machine without a domain: web-01, but not v2-beta.
fn machine(b: &[u8], from: usize) -> Option<usize> {
    if !is(b, from, LOWER) || at(b, from) == b'v' && is(b, from + 1, DIGIT) {
        return None;
    }
    let mut end = from;
    while is(b, end, LOWER | DIGIT) || at(b, end) == b'-' && is(b, end + 1, LOWER | DIGIT) {
        end += 1;
    }
    let name = &b[from..end];
    let telling =
        name == b"localhost" || name.contains(&b'-') && name.iter().any(u8::is_ascii_digit);
    (telling && ends(b, end)).then_some(end)
}

/// End of a host name with a dot in it, whose last label has only letters.
pub(crate) fn host(b: &[u8], from: usize) -> Option<usize> {
    let mut i = from;
    let mut end = None;
    for _ in 0..16 {
        let label = i;
        while is(b, i, ALNUM)
            || (at(b, i) == b'-' && i > label && (is(b, i + 1, ALNUM) || at(b, i + 1) == b'-'))
        {
            i += 1;
        }
        if i == label {
            break;
        }
        let letters = b[label..i].iter().all(u8::is_ascii_alphabetic);
        let puny = b[label..i].starts_with(b"xn--");
        if label > from && i - label >= 2 && (letters || puny) && ends(b, i) {
            end = Some(i);
        } else if label > from {
            // A later label may still make it a host; a number as the last one does not.
            end = None;
        }
        if at(b, i) != b'.' || !is(b, i + 1, ALNUM) {
            break;
        }
        i += 1;
    }
    end
}

/// Top-level domains under which a bare name is taken for a host. Endings that are also common
/// after a dot in code (`.name`, `.id`, `.is`) are left out.
const TLDS: [&[u8]; 21] = [
    b"com", b"org", b"edu", b"gov", b"net", b"io", b"mil", b"int", b"dev", b"ai", b"app", b"cloud",
    b"eu", b"de", b"uk", b"fr", b"jp", b"cn", b"ch", b"nl", b"sh",
];

/// Those among them under which a name without a path is a host too: `unit.ch` is a field.
const BARE: usize = 6;

/// Top-level domains of private networks.
const PRIVATE: [&[u8]; 7] =
    [b"internal", b"local", b"lan", b"corp", b"localdomain", b"intranet", b"arpa"];

/// Top-level domains that make a host of a longer name with a hyphen or a digit in it.
const LONGER: [&[u8]; 30] = [
    b"biz", b"info", b"dev", b"app", b"cloud", b"example", b"test", b"uk", b"de", b"fr", b"jp",
    b"cn", b"ch", b"nl", b"eu", b"se", b"dk", b"fi", b"cz", b"pl", b"es", b"it", b"pt", b"ru",
    b"br", b"au", b"nz", b"ca", b"us", b"kr",
];

/// Second levels below a country: example.co.uk.
const SECOND: [&[u8]; 8] = [b"co", b"ac", b"gov", b"org", b"com", b"net", b"ne", b"or"];

/// Whether `host` ends in a common top-level domain, or has the look of a longer host name.
pub(crate) fn common_host(host: &[u8], bare: bool) -> bool {
    let Some(dot) = host.iter().rposition(|&c| c == b'.') else { return false };
    let (rest, top) = (&host[..dot], &host[dot + 1..]);
    let known = if bare { &TLDS[..BARE] } else { &TLDS };
    if dot >= 2 && known.contains(&top) && rest.iter().any(u8::is_ascii_alphabetic) {
        return true;
    }
    let Some(second) = rest.iter().rposition(|&c| c == b'.') else { return false };
    if second < 2 || !rest[0].is_ascii_alphanumeric() {
        return false;
    }
    let built = || {
        rest.iter().any(|&c| c == b'-' || c.is_ascii_digit())
            && rest.iter().any(u8::is_ascii_alphabetic)
    };
    PRIVATE.contains(&top)
        || LONGER.contains(&top) && (SECOND.contains(&&rest[second + 1..]) || built())
}

/// An IPv4 address with port or prefix length.
pub(crate) fn ipv4(b: &[u8], i: usize) -> Option<usize> {
    if was(b, i, WORD) || before(b, i) == b'.' && was(b, i - 1, DIGIT) {
        return None;
    }
    let mut j = i;
    for part in 0..4 {
        let end = run_most(b, j, DIGIT, 4);
        let digits = &b[j..end];
        if digits.is_empty()
            || digits.len() > 3
            || value(digits) > 255
            || (digits.len() > 1 && digits[0] == b'0')
        {
            return None;
        }
        j = end;
        if part < 3 {
            if at(b, j) != b'.' {
                return None;
            }
            j += 1;
        }
    }
    // 1.2.3.4.5 and 1.2.3.4-rc1 are versions.
    if !ends(b, j) || (matches!(at(b, j), b'.' | b'-' | b'+') && is(b, j + 1, ALNUM)) {
        return None;
    }
    Some(port_or_prefix(b, j, 2))
}

fn port_or_prefix(b: &[u8], j: usize, prefix: usize) -> usize {
    let most = match at(b, j) {
        b':' => 5,
        b'/' => prefix,
        _ => return j,
    };
    let end = run_most(b, j + 1, DIGIT, most + 1);
    if end > j + 1 && end - j - 1 <= most && ends(b, end) { end } else { j }
}

/// An IPv6 address with zone and prefix length, or in brackets with a port. `::` alone and names
/// such as `f32::add` are none.
pub(crate) fn ipv6(b: &[u8], i: usize) -> Option<usize> {
    if at(b, i) == b'[' {
        // Every address, at a port.
        if b[i..].starts_with(b"[::]:") {
            return Some(port_or_prefix(b, i + 4, 0)).filter(|&end| end > i + 4);
        }
        let (end, _) = ipv6_bare(b, i + 1)?;
        if at(b, end) != b']' {
            return None;
        }
        return Some(port_or_prefix(b, end + 1, 0).max(end + 1));
    }
    if at(b, i) == b':' && (at(b, i + 1) != b':' || was(b, i, WORD) || before(b, i) == b':') {
        return None;
    }
    let (end, _) = ipv6_bare(b, i)?;
    Some(if at(b, end) == b'/' { port_or_prefix(b, end, 3) } else { end })
}

fn ipv6_bare(b: &[u8], i: usize) -> Option<(usize, Ipv6Addr)> {
    // The first group ends at a colon, or there is no address: settles nearly every word at once.
    let first = run_most(b, i, HEX, 5);
    if at(b, first) != b':' || first - i > 4 {
        return None;
    }
    let mut end = i;
    while end - i < 46 && (is(b, end, HEX) || matches!(at(b, end), b':' | b'.')) {
        end += 1;
    }
    while end > i && (b[end - 1] == b'.' || (b[end - 1] == b':' && before(b, end - 1) != b':')) {
        end -= 1;
    }
    if !ends(b, end) {
        return None;
    }
    let text = std::str::from_utf8(&b[i..end]).ok()?;
    let address: Ipv6Addr = text.parse().ok()?;
    let groups = text.split(':').filter(|group| !group.is_empty());
    let telling = groups.clone().any(|group| group.as_bytes()[0].is_ascii_digit());
    if !telling && groups.count() < 4 {
        return None;
    }
    if at(b, end) == b'%' && is(b, end + 1, ALNUM) {
        end = run(b, end + 1, ALNUM);
    }
    Some((end, address))
}
