//! The text of pages as drawn: their source, laid out again.

use crate::compress::{Options, Pages, Sheet, compress};
use crate::error::{Error, Result};
use crate::layout::Page;
use crate::profile::Profile;
use crate::report::{PageRecord, Report};
use crate::secrets::Handling;
use crate::source::Source;

/// Each page in order as the report records it, with its text as drawn and without its picture.
pub struct Drawn {
    pages: Pages,
    records: std::vec::IntoIter<PageRecord>,
    /// Pages so far.
    number: usize,
    version: String,
}

impl Drawn {
    pub(super) fn new(source: Source, report: &Report) -> Result<Self> {
        report.profile.check_values()?;
        report.looks.iter().try_for_each(Profile::check_values)?;
        // What was covered is covered again: nobody asks for it to be shown.
        let redacted = report.secrets.iter().any(|secrets| secrets.redacted);
        let secrets = redacted.then_some(Handling::Redact);
        let options = Options {
            threads: 1,
            text: true,
            secrets,
            redraw: report.redraw(),
            ..Options::default()
        };
        Ok(Self {
            pages: compress(source, &report.profile, options)?,
            records: report.pages.clone().into_iter(),
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
            (Some(Ok(mut sheet)), Some(record)) if sheet.page.source == record.source => {
                let pitch = sheet.look.geometry.pitch;
                as_recorded(&mut sheet.page, record, pitch);
                Some(Ok(sheet))
            }
            _ => {
                self.records = Vec::new().into_iter();
                let version = self.version.clone();
                Some(Err(Error::OtherPages { page: self.number, version }))
            }
        }
    }
}

/// Gives a page the size that it was cut to, and spreads its lines over columns as they were.
fn as_recorded(page: &mut Page, record: PageRecord, pitch: u32) {
    page.rows = record.boxes.first().map_or(page.rows, |first| (first.h / pitch).max(1) as usize);
    (page.width, page.height, page.boxes) = (record.width, record.height, record.boxes);
}
