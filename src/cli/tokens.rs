//! `microfiche tokens`.

use std::io::{BufRead, Write};

use anyhow::{Context, Result};
use clap::Args;
use microfiche::tokens::models::{Load, Model, ModelTable};
use serde::{Deserialize, Serialize};

use super::{Exit, console, models};

/// Count the vision tokens of images or sizes
#[derive(Args)]
pub(crate) struct Tokens {
    /// Images, or sizes such as 1568x728
    #[arg(value_name = "IMAGE|WxH", required_unless_present = "jsonl")]
    images: Vec<String>,
    #[command(flatten)]
    model: models::Choice,
    /// Read a question a line on standard input, {"model", "detail", "width", "height"}, and
    /// answer a line each
    #[arg(long, conflicts_with_all = ["images", "model", "detail"])]
    jsonl: bool,
}

/// A question, a line of JSON.
#[derive(Deserialize)]
struct Question {
    model: String,
    detail: Option<String>,
    width: u32,
    height: u32,
}

/// An answer, a line of JSON.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Count {
        tokens: u64,
        overhead: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        features: Option<u64>,
        exact: bool,
        resized: Option<(u32, u32)>,
    },
    Error {
        error: String,
    },
}

impl Tokens {
    pub(crate) fn run(self) -> Result<Exit> {
        let table = self.model.table()?;
        if self.jsonl {
            return answer_lines(&table);
        }
        let model = match &self.model.model {
            Some(name) => table.find(name)?,
            None => table.default_model(),
        };
        let detail = self.model.detail.as_deref();
        model.detail(detail)?;
        let mut out = std::io::stdout().lock();
        let mut exit = Exit::Done;
        for image in &self.images {
            let counted = size_of(image).and_then(|(w, h)| Ok((w, h, count(model, detail, w, h)?)));
            match counted {
                Ok((w, h, answer)) => writeln!(out, "{image}{}", describe(&answer, image, w, h))?,
                Err(error) => {
                    console::error(&error.context(image.clone()));
                    exit = Exit::Failed;
                }
            }
        }
        Ok(exit)
    }
}

/// Pixel size of an image file, or of a size given as such.
fn size_of(image: &str) -> Result<(u32, u32)> {
    let sides = image.split_once(['x', '×']);
    let sides = sides.and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    match sides {
        Some(sides) => Ok(sides),
        None => {
            image::image_dimensions(image).context("neither a size nor an image that can be read")
        }
    }
}

fn count(model: &Model, detail: Option<&str>, width: u32, height: u32) -> Result<Answer> {
    let count = model.count(detail, width, height)?;
    let (longest_side, shortest_side) = (width.max(height), width.min(height));
    let load = Load { images: 1, longest_side, shortest_side, ..Load::default() };
    if let Some(overrun) = model.limits.check(&load).first() {
        anyhow::bail!("rejected: {overrun}");
    }
    Ok(Answer::Count {
        tokens: count.tokens,
        overhead: model.tokens_around_image(),
        features: count.features,
        exact: count.exact,
        resized: count.resized,
    })
}

fn describe(answer: &Answer, image: &str, width: u32, height: u32) -> String {
    let Answer::Count { tokens, overhead, features, exact, resized } = answer else {
        return String::new();
    };
    let mut text = String::new();
    if image != format!("{width}x{height}") {
        text += &format!(" {width}x{height}");
    }
    text += &format!(": {tokens} tokens");
    if *overhead > 0 {
        text += &format!(", {} with overhead", tokens + overhead);
    }
    if let Some(features) = features {
        text += &format!(", {features} of them features");
    }
    if let Some((w, h)) = resized {
        text += &format!(", seen as {w}x{h}");
    }
    if !exact {
        text += ", an estimate";
    }
    text
}

fn answer_lines(table: &ModelTable) -> Result<Exit> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let answer = answer(table, &line)
            .unwrap_or_else(|error| Answer::Error { error: format!("{error:#}") });
        serde_json::to_writer(&mut out, &answer)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn answer(table: &ModelTable, line: &str) -> Result<Answer> {
    let question: Question = serde_json::from_str(line)?;
    let model = table.find(&question.model)?;
    count(model, question.detail.as_deref(), question.width, question.height)
}
