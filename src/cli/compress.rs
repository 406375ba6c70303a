//! `microfiche compress` and `microfiche estimate`.

use std::borrow::Cow;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use microfiche::compress::{Options, compress};
use microfiche::error::Error;
use microfiche::factsheet::Listing;
use microfiche::folder::{FACTSHEET, Folder, PROMPT, SOURCE, page_name};
use microfiche::payload::{Envelope, Share, Spool};
use microfiche::profile::{ModelPage, Profile, SAMPLE, Settings};
use microfiche::report::{Beside, Builder, Report, Target, Wanted, gate};
use microfiche::secrets::Handling;
use microfiche::source::{Keep, Reading, Source};
use microfiche::tokens::models::{Model, ModelTable};
use microfiche::tokens::text;

use super::config::Config;
use super::emit::{Emission, Emit};
use super::look::Look;
use super::safety::Safety;
use super::{Exit, Usage, console, interrupt, models};

/// Draw text as pages and report what they cost
#[derive(Args)]
pub(crate) struct Compress {
    /// Folder for the pages and the report [default: INPUT.pages for one file; none with --emit]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Replace the pages of an earlier run in the folder
    #[arg(long)]
    force: bool,
    /// Refuse (exit 3) where the ratio of text tokens to the tokens sent in their place is below R
    #[arg(
        long,
        value_name = "R",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "1",
        conflicts_with = "no_tokens"
    )]
    gate: Option<f64>,
    /// Fail (exit 4) where a character has no glyph or a byte could not be decoded
    #[arg(long)]
    strict: bool,
    /// Read every page back from its file and compare it with the text, glyph by glyph; fail (exit
    /// 4) where the pixels do not hold it. It checks the drawing, not anyone's eyesight
    #[arg(long)]
    check: bool,
    /// Keep the text of all inputs beside the pages, compressed, so that `recall` needs no other
    /// files [default: that of standard input and pipes]
    #[arg(long, conflicts_with = "no_embed_source")]
    embed_source: bool,
    /// Keep no text, not even that of standard input; `recall` cannot give it back
    #[arg(long)]
    no_embed_source: bool,
    #[command(flatten)]
    emit: Emit,
    #[command(flatten)]
    run: Run,
}

/// Report what pages would cost, without drawing them
#[derive(Args)]
pub(crate) struct Estimate {
    #[command(flatten)]
    run: Run,
}

#[derive(Args)]
struct Run {
    /// Files, folders, or - for standard input [default: -]
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Print the report on standard output
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: models::Choice,
    #[command(flatten)]
    look: Look,
    #[command(flatten)]
    safety: Safety,
    /// Encoding of the inputs, as the Encoding Standard names it [default: utf-8, or what a byte
    /// order mark says]
    #[arg(long, value_name = "LABEL", help_heading = "Text")]
    encoding: Option<String>,
    /// Draw U+FFFD for bytes that are not valid, and count them
    #[arg(long, help_heading = "Text")]
    lossy: bool,
    /// Do not count text tokens
    #[arg(long, help_heading = "Tokens")]
    no_tokens: bool,
    /// Work the figures out for every model that is known, and print them as a table
    #[arg(long, help_heading = "Tokens", conflicts_with = "no_tokens")]
    compare: bool,
    /// Count text tokens with a tokenizer from a file: tokenizer.json or .tiktoken
    #[arg(long, value_name = "FILE", help_heading = "Tokens", conflicts_with = "no_tokens")]
    tokenizer: Option<PathBuf>,
    /// Worker threads; the pages do not depend on it [default: one a processor]
    #[arg(long, value_name = "N", help_heading = "Run")]
    threads: Option<usize>,
    /// Settings from a TOML file; flags win over it
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    config: Option<PathBuf>,
}

/// A run with everything decided but what depends on the text.
struct Plan {
    inputs: Vec<PathBuf>,
    json: bool,
    table: Cow<'static, ModelTable>,
    model: String,
    detail: Option<String>,
    settings: Settings,
    reading: Reading,
    wanted: Wanted,
    secrets: Handling,
    no_tokens: bool,
    compare: bool,
    tokenizer: Option<PathBuf>,
    threads: usize,
    check: bool,
    emission: Option<Emission>,
}

/// What has come of a run.
struct Drawn<'a> {
    report: Report,
    beside: Beside,
    folder: Option<Folder>,
    requests: Option<Requests<'a>>,
}

/// Requests that are ready to be written.
struct Requests<'a> {
    envelope: Envelope<'a>,
    spool: Spool,
    shares: Vec<Share>,
}

impl Requests<'_> {
    fn print(&self) -> Result<()> {
        let mut out = BufWriter::new(std::io::stdout().lock());
        for share in &self.shares {
            self.envelope.write(share, &self.spool, &mut out)?;
        }
        Ok(out.flush()?)
    }
}

