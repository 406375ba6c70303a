//! `microfiche recall`.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result};
use base64::prelude::{BASE64_STANDARD, Engine};
use clap::{ArgGroup, Args};
use microfiche::layout::SourceRange;
use microfiche::memory::{Recollection, TurnLine};
use microfiche::raster::Label;
use microfiche::recall::{Line, Recall as Folder};
use regex::Regex;
use serde::Serialize;

use super::{Exit, Usage, console};

/// Give back the exact source of pages, lines or bytes
///
/// The bytes on standard output are those that were drawn, or none: an original that has changed
/// since is refused. Standard input is kept beside the pages when it is compressed, files with
/// --embed-source only.
#[derive(Args)]
#[command(group = ArgGroup::new("what").required(true))]
pub(crate) struct Recall {
    /// Folder of the pages
    #[arg(value_name = "DIR", required_unless_present = "trace")]
    folder: Option<PathBuf>,
    /// The source of pages, from 1: 3, 3-5, 3- or 2,5-7
    #[arg(long, value_name = "N[-M][,…]", group = "what")]
    page: Option<Pages>,
    /// Turns of a conversation that `fade` made pages of, from 1: what was said, or with --json the
    /// messages as they were written
    #[arg(long, value_name = "N[-M][,…]", group = "what")]
    turn: Option<Pages>,
    /// Lines of the source, from 1, the last one included: 10, 10-20 or 10-
    #[arg(long, value_name = "A[-B]", group = "what")]
    lines: Option<Span>,
    /// Bytes of the source, from 0, the last one not included: 0-100 or 100-
    #[arg(long, value_name = "A-B", group = "what")]
    bytes: Option<HalfOpen>,
    /// Lines that match a regular expression, as PAGE:LINE:BYTE:TEXT. PAGE is where the first
    /// match begins, BYTE where the line does; before them the PATH where there are several
    /// inputs. Of a conversation: TURN:PAGE:LINE:TEXT, with the page's file or `text`. Exit code 1
    /// where no line matches
    #[arg(long, value_name = "PATTERN", group = "what")]
    grep: Option<String>,
    /// Say what a page that lost its folder says of itself; with DIR, whether it belongs there
    #[arg(long, value_name = "PNG", group = "what", conflicts_with_all = ["input", "json"])]
    trace: Option<PathBuf>,
    /// Which input, where there are several: its path, or its number in the report, from 0
    #[arg(long, value_name = "N|PATH", conflicts_with = "page")]
    input: Option<String>,
    /// The text as the page draws it: its lines, marks for white space, [1F600] for a box
    #[arg(long, conflicts_with_all = ["lines", "bytes", "grep", "trace"])]
    drawn: bool,
    /// A line of JSON for each page, range or matching line
    #[arg(long)]
    json: bool,
}

/// Numbers as given: `A`, `A-B` or `A-`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Span {
    first: u64,
    last: Option<u64>,
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |digits: &str| digits.parse::<u64>().ok();
        let span = match text.split_once('-') {
            None => number(text).map(|n| Self { first: n, last: Some(n) }),
            Some((first, "")) => number(first).map(|first| Self { first, last: None }),
            Some((first, last)) => number(first)
                .zip(number(last))
                .filter(|(first, last)| first <= last)
                .map(|(first, last)| Self { first, last: Some(last) }),
        };
        span.ok_or_else(|| format!("{text:?} is none of A, A-B, A- with A ≤ B"))
    }
}

/// Bytes as given: `A-B` or `A-`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct HalfOpen(Span);

impl FromStr for HalfOpen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.contains('-') {
            true => text.parse().map(Self),
            false => Err(format!("{text:?} is none of A-B, A-")),
        }
    }
}

/// Spans of pages.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pages(Vec<Span>);

impl FromStr for Pages {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',').map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl Pages {
    /// The pages, in the order asked for.
    pub(super) fn of(&self, folder: &Folder) -> Result<Vec<usize>> {
        self.within(folder.report().pages.len(), |page| Ok(folder.record(page).map(drop)?))
    }

