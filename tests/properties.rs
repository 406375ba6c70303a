//! What holds for every text: ranges cover the input, pages have the size asked for, no panic.

use microfiche::compress::{Options, compress};
use microfiche::profile::{Crop, ModelPage, PageSize, Profile, Settings};
use microfiche::source::{Reading, Source};
use microfiche::text::{Marks, Newlines, Preparer, Preparing, Role};
use microfiche::tokens::models::ModelTable;
use proptest::prelude::*;

fn profile(settings: &Settings) -> Profile {
    let model = ModelTable::embedded().default_model();
    Profile::resolve(settings, ModelPage::of(model, None).unwrap(), "").unwrap()
}

/// Runs the whole way and checks what must hold; returns the number of pages.
fn check(bytes: &[u8], profile: &Profile, reading: Reading) -> usize {
    let source = Source::from_reader("t", std::io::Cursor::new(bytes.to_vec()), reading);
    let options = Options { threads: 1, draw: true, ..Options::default() };
    let mut pages = compress(source, profile, options).unwrap();
    let (mut at, mut chars, mut count) = (0, 0, 0);
    for sheet in pages.by_ref() {
        let page = sheet.as_ref().unwrap().page.clone();
        count += 1;
        assert_eq!((page.number, page.width, page.height), (count, profile.width, profile.height));
        for range in &page.source {
            assert_eq!((range.input, range.start), (0, at));
            assert!(range.end > range.start);
            at = range.end;
        }
        chars += page.chars;
        let mut from = 0;
        for glyph in &page.glyphs {
            assert!(glyph.from >= from);
            from = glyph.from;
        }
    }
    let totals = pages.into_totals();
    assert_eq!(at, bytes.len() as u64);
    assert_eq!(chars, totals.inputs[0].chars);
    count
}

fn small(newlines: Newlines, font: &str) -> Profile {
    profile(&Settings {
        page: Some(PageSize::Px(120, 60)),
        font: Some(font.to_owned()),
        newlines: Some(newlines),
        crop: Some(Crop::None),
        ..Settings::default()
    })
}

/// What a reader of marks makes of them: the white space of the source, told from what is drawn.
fn restored(text: &str) -> String {
    let how =
        Preparing { newlines: Newlines::Mark, marks: Marks::default(), wrapped_from: None, tab: 4 };
    let mut preparer = Preparer::new(how);
    let mut source = Source::from_text(text);
    while let Some(chunk) = source.next_chunk().unwrap() {
        preparer.push(&chunk);
    }
    let mut out = String::new();
    // Boxes are told from text by their look; everything else is read as drawn.
    let drawn: Vec<(char, bool)> = preparer
        .into_last()
        .iter()
        .flat_map(|block| &block.units)
        .filter(|unit| unit.role != Role::Nothing)
        .map(|unit| (unit.ch, unit.role == Role::Boxed))
        .collect();
    let mut rest = &drawn[..];
    let is = |at: usize, sign: char, rest: &[(char, bool)]| rest.get(at) == Some(&(sign, false));
    while let Some((&(ch, boxed), after)) = rest.split_first() {
        if (ch == ' ' && !boxed && is(0, '§', after)) || (ch == '§' && !boxed) {
            // A mark: signs and counts up to the blank that ends it.
            rest = if ch == ' ' { after } else { rest };
            let end = rest.iter().position(|&(c, _)| c == ' ').unwrap();
            let mark: String = rest[..end].iter().map(|d| d.0).collect();
            rest = &rest[end + 1..];
            out.push_str(&white_space(&mark));
            continue;
        }
        rest = after;
        match ch {
            _ if boxed => out.push(ch),
            '‹' => {
                let end = rest.iter().position(|&(c, _)| c == '›').unwrap();
                let count: String = rest[..end].iter().map(|d| d.0).collect();
                rest = &rest[end + 1..];
                let digits = count.trim_end_matches('t');
                let white = if digits == count { " " } else { "\t" };
                out.push_str(&white.repeat(digits.parse().unwrap()));
            }
            _ => out.push(ch),
        }
    }
    out
}

/// The white space that a mark with line breaks stands for.
fn white_space(mark: &str) -> String {
    let mut out = String::new();
    let mut rest = mark;
    while let Some(c) = rest.chars().next() {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if digits.is_empty() {
            assert_eq!(c, '§', "{mark}");
            out.push('\n');
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let count = digits.parse().unwrap();
        rest = &rest[digits.len()..];
        let unit = rest.chars().next().filter(|c| "nbt".contains(*c));
        rest = &rest[usize::from(unit.is_some())..];
        match unit {
            // `§5n` is five breaks, of which the sign was one.
            Some('n') => out.push_str(&"\n".repeat(count - 1)),
            Some('t') => out.push_str(&"\t".repeat(count)),
            _ => out.push_str(&" ".repeat(count)),
        }
    }
    out
}

#[test]
fn the_white_space_of_code_is_restored_from_the_marks() {
    for name in ["code.rs", "prose.txt", "mixed.md"] {
        let path = format!("{}/tests/texts/{name}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(restored(&text), text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn white_space_is_restored_from_the_marks(text in "[ab12\n\t ↵‹›n]{1,300}") {
        prop_assert_eq!(restored(&text), text);
    }

    #[test]
    fn any_string(text in any::<String>(), keep in any::<bool>(), pixel in any::<bool>()) {
        prop_assume!(!text.is_empty());
        let newlines = if keep { Newlines::Keep } else { Newlines::Mark };
        let font = if pixel { "5x8" } else { "roboto-condensed" };
        let reading = Reading::default().with_label("utf-8").unwrap();
        // A byte order mark alone is no text.
        prop_assume!(text != "\u{FEFF}");
        check(text.as_bytes(), &small(newlines, font), reading);
    }

    #[test]
    fn white_space_and_controls(text in "[ \t\n\r\u{1B}\\[m;a\u{AD}\u{200B}\u{301}§‹]{1,400}") {
        for newlines in [Newlines::Keep, Newlines::Mark] {
            check(text.as_bytes(), &small(newlines, "5x8"), Reading::default());
        }
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 1..600), label in 0..5_usize) {
        let label = ["utf-8", "utf-16le", "shift_jis", "gb18030", "iso-2022-jp"][label];
        let reading = Reading { lossy: true, ..Reading::default() }.with_label(label).unwrap();
        let marks: [&[u8]; 2] = [b"\xEF\xBB\xBF", b"\xFF\xFE"];
        prop_assume!(!marks.iter().any(|mark| bytes.starts_with(mark)));
        check(&bytes, &small(Newlines::Keep, "5x8"), reading);
    }

    #[test]
    fn pages_of_any_size(width in 40..900_u32, height in 20..400_u32, columns in 1..4_u32) {
        let settings = Settings {
            page: Some(PageSize::Px(width, height)),
            columns: Some(microfiche::profile::Columns::Number(columns)),
            font: Some("5x8".to_owned()),
            crop: Some(Crop::None),
            ..Settings::default()
        };
        let model = ModelTable::embedded().default_model();
        let model = ModelPage::of(model, None).unwrap();
        if let Ok(profile) = Profile::resolve(&settings, model, "") {
            check("Some words to fill it. ".repeat(50).as_bytes(), &profile, Reading::default());
        }
    }
}
