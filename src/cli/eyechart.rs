//! `microfiche eyechart`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use microfiche::compress::{Options, compress};
use microfiche::eyechart::{self, ANSWERS, Chart, QUESTION, Score, TEXT};
use microfiche::folder::Folder;
use microfiche::profile::{Density, ModelPage, Profile, Settings};
use microfiche::report::{Builder, Report, Target, Wanted};
use microfiche::source::{Reading, Source};
use microfiche::tokens::models::Model;

use super::look::Look;
use super::{Exit, Usage, console, models};

/// Make a page that tests a model's eyes, or score its answers
#[derive(Args)]
pub(crate) struct Eyechart {
    /// Folder for the chart [default: eyechart]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Replace an earlier chart in the folder
    #[arg(long)]
    force: bool,
    /// Another seed gives other words and strings
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// One chart a density, from the largest letters to the smallest
    #[arg(long, conflicts_with = "density")]
    ladder: bool,
    /// Score a model's reply against the answers in a folder
    #[arg(long, num_args = 2, value_names = ["DIR", "REPLY"], conflicts_with_all = ["output", "force", "ladder"])]
    score: Option<Vec<PathBuf>>,
    /// Print the score as JSON
    #[arg(long, requires = "score")]
    json: bool,
    #[command(flatten)]
    model: models::Choice,
    #[command(flatten)]
    look: Look,
}

impl Eyechart {
    pub(crate) fn run(self) -> Result<Exit> {
        if let Some([folder, reply]) = self.score.as_deref() {
            return score(folder, reply, self.json);
        }
        let table = self.model.table()?;
        let model = match &self.model.model {
            Some(name) => table.find(name)?,
            None => table.default_model(),
        };
        let detail = self.model.detail.as_deref();
        let output = self.output.unwrap_or_else(|| PathBuf::from("eyechart"));
        let settings = self.look.settings();
        if !self.ladder {
            let mut folder = Folder::create(&output, self.force)?;
            let (chart, text, report) = draw(&mut folder, model, detail, &settings, self.seed, "")?;
            finish(folder, &[chart], Some(&text), report)?;
            console::line(&format!(
                "a chart, its question and its answers in {}",
                output.display()
            ));
            return Ok(Exit::Done);
        }
        // The ladder is a folder of charts; the outer folder has the question and all answers.
        let mut charts = Vec::new();
        for (step, density) in Density::ALL.into_iter().enumerate() {
            let name = density.to_string();
            let settings = Settings { density: Some(density), ..settings.clone() };
            let mut folder = Folder::create(&output.join(&name), self.force)?;
            let seed = self.seed.wrapping_add(step as u64);
            let prefix = char::from(b'A' + step as u8).to_string();
            let (mut chart, text, report) =
                draw(&mut folder, model, detail, &settings, seed, &prefix)?;
            finish(folder, std::slice::from_ref(&chart), Some(&text), report)?;
            chart.page = format!("{name}/{}", chart.page);
            charts.push(chart);
        }
        std::fs::write(output.join(ANSWERS), serde_json::to_string_pretty(&charts)? + "\n")?;
        std::fs::write(output.join(QUESTION), eyechart::question(&charts))?;
        console::line(&format!("{} charts in {}", charts.len(), output.display()));
        Ok(Exit::Done)
    }
}

/// Draws a chart's page into its folder.
fn draw(
    folder: &mut Folder,
    model: &Model,
    detail: Option<&str>,
    settings: &Settings,
    seed: u64,
    prefix: &str,
) -> Result<(Chart, String, Report)> {
    let page = ModelPage::of(model, detail)?;
    let profile = Profile::resolve(settings, page, "")?;
    let (text, items) = eyechart::text(&profile, seed, prefix)?;
    let source = Source::from_reader(TEXT, std::io::Cursor::new(text.clone()), Reading::default());
    let options = Options { threads: 1, draw: true, ..Options::default() };
    let target = Target { model, detail: detail.map(str::to_owned), counter: None };
    let mut builder = Builder::new(&profile, Wanted::default(), target, Vec::new());
    let mut pages = compress(source, &profile, options)?;
    for sheet in pages.by_ref() {
        let sheet = sheet?;
        folder.put(&microfiche::folder::page_name(sheet.page.number), &sheet.png)?;
        builder.add(&sheet)?;
    }
    let (report, _) = builder.finish(pages.into_totals())?;
    let chart = Chart {
        density: report.profile.density.to_string(),
        px_per_char: report.px_per_char,
        page: report.pages[0].file.clone().unwrap_or_default(),
        items,
    };
    Ok((chart, text, report))
}

fn finish(mut folder: Folder, charts: &[Chart], text: Option<&str>, report: Report) -> Result<()> {
    folder.put(ANSWERS, (serde_json::to_string_pretty(charts)? + "\n").as_bytes())?;
    folder.put(QUESTION, eyechart::question(charts).as_bytes())?;
    if let Some(text) = text {
        folder.put(TEXT, text.as_bytes())?;
    }
    folder.commit(report)?;
    Ok(())
}

/// Scores a reply and says what it supports.
fn score(folder: &Path, reply: &Path, json: bool) -> Result<Exit> {
    let answers = folder.join(ANSWERS);
    let read = |path: &Path| {
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
    };
    let charts: Vec<Chart> = serde_json::from_str(&read(&answers)?)
        .map_err(|_| Usage(format!("{} holds no answers of an eye chart", answers.display())))?;
    let reply = read(reply)?;
    let scores: Vec<Score> = charts.iter().map(|chart| eyechart::score(chart, &reply)).collect();
    let mut out = String::new();
    if json {
        out = serde_json::to_string_pretty(&scores)? + "\n";
    } else {
        writeln!(
            out,
            "{:<9} {:>7}  {:<7} {:>5} {:>5} {:>7}  WRONG CHARACTERS",
            "DENSITY", "PX/CHAR", "KIND", "RIGHT", "WRONG", "MISSING"
        )?;
        for score in &scores {
            for kind in &score.kinds {
                let name = serde_json::to_string(&kind.kind)?;
                writeln!(
                    out,
                    "{:<9} {:>7.1}  {:<7} {:>5} {:>5} {:>7}  {} of {}",
                    score.density,
                    score.px_per_char,
                    name.trim_matches('"'),
                    kind.right,
                    kind.wrong,
                    kind.missing,
                    kind.wrong_chars,
                    kind.chars
                )?;
            }
        }
        let densest = scores
            .iter()
            .filter(|score| score.read)
            .min_by(|a, b| a.px_per_char.total_cmp(&b.px_per_char));
        match densest {
            Some(score) => writeln!(out, "exact strings are read at --density {}", score.density)?,
            None => writeln!(
                out,
                "exact strings are not read at any density here: draw larger, or send them as text"
            )?,
        }
    }
    std::io::stdout().write_all(out.as_bytes())?;
    Ok(Exit::Done)
}
