//! `microfiche fade`.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use flate2::{Compression, GzBuilder};
use microfiche::factsheet::Budget;
use microfiche::folder::{Folder, SOURCE};
use microfiche::memory::{
    self, Conversation, FadeReport, Faded, Ladder, MESSAGES, Recent, State, Wish,
};
use microfiche::payload::Format;
use microfiche::tokens::text;

use super::{Exit, console, interrupt, models};

/// Fit a conversation into a budget of tokens: older turns become pages, the older the denser
///
/// CHAT is a JSON array of messages, a message a line, or an object with `messages`, in the words of
/// OpenAI's or Anthropic's interface. A turn is a message; a call of tools is one turn with its
/// results. The newest turns stay text, and so do system prompts, pinned turns, and turns with
/// images or with calls that are not answered. Of the ways to fade, the one that fades least and fits
/// is taken. Exit code 1 where none fits: the report says what the least is.
#[derive(Args)]
pub(crate) struct Fade {
    /// The conversation, or - for standard input
    #[arg(value_name = "CHAT")]
    chat: PathBuf,
    /// Tokens that the conversation may take
    #[arg(long, value_name = "TOKENS")]
    budget: u64,
    /// Folder for pages, factsheets, messages.json and the report
    #[arg(short, long, value_name = "DIR", required_unless_present_any = ["state", "json", "emit"])]
    output: Option<PathBuf>,
    /// Replace what an earlier run wrote in the folder
    #[arg(long)]
    force: bool,
    /// Take pages from the folder of an earlier run where they are the same; without -o that folder is
    /// written anew
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Print the report on standard output
    #[arg(long, conflicts_with = "emit")]
    json: bool,
    /// Print the new list as the body of a request on standard output: anthropic, openai-chat,
    /// openai-responses, gemini
    #[arg(long, value_name = "FORMAT")]
    emit: Option<Format>,
    #[command(flatten)]
    model: models::Choice,
    #[command(flatten)]
    schedule: Schedule,
    /// Worker threads; the pages do not depend on it [default: one a processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

#[derive(Args)]
#[command(next_help_heading = "Schedule")]
struct Schedule {
    /// What stays text whatever the budget: so many turns, or the newest of so many tokens (8000t)
    #[arg(long, value_name = "N|Nt", default_value = "4")]
    recent: Recent,
    /// Tiers from the newest turns to the oldest, and how many pages each has before its oldest
    /// turns go to the next: densities (safe, balanced, dense, limit) or details of the model
    /// [default: safe:4,balanced:12,dense:rest; balanced:4,dense:rest where a model is known to read
    /// `balanced`; large:4,base:12,small:20,tiny:rest for DeepSeek-OCR]
    #[arg(long, value_name = "NAME:PAGES,…,NAME:rest")]
    tiers: Option<Ladder>,
    /// Tiers by age in place of their pages: every so many turns, a turn on a page may take half as
    /// many tokens
    #[arg(long, value_name = "TURNS", value_parser = clap::value_parser!(u32).range(1..))]
    half_life: Option<u32>,
    /// Turns that stay text, by number from 1. A message with a field "pinned": true does too
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    pin: Vec<usize>,
    /// Tokens of exact strings for each page, or their part of the page's tokens; 0 for none
    #[arg(long, value_name = "TOKENS|N%", default_value = "10%")]
    factsheet_budget: Budget,
}

impl Fade {
    pub(crate) fn run(self) -> Result<Exit> {
        let table = self.model.table()?;
        let model = match &self.model.model {
            Some(name) => table.find(name)?,
            None => table.default_model(),
        };
        let detail = self.model.detail.clone();
        model.detail(detail.as_deref())?;
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let Schedule { recent, tiers, half_life, pin, factsheet_budget } = self.schedule;
        let wish = Wish {
            budget: self.budget,
            recent,
            ladder: tiers,
            half_life: half_life.map(|turns| turns as usize),
            pins: pin,
            facts: factsheet_budget,
            detail,
            threads: self.threads.map_or_else(cores, usize::from),
        };
        let (name, path) = (shown(&self.chat), self.chat.display().to_string());
        let bytes = read(&self.chat).with_context(|| format!("cannot read {name}"))?;
        let conversation = Conversation::read(&name, bytes)?;
        let state = self.state.as_deref().map(State::open).transpose()?;
        let counter = text::load(&model.tokenizer)?;
        let output = self.output.as_deref().or(self.state.as_deref());
        // In the state's own folder its pages are replaced when all new ones are there.
        let replace = self.force || output == self.state.as_deref();
        let folder = output.map(|path| Folder::create(path, replace)).transpose()?;
        interrupt::watch(output);
        let given = (path.as_str(), &conversation);
        let mut faded = memory::fade(given, (model, &*counter), &wish, state.as_ref())?;
        interrupt::check()?;
        let fits = faded.report.fits;
        // What does not fit must not take the place of what did.
        if let Some(folder) = folder.filter(|_| fits || !replace) {
            faded.report = written(folder, &faded, &conversation)?;
        }
        if self.json {
            faded.report.write(std::io::stdout().lock())?;
        }
        if let Some(minimum) = faded.report.minimum {
            let budget = wish.budget;
            console::line(&format!(
                "microfiche: {name}: it cannot be had for {budget} tokens: {minimum} are the least, with \
                 recent, pinned and system turns as text"
            ));
            return Ok(Exit::Failed);
        }
        if let Some(format) = self.emit {
            let page = |file: &str| {
                let found = faded.files.iter().find(|(name, _)| name == file);
                found.map_or(&[][..], |(_, bytes)| bytes.as_slice())
            };
            let name = model.api_name(self.model.model.as_deref().unwrap_or(&model.id));
            let body = memory::body(given, &faded.said, (format, &name), &page)?;
            writeln!(std::io::stdout(), "{body}")?;
        }
        let place = output.map_or_else(String::new, |path| format!(" in {}", path.display()));
        let summary = faded.report.summary();
        let (first, rest) = summary.split_once('\n').unwrap_or((&summary, ""));
        let kept = faded.report.pages.len() - faded.drawn;
        let kept = if kept > 0 { format!(", {kept} of them drawn before") } else { String::new() };
        console::line(format!("{first}{place}{kept}\n{rest}").trim_end());
        Ok(Exit::Done)
    }
}

/// What messages call the conversation.
fn shown(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    if path.as_os_str() != "-" {
        return std::fs::read(path);
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes everything, the report last.
fn written(mut folder: Folder, faded: &Faded, conversation: &Conversation) -> Result<FadeReport> {
    let mut report = faded.report.clone();
    if report.fits {
        for (name, bytes) in &faded.files {
            folder.put(name, bytes)?;
        }
        let messages = memory::messages_json(conversation, &faded.said);
        folder.put(MESSAGES, messages.as_bytes())?;
    }
    let mut kept = GzBuilder::new().write(folder.file(SOURCE)?, Compression::default());
    kept.write_all(conversation.text().as_bytes())?;
    kept.finish()?;
    report.files = folder.files_beside(report.pages.iter().map(|page| page.file.as_str()));
    folder.complete(|out| report.write(out))?;
    Ok(report)
}
