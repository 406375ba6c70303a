//! What came of reading pages back, page by page and in all.

use std::fmt::Write;

use serde::Serialize;

use super::atlas::Finding;
use super::quote::short;
use super::score::{Misread, Score};

/// The schema that verifications keep to; adding a field keeps it.
pub const SCHEMA: &str = "microfiche.fidelity/1";

/// How well a reader read the pages.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Verification {
    /// Always `microfiche.fidelity/1`.
    pub schema: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// The reader.
    pub reader: String,
    /// What it proves and what it does not, where that needs saying.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
    /// The pages that it was to read, in order.
    pub pages: Vec<PageVerification>,
    /// All pages that were read, together; null where none was.
    pub total: Option<Score>,
    /// Pages that could not be read; they are not in the total.
    pub unread: usize,
    /// What the fidelity in all must be, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_fidelity: Option<f64>,
}

/// What came of reading one page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PageVerification {
    /// Its number, from 1.
    pub page: usize,
    /// Its file.
    pub file: String,
    /// How much of it was read; absent where it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// What was read as something else, in the order of the page.
    pub misreads: Vec<Misread>,
    /// What the reader `atlas` found wrong with the drawing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drawing: Vec<Finding>,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// Misreads that people are shown; programs get all.
const SHOWN: usize = 10;
/// Characters of a misread that people are shown.
const LONGEST: usize = 40;

impl Verification {
    /// Puts pages together.
    pub fn new(reader: String, pages: Vec<PageVerification>, min_fidelity: Option<f64>) -> Self {
        let scores: Vec<&Score> = pages.iter().filter_map(|page| page.score.as_ref()).collect();
        Self {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            reader,
            note: None,
            total: (!scores.is_empty()).then(|| Score::sum(scores.iter().copied())),
            unread: pages.len() - scores.len(),
            pages,
            min_fidelity,
        }
    }

    /// What is wrong with the drawing first, with its page, and how much more there is.
    pub fn misdrawn(&self) -> Option<(usize, &Finding, usize)> {
        let mut all = self.drawing();
        let (page, first) = all.next()?;
        Some((page, first, all.count()))
    }

    fn drawing(&self) -> impl Iterator<Item = (usize, &Finding)> {
        self.pages.iter().flat_map(|page| page.drawing.iter().map(|finding| (page.page, finding)))
    }

    /// The fidelity of the pages that were read, where it is below what it must be.
    pub fn below(&self) -> Option<f64> {
        let fidelity = self.total.as_ref()?.fidelity;
        self.min_fidelity.filter(|&least| fidelity < least).map(|_| fidelity)
    }

    /// The verification as JSON text.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("it is plain data");
        text.push('\n');
        text
    }

    /// A table for people: a line a page, all together, and the first misreads.
    pub fn table(&self) -> String {
        let mut out = format!("read back by {}\n", self.reader);
        out.extend(self.note.iter().flat_map(|note| [note, "\n"]));
        let row = |name: &str, score: &Score, misreads: usize| {
            let words = format!("{}/{}", score.words_read, score.words);
            let exact = format!("{}/{}", score.exact_strings_read, score.exact_strings);
            format!("{name:>5} {:>9.4} {words:>13} {exact:>11} {misreads:>9}\n", score.fidelity)
        };
        let names = ["PAGE", "FIDELITY", "WORDS", "EXACT", "MISREADS"];
        let [page, fidelity, words, exact, misreads] = names;
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{page:>5} {fidelity:>9} {words:>13} {exact:>11} {misreads:>9}");
        for page in &self.pages {
            match &page.score {
                Some(score) => out += &row(&page.page.to_string(), score, page.misreads.len()),
                None => {
                    let why = page.unread.as_deref().unwrap_or_default();
                    let _ = writeln!(out, "{:>5}    unread  {why}", page.page);
                }
            }
        }
        let misreads: usize = self.pages.iter().map(|page| page.misreads.len()).sum();
        if let Some(total) = &self.total {
            out += &row("all", total, misreads);
        }
        out += &match self.misdrawn() {
            None => first_of(self.misread_lines()),
            Some(_) => first_of(self.drawing_lines()),
        };
        out
    }

    fn drawing_lines(&self) -> impl Iterator<Item = String> {
        self.drawing().map(|(page, finding)| format!("page {page}, {finding}"))
    }

    fn misread_lines(&self) -> impl Iterator<Item = String> {
        let each = self.pages.iter().flat_map(|p| p.misreads.iter().map(move |m| (p.page, m)));
        each.map(|(page, Misread { start, text, read, .. })| {
            let (text, read) = (short(text, LONGEST), short(read, LONGEST));
            format!("page {page}, byte {start}: {text} read as {read}")
        })
    }
}

