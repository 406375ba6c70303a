//! A folder that was written before: pages that need not be drawn again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::report::{FadeReport, SCHEMA};
use crate::error::{Error, Result};
use crate::folder::{self, REPORT};

/// The pages of a folder, by the hash of what decides how they look. Nothing else of it matters, so
/// what comes out is the same with it and without.
#[derive(Debug, Default)]
pub struct State {
    /// Files and hashes of the pages of one key, in order.
    pages: BTreeMap<String, Vec<(PathBuf, String)>>,
}

impl State {
    /// Opens a folder that `fade` has written. One that is not there, or is empty, has no pages.
    ///
    /// # Errors
    /// [`Error::Read`] and [`Error::Report`] for a folder of another kind.
    pub fn open(folder: &Path) -> Result<Self> {
        let empty = || folder.read_dir().map_or(true, |mut entries| entries.next().is_none());
        if !folder.is_file() && empty() {
            return Ok(Self::default());
        }
        let report = read_report(folder)?;
        let mut pages = BTreeMap::<String, Vec<(PathBuf, String)>>::new();
        for page in report.pages {
            let Some(hash) = page.blake3.filter(|_| folder::is_plain(&page.file)) else { continue };
            pages.entry(page.key).or_default().push((folder.join(page.file), hash));
        }
        Ok(Self { pages })
    }

    /// The files of the pages of a key, if all of them are there and unchanged.
    pub(super) fn pages(&self, key: &str, count: usize) -> Option<Vec<Vec<u8>>> {
        let pages = self.pages.get(key).filter(|pages| pages.len() == count)?;
        let read = |(path, hash): &(PathBuf, String)| {
            let bytes = std::fs::read(path).ok()?;
            (blake3::hash(&bytes).to_hex().as_str() == hash).then_some(bytes)
        };
        pages.iter().map(read).collect()
    }
}

/// The report of a folder that `fade` has written.
pub(super) fn read_report(folder: &Path) -> Result<FadeReport> {
    let path = folder.join(REPORT);
    let text = std::fs::read_to_string(&path)
        .map_err(|source| Error::Read { path: path.display().to_string(), source })?;
    let report = match serde_json::from_str::<FadeReport>(&text) {
        Ok(report) if report.schema == SCHEMA => return Ok(report),
        Ok(report) => format!("its schema is {:?}, not {SCHEMA}", report.schema),
        Err(error) => format!("it is no report of fade: {error}"),
    };
    Err(Error::Report { path, reason: report })
}
