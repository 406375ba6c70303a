//! File paths, file names, and hosts without a scheme.

use super::version::code;
use super::{Attempt, net};
use crate::factsheet::kind::Kind;
use crate::factsheet::scan::{
    ALNUM, ALPHA, CLASS, DIGIT, LOWER, PATH, UNDER, UPPER, WORD, at, before, ends, is, letter, run,
    run_most, starts, was,
};

/// Extensions that make a word a file name wherever it stands.
const SURE: [&[u8]; 96] = [
    b"rs", b"py", b"js", b"ts", b"tsx", b"jsx", b"mjs", b"cjs", b"json", b"jsonl", b"toml",
    b"yaml", b"yml", b"md", b"txt", b"csv", b"tsv", b"html", b"htm", b"css", b"scss", b"xml",
    b"svg", b"png", b"jpg", b"jpeg", b"gif", b"webp", b"pdf", b"doc", b"docx", b"xls", b"xlsx",
    b"ppt", b"pptx", b"zip", b"gz", b"tgz", b"xz", b"zst", b"bz2", b"7z", b"jar", b"dll", b"exe",
    b"dylib", b"dat", b"sqlite", b"cfg", b"ini", b"sh", b"bash", b"zsh", b"ps1", b"bat", b"java",
    b"kt", b"kts", b"swift", b"rb", b"php", b"lua", b"cpp", b"cxx", b"hpp", b"sql", b"proto",
    b"graphql", b"tf", b"hcl", b"ipynb", b"rst", b"tex", b"bib", b"ttf", b"otf", b"woff", b"woff2",
    b"mp3", b"mp4", b"wav", b"mkv", b"iso", b"deb", b"rpm", b"apk", b"dmg", b"pem", b"crt",
    b"wasm", b"vue", b"svelte", b"gradle", b"cmake", b"parquet", b"service",
];

/// Extensions that are also names of fields and methods: they count in a path, before a line
/// number, and in quotes.
const MAYBE: [&[u8]; 38] = [
    b"go",
    b"c",
    b"h",
    b"cc",
    b"hh",
    b"cs",
    b"fs",
    b"vb",
    b"pl",
    b"pm",
    b"r",
    b"d",
    b"o",
    b"a",
    b"s",
    b"so",
    b"bin",
    b"db",
    b"log",
    b"lock",
    b"conf",
    b"env",
    b"cmd",
    b"tar",
    b"img",
    b"key",
    b"pub",
    b"cer",
    b"patch",
    b"diff",
    b"out",
    b"tmp",
    b"bak",
    b"mk",
    b"asm",
    b"properties",
    b"mov",
    b"avi",
];

/// First parts of absolute paths that make one part enough.
const ROOTS: [&[u8]; 18] = [
    b"etc", b"tmp", b"usr", b"var", b"home", b"opt", b"bin", b"dev", b"proc", b"sys", b"root",
    b"mnt", b"srv", b"lib", b"boot", b"run", b"sbin", b"media",
];

/// Small words that show slashes to be prose: he/she/it.
const SMALL: [&[u8]; 40] = [
    b"and", b"or", b"he", b"she", b"it", b"him", b"her", b"his", b"hers", b"they", b"them",
    b"their", b"we", b"us", b"you", b"me", b"my", b"your", b"the", b"a", b"an", b"in", b"on",
    b"at", b"to", b"of", b"by", b"for", b"not", b"no", b"yes", b"up", b"down", b"left", b"right",
    b"all", b"any", b"day", b"week", b"month",
];

/// Names that begin with a dot.
const DOTTED: [&[u8]; 16] = [
    b".gitignore",
    b".gitattributes",
    b".gitmodules",
    b".env",
    b".bashrc",
    b".bash_profile",
    b".zshrc",
    b".profile",
    b".npmrc",
    b".dockerignore",
    b".editorconfig",
    b".eslintrc",
    b".prettierrc",
    b".htaccess",
    b".vimrc",
    b".netrc",
];

