//! What kind of text it is, told from a sample: how small it may be drawn and what may become of
//! its line breaks depend on it.

use serde::{Deserialize, Serialize};
use unicode_script::{Script, UnicodeScript};

/// A class of text. The smallest size that can be read differs between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Words, which a reader completes where letters are unclear.
    Prose,
    /// Source code: symbols, indentation, names.
    Code,
    /// Logs, tables of ids, hashes: strings that cannot be guessed.
    Identifiers,
}

/// Share of symbols among ink from which a text is code. Prose has 1 to 3 %, Markdown up to 6 %,
/// Python and Rust 9 to 16 %.
const CODE_SYMBOLS: f64 = 0.08;
/// The same where a quarter of the lines are indented.
const INDENTED_CODE_SYMBOLS: f64 = 0.05;
/// Share of characters in words that cannot be guessed from which a text is identifiers.
const UNGUESSABLE: f64 = 0.3;

/// The class of a sample.
pub fn classify(sample: &str) -> Content {
    let (mut ink, mut symbols, mut unguessable) = (0, 0, 0);
    for word in sample.split_whitespace() {
        ink += word.chars().count();
        symbols += word.bytes().filter(|&byte| is_symbol(byte)).count();
        unguessable += unguessable_chars(word);
    }
    let (ink, symbols, unguessable) = (ink as f64, symbols as f64, unguessable as f64);
    if ink == 0.0 {
        return Content::Prose;
    }
    let lines = sample.lines().filter(|line| !line.trim().is_empty());
    let (mut all, mut indented) = (0.0, 0.0);
    for line in lines {
        all += 1.0;
        indented += f64::from(u8::from(line.starts_with("  ") || line.starts_with('\t')));
    }
    if unguessable / ink >= UNGUESSABLE {
        return Content::Identifiers;
    }
    let share = symbols / ink;
    let is_code =
        share >= CODE_SYMBOLS || (share >= INDENTED_CODE_SYMBOLS && indented / all > 0.25);
    if is_code { Content::Code } else { Content::Prose }
}

/// Signs that are frequent in code and rare in prose.
fn is_symbol(byte: u8) -> bool {
    matches!(
        byte,
        b'{' | b'}'
            | b'['
            | b']'
            | b'('
            | b')'
            | b'<'
            | b'>'
            | b';'
            | b'='
            | b'_'
            | b'/'
            | b'\\'
            | b'|'
            | b'&'
            | b'*'
            | b'#'
            | b'+'
            | b'$'
            | b'@'
            | b'~'
            | b'^'
            | b'`'
            | b'"'
    )
}

/// Characters of a word, without what surrounds it, where it is a string that no reader can
/// complete: letters and digits mixed, or long digits.
fn unguessable_chars(word: &str) -> usize {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    if digits < 2 {
        return 0;
    }
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let is_unguessable = (letters >= 2 && letters + digits >= 6) || digits >= 6;
    let core = word.trim_matches(|c: char| !c.is_alphanumeric());
    if is_unguessable { core.chars().count() } else { 0 }
}

/// Whether a script is written in squares of one size, as ideographs are.
pub fn is_square(script: Script) -> bool {
    matches!(script, Script::Han | Script::Hangul | Script::Yi | Script::Bopomofo)
}

/// The script of most letters of a sample; Latin where there are none. Kana and Han count as one.
pub fn main_script(sample: &str) -> Script {
    let mut counts: Vec<(Script, usize)> = Vec::new();
    let mut last = 0;
    for c in sample.chars() {
        // Asking for the script of every letter took a twentieth of a short run.
        let script = match c {
            '\0'..='\u{7F}' if c.is_ascii_alphabetic() => Script::Latin,
            '\0'..='\u{7F}' => continue,
            _ => match c.script() {
                Script::Common | Script::Inherited | Script::Unknown => continue,
                Script::Hiragana | Script::Katakana => Script::Han,
                script => script,
            },
        };
        if counts.get(last).is_none_or(|count| count.0 != script) {
            last = counts.iter().position(|count| count.0 == script).unwrap_or(counts.len());
        }
        match counts.get_mut(last) {
            Some(count) => count.1 += 1,
            None => counts.push((script, 1)),
        }
    }
    // Of two equally frequent scripts the first met.
    counts.into_iter().rev().max_by_key(|count| count.1).map_or(Script::Latin, |most| most.0)
}

/// Shortest and longest width that hard-wrapped text is wrapped at, in characters.
const WRAPS: std::ops::RangeInclusive<usize> = 40..=120;

/// From how many characters on a line of the sample was ended by wrapping, not by its author;
/// `None` where the text is not hard-wrapped.
pub fn wrapped_from(sample: &str) -> Option<u32> {
    let lines: Vec<&str> = sample.lines().collect();
    // The last line may be cut short by the sample's end; the last of a paragraph is short anyway.
    let inner: Vec<usize> = lines
        .windows(2)
        .filter(|pair| !pair[0].trim().is_empty() && !pair[1].trim().is_empty())
        .map(|pair| pair[0].trim_end().chars().count())
        .collect();
    if inner.len() < 3 {
        return None;
    }
    let mut sorted = inner.clone();
    sorted.sort_unstable();
    let width = sorted[sorted.len() * 19 / 20];
    let full = inner.iter().filter(|&&length| length * 4 >= width * 3).count();
    let wrapped = WRAPS.contains(&width) && full * 10 >= inner.len() * 6;
    wrapped.then_some(width as u32 * 2 / 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> String {
        let path = format!("{}/tests/texts/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn the_texts_of_the_repository_are_told_apart() {
        assert_eq!(classify(&text("prose.txt")), Content::Prose);
        assert_eq!(classify(&text("code.rs")), Content::Code);
        assert_eq!(classify(include_str!("content.rs")), Content::Code);
        assert_eq!(classify(include_str!("../../CONTRIBUTING.md")), Content::Prose);
        assert_eq!(classify(&text("mixed.md")), Content::Prose);
        assert_eq!(
            classify("KEY01=7f3a9c02d1e8 KEY02=0b41c2d3e4f5 at 20261122"),
            Content::Identifiers
        );
        assert_eq!(classify(""), Content::Prose);
    }

    #[test]
    fn the_script_is_that_of_most_letters() {
        assert_eq!(main_script("12.5 %"), Script::Latin);
        assert_eq!(main_script("HTTP は、ハイパーテキスト"), Script::Han);
        assert_eq!(main_script("كل شيء Latin"), Script::Arabic);
    }

    #[test]
    fn hard_wrapped_text_is_told_from_long_and_short_lines() {
        assert_eq!(wrapped_from(&text("prose.txt")), Some(52));
        assert_eq!(wrapped_from(&"One long paragraph a line. ".repeat(30).repeat(5)), None);
        assert_eq!(wrapped_from("milk\neggs\nflour\nsalt\npepper\n"), None);
    }
}
