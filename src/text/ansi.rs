//! ANSI escape sequences (ECMA-48), as terminals and build logs write them.

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
