//! From pages back to text: the exact source of a page, of lines, of bytes, and what a page draws.
//!
//! ```text
//! report.json ─► check ─► Recall ─► originals (found, hashed) ─► Passage, Lines, Drawn
//! ```
//!
//! A [`Recall`] trusts neither the report, which may have been edited, nor the originals, which may
//! have changed since: what it gives are the bytes that were drawn, or an error.
//!
//! ```no_run
//! # use std::path::Path;
//! let recall = microfiche::recall::Recall::open(Path::new("pages"))?;
//! let source: Vec<u8> = recall.page(7)?;
//! for page in recall.drawn()? {
//!     println!("{}", page?.text);
//! }
//! # Ok::<(), microfiche::error::Error>(())
//! ```

mod check;
mod drawn;
mod lines;
mod originals;

use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub use drawn::Drawn;
pub use lines::{Line, Lines};
pub use originals::Passage;

use crate::error::{Error, Result};
use crate::layout::SourceRange;
use crate::raster::Label;
use crate::report::{PageRecord, Report};
use crate::source::{Input, Part, Reading, Source};
use originals::Originals;

/// A folder of pages whose source can be had back.
pub struct Recall {
    folder: PathBuf,
    report: Report,
    /// The ranges of all pages, in order, each with its page.
    ranges: Vec<(SourceRange, usize)>,
    originals: Arc<Mutex<Originals>>,
}

