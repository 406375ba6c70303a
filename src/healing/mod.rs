//! Healing: pages that a reader cannot read are drawn again with larger letters.
//!
//! ```text
//! pages ─► read ─► below the bar? ─► a step larger ─► drawn again ─► read …
//!                        └► no more: what stays unreadable ─► factsheet
//! ```
//!
//! What is healed is a page as it was first drawn; it becomes as many pages as its text takes. A page
//! moves up the ladder ([`Profile::larger`]) until it holds the bar, and is left at the step at which
//! most of it was read. Of a page that was drawn again, the exact strings that are still misread go
//! onto the factsheet; of one that stays below the bar, words too. Pages that hold it keep their files,
//! byte for byte.

mod press;

use std::collections::BTreeMap;
use std::fs::File;
use std::io;

pub use press::{Press, Pulled};

use crate::compress::Redraw;
use crate::error::{Error, Result};
use crate::fidelity::{MarkPatterns, PageVerification, Score, Shown, Unreadable, unreadable};
use crate::folder::{FACTSHEET, Folder, PROMPT, SOURCE, page_name};
use crate::profile::Profile;
use crate::report::{Beside, Ended, Healing, Letters, Report, Span, Standing, Try};

/// What came of healing.
pub struct Healed {
    /// The folder's report, as it is now.
    pub report: Report,
    /// The story.
    pub story: Healing,
    /// The pages as they were read, in order.
    pub pages: Vec<PageVerification>,
    /// Those of them, by number, that stay below the bar.
    pub below: Vec<usize>,
    /// Whether the folder was written.
    pub written: bool,
}

/// A page as it was first drawn, and what was tried with it.
struct Case {
    tries: Vec<Outcome>,
}

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
        self.tries.last().expect("a case begins with an outcome")
    }

    /// The first of the tries at which most was read.
    fn best(&self) -> &Outcome {
        let better = |a, b| if Outcome::fidelity(a) >= Outcome::fidelity(b) { a } else { b };
        self.tries.iter().reduce(better).expect("a case begins with an outcome")
    }
}

