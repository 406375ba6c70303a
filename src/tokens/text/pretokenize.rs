//! Where a text is cut into pieces before byte-pair encoding: no token crosses such a cut.
//!
//! Every family states its cuts as a regular expression, of which there are three kinds. They are
//! written out here by hand, because the expressions end in `\s+(?!\S)`, a look-ahead that needs a
//! backtracking engine, and those engines panic or crawl on a megabyte of blanks. Written out, a
//! piece costs a few table look-ups a character, and no character is looked at more than thrice.

use super::classes::{
    DEEPSEEK_LEADS, EITHER_CASE, LEADS, LETTERS, LETTERS_MARKS, LOWER_LIKE, MARKS, NEWLINES,
    NUMBERS, PUNCTUATION_SYMBOLS, REST, REST_NO_MARKS, SPACES, Set, UPPER_LIKE, class_at,
};

/// How a family cuts text into pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// OpenAI's first: [`GPT2`].
    Gpt2,
    /// OpenAI's second: [`LLAMA3`], but all white space at the end of the text is one piece, as if
    /// `\s++$` came before `\s*[\r\n]+`.
    Cl100k,
    /// Llama 3 and GLM: [`LLAMA3`].
    Llama3,
    /// Qwen 2 and 3, with single digits: [`QWEN2`].
    Qwen2,
    /// Qwen 3.5, with marks among the letters: [`QWEN3_5`].
    Qwen35,
    /// OpenAI's third, which also cuts where lower case turns to upper: [`O200K`]. MiniMax has it too.
    O200k,
    /// Mistral, the same without contractions and with single digits: [`TEKKEN`].
    Tekken,
    /// Kimi, the same with Han apart, and no slash after newlines: [`KIMI`].
    Kimi,
    /// DeepSeek: [`DEEPSEEK`], three passes, each over what the one before left.
    DeepSeek,
}

const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
const LLAMA3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const QWEN2: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const QWEN3_5: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const O200K: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const TEKKEN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const KIMI: &str = r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const DEEPSEEK: [&str; 3] = [
    r"\p{N}{1,3}",
    "[一-龥\u{3040}-ゟ゠-ヿ]+",
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
];

impl Pattern {
    /// The pattern that these regular expressions, one after the other, stand for.
    pub fn of_regexes(regexes: &[&str]) -> Option<Self> {
        match *regexes {
            [GPT2] => Some(Self::Gpt2),
            [LLAMA3] => Some(Self::Llama3),
            [QWEN2] => Some(Self::Qwen2),
            [QWEN3_5] => Some(Self::Qwen35),
            [O200K] => Some(Self::O200k),
            [TEKKEN] => Some(Self::Tekken),
            [KIMI] => Some(Self::Kimi),
            _ if *regexes == DEEPSEEK => Some(Self::DeepSeek),
            _ => None,
        }
    }

    /// Calls `piece` with the start and end of every piece of `text`, in order.
    #[inline(always)]
    pub fn for_each_piece(self, text: &[u8], piece: impl FnMut(usize, usize)) {
        match self {
            Self::Gpt2 => each(text, piece, gpt2),
            Self::Cl100k => each(text, piece, cl100k::<3, false, true>),
            Self::Llama3 => each(text, piece, cl100k::<3, false, false>),
            Self::Qwen2 => each(text, piece, cl100k::<1, false, false>),
            Self::Qwen35 => each(text, piece, cl100k::<1, true, false>),
            Self::O200k => each(text, piece, o200k::<3, true, true, false>),
            Self::Tekken => each(text, piece, o200k::<1, false, true, false>),
            Self::Kimi => each(text, piece, o200k::<3, true, false, true>),
            Self::DeepSeek => each(text, piece, deepseek),
        }
    }
}

#[inline(always)]
fn each(text: &[u8], mut piece: impl FnMut(usize, usize), next: impl Fn(&[u8], usize) -> usize) {
    let mut start = 0;
    while start < text.len() {
        let end = next(text, start);
        piece(start, end);
        start = end;
    }
}

/// The end of the run of characters of `set` that starts at `at`.
#[inline(always)]
fn run(text: &[u8], mut at: usize, set: Set) -> usize {
    while at < text.len() {
        let (class, length) = class_at(text, at);
        if !class.is(set) {
            break;
        }
        at += length;
    }
    at
}

/// The end of the numbers that start at `at`, at most `most` of them.
#[inline(always)]
fn numbers(text: &[u8], mut at: usize, most: usize) -> usize {
    for _ in 0..most {
        if at == text.len() {
            break;
        }
        let (class, length) = class_at(text, at);
        if !class.is(NUMBERS) {
            break;
        }
        at += length;
    }
    at
}

