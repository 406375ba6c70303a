//! Healing: pages that a reader cannot read are drawn again with larger letters.
//!
//! ```text
//! pages ─► read ─► below the bar? ─► a step larger ─► drawn again ─► read …
//!                        └► no more: what stays unreadable ─► factsheet
//! ```
//!
//! What is healed is a page as it was first drawn; it becomes as many pages as its text takes. A page
//! moves up the ladder ([`Profile::larger`](crate::profile::Profile::larger)) until it holds the bar;
//! one that never does is left at the smallest letters that are read as well as any. Of a page that was drawn again, the exact strings that are still misread go
//! onto the factsheet; of one that stays below the bar, words too. Pages that hold it keep their files,
//! byte for byte.

mod course;
mod press;

use std::fs::File;
use std::io;

pub use press::{Press, Pulled};

use course::Course;

use crate::error::{Error, Result};
use crate::fidelity::{PageVerification, Score};
use crate::folder::{FACTSHEET, Folder, PROMPT, SOURCE, page_name};
use crate::report::{Beside, Healing, Report, Span, Standing};

/// What came of healing.
pub struct Healed {
    /// The story.
    pub story: Healing,
    /// The pages as they were read, in order.
    pub pages: Vec<PageVerification>,
    /// Those of them, by number, that stay below the bar.
    pub below: Vec<usize>,
    /// Whether the folder was written.
    pub written: bool,
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
    let before = standing(old, &verified);
    let mut course = Course::new(press, bar, verified)?;
    let ended = loop {
        if let Some(ended) = course.round(&mut read)? {
            break ended;
        }
    };
    course.settle();
    let earlier: Vec<Span> = old.healing.iter().flat_map(|healing| healing.spans.clone()).collect();
    let (mut spans, mut spans_left_out) = course.spans::<E>(&earlier)?;
    let written = course.redraw != old.redraw() || !spans.is_empty();
    let mut drawn = None;
    while written && drawn.is_none() {
        let all: Vec<Span> = earlier.iter().chain(&spans).cloned().collect();
        let (report, beside) = press.draw(&course.redraw, &all, |page| {
            folder.put(&page_name(page.sheet.page.number), &page.sheet.png)
        })?;
        // A tokenizer may need more for the whole sheet than for its lines.
        let kept = spans.len() * 9 / 10;
        if report.saved_tokens.is_some_and(|saved| saved <= 0) && kept < spans.len() {
            spans_left_out += (spans.len() - kept) as u64;
            spans.truncate(kept);
        } else {
            drawn = Some((report, beside));
        }
    }
    let (pages, below) = course.pages();
    let mut story = Healing {
        reader,
        min_fidelity: bar,
        ended,
        before,
        after: before,
        rounds: course.rounds,
        spans,
        spans_left_out,
    };
    if let Some((mut report, beside)) = drawn {
        story.after = standing(&report, &pages);
        report.healing = old.healing.iter().cloned().chain([story.clone()]).collect();
        write(press, folder, report, &beside)?;
    }
    Ok(Healed { story, pages, below, written })
}

/// Writes what stands beside the pages, and completes the folder.
fn write(press: &Press, mut folder: Folder, report: Report, beside: &Beside) -> Result<()> {
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
    folder.commit(report)?;
    Ok(())
}

fn standing(report: &Report, pages: &[PageVerification]) -> Standing {
    let fidelity = Score::sum(pages.iter().filter_map(|page| page.score.as_ref())).fidelity;
    Standing { pages: report.pages.len(), fidelity, ratio: report.ratio }
}
