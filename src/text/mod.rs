//! Preparing text for drawing: what becomes of line breaks, tabs, control characters and what
//! nobody can see. Every prepared [`Unit`] knows how many source bytes it stands for, and every
//! byte belongs to exactly one unit: that is where the page map comes from.
//!
//! The rules:
//!
//! | in the source | on the page |
//! |---|---|
//! | LF, CR LF, CR, VT, FF, U+0085, U+2028, U+2029 | a line break; by `Newlines` a new line or a mark |
//! | tab | blanks to the next tab stop, or a counted mark |
//! | ANSI escape sequences | nothing; counted |
//! | other control characters | a box with the code point; counted |
//! | soft hyphen | nothing; counted |
//! | joiners, direction marks, variation selectors, tag characters | nothing, but they are obeyed; counted |
//! | a character that the page uses as a mark | a box with the code point; counted |
//! | what is to be covered | a bar with a label; counted |
//! | everything else | itself |

mod ansi;
mod content;
mod marks;
mod parts;
mod undrawn;

use serde::{Deserialize, Serialize};

use crate::source::{Chunk, Widths};
use ansi::Ansi;
pub use ansi::Blanker;
pub use content::{Content, classify, is_square, main_script, wrapped_from};
pub use marks::Marks;
pub(crate) use parts::parts;
use undrawn::Tally;
pub use undrawn::{Counted, Dropped, NotDrawn, Undrawn};

/// What becomes of line breaks and runs of white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Newlines {
    /// Every line of the source starts a line of the page.
    Keep,
    /// Lines flow on; a visible mark stands for each break, a counted one for indentation, blank
    /// lines and longer runs. The white space of the source can be told from what is drawn.
    Mark,
    /// As `Mark`, but breaks that only wrapped a line are drawn as a blank, and runs of two
    /// blanks as one: for prose, whose paragraphs become whole again.
    Flow,
}

/// What a unit is, as far as drawing it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A character to draw.
    Text,
    /// A white-space character: room without ink, where a line may end.
    Blank,
    /// A part of a mark that stands for blanks or tabs, or of a bar that covers text.
    Mark,
    /// A part of a mark that stands for line breaks: a paragraph ends here.
    Break,
    /// A character to draw as a box with its code point, whatever the typeface has.
    Boxed,
    /// A part of a heading, which no source byte stands behind.
    Heading,
    /// Source bytes without ink of their own. A joiner, a variation selector or a direction mark is
    /// here as itself, because it decides how its neighbours are drawn; anything else is U+0000 or
    /// the line break.
    Nothing,
}

/// A prepared character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// What to draw.
    pub ch: char,
    /// How to draw it.
    pub role: Role,
    /// Source bytes it stands for.
    pub bytes: u32,
    /// Source characters it stands for.
    pub chars: u32,
    /// The same with each run of white space counted as one character.
    pub folded: u32,
}

impl Unit {
    /// Whether it stands for source bytes and nothing else: it has no ink and decides nothing.
    pub fn is_silent(&self) -> bool {
        self.role == Role::Nothing && matches!(self.ch, '\0' | '\n')
    }
}

/// A run of prepared characters that are laid out together: a line of the source, or a stretch of
/// flowing text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// Index of the input that the bytes belong to.
    pub input: usize,
    /// The characters, in logical order.
    pub units: Vec<Unit>,
    /// Whether the next block starts on a new line.
    pub ends_line: bool,
}

/// A block is handed on at the end of the first paragraph after so many units, or at the first blank
/// after twice as many, so that one endless line needs no more memory than a page does.
const BLOCK_UNITS: usize = 4096;
/// Where no blank comes, it is handed on here.
const BLOCK_LIMIT: usize = 4 * BLOCK_UNITS;

/// What a bar over covered text is made of, on both sides of its label.
pub const BAR: char = '▇';

/// How text is to be prepared.
#[derive(Debug, Clone)]
pub struct Preparing {
    /// What becomes of line breaks.
    pub newlines: Newlines,
    /// The marks that stand for white space under [`Newlines::Mark`].
    pub marks: Marks,
    /// Under [`Newlines::Flow`], a line of at least so many characters was ended by wrapping;
    /// `None`: no line was.
    pub wrapped_from: Option<u32>,
    /// Columns between tab stops.
    pub tab: u32,
}

