//! What goes on the sheet, what does not, and that both are counted exactly.

use microfiche::factsheet::{Collector, Entries, Finder, Kind, Place, render};
use proptest::prelude::*;

fn entries(text: &str) -> Entries {
    let mut finder = Finder::default();
    finder.push(text);
    finder.finish();
    let mut collector = Collector::default();
    for found in finder.take() {
        let (start, end) = (found.start, found.end);
        collector.add(found, Place { input: 0, start, end });
    }
    collector.finish()
}

/// About what tokenizers make of exact strings.
fn tokens(text: &str) -> u64 {
    text.len().div_ceil(3) as u64
}

fn page(place: &Place) -> u32 {
    place.start as u32 / 200 + 1
}

const TEXT: &str = "Build 3f2a9c1d8be0 of src/text/mod.rs:12 failed; src/text/mod.rs is old.\n\
    See https://example.org/3f2a9c1d8be0/log and mail a.b@example.org at once.\n\
    max_page_size = 4096; MAX_TOKENS = 96; parseRequest(x); 3f2a9c1d8be0 again.\n\
    It cost $1,234.50, or 42%, on 2024-01-31 from 10.0.0.1:8080, for O0Il1.\n";

#[test]
fn all_is_complete_but_for_substrings() {
    let entries = entries(TEXT);
    let all = entries.select(None, &super::risk(), &tokens, &page);
    let texts: Vec<&str> = all.entries.iter().map(|entry| entry.text.as_str()).collect();
    assert!(texts.contains(&"src/text/mod.rs:12"));
    assert!(!texts.contains(&"src/text/mod.rs"), "a substring of a kept string");
    assert!(!texts.contains(&"3f2a9c1d8be0"), "it is in the URL");
    assert_eq!(all.left_out.total(), 0);
    assert_eq!(all.covered[Kind::Hex], 1);
    assert_eq!(all.covered[Kind::Path], 1);
    assert_eq!(all.entries.len() as u64 + all.covered.total(), entries.all.len() as u64);
    assert_eq!(all.tokens, tokens(&render(&all.entries, &page)));
}

#[test]
fn a_budget_keeps_the_riskiest() {
    let entries = entries(TEXT);
    let few = entries.select(Some(60), &super::risk(), &tokens, &page);
    let texts: Vec<&str> = few.entries.iter().map(|entry| entry.text.as_str()).collect();
    assert!(few.tokens <= 60, "{}", few.tokens);
    assert!(texts.contains(&"O0Il1"), "{texts:?}");
    assert!(!texts.contains(&"max_page_size"), "{texts:?}");
    assert!(few.left_out[Kind::Identifier] > 0);
}

#[test]
fn no_room_is_no_sheet() {
    let entries = entries(TEXT);
    let none = entries.select(Some(5), &super::risk(), &tokens, &page);
    assert!(none.entries.is_empty());
    assert_eq!(none.tokens, 0);
    assert_eq!(none.left_out.total(), entries.all.len() as u64);
}

#[test]
fn the_same_text_gives_the_same_sheet() {
    let text = TEXT.repeat(3) + "x_1 = 0xff; y_2 = 0xfe;\n";
    let sheet = || {
        let entries = entries(&text);
        render(&entries.select(Some(100), &super::risk(), &tokens, &page).entries, &page)
    };
    let first = sheet();
    assert!((0..5).all(|_| sheet() == first));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_string_is_listed_covered_or_left_out(
        words in prop::collection::vec("[ab]{1,3}_[ab]{1,2}(_[ab])?|[12]{5,7}|a/b_[12]{1,3}\\.rs(:[12])?", 0..40),
        budget in prop::option::of(0..200_u64),
    ) {
        let entries = entries(&words.join(" "));
        let chosen = entries.select(budget, &super::risk(), &tokens, &page);
        let listed = chosen.entries.len() as u64;
        prop_assert_eq!(listed + chosen.covered.total() + chosen.left_out.total(), entries.all.len() as u64);
        if let Some(budget) = budget {
            prop_assert!(chosen.tokens <= budget);
        } else {
            prop_assert_eq!(chosen.left_out.total(), 0);
        }
        // No listed string holds another; whatever is covered is held by a listed one.
        let texts: Vec<&str> = chosen.entries.iter().map(|entry| entry.text.as_str()).collect();
        for a in &texts {
            prop_assert!(texts.iter().all(|b| a == b || !b.contains(a)));
        }
        let held = entries.all.iter().filter(|e| !texts.contains(&e.text.as_str()) && texts.iter().any(|t| t.contains(&e.text))).count();
        prop_assert_eq!(held as u64, chosen.covered.total());
    }
}
