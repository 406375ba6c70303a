//! Where text comes from: files, folders and standard input, as one stream of decoded chunks.
//!
//! ```text
//! paths ─► walk ─► (binary?) ─► decode ─► Chunk, Chunk, …
//! ```
//!
//! A [`Source`] reads one block at a time, so that a gigabyte through a pipe needs no more memory
//! than a block. Every chunk says how many source bytes each of its characters stands for. What can
//! be read only once is kept, compressed, where [`Source::keep`] says.

mod binary;
mod decode;
mod keep;
mod offsets;
mod walk;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use decode::Decoder;
pub use keep::Keep;
use keep::Keeper;
pub use offsets::Offsets;

/// Bytes read at a time. Large enough that a page of text is one read, small enough to stay in cache.
const BLOCK: usize = 128 * 1024;

/// What messages call it.
const STDIN: &str = "standard input";

/// How the bytes of the inputs are to be taken.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The encoding; `None`: UTF-8, or UTF-16 where a byte order mark says so.
    pub encoding: Option<&'static Encoding>,
    /// Draw U+FFFD for invalid bytes and count them, where strict reading stops with an error.
    pub lossy: bool,
    /// A folder that is never walked into: where the pages go.
    pub exclude: Option<PathBuf>,
}

impl Reading {
    /// Sets the encoding by its label in the Encoding Standard.
    ///
    /// # Errors
    /// [`Error::UnknownEncoding`] for a label that the standard does not know.
    pub fn with_label(mut self, label: &str) -> Result<Self> {
        let known = Encoding::for_label(label.as_bytes());
        self.encoding = Some(known.ok_or_else(|| Error::UnknownEncoding(label.to_owned()))?);
        Ok(self)
    }
}

/// What is known of an input: its name at once, the rest when it has been read to its end.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Input {
    /// The path as given, `-` for standard input.
    pub path: String,
    /// Bytes read.
    pub bytes: u64,
    /// Characters (Unicode scalar values) decoded; a byte order mark is none.
    pub chars: u64,
    /// The encoding's name in the Encoding Standard.
    pub encoding: Cow<'static, str>,
    /// BLAKE3 hash of the bytes, in hexadecimal; empty until the end is reached.
    pub blake3: String,
    /// The file beside the pages that has these bytes, after those of earlier inputs kept in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// Invalid sequences drawn as U+FFFD (only with lossy reading).
    #[serde(skip)]
    pub replacements: u64,
}

/// A file of a walked folder that was left out, and why.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Skipped {
    /// The file.
    pub path: String,
    /// Why it is not on any page.
    pub reason: String,
}

/// A piece of decoded text with its place in the source.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// Index into [`Source::inputs`].
    pub input: usize,
    /// Bytes before the first character that stand for none: a byte order mark, a shift sequence.
    pub lead: u32,
    /// The text.
    pub text: Arc<str>,
    /// Source bytes of each character.
    pub widths: Widths,
    /// The bytes read for it. They run ahead of the text by what the block's end cut in two; those
    /// of all chunks, in order, are the bytes of all inputs.
    pub bytes: Arc<[u8]>,
}

/// How many source bytes each character of a chunk stands for.
#[derive(Debug, Clone)]
pub enum Widths {
    /// As many as it has in UTF-8: the input is valid UTF-8.
    Utf8,
    /// One figure a character.
    Each(Vec<u32>),
}

impl Chunk {
    /// Cuts it in two before a byte of its text, which must be the first of a character.
    pub(crate) fn split_at(self, at: usize) -> (Self, Self) {
        let (first, second) = self.text.split_at(at);
        let (before, after) = match self.widths {
            Widths::Utf8 => (Widths::Utf8, Widths::Utf8),
            Widths::Each(mut widths) => {
                let after = widths.split_off(first.chars().count());
                (Widths::Each(widths), Widths::Each(after))
            }
        };
        let Self { input, lead, .. } = self;
        (
            Self { input, lead, text: first.into(), widths: before, bytes: self.bytes },
            Self { input, lead: 0, text: second.into(), widths: after, bytes: Arc::default() },
        )
    }

