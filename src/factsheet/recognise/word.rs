//! Single words: identifiers, codes, and words of look-alike letters.

use super::Word;
use crate::factsheet::kind::Kind;
use crate::factsheet::scan::{ALPHA, CLASS, DIGIT, LOWER, UPPER, at, before, is, letter, value};

/// Names with a capital inside that no line of prose makes identifiers.
const NAMES: [&[u8]; 36] = [
    b"macOS",
    b"tvOS",
    b"watchOS",
    b"visionOS",
    b"openSUSE",
    b"arXiv",
    b"bioRxiv",
    b"medRxiv",
    b"reCAPTCHA",
    b"deviantART",
    b"iPhone",
    b"iPad",
    b"iOS",
    b"iPadOS",
    b"iCloud",
    b"iTunes",
    b"eBay",
    b"eBook",
    b"jQuery",
    b"pH",
    b"mRNA",
    b"tRNA",
    b"kWh",
    b"reStructuredText",
    b"JavaScript",
    b"TypeScript",
    b"PostgreSQL",
    b"MySQL",
    b"SQLite",
    b"GitHub",
    b"GitLab",
    b"YouTube",
    b"LinkedIn",
    b"PayPal",
    b"WhatsApp",
    b"WordPress",
];

/// What a word is, if it is an exact string. `code` says whether its line looks like code.
pub(crate) fn word(b: &[u8], word: &Word, code: &mut dyn FnMut() -> bool) -> Option<Kind> {
    let text = &b[word.start..word.end];
    if word.foreign > 0 {
        return mixed(b, word).then_some(Kind::LookAlike);
    }
    if doubtful(text) {
        return Some(Kind::LookAlike);
    }
    if word.under > 0 {
        if snake(text, word) {
            return Some(Kind::Identifier);
        }
        // _privateName
        let bare = text.iter().position(|&c| c != b'_').unwrap_or(text.len());
        let one = bare > 0 && bare == word.under && text[bare..].len() >= 4;
        return (one && camel(b, word, &text[bare..], code)).then_some(Kind::Identifier);
    }
    if word.digits > 0 && is_code(text, word) {
        return Some(Kind::Identifier);
    }
    camel(b, word, text, code).then_some(Kind::Identifier)
}

/// Letters of two scripts in one word. A lone Greek letter at an end is a sign of science: μm, Δt.
fn mixed(b: &[u8], word: &Word) -> bool {
    if word.latin + word.greek + word.cyrillic < 2 {
        return false;
    }
    if word.cyrillic > 0 {
        return word.latin > 0 || word.greek > 0;
    }
    if word.greek == 0 || word.latin == 0 {
        return false;
    }
    let first = letter(b, word.start).is_some();
    let last = word.end >= 2 && letter(b, word.end - 2).is_some();
    !(word.greek == 1 && (first || last) && word.latin <= 4)
}

/// Digits and letters that look like each other, mixed the way codes mix them: g00gle, 1lO0.
pub(crate) fn doubtful(text: &[u8]) -> bool {
    let length = text.len();
    if length < 4 || !text.iter().any(u8::is_ascii_digit) {
        return false;
    }
    // i18n, a11y, l10n
    if text[0].is_ascii_lowercase()
        && text[length - 1].is_ascii_lowercase()
        && text[1..length - 1].iter().all(u8::is_ascii_digit)
    {
        return false;
    }
    let class = |i: usize| CLASS[usize::from(text[i])];
    let twin = |i: usize| matches!(text[i], b'0' | b'1');
    let letter_twin = |i: usize| matches!(text[i], b'O' | b'o' | b'l' | b'I');
    let mut i = 0;
    while i < length {
        if letter_twin(i) {
            let left = i > 0
                && (twin(i - 1)
                    || class(i - 1) & DIGIT != 0 && i + 1 < length && class(i + 1) & DIGIT != 0);
            let right = i + 1 < length && twin(i + 1);
            // Otherwise step1, col0, bool1, html10: a name and its number.
            let alone =
                i > 0 && class(i - 1) & ALPHA != 0 && text[i + 1..].iter().all(u8::is_ascii_digit);
            // 0o755 and 10l are literals.
            let literal = i == 1 && text[0] == b'0'
                || text[..i].iter().all(u8::is_ascii_digit) && i + 1 == length;
            if (left || right) && !alone && !literal {
                return true;
            }
        } else if twin(i) {
            let mut j = i;
            while j < length && twin(j) {
                j += 1;
            }
            let inside = i > 0 && j < length && class(i - 1) & ALPHA != 0 && class(j) & ALPHA != 0;
            // 0 and 1 in the midst of small letters, or in a code of capitals.
            let before = text[..i].iter().rev().take_while(|c| c.is_ascii_lowercase()).count();
            let after = text[j..].iter().take_while(|c| c.is_ascii_lowercase()).count();
            let capital =
                class(i.saturating_sub(1)) & UPPER != 0 && class(j.min(length - 1)) & UPPER != 0;
            if inside
                && length >= 5
                && (capital
                    || before + after >= 3
                        && before > 0
                        && after > 0
                        && before + after + (j - i) == length
                        && length <= 12)
            {
                return true;
            }
            i = j;
            continue;
        }
        i += 1;
    }
    false
}

