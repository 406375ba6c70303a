//! The sheet as text for a model.

use std::fmt::Write;

use super::collect::{Entry, Place};
use super::kind::Kind;

/// The first line.
pub(crate) const HEAD: &str = "Factsheet, exact strings (×n times, p pages)\n";

/// Runs of pages named of a string: one that is everywhere needs no list.
const RUNS: usize = 4;

/// The sheet: a line of explanation, a heading a kind, a line a string with how often it stands in
/// the text and on which pages. Page numbers are left out when everything is on page 1. Empty
/// without entries.
pub fn render(entries: &[&Entry], page_of: &dyn Fn(&Place) -> u32) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let pages = entries.iter().any(|entry| beyond_first(entry, page_of));
    let mut sheet = String::from(HEAD);
    for kind in Kind::ALL {
        let mut of_kind = entries.iter().filter(|entry| entry.kind == kind).peekable();
        if of_kind.peek().is_some() {
            sheet.push_str(&heading(kind));
        }
        for entry in of_kind {
            sheet.push_str(&line(entry, page_of, pages));
        }
    }
    sheet
}

/// Whether a rendered sheet has a line for a string.
pub(crate) fn lists(sheet: &str, text: &str) -> bool {
    let begins = |line: &str| {
        line.strip_prefix(text).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    sheet.lines().any(begins)
}

/// Whether a string stands on another page than the first.
pub(crate) fn beyond_first(entry: &Entry, page_of: &dyn Fn(&Place) -> u32) -> bool {
    entry.places.iter().any(|place| page_of(place) != 1)
}

/// The heading of a kind.
pub(crate) fn heading(kind: Kind) -> String {
    format!("[{}]\n", kind.name())
}

/// The line of a string: `text ×3 p2,5-7`. `…` where it is on more pages, or not all are known.
pub(crate) fn line(entry: &Entry, page_of: &dyn Fn(&Place) -> u32, pages: bool) -> String {
    let mut line = entry.text.clone();
    if entry.count > 1 {
        let _ = write!(line, " ×{}", entry.count);
    }
    if pages {
        let mut numbers: Vec<u32> = entry.places.iter().map(page_of).collect();
        numbers.dedup();
        let mut sign = " p";
        let mut rest = numbers.as_slice();
        for _ in 0..RUNS {
            let Some(&from) = rest.first() else { break };
            let run = rest.iter().zip(from..).take_while(|(page, next)| *page == next).count();
            let _ = write!(line, "{sign}{from}");
            if run > 1 {
                let _ = write!(line, "{}{}", if run > 2 { "-" } else { "," }, rest[run - 1]);
            }
            rest = &rest[run..];
            sign = ",";
        }
        if !rest.is_empty() || entry.count > entry.places.len() as u64 {
            line.push('…');
        }
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::{line, render};
    use crate::factsheet::{Entry, Kind, Place};

    fn entry(kind: Kind, text: &str, count: u64, starts: &[u64]) -> Entry {
        let places = starts
            .iter()
            .map(|&start| Place { input: 0, start, end: start + text.len() as u64 })
            .collect();
        Entry { kind, text: text.to_owned(), count, places }
    }

    #[test]
    fn pages_are_runs_and_counts_are_shown() {
        let of = |place: &Place| place.start as u32 / 100 + 1;
        let one = entry(Kind::Hex, "3f2a9c1", 7, &[0, 10, 110, 210, 310, 650, 700]);
        assert_eq!(line(&one, &of, true), "3f2a9c1 ×7 p1-4,7,8\n");
        assert_eq!(line(&one, &of, false), "3f2a9c1 ×7\n");
        let more = entry(Kind::Hex, "3f2a9c1", 40, &[0, 110]);
        assert_eq!(line(&more, &of, true), "3f2a9c1 ×40 p1,2…\n");
        let wide = entry(Kind::Hex, "3f2a9c1", 5, &[0, 200, 400, 600, 800]);
        assert_eq!(line(&wide, &of, true), "3f2a9c1 ×5 p1,3,5,7…\n");
    }

    #[test]
    fn kinds_have_headings_and_the_first_page_alone_needs_no_numbers() {
        let url = entry(Kind::Url, "https://example.org/a", 1, &[5]);
        let hex = entry(Kind::Hex, "3f2a9c1", 1, &[40]);
        let sheet = render(&[&url, &hex], &|_| 1);
        let lines: Vec<&str> = sheet.lines().skip(1).collect();
        assert_eq!(lines, ["[hex]", "3f2a9c1", "[url]", "https://example.org/a"]);
        assert_eq!(render(&[], &|_| 1), "");
    }
}
