//! The output folder: all files or none.
//!
//! Files are written under a temporary name and renamed at the end, `report.json` last, so that a
//! folder with a report is complete. Whatever goes wrong, what was written is taken away again, and
//! what it was to replace is there as before.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::report::Report;

/// Name of the report in its folder.
pub const REPORT: &str = "report.json";
/// Name of the prompt in its folder.
pub const PROMPT: &str = "prompt.txt";
/// Name of the file that inputs are kept in.
pub const SOURCE: &str = "source.gz";
/// Name of the factsheet in its folder.
pub const FACTSHEET: &str = "factsheet.txt";
/// What a file is called until the folder is complete.
const PART: &str = ".microfiche-part";
/// What a file that is being replaced is called until then.
const ASIDE: &str = ".microfiche-aside";

/// Name of the folder for what is needed until then.
const SCRATCH: &str = "scratch";

/// A folder that pages are being written to.
pub struct Folder {
    path: PathBuf,
    /// Folders that did not exist before, outermost first.
    made: Vec<PathBuf>,
    /// Files of the run before, to be replaced.
    old: BTreeSet<PathBuf>,
    /// Names of the files written so far.
    files: BTreeSet<String>,
    state: State,
}

#[derive(PartialEq)]
enum State {
    /// Everything has its temporary name.
    Filling,
    /// Files are getting their names.
    Renaming,
    Complete,
}

/// Name of a page's file.
pub fn page_name(number: usize) -> String {
    format!("page-{number:04}.png")
}

/// Name of the file that shows what was misread on a page.
pub fn overlay_name(number: usize) -> String {
    format!("overlay-{number:04}.png")
}

impl Folder {
    /// Makes the folder, or takes an empty one. With `force` the files that an old report in it
    /// names are replaced, and the overlays of its pages go; nothing else in it is touched.
    ///
    /// # Errors
    /// A folder that is not empty (without `force`), is a file, or cannot be made.
    pub fn create(path: &Path, force: bool) -> Result<Self> {
        let failed = |source| Error::Write { path: path.to_owned(), source };
        let missing = path.ancestors().take_while(|p| !p.as_os_str().is_empty() && !p.exists());
        let mut made: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        made.reverse();
        if path.exists() && !path.is_dir() {
            return Err(failed(std::io::Error::other("it is a file, not a folder")));
        }
        fs::create_dir_all(path).map_err(failed)?;
        let mut folder = Self {
            path: path.to_owned(),
            made,
            old: BTreeSet::new(),
            files: BTreeSet::new(),
            state: State::Filling,
        };
        recover(path).map_err(failed)?;
        if !force && folder.holds_anything().map_err(failed)? {
            return Err(failed(std::io::Error::other(
                "it is not empty; name another folder, or replace the pages in it with --force",
            )));
        }
        sweep(path).map_err(failed)?;
        folder.old = folder.old_files();
        // Found out now rather than after the pages are drawn.
        folder.put(REPORT, b"")?;
        Ok(folder)
    }