/// Where names of packages begin that are written with dots.
const PACKAGES: [&[u8]; 15] = [
    b"com",
    b"org",
    b"net",
    b"io",
    b"edu",
    b"gov",
    b"java",
    b"javax",
    b"jdk",
    b"jakarta",
    b"kotlin",
    b"scala",
    b"android",
    b"androidx",
    b"sun",
];

/// A path, a file name or a bare host at `i`. `Err`: there is none before this place.
pub(crate) fn path(b: &[u8], i: usize) -> Attempt {
    if is(b, i, ALPHA)
        && at(b, i + 1) == b':'
        && matches!(at(b, i + 2), b'\\' | b'/')
        && starts(b, i)
    {
        return windows(b, i, i + 3);
    }
    if b[i] == b'\\' {
        return windows(b, i, i + 2);
    }
    // %APPDATA%\x and HKLM\x
    if b[i] == b'%' || b[i] == b'H' && at(b, i + 1) == b'K' {
        let name = run_most(b, i + 1, UPPER | UNDER, 32);
        let from = name + usize::from(b[i] == b'%' && at(b, name) == b'%');
        if name > i + 2 && at(b, from) == b'\\' && is(b, from + 1, WORD) {
            return windows(b, i, from + 1);
        }
    }
    // ${HOME}/x and $HOME/x
    let mut from = i;
    if b[i] == b'$' {
        let brace = usize::from(at(b, i + 1) == b'{');
        from = run_most(b, i + 1 + brace, WORD, 64);
        from += usize::from(brace == 1 && at(b, from) == b'}');
        if at(b, from) != b'/' || from - i < 2 {
            return Err(i + 1);
        }
    }
    let stop = stretch(b, from, |c| CLASS[usize::from(c)] & (WORD | PATH) != 0);
    // *.example.org
    let dead = if b[i] == b'.' && before(b, i) == b'*' { i + 1 } else { stop.max(i + 1) };
    let end = trimmed(b, i, stop);
    let whole = &b[i..end];
    if !whole.iter().any(u8::is_ascii_alphabetic) || before(b, i) == b'<' && b[i] == b'/' {
        return Err(dead);
    }
    // owner/repository#1234
    if at(b, end) == b'#' && whole.iter().filter(|&&c| c == b'/').count() == 1 && is(b, i, ALNUM) {
        let number = run_most(b, end + 1, DIGIT, 9);
        if number > end + 1 && ends(b, number) {
            return Ok((Kind::Ticket, number));
        }
    }
    let query = query(b, i, end);
    let kind = match verdict(b, i, end, whole) {
        Some(kind) => kind,
        None if query.is_some() && is(b, i + 1, WORD) => Kind::Path,
        None => return Err(dead),
    };
    Ok(match kind {
        Kind::Url => (Kind::Url, net::tail(b, i).max(end)),
        Kind::Path => (Kind::Path, query.unwrap_or_else(|| line(b, end))),
        // Class$1.method
        Kind::Identifier if at(b, end) == b'$' => {
            let mut end = run(b, end + 1, WORD);
            while at(b, end) == b'.' && is(b, end + 1, ALPHA | UNDER) {
                end = run(b, end + 1, WORD);
            }
            (kind, end)
        }
        _ => (kind, end),
    })
}

/// End of `?name=value` after an absolute path.
fn query(b: &[u8], i: usize, end: usize) -> Option<usize> {
    if b[i] != b'/' || at(b, end) != b'?' || !is(b, end + 1, ALPHA | UNDER) {
        return None;
    }
    let tail = net::tail(b, end + 1);
    b[end..tail].contains(&b'=').then_some(tail)
}

/// End of the bytes from `from` that a path may have, and of letters beyond ASCII.
fn stretch(b: &[u8], from: usize, inside: impl Fn(u8) -> bool) -> usize {
    let mut end = from;
    loop {
        if inside(at(b, end)) {
            end += 1;
        } else if let Some((bytes, _)) = letter(b, end) {
            end += bytes;
        } else {
            return end;
        }
    }
}

/// Without the signs of the sentence at the end.
fn trimmed(b: &[u8], from: usize, mut end: usize) -> usize {
    while end > from && matches!(b[end - 1], b'.' | b'-' | b'+' | b'*' | b'@' | b'%') {
        end -= 1;
    }
    end
}

