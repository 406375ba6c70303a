//! What a report must hold before anything is done by it.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::folder::{self, REPORT};
use crate::report::{Report, SCHEMA};

#[derive(Deserialize)]
struct Head {
    schema: String,
}

/// Reads the report of a folder.
pub(super) fn read(folder: &Path) -> Result<Report> {
    let path = folder.join(REPORT);
    let text = std::fs::read_to_string(&path)
        .map_err(|source| Error::Read { path: path.display().to_string(), source })?;
    parse(&text).map_err(|reason| Error::Report { path, reason })
}

fn parse(text: &str) -> Result<Report, String> {
    let head: Head = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if head.schema != SCHEMA {
        return Err(format!("its schema is {:?}, not {SCHEMA}", head.schema));
    }
    let report: Report = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if report.inputs.is_empty() {
        return Err("it has no inputs".to_owned());
    }
    names(&report)?;
    looks(&report)?;
    ranges(&report)?;
    Ok(report)
}

/// Every file that it names is in its folder.
fn names(report: &Report) -> Result<(), String> {
    let pages = report.pages.iter().filter_map(|page| page.file.as_ref());
    let kept = report.inputs.iter().filter_map(|input| input.kept.as_ref());
    match pages.chain(kept).chain(&report.files).find(|name| !folder::is_plain(name)) {
        Some(name) => Err(format!("{name:?} is not the name of a file beside it")),
        None => Ok(()),
    }
}

/// Pages that are drawn again follow those before them, each with one look that there is.
fn looks(report: &Report) -> Result<(), String> {
    let numbers = report.numbers();
    for (index, page) in report.pages.iter().enumerate() {
        let Some(redrawn) = page.redrawn else { continue };
        let before =
            index.checked_sub(1).map(|before| (numbers[before], report.pages[before].redrawn));
        let (last, with) = before.unwrap_or((0, None));
        let follows = redrawn.page == last + 1 || (redrawn.page == last && with == Some(redrawn));
        if !follows || redrawn.look >= report.looks.len() {
            return Err(format!("page {} is drawn again as no page can be", index + 1));
        }
    }
    Ok(())
}

/// The pages have every byte of every input once, in order.
fn ranges(report: &Report) -> Result<(), String> {
    let (mut input, mut at) = (0, 0);
    let bytes = |input: usize| report.inputs.get(input).map(|input| input.bytes);
    for (index, page) in report.pages.iter().enumerate() {
        for range in &page.source {
            while range.input > input && bytes(input) == Some(at) {
                (input, at) = (input + 1, 0);
            }
            let in_order = (range.input, range.start) == (input, at) && range.start < range.end;
            if !in_order || bytes(input).is_none_or(|bytes| range.end > bytes) {
                return Err(format!(
                    "page {} has bytes {}-{} of input {}, where byte {at} of input {input} follows",
                    index + 1,
                    range.start,
                    range.end,
                    range.input
                ));
            }
            at = range.end;
        }
    }
    while bytes(input) == Some(at) {
        (input, at) = (input + 1, 0);
    }
    match bytes(input) {
        Some(_) => Err(format!("byte {at} of input {input} is on no page")),
        None => Ok(()),
    }
}
