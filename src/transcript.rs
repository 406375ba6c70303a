//! The text of a page as drawn, told from the prepared text and how much of it each line took.

use std::collections::VecDeque;

use crate::layout::Page;
use crate::text::{Role, Unit};

/// Prepared text that is on no finished page yet.
#[derive(Default)]
pub(crate) struct Transcript {
    units: VecDeque<Unit>,
}

impl Transcript {
    /// Adds text that was laid out.
    pub(crate) fn push(&mut self, units: &[Unit]) {
        self.units.extend(units);
    }

    /// The text of the next page, a line of text a line of the page.
    pub(crate) fn take(&mut self, page: &Page) -> String {
        let mut text = String::new();
        for &count in &page.units {
            for unit in self.units.drain(..count) {
                let missing = page.missing.contains_key(&unit.ch);
                match unit.role {
                    Role::Nothing => {}
                    Role::Boxed => boxed(unit.ch, &mut text),
                    Role::Text | Role::Heading if missing => boxed(unit.ch, &mut text),
                    _ => text.push(unit.ch),
                }
            }
            text.push('\n');
        }
        text
    }
}

/// A box, with the digits that are drawn in it.
fn boxed(c: char, text: &mut String) {
    let code = u32::from(c);
    *text += &match code {
        0..0x100 => format!("[{code:02X}]"),
        _ => format!("[{code:04X}]"),
    };
}