/// Turns chunks into blocks. Holds what a chunk's end cut in two: CR LF, escape sequences, runs of
/// white space.
pub struct Preparer {
    how: Preparing,
    tally: Tally,
    ansi: Ansi,
    block: Block,
    ready: Vec<Block>,
    /// Characters on the current line, for tab stops.
    column: u32,
    /// A CR whose LF may follow, with its source bytes.
    carriage_return: Option<u32>,
    /// White space met since the last character that is drawn (marking only).
    gap: marks::Gap,
    /// Whether the character before was white space, so that a run is counted once.
    in_white: bool,
    /// Whether a sign of ASCII serves as a mark, so that ASCII cannot be taken as it is.
    marks_in_ascii: bool,
}

impl Preparer {
    /// A preparer at the start of a stream.
    pub fn new(how: Preparing) -> Self {
        Self {
            marks_in_ascii: ('!'..='~').any(|c| how.marks.uses(c)),
            how,
            tally: Tally::default(),
            ansi: Ansi::default(),
            block: Block::default(),
            ready: Vec::new(),
            column: 0,
            carriage_return: None,
            gap: marks::Gap::default(),
            in_white: false,
        }
    }

    /// What was met and not drawn, or drawn as a box by rule, so far.
    pub fn undrawn(&self) -> Undrawn {
        self.tally.list()
    }

    /// Ends the input before, if there is one, and starts another, under a heading if one is given.
    pub fn start_input(&mut self, input: usize, heading: Option<&str>) {
        self.finish();
        if !self.block.units.is_empty() {
            self.close_block(true);
        }
        self.block.input = input;
        self.in_white = false;
        if let Some(heading) = heading {
            let role = |c: char| if is_control(c) { Role::Boxed } else { Role::Heading };
            self.block.units.extend(heading.chars().map(|ch| Unit {
                ch,
                role: role(ch),
                bytes: 0,
                chars: 0,
                folded: 0,
            }));
            self.close_block(true);
        }
    }

    /// Prepares a chunk; finished blocks can be taken with [`Self::take`].
    pub fn push(&mut self, chunk: &Chunk) {
        if chunk.lead > 0 {
            self.nothing(chunk.lead, 0);
        }
        match &chunk.widths {
            Widths::Utf8 => self.push_utf8(&chunk.text),
            Widths::Each(widths) => {
                for (c, &width) in chunk.text.chars().zip(widths) {
                    self.push_char(c, width);
                }
            }
        }
    }

    /// Covers a chunk: a bar with a label is drawn in place of its characters, and nothing of them.
    pub fn cover(&mut self, chunk: &Chunk, label: &str) {
        for (c, bytes) in self.ansi.give_up() {
            self.prepare(c, bytes, true);
        }
        if let Some(bytes) = self.carriage_return.take() {
            self.line_break(bytes, 1);
        }
        self.flush_gap(Some(BAR));
        let folded = chunk.text.chars().map(|c| self.fold(c.is_whitespace())).sum();
        let (bytes, chars) = (chunk.source_bytes() as u32, chunk.text.chars().count() as u32);
        self.tally.drop_run(NotDrawn::Redacted, bytes);
        self.column += label.chars().count() as u32 + 2;
        let mut unit = Unit { ch: BAR, role: Role::Mark, bytes, chars, folded };
        for ch in std::iter::once(BAR).chain(label.chars()).chain([BAR]) {
            self.unit(Unit { ch, ..unit });
            (unit.bytes, unit.chars, unit.folded) = (0, 0, 0);
        }
    }

    /// The characters of a chunk, stretches of ASCII ink at a time.
    fn push_utf8(&mut self, text: &str) {
        let mut rest = text;
        loop {
            if !self.marks_in_ascii && !self.ansi.is_open() && self.carriage_return.is_none() {
                let ink = rest.bytes().take_while(u8::is_ascii_graphic).count();
                if ink > 0 {
                    self.ink(&rest.as_bytes()[..ink]);
                    rest = &rest[ink..];
                }
            }
            let Some(c) = rest.chars().next() else { return };
            self.push_char(c, c.len_utf8() as u32);
            rest = &rest[c.len_utf8()..];
        }
    }

    /// What [`Self::prepare`] does with each of these.
    fn ink(&mut self, ascii: &[u8]) {
        self.flush_gap(Some(char::from(ascii[0])));
        self.in_white = false;
        self.column += ascii.len() as u32;
        for part in ascii.chunks(BLOCK_UNITS) {
            let role = Role::Text;
            let unit = |&c: &u8| Unit { ch: char::from(c), role, bytes: 1, chars: 1, folded: 1 };
            self.block.units.extend(part.iter().map(unit));
            self.hand_on();
        }
    }

