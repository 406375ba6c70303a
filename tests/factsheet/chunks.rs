//! How a text comes in chunks makes no difference, and ranges give the strings back.

use microfiche::secrets::{Scanner, Secret};

use super::secrets::find;
use microfiche::factsheet::{Finder, Found, LONGEST};
use proptest::prelude::*;

fn whole(text: &str) -> Vec<Found> {
    in_chunks(&[text])
}

fn in_chunks(chunks: &[&str]) -> Vec<Found> {
    let mut finder = Finder::default();
    let mut found = Vec::new();
    for chunk in chunks {
        finder.push(chunk);
        found.extend(finder.take());
    }
    finder.finish();
    found.extend(finder.take());
    found
}

fn cut<'a>(text: &'a str, cuts: &[usize]) -> Vec<&'a str> {
    let mut places: Vec<usize> =
        cuts.iter().map(|&c| text.floor_char_boundary(c % (text.len() + 1))).collect();
    places.extend([0, text.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

fn in_order(text: &str, found: &[Found]) {
    let mut last = 0;
    for f in found {
        assert!(f.start >= last && f.start < f.end, "{f:?}");
        assert_eq!(&text[f.start as usize..f.end as usize], f.text);
        assert!(f.text.len() <= LONGEST);
        last = f.end;
    }
}

/// Pieces of everything that recognisers look at, in any order.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-z]{1,9}",
        2 => Just(" ".to_owned()),
        1 => Just("\n".to_owned()),
        2 => "[0-9]{1,6}",
        1 => "[A-Z][a-z]{1,5}[A-Z]?",
        2 => "[-./:@#$%+,_=()\\[\\]<>\"'`~\\\\{}|;*&!?^]",
        1 => prop_oneof![
            Just("https://example.org/a(b)?c=d"), Just("April 4, 1908"), Just("DE89 3704 0044 0532 0130 00"),
            Just("550e8400-e29b-41d4-a716-446655440000"), Just("fe80::1%eth0"), Just("eyJhbGciOiJI.eyJzdWIiOiIx.dozjgNryP4"),
            Just("C:\\Users\\x"), Just("€"), Just("12.5 MB"), Just("--flag"), Just("é"), Just("р"), Just("μ"), Just("光"),
            Just("😀"), Just("\u{a0}"), Just("\u{2014}"), Just("+49 30 1234567"), Just("src/a.rs:1:2"), Just("v1.2.3-rc.1"),
        ].prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn any_chunks_give_the_same(text in text(), cuts in prop::collection::vec(any::<usize>(), 0..8)) {
        let found = whole(&text);
        in_order(&text, &found);
        prop_assert_eq!(found, in_chunks(&cut(&text, &cuts)));
    }

    #[test]
    fn any_unicode_gives_the_same(text in "\\PC{0,200}", cuts in prop::collection::vec(any::<usize>(), 0..8)) {
        let found = whole(&text);
        in_order(&text, &found);
        prop_assert_eq!(found, in_chunks(&cut(&text, &cuts)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn so_do_runs_longer_than_what_is_held_back(
        pieces in prop::collection::vec((text(), 1..90_usize), 1..12),
        cuts in prop::collection::vec(any::<usize>(), 0..12),
    ) {
        let text: String = pieces.iter().map(|(piece, times)| piece.replace([' ', '\n'], "").repeat(*times)).collect::<Vec<_>>().join(" ");
        let found = whole(&text);
        in_order(&text, &found);
        prop_assert_eq!(found, in_chunks(&cut(&text, &cuts)));
    }
}

#[test]
fn one_character_at_a_time() {
    let text = "At 10:15 GET https://example.org/x?y=z from 10.0.0.1:80 took 12.5 ms, cost €12.50 \u{2014} see src/main.rs:12.\n".repeat(90);
    let mut finder = Finder::default();
    let mut found = Vec::new();
    for c in text.chars() {
        finder.push(c.encode_utf8(&mut [0; 4]));
        found.extend(finder.take());
    }
    finder.finish();
    found.extend(finder.take());
    assert_eq!(found, whole(&text));
    assert_eq!(found.len(), 6 * 90);
}

#[test]
fn secrets_do_not_depend_on_chunks_either() {
    let filler =
        "Nothing of interest stands in this line of the file, nor in the next one of it.\n"
            .repeat(700);
    // In pieces, so that no scanner takes this file for a leak.
    let line = format!("aws_key = \"{}{}\"\n", "AKIA", "Z5QFJ7XKRN3WLD6B");
    let text = format!("{line}{filler}{line}{filler}{line}{filler}{line}");
    let all = find(&text);
    assert_eq!(all.len(), 4, "{all:?}");
    for size in [1000, 4097, 65_536, 100_000] {
        let mut stream = Scanner::default();
        let mut found: Vec<Secret> = Vec::new();
        for chunk in text.as_bytes().chunks(size) {
            stream.push(std::str::from_utf8(chunk).expect("ASCII"));
            found.extend(stream.take());
        }
        stream.finish();
        found.extend(stream.take());
        assert_eq!(found, all, "chunks of {size}");
    }
}
