//! How well a reply matches the answers of a chart.

use serde::Serialize;

use super::{Chart, Item, Kind};
use crate::fidelity::alignment;

/// Share of hexadecimal ids that must be right for a density to count as read.
const READ: f64 = 0.9;

/// The score of a chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// The preset of the chart.
    pub density: String,
    /// Px of its page a character.
    pub px_per_char: f64,
    /// The score by kind.
    pub kinds: Vec<KindScore>,
    /// Whether nine of ten ids were right and no more than one in ten of all strings was wrong.
    pub read: bool,
}

/// The score of one kind of string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KindScore {
    /// The kind.
    pub kind: Kind,
    /// Read exactly.
    pub right: usize,
    /// Read as something else: what a reader guessed.
    pub wrong: usize,
    /// Not answered, or answered with "unreadable".
    pub missing: usize,
    /// Characters that differ in the wrong ones, of all characters of the kind.
    pub wrong_chars: usize,
    /// Characters of the kind.
    pub chars: usize,
}

/// Scores a reply against a chart.
pub fn score(chart: &Chart, reply: &str) -> Score {
    let kinds: Vec<KindScore> = Kind::ALL
        .into_iter()
        .map(|kind| score_kind(kind, chart.items.iter().filter(|item| item.kind == kind), reply))
        .collect();
    let ids = kinds.iter().find(|score| score.kind == Kind::Hex);
    let all: usize = kinds.iter().map(|k| k.right + k.wrong + k.missing).sum();
    let wrong: usize = kinds.iter().map(|k| k.wrong).sum();
    let read = ids.is_some_and(|ids| {
        let asked = ids.right + ids.wrong + ids.missing;
        ids.right as f64 >= READ * asked as f64 && wrong as f64 <= (1.0 - READ) * all as f64
    });
    Score { density: chart.density.clone(), px_per_char: chart.px_per_char, kinds, read }
}

fn score_kind<'a>(kind: Kind, items: impl Iterator<Item = &'a Item>, reply: &str) -> KindScore {
    let mut score = KindScore { kind, right: 0, wrong: 0, missing: 0, wrong_chars: 0, chars: 0 };
    for item in items {
        score.chars += item.text.chars().count();
        match answer(&item.label, reply) {
            Some(answer) if answer == item.text => score.right += 1,
            Some(answer) => {
                score.wrong += 1;
                score.wrong_chars += alignment::distance(&answer, &item.text);
            }
            None => score.missing += 1,
        }
    }
    score
}

/// The last answer that a reply gives for a label. Replies are decorated in many ways: list signs,
/// back-ticks, bold, `:` for `=`.
fn answer(label: &str, reply: &str) -> Option<String> {
    let mut found = None;
    for (at, _) in reply.match_indices(label) {
        let whole = !reply[..at].ends_with(|c: char| c.is_alphanumeric());
        let rest = reply[at + label.len()..].trim_start_matches(['*', '`', '"', ' ', '|', '\t']);
        let Some(rest) = rest.strip_prefix(['=', ':']).or(reply.contains('|').then_some(rest))
        else {
            continue;
        };
        let rest = rest.trim_start_matches(['*', '`', '"', ' ', '|', '\t']);
        let end = rest.find(|c: char| c.is_whitespace() || "*`\",;|".contains(c));
        let text = rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
        if whole && !text.is_empty() {
            found = Some(text.to_owned());
        }
    }
    found.filter(|text| !text.eq_ignore_ascii_case("unreadable"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_read_however_they_are_dressed() {
        for reply in [
            "KEY01=7f3a",
            "- `KEY01` = `7f3a`,",
            "**KEY01**: 7f3a.",
            "| KEY01 | 7f3a |",
            "KEY01=xx\nKEY01=7f3a",
        ] {
            assert_eq!(answer("KEY01", reply).as_deref(), Some("7f3a"), "{reply}");
        }
        assert_eq!(answer("KEY01", "KEY01=unreadable"), None);
        assert_eq!(answer("KEY01", "SKEY01=7f3a"), None);
    }

    #[test]
    fn right_wrong_and_missing_are_told_apart() {
        let item = |number: usize, text: &str| Item {
            label: format!("KEY{number:02}"),
            kind: Kind::Hex,
            text: text.to_owned(),
        };
        let chart = Chart {
            density: "dense".to_owned(),
            px_per_char: 30.0,
            page: String::new(),
            items: vec![item(1, "aaaa"), item(2, "bbbb"), item(3, "cccc")],
        };
        let got = score(&chart, "KEY01=aaaa\nKEY02=bbb8\nKEY03=unreadable");
        let hex = &got.kinds[0];
        assert_eq!(
            (hex.right, hex.wrong, hex.missing, hex.wrong_chars, hex.chars),
            (1, 1, 1, 1, 12)
        );
        assert!(!got.read);
        assert!(score(&chart, "KEY01=aaaa KEY02=bbbb KEY03=cccc").read);
    }
}
