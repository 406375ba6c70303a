//! Where a line may end: UAX #14 on the text, and after every mark and blank.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::text::{Role, Unit};

/// The words of a block: stretches of units between two places where a line may end. Kept from
/// block to block for its memory.
#[derive(Default)]
pub(super) struct Words {
    text: String,
    ends: Vec<usize>,
}

impl Words {
    /// Finds the words of `units`.
    pub(super) fn find(&mut self, units: &[Unit]) {
        self.text.clear();
        self.ends.clear();
        self.text.extend(units.iter().map(stand_in));
        let mut breaks = unicode_linebreak::linebreaks(&self.text).map(|(at, _)| at).peekable();
        let mut at = 0;
        for (index, unit) in units.iter().enumerate() {
            at += stand_in(unit).len_utf8();
            while breaks.next_if(|&place| place < at).is_some() {}
            let next = units.get(index + 1).map(|next| next.role);
            let by_rule = breaks.peek() == Some(&at);
            let after_mark = unit.role == Role::Mark && next != Some(Role::Mark);
            let before_blank = next == Some(Role::Blank);
            if next.is_none() || ((by_rule || after_mark) && !before_blank) {
                self.ends.push(index + 1);
            }
        }
    }

    /// The words as ranges of units, each with the blanks that follow it.
    pub(super) fn ranges(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end)
    }
}

/// What UAX #14 sees in a unit's place: marks and boxes behave like letters; a unit that draws
/// nothing is a word joiner, which glues.
fn stand_in(unit: &Unit) -> char {
    match unit.role {
        Role::Text | Role::Blank | Role::Heading => unit.ch,
        Role::Mark | Role::Boxed => 'x',
        Role::Nothing => '\u{2060}',
    }
}

/// The grapheme clusters (UAX #29) of a word, as ranges of units.
pub(super) fn clusters(units: &[Unit]) -> impl Iterator<Item = Range<usize>> {
    let text: String = units.iter().map(stand_in).collect();
    let lengths: Vec<usize> = text.graphemes(true).map(|g| g.chars().count()).collect();
    lengths.into_iter().scan(0, |start, length| {
        let range = *start..*start + length;
        *start = range.end;
        Some(range)
    })
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
    fn clusters_keep_marks_with_their_letters() {
        let units = units("e\u{301}x\u{1F468}\u{200D}\u{1F469}");
        let lengths: Vec<usize> = clusters(&units).map(|range| range.len()).collect();
        assert_eq!(lengths, [2, 1, 3]);
    }
}
