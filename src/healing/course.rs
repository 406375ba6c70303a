//! The course of a healing: what was tried with each page, and what comes next.

use std::collections::BTreeMap;

use super::reprint::{Pulled, Reprint};
use crate::compress::Redraw;
use crate::error::{Error, Result};
use crate::factsheet;
use crate::fidelity::{MarkPatterns, PageVerification, Score, Shown, Unreadable, unreadable};
use crate::folder::page_name;
use crate::profile::Profile;
use crate::report::{Ended, Letters, Report, Span, Try};

/// Fidelities so far apart are the same: what is read by chance is not worth larger letters.
const AS_WELL: f64 = 0.01;

/// Tokens that the prompt may take more where there is a factsheet at last.
const FOR_PROMPT: i64 = 100;

/// Pages under treatment.
pub(super) struct Course<'a> {
    reprint: &'a Reprint<'a>,
    /// What the fidelity of each page is to be.
    bar: f64,
    cases: BTreeMap<usize, Case>,
    /// The looks that pages have now.
    pub(super) redraw: Redraw,
    /// What was tried.
    pub(super) rounds: Vec<Vec<Try>>,
}

/// A page as it was first drawn: what was tried with it, the last thing last. Never empty.
struct Case(Vec<Outcome>);

/// What came of drawing a page with a look.
struct Outcome {
    look: Option<Profile>,
    tokens: u64,
    pages: Vec<PageVerification>,
}

impl Outcome {
    fn fidelity(&self) -> f64 {
        Score::sum(self.pages.iter().filter_map(|page| page.score.as_ref())).fidelity
    }
}

impl Case {
    fn last(&self) -> &Outcome {
        &self.0[self.0.len() - 1]
    }

    /// The try to keep: the one that holds the bar, or else the smallest letters that are read as
    /// well as any.
    fn best(&self, bar: f64) -> &Outcome {
        let most = self.0.iter().map(Outcome::fidelity).fold(0.0, f64::max);
        let enough = if most >= bar { bar } else { most - AS_WELL };
        let best = self.0.iter().find(|outcome| outcome.fidelity() >= enough);
        best.unwrap_or(&self.0[0])
    }
}

impl<'a> Course<'a> {
    /// Pages as they stand, with what was read of them.
    pub(super) fn new(
        reprint: &'a Reprint<'a>,
        bar: f64,
        verified: Vec<PageVerification>,
    ) -> Result<Self> {
        let report = reprint.folder().report();
        let mut cases: BTreeMap<usize, Case> = BTreeMap::new();
        for ((page, number), read) in report.pages.iter().zip(report.numbers()).zip(verified) {
            let case = cases.entry(number).or_insert_with(|| {
                let look = page.redrawn.map(|_| report.profile_of(page).clone());
                Case(vec![Outcome { look, tokens: tokens(report, number), pages: Vec::new() }])
            });
            case.0[0].pages.push(is_read(read)?);
        }
        Ok(Self { reprint, bar, cases, redraw: report.redraw(), rounds: Vec::new() })
    }

    /// Draws every page below the bar a step larger, and has it read; says so if that was the end.
    pub(super) fn round<E: From<Error>>(
        &mut self,
        read: &mut impl FnMut(Vec<Pulled>) -> Result<Vec<PageVerification>, E>,
    ) -> Result<Option<Ended>, E> {
        let (next, moved) = self.step()?;
        if moved.is_empty() {
            let held = self.below(|case| case.last()).is_empty();
            return Ok(Some(if held { Ended::Held } else { Ended::Ladder }));
        }
        let mut pages = Vec::new();
        let (draft, _) = self.reprint.draw(&next, &[], |page| {
            if moved.binary_search(&page.number).is_ok() {
                pages.push(page);
            }
            Ok::<(), E>(())
        })?;
        if draft.saved_tokens.is_some_and(|saved| saved <= 0) {
            return Ok(Some(Ended::Ratio));
        }
        let numbers: Vec<usize> = pages.iter().map(|page| page.number).collect();
        let mut outcomes: BTreeMap<usize, Vec<PageVerification>> = BTreeMap::new();
        for (number, page) in numbers.into_iter().zip(read(pages)?) {
            outcomes.entry(number).or_default().push(is_read(page)?);
        }
        let mut round = Vec::new();
        for (number, pages) in outcomes {
            let Some(case) = self.cases.get_mut(&number) else { continue };
            let look = next.profile_of(number).cloned();
            let outcome = Outcome { look, tokens: tokens(&draft, number), pages };
            round.push(told(number, case.last(), &outcome, &draft.profile));
            case.0.push(outcome);
        }
        self.rounds.push(round);
        self.redraw = next;
        Ok(None)
    }

    /// The looks of the next round, and the pages that have another one than now.
    fn step(&self) -> Result<(Redraw, Vec<usize>)> {
        let own = &self.reprint.folder().report().profile;
        let mut next = self.redraw.clone();
        let mut moved = Vec::new();
        for number in self.below(|case| case.last()) {
            if let Some(larger) = self.redraw.profile_of(number).unwrap_or(own).larger()? {
                next.set(number, Some(larger));
                moved.push(number);
            }
        }
        Ok((next, moved))
    }

