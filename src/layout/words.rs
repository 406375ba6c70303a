//! The words of a block: stretches between two places where a line may end, by UAX #14 on the text
//! and after every mark and blank.

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use super::breaks;
use crate::text::{Role, Unit};
use crate::typeface::is_simple;

/// The words of a block. Kept from block to block for its memory.
#[derive(Default)]
pub(super) struct Words {
    text: String,
    ascii: Vec<u8>,
    breaks: Vec<usize>,
    ends: Vec<usize>,
}

impl Words {
    /// Finds the words of `units`.
    pub(super) fn find(&mut self, units: &[Unit]) {
        self.ends.clear();
        let simple = |unit: &Unit| match unit.role {
            Role::Text | Role::Blank => matches!(unit.ch, ' '..='~'),
            Role::Break => true,
            Role::Heading | Role::Mark | Role::Boxed | Role::Nothing => false,
        };
        if units.iter().all(simple) {
            return self.find_in_ascii(units);
        }
        self.text.clear();
        self.text.extend(units.iter().map(stand_in));
        breaks::opportunities(&self.text, &mut self.breaks);
        let mut breaks = self.breaks.iter().copied().peekable();
        let mut at = 0;
        for (index, unit) in units.iter().enumerate() {
            at += stand_in(unit).len_utf8();
            while breaks.next_if(|&place| place < at).is_some() {}
            let next = units.get(index + 1);
            let by_rule = breaks.peek() == Some(&at);
            let is_mark = |unit: &Unit| matches!(unit.role, Role::Mark | Role::Break);
            let after_mark = is_mark(unit) && !next.is_some_and(is_mark);
            let before_blank = next.is_some_and(|next| next.role == Role::Blank);
            let may_end = (by_rule || after_mark) && !before_blank;
            if next.is_none_or(|next| may_end && self.is_boundary(at, next)) {
                self.ends.push(index + 1);
            }
        }
    }

    /// The same where every unit is one byte and no mark stands without a blank beside it.
    fn find_in_ascii(&mut self, units: &[Unit]) {
        self.ascii.clear();
        self.ascii.extend(units.iter().map(|unit| stand_in(unit) as u8));
        let Ok(text) = std::str::from_utf8(&self.ascii) else { return };
        breaks::opportunities(text, &mut self.breaks);
        let before_ink = |&at: &usize| units.get(at).is_none_or(|next| next.role != Role::Blank);
        self.ends.extend(self.breaks.iter().copied().filter(before_ink));
    }

    /// The words as ranges of units, each with the blanks that follow it.
    pub(super) fn ranges(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end)
    }

    /// Whether no grapheme cluster is split at a byte; UAX #14 would allow that in a few places,
    /// such as before an emoji's skin tone.
    fn is_boundary(&self, at: usize, next: &Unit) -> bool {
        if is_simple(stand_in(next)) {
            return true;
        }
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        cursor.is_boundary(&self.text, 0).unwrap_or(true)
    }
}

/// Whether a unit is an ASCII character that is drawn as itself.
pub(super) fn is_ascii(unit: &Unit) -> bool {
    matches!(unit.ch, ' '..='~') && matches!(unit.role, Role::Text | Role::Blank)
}

/// What UAX #14 sees in a unit's place: marks and boxes behave like letters; a unit that stands for
/// bytes alone is a word joiner, which glues.
fn stand_in(unit: &Unit) -> char {
    match unit.role {
        _ if unit.is_silent() => '\u{2060}',
        Role::Text | Role::Blank | Role::Heading | Role::Nothing => unit.ch,
        Role::Mark | Role::Break | Role::Boxed => 'x',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<Unit> {
        let role = |ch| match ch {
            ' ' => Role::Blank,
            '↵' => Role::Mark,
            _ => Role::Text,
        };
        text.chars().map(|ch| Unit { ch, role: role(ch), bytes: 1, chars: 1, folded: 1 }).collect()
    }

    fn words(text: &str) -> Vec<String> {
        let units = units(text);
        let mut words = Words::default();
        words.find(&units);
        words.ranges().map(|range| units[range].iter().map(|u| u.ch).collect()).collect()
    }

    #[test]
    fn lines_may_end_after_blanks_marks_and_hyphens() {
        assert_eq!(words("a b-c  d"), ["a ", "b-", "c  ", "d"]);
        assert_eq!(words("end.↵↵Next↵ x"), ["end.↵↵", "Next↵ ", "x"]);
        assert_eq!(words("(see 3.5)"), ["(see ", "3.5)"]);
        assert_eq!(words("漢字,仮名"), ["漢", "字,", "仮", "名"]);
        assert!(words("").is_empty());
    }

    #[test]
    fn clusters_stay_whole() {
        assert_eq!(words("e\u{301}x"), ["e\u{301}x"]);
        assert_eq!(words("字\u{1F3FB}字"), ["字\u{1F3FB}", "字"]);
        assert_eq!(words("\u{1F468}\u{200D}\u{1F469}a").len(), 2);
    }
}
