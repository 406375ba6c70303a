//! Readers: whatever makes text of a page's picture.

mod chat;
mod command;
mod process;
mod tesseract;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

pub use chat::{Chat, Key};
pub use command::Command;
pub use tesseract::{Tesseract, language_of};

use crate::layout::TextBox;

/// A page as a reader is given it.
#[derive(Debug, Clone, Copy)]
pub struct PageImage<'a> {
    /// The file of the page.
    pub path: &'a Path,
    /// What is in it.
    pub png: &'a [u8],
    /// The text boxes (columns) in reading order.
    pub boxes: &'a [TextBox],
}

/// Reads pages. One reader is asked by several threads at once.
pub trait Reader: Sync {
    /// What results call it. Holds no secret.
    fn name(&self) -> String;

    /// Everything that decides what it reads from a page: readings are kept under it.
    fn identity(&self) -> String;

    /// Writes out the text of a page.
    ///
    /// # Errors
    /// [`ReadError`]; other pages may still be read.
    fn read(&self, page: &PageImage) -> Result<String, ReadError>;
}

/// Why a page was not read, in a line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file of the page cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file of the page is no PNG.
    #[error("the page is not an image that can be read: {0}")]
    Image(#[from] image::ImageError),
    /// A program could not be started, or did not take its input.
    #[error("cannot run {program}: {source}")]
    Run {
        /// The program.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program ended with an error.
    #[error("{program} failed ({status}){said}")]
    Program {
        /// The program.
        program: String,
        /// How it ended.
        status: String,
        /// What it said last on standard error, after a colon; or nothing.
        said: String,
    },
    /// No answer came in time.
    #[error("no answer within {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The server could not be reached.
    #[error("cannot reach the server: {0}")]
    Unreachable(String),
    /// The server refused the page.
    #[error("the server answered {status}{said}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it said, after a colon; or nothing.
        said: String,
    },
    /// The answer broke off on its way.
    #[error("the answer broke off: {0}")]
    BrokenOff(String),
    /// The model stopped before the end of the page.
    #[error("half an answer: the model stopped at its limit of tokens")]
    Unfinished,
    /// The model or a filter withheld the text.
    #[error("the text was withheld: {0}")]
    Withheld(String),
    /// The answer is not of the form that a Chat Completions server gives.
    #[error("not a Chat Completions answer: {0}")]
    Malformed(String),
    /// The answer has no text.
    #[error("the answer is empty")]
    Empty,
}

/// Which reader, as it is named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// The glyphs that the pages were drawn with, see [`super::atlas`].
    Atlas,
    /// The installed `tesseract`.
    Tesseract,
    /// A program and its arguments.
    Command(Vec<String>),
    /// A server that speaks the Chat Completions format.
    Chat {
        /// Where it is, up to and without `/chat/completions`.
        url: String,
        /// The model to ask.
        model: String,
    },
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "atlas" {
            return Ok(Self::Atlas);
        }
        if text == "tesseract" {
            return Ok(Self::Tesseract);
        }
        if let Some(command) = text.strip_prefix("command:") {
            let words = shell_words::split(command).map_err(|_| "a quote is not closed")?;
            return match words.is_empty() {
                true => Err("name a program after command:".to_owned()),
                false => Ok(Self::Command(words)),
            };
        }
        if let Some(place) = text.strip_prefix("openai:") {
            let Some((url, model)) = place.rsplit_once('#').filter(|(_, model)| !model.is_empty())
            else {
                return Err("name the model after a #: openai:URL#MODEL".to_owned());
            };
            chat::check(url)?;
            return Ok(Self::Chat { url: url.to_owned(), model: model.to_owned() });
        }
        Err("readers are atlas, tesseract, command:CMD and openai:URL#MODEL".to_owned())
    }
}

/// What a model is told that is to write out a page of so many columns.
pub fn prompt(columns: u32) -> String {
    let columns = match columns {
        0 | 1 => String::new(),
        _ => format!(
            " It has up to {columns} columns: read each from top to bottom, then the one to its right."
        ),
    };
    format!(
        "This image is a page of text.{columns} Write out all of its text exactly as it is drawn, \
         signs such as § and the numbers beside them included, and nothing else: no comment, no \
         formatting. Write □ for a character that you cannot read for certain; do not guess.\n"
    )
}

/// Something that a stranger wrote, for the end of an error: one line, not too long, after a colon.
fn quoted(said: &str) -> String {
    const LONGEST: usize = 200;
    let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = |c: char| if c.is_control() { '\u{FFFD}' } else { c };
    let mut short: String = line.chars().take(LONGEST).map(plain).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    if short.is_empty() { short } else { format!(": {short}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_go_by_their_names() {
        assert_eq!("atlas".parse(), Ok(Choice::Atlas));
        assert_eq!("tesseract".parse(), Ok(Choice::Tesseract));
        let words = ["ocr", "--lang", "old norse", "{png}"].map(str::to_owned).to_vec();
        assert_eq!("command:ocr --lang 'old norse' {png}".parse(), Ok(Choice::Command(words)));
        let chat = Choice::Chat {
            url: "http://localhost:8000/v1".to_owned(),
            model: "org/model".to_owned(),
        };
        assert_eq!("openai:http://localhost:8000/v1#org/model".parse(), Ok(chat));
        for (wrong, said) in [
            ("paddle", "readers are"),
            ("command:", "program"),
            ("command:a 'b", "quote"),
            ("openai:http://localhost", "openai:URL#MODEL"),
            ("openai:http://localhost#", "openai:URL#MODEL"),
            ("openai:localhost:80#m", "http"),
            ("openai:ftp://localhost#m", "http"),
            ("openai:http://me:secret@localhost#m", "environment"),
        ] {
            let error = wrong.parse::<Choice>().unwrap_err();
            assert!(error.contains(said) && !error.contains("secret"), "{wrong}: {error}");
        }
    }

    #[test]
    fn what_others_say_stays_one_short_line() {
        assert_eq!(quoted(" \n "), "");
        assert_eq!(quoted("no\n\x1b[1m way"), ": no \u{FFFD}[1m way");
        assert_eq!(quoted(&"x".repeat(500)).chars().count(), 203);
    }
}