    fn below(&self, outcome: impl Fn(&Case) -> &Outcome) -> Vec<usize> {
        let cases = self.cases.iter().filter(|(_, case)| outcome(case).fidelity() < self.bar);
        cases.map(|(&number, _)| number).collect()
    }

    /// Gives each page the look that it is to keep.
    pub(super) fn settle(&mut self) {
        let own = &self.reprint.folder().report().profile;
        for (&number, case) in &self.cases {
            let best = &case.best(self.bar).look;
            self.redraw.set(number, best.clone());
            let best = Letters::from(best.as_ref().unwrap_or(own));
            let tries = self.rounds.iter_mut().flatten().filter(|tried| tried.page == number);
            tries.for_each(|tried| tried.kept = tried.to == best);
        }
        self.redraw.forget_unused();
    }

    /// What is still misread and goes onto the factsheet, as far as the pages then pay: exact strings
    /// of all pages that needed healing, then words of those that stay below the bar. With how many
    /// there is no room for. `earlier` are on the sheet already.
    pub(super) fn spans<E: From<Error>>(&self, earlier: &[Span]) -> Result<(Vec<Span>, u64), E> {
        let below = self.below(|case| case.best(self.bar));
        let needed = |number: &usize, case: &Case| case.0.len() > 1 || below.contains(number);
        let cases = self.cases.iter().filter(|(number, case)| needed(number, case));
        let mut misreads: BTreeMap<usize, _> =
            cases.map(|(&number, case)| (number, case.best(self.bar).pages.iter())).collect();
        if misreads.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let profile = &self.reprint.folder().report().profile;
        let marks = MarkPatterns::new(&profile.marks)?;
        let mut found = Vec::new();
        let (report, beside) = self.reprint.draw(&self.redraw, earlier, |page| {
            let Pulled { number, sheet } = page;
            if let Some(page) = misreads.get_mut(&number).and_then(Iterator::next) {
                let shown = Shown::new(sheet.text, profile.newlines)
                    .with_source(sheet.places, sheet.page.source);
                let all = unreadable(&shown, &page.misreads, &marks).into_iter();
                found.extend(all.filter(|span| span.exact || below.contains(&number)));
            }
            Ok::<(), E>(())
        })?;
        let (exact, words): (Vec<_>, Vec<_>) = found.into_iter().partition(|span| span.exact);
        let candidates: Vec<Span> = exact
            .into_iter()
            .chain(words)
            .filter(|span| !factsheet::lists(&beside.factsheet, &span.text))
            .map(|Unreadable { text, exact, source }| Span { text, exact, source })
            .collect();
        let Some(saved) = report.saved_tokens else { return Ok((candidates, 0)) };
        let room = saved.saturating_sub(1 + FOR_PROMPT).max(0) as u64;
        let sheet = |spans: &[Span]| {
            self.reprint
                .tokens(&(report.hard_to_read(spans, &beside.factsheet) + &beside.factsheet))
        };
        let without = sheet(&[]);
        let counts: Vec<usize> = (1..=candidates.len()).collect();
        let fits = |&count: &usize| sheet(&candidates[..count]) <= without + room;
        let fitting = counts.partition_point(fits);
        let left_out = candidates.len() - fitting;
        Ok((candidates.into_iter().take(fitting).collect(), left_out as u64))
    }

    /// The pages as they were read at their best, numbered anew, and those of them that are below
    /// the bar.
    pub(super) fn pages(&self) -> (Vec<PageVerification>, Vec<usize>) {
        let (mut pages, mut below) = (Vec::new(), Vec::new());
        for outcome in self.cases.values().map(|case| case.best(self.bar)) {
            for read in &outcome.pages {
                let page = pages.len() + 1;
                pages.push(PageVerification { page, file: page_name(page), ..read.clone() });
                below.extend((outcome.fidelity() < self.bar).then_some(page));
            }
        }
        (pages, below)
    }
}

/// A page that was read, or an error.
fn is_read(page: PageVerification) -> Result<PageVerification> {
    match &page.unread {
        None => Ok(page),
        Some(why) => {
            let file = &page.file;
            Err(Error::Reader(format!("{file} could not be read: {why}; nothing is healed")))
        }
    }
}

/// Vision tokens of a page as it was first drawn.
fn tokens(report: &Report, number: usize) -> u64 {
    let pages = report.pages.iter().zip(report.numbers()).filter(|(_, of)| *of == number);
    pages.map(|(page, _)| page.vision_tokens).sum()
}

fn told(page: usize, before: &Outcome, after: &Outcome, own: &Profile) -> Try {
    let letters = |outcome: &Outcome| Letters::from(outcome.look.as_ref().unwrap_or(own));
    Try {
        page,
        from: letters(before),
        to: letters(after),
        fidelity_before: before.fidelity(),
        fidelity: after.fidelity(),
        tokens_before: before.tokens,
        tokens: after.tokens,
        kept: false,
    }
}