impl Compress {
    pub(crate) fn run(self) -> Result<Exit> {
        let mut plan = self.run.plan(self.emit)?;
        let output = match (self.output, &plan.inputs[..]) {
            (Some(output), _) => Some(output),
            (None, _) if plan.emission.is_some() => None,
            (None, [one]) if one.is_file() => Some(beside(one)),
            (None, _) if plan.json => None,
            (None, _) => {
                let message =
                    "name a folder for the pages with -o DIR, or ask for --json or --emit alone";
                return Err(Usage(message.to_owned()).into());
            }
        };
        let keep = match (self.embed_source, self.no_embed_source) {
            // What is kept is the source as it was, secrets included.
            (true, _) if plan.secrets == Handling::Redact => {
                let message = "--embed-source would keep what --secrets redact is to cover";
                return Err(Usage(message.to_owned()).into());
            }
            (true, _) => Keep::All,
            (_, true) => Keep::Nothing,
            _ if plan.secrets == Handling::Redact => Keep::Nothing,
            _ => Keep::default(),
        };
        if output.is_none() && keep == Keep::All {
            let message =
                "--embed-source keeps the text beside the pages: name a folder with -o DIR";
            return Err(Usage(message.to_owned()).into());
        }
        plan.check = self.check;
        plan.reading.exclude.clone_from(&output);
        let mut source = plan.open()?;
        let mut folder =
            output.as_deref().map(|path| Folder::create(path, self.force)).transpose()?;
        if let Some(folder) = folder.as_mut().filter(|_| source.has(keep)) {
            source.keep(keep, SOURCE, folder.file(SOURCE)?);
        }
        interrupt::watch(output.as_deref());
        let drawn = match plan.draw(source, folder, true) {
            Err(error) if matches!(error.downcast_ref(), Some(Error::Unread { .. })) => {
                console::line(&format!("microfiche: --check: {error}; nothing was written"));
                return Ok(Exit::Unmet);
            }
            drawn => drawn?,
        };
        let Drawn { mut report, beside, mut folder, requests } = drawn;
        if let Some(refusal) = self.gate.and_then(|bar| gate::refusal(&report, bar)) {
            console::line(&format!("microfiche: --gate: {refusal}; nothing was written"));
            return Ok(Exit::Refused);
        }
        if let Some(unmet) = self.strict.then(|| unmet(&report)).flatten() {
            console::line(&format!("microfiche: --strict: {unmet}; nothing was written"));
            return Ok(Exit::Unmet);
        }
        if let Some(mut folder) = folder.take() {
            folder.put(PROMPT, beside.prompt.as_bytes())?;
            if !beside.factsheet.is_empty() {
                folder.put(FACTSHEET, beside.factsheet.as_bytes())?;
            }
            report = folder.commit(report)?;
        }
        requests.map_or(Ok(()), |requests| requests.print())?;
        let place = output.map(|path| format!(" in {}", path.display()));
        plan.tell(&report, &place.unwrap_or_default())
    }
}

impl Estimate {
    pub(crate) fn run(self) -> Result<Exit> {
        let plan = self.run.plan(Emit::default())?;
        let source = plan.open()?;
        interrupt::watch(None);
        let drawn = plan.draw(source, None, false)?;
        plan.tell(&drawn.report, "")
    }
}

impl Run {
    /// Lowers flags and settings file to plain values, once.
    fn plan(self, emit: Emit) -> Result<Plan> {
        let config = self.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
        let table = self.model.table()?;
        let asked = self.model.model.or(config.model);
        let model = match &asked {
            Some(name) => table.find(name)?,
            None => table.default_model(),
        };
        let detail = self.model.detail.or(config.detail);
        model.detail(detail.as_deref())?;
        let mut reading =
            Reading { lossy: self.lossy || config.lossy.unwrap_or(false), ..Reading::default() };
        if let Some(label) = self.encoding.or(config.encoding) {
            reading = reading.with_label(&label)?;
        }
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = self.threads.or(config.threads).unwrap_or_else(cores);
        if !(1..=256).contains(&threads) {
            let message = format!("--threads {threads} is out of range: it goes from 1 to 256");
            return Err(Usage(message).into());
        }
        let (wanted, secrets) = self.safety.over(config.safety)?;
        let emission = emit.for_model(model, asked.as_deref())?;
        Ok(Plan {
            inputs: self.inputs,
            json: self.json,
            model: model.id.clone(),
            detail,
            settings: self.look.settings().over(config.look),
            reading,
            wanted,
            secrets,
            no_tokens: self.no_tokens,
            compare: self.compare,
            tokenizer: self.tokenizer,
            threads,
            check: false,
            emission,
            table,
        })
    }
}

