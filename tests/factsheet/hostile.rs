//! Text made to be slow takes time in proportion to its length, and memory stays bounded.

use std::time::{Duration, Instant};

use microfiche::factsheet::{Collector, Finder, Found, Kind, Limits, Place};

const BYTES: usize = 1 << 20;

fn count(text: &str) -> (usize, Duration) {
    let start = Instant::now();
    let mut finder = Finder::default();
    finder.push(text);
    finder.finish();
    (finder.take().len(), start.elapsed())
}

#[test]
fn hostile_text_is_linear() {
    let units = [
        "a",
        "7",
        ".",
        "-",
        "/",
        "a/",
        "1.",
        "1,",
        "a.",
        "a-",
        "--a",
        "a@",
        "@",
        "a:",
        "::",
        "1:",
        "://",
        "a://",
        "(",
        "[",
        "\\",
        "A1",
        "a1b",
        "aB",
        "_",
        "a_",
        "$",
        "$1",
        "#",
        "#1",
        "+1",
        "+",
        "eyJ",
        "eyJa.",
        "0x",
        "00:",
        "00-",
        "AB-",
        "AB-1",
        "a=",
        "é",
        "р",
        "aр",
        "光",
        "€",
        "€1",
        "1e",
        "1 ",
        "1, ",
        "-a ",
        "--a ",
        "May 1 ",
        "AA00 ",
        "1.1.1.1.",
        "a/b.",
        "www.",
        "C:\\",
        "\\\\a",
        "555-",
        "12:34:",
        "2024-01-",
        "~",
        "`-a",
        "=-",
        "GHSA-",
        "\n-a",
        "1x1x",
        "111,",
        "1_",
        "ab12-",
        "%",
        "*/",
        "<a",
        "01 ",
        "4111 ",
        "1-",
        "A-1-",
        "a-1-",
        " --the --no",
        "C:\\a b\\",
        "\"C:\\a ",
        "%A\\",
        "10.1234/",
        "/a?b=",
        "arn:a",
        "com.a.",
        "`a.b",
        "Foo$a.",
        "x@1",
        "12345678 ",
        "0000:00:",
        "1×",
        "−1",
    ];
    let mut slow = Vec::new();
    for unit in units {
        // A shared machine may stand still during one of them: what is linear is so now and then.
        let linear = (0..5).any(|_| {
            let (_, short) = count(&unit.repeat(BYTES / 4 / unit.len()));
            let (_, long) = count(&unit.repeat(BYTES / unit.len()));
            // The ratio only where there is something to measure.
            long < Duration::from_millis(200) || long < short * 8
        });
        if !linear {
            slow.push(format!("{unit:?}"));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn one_token_of_ten_megabytes() {
    for unit in ["a", "7", "3f", "aB3x", ".", "a/b_c/"] {
        let in_time = (0..5).any(|_| {
            let (_, time) = count(&unit.repeat((10 << 20) / unit.len()));
            time < Duration::from_secs(5)
        });
        assert!(in_time, "{unit}");
    }
}

fn add(collector: &mut Collector, text: &str) {
    let end = text.len() as u64;
    let found = Found { kind: Kind::Number, start: 0, end, text: text.to_owned() };
    collector.add(found, Place { input: 0, start: 0, end });
}

#[test]
fn strings_over_the_limits_are_counted() {
    let limits = Limits { entries: 100, bytes: 10_000, string: 50, places: 2 };
    let mut collector = Collector::new(limits);
    for n in 0..250 {
        add(&mut collector, &format!("{n:05}"));
        add(&mut collector, "00001");
    }
    add(&mut collector, &"9".repeat(51));
    let entries = collector.finish();
    assert_eq!(entries.all.len(), 100);
    assert_eq!(entries.overflow[Kind::Number], 151);
    assert_eq!(entries.overflow.total(), 151);
    assert_eq!((entries.all[1].count, entries.all[1].places.len()), (251, 2));
}

#[test]
fn nested_strings_by_the_thousand_are_selected_in_time() {
    let start = Instant::now();
    let zeros = "0".repeat(1024);
    let mut collector = Collector::default();
    for length in 5..=1024 {
        for lead in ["", "1", "2", "3"] {
            let text = format!("{lead}{zeros}");
            add(&mut collector, &text[..length]);
        }
    }
    let entries = collector.finish();
    let all = entries.select(None, &super::risk(), &|s| s.len() as u64, &|_| 1);
    assert_eq!(all.entries.len(), 4);
    assert_eq!(all.covered.total() + 4, entries.all.len() as u64);
    assert!(start.elapsed() < Duration::from_secs(10));
}
