//! The flags of a request that is ready to send.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use microfiche::payload::{Envelope, Format, Shape};
use microfiche::tokens::models::Model;

use super::Usage;

/// What is sent to a model
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Sending")]
pub(crate) struct Emit {
    /// Print the body of a request for the model on standard output, pages, prompt, factsheet and
    /// question in it; parts: its content alone, as the model's vendor has it
    #[arg(long, value_name = "FORMAT", conflicts_with_all = ["json", "compare"])]
    emit: Option<EmitFlag>,
    /// What to ask about the pages: a file with the question, or else the question itself
    #[arg(long, value_name = "TEXT|FILE", requires = "emit")]
    ask: Option<String>,
    /// A file with the system prompt, sent as it is
    #[arg(long, value_name = "FILE", requires = "emit")]
    system: Option<PathBuf>,
    /// Where the pages are more than the model takes in one request, print several, a line each,
    /// with the prompt, the factsheet and the question in each [default: fail]
    #[arg(long, requires = "emit")]
    split: bool,
    /// Most tokens of the answer [default: 4096 with anthropic, which must be told; else left to
    /// the model]
    #[arg(
        long,
        value_name = "N",
        requires = "emit",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    max_tokens: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EmitFlag {
    Anthropic,
    OpenaiChat,
    OpenaiResponses,
    Gemini,
    Parts,
}

/// The same as plain values.
pub(crate) struct Emission {
    format: Format,
    shape: Shape,
    /// The model as it was asked for.
    name: String,
    system: Option<String>,
    question: Option<String>,
    max_tokens: Option<u32>,
    pub(crate) split: bool,
}

impl Emit {
    /// What is to be printed for a model; `asked` is the name it was asked for by, if it was.
    ///
    /// # Errors
    /// A format that nobody serves the model in; texts that cannot be read, or have no place.
    pub(crate) fn for_model(self, model: &Model, asked: Option<&str>) -> Result<Option<Emission>> {
        let Some(flag) = self.emit else { return Ok(None) };
        let vendor = &*model.vendor;
        let (format, shape) = match flag {
            EmitFlag::Anthropic => (Format::Anthropic, Shape::Body),
            EmitFlag::OpenaiChat => (Format::OpenaiChat, Shape::Body),
            EmitFlag::OpenaiResponses => (Format::OpenaiResponses, Shape::Body),
            EmitFlag::Gemini => (Format::Gemini, Shape::Body),
            EmitFlag::Parts => (Format::of_vendor(vendor), Shape::Parts),
        };
        let refuse = |message: String| Err(Usage(message).into());
        if flag != EmitFlag::Parts && asked.is_none() && !format.is_of(vendor) {
            let id = &model.id;
            return refuse(format!(
                "name a --model for --emit {format}: the default, {id}, is not of that interface"
            ));
        }
        if !format.serves(vendor) {
            let (id, own) = (&model.id, Format::of_vendor(vendor));
            return refuse(format!("{id} is not served as {format}; take --emit {own}"));
        }
        if shape == Shape::Parts {
            let body =
                [("--system", self.system.is_some()), ("--max-tokens", self.max_tokens.is_some())];
            if let Some((name, _)) = body.iter().find(|(_, given)| *given) {
                return refuse(format!(
                    "{name} is no part of a message: it goes with a whole body"
                ));
            }
        }
        // Who serves a model of somebody else's has names of his own.
        let elsewhere = asked.filter(|asked| !format.is_of(vendor) && *asked != model.id);
        let name = || model.api_name(asked.unwrap_or(&model.id));
        Ok(Some(Emission {
            format,
            shape,
            name: elsewhere.map_or_else(name, str::to_owned),
            system: self.system.as_deref().map(|path| text(path, "system prompt")).transpose()?,
            question: self.ask.map(question).transpose()?,
            max_tokens: self.max_tokens,
            split: self.split,
        }))
    }
}

impl Emission {
    /// The same for a model at a detail.
    pub(crate) fn envelope<'a>(&self, model: &'a Model, detail: Option<&str>) -> Envelope<'a> {
        Envelope {
            format: self.format,
            shape: self.shape,
            model,
            name: self.name.clone(),
            detail: detail.map(str::to_owned),
            system: self.system.clone(),
            question: self.question.clone(),
            max_tokens: self.max_tokens,
        }
    }
}

/// A question as it was given.
fn question(given: String) -> Result<String> {
    let path = Path::new(&given);
    if path.is_file() { text(path, "question") } else { Ok(given) }
}

fn text(path: &Path, what: &str) -> Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("cannot use the {what} {}", path.display()))
}
