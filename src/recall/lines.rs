//! The lines of an input, decoded, each with its place in the bytes.

use std::ops::Range;

use crate::error::Result;
use crate::source::{Chunk, Source, Widths};

/// The lines of an input, in order. A line ends with LF, as for `sed` and `grep`, in every encoding.
pub struct Lines {
    source: Source,
    chunk: Option<Rest>,
    /// The line under way.
    line: Line,
}

/// A chunk of which the beginning is used up: bytes of its text, and characters.
struct Rest {
    chunk: Chunk,
    text_at: usize,
    char_at: usize,
}

/// A line.
#[derive(Debug, Clone, Default)]
pub struct Line {
    number: u64,
    start: u64,
    end: u64,
    text: String,
    pieces: Vec<Piece>,
}

/// A stretch of a line whose characters have these widths.
#[derive(Debug, Clone)]
struct Piece {
    text_at: usize,
    source_at: u64,
    /// Source bytes of each character; `None`: as many as in UTF-8.
    widths: Option<Vec<u32>>,
}

impl Line {
    /// From 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Its bytes in the input, line end included.
    pub fn bytes(&self) -> Range<u64> {
        self.start..self.end
    }

    /// Its text, without the line end.
    pub fn text(&self) -> &str {
        let text = self.text.strip_suffix('\n').unwrap_or(&self.text);
        text.strip_suffix('\r').unwrap_or(text)
    }

    /// Where a byte of [`Self::text`] at the beginning of a character is in the input.
    pub fn source_of(&self, text_at: usize) -> u64 {
        let after = self.pieces.partition_point(|piece| piece.text_at <= text_at);
        let Some(piece) = after.checked_sub(1).map(|last| &self.pieces[last]) else {
            return self.start;
        };
        let within = &self.text[piece.text_at..text_at];
        let bytes = match &piece.widths {
            None => within.len() as u64,
            Some(widths) => {
                widths.iter().take(within.chars().count()).map(|&width| u64::from(width)).sum()
            }
        };
        piece.source_at + bytes
    }
}

impl Lines {
    /// The lines of a source of one input.
    pub(super) fn new(source: Source) -> Self {
        Self { source, chunk: None, line: Line { number: 1, ..Line::default() } }
    }

    /// Ends the line under way.
    fn end_line(&mut self) -> Line {
        let (number, end) = (self.line.number + 1, self.line.end);
        let next = Line { number, start: end, end, ..Line::default() };
        std::mem::replace(&mut self.line, next)
    }

    /// Moves text from the chunk to the line, up to the line's end; says whether that came.
    fn take(&mut self, rest: &mut Rest) -> bool {
        let text = &rest.chunk.text[rest.text_at..];
        let end = text.find('\n').map(|at| at + 1);
        let part = &text[..end.unwrap_or(text.len())];
        let line = &mut self.line;
        let (bytes, widths) = match &rest.chunk.widths {
            Widths::Utf8 => (part.len() as u64, None),
            Widths::Each(each) => {
                let widths = &each[rest.char_at..][..part.chars().count()];
                rest.char_at += widths.len();
                (widths.iter().map(|&width| u64::from(width)).sum(), Some(widths.to_vec()))
            }
        };
        line.pieces.push(Piece { text_at: line.text.len(), source_at: line.end, widths });
        line.text.push_str(part);
        line.end += bytes;
        rest.text_at += part.len();
        end.is_some()
    }
}

impl Iterator for Lines {
    type Item = Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(mut rest) = self.chunk.take() {
                let ended = self.take(&mut rest);
                if rest.text_at < rest.chunk.text.len() {
                    self.chunk = Some(rest);
                }
                if ended {
                    return Some(Ok(self.end_line()));
                }
            }
            match self.source.next_chunk() {
                Err(error) => return Some(Err(error)),
                Ok(Some(chunk)) => {
                    self.line.end += u64::from(chunk.lead);
                    self.chunk = Some(Rest { chunk, text_at: 0, char_at: 0 });
                }
                Ok(None) if self.line.end > self.line.start => return Some(Ok(self.end_line())),
                Ok(None) => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use crate::source::{Reading, Source};

    fn lines(bytes: &[u8], reading: Reading) -> Vec<(u64, u64, u64, String)> {
        let source = Source::from_reader("t", std::io::Cursor::new(bytes.to_vec()), reading);
        let mut next = 0;
        let mut found = Vec::new();
        for line in Lines::new(source) {
            let line = line.unwrap();
            assert_eq!(line.bytes().start, next);
            next = line.bytes().end;
            found.push((line.number(), line.bytes().start, next, line.text().to_owned()));
        }
        assert_eq!(next, bytes.len() as u64);
        found
    }

    #[test]
    fn lines_end_with_lf_in_every_encoding() {
        let line = |number, start, end, text: &str| (number, start, end, text.to_owned());
        assert_eq!(
            lines("a\r\nä\n\nb".as_bytes(), Reading::default()),
            [line(1, 0, 3, "a"), line(2, 3, 6, "ä"), line(3, 6, 7, ""), line(4, 7, 8, "b")]
        );
        assert_eq!(
            lines(b"\xFF\xFEa\0\n\0b\0", Reading::default()),
            [line(1, 0, 6, "a"), line(2, 6, 8, "b")]
        );
        let label = |label| Reading::default().with_label(label).unwrap();
        assert_eq!(
            lines(b"\x1b$B$\"\x1b(B\nx\x1b(B", label("iso-2022-jp")).last(),
            Some(&line(2, 9, 13, "x"))
        );
        assert!(lines(b"", Reading::default()).is_empty());
    }

    #[test]
    fn a_place_in_a_line_is_a_place_in_the_source() {
        let text = format!("{}\nab\u{1F600}cd\r\n", "x".repeat(131_069));
        for line in Lines::new(Source::from_text(&text)) {
            let line = line.unwrap();
            for (at, c) in line.text().char_indices() {
                let source = line.source_of(at) as usize;
                assert_eq!(text[source..].chars().next(), Some(c));
            }
        }
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bytes = [b"\xFF\xFE", &wide[..]].concat();
        let source = Source::from_reader("t", std::io::Cursor::new(bytes), Reading::default());
        let line = Lines::new(source).nth(1).unwrap().unwrap();
        assert_eq!(line.source_of(6) - line.bytes().start, 8);
    }
}