impl Plan {
    fn open(&self) -> Result<Source> {
        Ok(Source::open(&self.inputs, self.reading.clone())?)
    }

    fn model(&self) -> Result<&Model> {
        Ok(self.table.find(&self.model)?)
    }

    /// Runs the whole way, giving each page to the folder as it comes.
    fn draw(
        &self,
        mut source: Source,
        mut folder: Option<Folder>,
        draw: bool,
    ) -> Result<Drawn<'_>> {
        let model = self.model()?;
        let detail = self.detail.as_deref();
        let sample = source.peek(SAMPLE)?;
        let chosen = self.target(model, self.detail.clone())?;
        let mut page = ModelPage::of(model, detail)?;
        if let (None, Some(counter)) = (page.density, &chosen.counter) {
            page = page.for_text(&sample, counter.count(&sample));
        }
        let profile = Profile::resolve(&self.settings, page, &sample)?;
        let others = if self.compare { self.others(model)? } else { Vec::new() };
        let crop = chosen.crop()?;
        let counters = Target::counters([&chosen].into_iter().chain(&others));
        let options = Options {
            threads: self.threads,
            draw,
            check: self.check,
            crop,
            counters,
            strings: self.wanted.factsheet != Listing::Off,
            secrets: Some(self.secrets),
            ..Options::default()
        };
        let mut spool = self.emission.is_some().then(Spool::default);
        let mut builder = Builder::new(&profile, self.wanted.clone(), chosen, others);
        let progress = console::Progress::new(source.total_bytes());
        let mut pages = compress(source, &profile, options)?;
        while let Some(sheet) = pages.next() {
            interrupt::check()?;
            let sheet = sheet?;
            if let Some(folder) = &mut folder {
                folder.put(&page_name(sheet.page.number), &sheet.png)?;
            }
            if let Some(spool) = &mut spool {
                spool
                    .push(&sheet.png, sheet.page.width, sheet.page.height)
                    .context("cannot keep the pages until they are sent")?;
            }
            builder.add(&sheet)?;
            progress.set(pages.bytes_read(), builder.pages());
        }
        interrupt::check()?;
        let count = builder.pages();
        let draft = builder.draft(pages.into_totals());
        let requests = match (&self.emission, spool) {
            (Some(emission), Some(spool)) => {
                let envelope = emission.envelope(model, detail);
                let shares = envelope.divide(&spool, &draft, emission.split)?;
                Some(Requests { envelope, spool, shares })
            }
            _ => None,
        };
        let beside = draft.beside(0..count);
        let sent: Vec<Beside> = match &requests {
            Some(requests) => requests.shares.iter().map(|share| share.beside.clone()).collect(),
            None => vec![beside.clone()],
        };
        let mut report = draft.finish(&sent)?;
        report.payload = requests.as_ref().map(|made| made.envelope.account(&made.shares));
        Ok(Drawn { report, beside, folder, requests })
    }

    /// A model with what counts its text.
    fn target<'a>(&self, model: &'a Model, detail: Option<String>) -> Result<Target<'a>> {
        let counter = match &self.tokenizer {
            _ if self.no_tokens => None,
            Some(file) => Some(text::from_file(file)?),
            None => Some(text::load(&model.tokenizer)?),
        };
        Ok(Target { model, detail, counter })
    }

    /// Every other model, for a comparison.
    fn others(&self, chosen: &Model) -> Result<Vec<Target<'_>>> {
        let others = self.table.iter().filter(|model| model.id != chosen.id);
        others.map(|model| self.target(model, None)).collect()
    }

    /// Says what came of it: the report to programs, a summary to people.
    fn tell(&self, report: &Report, place: &str) -> Result<Exit> {
        if self.json {
            report.write(BufWriter::new(std::io::stdout().lock()))?;
        }
        if self.compare && !self.json {
            std::io::stdout().write_all(report.comparison().as_bytes())?;
        }
        let summary = report.summary();
        let (first, rest) = summary.split_once('\n').unwrap_or((&summary, ""));
        console::line(&format!("{first}{place}\n{rest}"));
        Ok(Exit::Done)
    }
}

/// Where the pages of a file go when no folder is named.
fn beside(input: &Path) -> PathBuf {
    let mut name = input.as_os_str().to_owned();
    name.push(".pages");
    PathBuf::from(name)
}

/// What a strict run does not let pass.
fn unmet(report: &Report) -> Option<String> {
    let missing: u64 = report.missing.iter().map(|m| m.count).sum();
    if missing > 0 {
        let first = &report.missing[0].ch;
        return Some(format!("{missing} characters have no glyph, the first of them {first}"));
    }
    (report.replacements > 0)
        .then(|| format!("{} invalid byte sequences were replaced", report.replacements))
}
