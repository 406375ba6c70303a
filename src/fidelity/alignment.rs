//! Edit distance and alignment of long texts, exact: Myers' bit-parallel columns, 64 rows at a time,
//! and Hirschberg's halving where the table of all columns would take too much memory.
//!
//! A page of 30,000 characters against a reading of as many takes some 30 million steps of a few
//! instructions. No crate was found that does both: `strsim` fills the table cell by cell,
//! `triple_accel` aligns bytes, `rapidfuzz` counts edits without saying where they are.

use std::collections::HashMap;

/// One step along an alignment of what was wanted with what was got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A character of both.
    Same,
    /// A character of each that differ: one edit.
    Replaced,
    /// A character that was wanted and not got: one edit.
    Missing,
    /// A character that was got and not wanted: one edit.
    Added,
}

/// Rows of a block.
const ROWS: usize = 64;
/// Blocks of columns that are kept for walking back through them: 16 MiB.
const KEPT: usize = 1 << 20;

/// The Levenshtein distance of two texts in characters.
pub fn distance(want: &str, got: &str) -> usize {
    let (want, got): (Vec<char>, Vec<char>) = (want.chars().collect(), got.chars().collect());
    let ((want, got), letters) = numbered(&want, &got);
    let (start, end) = common(&want, &got);
    let (want, got) = (&want[start..want.len() - end], &got[start..got.len() - end]);
    last_column(want, got, letters)[want.len()]
}

/// A shortest way from `want` to `got`: as few edits as possible.
pub fn align(want: &[char], got: &[char]) -> Vec<Step> {
    align_within(want, got, KEPT)
}

fn align_within(want: &[char], got: &[char], kept: usize) -> Vec<Step> {
    let ((want, got), letters) = numbered(want, got);
    let mut steps = Vec::with_capacity(want.len().max(got.len()));
    Aligner { letters, kept }.align(&want, &got, &mut steps);
    steps
}

struct Aligner {
    letters: usize,
    kept: usize,
}

impl Aligner {
    fn align(&self, want: &[u32], got: &[u32], steps: &mut Vec<Step>) {
        let (start, end) = common(want, got);
        steps.extend(std::iter::repeat_n(Step::Same, start));
        self.align_rest(&want[start..want.len() - end], &got[start..got.len() - end], steps);
        steps.extend(std::iter::repeat_n(Step::Same, end));
    }

    fn align_rest(&self, want: &[u32], got: &[u32], steps: &mut Vec<Step>) {
        if want.is_empty() || got.is_empty() {
            steps.extend(std::iter::repeat_n(Step::Missing, want.len()));
            steps.extend(std::iter::repeat_n(Step::Added, got.len()));
        } else if got.len() == 1 || want.len().div_ceil(ROWS) * got.len() <= self.kept {
            walk_back(want, got, self.letters, steps);
        } else {
            // Where a best way crosses the middle: the edits before and after it are fewest.
            let middle = got.len() / 2;
            let before = last_column(want, &got[..middle], self.letters);
            let back = |part: &[u32]| -> Vec<u32> { part.iter().rev().copied().collect() };
            let after = last_column(&back(want), &back(&got[middle..]), self.letters);
            let edits = |row: &usize| before[*row] + after[want.len() - row];
            let row = (0..=want.len()).min_by_key(edits).unwrap_or(0);
            self.align(&want[..row], &got[..middle], steps);
            self.align(&want[row..], &got[middle..], steps);
        }
    }
}

/// Both texts with their characters numbered from 0, and how many numbers there are.
fn numbered(want: &[char], got: &[char]) -> ((Vec<u32>, Vec<u32>), usize) {
    let mut numbers: HashMap<char, u32> = HashMap::new();
    let mut number = |text: &[char]| -> Vec<u32> {
        text.iter()
            .map(|&c| {
                let next = numbers.len() as u32;
                *numbers.entry(c).or_insert(next)
            })
            .collect()
    };
    let both = (number(want), number(got));
    (both, numbers.len())
}

/// How many characters two texts share at the start, and how many after that at the end.
fn common(want: &[u32], got: &[u32]) -> (usize, usize) {
    let start = want.iter().zip(got).take_while(|(a, b)| a == b).count();
    let rest = want[start..].iter().rev().zip(got[start..].iter().rev());
    (start, rest.take_while(|(a, b)| a == b).count())
}

/// 64 rows of a column: where the distance is one more than in the row above, and where one less.
#[derive(Clone, Copy)]
struct Block {
    more: u64,
    less: u64,
}

impl Block {
    /// The first column: every row costs one more.
    const FIRST: Self = Self { more: u64::MAX, less: 0 };

    /// The next column, from the rows whose character it has. `across` is how the distance changes
    /// from column to column in the row above; it becomes that of the block's last row.
    /// (Myers 1999, in Hyyrö's form.)
    fn next(self, mut equal: u64, across: &mut i8) -> Self {
        let vertical = equal | self.less;
        equal |= u64::from(*across < 0);
        let level = ((equal & self.more).wrapping_add(self.more) ^ self.more) | equal;
        let (more, less) = (self.less | !(level | self.more), self.more & level);
        let (above_more, above_less) = (u64::from(*across > 0), u64::from(*across < 0));
        *across = (more >> (ROWS - 1)) as i8 - (less >> (ROWS - 1)) as i8;
        let (more, less) = (more << 1 | above_more, less << 1 | above_less);
        Self { more: less | !(vertical | more), less: more & vertical }
    }
}

