//! `microfiche verify`.

mod heal;

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use microfiche::compress::Sheet;
use microfiche::fidelity::atlas::{self, Examined};
use microfiche::fidelity::reader::{
    self, Chat, Choice, Command, Key, PageImage, Reader, Tesseract, language_of,
};
use microfiche::fidelity::{
    Cache, MarkPatterns, PageFile, PageVerification, Reading, Shown, Verification, boxes, cost,
    overlay, read_pages, score,
};
use microfiche::folder::overlay_name;
use microfiche::recall::Recall;
use microfiche::text::Newlines;
use microfiche::tokens::models::Model;
use serde_json::{Map, Value};

use super::recall::Pages;
use super::{Exit, Interrupted, Refused, Usage, console, interrupt, models};

/// Where a key is looked for when no variable is named.
const KEYS: [&str; 2] = ["MICROFICHE_API_KEY", "OPENAI_API_KEY"];

/// Read pages back and say how much of them was read
///
/// Pages are compared with the text that they draw; white space and the marks that stand for it
/// count as one blank. On standard output: a line a page, all together, the first misreads.
#[derive(Args)]
pub(crate) struct Verify {
    /// Folder of the pages
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Who reads: atlas, which compares the pixels with the glyphs that were drawn, a check of the
    /// drawing and of nobody's eyesight (exit 4 for whatever is wrong); tesseract (the installed
    /// program); command:CMD, run without a shell for each
    /// page, words split at blanks, quotes honoured, {png} in them becoming the page's path, or
    /// else the page on standard input; openai:URL#MODEL, a Chat Completions server
    #[arg(long, value_name = "READER")]
    reader: Choice,
    /// Only some pages, from 1: 3, 3-5, 3- or 2,5-7 [default: all]
    #[arg(long, value_name = "N[-M][,…]")]
    pages: Option<Pages>,
    /// Exit with 4 where the fidelity of all pages together is below F, from 0 to 1
    #[arg(long, value_name = "F")]
    min_fidelity: Option<f64>,
    /// Print everything as JSON, every misread with its place
    #[arg(long)]
    json: bool,
    /// Write overlay-0001.png … beside the pages, with what was misread boxed
    #[arg(long)]
    overlay: bool,
    /// Draw each page below F again with larger letters, a step at a time, until it is read well
    /// enough, as long as the pages cost less than the text; what stays unreadable goes onto the
    /// factsheet. Exit with 4 where a page stays below F
    #[arg(long, requires = "min_fidelity", conflicts_with = "pages")]
    heal: bool,
    /// What tesseract takes the text for: eng, chi_sim, eng+deu [default: by the text's script]
    #[arg(long, value_name = "LANG", help_heading = "Reading")]
    lang: Option<String>,
    /// What the model of a server is told to do [default: to write out all of the page]
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    prompt: Option<PathBuf>,
    /// Members added to each request to a server, as a JSON object: {"temperature":0}
    #[arg(long, value_name = "JSON", help_heading = "Reading")]
    request: Option<String>,
    /// The environment variable that holds the server's key
    /// [default: MICROFICHE_API_KEY, or else OPENAI_API_KEY]
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    key_env: Option<String>,
    /// How long a try may take, in seconds
    #[arg(long, value_name = "S", default_value_t = 300.0, help_heading = "Reading")]
    timeout: f64,
    /// How often a server is asked again after 429, 5xx and time-outs, each time after a longer
    /// wait
    #[arg(long, value_name = "N", default_value_t = 4, help_heading = "Reading")]
    retries: u32,
    /// Pages read at a time [default: one a processor]
    #[arg(long, value_name = "N", help_heading = "Reading")]
    jobs: Option<usize>,
    /// Ask no server (exit 3) where the estimate of what that costs is above so many US dollars,
    /// or cannot be made
    #[arg(long, value_name = "USD", help_heading = "Reading")]
    max_cost: Option<f64>,
    /// Where readings are kept; a page that was read once is not read again [default:
    /// DIR/readings]
    #[arg(long, value_name = "FOLDER", help_heading = "Reading")]
    cache: Option<PathBuf>,
    /// Read every page anew, and keep no reading
    #[arg(long, help_heading = "Reading", conflicts_with = "cache")]
    no_cache: bool,
    #[command(flatten)]
    model: models::Choice,
}

