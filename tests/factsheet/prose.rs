//! Prose stays clean: what is found in it is what people labelled.

use std::collections::BTreeMap;
use std::path::Path;

use microfiche::factsheet::{Finder, Kind};

fn find(text: &str) -> Vec<(Kind, String)> {
    let mut finder = Finder::default();
    finder.push(text);
    finder.finish();
    finder.take().into_iter().map(|f| (f.kind, f.text)).collect()
}

fn data() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/exact")
}

fn samples() -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(data())
        .expect("the samples")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "txt"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("text"))
        })
        .collect()
}

#[test]
fn precision_on_labelled_prose() {
    let samples = samples();
    let bytes: usize = samples.iter().map(|(_, text)| text.len()).sum();
    assert!(bytes >= 20_000, "{bytes} bytes of prose");
    let labels = std::fs::read_to_string(data().join("labels.tsv")).expect("the labels");
    let mut expected: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in labels.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split('\t');
        let (Some(file), Some(text), Some(times)) = (parts.next(), parts.next(), parts.next())
        else {
            panic!("file, string, times: {line}")
        };
        if samples.iter().any(|(name, _)| name == file) {
            expected.insert((file.to_owned(), text.to_owned()), times.parse().expect("a count"));
        }
    }
    let labelled: usize = expected.values().sum();
    let (mut right, mut wrong) = (0, Vec::new());
    for (name, text) in &samples {
        for (kind, string) in find(text) {
            match expected.get_mut(&(name.clone(), string.clone())) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    right += 1;
                }
                _ => wrong.push(format!("{name}: {} {string}", kind.name())),
            }
        }
    }
    let missed: Vec<_> =
        expected.iter().filter(|(_, left)| **left > 0).map(|(key, _)| key).collect();
    let precision = right as f64 / (right + wrong.len()) as f64;
    let recall = right as f64 / labelled as f64;
    let report = format!(
        "{bytes} bytes, precision {precision:.3}, recall {recall:.3}\nwrong: {wrong:#?}\nmissed: {missed:#?}"
    );
    show(&report);
    assert!(precision >= 0.9, "{report}");
    assert!(recall >= 0.9, "{report}");
}

/// Books of before the web write a dash as two hyphens, with and without blanks, lines wrapped.
#[test]
fn dashes_of_prose_are_no_flags() {
    let book = std::fs::read_to_string(data().join("moby-dick.txt")).expect("the book");
    let dashes = book.matches('\u{2014}').count();
    assert!(dashes >= 10, "{dashes} dashes");
    for dash in ["--", " --", "-- ", " -- "] {
        let text = book.replace('\u{2014}', dash);
        let mut wrapped = String::new();
        let mut column = 0;
        for word in text.split(' ') {
            if column + word.len() > 72 {
                wrapped.push('\n');
                column = 0;
            } else if column > 0 {
                wrapped.push(' ');
            }
            wrapped.push_str(word);
            column += word.len() + 1;
        }
        for text in [text, wrapped] {
            let flags: Vec<_> =
                find(&text).into_iter().filter(|(kind, _)| *kind == Kind::Flag).collect();
            assert!(flags.is_empty(), "{dash:?}: {flags:?}");
        }
    }
}

#[expect(clippy::print_stdout, reason = "the figures, for those who ask with --nocapture")]
fn show(report: &str) {
    println!("{report}");
}
