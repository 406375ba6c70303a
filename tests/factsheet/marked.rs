//! Code, configuration, a log and a letter, written and labelled after the recognisers were: every
//! exact string stands between `⟦` and `⟧`.

use std::path::Path;

use microfiche::factsheet::Finder;

/// The text without its marks, and where the labelled strings are in it.
fn unmarked(marked: &str) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut labels, mut open) = (String::new(), Vec::new(), 0);
    for c in marked.chars() {
        match c {
            '⟦' => open = text.len(),
            '⟧' => labels.push((open, text.len())),
            _ => text.push(c),
        }
    }
    (text, labels)
}

#[derive(Default)]
struct Score {
    labelled: usize,
    whole: usize,
    exact: usize,
    found: usize,
    right: usize,
}

impl Score {
    fn precision(&self) -> f64 {
        self.right as f64 / self.found as f64
    }

    fn recall(&self) -> f64 {
        self.whole as f64 / self.labelled as f64
    }
}

/// A labelled string is found where what was found holds all of it; what was found is right where
/// it is a labelled string, holds one, or is a part of one.
fn score(name: &str) -> Score {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/exact/marked").join(name);
    let (text, labels) = unmarked(&std::fs::read_to_string(path).expect("a sample"));
    let mut finder = Finder::default();
    finder.push(&text);
    finder.finish();
    let found: Vec<(usize, usize)> =
        finder.take().iter().map(|found| (found.start as usize, found.end as usize)).collect();
    let mut score = Score { labelled: labels.len(), found: found.len(), ..Score::default() };
    for &(start, end) in &labels {
        if found.contains(&(start, end)) {
            score.exact += 1;
        }
        match found.iter().any(|&(s, e)| s <= start && end <= e) {
            true => score.whole += 1,
            false => show(&format!("{name}: missed {}", &text[start..end])),
        }
    }
    for &(start, end) in &found {
        match labels.iter().any(|&(s, e)| start < e && s < end) {
            true => score.right += 1,
            false => show(&format!("{name}: wrong {}", &text[start..end])),
        }
    }
    show(&format!(
        "{name}: {} labelled, recall {:.3} ({} to the byte), {} found, precision {:.3}",
        score.labelled,
        score.recall(),
        score.exact,
        score.found,
        score.precision()
    ));
    score
}

#[test]
fn what_people_labelled_is_found() {
    let names = ["gateway.go.txt", "rollout.yaml.txt", "gateway.log.txt", "letter.txt"];
    let scores = names.map(score);
    let sum = |of: fn(&Score) -> usize| scores.iter().map(of).sum::<usize>() as f64;
    let recall = sum(|s| s.whole) / sum(|s| s.labelled);
    let precision = sum(|s| s.right) / sum(|s| s.found);
    show(&format!("all: recall {recall:.3}, precision {precision:.3}"));
    assert!(recall >= 0.9 && precision >= 0.9, "recall {recall:.3}, precision {precision:.3}");
}

#[expect(clippy::print_stdout, reason = "the figures, for those who ask with --nocapture")]
fn show(report: &str) {
    println!("{report}");
}