/// The end of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at `at`, or `at` itself. The long s is an s to
/// patterns that ignore case.
#[inline(always)]
fn contraction(text: &[u8], at: usize) -> usize {
    if text.get(at) != Some(&b'\'') {
        return at;
    }
    let letter = |offset: usize| text.get(at + offset).map_or(0, u8::to_ascii_lowercase);
    match (letter(1), letter(2)) {
        (b's' | b't' | b'm' | b'd', _) => at + 2,
        (b'r' | b'v', b'e') | (b'l', b'l') | (0xC5, 0xBF) => at + 3,
        _ => at,
    }
}

/// `\s*[\r\n]+|\s+(?!\S)|\s+` at a white-space character; with `END`, `\s++$` comes first.
#[inline(always)]
fn spaces<const END: bool>(text: &[u8], start: usize, is_end: impl Fn(usize) -> bool) -> usize {
    let mut at = start;
    let mut last = start;
    let mut newline = None;
    while at < text.len() {
        let (class, length) = class_at(text, at);
        if !class.is(SPACES) {
            break;
        }
        last = at;
        at += length;
        if class.is(NEWLINES) {
            newline = Some(at);
        }
    }
    let ends = is_end(at);
    match newline {
        _ if END && ends => at,
        Some(newline) => newline,
        None if ends || last == start => at,
        None => last,
    }
}

/// ` ?[^\s\p{L}\p{N}]+[\r\n]*`, where `at` is behind the optional space; with `SLASH`,
/// `[\r\n/]*` at its end.
#[inline(always)]
fn punctuation<const SLASH: bool>(text: &[u8], at: usize, set: Set) -> usize {
    let mut end = run(text, at, set);
    while let Some(b'\r' | b'\n') = text.get(end) {
        end += 1;
        while SLASH && text.get(end) == Some(&b'/') {
            end += 1;
        }
    }
    end
}

/// Whether the character at `at` is there and of `set`.
#[inline(always)]
fn is_at(text: &[u8], at: usize, set: Set) -> bool {
    at < text.len() && class_at(text, at).0.is(set)
}

#[inline(always)]
fn gpt2(text: &[u8], start: usize) -> usize {
    let small = |offset: usize| text.get(start + offset).copied().unwrap_or_default();
    match [small(0), small(1), small(2)] {
        [b'\'', b's' | b't' | b'm' | b'd', _] => return start + 2,
        [b'\'', b'r' | b'v', b'e'] | [b'\'', b'l', b'l'] => return start + 3,
        _ => {}
    }
    let first = if text[start] == b' ' { start + 1 } else { start };
    for set in [LETTERS, NUMBERS, REST] {
        let end = run(text, first, set);
        if end > first {
            return end;
        }
    }
    // Without a rule for newlines, white space ends before its last character, or before a word.
    let end = run(text, start, SPACES);
    let last = text[..end].iter().rposition(|byte| byte & 0xC0 != 0x80);
    match last {
        Some(last) if end < text.len() && last > start => last,
        _ => end,
    }
}

#[inline(always)]
fn cl100k<const DIGITS: usize, const MARKED: bool, const END: bool>(
    text: &[u8],
    start: usize,
) -> usize {
    let (letters, rest) = if MARKED { (LETTERS_MARKS, REST_NO_MARKS) } else { (LETTERS, REST) };
    let (class, length) = class_at(text, start);
    let next = start + length;
    if class.is(LETTERS) {
        return run(text, next, letters);
    }
    if class.is(NUMBERS) {
        return numbers(text, next, DIGITS - 1);
    }
    if class.is(LEADS) {
        let end = contraction(text, start);
        if end > start {
            return end;
        }
        if is_at(text, next, letters) || class.is(letters) {
            return run(text, next, letters);
        }
        if class.is(rest) {
            return punctuation::<false>(text, next, rest);
        }
        if text[start] == b' ' && is_at(text, next, rest) {
            return punctuation::<false>(text, next, rest);
        }
    }
    spaces::<END>(text, start, |at| at == text.len())
}

#[inline(always)]
fn o200k<const DIGITS: usize, const CONTRACTIONS: bool, const SLASH: bool, const HAN: bool>(
    text: &[u8],
    start: usize,
) -> usize {
    let (class, length) = class_at(text, start);
    let next = start + length;
    if HAN && class.is_han() {
        let mut at = next;
        while at < text.len() {
            let (class, length) = class_at(text, at);
            if !class.is_han() {
                break;
            }
            at += length;
        }
        return at;
    }
    let word = if class.is(LETTERS) {
        word::<HAN>(text, start)
    } else if class.is(NUMBERS) {
        return numbers(text, next, DIGITS - 1);
    } else if class.is(LEADS) {
        word_after_lead::<HAN>(text, start, next)
    } else {
        None
    };
    if let Some(end) = word {
        return if CONTRACTIONS { contraction(text, end) } else { end };
    }
    if class.is(REST) {
        return punctuation::<SLASH>(text, next, REST);
    }
    if text[start] == b' ' && is_at(text, next, REST) {
        return punctuation::<SLASH>(text, next, REST);
    }
    spaces::<false>(text, start, |at| at == text.len())
}

