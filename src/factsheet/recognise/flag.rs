//! Command-line flags, told from the dashes of prose.

use std::ops::Range;

use super::Evidence;
use crate::factsheet::scan::{
    ALNUM, ALPHA, DIGIT, LOWER, SPACE, WORD, at, before, is, letter, run, starts, was,
};

/// Words that follow a dash in prose far more often than they are flags.
const PROSE: &str = "\
    the a an and but or nor so yet for if as at by in of on to up with from into upon than that \
    this these those then there here where when while who whom whose which what why how he she \
    it its they them we us you me my his her him your our their is am are was were be been being \
    do does did has have had will would shall should can could may might must not never ever yes \
    well oh ah now only even just still also too very such some any one two three every each \
    both either perhaps because though although until till since like i o said says thou thy ye";

/// Words that are flags of many programs.
const KNOWN: &str = "\
    help version verbose quiet silent all force output input file files config debug release \
    json yaml name path dir recursive color colour format features package workspace target jobs \
    test tests bench check fix write watch port host user password token log level timeout \
    retries strict model threads save dev global prod production list update upgrade install \
    uninstall delete remove create init prefix suffix include exclude ignore filter pattern \
    depth size width height limit count interactive daemon detach rm env stdin stdout stderr \
    locked offline frozen oneline amend hard";

/// Words right before a flag that speak of flags.
const LEADS: &str = "\
    flag flags option options switch argument arguments pass passing passes add adding use uses \
    using run set via with without specify support";

