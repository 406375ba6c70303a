//! From places in the decoded text back to places in the inputs.

use std::collections::VecDeque;

use super::{Chunk, Widths};

/// Where the text of a stream of chunks came from, for as far back as it is remembered.
#[derive(Debug, Default)]
pub struct Offsets {
    runs: VecDeque<Run>,
    /// The input under way, how far it has been read, and the bytes of text so far.
    input: usize,
    source: u64,
    text: u64,
}

/// Characters of one length in the text and one length in the source.
#[derive(Debug, Clone, Copy)]
struct Run {
    text: u64,
    input: usize,
    source: u64,
    /// Bytes of text and of source a character; 1 and 1 for any valid UTF-8.
    step: (u32, u32),
}

impl Offsets {
    /// Takes the next chunk of the stream.
    pub fn push(&mut self, chunk: &Chunk) {
        if chunk.input != self.input {
            (self.input, self.source) = (chunk.input, 0);
        }
        self.source += u64::from(chunk.lead);
        match &chunk.widths {
            Widths::Utf8 => self.run((1, 1), chunk.text.len() as u64),
            Widths::Each(widths) => {
                for (c, &width) in chunk.text.chars().zip(widths) {
                    self.run((c.len_utf8() as u32, width), 1);
                }
            }
        }
    }

    fn run(&mut self, step: (u32, u32), steps: u64) {
        let goes_on = self.runs.back().is_some_and(|last| {
            let steps = (self.text - last.text) / u64::from(last.step.0);
            last.step == step
                && last.input == self.input
                && last.source + steps * u64::from(step.1) == self.source
        });
        if !goes_on {
            let (text, input, source) = (self.text, self.input, self.source);
            self.runs.push_back(Run { text, input, source, step });
        }
        self.text += steps * u64::from(step.0);
        self.source += steps * u64::from(step.1);
    }

    /// The input and the bytes in it, half-open, that made these bytes of text, which must be whole
    /// characters of one input and not forgotten.
    pub fn place(&self, start: u64, end: u64) -> (usize, u64, u64) {
        let first = self.at(start);
        let last = self.at(end.saturating_sub(1).max(start));
        let steps = |run: &Run, text: u64| (text - run.text).div_ceil(u64::from(run.step.0));
        let source = |run: &Run, steps: u64| run.source + steps * u64::from(run.step.1);
        (first.input, source(first, steps(first, start)), source(last, steps(last, end)))
    }

    fn at(&self, text: u64) -> &Run {
        let after = self.runs.partition_point(|run| run.text <= text);
        &self.runs[after.saturating_sub(1)]
    }

    /// Bytes of text so far.
    pub fn text(&self) -> u64 {
        self.text
    }

    /// Forgets all that nobody will ask for again: text before this byte.
    pub fn forget(&mut self, before: u64) {
        while self.runs.get(1).is_some_and(|second| second.text <= before) {
            self.runs.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Offsets;
    use crate::source::{Reading, Source};

    /// The source bytes of every character, decoded alone, are the character.
    fn check(bytes: &[u8], label: &str) {
        let reading = Reading::default().with_label(label).unwrap();
        let mut source =
            Source::from_reader("t", std::io::Cursor::new(bytes.to_vec()), reading.clone());
        let (mut offsets, mut text) = (Offsets::default(), String::new());
        while let Some(chunk) = source.next_chunk().unwrap() {
            offsets.push(&chunk);
            text.push_str(&chunk.text);
        }
        let encoding = reading.encoding.unwrap();
        for (at, c) in text.char_indices() {
            let (_, start, end) = offsets.place(at as u64, (at + c.len_utf8()) as u64);
            let part = &bytes[start as usize..end as usize];
            assert_eq!(encoding.decode_without_bom_handling(part).0, c.to_string(), "{label} {at}");
        }
        let (_, start, end) = offsets.place(0, text.len() as u64);
        assert_eq!(
            encoding.decode_without_bom_handling(&bytes[start as usize..end as usize]).0,
            text
        );
    }

    #[test]
    fn places_lead_back_to_the_bytes() {
        check("plain, héllo, テスト \u{1F600} end".repeat(9000).as_bytes(), "utf-8");
        check(b"\xEF\xBB\xBFab\xC3\xA9", "utf-8");
        check(b"\xFF\xFEh\0i\0\x3D\xD8\0\xDE!\0", "utf-16le");
        check(b"a\x83\x65\x83\x58b\x83\x67a", "shift_jis");
    }

    #[test]
    fn what_is_forgotten_changes_nothing_after_it() {
        let mut source = Source::from_text(&"añb\n".repeat(100_000));
        let mut offsets = Offsets::default();
        while let Some(chunk) = source.next_chunk().unwrap() {
            offsets.push(&chunk);
            offsets.forget(offsets.text());
            let end = offsets.text();
            assert_eq!(offsets.place(end - 1, end), (0, end - 1, end));
        }
        assert_eq!(offsets.runs.len(), 1);
    }
}