/// A page to read and what is on it.
struct Work {
    number: usize,
    file: PageFile,
    name: String,
    size: (u32, u32),
    /// Of the file.
    bytes: u64,
    shown: Shown,
    /// Its layout, where it is drawn over.
    sheet: Option<Sheet>,
}

impl Work {
    fn new(sheet: Sheet, path: PathBuf, newlines: Newlines, keep_sheet: bool) -> Self {
        let page = &sheet.page;
        let shown = Shown::new(sheet.text.clone(), newlines)
            .with_source(sheet.places.clone(), page.source.clone());
        Self {
            number: page.number,
            name: file_name(&path),
            bytes: path.metadata().map_or(0, |file| file.len()),
            file: PageFile { path, boxes: page.boxes.clone() },
            size: (page.width, page.height),
            shown,
            sheet: keep_sheet.then_some(sheet),
        }
    }
}

/// Who is asked to read.
struct Asking {
    reader: Box<dyn Reader>,
    /// The reader as a chat, if it is one.
    chat: Option<Chat>,
    cache: Option<Cache>,
    marks: MarkPatterns,
    /// US dollars, as estimated, of what was asked so far.
    spent: f64,
}

impl Verify {
    pub(crate) fn run(self) -> Result<Exit> {
        self.check()?;
        let folder = Recall::open(&self.folder)?;
        let profile = &folder.report().profile;
        let marks = MarkPatterns::new(&profile.marks)?;
        if self.reader == Choice::Atlas {
            return self.examine(&folder, &marks);
        }
        let work = self.work(&folder)?;
        let (reader, chat) = self.reader(&folder)?;
        let cache = match (&self.cache, self.no_cache) {
            (_, true) => None,
            (Some(folder), _) => Some(Cache::open(folder)?),
            (None, _) => Some(Cache::open(&self.folder.join("readings"))?),
        };
        let mut asking = Asking { reader, chat, cache, marks, spent: 0.0 };
        interrupt::watch(None);
        let pages = self.read(&mut asking, &work)?;
        let reader = asking.reader.name();
        if self.heal && pages.iter().all(|page| page.unread.is_none()) {
            drop(work);
            return self.heal(&folder, asking, pages);
        }
        if self.overlay {
            self.draw(&work, &pages)?;
        }
        self.tell(&Verification::new(reader, pages, self.min_fidelity))
    }

    /// Has pages read.
    fn read(&self, asking: &mut Asking, work: &[Work]) -> Result<Vec<PageVerification>> {
        if let Some(refusal) = self.price(asking, work)? {
            return Err(Refused(format!("--max-cost: {refusal}; no page was sent")).into());
        }
        let Asking { reader, cache, marks, .. } = asking;
        let files: Vec<PageFile> = work.iter().map(|page| page.file.clone()).collect();
        let mut pages: Vec<PageVerification> = Vec::new();
        let (mut kept, mut done) = (0, 0);
        let progress = console::Progress::new(Some(work.iter().map(|page| page.bytes).sum()));
        let jobs = self.jobs();
        let end = read_pages(reader.as_ref(), &files, cache.as_ref(), jobs, |at, reading| {
            let page = &work[at];
            kept += usize::from(reading.as_ref().is_ok_and(|reading| reading.kept));
            pages.push(verified(page, reading, marks));
            done += page.bytes;
            progress.set(done, pages.len());
            match interrupt::check() {
                Ok(()) => ControlFlow::Continue(()),
                Err(Interrupted(_)) => ControlFlow::Break(()),
            }
        })?;
        if end.is_break() {
            let kept = if cache.is_some() { "what was read is kept" } else { "nothing is kept" };
            return Err(Interrupted(kept).into());
        }
        drop(progress);
        if kept > 0 {
            console::line(&format!("{kept} of {} pages from readings kept before", pages.len()));
        }
        Ok(pages)
    }

