//! Arguments, exit codes, progress and printing; one file a verb. What is done is done in the
//! library.

mod compress;
mod config;
mod console;
mod emit;
mod eyechart;
mod fade;
mod fonts;
mod interrupt;
mod look;
mod models;
mod recall;
mod safety;
mod shell;
mod tokens;
mod verify;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use microfiche::error::Error;

/// Turns long text into dense page images that a vision model reads for a fraction of the tokens.
///
/// Text goes in (files, folders, pipes); PNG pages and a report of what they cost come out.
#[derive(Parser)]
#[command(name = "microfiche", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Draw text as pages and report what they cost
    Compress(compress::Compress),
    /// Report what pages would cost, without drawing them
    Estimate(compress::Estimate),
    /// Count the vision tokens of images or sizes
    Tokens(tokens::Tokens),
    /// List the models that are known
    Models(models::Models),
    /// List the fonts that are embedded
    Fonts(fonts::Fonts),
    /// Make a page that tests a model's eyes, or score its answers
    Eyechart(eyechart::Eyechart),
    /// Fit a conversation into a budget of tokens: older turns become pages
    Fade(fade::Fade),
    /// Give back the exact source of pages, lines or bytes
    Recall(recall::Recall),
    /// Read pages back and say how much of them was read
    Verify(verify::Verify),
    /// Print completions for a shell
    Completions(shell::Completions),
    /// Print the manual page
    Man,
}

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Refused = 3,
    Unmet = 4,
    Interrupted = 130,
}

/// Wrong usage that the argument parser cannot see.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

/// What was asked for would cost more than it may.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refused(String);

/// The user pressed Ctrl-C.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; {0}")]
pub(crate) struct Interrupted(&'static str);

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(console::usage(&error) as u8),
    };
    let done = match cli.verb {
        Verb::Compress(verb) => verb.run(),
        Verb::Estimate(verb) => verb.run(),
        Verb::Tokens(verb) => verb.run(),
        Verb::Models(verb) => verb.run(),
        Verb::Fonts(verb) => verb.run(),
        Verb::Eyechart(verb) => verb.run(),
        Verb::Fade(verb) => verb.run(),
        Verb::Recall(verb) => verb.run(),
        Verb::Verify(verb) => verb.run(),
        Verb::Completions(verb) => verb.run(Cli::command()),
        Verb::Man => shell::man(Cli::command()),
    };
    let exit = done.unwrap_or_else(|error| {
        let exit = exit_of(&error);
        if exit != Exit::Done {
            console::error(&error);
        }
        exit
    });
    ExitCode::from(exit as u8)
}

/// The exit code for an error. A reader that closed our pipe has what it wanted.
fn exit_of(error: &anyhow::Error) -> Exit {
    let closed = |e: &std::io::Error| e.kind() == std::io::ErrorKind::BrokenPipe;
    for cause in error.chain() {
        if cause.downcast_ref::<std::io::Error>().is_some_and(closed) {
            return Exit::Done;
        }
        if cause
            .downcast_ref::<serde_json::Error>()
            .is_some_and(|e| e.io_error_kind() == Some(std::io::ErrorKind::BrokenPipe))
        {
            return Exit::Done;
        }
        if cause.is::<Interrupted>() {
            return Exit::Interrupted;
        }
        if cause.is::<Refused>() {
            return Exit::Refused;
        }
        if cause.is::<Usage>() {
            return Exit::Usage;
        }
        if let Some(Error::Secrets(_)) = cause.downcast_ref::<Error>() {
            return Exit::Unmet;
        }
        if let Some(Error::Setting(_) | Error::UnknownEncoding(_) | Error::OutOfRange(_)) =
            cause.downcast_ref::<Error>()
        {
            return Exit::Usage;
        }
    }
    Exit::Failed
}
