//! Texts whose exact strings people labelled after the recognisers were written. Every one stands
//! between `⟦` and `⟧`, with its kind before a bar: `⟦ip|10.0.0.1⟧`. Where several kinds would do,
//! none is given; `?` stands before what may be taken for an exact string or not.

use std::path::{Path, PathBuf};

use microfiche::factsheet::{Finder, Kind};

/// What a mark says of a string.
enum Label {
    /// It is one, of this kind if any.
    Exact(Option<Kind>),
    /// It may be taken for one or not.
    Either,
}

/// The text without its marks, and where the labelled strings are in it.
fn unmarked(marked: &str) -> (String, Vec<(Label, usize, usize)>) {
    let (mut text, mut labels) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('⟦') {
        let (inside, after) = after.split_once('⟧').expect("an end");
        let kind = |name: &str| Kind::ALL.into_iter().find(|kind| kind.name() == name);
        let (label, string) = match inside.split_once('|') {
            Some(("?", string)) => (Label::Either, string),
            Some((name, string)) => (Label::Exact(Some(kind(name).expect("a kind"))), string),
            None => (Label::Exact(None), inside),
        };
        text += before;
        labels.push((label, text.len(), text.len() + string.len()));
        text += string;
        rest = after;
    }
    (text + rest, labels)
}

#[derive(Clone, Copy, Default)]
struct Score {
    labelled: usize,
    whole: usize,
    exact: usize,
    kind: usize,
    found: usize,
    right: usize,
}

impl Score {
    fn sum(scores: impl IntoIterator<Item = Self>) -> Self {
        scores.into_iter().fold(Self::default(), |a, b| Self {
            labelled: a.labelled + b.labelled,
            whole: a.whole + b.whole,
            exact: a.exact + b.exact,
            kind: a.kind + b.kind,
            found: a.found + b.found,
            right: a.right + b.right,
        })
    }

    fn precision(&self) -> f64 {
        self.right as f64 / self.found as f64
    }

    fn recall(&self) -> f64 {
        self.whole as f64 / self.labelled as f64
    }

    fn show(&self, name: &str) {
        show(&format!(
            "{name}: {} labelled, recall {:.3} ({} whole, {} to the byte, {} of them of the kind), \
             {} found, precision {:.3}",
            self.labelled,
            self.recall(),
            self.whole,
            self.exact,
            self.kind,
            self.found,
            self.precision(),
        ));
    }
}

/// A labelled string is found where what was found holds all of it; what was found is right where
/// it is a labelled string, holds one, or is a part of one.
fn score(path: &Path) -> Score {
    let name = path.file_name().expect("a name").to_string_lossy();
    let (text, labels) = unmarked(&std::fs::read_to_string(path).expect("a sample"));
    let mut finder = Finder::default();
    finder.push(&text);
    finder.finish();
    let found: Vec<(Kind, usize, usize)> = finder
        .take()
        .into_iter()
        .map(|found| (found.kind, found.start as usize, found.end as usize))
        .collect();
    let mut score = Score::default();
    for (label, start, end) in &labels {
        let Label::Exact(wanted) = label else { continue };
        let same = found.iter().find(|(_, s, e)| (s, e) == (start, end));
        score.labelled += 1;
        score.exact += usize::from(same.is_some());
        score.kind += usize::from(same.is_some_and(|same| wanted.is_none_or(|k| k == same.0)));
        match found.iter().any(|(_, s, e)| s <= start && end <= e) {
            true => score.whole += 1,
            false => show(&format!("{name}: missed {}", &text[*start..*end])),
        }
    }
    for &(kind, start, end) in &found {
        let over = |either: bool| {
            let mut all = labels.iter().filter(|(l, ..)| matches!(l, Label::Either) == either);
            all.any(|(_, s, e)| start < *e && *s < end)
        };
        match (over(false), over(true)) {
            (true, _) => (score.found, score.right) = (score.found + 1, score.right + 1),
            (false, true) => {}
            (false, false) => {
                score.found += 1;
                show(&format!("{name}: wrong {} {}", kind.name(), &text[start..end]));
            }
        }
    }
    score.show(&name);
    score
}

/// The samples of a folder, by what kind of text they are.
fn scores(folder: &str) -> Vec<(Text, Score)> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/exact").join(folder);
    let mut paths: Vec<PathBuf> =
        data.read_dir().expect("samples").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| (Text::of(path), score(path))).collect()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Text {
    Code,
    Config,
    Log,
    Prose,
}

impl Text {
    fn of(path: &Path) -> Self {
        let name = path.file_stem().expect("a name").to_string_lossy();
        match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("cpp" | "go" | "js" | "py") => Self::Code,
            Some("yaml" | "tf") => Self::Config,
            Some("log") => Self::Log,
            _ => Self::Prose,
        }
    }
}

/// The score of all samples of a folder, after that of each kind of text was checked.
fn check(folder: &str, recall: f64, precision: f64) {
    let scores = scores(folder);
    for kind in [Text::Code, Text::Config, Text::Log, Text::Prose] {
        let of_kind = scores.iter().filter(|(text, _)| *text == kind).map(|(_, score)| *score);
        let sum = Score::sum(of_kind);
        if sum.labelled == 0 {
            continue;
        }
        sum.show(&format!("{folder}, {kind:?}"));
        assert!(sum.recall() >= recall, "{folder}, {kind:?}: {}", sum.recall());
        assert!(sum.precision() >= precision, "{folder}, {kind:?}: {}", sum.precision());
    }
    Score::sum(scores.into_iter().map(|(_, score)| score)).show(folder);
}

#[test]
fn what_people_labelled_is_found() {
    check("marked", 0.98, 0.98);
}

#[test]
fn what_was_looked_at_while_the_rules_were_mended_is_found() {
    check("fresh", 0.97, 0.98);
}

#[test]
fn what_was_looked_at_last_is_found() {
    check("held", 0.96, 0.98);
}

#[test]
fn what_was_written_after_the_rules_were_mended_is_found() {
    check("after", 0.91, 0.98);
}

#[expect(clippy::print_stdout, reason = "the figures, for those who ask with --nocapture")]
fn show(report: &str) {
    println!("{report}");
}