/// A word with the optional character before it, of which `next` is the end.
#[inline(always)]
fn word_after_lead<const HAN: bool>(text: &[u8], start: usize, next: usize) -> Option<usize> {
    // A mark may lead a word or belong to it. It leads only a word that the first alternative
    // takes; else the first alternative takes the mark alone, before the second has its turn.
    if class_at(text, start).0.is(MARKS) {
        return match case_run::<HAN>(text, next) {
            (_, Some(end)) => Some(end),
            _ => Some(next),
        };
    }
    word::<HAN>(text, next)
}

/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`, or else
/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+`.
#[inline(always)]
fn word<const HAN: bool>(text: &[u8], at: usize) -> Option<usize> {
    match case_run::<HAN>(text, at) {
        (_, Some(end)) => Some(end),
        (end, None) if end > at => Some(end),
        _ => None,
    }
}

/// The end of the upper-like run at `at`, and the end of the first alternative if it matches.
///
/// The upper-like run is greedy and gives back, so with no lower-case letter behind it the first
/// alternative ends after its last character that goes with both cases.
#[inline(always)]
fn case_run<const HAN: bool>(text: &[u8], mut at: usize) -> (usize, Option<usize>) {
    let belongs = |class: super::classes::Class, set| class.is(set) && !(HAN && class.is_han());
    let mut either = None;
    while at < text.len() {
        let (class, length) = class_at(text, at);
        if !belongs(class, UPPER_LIKE) {
            if belongs(class, LOWER_LIKE) {
                at += length;
                while at < text.len() {
                    let (class, length) = class_at(text, at);
                    if !belongs(class, LOWER_LIKE) {
                        break;
                    }
                    at += length;
                }
                return (at, Some(at));
            }
            break;
        }
        at += length;
        if class.is(EITHER_CASE) {
            either = Some(at);
        }
    }
    (at, either)
}

/// DeepSeek's three passes in one. The first two set numbers and CJK apart; the third sees the
/// text between them, so for its white space the end of text is where one of those begins.
#[inline(always)]
fn deepseek(text: &[u8], start: usize) -> usize {
    let is_apart = |at: usize| {
        at == text.len() || {
            let (class, _) = class_at(text, at);
            class.is(NUMBERS) || class.is_deepseek_cjk()
        }
    };
    // A run of `set` within the third pass.
    let run = |mut at: usize, set: Set| {
        while at < text.len() {
            let (class, length) = class_at(text, at);
            if !class.is(set) || class.is_deepseek_cjk() {
                break;
            }
            at += length;
        }
        at
    };
    let (class, length) = class_at(text, start);
    let next = start + length;
    if class.is(NUMBERS) {
        return numbers(text, next, 2);
    }
    if class.is_deepseek_cjk() {
        let mut at = next;
        while at < text.len() {
            let (class, length) = class_at(text, at);
            if !class.is_deepseek_cjk() || class.is(NUMBERS) {
                break;
            }
            at += length;
        }
        return at;
    }
    if text[start].is_ascii_punctuation() {
        let letters = text[next..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        if letters > 0 {
            return next + letters;
        }
    }
    if class.is(LETTERS_MARKS) {
        return run(next, LETTERS_MARKS);
    }
    if class.is(DEEPSEEK_LEADS) {
        let end = run(next, LETTERS_MARKS);
        if end > next {
            return end;
        }
    }
    let marks = if text[start] == b' ' { next } else { start };
    let end = run(marks, PUNCTUATION_SYMBOLS);
    if end > marks {
        let newlines =
            text[end..].iter().take_while(|&&byte| byte == b'\r' || byte == b'\n').count();
        return end + newlines;
    }
    if class.is(SPACES) {
        return spaces::<false>(text, start, is_apart);
    }
    // Controls and formats match nothing. Such characters stay together up to the next match,
    // which starts at the last of them if letters follow.
    let mut last = start;
    let mut at = next;
    while at < text.len() {
        let (class, length) = class_at(text, at);
        let other = class.is(DEEPSEEK_LEADS)
            && !class.is(LETTERS_MARKS)
            && !class.is(SPACES)
            && !class.is(NUMBERS);
        if !other {
            if class.is(LETTERS_MARKS) && !class.is_deepseek_cjk() {
                return last;
            }
            break;
        }
        last = at;
        at += length;
    }
    at
}
