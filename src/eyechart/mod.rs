//! Eye charts: pages that test what a reader can really read.
//!
//! A page of random words, which no reader can complete from sense, with labelled strings spread
//! over it: hexadecimal ids, names in camel case, numbers. The answers are in a file of their own.
//! A reader is shown the page and the question; [`score`] compares its reply with the answers.

mod random;
mod score;

use serde::{Deserialize, Serialize};

pub use score::{KindScore, Score, score};

use crate::compress::{Options, compress};
use crate::error::Result;
use crate::profile::Profile;
use crate::source::Source;
use random::Random;

/// Strings of each kind on a page.
pub const EACH: usize = 15;
/// The file of the answers.
pub const ANSWERS: &str = "answers.json";
/// The file of the question.
pub const QUESTION: &str = "question.txt";
/// The file of the text.
pub const TEXT: &str = "chart.txt";

const WORDS: &str = include_str!("words.txt");
/// Strings lie between these shares of the page, so that one beside its end is not cut off.
const SPREAD: std::ops::Range<f64> = 0.01..0.97;

/// A kind of string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Twelve hexadecimal digits.
    Hex,
    /// Three words in camel case.
    Name,
    /// Six digits, a point, three digits.
    Number,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Hex, Self::Name, Self::Number];

    fn label(self) -> &'static str {
        match self {
            Self::Hex => "KEY",
            Self::Name => "NAME",
            Self::Number => "NUM",
        }
    }

    fn draw(self, random: &mut Random, words: &[&str]) -> String {
        match self {
            Self::Hex => (0..12).map(|_| char::from(*random.pick(b"0123456789abcdef"))).collect(),
            Self::Name => {
                let mut name = (*random.pick(words)).to_owned();
                for _ in 0..2 {
                    let word = *random.pick(words);
                    name += &word[..1].to_uppercase();
                    name += &word[1..];
                }
                name
            }
            Self::Number => {
                format!("{:06}.{:03}", random.below(1_000_000), random.below(1_000))
            }
        }
    }
}

/// A string on a chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it is called on the page.
    pub label: String,
    /// What it is.
    pub kind: Kind,
    /// The string itself.
    pub text: String,
}

/// The answers of a chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// The preset it was drawn with.
    pub density: String,
    /// Px of its page a source character.
    pub px_per_char: f64,
    /// The page's file, from the folder of the answers.
    pub page: String,
    /// The strings, in reading order.
    pub items: Vec<Item>,
}

/// The text of a chart that fills one page of the profile, and its strings. `prefix` sets the
/// labels of several charts apart.
///
/// # Errors
/// A font that cannot be used.
pub fn text(profile: &Profile, seed: u64, prefix: &str) -> Result<(String, Vec<Item>)> {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut random = Random::new(seed);
    let plain: String = (0..MOST_WORDS).map(|_| format!("{} ", random.pick(&words))).collect();
    let room = first_page(&plain, profile)?;
    let mut items: Vec<Item> = Kind::ALL
        .into_iter()
        .flat_map(|kind| (1..=EACH).map(move |number| (kind, number)))
        .map(|(kind, number)| Item {
            label: format!("{prefix}{}{number:02}", kind.label()),
            kind,
            text: kind.draw(&mut random, &words),
        })
        .collect();
    random.shuffle(&mut items);
    let span = (SPREAD.end - SPREAD.start) / items.len() as f64;
    let mut places = items.iter().enumerate().map(|(index, item)| {
        let at = SPREAD.start + span * (index as f64 + 0.5);
        ((at * room as f64) as usize, item)
    });
    let mut next = places.next();
    let mut text = String::with_capacity(plain.len());
    for word in plain.split_inclusive(' ') {
        if let Some((_, item)) = next.filter(|&(place, _)| text.len() >= place) {
            text += &format!("{}={} ", item.label, item.text);
            next = places.next();
        }
        text += word;
    }
    let end = first_page(&text, profile)?;
    text.truncate(end);
    text.truncate(text.trim_end().len());
    let drawn = |item: &Item| text.contains(&format!("{}={}", item.label, item.text));
    items.retain(drawn);
    Ok((text, items))
}

/// More words than the largest page holds at the smallest size anyone reads.
const MOST_WORDS: usize = 60_000;

/// Bytes of a text that the first page takes.
fn first_page(text: &str, profile: &Profile) -> Result<usize> {
    let options = Options { threads: 1, ..Options::default() };
    let mut pages = compress(Source::from_text(text), profile, options)?;
    let end = pages.next().transpose()?.and_then(|sheet| sheet.page.source.last().map(|s| s.end));
    Ok(end.unwrap_or(0) as usize)
}

/// What to ask a reader of the charts.
pub fn question(charts: &[Chart]) -> String {
    let pages = if charts.len() == 1 { "The image is a page" } else { "The images are pages" };
    let labels: Vec<&str> =
        charts.iter().flat_map(|chart| &chart.items).map(|item| item.label.as_str()).collect();
    let mut sorted = labels.clone();
    sorted.sort_unstable();
    format!(
        "{pages} of random words in columns, each read from top to bottom. Among the words are \
         labelled strings such as {}=…: hexadecimal ids (KEY), names in camel case (NAME) and \
         numbers (NUM). Write each label with its string as you read it, one a line, LABEL=STRING. \
         Where you cannot read a string for certain, write LABEL=unreadable; do not guess. The \
         labels are: {}.\n",
        sorted.first().copied().unwrap_or("KEY01"),
        sorted.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{ModelPage, Settings};
    use crate::tokens::models::ModelTable;

    fn profile() -> Profile {
        let model = ModelTable::embedded().default_model();
        let page = ModelPage::of(model, None).unwrap();
        Profile::resolve(&Settings::default(), page, "words").unwrap()
    }

    #[test]
    fn a_chart_fills_a_page_and_has_every_string() {
        let profile = profile();
        let (text, items) = super::text(&profile, 1, "").unwrap();
        assert_eq!(items.len(), 3 * EACH);
        assert_eq!(first_page(&text, &profile).unwrap(), text.len());
        assert!(
            first_page(&(text.clone() + &" more words".repeat(40)), &profile).unwrap()
                < text.len() + 100
        );
        assert_eq!(super::text(&profile, 1, "").unwrap().0, text);
        assert_ne!(super::text(&profile, 2, "").unwrap().0, text);
    }
}
