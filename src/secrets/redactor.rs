//! Parts a stream of chunks into text and what must not be seen.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Findings, HOLD, Scanner, Secret};
use crate::source::{Chunk, Widths};
use crate::text::{BAR, Blanker};

/// A value of fewer bytes is covered where its rule finds it and nowhere else: it may be a word.
const TELLING: usize = 8;
/// Values remembered.
const VALUES: usize = 10_000;

/// A part of the stream.
#[derive(Debug)]
pub(crate) enum Passage {
    /// To be drawn.
    Text(Chunk),
    /// A secret of this kind, to be covered. The chunk has as many characters and stands for the
    /// same source bytes, white space is as it was, and there is nothing else of the value in it.
    Covered(&'static str, Chunk),
}

impl Passage {
    /// The text, or what stands in its place.
    pub(crate) fn chunk(&self) -> &Chunk {
        match self {
            Self::Text(chunk) | Self::Covered(_, chunk) => chunk,
        }
    }
}

/// Holds text back until it is known what in it is secret. A value that was found once is covered
/// wherever it stands from there on, whatever stands around it.
#[derive(Default)]
pub(crate) struct Redactor {
    scanner: Scanner,
    blanker: Blanker,
    /// Chunks that have not been passed on, and their text, which starts at `at`.
    held: VecDeque<Chunk>,
    text: String,
    at: u64,
    /// The input of the front chunk and how much of it was passed on.
    input: usize,
    source: u64,
    /// Values by kind, and what looks for them.
    values: BTreeMap<String, &'static str>,
    again: Option<(AhoCorasick, Vec<&'static str>)>,
    findings: Findings,
    ready: Vec<Passage>,
}

impl Redactor {
    /// Takes the next chunk; what is decided can be taken with [`Self::take`].
    pub(crate) fn push(&mut self, chunk: Chunk) {
        if self.held.back().is_some_and(|last| last.input != chunk.input) {
            self.finish();
        }
        self.scanner.push(&self.blanker.push(&chunk.text));
        self.text += &chunk.text;
        self.held.push_back(chunk);
        self.pass();
    }

    /// Ends an input: what was held back is decided now.
    pub(crate) fn finish(&mut self) {
        self.scanner.push(&self.blanker.finish());
        self.scanner.finish();
        self.pass();
    }

    /// What is decided since the last call.
    pub(crate) fn take(&mut self) -> Vec<Passage> {
        std::mem::take(&mut self.ready)
    }

    /// The secrets so far.
    pub(crate) fn findings(&self) -> &Findings {
        &self.findings
    }

    /// Passes on all text that is decided.
    fn pass(&mut self) {
        // The scanner's blocks may end amid a character, or within what is covered already.
        let decided = self.scanner.decided().saturating_sub(self.at) as usize;
        let decided = self.at + self.text.floor_char_boundary(decided) as u64;
        let mut secrets = self.scanner.take();
        secrets.retain(|secret| secret.end > self.at);
        secrets.iter_mut().for_each(|secret| secret.start = secret.start.max(self.at));
        self.learn(&secrets);
        self.seek_again(decided, &mut secrets);
        for secret in secrets {
            self.give(secret.start);
            self.cover(&secret);
        }
        self.give(decided);
    }

    /// Remembers the values of secrets.
    fn learn(&mut self, found: &[Secret]) {
        for secret in found {
            let value = &self.text[(secret.start - self.at) as usize..][..secret.len()];
            if value.len() >= TELLING && self.values.len() < VALUES {
                self.values.entry(value.to_owned()).or_insert_with(|| {
                    self.again = None;
                    secret.kind
                });
            }
        }
    }

    /// Adds known values that start before a byte of the text and that no rule found there.
    fn seek_again(&mut self, decided: u64, secrets: &mut Vec<Secret>) {
        if self.values.is_empty() || decided <= self.at {
            return;
        }
        if self.again.is_none() {
            let found = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(self.values.keys());
            // Nothing but too much memory makes it fail; the rules go on without it.
            self.again = found.ok().map(|found| (found, self.values.values().copied().collect()));
        }
        let Some((automaton, kinds)) = &self.again else { return };
        let end = (decided - self.at) as usize;
        // A value that starts before the end may reach as far after it as the scanner looks.
        let seen = self.text.floor_char_boundary(self.text.len().min(end + HOLD));
        let by_rule = secrets.len();
        for hit in automaton.find_iter(&self.text[..seen]).take_while(|hit| hit.start() < end) {
            let (start, end) = (self.at + hit.start() as u64, self.at + hit.end() as u64);
            let near = secrets[..by_rule].partition_point(|secret| secret.end <= start);
            match secrets[..by_rule].get_mut(near).filter(|secret| secret.start < end) {
                Some(known) => {
                    (known.start, known.end) = (known.start.min(start), known.end.max(end));
                }
                None => secrets.push(Secret { kind: kinds[hit.pattern().as_usize()], start, end }),
            }
        }
        secrets.sort_by_key(|secret| secret.start);
    }

    /// Passes text on up to a byte.
    fn give(&mut self, end: u64) {
        while let Some(chunk) = self.next_before(end) {
            self.ready.push(Passage::Text(chunk));
        }
    }