fn verdict(b: &[u8], i: usize, end: usize, whole: &[u8]) -> Option<Kind> {
    let Some(slash) = whole.iter().position(|&c| c == b'/') else { return name(b, i, end, whole) };
    let parts = || whole.split(|&c| c == b'/').filter(|part| !part.is_empty());
    let last = parts().next_back()?;
    let known = extension(last).is_some_and(|ext| SURE.contains(&ext) || MAYBE.contains(&ext));
    // A call, or a member of what a call gave: not the end of a path.
    if at(b, end) == b'(' && !known {
        return None;
    }
    let named = parts().any(|part| part.iter().any(u8::is_ascii_alphanumeric));
    if !named {
        return None;
    }
    match whole[0] {
        b'/' => {
            if whole[1..].starts_with(b"/")
                || whole.starts_with(b"/*")
                || !(is(b, i + 1, WORD) || matches!(at(b, i + 1), b'.' | b'@'))
            {
                return None;
            }
            let first = parts().next()?;
            let several = parts().count() >= 2 && parts().any(|part| part.len() >= 2);
            (several || known || ROOTS.contains(&first)).then_some(Kind::Path)
        }
        b'~' | b'$' => (slash == 1
            || whole[0] == b'$'
            || whole[1..slash].iter().all(u8::is_ascii_alphanumeric))
        .then_some(Kind::Path),
        b'.' if whole.starts_with(b"./") || whole.starts_with(b"../") => Some(Kind::Path),
        b'.' if whole.starts_with(b"..") => None,
        _ => relative(whole, slash, known),
    }
}

/// A path that starts with a name.
fn relative(whole: &[u8], slash: usize, known: bool) -> Option<Kind> {
    if whole.windows(2).any(|pair| pair == b"//") {
        return None;
    }
    if slash >= 4 && net::common_host(&whole[..slash], false) {
        return Some(Kind::Url);
    }
    let parts = || whole.split(|&c| c == b'/').filter(|part| !part.is_empty());
    let count = parts().count();
    let last = parts().next_back()?;
    if known {
        return Some(Kind::Path);
    }
    let first = parts().next()?;
    if is_port(first, parts().skip(1)) {
        return Some(Kind::Identifier);
    }
    if count == 2
        && let Some(kind) = with_version(first, last)
    {
        return Some(kind);
    }
    let loose = extension(last).is_some_and(|ext| {
        ext.len() <= 6
            && ext.iter().any(u8::is_ascii_lowercase)
            && ext.iter().all(u8::is_ascii_alphanumeric)
    });
    if loose && parts().all(|part| !SMALL.contains(&part)) {
        return Some(Kind::Path);
    }
    let telling = parts().any(|part| {
        part[0] == b'.' && part.len() > 2
            || part.contains(&b'_') && part.len() > 2
            || part.contains(&b'*')
            || part.contains(&b'@') && part.len() > 2
            || count == 2
                && part.contains(&b'-')
                && (part.split(|&c| c == b'-').any(code)
                    || part.len() >= 6 && part.iter().any(u8::is_ascii_digit))
            || part.contains(&b'-') && part.iter().any(u8::is_ascii_lowercase) && count >= 3
            || part.len() >= 3
                && part.iter().any(u8::is_ascii_digit)
                && part.iter().any(u8::is_ascii_lowercase)
                && count >= 3
    });
    if telling
        && last.iter().any(u8::is_ascii_alphabetic)
        && parts().all(|part| {
            !part[0].is_ascii_digit() || part.iter().any(u8::is_ascii_alphabetic) || count >= 3
        })
    {
        return Some(Kind::Path);
    }
    let plain = parts().all(|part| {
        part.len() >= 2
            && part.iter().all(|&c| {
                CLASS[usize::from(c)] & (LOWER | DIGIT | UNDER) != 0 || matches!(c, b'-' | b'.')
            })
            && !SMALL.contains(&part)
            && part.iter().any(u8::is_ascii_alphabetic)
    });
    let folder = whole.ends_with(b"/") && count >= 1;
    (plain && (count >= 3 || folder)).then_some(Kind::Path)
}

