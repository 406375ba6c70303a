//! What became of pages that a reader could not read: the story of `verify --heal`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::factsheet;
use crate::layout::SourceRange;
use crate::profile::{Density, Profile};

/// A time that pages were healed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Healing {
    /// The reader.
    pub reader: String,
    /// What the fidelity of every page was to be.
    pub min_fidelity: f64,
    /// How it ended.
    pub ended: Ended,
    /// All pages together before it.
    pub before: Standing,
    /// All pages together after it.
    pub after: Standing,
    /// What was tried, round by round: in each, every page below the bar a step larger.
    pub rounds: Vec<Vec<Try>>,
    /// What is still misread and went onto the factsheet: exact strings of the pages that needed
    /// healing, and words of those that stay below the bar.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
    /// Such strings and words for which there was no room: with them the pages would cost as much as
    /// the text.
    pub spans_left_out: u64,
}

/// Why healing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Every page is at or above the bar.
    Held,
    /// With another step the pages would cost as much as the text, or more.
    Ratio,
    /// There are no larger letters, or the pages have no room for them.
    Ladder,
}

/// How pages stand, all together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Standing {
    /// Pages.
    pub pages: usize,
    /// As [`Score::fidelity`](crate::fidelity::Score::fidelity).
    pub fidelity: f64,
    /// As [`Report::ratio`](super::Report::ratio).
    pub ratio: Option<f64>,
}

/// A page that was drawn again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Try {
    /// The number that it had when nothing was drawn again yet.
    pub page: usize,
    /// What it was drawn with.
    pub from: Letters,
    /// What it was drawn with after that.
    pub to: Letters,
    /// How much of it was read before.
    pub fidelity_before: f64,
    /// How much of it was read after that, of all pages that it became together.
    pub fidelity: f64,
    /// Vision tokens before.
    pub tokens_before: u64,
    /// Vision tokens after that, of all pages that it became.
    pub tokens: u64,
    /// Whether it was left so: it holds the bar, or no larger letters were read better.
    pub kept: bool,
}

/// The letters of a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Letters {
    /// The preset.
    pub density: Density,
    /// The face.
    pub font: String,
    /// Px of the em.
    pub font_size: f32,
    /// Px from line to line.
    pub pitch: u32,
}

/// A few lines for people.
impl fmt::Display for Healing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (round, number) in self.rounds.iter().zip(1..) {
            let Some(first) = round.first() else { continue };
            let count = round.len();
            let pages = if count == 1 { "page" } else { "pages" };
            let worst = |of: fn(&Try) -> f64| round.iter().map(of).fold(1.0, f64::min);
            let (before, after) = (worst(|page| page.fidelity_before), worst(|page| page.fidelity));
            let (was, is) = round
                .iter()
                .fold((0, 0), |(was, is), page| (was + page.tokens_before, is + page.tokens));
            writeln!(
                f,
                "round {number}: {count} {pages} from {} to {}: fidelity at worst {before} → {after}, \
                 {was} → {is} tokens",
                first.from, first.to
            )?;
        }
        let Self { before, after, .. } = self;
        write!(
            f,
            "healed: fidelity {} → {}, {} → {} pages",
            before.fidelity, after.fidelity, before.pages, after.pages
        )?;
        if let (Some(before), Some(after)) = (before.ratio, after.ratio) {
            write!(f, ", ratio {before} → {after}")?;
        }
        let exact = self.spans.iter().filter(|span| span.exact).count();
        if !self.spans.is_empty() {
            let words = self.spans.len() - exact;
            write!(
                f,
                "\nstill misread, and on the factsheet: {exact} exact strings, {words} words"
            )?;
        }
        if self.spans_left_out > 0 {
            write!(f, "\nstill misread, without room on the factsheet: {}", self.spans_left_out)?;
        }
        Ok(())
    }
}

impl fmt::Display for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} px a line)", self.density, self.pitch)
    }
}

impl From<&Profile> for Letters {
    fn from(profile: &Profile) -> Self {
        let Profile { density, font, font_size, pitch, .. } = profile;
        Self { density: *density, font: font.clone(), font_size: *font_size, pitch: *pitch }
    }
}

/// Something that stays unreadable, and goes along as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Span {
    /// As the page draws it.
    pub text: String,
    /// Whether it is an exact string; otherwise it is a word.
    pub exact: bool,
    /// The source bytes.
    pub source: Vec<SourceRange>,
}

/// The heading of the spans on the factsheet.
const HEADING: &str = "[hard to read: text, p page]\n";

/// The spans as they stand on the factsheet, below what is there: each once, with the pages it is on.
/// What is listed already is left out.
pub(super) fn section(
    spans: &[Span],
    factsheet: &str,
    page_of: impl Fn(&SourceRange) -> u32,
) -> String {
    let mut lines: Vec<(&str, Vec<u32>)> = Vec::new();
    for span in spans.iter().filter(|span| !factsheet::lists(factsheet, &span.text)) {
        let page = span.source.first().map_or(1, &page_of);
        match lines.iter_mut().find(|(text, _)| *text == span.text) {
            Some((_, pages)) => pages.push(page),
            None => lines.push((&span.text, vec![page])),
        }
    }
    let mut out = String::new();
    for (text, mut pages) in lines {
        pages.dedup();
        let pages: Vec<String> = pages.iter().map(u32::to_string).collect();
        if out.is_empty() {
            out += HEADING;
        }
        out += &format!("{text} p{}\n", pages.join(","));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_listed_once_with_their_pages() {
        let span = |text: &str, start| Span {
            text: text.to_owned(),
            exact: true,
            source: vec![SourceRange { input: 0, start, end: start + 1 }],
        };
        let spans =
            [span("3f2a9c1", 5), span("lib.rs", 7), span("3f2a9c1", 8), span("3f2a9c1", 150)];
        let page_of = |range: &SourceRange| range.start as u32 / 100 + 1;
        let factsheet = "Factsheet\n[path]\nlib.rs ×2 p1\n";
        assert_eq!(section(&spans, factsheet, page_of), format!("{HEADING}3f2a9c1 p1,2\n"));
        assert_eq!(section(&spans[1..2], factsheet, page_of), "");
    }
}