    /// Source bytes it stands for.
    pub(crate) fn source_bytes(&self) -> u64 {
        u64::from(self.lead)
            + match &self.widths {
                Widths::Utf8 => self.text.len() as u64,
                Widths::Each(widths) => widths.iter().map(|&width| u64::from(width)).sum(),
            }
    }
}

enum Origin {
    Stdin,
    /// A file that the user named: trouble stops the run.
    Named(PathBuf),
    /// The same, of what can be read only once.
    Pipe(PathBuf),
    /// A file found in a folder: trouble skips it.
    Walked(PathBuf),
    Reader(Part),
}

/// An input that is read from anywhere.
pub struct Part {
    /// Its name in errors, headings and the report.
    pub name: String,
    /// How its bytes are to be taken.
    pub reading: Reading,
    /// Its bytes.
    pub reader: Box<dyn Read + Send>,
}

struct Open {
    reader: Box<dyn Read + Send>,
    decoder: Decoder,
    hasher: blake3::Hasher,
}

/// A stream of decoded chunks from any number of inputs, one after the other.
pub struct Source {
    reading: Reading,
    waiting: VecDeque<Origin>,
    open: Option<Open>,
    inputs: Vec<Input>,
    skipped: Vec<Skipped>,
    peeked: VecDeque<Chunk>,
    block: Vec<u8>,
    total: Option<u64>,
    name: String,
    /// Whether the inputs have headings, where that is known beforehand.
    headings: Option<bool>,
    keeper: Option<Keeper>,
}

impl Source {
    /// The source of what a user named: files, folders, `-` for standard input; nothing at all is
    /// standard input too. Folders are walked in the order of their names, ignore files honoured.
    ///
    /// # Errors
    /// A named file that is missing, unreadable or binary, before anything of any input is used.
    pub fn open(paths: &[PathBuf], reading: Reading) -> Result<Self> {
        let mut waiting = VecDeque::new();
        let mut skipped = Vec::new();
        let mut total = Some(0);
        for path in paths {
            if path.as_os_str() == "-" {
                waiting.push_back(Origin::Stdin);
                total = None;
                continue;
            }
            let failed = |source| Error::Read { path: path.display().to_string(), source };
            let facts = path.metadata().map_err(failed)?;
            if facts.is_dir() {
                let found = walk::files(path, reading.exclude.as_deref(), &mut skipped)?;
                total = total.map(|t| t + found.iter().map(|f| f.1).sum::<u64>());
                waiting.extend(found.into_iter().map(|f| Origin::Walked(f.0)));
            } else {
                // A pipe's head is gone once read, so only plain files are looked at beforehand.
                if facts.is_file() {
                    let file = File::open(path).map_err(failed)?;
                    let mut head = Vec::new();
                    file.take(binary::HEAD as u64).read_to_end(&mut head).map_err(failed)?;
                    refuse_binary(&path.display().to_string(), &head, &reading)?;
                }
                total = total.filter(|_| facts.is_file()).map(|t| t + facts.len());
                waiting.push_back(match facts.is_file() {
                    true => Origin::Named(path.clone()),
                    false => Origin::Pipe(path.clone()),
                });
            }
        }
        if paths.is_empty() {
            waiting.push_back(Origin::Stdin);
            total = None;
        }
        let name = match paths {
            [] => STDIN.to_owned(),
            [one] if one.as_os_str() == "-" => STDIN.to_owned(),
            [one] => one.display().to_string(),
            [first, ..] => format!("{} and {} more", first.display(), paths.len() - 1),
        };
        Ok(Self { skipped, total, ..Self::of(waiting, reading, name) })
    }

