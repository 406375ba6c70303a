//! Where pages start: which turns share a page, in every tier.
//!
//! A page has whole turns, as many as fit. Those of a tier have as many pages of the tier before as
//! fit, so that every page start of a tier is one of the tiers before it, and turns go from one tier
//! to the next by whole pages. Where a page starts depends on the turns before it alone: a
//! conversation that grows only adds pages.

use std::ops::Range;

use crate::error::Result;

/// The pages of all tiers, in turns (by index).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// What fills a page of the first tier.
    leaves: Vec<Range<usize>>,
    /// For each tier, the first leaf of each page, and the number of leaves at the end.
    starts: Vec<Vec<usize>>,
    /// Whether the last page of each tier could still take the next turn.
    open: Vec<bool>,
}

impl Grid {
    /// Works the pages out. `runs` are the turns that may fade, between those that may not; with
    /// `open` the last run may go on. `fits` says how many of these turns, each one or none, go on
    /// one page of a tier.
    ///
    /// # Errors
    /// Those of `fits`.
    pub fn new(
        runs: &[Range<usize>],
        open: bool,
        tiers: usize,
        mut fits: impl FnMut(usize, Range<usize>) -> Result<usize>,
    ) -> Result<Self> {
        let mut grid = Self { leaves: Vec::new(), starts: vec![vec![]; tiers], open: vec![] };
        let last = runs.len().saturating_sub(1);
        let mut unfilled = vec![false; tiers];
        for (run, index) in runs.iter().zip(0..) {
            let mut at = run.start;
            let first_leaf = grid.leaves.len();
            while at < run.end {
                let whole = fits(0, at..run.end)?.max(1);
                grid.starts[0].push(grid.leaves.len());
                grid.leaves.push(at..at + whole);
                at += whole;
            }
            unfilled[0] = index == last && open;
            for tier in 1..tiers {
                let pages: Vec<usize> = grid.starts[tier - 1]
                    .iter()
                    .copied()
                    .filter(|&leaf| leaf >= first_leaf)
                    .collect();
                let mut page = 0;
                unfilled[tier] = unfilled[tier - 1];
                while page < pages.len() {
                    let from = grid.leaves[pages[page]].start;
                    let turns = fits(tier, from..run.end)?;
                    let end_of = |page: usize| {
                        pages.get(page + 1).map_or(run.end, |&leaf| grid.leaves[leaf].start)
                    };
                    let mut next = page + 1;
                    while next < pages.len() && end_of(next) <= from + turns {
                        next += 1;
                    }
                    grid.starts[tier].push(pages[page]);
                    page = next;
                }
            }
        }
        grid.open = unfilled;
        let leaves = grid.leaves.len();
        grid.starts.iter_mut().for_each(|starts| starts.push(leaves));
        Ok(grid)
    }

    /// What fills a page of the first tier, in turns.
    pub fn leaves(&self) -> &[Range<usize>] {
        &self.leaves
    }

    /// The turns of each page of a tier that lies within `leaves`.
    pub fn pages(&self, tier: usize, leaves: Range<usize>) -> Vec<Range<usize>> {
        let within = self.starts[tier]
            .windows(2)
            .filter(|page| leaves.start <= page[0] && page[1] <= leaves.end && page[0] < page[1]);
        within.map(|page| self.leaves[page[0]].start..self.leaves[page[1] - 1].end).collect()
    }

    /// The page starts of a tier up to `end`, latest first, that later turns cannot move.
    pub fn starts_before(&self, tier: usize, end: usize) -> impl Iterator<Item = usize> + '_ {
        let starts = &self.starts[tier];
        // The end of a page that is not full is no start.
        let last = starts.len() - usize::from(self.open[tier]);
        starts[..last].iter().rev().copied().filter(move |&start| start <= end)
    }

    /// Leaves that later turns cannot change.
    pub fn settled(&self) -> usize {
        self.leaves.len() - usize::from(self.open.first() == Some(&true) && !self.leaves.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;

    /// Pages of so many lines a tier, turns of so many lines.
    fn grid(runs: &[Range<usize>], open: bool, sizes: &[usize], rooms: &[usize]) -> Grid {
        let fits = |tier: usize, turns: Range<usize>| {
            let mut used = 0;
            let fit = turns.take_while(|&turn| {
                used += sizes[turn];
                used <= rooms[tier]
            });
            Ok(fit.count())
        };
        Grid::new(runs, open, rooms.len(), fits).unwrap()
    }

    #[test]
    fn pages_of_a_tier_are_whole_pages_of_the_one_before() {
        let sizes = [3, 3, 3, 9, 40, 2, 2, 2, 2];
        let grid = grid(from_ref(&(0..9)), true, &sizes, &[10, 20]);
        assert_eq!(grid.leaves(), [0..3, 3..4, 4..5, 5..9]);
        assert_eq!(grid.pages(1, 0..4), [0..4, 4..5, 5..9]);
        assert_eq!(grid.settled(), 3);
        assert_eq!(grid.starts_before(1, 4).collect::<Vec<_>>(), [3, 2, 0]);
    }

    #[test]
    fn what_never_fades_ends_a_page() {
        let grid = grid(&[0..2, 3..5], false, &[1; 5], &[10, 20]);
        assert_eq!(grid.leaves(), [0..2, 3..5]);
        assert_eq!(grid.settled(), 2);
        assert_eq!(grid.starts_before(1, 2).collect::<Vec<_>>(), [2, 1, 0]);
    }

    #[test]
    fn a_longer_conversation_has_the_same_pages_and_more() {
        let sizes: Vec<usize> = (0..200).map(|n| n * 7919 % 23 + 1).collect();
        let long = grid(from_ref(&(0..200)), true, &sizes, &[30, 70, 100]);
        for end in 1..200 {
            let short = grid(from_ref(&(0..end)), true, &sizes, &[30, 70, 100]);
            let settled = short.settled();
            assert_eq!(short.leaves()[..settled], long.leaves()[..settled], "{end}");
            for tier in 0..3 {
                let starts: Vec<usize> = short.starts_before(tier, settled).collect();
                let of_long: Vec<usize> = long.starts_before(tier, settled).collect();
                assert!(starts.iter().all(|start| of_long.contains(start)), "{end} {tier}");
            }
        }
    }

    #[test]
    fn an_empty_conversation_has_no_pages() {
        let grid = grid(&[], true, &[], &[10]);
        assert_eq!((grid.leaves().len(), grid.settled()), (0, 0));
        assert_eq!(grid.pages(0, 0..0).len(), 0);
    }
}