/// snake_case, SCREAMING_SNAKE, __dunder__; not _emphasis_ and not a blank to fill in.
fn snake(text: &[u8], word: &Word) -> bool {
    if word.lower + word.upper == 0 {
        return false;
    }
    let core_start = text.iter().take_while(|&&c| c == b'_').count();
    let core_end = text.len() - text.iter().rev().take_while(|&&c| c == b'_').count();
    let core = &text[core_start..core_end];
    let inner = core.contains(&b'_');
    let dunder = core_start >= 2 && text.len() - core_end >= 2;
    (inner || dunder) && text.len() >= 3
}

/// Letters and digits that alternate: a product key, a record locator.
fn is_code(text: &[u8], word: &Word) -> bool {
    let length = text.len();
    if word.turns >= 3 && length >= 6 {
        return true;
    }
    if word.lower == 0 {
        let year = word.digits == 4
            && is(text, length - 4, DIGIT)
            && (1900..2040).contains(&value(&text[length - 4..]));
        // DEUTDEFF500: the code of a bank.
        let bank = word.upper >= 6 && matches!((length, word.digits), (8, 2) | (11, 3));
        return bank
            || word.turns >= 2 && length >= 5
            || word.turns >= 3 && length >= 4
            || word.turns == 1 && word.upper >= 1 && word.digits >= 4 && !year;
    }
    word.turns >= 1 && word.digits >= 5
}

fn camel(b: &[u8], word: &Word, text: &[u8], code: &mut dyn FnMut() -> bool) -> bool {
    if word.upper == 0 || word.lower == 0 || text.len() < 4 {
        return false;
    }
    // Humps: a capital after a small letter or digit, or the last capital of several before a
    // small letter.
    let mut humps = usize::from(is(text, 0, UPPER));
    let mut inner = 0;
    for i in 1..text.len() {
        let capital = is(text, i, UPPER);
        if capital
            && (!is(text, i - 1, UPPER)
                || is(text, i + 1, LOWER) && !(i + 2 == text.len() && text[i + 1] == b's'))
        {
            humps += 1;
            inner += 1;
        }
    }
    if inner == 0 || NAMES.contains(&text) {
        return false;
    }
    let lead = text.iter().take_while(|c| c.is_ascii_lowercase()).count();
    if lead >= 2 {
        return true;
    }
    if inner >= 4
        || humps >= 3 && text.iter().filter(|c| c.is_ascii_lowercase()).count() >= 4 && lead == 0
    {
        return true;
    }
    // OOMKilled
    if is(text, 3, UPPER) {
        let capitals = text.iter().take_while(|c| c.is_ascii_uppercase()).count();
        let small = &text[capitals..];
        if capitals >= 4 && small.len() >= 4 && small.iter().all(u8::is_ascii_lowercase) {
            return true;
        }
    }
    let joined = matches!(before(b, word.start), b'`' | b'&' | b'@' | b'.' | b'_' | b'<')
        || before(b, word.start) == b':' && b[..word.start].ends_with(b"::");
    let goes_on = matches!(at(b, word.end), b'(' | b'<' | b'{' | b'`')
        && at(b, word.end + 1).is_ascii()
        || b[word.end..].starts_with(b"::")
        || at(b, word.end) == b'.' && is(b, word.end + 1, LOWER);
    // McBride, whatever the line has.
    let name = text.starts_with(b"Mc") && inner == 1;
    joined || goes_on || !name && code()
}
