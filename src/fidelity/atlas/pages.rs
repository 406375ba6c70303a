//! Pages of a folder, read beside each other and handed out in order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use crossbeam_channel::{bounded, unbounded};

use super::{Atlas, Finding};
use crate::compress::Sheet;
use crate::error::{Error, Result};
use crate::layout::Geometry;
use crate::recall::Recall;
use crate::report::PageRecord;

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
    let profile = &folder.report().profile;
    let face = profile.typeface()?;
    let (geometry, ink) = (profile.geometry(&face), profile.ink());
    let last = pages.last().copied().unwrap_or(0);
    let mut sheets = folder.drawn()?.take(last);
    let most = jobs.max(1) + 2;
    let (work, queue) = bounded::<(usize, PathBuf, Sheet)>(most);
    let (done, results) = unbounded();
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, pages.len().max(1)) {
            let (queue, done, face, judge) = (queue.clone(), done.clone(), &face, &judge);
            scope.spawn(move || {
                let mut atlas = Atlas::new(face, geometry, ink);
                for (number, path, sheet) in queue {
                    let judged = judge(read(&mut atlas, path, sheet));
                    if done.send((number, judged)).is_err() {
                        return;
                    }
                }
            });
        }
        drop((queue, done));
        // This ends before the scope waits for the workers: they go when there is no more work.
        let work = work;
        let (mut early, mut sent, mut due) = (BTreeMap::new(), 0, 0);
        loop {
            while sent < pages.len() && sent - due < most {
                let Some(sheet) = sheets.next() else { break };
                let mut sheet = sheet?;
                if sheet.page.number != pages[sent] {
                    continue;
                }
                as_recorded(&mut sheet, folder.record(pages[sent])?, &geometry);
                let job = (sent, folder.file(pages[sent])?, sheet);
                work.send(job).expect("the workers wait for it");
                sent += 1;
            }
            if due == sent {
                return Ok(ControlFlow::Continue(()));
            }
            let (number, judged) = results.recv().expect("a page is under way");
            early.insert(number, judged);
            while let Some(judged) = early.remove(&due) {
                if let ControlFlow::Break(why) = each(judged) {
                    return Ok(ControlFlow::Break(why));
                }
                due += 1;
            }
        }
    })
}

/// The last page may be cut, and its lines spread over other columns.
fn as_recorded(sheet: &mut Sheet, record: &PageRecord, geometry: &Geometry) {
    let page = &mut sheet.page;
    (page.width, page.height) = (record.width, record.height);
    page.rows = record.boxes.first().map_or(page.rows, |first| (first.h / geometry.pitch) as usize);
    page.rows = page.rows.max(1);
}

fn read(atlas: &mut Atlas, path: PathBuf, sheet: Sheet) -> Result<Examined> {
    let png = std::fs::read(&path)
        .map_err(|source| Error::Read { path: path.display().to_string(), source })?;
    let findings = atlas.examine(&png, &sheet.page, &sheet.text, &sheet.places);
    Ok(Examined { sheet, png, findings })
}