fn each(list: &'static str) -> impl Iterator<Item = &'static [u8]> {
    list.split(' ').map(str::as_bytes)
}

/// End of the flag whose first hyphen is at `i`. The piece of text starts at `from`.
pub(crate) fn flag(b: &[u8], i: usize, from: usize, evidence: &mut Evidence) -> Option<usize> {
    let long = at(b, i + 1) == b'-';
    let name = i + 1 + usize::from(long);
    if !is(b, name, ALPHA) {
        return None;
    }
    let opener = before(b, i);
    // -v,--verbose, but not the sea,--a grand thing.
    let listed = matches!(opener, b',' | b'/') && b[from] == b'-';
    if i != from
        && !listed
        && !matches!(opener, b'`' | b'"' | b'\'' | b'[' | b'(' | b'|' | b'=' | b'{' | b'<')
    {
        return None;
    }
    let mut end = name;
    while is(b, end, ALNUM) || matches!(at(b, end), b'-' | b'_') && is(b, end + 1, ALNUM) {
        end += 1;
    }
    // -XX:+UseG1GC, -Dspring.profiles.active
    if matches!(&b[name..end], b"XX") && at(b, end) == b':' {
        let sign = usize::from(matches!(at(b, end + 1), b'+' | b'-'));
        end = run(b, end + 1 + sign, ALNUM);
    }
    while b[name] == b'D' && at(b, end) == b'.' && is(b, end + 1, ALNUM) {
        end = run(b, end + 1, WORD);
    }
    let next = at(b, end);
    // A dash on the other side too: an aside --like this--, or a rule.
    if next == b'-' || letter(b, end).is_some() || end - name > 64 {
        return None;
    }
    let word = &b[name..end];
    let quoted = matches!(opener, b'"' | b'\'') && opener == next;
    let framed =
        quoted || matches!(opener, b'`' | b'[' | b'|' | b'{' | b'<') || matches!(next, b'=' | b'`');
    if long {
        long_flag(b, i, word, framed, evidence)
    } else {
        short_flag(b, i, word, framed, evidence)
    }
    .then_some(end)
}

fn long_flag(b: &[u8], i: usize, word: &[u8], framed: bool, evidence: &mut Evidence) -> bool {
    if word.len() < 2 {
        return false;
    }
    let first = word.split(|&c| c == b'-').next().unwrap_or(word);
    let common = each(PROSE).any(|known| first.eq_ignore_ascii_case(known));
    if framed || common {
        return framed || !after_prose(b, i) && among_flags(b, i, evidence);
    }
    // no-color, dry-run, max_width; a capital after the hyphens is the start of a remark.
    let built = word.iter().any(|c| matches!(c, b'-' | b'_'));
    if word[0].is_ascii_uppercase() && !built {
        return false;
    }
    // A lone word may be a remark all the same --like this one.
    let known = each(KNOWN).any(|known| known == word)
        || each(LEADS).any(|lead| {
            b[..i].ends_with(b" ") && b[..i - 1].ends_with(lead) && starts(b, i - 1 - lead.len())
        });
    built || known && !after_prose(b, i) || commandish(b, i, evidence)
}

/// Whether a word that is common in prose stands among flags that are not: within backticks, or on
/// a line with a flag that no prose has.
fn among_flags(b: &[u8], i: usize, evidence: &mut Evidence) -> bool {
    let (line, _) = line_around(b, i);
    let (head, tail) = (&b[line.start..i], &b[i..line.end]);
    if head.iter().filter(|&&c| c == b'`').count() % 2 == 1 {
        return true;
    }
    let code = evidence.code(b, i);
    let telling = |name: &[u8]| {
        name.contains(&b'-')
            || each(KNOWN).any(|known| known == name)
            || code && name.len() >= 3 && each(PROSE).all(|known| known != name)
    };
    // No more than a few are looked at, which bounds the work.
    let sure = |part: &[u8]| {
        let flags = part.windows(3).enumerate().filter(|(_, w)| w == b" --").take(2);
        flags.map(|(at, _)| &part[at + 3..]).any(|rest| {
            let inside = |c: &u8| c.is_ascii_lowercase() || *c == b'-';
            let end = rest.iter().position(|c| !inside(c)).unwrap_or(rest.len());
            let name = &rest[..end];
            !name.starts_with(b"-") && !name.ends_with(b"-") && telling(name)
        })
    };
    short(head) || short(tail) || sure(head) || sure(tail)
}

fn short_flag(b: &[u8], i: usize, word: &[u8], framed: bool, evidence: &mut Evidence) -> bool {
    if framed && word.len() <= 2 {
        return true;
    }
    let digits = word.iter().any(u8::is_ascii_digit) && word.len() <= 4;
    let article = word.len() == 1 && matches!(word[0], b'a' | b'I' | b'A' | b'O');
    let plausible =
        word.len() == 1 || digits || word.len() <= 12 && each(PROSE).all(|known| known != word);
    // A suffix: -ing, -ness.
    let suffix = matches!(
        word,
        b"ing"
            | b"ed"
            | b"ly"
            | b"er"
            | b"est"
            | b"ness"
            | b"s"
            | b"es"
            | b"ism"
            | b"ist"
            | b"able"
            | b"tion"
            | b"like"
    );
    if word.len() == 1
        && !article
        && matches!(
            at(b, i + 2),
            b' ' | b'\n' | b',' | b'`' | b'"' | b'\'' | b']' | b')' | b'/' | b'|' | 0
        )
        && !after_prose(b, i)
    {
        return true;
    }
    if word.len() > 12 || suffix && !framed {
        return false;
    }
    plausible && commandish(b, i, evidence) || !after_prose(b, i) && among_flags(b, i, evidence)
}

/// Whether a word of prose, rather than a command or another flag, stands before.
fn after_prose(b: &[u8], i: usize) -> bool {
    i >= 2 && matches!(b[i - 2], b',' | b';' | b'.' | b'!' | b'?')
}

/// Whether the line looks like a command: signs of code, a short flag, a few lower-case words alone
/// before the flag, or nothing at all.
fn commandish(b: &[u8], i: usize, evidence: &mut Evidence) -> bool {
    if after_prose(b, i) {
        return false;
    }
    if i > 0 && !was(b, i, SPACE) || evidence.code(b, i) {
        return true;
    }
    let (line, started) = line_around(b, i);
    let (head, tail) = (&b[line.start..i], &b[i..line.end]);
    if short(head) || short(tail) {
        return true;
    }
    let indent = head.iter().take_while(|&&c| c == b' ' || c == b'\t').count();
    if indent == head.len() && started {
        // A list of flags is indented, or has a gap before what they do; a wrapped line of prose
        // goes on with a word.
        let word = tail.iter().position(|&c| c == b' ').unwrap_or(tail.len());
        let next = tail.get(word + 1).copied().unwrap_or(b'\n');
        return indent > 0 || !next.is_ascii_lowercase();
    }
    // A command's first flag speaks for the others.
    let first = head.windows(3).position(|w| w == b" --" || w[..2] == *b" -" && is(w, 2, ALPHA));
    let head = &head[..first.map_or(head.len(), |at| at.max(indent))];
    let mut words = head[indent..].split(|&c| c == b' ').filter(|word| !word.is_empty());
    started
        && words.clone().count() <= 3
        && words.all(|word| {
            word.iter().all(|&c| {
                is(&[c], 0, LOWER | DIGIT)
                    || matches!(c, b'-' | b'_' | b'.' | b'/' | b'$' | b'>' | b'%')
            }) && each(PROSE).all(|known| known != word)
        })
}

/// The line around `i` as far as one looks, and whether its start is in it.
fn line_around(b: &[u8], i: usize) -> (Range<usize>, bool) {
    let (low, high) = (i.saturating_sub(160), b.len().min(i + 160));
    let start = b[low..i].iter().rposition(|&c| c == b'\n').map_or(low, |p| low + p + 1);
    let end = b[i..high].iter().position(|&c| c == b'\n').map_or(high, |p| i + p);
    (start..end, start > low || low == 0)
}

/// Whether a short flag stands in part of a line: ` -o `.
fn short(line: &[u8]) -> bool {
    line.windows(4)
        .any(|w| w[0] == b' ' && w[1] == b'-' && w[2].is_ascii_alphabetic() && w[3] == b' ')
}