/// Whether parts are those of GigabitEthernet1/0/24. Vector2/3 is two names.
fn is_port<'a>(first: &[u8], mut rest: impl Iterator<Item = &'a [u8]> + Clone) -> bool {
    let letters = first.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    letters >= 2
        && letters < first.len()
        && first[letters..].iter().all(u8::is_ascii_digit)
        && (first[..letters].ends_with(b"thernet") || rest.clone().any(|part| part == b"0"))
        && rest.all(|part| part.iter().all(u8::is_ascii_digit))
}

/// What a name and a version are: curl/8.5.0, Mozilla/5.0, Gecko/20100101, apps/v1. But chars/3.7
/// is a sum.
fn with_version(first: &[u8], last: &[u8]) -> Option<Kind> {
    if last[0].is_ascii_digit() && first.len() >= 3 && first[0].is_ascii_alphabetic() {
        let dots = last.iter().filter(|&&c| c == b'.').count();
        let number = last.iter().all(|&c| c.is_ascii_digit() || c == b'.');
        let named = first.iter().any(|&c| c.is_ascii_uppercase() || c == b'-') && first != b"HTTP";
        let version = dots >= 2 || number && named && (dots == 1 || last.len() >= 5);
        return version.then_some(Kind::Version);
    }
    let group = first.iter().all(|&c| c.is_ascii_lowercase() || matches!(c, b'.' | b'-'));
    let version = last[0] == b'v' && last.len() <= 8 && is(last, 1, DIGIT);
    (group && version).then_some(Kind::Path)
}