    /// Prints what came of it, and says how the program ends.
    fn tell(&self, verification: &Verification) -> Result<Exit> {
        self.print(verification)?;
        Ok(conclude(verification))
    }

    fn print(&self, verification: &Verification) -> Result<()> {
        let out = if self.json { verification.to_json() } else { verification.table() };
        Ok(std::io::stdout().write_all(out.as_bytes())?)
    }

    /// Reads the pages with the atlas, which needs their layout and not just their pictures.
    fn examine(&self, folder: &Recall, marks: &MarkPatterns) -> Result<Exit> {
        let numbers = self.numbers(folder)?;
        let jobs = self.jobs();
        interrupt::watch(None);
        let bytes = |page: usize| folder.record(page).ok().and_then(|record| record.bytes);
        let progress =
            console::Progress::new(Some(numbers.iter().filter_map(|&page| bytes(page)).sum()));
        let judge = |page: microfiche::error::Result<Examined>| self.judge(page?, folder, marks);
        let mut pages: Vec<PageVerification> = Vec::new();
        let mut done = 0;
        let end = atlas::examine(folder, &numbers, jobs, judge, |page| {
            let number = numbers[pages.len()];
            match page {
                Ok(page) => pages.push(page),
                Err(error) => match folder.file(number) {
                    Ok(file) => {
                        let why = format!("{error:#}");
                        pages.push(PageVerification::unread(number, file_name(&file), why));
                    }
                    Err(error) => return ControlFlow::Break(error.into()),
                },
            }
            done += bytes(number).unwrap_or(0);
            progress.set(done, pages.len());
            match interrupt::check() {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(Interrupted("nothing is kept").into()),
            }
        })?;
        if let ControlFlow::Break(error) = end {
            return Err(error);
        }
        drop(progress);
        let verification = Verification::new("atlas".to_owned(), pages, self.min_fidelity);
        self.tell(&Verification { note: Some(atlas::NOTE), ..verification })
    }

    /// What the atlas says of a page, as text and as places.
    fn judge(
        &self,
        page: Examined,
        folder: &Recall,
        marks: &MarkPatterns,
    ) -> Result<PageVerification> {
        let Examined { sheet, png, findings } = page;
        let number = sheet.page.number;
        let path = folder.file(number)?;
        let read = atlas::text(&sheet.text, &findings);
        let shown = Shown::new(sheet.text, folder.report().profile.newlines)
            .with_source(sheet.places, sheet.page.source);
        if self.overlay {
            let boxes: Vec<_> = findings.iter().filter_map(|finding| finding.bounds).collect();
            if let Ok(drawn) = overlay(&png, &boxes) {
                self.write_overlay(number, &drawn)?;
            }
        }
        let read = PageVerification::read(number, file_name(&path), score(&shown, &read, marks));
        Ok(PageVerification { drawing: findings, ..read })
    }

    fn jobs(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.unwrap_or_else(cores)
    }

