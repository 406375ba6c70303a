//! A folder's pages, drawn once more: with everything that its report says of the run, and some of
//! the pages with other looks.

use std::collections::BTreeMap;
use std::path::Path;

use crate::compress::{Options, Redraw, Sheet, compress};
use crate::error::{Error, Result};
use crate::factsheet::{Budget, Listing};
use crate::folder::{FACTSHEET, PROMPT};
use crate::prompt::{self, Told};
use crate::recall::Recall;
use crate::report::{Beside, Builder, PageRecord, Report, Span, Target, Wanted};
use crate::secrets::Handling;
use crate::text::NotDrawn;
use crate::tokens::models::ModelTable;
use crate::tokens::text;

/// Draws the pages of a folder anew.
pub struct Press<'a> {
    folder: &'a Recall,
    /// The report's models, the chosen one first.
    targets: Vec<Target<'a>>,
    wanted: Wanted,
    threads: usize,
}

/// A page of what was drawn.
pub struct Pulled {
    /// The number that it, or what it is a part of, has when nothing is drawn again.
    pub number: usize,
    /// The page. One that stays as it was has the bytes of its file.
    pub sheet: Sheet,
}

impl<'a> Press<'a> {
    /// Gets ready to draw a folder's pages.
    ///
    /// # Errors
    /// [`Error::Setting`] for a report whose models or tokenizer are not known here.
    pub fn new(folder: &'a Recall, table: &'a ModelTable, threads: usize) -> Result<Self> {
        let report = folder.report();
        let unknown = |error: &dyn std::fmt::Display| Error::Setting(error.to_string());
        let target = |at: usize, id: &str, detail: &Option<String>| -> Result<Target<'a>> {
            let model = table.find(id).map_err(|error| unknown(&error))?;
            let counter = match &report.text {
                None => None,
                Some(text) if at == 0 => Some(text::load(&text.tokenizer)?),
                Some(_) => Some(text::load(&model.tokenizer)?),
            };
            Ok(Target { model, detail: detail.clone(), counter })
        };
        let models = report.models.iter().enumerate();
        let targets = models.map(|(at, model)| target(at, &model.id, &model.detail));
        let targets = targets.collect::<Result<Vec<_>>>()?;
        if targets.is_empty() {
            return Err(Error::Setting("the report is for no model".to_owned()));
        }
        let sheet = report.factsheet.as_ref();
        let wanted = Wanted {
            factsheet: sheet.map_or(Listing::Off, |sheet| sheet.listing),
            budget: sheet
                .and_then(|s| s.budget_tokens)
                .map_or_else(Budget::default, Budget::Tokens),
            prompt: own_prompt(folder.path(), report)?,
            spans: Vec::new(),
        };
        Ok(Self { folder, targets, wanted, threads })
    }

    /// The folder.
    pub fn folder(&self) -> &'a Recall {
        self.folder
    }

    /// Tokens of a text for the model that the pages are for; 0 where tokens are not counted.
    pub fn tokens(&self, text: &str) -> u64 {
        self.targets[0].counter.as_ref().map_or(0, |counter| counter.count(text))
    }

    /// Draws all pages, with `spans` on the factsheet, and hands them out in order.
    ///
    /// # Errors
    /// Those of [`Recall::drawn`], [`Error::Changed`] for a page that stays and whose file is not
    /// what was drawn, and those of `each`.
    pub fn draw<E: From<Error>>(
        &self,
        redraw: &Redraw,
        spans: &[Span],
        mut each: impl FnMut(Pulled) -> Result<(), E>,
    ) -> Result<(Report, Beside), E> {
        let report = self.folder.report();
        let (chosen, others) = (self.targets[0].clone(), self.targets[1..].to_vec());
        let redacted = report.secrets.iter().any(|secrets| secrets.redacted);
        let options = Options {
            threads: self.threads,
            draw: true,
            check: report.checked,
            text: true,
            crop: chosen.crop()?,
            counters: Target::counters(&self.targets),
            strings: self.wanted.factsheet != Listing::Off,
            secrets: Some(if redacted { Handling::Redact } else { Handling::Keep }),
            redraw: redraw.clone(),
        };
        let wanted = Wanted { spans: spans.to_vec(), ..self.wanted.clone() };
        let mut builder = Builder::new(&report.profile, wanted, chosen, others);
        let mut staying = self.staying(redraw);
        let mut pages = compress(self.folder.source()?, &report.profile, options)?;
        let mut number = 0;
        for sheet in pages.by_ref() {
            let mut sheet = sheet?;
            number = sheet.redrawn.map_or(number + 1, |redrawn| redrawn.page);
            if let Some(old) = staying.get_mut(&number) {
                let old = old.next().filter(|&(_, page)| is_same(page, &sheet));
                let Some((index, page)) = old else {
                    let version = report.version.to_string();
                    return Err(Error::OtherPages { page: sheet.page.number, version }.into());
                };
                sheet.png = unchanged(&self.folder.file(index + 1)?, page)?;
            }
            builder.add(&sheet)?;
            each(Pulled { number, sheet })?;
        }
        let mut totals = pages.into_totals();
        totals.skipped.clone_from(&report.skipped);
        for (input, old) in totals.inputs.iter_mut().zip(&report.inputs) {
            input.kept.clone_from(&old.kept);
        }
        Ok(builder.finish(totals)?)
    }

    /// The pages that stay as they are, with their index, by the number that they have when nothing
    /// is drawn again.
    fn staying(
        &self,
        redraw: &Redraw,
    ) -> BTreeMap<usize, impl Iterator<Item = (usize, &'a PageRecord)>> {
        let report = self.folder.report();
        let mut staying: BTreeMap<usize, Vec<(usize, &PageRecord)>> = BTreeMap::new();
        for ((index, page), number) in report.pages.iter().enumerate().zip(report.numbers()) {
            let old = page.redrawn.map(|_| report.profile_of(page));
            if redraw.profile_of(number) == old {
                staying.entry(number).or_default().push((index, page));
            }
        }
        staying.into_iter().map(|(number, pages)| (number, pages.into_iter())).collect()
    }
}

/// Whether a page is laid out as its record says.
fn is_same(page: &PageRecord, sheet: &Sheet) -> bool {
    let (page, now) = ((page.width, page.height, &page.source), &sheet.page);
    page == (now.width, now.height, &now.source)
}

/// A page's file, as it was written.
fn unchanged(path: &Path, page: &PageRecord) -> Result<Vec<u8>> {
    let png = std::fs::read(path)
        .map_err(|source| Error::Read { path: path.display().to_string(), source })?;
    if page.blake3.as_deref() != Some(blake3::hash(&png).to_hex().as_str()) {
        let how = "it has other bytes (by their BLAKE3 hash)".to_owned();
        return Err(Error::Changed { path: path.to_owned(), how });
    }
    Ok(png)
}

/// The prompt of a folder, where it is not the built-in one.
fn own_prompt(path: &Path, report: &Report) -> Result<Option<String>> {
    if !report.files.iter().any(|file| file == PROMPT) {
        return Ok(None);
    }
    let path = path.join(PROMPT);
    let own = std::fs::read_to_string(&path)
        .map_err(|source| Error::Read { path: path.display().to_string(), source })?;
    let built_in = prompt::prompt(&Told {
        profile: &report.profile,
        pages: 0..report.pages.len(),
        of: report.pages.len(),
        headings: report.headings,
        factsheet: report.files.iter().any(|file| file == FACTSHEET),
        redacted: report.not_drawn.iter().any(|dropped| dropped.kind == NotDrawn::Redacted),
    });
    Ok((own != built_in).then_some(own))
}
