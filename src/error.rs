//! What can go wrong in the library, in words that name the thing and what to do about it.

use std::ops::Range;
use std::path::PathBuf;

use crate::fidelity::atlas::Finding;
use crate::tokens::models::Overrun;

/// An error of the library. With its sources, every message is one line: what, where, what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A named input, font or model file could not be read.
    #[error("cannot read {path}")]
    Read {
        /// The file or folder as the user named it.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A page, report or folder could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The bytes are not text in the encoding they were taken for.
    #[error(
        "{path}: byte {offset}: {bytes} is not valid {encoding}; name the right encoding with \
         --encoding LABEL, or draw U+FFFD in its place with --lossy"
    )]
    Invalid {
        /// The input.
        path: String,
        /// Offset in bytes from the start of the input.
        offset: u64,
        /// The offending bytes in hexadecimal.
        bytes: String,
        /// The encoding that was tried.
        encoding: &'static str,
    },
    /// The input is not text at all.
    #[error("{path}: not text ({what}); if it is text all the same, name its --encoding")]
    Binary {
        /// The input.
        path: String,
        /// What gave it away: a magic number, or the place of a NUL byte.
        what: String,
    },
    /// No input had any text.
    #[error("{0}: nothing to draw, the input is empty")]
    Empty(String),
    /// An encoding label that the Encoding Standard does not know.
    #[error(
        "unknown encoding {0:?}; labels are those of the Encoding Standard: utf-8, utf-16le, windows-1252, shift_jis, gb18030, …"
    )]
    UnknownEncoding(String),
    /// A font name that is not embedded, or a font file that cannot be used.
    #[error("font {name}: {reason}")]
    Font {
        /// Name or path as given.
        name: String,
        /// Why it cannot be used.
        reason: String,
    },
    /// Settings that cannot make a page.
    #[error("{0}")]
    Setting(String),
    /// Keys or credentials in a text that must have none. Says which kinds and how many.
    #[error(
        "the text holds secrets: {0}; take them out, or draw bars in their place with \
         --secrets redact"
    )]
    Secrets(String),
    /// A tokenizer could not be loaded.
    #[error(transparent)]
    Tokenizer(#[from] crate::tokens::text::TokenizerError),
    /// A report that cannot be relied on.
    #[error("cannot use {}: {reason}", path.display())]
    Report {
        /// The report.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file that is not what was drawn.
    #[error("{} has changed since its pages were drawn: {how}", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// What is different.
        how: String,
    },
    /// An input that is not to be found.
    #[error("{path}: its text cannot be had back: {place}; --embed-source keeps it with the pages")]
    Gone {
        /// The input as the report names it.
        path: String,
        /// Where it is not.
        place: String,
    },
    /// Pages, lines or bytes that there are not.
    #[error("{0}")]
    OutOfRange(String),
    /// Pages that cannot be laid out again as they were drawn.
    #[error(
        "page {page} is not laid out as version {version} did it, by this program or by the fonts \
         that are here now; compress again"
    )]
    OtherPages {
        /// The first page that differs, from 1.
        page: usize,
        /// The version that drew the pages.
        version: String,
    },
    /// A page that the model would not take.
    #[error("model {model}")]
    Vision {
        /// The model's id.
        model: String,
        /// Why the page is refused.
        source: crate::tokens::models::CountError,
    },
    /// Pages that are more than a request of the model may hold.
    #[error("{} one request of {model}: {}{}", do_not_fit(.pages), list(.overruns), split_hint(.pages, .overruns))]
    Overrun {
        /// The model's id.
        model: String,
        /// The pages by their index.
        pages: Range<usize>,
        /// Every limit that they break.
        overruns: Vec<Overrun>,
    },
    /// A page whose pixels do not hold its text.
    #[error("page {page}, {finding}{}", and_more(.more))]
    Unread {
        /// The page, from 1.
        page: usize,
        /// Where it does not, for the first time.
        finding: Box<Finding>,
        /// In how many more places of the page it does not.
        more: usize,
    },
    /// A conversation that cannot be read.
    #[error("{path}: {place}: {reason}")]
    Chat {
        /// The file.
        path: String,
        /// The line or the message.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// A reader of pages that cannot be used.
    #[error("reader: {0}")]
    Reader(String),
}

impl Error {
    /// An error for a page that [`Atlas`](crate::fidelity::atlas::Atlas) has found something on.
    pub(crate) fn unread(page: usize, findings: Vec<Finding>) -> Option<Self> {
        let more = findings.len().saturating_sub(1);
        let first = findings.into_iter().next()?;
        Some(Self::Unread { page, finding: Box::new(first), more })
    }
}

fn do_not_fit(pages: &Range<usize>) -> String {
    match pages.len() {
        1 => format!("page {} does not fit", pages.end),
        count => format!("the {count} pages do not fit"),
    }
}

fn list(overruns: &[Overrun]) -> String {
    overruns.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// What to do, where fewer pages a request would help.
fn split_hint(pages: &Range<usize>, overruns: &[Overrun]) -> &'static str {
    let by_number = |overrun: &Overrun| {
        matches!(
            overrun,
            Overrun::Images { .. } | Overrun::RequestBytes { .. } | Overrun::ManyImages { .. }
        )
    };
    let helps = pages.len() > 1 && overruns.iter().all(by_number);
    if helps { "; --split makes several requests of them" } else { "" }
}

fn and_more(more: &usize) -> String {
    match more {
        0 => String::new(),
        more => format!("; and {more} more on this page"),
    }
}

/// `Result` with the library's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
