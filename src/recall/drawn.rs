//! The text of pages as drawn: their source, laid out again.

use crate::compress::{Options, Pages, Sheet, compress};
use crate::error::{Error, Result};
use crate::layout::SourceRange;
use crate::report::Report;
use crate::secrets::Handling;
use crate::source::Source;

/// Each page in order, with its text as drawn and without its picture.
pub struct Drawn {
    pages: Pages,
    /// What the report says is on each page.
    records: std::vec::IntoIter<Vec<SourceRange>>,
    /// Pages so far.
    number: usize,
    version: String,
}

impl Drawn {
    pub(super) fn new(source: Source, report: &Report) -> Result<Self> {
        report.profile.check_values()?;
        // What was covered is covered again: nobody asks for it to be shown.
        let redacted = report.secrets.iter().any(|secrets| secrets.redacted);
        let secrets = redacted.then_some(Handling::Redact);
        let options = Options { threads: 1, text: true, secrets, ..Options::default() };
        let records: Vec<_> = report.pages.iter().map(|page| page.source.clone()).collect();
        Ok(Self {
            pages: compress(source, &report.profile, options)?,
            records: records.into_iter(),
            number: 0,
            version: report.version.to_string(),
        })
    }
}

impl Iterator for Drawn {
    type Item = Result<Sheet>;

    fn next(&mut self) -> Option<Self::Item> {
        self.number += 1;
        match (self.pages.next(), self.records.next()) {
            (None, None) => None,
            (Some(Err(error)), _) => Some(Err(error)),
            (Some(Ok(sheet)), Some(record)) if sheet.page.source == record => Some(Ok(sheet)),
            _ => {
                self.records = Vec::new().into_iter();
                let version = self.version.clone();
                Some(Err(Error::OtherPages { page: self.number, version }))
            }
        }
    }
}