/// Heals the pages of a folder whose fidelity is below `bar`, and writes them into `folder`, which
/// is the same one. `verified` is what the reader, called `reader`, made of all of its pages; `read`
/// has it read others. Where nothing is to be done, or nothing helps, nothing is written.
///
/// # Errors
/// Those of [`Press::draw`] and of `read`, [`Error::Reader`] for a page that could not be read, and
/// [`Error::Write`]. The folder is then as it was.
pub fn heal<E: From<Error>>(
    press: &Press,
    mut folder: Folder,
    (reader, bar): (String, f64),
    verified: Vec<PageVerification>,
    mut read: impl FnMut(Vec<Pulled>) -> Result<Vec<PageVerification>, E>,
) -> Result<Healed, E> {
    let old = press.folder().report();
    let own = &old.profile;
    let before = standing(old, &verified);
    let mut cases = cases(old, verified)?;
    let mut redraw = old.redraw();
    let mut rounds: Vec<Vec<Try>> = Vec::new();
    let ended = loop {
        let mut next = redraw.clone();
        let mut moved = Vec::new();
        let is_below = |case: &Case| case.last().fidelity() < bar;
        let below = cases.iter().filter(|(_, case)| is_below(case)).map(|(&number, _)| number);
        let below: Vec<usize> = below.collect();
        for &number in &below {
            if let Some(larger) = redraw.profile_of(number).unwrap_or(own).larger()? {
                next.set(number, Some(larger));
                moved.push(number);
            }
        }
        if moved.is_empty() {
            break if below.is_empty() { Ended::Held } else { Ended::Ladder };
        }
        let mut pages = Vec::new();
        let (draft, _) = press.draw(&next, &[], |page| {
            if moved.binary_search(&page.number).is_ok() {
                pages.push(page);
            }
            Ok::<(), E>(())
        })?;
        if draft.saved_tokens.is_some_and(|saved| saved <= 0) {
            break Ended::Ratio;
        }
        let numbers: Vec<usize> = pages.iter().map(|page| page.number).collect();
        let mut outcomes: BTreeMap<usize, Vec<PageVerification>> = BTreeMap::new();
        for (number, page) in numbers.into_iter().zip(read(pages)?) {
            outcomes.entry(number).or_default().push(is_read(page)?);
        }
        let mut round = Vec::new();
        for (number, pages) in outcomes {
            let Some(case) = cases.get_mut(&number) else { continue };
            let look = next.profile_of(number).cloned();
            let outcome = Outcome { look, tokens: tokens(&draft, number), pages };
            round.push(told(number, case.last(), &outcome, own));
            case.tries.push(outcome);
        }
        rounds.push(round);
        redraw = next;
    };
    settle(&cases, &mut redraw, &mut rounds, own);
    let below: Vec<usize> =
        cases.iter().filter(|(_, case)| case.best().fidelity() < bar).map(|(&n, _)| n).collect();
    let earlier: Vec<Span> = old.healing.iter().flat_map(|healing| healing.spans.clone()).collect();
    let (mut spans, mut left_out) = spans(press, &redraw, &cases, &below, &earlier)?;
    let story = |spans: Vec<Span>, left_out, after| Healing {
        reader: reader.clone(),
        min_fidelity: bar,
        ended,
        before,
        after,
        rounds: rounds.clone(),
        spans,
        spans_left_out: left_out,
    };
    if redraw == old.redraw() && spans.is_empty() {
        let pages = pages_of(&cases);
        let below = places(&cases, &below);
        let story = story(spans, left_out, before);
        return Ok(Healed { report: old.clone(), story, pages, below, written: false });
    }
    let (mut report, beside) = loop {
        let all: Vec<Span> = earlier.iter().chain(&spans).cloned().collect();
        let (report, beside) = press.draw(&redraw, &all, |page| {
            Ok::<(), E>(folder.put(&page_name(page.sheet.page.number), &page.sheet.png)?)
        })?;
        // A tokenizer may need more for the whole sheet than for its parts.
        if spans.is_empty() || report.saved_tokens.is_none_or(|saved| saved > 0) {
            break (report, beside);
        }
        let kept = spans.len() * 9 / 10;
        left_out += (spans.len() - kept) as u64;
        spans.truncate(kept);
    };
    let pages = pages_of(&cases);
    let story = story(spans, left_out, standing(&report, &pages));
    report.healing = old.healing.iter().cloned().chain([story.clone()]).collect();
    let report = write(press, folder, &report, &beside)?;
    Ok(Healed { report, story, pages, below: places(&cases, &below), written: true })
}

/// Writes what stands beside the pages, and completes the folder.
fn write(press: &Press, mut folder: Folder, report: &Report, beside: &Beside) -> Result<Report> {
    folder.put(PROMPT, beside.prompt.as_bytes())?;
    if !beside.factsheet.is_empty() {
        folder.put(FACTSHEET, beside.factsheet.as_bytes())?;
    }
    if report.inputs.iter().any(|input| input.kept.is_some()) {
        let kept = press.folder().path().join(SOURCE);
        let failed = |source| Error::Write { path: kept.clone(), source };
        let mut copy = folder.file(SOURCE)?;
        File::open(&kept).and_then(|mut kept| io::copy(&mut kept, &mut copy)).map_err(failed)?;
    }
    folder.commit(report)
}

