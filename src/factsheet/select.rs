//! Which strings go on the sheet.

use std::cell::OnceCell;

use super::collect::{Entries, Entry, Place};
use super::cover::{covered, held_by};
use super::kind::{Kind, PerKind};
use super::render;
use super::risk::Risk;

/// The chance of being misread times what that matters from which a string is worth its tokens.
pub const RISKY: f64 = 0.05;

/// Tokens of the shortest line there is.
const LEAST: u64 = 2;

/// The strings that go on the sheet, and an account of the others.
#[derive(Debug)]
pub struct Selection<'a> {
    /// What is listed, in order of first occurrence.
    pub entries: Vec<&'a Entry>,
    /// Distinct strings that are not listed because a listed one holds them, by kind.
    pub covered: PerKind<u64>,
    /// Distinct strings that are not risky or for which the budget had no room, by kind.
    pub left_out: PerKind<u64>,
    /// Finds that were never kept; see [`Entries::overflow`].
    pub overflow: PerKind<u64>,
    /// Tokens of the rendered sheet.
    pub tokens: u64,
}

/// What a sheet and its parts take, in tokens.
struct Costs<'a> {
    count_tokens: &'a dyn Fn(&str) -> u64,
    page_of: &'a dyn Fn(&Place) -> u32,
}

impl Costs<'_> {
    fn of_sheet(&self, entries: &[&Entry]) -> u64 {
        (self.count_tokens)(&render::render(entries, self.page_of))
    }

    fn of_line(&self, entry: &Entry, pages: bool) -> u64 {
        (self.count_tokens)(&render::line(entry, self.page_of, pages))
    }

    fn of_headings(&self) -> PerKind<u64> {
        let mut costs = PerKind::default();
        for kind in Kind::ALL {
            costs[kind] = (self.count_tokens)(&render::heading(kind));
        }
        costs
    }
}

impl Entries {
    /// Chooses what to list: everything without a budget; else what is likeliest to be misread
    /// times how much it matters, from [`RISKY`] up and as far as the budget in tokens goes. The
    /// rendered sheet, headings and pages included, is never over it. A string that a listed one
    /// holds is not listed.
    ///
    /// `count_tokens` counts as the target model does; `page_of` gives the page of a place.
    pub fn select(
        &self,
        budget: Option<u64>,
        risk: &Risk,
        count_tokens: &dyn Fn(&str) -> u64,
        page_of: &dyn Fn(&Place) -> u32,
    ) -> Selection<'_> {
        let costs = Costs { count_tokens, page_of };
        let mut chosen = vec![true; self.all.len()];
        if let Some(budget) = budget {
            self.fill(&self.ranked(risk), budget, &costs, &mut chosen);
        } else {
            self.uncover(&mut chosen);
        }
        self.account(&chosen, budget.is_some(), &costs)
    }

    /// Indices of what is risky, the riskiest first; ties in order of first occurrence.
    fn ranked(&self, risk: &Risk) -> Vec<usize> {
        let scores: Vec<f64> =
            self.all.iter().map(|e| risk.of(&e.text) * e.kind.weight()).collect();
        let mut order: Vec<usize> = (0..self.all.len()).filter(|&at| scores[at] >= RISKY).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        order
    }

    /// Takes the best as long as there is room; what a taken string holds gives its room back.
    fn fill(&self, order: &[usize], budget: u64, costs: &Costs<'_>, chosen: &mut [bool]) {
        chosen.fill(false);
        let pages = self.all.iter().any(|entry| render::beyond_first(entry, costs.page_of));
        let lines = vec![const { OnceCell::new() }; self.all.len()];
        let cost = |at: usize| *lines[at].get_or_init(|| costs.of_line(&self.all[at], pages));
        let headings = costs.of_headings();
        let start = (costs.count_tokens)(render::HEAD);
        // A few rounds settle it: each drops what became covered and fills the room again.
        for _ in 0..4 {
            let mut seen = PerKind::<bool>::default();
            let mut spent = start;
            for entry in self.listed(chosen) {
                if !seen[entry.kind] {
                    seen[entry.kind] = true;
                    spent += headings[entry.kind];
                }
            }
            spent += (0..chosen.len()).filter(|&at| chosen[at]).map(&cost).sum::<u64>();
            let mut held = chosen.to_vec();
            self.hold(&mut held);
            let mut grown = false;
            for &at in order {
                if spent + LEAST > budget {
                    break;
                }
                if held[at] {
                    continue;
                }
                let kind = self.all[at].kind;
                let cost = cost(at) + if seen[kind] { 0 } else { headings[kind] };
                if spent + cost > budget {
                    continue;
                }
                chosen[at] = true;
                seen[kind] = true;
                spent += cost;
                grown = true;
            }
            let before = chosen.iter().filter(|chosen| **chosen).count();
            self.uncover(chosen);
            let after = chosen.iter().filter(|chosen| **chosen).count();
            if !grown || before == after {
                break;
            }
        }
        self.trim(order, budget, costs, chosen);
    }

    /// A tokenizer may need more for the whole than for its lines: drops the least risky until
    /// the sheet is within the budget.
    fn trim(&self, order: &[usize], budget: u64, costs: &Costs<'_>, chosen: &mut [bool]) {
        let mut step = 1;
        let mut last =
            order.iter().rev().filter(|&&at| chosen[at]).copied().collect::<Vec<_>>().into_iter();
        while costs.of_sheet(&self.listed(chosen)) > budget {
            let mut dropped = 0;
            for at in last.by_ref().take(step) {
                chosen[at] = false;
                dropped += 1;
            }
            if dropped == 0 {
                return;
            }
            step *= 2;
        }
    }

    /// Unsets what another set entry holds.
    fn uncover(&self, chosen: &mut [bool]) {
        let listed: Vec<usize> = (0..chosen.len()).filter(|&at| chosen[at]).collect();
        let strings: Vec<&str> = listed.iter().map(|&at| self.all[at].text.as_str()).collect();
        for (at, covered) in listed.into_iter().zip(covered(&strings)) {
            chosen[at] &= !covered;
        }
    }

    /// Sets, besides what is set, everything that a set entry holds.
    fn hold(&self, chosen: &mut [bool]) {
        let held = self.held(chosen);
        for (chosen, held) in chosen.iter_mut().zip(held) {
            *chosen |= held;
        }
    }

    /// Which entries a set entry holds.
    fn held(&self, chosen: &[bool]) -> Vec<bool> {
        let texts: Vec<&str> = self.all.iter().map(|entry| entry.text.as_str()).collect();
        held_by(&texts, chosen)
    }

    fn listed(&self, chosen: &[bool]) -> Vec<&Entry> {
        self.all.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(entry, _)| entry).collect()
    }

    fn account(&self, chosen: &[bool], budgeted: bool, costs: &Costs<'_>) -> Selection<'_> {
        // Without a budget nothing else keeps a string off the sheet.
        let held = if budgeted { self.held(chosen) } else { chosen.iter().map(|c| !c).collect() };
        let (mut covered, mut left_out) = (PerKind::default(), PerKind::default());
        for ((entry, &chosen), held) in self.all.iter().zip(chosen).zip(held) {
            if !chosen {
                let counted: &mut PerKind<u64> = if held { &mut covered } else { &mut left_out };
                counted[entry.kind] += 1;
            }
        }
        let entries = self.listed(chosen);
        let tokens = if entries.is_empty() { 0 } else { costs.of_sheet(&entries) };
        Selection { entries, covered, left_out, overflow: self.overflow, tokens }
    }
}