    /// The numbers, in the order asked for, of a list with so many; `check` refuses those beyond it.
    fn within(&self, last: usize, check: impl Fn(usize) -> Result<()>) -> Result<Vec<usize>> {
        let mut numbers = Vec::new();
        for span in &self.0 {
            let end = span.last.map_or(last, |end| usize::try_from(end).unwrap_or(usize::MAX));
            let first = usize::try_from(span.first).unwrap_or(usize::MAX);
            check(first)?;
            check(end)?;
            numbers.extend(first..=end);
        }
        Ok(numbers)
    }
}

/// A line of JSON.
#[derive(Serialize)]
struct Answer<'a> {
    /// The pages that it is on.
    pages: Vec<usize>,
    source: Vec<Place<'a>>,
    /// Number of a matching line.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// Where a pattern matches, in bytes of the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    matches: Option<Vec<Bytes>>,
    #[serde(flatten)]
    content: Content<'a>,
}

/// A line of JSON for a line of a conversation.
#[derive(Serialize)]
struct TurnAnswer<'a> {
    turn: usize,
    /// The page's file; null where the turn is text.
    page: Option<&'a str>,
    line: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    input: usize,
    path: &'a str,
    encoding: &'a str,
    start: u64,
    end: u64,
}

#[derive(Serialize)]
struct Bytes {
    start: u64,
    end: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Content<'a> {
    /// The bytes, where they are UTF-8; of a matching line, the decoded text.
    Text(&'a str),
    /// The bytes otherwise.
    Base64(String),
    /// What the page draws.
    Drawn(&'a str),
}

impl Recall {
    pub(crate) fn run(self) -> Result<Exit> {
        if let Some(folder) = self.folder.as_deref().filter(|folder| Recollection::is_of(folder)) {
            return self.remember(&Recollection::open(folder)?);
        }
        if self.turn.is_some() {
            let message = "--turn is for a folder that `microfiche fade` has written";
            return Err(Usage(message.to_owned()).into());
        }
        let folder = self.folder.as_deref().map(Folder::open).transpose()?;
        if let Some(page) = &self.trace {
            return trace(page, folder.as_ref());
        }
        let folder = folder.expect("required without --trace");
        if let Some(pattern) = &self.grep {
            return self.grep(&folder, pattern);
        }
        if let Some(pages) = &self.page {
            let pages = pages.of(&folder)?;
            return if self.drawn {
                self.draw(&folder, &pages)
            } else {
                self.pages(&folder, &pages)
            };
        }
        let input = self.input(&folder)?;
        let range = match (self.lines, self.bytes) {
            (Some(Span { first: 0, .. }), _) => {
                return Err(Usage("--lines: lines are counted from 1".to_owned()).into());
            }
            (Some(lines), _) => folder.line_range(input, lines.first, lines.last)?,
            (_, Some(HalfOpen(bytes))) => {
                let end = bytes.last.unwrap_or(folder.report().inputs[input].bytes);
                SourceRange { input, start: bytes.first, end }
            }
            _ => unreachable!("the argument parser requires one of them"),
        };
        self.print(&folder, folder.pages_of(range), &[range])?;
        Ok(Exit::Done)
    }

    /// The input that lines or bytes are asked of.
    fn input(&self, folder: &Folder) -> Result<usize> {
        let inputs = &folder.report().inputs;
        let Some(wanted) = &self.input else {
            if let [_] = inputs[..] {
                return Ok(0);
            }
            let (first, count) = (&inputs[0].path, inputs.len());
            let message = format!(
                "there are {count} inputs, the first of them {first}: say which with --input N or \
                 --input PATH"
            );
            return Err(Usage(message).into());
        };
        let named = inputs.iter().position(|input| input.path == *wanted);
        let numbered = || wanted.parse::<usize>().ok().filter(|&n| n < inputs.len());
        named.or_else(numbered).ok_or_else(|| {
            let last = inputs.len() - 1;
            let message = format!(
                "--input {wanted}: it is neither a path in the report nor a number from 0 to {last}"
            );
            Usage(message).into()
        })
    }

    fn pages(&self, folder: &Folder, pages: &[usize]) -> Result<Exit> {
        // Before anything is printed.
        for &page in pages {
            for range in &folder.record(page)?.source {
                folder.check(range.input)?;
            }
        }
        for &page in pages {
            self.print(folder, vec![page], &folder.record(page)?.source)?;
        }
        Ok(Exit::Done)
    }

    /// Prints source bytes: as they are, or as a line of JSON.
    fn print(&self, folder: &Folder, pages: Vec<usize>, ranges: &[SourceRange]) -> Result<()> {
        let mut out = std::io::stdout().lock();
        let mut bytes = Vec::new();
        for &range in ranges {
            let mut passage = folder.passage(range)?;
            if self.json {
                passage.read_to_end(&mut bytes)?;
            } else {
                std::io::copy(&mut passage, &mut out)?;
            }
        }
        if self.json {
            let content = match std::str::from_utf8(&bytes) {
                Ok(text) => Content::Text(text),
                Err(_) => Content::Base64(BASE64_STANDARD.encode(&bytes)),
            };
            let source = places(folder, ranges);
            say(&mut out, &Answer { pages, source, line: None, matches: None, content })?;
        }
        Ok(out.flush()?)
    }

    /// Prints the text of pages as they draw it.
    fn draw(&self, folder: &Folder, pages: &[usize]) -> Result<Exit> {
        let last = pages.iter().copied().max().unwrap_or(0);
        let mut texts = BTreeMap::new();
        for (text, page) in folder.drawn()?.zip(1..=last) {
            let text = text?.text;
            if pages.contains(&page) {
                texts.insert(page, text);
            }
        }
        let mut out = std::io::stdout().lock();
        for page in pages {
            let text = &texts[page];
            if self.json {
                let source = places(folder, &folder.record(*page)?.source);
                let content = Content::Drawn(text);
                let pages = vec![*page];
                say(&mut out, &Answer { pages, source, line: None, matches: None, content })?;
            } else {
                out.write_all(text.as_bytes())?;
            }
        }
        out.flush()?;
        Ok(Exit::Done)
    }

    /// Answers from a conversation.
    fn remember(&self, conversation: &Recollection) -> Result<Exit> {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut found = true;
        match (&self.turn, &self.grep) {
            (Some(turns), _) => {
                for turn in turns.within(conversation.report().turns.len(), |turn| {
                    Ok(conversation.messages(turn).map(drop)?)
                })? {
                    if self.json {
                        let messages = conversation.messages(turn)?;
                        let messages: Vec<&str> =
                            messages.iter().map(|message| conversation.json(message)).collect();
                        writeln!(out, r#"{{"turn":{turn},"messages":[{}]}}"#, messages.join(","))?;
                    } else {
                        out.write_all(conversation.text(turn)?.as_bytes())?;
                    }
                }
            }
            (_, Some(pattern)) => {
                let regex = regex(pattern)?;
                found = false;
                for TurnLine { turn, line, text } in conversation.lines() {
                    if !regex.is_match(&text) {
                        continue;
                    }
                    found = true;
                    let page = conversation.page(turn);
                    if self.json {
                        let answer = TurnAnswer { turn, page, line, text: &text };
                        serde_json::to_writer(&mut out, &answer)?;
                        writeln!(out)?;
                    } else {
                        writeln!(out, "{turn}:{}:{line}:{text}", page.unwrap_or("text"))?;
                    }
                }
                if !found {
                    console::line(&format!("microfiche: --grep {pattern}: no line matches"));
                }
            }
            _ => {
                let message =
                    "of a conversation, ask for turns with --turn N or for text with --grep";
                return Err(Usage(message.to_owned()).into());
            }
        }
        out.flush()?;
        Ok(if found { Exit::Done } else { Exit::Failed })
    }

    fn grep(&self, folder: &Folder, pattern: &str) -> Result<Exit> {
        let regex = regex(pattern)?;
        let count = folder.report().inputs.len();
        let inputs = match &self.input {
            Some(_) => vec![self.input(folder)?],
            None => (0..count).collect(),
        };
        for &input in &inputs {
            folder.check(input)?;
        }
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut found = false;
        for input in inputs {
            for line in folder.lines(input)? {
                let line = line?;
                let matches: Vec<Bytes> =
                    regex.find_iter(line.text()).map(|m| bytes(&line, m.range())).collect();
                let Some(first) = matches.first() else { continue };
                found = true;
                let std::ops::Range { start, end } = line.bytes();
                let at = first.start.min(end - 1);
                let page = folder.pages_of(SourceRange { input, start: at, end: at + 1 })[0];
                let range = SourceRange { input, start, end };
                if self.json {
                    let answer = Answer {
                        pages: folder.pages_of(range),
                        source: places(folder, &[range]),
                        line: Some(line.number()),
                        matches: Some(matches),
                        content: Content::Text(line.text()),
                    };
                    say(&mut out, &answer)?;
                    continue;
                }
                if count > 1 {
                    write!(out, "{}:", folder.report().inputs[input].path)?;
                }
                writeln!(out, "{page}:{}:{start}:{}", line.number(), line.text())?;
            }
        }
        out.flush()?;
        if !found {
            console::line(&format!("microfiche: --grep {pattern}: no line matches"));
            return Ok(Exit::Failed);
        }
        Ok(Exit::Done)
    }
}

/// The pattern of --grep.
fn regex(pattern: &str) -> Result<Regex> {
    Regex::new(pattern).map_err(|error| {
        // Its last line says what is wrong; those before draw the pattern.
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Usage(format!("--grep {pattern}: {reason}")).into()
    })
}

/// A match's place in the input.
fn bytes(line: &Line, range: std::ops::Range<usize>) -> Bytes {
    Bytes { start: line.source_of(range.start), end: line.source_of(range.end) }
}

fn places<'a>(folder: &'a Folder, ranges: &[SourceRange]) -> Vec<Place<'a>> {
    let place = |&SourceRange { input, start, end }: &SourceRange| {
        let facts = &folder.report().inputs[input];
        Place { input, path: &facts.path, encoding: &facts.encoding, start, end }
    };
    ranges.iter().map(place).collect()
}

fn say(out: &mut impl Write, answer: &Answer) -> Result<()> {
    serde_json::to_writer(&mut *out, answer)?;
    Ok(out.write_all(b"\n")?)
}

/// A label is at the beginning of a page's file.
const LABEL_WITHIN: u64 = 64 * 1024;

/// Says what a page's file says of itself.
fn trace(path: &Path, folder: Option<&Folder>) -> Result<Exit> {
    let failed = || format!("cannot read {}", path.display());
    let mut head = Vec::new();
    let file = std::fs::File::open(path).with_context(failed)?;
    file.take(LABEL_WITHIN).read_to_end(&mut head).with_context(failed)?;
    let label = Label::read(&head).with_context(|| {
        format!("{}: it is no page of microfiche, or was saved anew by a program", path.display())
    })?;
    let mut out = std::io::stdout().lock();
    let (profile, source) = (label.profile.to_hex(), label.source.to_hex());
    writeln!(out, "page {}\nprofile {profile}\nsource {source}", label.page)?;
    let Some(folder) = folder else { return Ok(Exit::Done) };
    let Some(page) = folder.page_of(&label) else {
        console::line(&format!("microfiche: {} is no page of this folder", path.display()));
        return Ok(Exit::Failed);
    };
    if page != label.page {
        writeln!(out, "page {page} since pages were drawn again")?;
    }
    for place in places(folder, &folder.record(page)?.source) {
        writeln!(out, "bytes {}-{} of {}", place.start, place.end, place.path)?;
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::{HalfOpen, Pages, Span};

    #[test]
    fn spans_are_read_or_refused() {
        let span = |first, last| Span { first, last };
        assert_eq!("3".parse(), Ok(span(3, Some(3))));
        assert_eq!("3-".parse(), Ok(span(3, None)));
        assert_eq!("2,5-7".parse(), Ok(Pages(vec![span(2, Some(2)), span(5, Some(7))])));
        for bad in ["", "-", "-3", "7-5", "x", "1-2-3", "99999999999999999999", "1 "] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
        assert!("5".parse::<HalfOpen>().is_err() && "5-5".parse::<HalfOpen>().is_ok());
        assert!("1,".parse::<Pages>().is_err());
    }
}