/// The pages as they were first drawn, with what was read of them.
fn cases(report: &Report, verified: Vec<PageVerification>) -> Result<BTreeMap<usize, Case>> {
    let mut cases: BTreeMap<usize, Case> = BTreeMap::new();
    for ((page, number), read) in report.pages.iter().zip(report.numbers()).zip(verified) {
        let case = cases.entry(number).or_insert_with(|| {
            let look = page.redrawn.map(|_| report.profile_of(page).clone());
            Case {
                tries: vec![Outcome { look, tokens: tokens(report, number), pages: Vec::new() }],
            }
        });
        case.tries[0].pages.push(is_read(read)?);
    }
    Ok(cases)
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

/// Gives each page the look at which most of it was read.
fn settle(
    cases: &BTreeMap<usize, Case>,
    redraw: &mut Redraw,
    rounds: &mut [Vec<Try>],
    own: &Profile,
) {
    for (&number, case) in cases {
        redraw.set(number, case.best().look.clone());
        let best = Letters::from(case.best().look.as_ref().unwrap_or(own));
        let tries = rounds.iter_mut().flatten().filter(|tried| tried.page == number);
        tries.for_each(|tried| tried.kept = tried.to == best);
    }
    redraw.forget_unused();
}

impl Redraw {
    /// Has a page drawn with a look; `None`: with the run's own profile.
    pub fn set(&mut self, number: usize, look: Option<Profile>) {
        let Some(look) = look else {
            self.pages.remove(&number);
            return;
        };
        let known = self.looks.iter().position(|known| *known == look);
        let at = known.unwrap_or_else(|| {
            self.looks.push(look);
            self.looks.len() - 1
        });
        self.pages.insert(number, at);
    }

    /// Forgets looks that no page has.
    fn forget_unused(&mut self) {
        let old = std::mem::take(self);
        for (&number, &look) in &old.pages {
            self.set(number, Some(old.looks[look].clone()));
        }
    }
}

/// What stays unreadable and goes onto the factsheet, as far as the pages still pay: exact strings of
/// all pages that needed healing, then words of those that stay below the bar. With how many there
/// is no room for.
fn spans<E: From<Error>>(
    press: &Press,
    redraw: &Redraw,
    cases: &BTreeMap<usize, Case>,
    below: &[usize],
    earlier: &[Span],
) -> Result<(Vec<Span>, u64), E> {
    let healed =
        cases.iter().filter(|(number, case)| case.tries.len() > 1 || below.contains(number));
    let mut misreads: BTreeMap<usize, _> =
        healed.map(|(&number, case)| (number, case.best().pages.iter())).collect();
    if misreads.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let profile = &press.folder().report().profile;
    let marks = MarkPatterns::new(&profile.marks)?;
    let mut found = Vec::new();
    let (report, beside) = press.draw(redraw, earlier, |Pulled { number, sheet }| {
        if let Some(page) = misreads.get_mut(&number).and_then(Iterator::next) {
            let shown = Shown::new(sheet.text, profile.newlines)
                .with_source(sheet.places, sheet.page.source);
            let all = unreadable(&shown, &page.misreads, &marks).into_iter();
            found.extend(all.filter(|span| span.exact || below.contains(&number)));
        }
        Ok::<(), E>(())
    })?;
    let (exact, words): (Vec<_>, Vec<_>) = found.into_iter().partition(|span| span.exact);
    let mut room = report.saved_tokens.map(|saved| (saved - 1).max(0) as u64);
    let (mut spans, mut left_out) = (Vec::new(), 0);
    for Unreadable { text, exact, source } in exact.into_iter().chain(words) {
        if beside.lists(&text) {
            continue;
        }
        let span = Span { text, exact, source };
        // About the line that it takes; the whole is counted when it is drawn.
        let tokens = press.tokens(&format!("{} p100\n", span.text));
        match room.as_mut() {
            Some(room) if *room < tokens => left_out += 1,
            Some(room) => {
                *room -= tokens;
                spans.push(span);
            }
            None => spans.push(span),
        }
    }
    Ok((spans, left_out))
}

/// The pages as they were read at last, numbered anew.
fn pages_of(cases: &BTreeMap<usize, Case>) -> Vec<PageVerification> {
    let pages = cases.values().flat_map(|case| case.best().pages.clone());
    let numbered = |(page, read)| PageVerification { page, file: page_name(page), ..read };
    (1..).zip(pages).map(numbered).collect()
}

/// The numbers that the pages of cases have now.
fn places(cases: &BTreeMap<usize, Case>, of: &[usize]) -> Vec<usize> {
    let all = cases.iter().flat_map(|(number, case)| case.best().pages.iter().map(move |_| number));
    (1..).zip(all).filter(|(_, number)| of.contains(number)).map(|(page, _)| page).collect()
}

fn standing(report: &Report, pages: &[PageVerification]) -> Standing {
    let fidelity = Score::sum(pages.iter().filter_map(|page| page.score.as_ref())).fidelity;
    Standing { pages: report.pages.len(), fidelity, ratio: report.ratio }
}