    /// Ends the current input: what was held back is decided now.
    pub fn finish(&mut self) {
        for (c, bytes) in self.ansi.give_up() {
            self.prepare(c, bytes, true);
        }
        if let Some(bytes) = self.carriage_return.take() {
            self.line_break(bytes, 1);
        }
        self.flush_gap(None);
    }

    /// The last block, at the end of the last input.
    pub fn into_last(mut self) -> Vec<Block> {
        self.finish();
        if !self.block.units.is_empty() {
            self.close_block(true);
        }
        self.ready
    }

    /// The blocks that are finished.
    pub fn take(&mut self) -> Vec<Block> {
        std::mem::take(&mut self.ready)
    }

    fn push_char(&mut self, c: char, bytes: u32) {
        if self.ansi.is_open() || c == '\u{1B}' {
            match self.ansi.push(c, bytes) {
                ansi::Step::More => {}
                ansi::Step::Sequence { chars, bytes } => {
                    self.tally.drop_run(NotDrawn::AnsiSequence, bytes);
                    self.nothing(bytes, chars);
                }
                ansi::Step::Text => {
                    for (c, bytes) in self.ansi.give_up() {
                        self.prepare(c, bytes, true);
                    }
                }
            }
            return;
        }
        self.prepare(c, bytes, false);
    }