/// Goes through the table block by block, each over all columns; `see` is given each block and its
/// columns' number, from 0.
fn fill(want: &[u32], got: &[u32], letters: usize, mut see: impl FnMut(usize, usize, Block)) {
    let mut equal = vec![0_u64; letters];
    let mut across = vec![1_i8; got.len()];
    for (number, rows) in want.chunks(ROWS).enumerate() {
        rows.iter().enumerate().for_each(|(row, &c)| equal[c as usize] |= 1 << row);
        let mut block = Block::FIRST;
        for (column, (&c, across)) in got.iter().zip(&mut across).enumerate() {
            block = block.next(equal[c as usize], across);
            see(number, column, block);
        }
        rows.iter().for_each(|&c| equal[c as usize] = 0);
    }
}

/// The distances of every beginning of `want`, the empty one first, from all of `got`.
fn last_column(want: &[u32], got: &[u32], letters: usize) -> Vec<usize> {
    let mut blocks = vec![Block::FIRST; want.len().div_ceil(ROWS)];
    fill(want, got, letters, |number, _, block| blocks[number] = block);
    let mut distance = got.len();
    let mut column = Vec::with_capacity(want.len() + 1);
    column.push(distance);
    for row in 0..want.len() {
        let (block, bit) = (blocks[row / ROWS], row % ROWS);
        distance += (block.more >> bit & 1) as usize;
        distance -= (block.less >> bit & 1) as usize;
        column.push(distance);
    }
    column
}

/// Keeps all columns and walks back through them from the end.
fn walk_back(want: &[u32], got: &[u32], letters: usize, steps: &mut Vec<Step>) {
    let mut blocks = Vec::with_capacity(want.len().div_ceil(ROWS) * got.len());
    fill(want, got, letters, |_, _, block| blocks.push(block));
    let at = |row: usize, column: usize| (blocks[row / ROWS * got.len() + column], row % ROWS);
    let costs_more = |row, column| {
        let (block, bit) = at(row, column);
        block.more >> bit & 1 == 1
    };
    let costs_less = |row, column| {
        let (block, bit) = at(row, column);
        block.less >> bit & 1 == 1
    };
    let first = steps.len();
    let (mut row, mut column) = (want.len(), got.len());
    while row > 0 && column > 0 {
        let step = if want[row - 1] == got[column - 1] {
            Step::Same
        } else if costs_more(row - 1, column - 1) {
            Step::Missing
        } else if column > 1 && costs_less(row - 1, column - 2) {
            Step::Added
        } else {
            Step::Replaced
        };
        row -= usize::from(step != Step::Added);
        column -= usize::from(step != Step::Missing);
        steps.push(step);
    }
    steps.extend(std::iter::repeat_n(Step::Missing, row));
    steps.extend(std::iter::repeat_n(Step::Added, column));
    steps[first..].reverse();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    /// Follows the steps and checks that they lead from the one text to the other.
    fn edits(want: &[char], got: &[char], steps: &[Step]) -> usize {
        let (mut row, mut column, mut edits) = (0, 0, 0);
        for step in steps {
            assert_eq!(
                *step == Step::Same,
                !matches!(step, Step::Missing | Step::Added) && want[row] == got[column]
            );
            row += usize::from(*step != Step::Added);
            column += usize::from(*step != Step::Missing);
            edits += usize::from(*step != Step::Same);
        }
        assert_eq!((row, column), (want.len(), got.len()));
        edits
    }

    #[test]
    fn edits_are_where_one_expects_them() {
        let steps = align(&chars("kitten"), &chars("sitting"));
        use Step::{Added, Replaced, Same};
        assert_eq!(steps, [Replaced, Same, Same, Same, Replaced, Same, Added]);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("漢字", "漢宇"), 1);
        assert!(align(&[], &[]).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// The oracle is a plain table. Few letters make many ties; lengths go over several blocks.
        #[test]
        fn as_few_edits_as_the_plain_table_has(
            want in "[a-d]{0,300}", got in "[a-d]{0,300}", kept in 1_usize..40
        ) {
            let plain = strsim::levenshtein(&want, &got);
            prop_assert_eq!(distance(&want, &got), plain);
            let (want, got) = (chars(&want), chars(&got));
            prop_assert_eq!(edits(&want, &got, &align(&want, &got)), plain);
            // The halving way, down to a few columns.
            prop_assert_eq!(edits(&want, &got, &align_within(&want, &got, kept)), plain);
        }

        #[test]
        fn a_reading_with_a_few_errors(
            want in "\\PC{200,400}", places in prop::collection::vec((0_usize..400, "\\PC{0,3}"), 0..20)
        ) {
            let mut got = chars(&want);
            for (place, text) in places {
                let place = place.min(got.len());
                let end = (place + 2).min(got.len());
                got.splice(place..end, text.chars());
            }
            let plain = strsim::levenshtein(&want, &got.iter().collect::<String>());
            let want = chars(&want);
            prop_assert_eq!(edits(&want, &got, &align_within(&want, &got, 16)), plain);
        }
    }

    #[test]
    fn a_large_page_against_something_else_altogether() {
        let text = |seed: u32| -> Vec<char> {
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(b'a' + (state >> 24) as u8 % 26)
            };
            (0..30_000).map(|_| next()).collect()
        };
        let (want, got) = (text(1), text(2));
        let steps = align(&want, &got);
        let as_text = |text: &[char]| text.iter().collect::<String>();
        assert_eq!(edits(&want, &got, &steps), distance(&as_text(&want), &as_text(&got)));
    }
}
