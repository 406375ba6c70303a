//! Pages of a folder, read beside each other and handed out in order.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::{Atlas, Finding};
use crate::compress::Sheet;
use crate::error::{Error, Result};
use crate::fidelity::in_order::in_order;
use crate::profile::Look;
use crate::recall::Recall;

/// A page of a folder that was read.
pub struct Examined {
    /// Its layout and its text as drawn.
    pub sheet: Sheet,
    /// What is in its file.
    pub png: Vec<u8>,
    /// Where its pixels do not hold its text.
    pub findings: Vec<Finding>,
}

/// Reads pages of a folder, by their numbers in order, `jobs` at a time. Each is judged where it
/// is read, and the judgements are handed to `each` in order, until it breaks off. No more pages
/// are in memory than are under way.
///
/// # Errors
/// Those of [`Recall::drawn`]. A file that cannot be read goes to the judge.
pub fn examine<T: Send, B>(
    folder: &Recall,
    pages: &[usize],
    jobs: usize,
    judge: impl Fn(Result<Examined>) -> T + Sync,
    mut each: impl FnMut(T) -> ControlFlow<B>,
) -> Result<ControlFlow<B>> {
    let report = folder.report();
    let looks = std::iter::once(&report.profile).chain(&report.looks).map(Look::new);
    let looks = looks.collect::<Result<Vec<Look>>>()?;
    let last = pages.last().copied().unwrap_or(0);
    let wanted = |sheet: &Result<Sheet>| match sheet {
        Ok(sheet) => pages.binary_search(&sheet.page.number).is_ok(),
        Err(_) => true,
    };
    let sheets = folder.drawn()?.take(last).filter(wanted).map(|sheet| {
        let sheet = sheet?;
        Ok((folder.file(sheet.page.number)?, sheet))
    });
    let worker = || {
        let each = looks.iter().map(|l| Atlas::new(&l.typeface, l.geometry, l.ink));
        let mut atlases: Vec<Atlas> = each.collect();
        let judge = &judge;
        move |(path, sheet): (PathBuf, Sheet)| {
            let atlas = &mut atlases[sheet.redrawn.map_or(0, |redrawn| redrawn.look + 1)];
            judge(read(atlas, path, sheet))
        }
    };
    in_order(jobs, sheets, worker, |judged| Ok(each(judged)))
}

fn read(atlas: &mut Atlas, path: PathBuf, sheet: Sheet) -> Result<Examined> {
    let png = std::fs::read(&path)
        .map_err(|source| Error::Read { path: path.display().to_string(), source })?;
    let findings = atlas.examine(&png, &sheet.page, &sheet.text, &sheet.places);
    Ok(Examined { sheet, png, findings })
}
