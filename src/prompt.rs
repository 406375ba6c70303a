//! What a reader of the pages is told about them: short, because its tokens count too.

use std::ops::Range;

use crate::profile::Profile;
use crate::text::{BAR, Marks, Newlines};

/// What a reader has to be told about a run.
pub struct Told<'a> {
    /// How the pages look.
    pub profile: &'a Profile,
    /// Which of them go along, by their index.
    pub pages: Range<usize>,
    /// How many there are.
    pub of: usize,
    /// Whether every input has a heading.
    pub headings: bool,
    /// Whether a factsheet goes along.
    pub factsheet: bool,
    /// Whether bars cover secrets.
    pub redacted: bool,
}

/// The prompt for these pages.
pub fn prompt(told: &Told) -> String {
    let profile = told.profile;
    let Told { pages, of, .. } = told;
    let mut text = match pages.len() {
        1 if *of == 1 => "This image is a page of text.".to_owned(),
        1 => format!("This image is page {} of the {of} pages of one text.", pages.end),
        count if count == *of => format!("These {of} images are the pages of one text, in order."),
        count => format!(
            "These {count} images are pages {} to {} of the {of} pages of one text, in order.",
            pages.start + 1,
            pages.end
        ),
    };
    text += &columns(profile.columns);
    if told.headings {
        text += " A line === NAME === starts the file of that name.";
    }
    text += &signs(profile);
    if told.redacted {
        text += &format!(" {BAR}KIND{BAR} covers a secret of that kind.");
    }
    if told.factsheet {
        text += " Quote exact strings (ids, numbers, paths) only from the factsheet.";
    }
    text += UNREADABLE;
    text
}

/// The prompt for older turns of a conversation, as pages of these looks.
pub fn of_turns<'a>(looks: impl Iterator<Item = &'a Profile> + Clone) -> String {
    let mut text = "The images are older turns of this conversation as pages of text, in order. A \
                    line === N WHO === starts what WHO said in turn N."
        .to_owned();
    text += &columns(looks.clone().map(|look| look.columns).max().unwrap_or(1));
    // Tiers differ in size, not in signs.
    if let Some(look) = looks.clone().next() {
        text += &signs(look);
    }
    text += " Quote exact strings (ids, numbers, paths) from the factsheets where they list them.";
    text + UNREADABLE
}

const UNREADABLE: &str = " Where you cannot read something for certain, answer \"unreadable\" \
                          instead of guessing.\n";

fn columns(most: u32) -> String {
    if most < 2 {
        return String::new();
    }
    format!(
        " A page has up to {most} columns: read each from top to bottom, then the one to its right."
    )
}

/// What signs stand for.
fn signs(profile: &Profile) -> String {
    let mut text = String::new();
    if profile.newlines != Newlines::Keep {
        let Marks { line_break, open, close } = &profile.preparing().marks;
        text += &format!(
            " {line_break} marks a line break, {line_break}{line_break} a blank line, \
             {line_break}4 a break and 4 blanks of indentation ({line_break}2t: 2 tabs), {open}4{close} \
             4 blanks within a line."
        );
    }
    text + " A dark box holds the hexadecimal code point of a character without a glyph."
}