    /// The pages to read, each once, in order.
    fn numbers(&self, folder: &Recall) -> Result<Vec<usize>> {
        let mut numbers = match &self.pages {
            Some(pages) => pages.of(folder)?,
            None => (1..=folder.report().pages.len()).collect(),
        };
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    /// What the argument parser cannot see.
    fn check(&self) -> Result<(), Usage> {
        let wrong = |what: &str| Err(Usage(what.to_owned()));
        if self.min_fidelity.is_some_and(|least| !(0.0..=1.0).contains(&least)) {
            return wrong("--min-fidelity goes from 0 to 1");
        }
        if !(0.001..=86_400.0).contains(&self.timeout) {
            return wrong("--timeout goes from 0.001 to 86400 seconds");
        }
        if self.jobs.is_some_and(|jobs| !(1..=256).contains(&jobs)) {
            return wrong("--jobs goes from 1 to 256");
        }
        if self.heal && self.reader == Choice::Atlas {
            return wrong(
                "--heal is for readers that may misread: what the atlas finds wrong is the drawing, \
                 not its size",
            );
        }
        let chat = matches!(self.reader, Choice::Chat { .. });
        let for_chat = [
            ("--prompt", self.prompt.is_some()),
            ("--request", self.request.is_some()),
            ("--key-env", self.key_env.is_some()),
            ("--max-cost", self.max_cost.is_some()),
            ("--model", self.model.model.is_some()),
            ("--detail", self.model.detail.is_some()),
        ];
        if let Some((flag, _)) = for_chat.iter().find(|(_, given)| *given && !chat) {
            return wrong(&format!("{flag} is for readers of the form openai:URL#MODEL"));
        }
        if self.lang.is_some() && self.reader != Choice::Tesseract {
            return wrong("--lang is for the reader tesseract");
        }
        Ok(())
    }

    /// The pages to read, each with its text as drawn.
    fn work(&self, folder: &Recall) -> Result<Vec<Work>> {
        let numbers = self.numbers(folder)?;
        let last = numbers.last().copied().unwrap_or(0);
        let newlines = folder.report().profile.newlines;
        let mut work = Vec::new();
        for (sheet, number) in folder.drawn()?.zip(1..=last) {
            let sheet = sheet?;
            if numbers.binary_search(&number).is_err() {
                continue;
            }
            work.push(Work::new(sheet, folder.file(number)?, newlines, self.overlay));
        }
        Ok(work)
    }

    /// The reader; as a chat too, if it is one.
    fn reader(&self, folder: &Recall) -> Result<(Box<dyn Reader>, Option<Chat>)> {
        let timeout = Duration::from_secs_f64(self.timeout);
        Ok(match &self.reader {
            Choice::Atlas => return Err(Usage("atlas reads in its own way".to_owned()).into()),
            Choice::Tesseract => {
                let script = &folder.report().profile.script;
                let language = match &self.lang {
                    Some(language) => language,
                    None => language_of(script).ok_or_else(|| {
                        Usage(format!("name a model of tesseract for {script} text with --lang"))
                    })?,
                };
                (Box::new(Tesseract::new(language, timeout)?), None)
            }
            Choice::Command(words) => (Box::new(Command::new(words.clone(), timeout)), None),
            Choice::Chat { url, model } => {
                let chat = Chat {
                    url: url.clone(),
                    model: model.clone(),
                    key: self.key()?,
                    prompt: self.prompt(folder)?,
                    detail: self.model.detail.clone().or(folder.report().detail.clone()),
                    request: self.request()?,
                    timeout,
                    retries: self.retries,
                };
                (Box::new(chat.clone()), Some(chat))
            }
        })
    }

    fn key(&self) -> Result<Option<Key>> {
        let get = |name: &str| std::env::var(name).ok().filter(|key| !key.trim().is_empty());
        if let Some(name) = &self.key_env {
            let none = || Usage(format!("--key-env: the environment has no {name}"));
            return Ok(Some(Key::new(&get(name).ok_or_else(none)?)));
        }
        Ok(KEYS.into_iter().find_map(get).as_deref().map(Key::new))
    }

    fn prompt(&self, folder: &Recall) -> Result<String> {
        match &self.prompt {
            Some(path) => std::fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display())),
            None => Ok(reader::prompt(folder.report().profile.columns)),
        }
    }

    fn request(&self) -> Result<Map<String, Value>> {
        let text = self.request.as_deref().unwrap_or("{}");
        Ok(serde_json::from_str(text).map_err(|_| {
            Usage("--request takes a JSON object, such as {\"temperature\":0}".to_owned())
        })?)
    }

    /// Says what the pages that are not kept would cost, and why they are not sent if it is too
    /// much.
    fn price(&self, asking: &mut Asking, work: &[Work]) -> Result<Option<String>> {
        let Asking { chat: Some(chat), cache, spent, .. } = asking else { return Ok(None) };
        let table = self.model.table()?;
        // A model that is named must be known; the server's may be anything.
        let model: Option<&Model> = match &self.model.model {
            Some(name) => Some(table.find(name)?),
            None => table.find(&chat.model).ok(),
        };
        let identity = chat.identity();
        let asked = |page: &&Work| {
            let Ok(png) = std::fs::read(&page.file.path) else { return false };
            let image = PageImage { path: &page.file.path, png: &png, boxes: &page.file.boxes };
            cache.as_ref().is_none_or(|cache| cache.get(&image, &identity).is_none())
        };
        let pages: Vec<&Work> = work.iter().filter(asked).collect();
        if pages.is_empty() {
            return Ok(None);
        }
        let Some(model) = model else {
            let unknown = format!(
                "what {} costs is not known; --model names a model of the table that costs the same",
                chat.model
            );
            return Ok(self.unpriced(unknown));
        };
        let each = pages.iter().map(|p| (p.size.0, p.size.1, p.shown.text.as_str()));
        if let Some(detail) = &self.model.detail {
            model.detail(Some(detail))?;
        }
        // The report's detail may be of another model.
        let detail = chat.detail.as_deref().filter(|detail| model.detail(Some(detail)).is_ok());
        let cost = cost(model, detail, &chat.prompt, each)?;
        let tokens = format!(
            "pages to ask for: {}, about {} tokens in and {} out",
            cost.pages, cost.input_tokens, cost.output_tokens
        );
        let Some(usd) = cost.usd else {
            console::line(&tokens);
            return Ok(self.unpriced(format!("the price of {} is not known in full", model.id)));
        };
        console::line(&format!("{tokens}, about ${usd:.4} at the price of {}", model.id));
        *spent += usd;
        let most = self.max_cost.filter(|&most| *spent > most);
        Ok(most.map(|most| format!("about ${spent:.4} is more than ${most}")))
    }

    /// What is said where no estimate can be made; a reason to refuse where there is a limit.
    fn unpriced(&self, why: String) -> Option<String> {
        if self.max_cost.is_some() {
            return Some(why);
        }
        console::line(&format!("no estimate of the cost: {why}"));
        None
    }

    /// Writes the pages that were read with their misreads boxed.
    fn draw(&self, work: &[Work], pages: &[PageVerification]) -> Result<()> {
        for (page, found) in work.iter().zip(pages).filter(|(_, found)| found.score.is_some()) {
            let Some(sheet) = &page.sheet else { continue };
            let boxes = boxes(sheet, &found.misreads);
            let drawn = std::fs::read(&page.file.path)
                .with_context(|| format!("cannot read {}", page.file.path.display()))
                .and_then(|png| Ok(overlay(&png, &boxes)?))?;
            self.write_overlay(page.number, &drawn)?;
        }
        Ok(())
    }

    fn write_overlay(&self, number: usize, png: &[u8]) -> Result<()> {
        let path = self.folder.join(overlay_name(number));
        std::fs::write(&path, png).with_context(|| format!("cannot write {}", path.display()))
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What came of a page.
fn verified(
    page: &Work,
    reading: Result<Reading, reader::ReadError>,
    marks: &MarkPatterns,
) -> PageVerification {
    let name = page.name.clone();
    match reading {
        Ok(reading) => {
            PageVerification::read(page.number, name, score(&page.shown, &reading.text, marks))
        }
        Err(error) => PageVerification::unread(page.number, name, error.to_string()),
    }
}

/// Says what did not hold, and how the program ends.
fn conclude(verification: &Verification) -> Exit {
    if verification.unread > 0 {
        let first = verification.pages.iter().find(|page| page.unread.is_some());
        let first = first.map_or(0, |page| page.page);
        console::line(&format!(
            "microfiche: {} of {} pages could not be read, the first of them {first}",
            verification.unread,
            verification.pages.len()
        ));
    }
    if let Some((page, finding, more)) = verification.misdrawn() {
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        console::line(&format!("microfiche: page {page}, {finding}{more}"));
        return Exit::Unmet;
    }
    if let (Some(fidelity), Some(least)) = (verification.below(), verification.min_fidelity) {
        console::line(&format!(
            "microfiche: --min-fidelity: the fidelity is {fidelity}, below {least}"
        ));
        return Exit::Unmet;
    }
    if verification.unread > 0 { Exit::Failed } else { Exit::Done }
}