/// A name without a slash.
fn name(b: &[u8], i: usize, end: usize, whole: &[u8]) -> Option<Kind> {
    if whole[0] == b'.' {
        return (DOTTED.contains(&whole) && starts(b, i)).then_some(Kind::Path);
    }
    let ext = extension(whole)?;
    let call = at(b, end) == b'(' || at(b, end) == b'=' || b[end..].starts_with(b"::");
    let stem = &whole[..whole.len() - ext.len() - 1];
    if before(b, i) == b'.' && was(b, i - 1, ALNUM)
        || stem.is_empty()
        || whole.contains(&b'@')
        || whole.contains(&b'%')
    {
        return None;
    }
    // A member, not a file.
    if matches!(stem, b"self" | b"this") && before(b, i) != b'`' {
        return None;
    }
    // A sentence without a blank after its end: done.It
    if SURE.contains(&ext) && !call && stem.iter().any(u8::is_ascii_alphanumeric) {
        return Some(Kind::Path);
    }
    // libfoo.so.1, tests/x.py::TestCase
    let library = || ext[0].is_ascii_digit() && whole.windows(4).any(|part| part == b".so.");
    if library() || ext == b"py" && b[end..].starts_with(b"::") {
        return Some(Kind::Path);
    }
    let numbered = at(b, end) == b':' && is(b, end + 1, DIGIT);
    let quoted = matches!(
        (before(b, i), at(b, end)),
        (b'"', b'"') | (b'\'', b'\'') | (b'`', b'`') | (b'<', b'>')
    );
    let built = stem.contains(&b'_') || stem.contains(&b'-') || stem.contains(&b'.');
    if MAYBE.contains(&ext) && !call && (numbered || quoted || built && ext.len() > 1) {
        return Some(Kind::Path);
    }
    if let Some(kind) = dotted(b, i, end, whole, ext, stem) {
        return Some(kind);
    }
    let host = net::common_host(whole, true)
        && !call
        && !whole.iter().any(|&c| CLASS[usize::from(c)] & UPPER != 0);
    (host && whole.iter().all(|&c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-')))
        .then_some(Kind::Url)
}

/// Names with dots that are no files: org.example.Class.method, eth0.120, and any within backticks.
fn dotted(b: &[u8], i: usize, end: usize, whole: &[u8], ext: &[u8], stem: &[u8]) -> Option<Kind> {
    if ext[0].is_ascii_digit() && ext.iter().all(u8::is_ascii_digit) {
        let letters = stem.iter().take_while(|c| c.is_ascii_lowercase()).count();
        let numbered = letters >= 2
            && letters < stem.len()
            && stem[letters..].iter().all(u8::is_ascii_digit)
            && ext.len() <= 4;
        return (numbered && ends(b, end)).then_some(Kind::Identifier);
    }
    let quoted = before(b, i) == b'`' && at(b, end) == b'`';
    let package = || {
        let mut parts = whole.split(|&c| c == b'.').map(<[u8]>::len);
        let first = parts.next().unwrap_or(0);
        // o.s.boot.Application
        let short = first == 1 && parts.next() == Some(1) && is(ext, 0, UPPER) && ext.len() > 3;
        let known = || PACKAGES.contains(&&whole[..first]) && !net::common_host(whole, true);
        stem.contains(&b'.') && (short || known())
    };
    let built = || whole.contains(&b'_') || (1..whole.len()).any(|k| is(whole, k, UPPER | DIGIT));
    if !(quoted && built() || !quoted && package()) {
        return None;
    }
    let named = whole.split(|&c| c == b'.').all(|part| {
        part.first().is_some_and(|&c| c.is_ascii_alphabetic() || c == b'_')
            && part.iter().all(|&c| c.is_ascii_alphanumeric() || c == b'_')
    });
    named.then_some(Kind::Identifier)
}

fn extension(name: &[u8]) -> Option<&[u8]> {
    let dot = name.iter().rposition(|&c| c == b'.')?;
    (dot > 0 && dot + 1 < name.len()).then(|| &name[dot + 1..])
}

/// End of `:12`, `:12:5`, `#L12`, `#L12-L20` or `::test` after a path.
fn line(b: &[u8], end: usize) -> usize {
    let mut end = end;
    while b[end..].starts_with(b"::") && is(b, end + 2, WORD) {
        end = run(b, end + 2, WORD);
    }
    for _ in 0..2 {
        let to = run_most(b, end + 1, DIGIT, 8);
        if at(b, end) == b':' && to > end + 1 && ends(b, to) {
            end = to;
        }
    }
    if b[end..].starts_with(b"#L") && is(b, end + 2, DIGIT) {
        end = run_most(b, end + 2, DIGIT, 8);
        if b[end..].starts_with(b"-L") && is(b, end + 2, DIGIT) {
            end = run_most(b, end + 2, DIGIT, 8);
        }
    }
    end
}

/// C:\Users\x and \\server\share.
fn windows(b: &[u8], i: usize, from: usize) -> Attempt {
    let inside = |c| CLASS[usize::from(c)] & (WORD | PATH) != 0 || matches!(c, b'\\' | b'$');
    let mut stop = stretch(b, from, inside);
    // C:\Program Files\x: a blank belongs to it where the next word goes on as a path does.
    loop {
        let word = run_most(b, stop + 1, WORD | PATH, 64);
        if at(b, stop) != b' ' || word == stop + 1 || at(b, word) != b'\\' {
            break;
        }
        stop = stretch(b, word, inside);
    }
    // Within quotes, any blank does.
    let quote = before(b, i);
    if at(b, stop) == b' ' && matches!(quote, b'"' | b'\'' | b'`') {
        let within = stretch(b, from, |c| inside(c) || c == b' ');
        stop = if at(b, within) == quote { within } else { stop };
    }
    let dead = stop.max(i + 1);
    let end = trimmed(b, from, stop);
    let rest = &b[from..end];
    let parts = || rest.split(|&c| c == b'\\' || c == b'/').filter(|part| !part.is_empty());
    let share = b[i] == b'\\' && from == i + 2;
    let good = if share {
        parts().count() >= 2
            && parts().next().is_some_and(|server| {
                server.len() >= 2
                    && server
                        .iter()
                        .all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_'))
            })
            && !rest.starts_with(b"\\")
    } else {
        parts().next().is_some_and(|part| part.iter().any(u8::is_ascii_alphanumeric))
            && !rest.starts_with(b"/")
    };
    if good { Ok((Kind::Path, line(b, end))) } else { Err(dead) }
}