impl Recall {
    /// Opens a folder that `compress` has written.
    ///
    /// # Errors
    /// [`Error::Read`] where there is no report, [`Error::Report`] where it cannot be relied on.
    pub fn open(folder: &Path) -> Result<Self> {
        let report = check::read(folder)?;
        let originals = Originals::new(folder, report.inputs.clone());
        let pages = report.pages.iter().zip(1..);
        let ranges = pages.flat_map(|(page, number)| page.source.iter().map(move |&r| (r, number)));
        Ok(Self {
            folder: folder.to_owned(),
            ranges: ranges.collect(),
            report,
            originals: Arc::new(Mutex::new(originals)),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// The report.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The report's entry of a page.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a page that there is not.
    pub fn record(&self, page: usize) -> Result<&PageRecord> {
        page.checked_sub(1).and_then(|index| self.report.pages.get(index)).ok_or_else(|| {
            let pages = self.report.pages.len();
            let folder = self.folder.display();
            Error::OutOfRange(format!("there is no page {page}: {folder} has pages 1 to {pages}"))
        })
    }

    /// The page that a file's label is of, if it is one of these. Of several that look the same it
    /// is the first.
    pub fn page_of(&self, label: &Label) -> Option<usize> {
        let source = label.source.to_hex();
        let records = self.report.pages.iter().zip(self.report.numbers());
        let same = |(page, number): (&PageRecord, usize)| {
            number == label.page
                && page.source_blake3 == source.as_str()
                && self.report.profile_of(page).blake3() == label.profile
        };
        records.into_iter().position(same).map(|index| index + 1)
    }

    /// A page's image file, which need not be there.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] as for [`Self::record`].
    pub fn file(&self, page: usize) -> Result<PathBuf> {
        let record = self.record(page)?;
        Ok(self.folder.join(record.file.clone().unwrap_or_else(|| crate::folder::page_name(page))))
    }

    /// The exact source bytes on a page: its ranges, one after the other.
    ///
    /// # Errors
    /// As for [`Self::record`] and [`Self::passage`].
    pub fn page(&self, page: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for &range in &self.record(page)?.source {
            let mut passage = self.passage(range)?;
            passage.read_to_end(&mut bytes).map_err(|source| Error::Read {
                path: self.report.inputs[range.input].path.clone(),
                source,
            })?;
        }
        Ok(bytes)
    }

    /// Finds an input's original and checks that it is what was drawn. Done once an input.
    ///
    /// # Errors
    /// [`Error::Gone`] and [`Error::Changed`].
    pub fn check(&self, input: usize) -> Result<()> {
        self.originals.lock().unwrap_or_else(PoisonError::into_inner).check(input)
    }

    /// Source bytes, to be read.
    ///
    /// # Errors
    /// Those of [`Self::check`], and [`Error::OutOfRange`] for bytes that the input does not have.
    pub fn passage(&self, range: SourceRange) -> Result<Passage> {
        let input = self.input(range.input)?;
        if range.start > range.end || range.end > input.bytes {
            return Err(Error::OutOfRange(format!(
                "there are no bytes {}-{}: {} has {}",
                range.start, range.end, input.path, input.bytes
            )));
        }
        self.check(range.input)?;
        Ok(Passage::new(Arc::clone(&self.originals), range))
    }

    /// The lines of an input.
    ///
    /// # Errors
    /// As for [`Self::passage`].
    pub fn lines(&self, input: usize) -> Result<Lines> {
        Ok(Lines::new(Source::from_parts(vec![self.part(input)?], false)))
    }

    /// The bytes of the lines `first` to `last` of an input, from 1; `None`: to its end.
    ///
    /// # Errors
    /// As for [`Self::passage`]; [`Error::OutOfRange`] for lines that the input does not have.
    pub fn line_range(&self, input: usize, first: u64, last: Option<u64>) -> Result<SourceRange> {
        let mut range: Option<SourceRange> = None;
        let mut count = 0;
        for line in self.lines(input)? {
            let line = line?;
            count = line.number();
            let Range { start, end } = line.bytes();
            if count >= first {
                range.get_or_insert(SourceRange { input, start, end }).end = end;
            }
            if Some(count) == last {
                break;
            }
        }
        range.filter(|_| last.is_none_or(|last| last == count)).ok_or_else(|| {
            let path = &self.report.inputs[input].path;
            let last = last.map_or_else(String::new, |last| last.to_string());
            Error::OutOfRange(format!("there are no lines {first}-{last}: {path} has {count}"))
        })
    }

    /// The pages that have some of these bytes, in order.
    pub fn pages_of(&self, range: SourceRange) -> Vec<usize> {
        let first =
            self.ranges.partition_point(|(r, _)| (r.input, r.end) <= (range.input, range.start));
        let meets = |r: &SourceRange| (r.input, r.start) < (range.input, range.end);
        let meeting = self.ranges[first..].iter().take_while(|(r, _)| meets(r));
        let mut pages: Vec<usize> = meeting.map(|&(_, page)| page).collect();
        pages.dedup();
        pages
    }

    /// The source laid out again with the report's profile: the pages in order, each with its text as
    /// drawn, a line of text a line of the page, marks included.
    ///
    /// # Errors
    /// As for [`Self::check`]; a profile or a font that cannot be used. The iterator ends with
    /// [`Error::OtherPages`] where the layout is not that of the report.
    pub fn drawn(&self) -> Result<Drawn> {
        Drawn::new(self.source()?, &self.report)
    }

    /// All inputs as they were read when they were drawn.
    ///
    /// # Errors
    /// As for [`Self::check`].
    pub fn source(&self) -> Result<Source> {
        let parts = (0..self.report.inputs.len()).map(|input| self.part(input));
        let parts = parts.collect::<Result<Vec<Part>>>()?;
        Ok(Source::from_parts(parts, self.report.headings))
    }

    fn input(&self, input: usize) -> Result<&Input> {
        let inputs = &self.report.inputs;
        let none = || Error::OutOfRange(format!("there are {} inputs", inputs.len()));
        inputs.get(input).ok_or_else(none)
    }

    /// An input as it was read when it was drawn.
    fn part(&self, input: usize) -> Result<Part> {
        let facts = self.input(input)?;
        let passage = self.passage(SourceRange { input, start: 0, end: facts.bytes })?;
        // What is invalid was drawn once, so lossy reading was asked for.
        let reading = Reading { lossy: true, ..Reading::default() }.with_label(&facts.encoding)?;
        Ok(Part { name: facts.path.clone(), reading, reader: Box::new(passage) })
    }
}