    /// A source that reads from `reader`, named `name` in errors and in the report.
    pub fn from_reader(name: &str, reader: impl Read + Send + 'static, reading: Reading) -> Self {
        let part = Part { name: name.to_owned(), reading, reader: Box::new(reader) };
        Self::from_parts(vec![part], false)
    }

    /// A source of several inputs, each with or without a heading.
    pub fn from_parts(parts: Vec<Part>, headings: bool) -> Self {
        let name = parts.first().map_or_else(String::new, |part| part.name.clone());
        let waiting = parts.into_iter().map(Origin::Reader).collect();
        Self { headings: Some(headings), ..Self::of(waiting, Reading::default(), name) }
    }

    /// A source of one text in memory.
    pub fn from_text(text: &str) -> Self {
        Self::from_reader("text", std::io::Cursor::new(text.to_owned()), Reading::default())
    }

    fn of(waiting: VecDeque<Origin>, reading: Reading, name: String) -> Self {
        Self {
            reading,
            waiting,
            open: None,
            inputs: Vec::new(),
            skipped: Vec::new(),
            peeked: VecDeque::new(),
            block: vec![0; BLOCK],
            total: None,
            name,
            headings: None,
            keeper: None,
        }
    }

    /// Whether there is something to keep: an input of that kind.
    pub fn has(&self, keep: Keep) -> bool {
        let wanted = |origin: &Origin| keep == Keep::All || origin.passes_once();
        keep != Keep::Nothing && self.waiting.iter().any(wanted)
    }

    /// Keeps the bytes of inputs while they are read, as gzip, in a file called `name`. Called
    /// before anything is read.
    pub fn keep(&mut self, keep: Keep, name: &str, file: impl Write + Send + 'static) {
        self.keeper = Some(Keeper::new(keep, name, Box::new(file)));
    }

    /// The inputs met so far, in order.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The files of walked folders that were left out so far.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Bytes of all inputs together, where that can be known beforehand.
    pub fn total_bytes(&self) -> Option<u64> {
        self.total
    }

    /// Whether there is more than one input to come, so that each wants a heading.
    pub fn is_several(&self) -> bool {
        self.headings.unwrap_or(self.waiting.len() + self.inputs.len() > 1)
    }

    /// What the user called the whole, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first `bytes` of text (or a little more), without taking it from the stream.
    ///
    /// # Errors
    /// As reading does.
    pub fn peek(&mut self, bytes: usize) -> Result<String> {
        let mut have: usize = self.peeked.iter().map(|c| c.text.len()).sum();
        while have < bytes {
            let Some(chunk) = self.read_chunk()? else { break };
            have += chunk.text.len();
            self.peeked.push_back(chunk);
        }
        let mut text = String::with_capacity(have);
        for chunk in &self.peeked {
            text.push_str(&chunk.text);
        }
        text.truncate(text.floor_char_boundary(bytes));
        Ok(text)
    }

