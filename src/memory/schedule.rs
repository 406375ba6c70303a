//! Schedules: which turns are pages, and of which tier.
//!
//! The schedules to choose from form a ladder; each step fades a little more than the one before:
//!
//! 1. one page more of the first tier, from the oldest turns on, up to the recent ones. A tier that
//!    then has more pages than its width gives the oldest of them to the next, by whole pages of
//!    that one;
//! 2. narrower and narrower tiers, the first one first;
//! 3. the turns that do not fill a page yet. These pages are drawn anew when the conversation grows,
//!    so they come last.

use std::ops::Range;

use super::grid::Grid;
use super::tier::Width;

/// What is drawn: the tier and the turns of each page, oldest first.
pub type Schedule = Vec<(usize, Range<usize>)>;

/// Where tiers may end.
pub struct Borders<'a> {
    /// The pages of every tier.
    pub grid: &'a Grid,
    /// The widths of the tiers as asked for.
    pub widths: Vec<Width>,
    /// The first turn that is recent.
    pub recent: usize,
    /// How many turns there are.
    pub turns: usize,
}

impl Borders<'_> {
    /// The ladder's first two parts, from what fades nothing on.
    pub fn ladder(&self) -> Vec<Schedule> {
        let leaves = self.grid.leaves();
        let last = leaves.iter().take(self.grid.settled());
        let last = last.take_while(|leaf| leaf.end <= self.recent).count();
        let mut ladder: Vec<Schedule> =
            (0..=last).map(|end| self.schedule(end, &self.widths)).collect();
        let mut widths = self.widths.clone();
        for tier in 0..widths.len().saturating_sub(1) {
            let pages =
                ladder.last().map_or(0, |pages| pages.iter().filter(|p| p.0 == tier).count());
            for width in (0..pages).rev() {
                widths[tier] = Width::Pages(width);
                ladder.push(self.schedule(last, &widths));
            }
            widths[tier] = Width::Pages(0);
        }
        ladder.dedup();
        ladder
    }

    /// Everything that may fade, in the last tier.
    pub fn most(&self) -> Schedule {
        let last = self.widths.len() - 1;
        let all = 0..self.grid.leaves().len();
        self.grid.pages(last, all).into_iter().map(|turns| (last, turns)).collect()
    }

    /// The pages when so many leaves have faded.
    fn schedule(&self, end: usize, widths: &[Width]) -> Schedule {
        let mut pages = Schedule::new();
        let mut end = end;
        for (tier, &width) in widths.iter().enumerate() {
            let start = match tier + 1 < widths.len() {
                true => self.start(tier, end, width),
                false => 0,
            };
            let drawn = self.grid.pages(tier, start..end).into_iter().rev();
            pages.extend(drawn.map(|turns| (tier, turns)));
            end = start;
        }
        pages.reverse();
        pages
    }

    /// Where a tier begins that ends before leaf `end`: as early as its width lets it, at a page
    /// start of the next tier.
    fn start(&self, tier: usize, end: usize, width: Width) -> usize {
        let holds = |start: usize| match width {
            Width::Pages(most) => self.grid.pages(tier, start..end).len() <= most,
            Width::Turns(age) => self.turns - self.grid.leaves()[start].start <= age,
            Width::Rest => true,
        };
        let mut starts = self.grid.starts_before(tier + 1, end);
        let Some(latest) = starts.next() else { return 0 };
        starts.take_while(|&start| holds(start)).last().unwrap_or(latest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turns of one line each; pages of 2, 6 and 6 lines.
    fn grid(turns: usize) -> Grid {
        let fits = |tier: usize, turns: Range<usize>| Ok(turns.len().min([2, 6, 6][tier]));
        Grid::new(std::slice::from_ref(&(0..turns)), true, 3, fits).unwrap()
    }

    fn ladder(turns: usize, recent: usize) -> Vec<Schedule> {
        let widths = vec![Width::Pages(4), Width::Pages(1), Width::Rest];
        Borders { grid: &grid(turns), widths, recent: turns - recent, turns }.ladder()
    }

    #[test]
    fn each_step_draws_at_most_one_page_a_tier() {
        let ladder = ladder(61, 4);
        for steps in ladder.windows(2) {
            for tier in 0..3 {
                let new = steps[1].iter().filter(|p| p.0 == tier && !steps[0].contains(p)).count();
                assert!(new <= 1, "{steps:?}");
            }
        }
        assert_eq!(ladder[0], []);
        assert_eq!(ladder[2], [(0, 0..2), (0, 2..4)]);
        // The fifth page of the first tier makes three of them one of the second.
        assert_eq!(ladder[5], [(1, 0..6), (0, 6..8), (0, 8..10)]);
    }

    #[test]
    fn every_step_covers_the_oldest_turns_once() {
        for (step, schedule) in ladder(61, 4).into_iter().enumerate() {
            let mut at = 0;
            for (_, turns) in &schedule {
                assert_eq!(turns.start, at, "{step}");
                at = turns.end;
            }
            assert!(at <= 57);
        }
    }

    #[test]
    fn a_longer_conversation_has_the_same_steps() {
        let long = ladder(90, 4);
        for turns in 10..90 {
            let short = ladder(turns, 4);
            let grown = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
            assert!(grown > (turns - 4) / 2 - 1, "{turns}: {grown}");
        }
    }
}