impl PageVerification {
    /// Of a page that was read.
    pub fn read(page: usize, file: String, (score, misreads): (Score, Vec<Misread>)) -> Self {
        Self { page, file, score: Some(score), misreads, drawing: Vec::new(), unread: None }
    }

    /// Of a page that could not be read.
    pub fn unread(page: usize, file: String, why: String) -> Self {
        let (misreads, drawing) = (Vec::new(), Vec::new());
        Self { page, file, score: None, misreads, drawing, unread: Some(why) }
    }
}

/// The first lines, and how many more there are.
fn first_of(mut lines: impl Iterator<Item = String>) -> String {
    let mut out: String = lines.by_ref().take(SHOWN).map(|line| line + "\n").collect();
    let more = lines.count();
    if more > 0 {
        let _ = writeln!(out, "and {more} more, which --json lists");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(page: usize, score: Option<Score>, unread: Option<&str>) -> PageVerification {
        let misread = |start| Misread {
            start,
            end: start + 1,
            text: "0\u{1B}".to_owned(),
            read: "O".repeat(50),
            source: Vec::new(),
        };
        PageVerification {
            page,
            file: crate::folder::page_name(page),
            misreads: score.iter().flat_map(|_| (0..6).map(misread)).collect(),
            score,
            drawing: Vec::new(),
            unread: unread.map(str::to_owned),
        }
    }

    fn score(fidelity: f64) -> Score {
        Score { fidelity, chars: 100, words: 20, words_read: 19, ..Score::default() }
    }

    #[test]
    fn people_see_every_page_and_the_first_misreads() {
        let pages = vec![
            page(1, Some(score(0.9)), None),
            page(3, None, Some("the answer is empty")),
            page(12, Some(score(1.0)), None),
        ];
        let verification = Verification::new("echo".to_owned(), pages, Some(0.96));
        assert_eq!(verification.below(), Some(0.95));
        assert_eq!(verification.unread, 1);
        let table = verification.table();
        let line = |start: &str| table.lines().find(|line| line.trim_start().starts_with(start));
        assert!(line("3 ").unwrap().contains("unread  the answer is empty"));
        assert_eq!(line("all").unwrap().split_whitespace().nth(1), Some("0.9500"));
        assert!(table.ends_with("and 2 more, which --json lists\n"), "{table}");
        assert!(!table.contains('\u{1B}'));
    }

    #[test]
    fn pages_that_nobody_read_are_not_below_a_bar() {
        let unread = vec![page(1, None, Some("no"))];
        let none = Verification::new("echo".to_owned(), unread, Some(0.5));
        assert_eq!((none.below(), &none.total), (None, &None));
        assert!(!none.table().contains("all "));
        let read = vec![page(1, Some(score(0.5)), None)];
        assert_eq!(Verification::new("echo".to_owned(), read.clone(), Some(0.5)).below(), None);
        assert_eq!(Verification::new("echo".to_owned(), read, None).below(), None);
    }

    /// The schema in the repository is the one of the code. `BLESS=1 cargo test schema` writes it.
    #[test]
    fn the_schema_is_current() {
        let schema = schemars::schema_for!(Verification);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/fidelity/schema.json");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let shipped = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            shipped == text,
            "src/fidelity/schema.json is not current: BLESS=1 cargo test schema"
        );
    }
}
