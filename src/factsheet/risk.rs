//! How likely a string is to be misread.

/// The chance that a character without a twin is misread.
const BASE: f64 = 0.004;
/// The chance that one with a perfect twin is.
const TWIN: f64 = 0.25;
/// The chance that a letter beyond ASCII, which the table of pairs does not know, is misread.
const FOREIGN: f64 = 0.3;
/// Px of ink that make two glyphs half as alike. A guess between what was read blind: of 12 digits
/// drawn in 10 px letters (`0` and `8` are 4.5 px apart) about one string in ten was misread, of
/// twice as large ones none.
const HALF: f64 = 2.5;
/// What is left of either inside a word or between two, which readers know.
const IN_WORD: f64 = 0.06;

/// The chance that a reader takes a string for another one, from its characters, its length and
/// whether it is made of words.
#[derive(Debug, Clone)]
pub struct Risk {
    /// Of each ASCII character where letters and digits are mixed.
    mixed: [f64; 128],
    /// Of each where only its own class stands: nobody reads an O among digits.
    alone: [f64; 128],
}

impl Risk {
    /// From the pairs of characters that are drawn alike, with how alike they are, 0 to 1: see
    /// [`Self::alike`].
    pub fn from_pairs(pairs: impl IntoIterator<Item = (char, char, f64)>) -> Self {
        let mut risk = Self { mixed: [BASE; 128], alone: [BASE; 128] };
        for (a, b, alike) in pairs {
            let alike = alike.clamp(0.0, 1.0);
            let chance = BASE + TWIN * alike * alike;
            for c in [a, b] {
                if let Some(known) = risk.mixed.get_mut(c as usize) {
                    *known = known.max(chance);
                }
                if let Some(known) = risk
                    .alone
                    .get_mut(c as usize)
                    .filter(|_| a.is_ascii_digit() == b.is_ascii_digit())
                {
                    *known = known.max(chance);
                }
            }
        }
        risk
    }

    /// How alike two glyphs are for a reader, 0 to 1, that differ by so much ink, in px that are
    /// covered whole. The same two differ by more the larger they are drawn.
    pub fn alike(pixels: f32) -> f64 {
        let apart = f64::from(pixels) / HALF;
        1.0 / (1.0 + apart * apart)
    }

    /// Glyphs that differ by more px of ink are hardly taken for each other.
    pub const APART: f32 = 10.0;

    /// The chance for one string, 0 to 1.
    pub fn of(&self, text: &str) -> f64 {
        let mut right = 1.0;
        let mut rest = text;
        let ends = |text: &str| text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
        while !rest.is_empty() {
            let (run, after) = rest.split_at(ends(rest));
            let mixed = run.contains(|c: char| c.is_ascii_digit())
                && run.contains(|c: char| !c.is_ascii_digit());
            right *= if mixed { run_of(run, &self.mixed, 3) } else { run_of(run, &self.alone, 2) };
            let mut signs = after.chars();
            if let Some(sign) = signs.next() {
                let next = signs.as_str();
                let joins = wordlike(run, 2) && wordlike(&next[..ends(next)], 2);
                let share = if joins { IN_WORD } else { 1.0 };
                right *= 1.0 - self.alone.get(sign as usize).copied().unwrap_or(FOREIGN) * share;
            }
            rest = signs.as_str();
        }
        1.0 - right
    }
}

/// The chance that a run of letters and digits is read right, where so many letters may be a word.
fn run_of(run: &str, chances: &[f64; 128], least: usize) -> f64 {
    let mut right = 1.0;
    let mut rest = run;
    while let Some(first) = rest.chars().next() {
        let hump = hump(rest);
        let share = if wordlike(&rest[..hump], least) { IN_WORD } else { 1.0 };
        let (part, after) = rest.split_at(hump.max(first.len_utf8()));
        for c in part.chars() {
            right *= 1.0 - chances.get(c as usize).copied().unwrap_or(FOREIGN) * share;
        }
        rest = after;
    }
    right
}

/// Bytes of the letters at the start that look like one word: a capital and small letters, or
/// letters of one case.
fn hump(text: &str) -> usize {
    let bytes = text.as_bytes();
    let capitals = bytes.iter().take_while(|c| c.is_ascii_uppercase()).count();
    if capitals > 1 {
        return capitals;
    }
    capitals + bytes[capitals..].iter().take_while(|c| c.is_ascii_lowercase()).count()
}

/// Whether a run could be a word: so many letters at least, with vowels, and neither vowels nor
/// consonants heaped up.
fn wordlike(letters: &str, least: usize) -> bool {
    if letters.len() < least || !letters.bytes().all(|c| c.is_ascii_alphabetic()) {
        return false;
    }
    let (mut vowels, mut run, mut last) = (0, 0, false);
    for c in letters.bytes().map(|c| c.to_ascii_lowercase()) {
        let vowel = matches!(c, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        vowels += usize::from(vowel);
        run = if run > 0 && vowel == last { run + 1 } else { 1 };
        last = vowel;
        if run > if vowel { 2 } else { 3 } {
            return false;
        }
    }
    vowels > 0 && vowels < letters.len()
}

#[cfg(test)]
mod tests {
    use super::Risk;

    const ALIKE: [(char, char, f64); 5] =
        [('0', 'O', 0.9), ('1', 'l', 0.9), ('l', 'I', 0.9), ('3', '8', 0.5), ('a', 'e', 0.4)];

    #[test]
    fn hashes_are_riskier_than_names() {
        let risk = Risk::from_pairs(ALIKE);
        let order = ["parse_request", "2024-01-15", "3f2a9c1d8be0", "O0Il1O0Il1"];
        let chances: Vec<f64> = order.iter().map(|text| risk.of(text)).collect();
        assert!(chances.is_sorted(), "{chances:?}");
        assert!(chances.iter().all(|chance| (0.0..=1.0).contains(chance)));
    }

    #[test]
    fn a_table_of_the_face_changes_the_order() {
        let risk = Risk::from_pairs([('x', 'y', 1.0)]);
        assert!(risk.of("xyxy77") > risk.of("0OlI77"));
    }
}