    /// The next chunk, `None` at the end of the last input. Every input gives at least one chunk,
    /// be it empty.
    ///
    /// # Errors
    /// An input that cannot be read, is binary, or is not valid in its encoding.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk>> {
        match self.peeked.pop_front() {
            Some(chunk) => Ok(Some(chunk)),
            None => self.read_chunk(),
        }
    }

    fn read_chunk(&mut self) -> Result<Option<Chunk>> {
        loop {
            if self.open.is_none() {
                let Some(origin) = self.waiting.pop_front() else {
                    self.keeper.take().map_or(Ok(()), Keeper::finish)?;
                    return Ok(None);
                };
                self.start(origin)?;
                continue;
            }
            if let Some(chunk) = self.read_block()? {
                return Ok(Some(chunk));
            }
        }
    }

    /// Opens the next input, or skips it where it is a folder's and not text.
    fn start(&mut self, origin: Origin) -> Result<()> {
        let keeper = self.keeper.as_ref();
        let kept = keeper.filter(|k| k.takes(&origin)).map(|k| k.name().to_owned());
        let mut reading = self.reading.clone();
        let (path, reader): (String, Box<dyn Read + Send>) = match origin {
            Origin::Stdin => ("-".to_owned(), Box::new(std::io::stdin())),
            Origin::Reader(part) => {
                reading = part.reading;
                (part.name, part.reader)
            }
            Origin::Named(path) | Origin::Pipe(path) => {
                let shown = path.display().to_string();
                let file = File::open(&path)
                    .map_err(|source| Error::Read { path: shown.clone(), source })?;
                (shown, Box::new(file))
            }
            Origin::Walked(path) => {
                let shown = path.display().to_string();
                // Read once to the end before any of it is drawn: pages cannot be taken back.
                if let Err(error) = vet(&shown, &path, &self.reading, &mut self.block) {
                    self.skipped.push(Skipped { path: shown, reason: reason(&error) });
                    return Ok(());
                }
                let file = File::open(&path)
                    .map_err(|source| Error::Read { path: shown.clone(), source })?;
                (shown, Box::new(file))
            }
        };
        self.inputs.push(Input {
            path: path.clone(),
            bytes: 0,
            chars: 0,
            encoding: Cow::Borrowed("UTF-8"),
            blake3: String::new(),
            kept,
            replacements: 0,
        });
        let shown = if path == "-" { STDIN.to_owned() } else { path };
        let decoder = Decoder::new(shown, &reading);
        self.open = Some(Open { reader, decoder, hasher: blake3::Hasher::new() });
        Ok(())
    }

    /// Reads one block of the open input. `None` where the block gave no text to pass on.
    fn read_block(&mut self) -> Result<Option<Chunk>> {
        let open = self.open.as_mut().expect("read_block is called with an open input");
        let index = self.inputs.len() - 1;
        let input = &mut self.inputs[index];
        let filled = fill(&mut open.reader, &mut self.block)
            .map_err(|source| Error::Read { path: input.path.clone(), source })?;
        let block = &self.block[..filled];
        let last = filled < self.block.len();
        open.hasher.update(block);
        if let (Some(keeper), Some(_)) = (&mut self.keeper, &input.kept) {
            keeper.push(block)?;
        }
        let first = input.bytes == 0;
        let decoded = open.decoder.decode(block, last)?;
        input.bytes += filled as u64;
        input.chars += decoded.chars;
        input.replacements += decoded.replacements;
        input.encoding = Cow::Borrowed(open.decoder.encoding());
        if last {
            input.blake3 = open.hasher.finalize().to_hex().to_string();
            self.open = None;
        }
        let chunk = Chunk {
            input: index,
            lead: decoded.lead,
            text: decoded.text.into(),
            widths: decoded.widths,
            bytes: block.into(),
        };
        Ok((first || filled > 0).then_some(chunk))
    }
}