    /// One character that is not part of an escape sequence; `given_up` says that it once looked
    /// like one, so that an ESC among them is a control character like others.
    fn prepare(&mut self, c: char, bytes: u32, given_up: bool) {
        debug_assert!(given_up || c != '\u{1B}');
        if let Some(before) = self.carriage_return.take() {
            if c == '\n' {
                return self.line_break(before + bytes, 2);
            }
            self.line_break(before, 1);
        }
        match c {
            '!'..='~' if !self.marks_in_ascii => self.text(c, bytes, Role::Text),
            ' ' => self.blank(bytes),
            '\r' => self.carriage_return = Some(bytes),
            '\n' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                self.line_break(bytes, 1);
            }
            '\t' => self.tab(bytes),
            _ if is_control(c) => {
                self.tally.boxed(c);
                self.text(c, bytes, Role::Boxed);
            }
            _ if self.marking() && self.how.marks.uses(c) => {
                self.tally.boxed(c);
                self.text(c, bytes, Role::Boxed);
            }
            _ => match undrawn::kind(c) {
                Some(kind) => {
                    self.tally.drop_run(kind, bytes);
                    self.unseen(c, kind, bytes);
                }
                None if c.is_whitespace() => self.text(c, bytes, Role::Blank),
                None => self.text(c, bytes, Role::Text),
            },
        }
    }

    fn marking(&self) -> bool {
        self.how.newlines != Newlines::Keep
    }

    fn fold(&mut self, white: bool) -> u32 {
        let counts = !(white && self.in_white);
        self.in_white = white;
        u32::from(counts)
    }

    fn text(&mut self, ch: char, bytes: u32, role: Role) {
        self.flush_gap(Some(ch));
        let folded = self.fold(role == Role::Blank);
        self.column += 1;
        self.unit(Unit { ch, role, bytes, chars: 1, folded });
    }

    fn blank(&mut self, bytes: u32) {
        let folded = self.fold(true);
        self.column += 1;
        if self.marking() {
            self.white(marks::White::Blank, bytes, 1, folded);
        } else {
            self.unit(Unit { ch: ' ', role: Role::Blank, bytes, chars: 1, folded });
        }
    }

    fn tab(&mut self, bytes: u32) {
        let folded = self.fold(true);
        if self.marking() {
            return self.white(marks::White::Tab, bytes, 1, folded);
        }
        let blanks = self.how.tab - self.column % self.how.tab;
        self.column += blanks;
        let mut unit = Unit { ch: ' ', role: Role::Blank, bytes, chars: 1, folded };
        for _ in 0..blanks {
            self.unit(unit);
            unit = Unit { bytes: 0, chars: 0, folded: 0, ..unit };
        }
    }

    fn line_break(&mut self, bytes: u32, chars: u32) {
        let folded = self.fold(true);
        let column = std::mem::take(&mut self.column);
        if self.marking() {
            let full = self.how.wrapped_from.is_some_and(|least| column >= least);
            let white = match full && !self.gap.has_line_break() {
                true => marks::White::Wrap,
                false => marks::White::LineBreak,
            };
            self.white(white, bytes, chars, folded);
        } else {
            self.unit(Unit { ch: '\n', role: Role::Nothing, bytes, chars, folded });
            self.close_block(true);
        }
    }

    fn white(&mut self, white: marks::White, bytes: u32, chars: u32, folded: u32) {
        if self.gap.is_full() {
            let hand_on = self.gap.is_long();
            self.flush_gap(None);
            if hand_on {
                self.close_block(false);
            }
        }
        self.gap.push(white, bytes, chars, folded);
    }

    /// Source bytes that draw nothing go with the unit before them, so that a page map has no
    /// holes and no unit of its own for them.
    fn nothing(&mut self, bytes: u32, chars: u32) {
        if self.gap.is_open() {
            return self.gap.add(bytes, chars, chars);
        }
        match self.block.units.last_mut() {
            Some(unit) if unit.bytes < marks::COUNTED => {
                unit.bytes += bytes;
                unit.chars += chars;
                unit.folded += chars;
            }
            last => {
                if last.is_some() {
                    self.close_block(false);
                }
                let unit = Unit { ch: '\0', role: Role::Nothing, bytes, chars, folded: chars };
                self.unit(unit);
            }
        }
    }

    /// A character without ink that may decide how others are drawn. White space that is held back
    /// takes it up, except for direction marks, whose place counts.
    fn unseen(&mut self, ch: char, kind: NotDrawn, bytes: u32) {
        if kind == NotDrawn::SoftHyphen {
            return self.nothing(bytes, 1);
        }
        if self.gap.is_open() {
            if kind != NotDrawn::BidiControl {
                return self.gap.add(bytes, 1, 1);
            }
            self.flush_gap(Some(ch));
        }
        self.unit(Unit { ch, role: Role::Nothing, bytes, chars: 1, folded: 1 });
    }

    /// Draws the white space held back; `next` is the character that ends it.
    fn flush_gap(&mut self, next: Option<char>) {
        if !self.gap.is_open() {
            return;
        }
        let loose = self.how.newlines == Newlines::Flow;
        let before = self.block.units.last().map(|unit| unit.ch);
        let within_han = [before, next].into_iter().all(|c| c.is_some_and(is_set_solid));
        if loose && within_han && self.gap.is_wrap(next) {
            let (bytes, chars, folded) = self.gap.take();
            self.unit(Unit { ch: '\0', role: Role::Nothing, bytes, chars, folded });
        } else {
            self.gap.draw(&self.how.marks, loose, next, &mut self.block.units);
        }
        self.hand_on();
    }

    fn unit(&mut self, unit: Unit) {
        self.block.units.push(unit);
        if self.block.units.len() >= BLOCK_UNITS {
            self.hand_on();
        }
    }

    /// Hands a long block on where a line may end anyway, and rather where a paragraph ends: what
    /// direction a text runs in is decided by paragraphs.
    fn hand_on(&mut self) {
        let units = &self.block.units;
        if units.len() < BLOCK_UNITS {
            return;
        }
        let ends = |role, back: usize| units.iter().rev().nth(back).is_some_and(|u| u.role == role);
        let enough = match (ends(Role::Blank, 0), ends(Role::Break, 1)) {
            (true, true) => BLOCK_UNITS,
            (true, false) => 2 * BLOCK_UNITS,
            (false, _) => BLOCK_LIMIT,
        };
        if units.len() >= enough {
            self.close_block(false);
        }
    }

    fn close_block(&mut self, ends_line: bool) {
        let units = Vec::with_capacity(self.block.units.len());
        let next = Block { input: self.block.input, units, ends_line: false };
        let mut block = std::mem::replace(&mut self.block, next);
        block.ends_line = ends_line;
        self.ready.push(block);
    }
}