    /// Writes a file that will have this name when the folder is complete.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn put(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path.join(name);
        self.file(name)?.write_all(bytes).map_err(|source| Error::Write { path, source })
    }

    /// The same for a file that is written bit by bit.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn file(&mut self, name: &str) -> Result<fs::File> {
        let path = self.part(name);
        let failed = |source| Error::Write { path: self.path.join(name), source };
        let target = self.path.join(name);
        if target.exists() && !self.old.contains(&target) {
            return Err(failed(std::io::Error::other(
                "a file of that name is there which no report names; remove it or name another folder",
            )));
        }
        self.files.insert(name.to_owned());
        fs::File::create(&path).map_err(failed)
    }

    /// A folder for what is needed until this one is complete, and goes then.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn scratch(&self) -> Result<PathBuf> {
        let path = self.part(SCRATCH);
        match fs::create_dir_all(&path) {
            Ok(()) => Ok(path),
            Err(source) => Err(Error::Write { path, source }),
        }
    }

    /// Completes the folder: the old files go, the new ones get their names, the report last, which
    /// names all of them. Returns the report as written.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn commit(self, mut report: Report) -> Result<Report> {
        let pages = report.pages.iter().filter_map(|page| page.file.as_deref());
        report.files = self.files_beside(pages);
        self.complete(|out| report.write(out))?;
        Ok(report)
    }

    /// Names of the files written so far, besides these pages and the report.
    pub fn files_beside<'p>(&self, pages: impl Iterator<Item = &'p str>) -> Vec<String> {
        let mut beside = self.files.clone();
        beside.remove(REPORT);
        pages.for_each(|file| {
            beside.remove(file);
        });
        beside.into_iter().collect()
    }

    /// The same with a report of any kind that `write` writes as JSON: its `pages` have the names of
    /// their files as `file`, its `files` are the names of the others.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn complete(
        mut self,
        write: impl FnOnce(&mut BufWriter<fs::File>) -> std::io::Result<()>,
    ) -> Result<()> {
        let mut out = BufWriter::new(self.file(REPORT)?);
        let written = write(&mut out).and_then(|()| out.flush());
        written.map_err(|source| Error::Write { path: self.path.join(REPORT), source })?;
        self.state = State::Renaming;
        // The report first: without one, what stands aside is what there was.
        let report_file = self.path.join(REPORT);
        let others = self.old.iter().filter(|old| **old != report_file);
        for old in [&report_file].into_iter().chain(others).filter(|old| old.exists()) {
            rename(old, &aside(old))?;
        }
        let names: Vec<String> = self.files.iter().filter(|f| *f != REPORT).cloned().collect();
        for name in names.iter().map(String::as_str).chain([REPORT]) {
            rename(&self.part(name), &self.path.join(name))?;
        }
        self.state = State::Complete;
        // They are in nobody's way.
        for old in &self.old {
            let _ = fs::remove_file(aside(old));
        }
        let _ = fs::remove_dir_all(self.part(SCRATCH));
        Ok(())
    }

    fn part(&self, name: &str) -> PathBuf {
        self.path.join(format!(".{name}{PART}"))
    }

    /// Whether there is anything but what an interrupted run left.
    fn holds_anything(&self) -> std::io::Result<bool> {
        for entry in fs::read_dir(&self.path)? {
            if !is_part(&entry?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The files that a report in the folder names, the report included.
    fn old_files(&self) -> BTreeSet<PathBuf> {
        let path = self.path.join(REPORT);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let Ok(Names { pages, files }) = serde_json::from_str(&text) else {
            return BTreeSet::new();
        };
        let overlays = (1..=pages.len()).map(overlay_name);
        let names = pages.into_iter().filter_map(|page| page.file).chain(files).chain(overlays);
        // A report that someone edited must not make us remove a file elsewhere.
        let files = names
            .filter(|name| is_plain(name))
            .map(|name| self.path.join(name))
            .filter(|file| file.is_file());
        files.chain([path.clone()]).collect()
    }
}

impl Drop for Folder {
    /// Takes away what was written, unless the folder is complete, and puts back what it was to
    /// replace. An error here has nowhere to go: the run is failing for another reason already.
    fn drop(&mut self) {
        if self.state == State::Complete {
            return;
        }
        for name in &self.files {
            let _ = fs::remove_file(self.part(name));
            if self.state == State::Renaming {
                let _ = fs::remove_file(self.path.join(name));
            }
        }
        for old in self.old.iter().filter(|_| self.state == State::Renaming) {
            let _ = fs::rename(aside(old), old);
        }
        let _ = fs::remove_dir_all(self.part(SCRATCH));
        for folder in self.made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Of a report that is to be replaced: the names of its files.
#[derive(Deserialize)]
struct Names {
    #[serde(default)]
    pages: Vec<Name>,
    #[serde(default)]
    files: Vec<String>,
}

#[derive(Deserialize)]
struct Name {
    file: Option<String>,
}

/// Whether a name is that of a file in the folder itself.
pub(crate) fn is_plain(name: &str) -> bool {
    Path::new(name).file_name() == Some(name.as_ref())
}

/// Takes away what a run that cannot go on has left in a folder, and the folder if that was all.
pub fn abandon(path: &Path) {
    // There is nobody left to tell of an error.
    let _ = sweep(path);
    let _ = fs::remove_dir(path);
}

/// Removes the files of a run that was killed before it could clean up.
fn sweep(path: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if is_part(&entry) {
            match entry.file_type()?.is_dir() {
                true => fs::remove_dir_all(entry.path())?,
                false => fs::remove_file(entry.path())?,
            }
        }
    }
    Ok(())
}

/// Whether a file is one that was being written, by its name.
fn is_part(entry: &fs::DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    name.starts_with('.') && name.ends_with(PART)
}

/// What a file is called while it is being replaced.
fn aside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}{ASIDE}"))
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(|source| Error::Write { path: to.to_owned(), source })
}

/// Ends what a run began that was killed while files got their names: if it got no further than the
/// report, what was there before comes back.
fn recover(path: &Path) -> std::io::Result<()> {
    let complete = path.join(REPORT).exists();
    for entry in fs::read_dir(path)? {
        let aside = entry?.path();
        let name = aside.file_name().unwrap_or_default().to_string_lossy();
        let old = name.strip_prefix('.').and_then(|name| name.strip_suffix(ASIDE));
        match old.map(|name| path.join(name)) {
            Some(old) if !complete => fs::rename(&aside, old)?,
            Some(_) => fs::remove_file(&aside)?,
            None => {}
        }
    }
    Ok(())
}
