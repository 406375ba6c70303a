//! ANSI escape sequences (ECMA-48), as terminals and build logs write them.

use std::borrow::Cow;

/// A control sequence that has not ended after so many characters is taken for text: real ones
/// are a few characters long.
const CONTROL_LIMIT: usize = 128;
/// The same for strings (titles, links), which may carry a URL.
const STRING_LIMIT: usize = 4096;

/// What a character did to the sequence.
pub(super) enum Step {
    /// The sequence goes on.
    More,
    /// It is complete; these many characters and source bytes.
    Sequence { chars: u32, bytes: u32 },
    /// It is no sequence after all; [`Ansi::give_up`] has its characters.
    Text,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum State {
    #[default]
    Closed,
    Escape,
    /// ESC and intermediate bytes 0x20–0x2F: one final byte to come.
    Intermediate,
    Control,
    Text,
    /// Inside a string, just after an ESC: a backslash ends it.
    TextEscape,
}

/// The escape sequence under way, if any.
#[derive(Default)]
pub(super) struct Ansi {
    state: State,
    held: Vec<(char, u32)>,
}

impl Ansi {
    pub(super) fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    /// Takes the next character; the first one must be ESC.
    pub(super) fn push(&mut self, c: char, bytes: u32) -> Step {
        self.held.push((c, bytes));
        let next = match (self.state, c) {
            (State::Closed, _) => Some(State::Escape),
            (State::Escape, '[') => Some(State::Control),
            (State::Escape, ']' | 'P' | 'X' | '^' | '_') => Some(State::Text),
            (State::Escape | State::Intermediate, ' '..='/') => Some(State::Intermediate),
            (State::Escape | State::Intermediate, '0'..='~') => return self.complete(),
            (State::Control, ' '..='?') => Some(State::Control),
            (State::Control, '@'..='~') => return self.complete(),
            (State::Text, '\u{7}' | '\u{9C}') => return self.complete(),
            (State::Text, '\u{1B}') => Some(State::TextEscape),
            (State::Text, '\n' | '\r') => None,
            (State::Text, _) => Some(State::Text),
            (State::TextEscape, '\\') => return self.complete(),
            _ => None,
        };
        let limit = match next {
            Some(State::Text | State::TextEscape) => STRING_LIMIT,
            _ => CONTROL_LIMIT,
        };
        match next {
            Some(state) if self.held.len() <= limit => {
                self.state = state;
                Step::More
            }
            _ => Step::Text,
        }
    }

    fn complete(&mut self) -> Step {
        let chars = self.held.len() as u32;
        let bytes = self.held.iter().map(|h| h.1).sum();
        self.state = State::Closed;
        self.held.clear();
        Step::Sequence { chars, bytes }
    }

    /// The characters held back, which are no sequence.
    pub(super) fn give_up(&mut self) -> Vec<(char, u32)> {
        self.state = State::Closed;
        std::mem::take(&mut self.held)
    }
}

/// Draws blanks over escape sequences, so that strings between them can be found where they are.
#[derive(Default)]
pub struct Blanker {
    ansi: Ansi,
}

impl Blanker {
    /// The next part of a text with every byte of an escape sequence a blank. A sequence that its
    /// end cuts is held back and comes with the part after it.
    pub fn push<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        if !self.ansi.is_open() && !text.contains('\u{1B}') {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if !self.ansi.is_open() && c != '\u{1B}' {
                out.push(c);
                continue;
            }
            match self.ansi.push(c, c.len_utf8() as u32) {
                Step::More => {}
                Step::Sequence { bytes, .. } => out.extend((0..bytes).map(|_| ' ')),
                Step::Text => out += &self.finish(),
            }
        }
        Cow::Owned(out)
    }

    /// What was held back, at the end of a text.
    pub fn finish(&mut self) -> String {
        self.ansi.give_up().into_iter().map(|(c, _)| c).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Blanker;

    #[test]
    fn sequences_are_blanks_however_the_text_is_cut() {
        let text = "a\u{1B}[1;31m3f2a9c1\u{1B}[0m b\u{1B}]0;t\u{E9}\u{7}c \u{1B}[\u{1} end\u{1B}[3";
        let blank = "a       3f2a9c1     b        c \u{1B}[\u{1} end\u{1B}[3";
        for size in [1, 2, 5, 100] {
            let mut blanker = Blanker::default();
            let mut out = String::new();
            let chars: Vec<char> = text.chars().collect();
            for part in chars.chunks(size) {
                out += &blanker.push(&part.iter().collect::<String>());
            }
            out += &blanker.finish();
            assert_eq!(out, blank);
            assert_eq!(out.len(), text.len());
        }
    }
}