/// Reads until the block is full or the input ends.
fn fill(reader: &mut dyn Read, block: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < block.len() {
        match reader.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

impl Origin {
    /// Whether its bytes cannot be read again.
    fn passes_once(&self) -> bool {
        matches!(self, Self::Stdin | Self::Pipe(_))
    }
}

fn refuse_binary(path: &str, head: &[u8], reading: &Reading) -> Result<()> {
    match binary::sniff(head).filter(|_| reading.encoding.is_none()) {
        Some(what) => Err(Error::Binary { path: path.to_owned(), what }),
        None => Ok(()),
    }
}

/// Whether a file of a folder can be drawn whole.
fn vet(shown: &str, path: &std::path::Path, reading: &Reading, block: &mut [u8]) -> Result<()> {
    let failed = |source| Error::Read { path: shown.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let mut decoder = Decoder::new(shown.to_owned(), reading);
    loop {
        let filled = fill(&mut file, block).map_err(failed)?;
        let last = filled < block.len();
        decoder.decode(&block[..filled], last)?;
        if last {
            return Ok(());
        }
    }
}

/// An error's words without the path, which the list of skipped files has already.
fn reason(error: &Error) -> String {
    match error {
        Error::Read { source, .. } => format!("cannot be read: {source}"),
        Error::Binary { what, .. } => format!("not text ({what})"),
        Error::Invalid { offset, bytes, encoding, .. } => {
            format!("byte {offset}: {bytes} is not valid {encoding}")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], reading: Reading) -> Result<(String, Vec<u32>, Input)> {
        let mut source = Source::from_reader("t", std::io::Cursor::new(bytes.to_vec()), reading);
        let (mut text, mut widths) = (String::new(), Vec::new());
        while let Some(chunk) = source.next_chunk()? {
            match &chunk.widths {
                Widths::Utf8 => widths.extend(chunk.text.chars().map(|c| c.len_utf8() as u32)),
                Widths::Each(each) => widths.extend(each),
            }
            if let Some(first) = widths.first_mut().filter(|_| text.is_empty()) {
                *first += chunk.lead;
            }
            text.push_str(&chunk.text);
        }
        Ok((text, widths, source.inputs()[0].clone()))
    }

    #[test]
    fn widths_add_up_to_the_bytes() {
        let cases: [(&[u8], &str, &str); 5] = [
            ("héllo\u{1F600}".as_bytes(), "", "héllo\u{1F600}"),
            (b"\xEF\xBB\xBFab", "", "ab"),
            (b"\xFF\xFEa\0\x3D\xD8\0\xDE", "", "a\u{1F600}"),
            (b"\xFE\xFF\0a\xD8\x3D\xDE\0", "", "a\u{1F600}"),
            (b"\x83\x65\x83\x58\x83\x67a", "shift_jis", "テストa"),
        ];
        for (bytes, label, text) in cases {
            let reading = match label {
                "" => Reading::default(),
                label => Reading::default().with_label(label).unwrap(),
            };
            let (got, widths, input) = all(bytes, reading).unwrap();
            assert_eq!(got, text);
            assert_eq!(widths.len(), text.chars().count(), "{text}");
            assert_eq!(u64::from(widths.iter().sum::<u32>()), bytes.len() as u64, "{text}");
            assert_eq!(input.bytes, bytes.len() as u64);
        }
    }

    #[test]
    fn invalid_bytes_are_named_or_counted() {
        for (bytes, offset) in [(&b"\xFFabc"[..], 0), (b"ab\xE2\x82", 2), (b"ab\xC3(", 2)] {
            let Err(Error::Invalid { offset: at, .. }) = all(bytes, Reading::default()) else {
                panic!("{bytes:?} passed");
            };
            assert_eq!(at, offset);
            let lossy = Reading { lossy: true, ..Reading::default() };
            let (text, widths, input) = all(bytes, lossy).unwrap();
            assert!(text.contains('\u{FFFD}'));
            assert_eq!(widths.iter().sum::<u32>() as usize, bytes.len());
            assert_eq!(input.replacements, 1);
        }
    }

    #[test]
    fn a_character_across_blocks_is_whole() {
        for pad in BLOCK - 4..=BLOCK {
            let text = "a".repeat(pad) + "\u{1F600}ä" + &"b".repeat(BLOCK);
            let (got, _, input) = all(text.as_bytes(), Reading::default()).unwrap();
            assert_eq!(got, text);
            assert_eq!(input.chars, text.chars().count() as u64);
        }
    }

    #[test]
    fn peek_takes_nothing() {
        let mut source = Source::from_text("héllo");
        assert_eq!(source.peek(2).unwrap(), "h");
        assert_eq!(source.peek(100).unwrap(), "héllo");
        assert_eq!(&*source.next_chunk().unwrap().unwrap().text, "héllo");
        assert!(source.next_chunk().unwrap().is_none());
    }
}