/// Whether a character is of a script that is written without blanks, so that a wrapped line goes
/// on without one: kana, Han and their punctuation.
fn is_set_solid(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

/// C0 and C1 control characters and DEL, which have no look of their own.
fn is_control(c: char) -> bool {
    c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn prepare(text: &str, newlines: Newlines) -> (Vec<Block>, Undrawn) {
        let wrapped_from = (newlines == Newlines::Flow).then_some(10);
        let how = Preparing { newlines, marks: Marks::default(), wrapped_from, tab: 4 };
        let mut preparer = Preparer::new(how);
        let mut source = Source::from_text(text);
        while let Some(chunk) = source.next_chunk().unwrap() {
            preparer.push(&chunk);
        }
        preparer.finish();
        let undrawn = preparer.undrawn();
        (preparer.into_last(), undrawn)
    }

    fn drawn(text: &str, newlines: Newlines) -> String {
        let (blocks, _) = prepare(text, newlines);
        let mut out = String::new();
        for block in &blocks {
            for unit in block.units.iter().filter(|u| u.role != Role::Nothing) {
                match unit.role {
                    Role::Boxed => out.push_str(&format!("[{:X}]", unit.ch as u32)),
                    _ => out.push(unit.ch),
                }
            }
            if block.ends_line {
                out.push('|');
            }
        }
        let units = blocks.iter().flat_map(|b| &b.units);
        let (mut bytes, mut chars) = (0, 0);
        for unit in units {
            bytes += unit.bytes as usize;
            chars += unit.chars as usize;
        }
        assert_eq!((bytes, chars), (text.len(), text.chars().count()), "{text:?}");
        out
    }

    #[test]
    fn keep_draws_lines_and_tab_stops() {
        assert_eq!(drawn("a\r\n\tb\rc\td\n\n", Newlines::Keep), "a|    b|c   d||");
        assert_eq!(drawn("\u{2028}x\u{C}y\u{85}z", Newlines::Keep), "|x|y|z|");
        assert_eq!(drawn("\n\r\n\r", Newlines::Keep), "|||");
    }

    #[test]
    fn mark_counts_what_it_hides() {
        assert_eq!(drawn("a b\nc\n\n    d", Newlines::Mark), "a b § c §§4 d|");
        assert_eq!(drawn("a\n\n\n\n\nb   c \n\t\tx", Newlines::Mark), "a §5n b‹3›c‹1›§2t x|");
        assert_eq!(drawn("  a\t\n", Newlines::Mark), "‹2›a‹1t›§ |");
    }

    #[test]
    fn flow_joins_what_was_wrapped_and_marks_the_rest() {
        let text = "A title\n\nSome words that\nwere wrapped.  Two \nblanks.\n\n  An item that is\n  wrapped\n";
        let flow =
            "A title §§ Some words that were wrapped. Two blanks. §§2 An item that is wrapped § |";
        assert_eq!(drawn(text, Newlines::Flow), flow);
        assert_eq!(
            drawn("一二三四五六七八九十\n一二三\n", Newlines::Flow),
            "一二三四五六七八九十一二三 § |"
        );
    }

    #[test]
    fn a_mark_in_the_text_is_told_from_a_mark() {
        assert_eq!(drawn("a§b ‹4›", Newlines::Mark), "a[A7]b [2039]4›|");
        assert_eq!(drawn("a§b", Newlines::Keep), "a§b|");
    }

    #[test]
    fn the_unseen_is_counted() {
        let text = "\u{1B}[31mred\u{1B}[0m so\u{AD}ft \u{200B}\u{202E}x\u{7}\u{1B}[";
        assert_eq!(drawn(text, Newlines::Keep), "red soft x[7][1B][|");
        let (_, undrawn) = prepare(text, Newlines::Keep);
        let kinds: Vec<_> = undrawn.not_drawn.iter().map(|d| (d.kind, d.count)).collect();
        assert_eq!(
            kinds,
            [
                (NotDrawn::AnsiSequence, 2),
                (NotDrawn::SoftHyphen, 1),
                (NotDrawn::ZeroWidth, 1),
                (NotDrawn::BidiControl, 1)
            ]
        );
        let boxed: Vec<_> = undrawn.boxed.iter().map(|b| (b.ch.as_str(), b.count)).collect();
        assert_eq!(boxed, [("U+0007", 1), ("U+001B", 1)]);
    }

    #[test]
    fn a_long_line_is_handed_on_in_pieces() {
        let (blocks, _) = prepare(&"word ".repeat(20_000), Newlines::Keep);
        assert!(blocks.len() > 10 && blocks.iter().all(|b| b.units.len() <= BLOCK_LIMIT));
        let (blocks, _) = prepare(&"x".repeat(100_000), Newlines::Mark);
        assert!(blocks.len() > 5 && blocks.iter().rev().skip(1).all(|b| !b.ends_line));
    }
}
