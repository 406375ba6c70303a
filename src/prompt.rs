//! What a reader of the pages is told about them: short, because its tokens count too.

use crate::profile::Profile;
use crate::text::{Marks, Newlines};

/// The prompt for pages of this profile.
pub fn prompt(profile: &Profile, pages: usize, headings: bool) -> String {
    let mut text = match pages {
        1 => "This image is a page of text.".to_owned(),
        _ => format!("These {pages} images are the pages of one text, in order."),
    };
    if profile.columns > 1 {
        text += &format!(
            " A page has up to {} columns: read each from top to bottom, then the one to its right.",
            profile.columns
        );
    }
    if headings {
        text += " A line === NAME === starts the file of that name.";
    }
    if profile.newlines != Newlines::Keep {
        let Marks { line_break, open, close } = &profile.preparing().marks;
        text += &format!(
            " {line_break} marks a line break, {line_break}{line_break} a blank line, \
             {line_break}4 a break and 4 blanks of indentation ({line_break}2t: 2 tabs), {open}4{close} \
             4 blanks within a line."
        );
    }
    text += " A dark box holds the hexadecimal code point of a character without a glyph. Where you \
             cannot read something for certain, answer \"unreadable\" instead of guessing.\n";
    text
}