    /// Passes a secret on as what it is, without its value.
    fn cover(&mut self, secret: &Secret) {
        let (mut mask, mut widths, mut input) = (String::new(), Vec::new(), self.input);
        let mut from = None;
        while let Some(chunk) = self.next_before(secret.end) {
            input = chunk.input;
            from.get_or_insert(self.source - chunk.source_bytes());
            let first = widths.len();
            match &chunk.widths {
                Widths::Utf8 => widths.extend(chunk.text.chars().map(|c| c.len_utf8() as u32)),
                Widths::Each(each) => widths.extend(each),
            }
            let first = first.min(widths.len().saturating_sub(1));
            if let Some(width) = widths.get_mut(first) {
                *width += chunk.lead;
            }
            mask.extend(chunk.text.chars().map(|c| if c.is_whitespace() { c } else { BAR }));
        }
        let Some(from) = from else { return };
        self.findings.add(secret.kind, (input, from, self.source));
        let widths = Widths::Each(widths);
        let chunk = Chunk { input, lead: 0, text: mask.into(), widths, bytes: Arc::default() };
        self.ready.push(Passage::Covered(secret.kind, chunk));
    }

    /// The next chunk of text that ends by a byte; chunks without text go with what is before them.
    fn next_before(&mut self, end: u64) -> Option<Chunk> {
        let front = self.held.front()?;
        let room = end.saturating_sub(self.at) as usize;
        if room == 0 && !front.text.is_empty() {
            return None;
        }
        let mut chunk = self.held.pop_front()?;
        if chunk.text.len() > room {
            let (before, after) = chunk.split_at(room);
            chunk = before;
            self.held.push_front(after);
        }
        if chunk.input != self.input {
            (self.input, self.source) = (chunk.input, 0);
        }
        self.text.drain(..chunk.text.len());
        self.at += chunk.text.len() as u64;
        self.source += chunk.source_bytes();
        Some(chunk)
    }
}

impl Secret {
    fn len(&self) -> usize {
        (self.end - self.start) as usize
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::sync::Arc;

    use super::{Passage, Redactor};
    use crate::source::{Chunk, Widths};
    use crate::text::BAR;

    // In parts, so that no scanner takes this file for a leak.
    const VALUE: [&str; 2] = ["x7Kq2ZpW9vLm", "4TnRb8Yc5Fd3"];

    /// What is drawn, with a bar's characters for what is covered, and the source bytes of each part.
    fn pass(text: &str, sizes: &[usize], each: bool) -> (String, Vec<(bool, u64)>) {
        let mut redactor = Redactor::default();
        let (mut rest, mut sizes) = (text, sizes.iter().cycle());
        let mut passages = Vec::new();
        while !rest.is_empty() {
            let size =
                rest.floor_char_boundary((*sizes.next().unwrap()).clamp(4, rest.len().max(4)));
            let (part, after) = rest.split_at(size.min(rest.len()));
            let widths = match each {
                true => Widths::Each(part.chars().map(|c| c.len_utf8() as u32).collect()),
                false => Widths::Utf8,
            };
            redactor.push(Chunk {
                input: 0,
                lead: 0,
                text: part.into(),
                widths,
                bytes: Arc::default(),
            });
            passages.extend(redactor.take());
            rest = after;
        }
        redactor.finish();
        passages.extend(redactor.take());
        let mut drawn = String::new();
        let mut parts: Vec<(bool, u64)> = Vec::new();
        for passage in passages {
            drawn += &passage.chunk().text;
            let covered = matches!(passage, Passage::Covered(..));
            let bytes = passage.chunk().source_bytes();
            match parts.last_mut().filter(|last| !covered && !last.0) {
                Some(last) => last.1 += bytes,
                None => parts.push((covered, bytes)),
            }
        }
        (drawn, parts)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn values_are_covered_however_the_text_is_cut(
            gaps in prop::collection::vec(0..90_000_usize, 1..6),
            sizes in prop::collection::vec(1..200_000_usize, 1..5),
            filler in prop::sample::select(vec!["no news. ", "é光テ ", "\u{1B}[1mx\u{1B}[0m ", "key=", "\n"]),
            each in any::<bool>(),
        ) {
            let value = VALUE.concat();
            let mut text = format!("api_key = \"{value}\"\n");
            for gap in gaps {
                text += &filler.repeat(gap / filler.len());
                text += &format!(" {value} api_key = '{value}'\n");
            }
            let (drawn, parts) = pass(&text, &sizes, each);
            prop_assert!(!drawn.contains(VALUE[0]) && !drawn.contains(VALUE[1]));
            prop_assert_eq!(drawn.chars().count(), text.chars().count());
            prop_assert_eq!(parts.iter().map(|part| part.1).sum::<u64>(), text.len() as u64);
            let kept: Vec<(char, char)> =
                drawn.chars().zip(text.chars()).filter(|(drawn, _)| *drawn != BAR).collect();
            prop_assert!(kept.iter().all(|(drawn, source)| drawn == source));
            prop_assert_eq!((drawn, parts), pass(&text, &[text.len()], false));
        }
    }
}
