//! Pages read back by the glyphs they were drawn with: `compress --check`, `verify --reader atlas`.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{bytes, folder, microfiche, report, texts};
use image::{GrayImage, Luma};
use microfiche::compress::{Options, compress};
use microfiche::error::Error;
use microfiche::profile::{Bits, Columns, Density, ModelPage, PageSize, Profile, Settings};
use microfiche::source::{Reading, Source};
use microfiche::text::Newlines;
use microfiche::tokens::models::ModelTable;
use microfiche::typeface::fonts;
use serde_json::Value;

/// Draws a text and reads every page back; returns the number of pages.
fn check(text: &[u8], settings: &Settings) -> Result<usize, Error> {
    let mut source =
        Source::from_reader("text", std::io::Cursor::new(text.to_vec()), Reading::default());
    let sample = source.peek(microfiche::profile::SAMPLE)?;
    let model = ModelPage::of(ModelTable::embedded().default_model(), None).unwrap();
    let profile = Profile::resolve(settings, model, &sample)?;
    let options = Options { threads: 2, draw: true, check: true, ..Options::default() };
    let mut count = 0;
    for sheet in compress(source, &profile, options)? {
        sheet?;
        count += 1;
    }
    Ok(count)
}

fn holds(name: &str, text: &[u8], settings: &Settings) {
    if let Err(error) = check(text, settings) {
        panic!("{name}: {error}\n{settings:?}");
    }
}

fn udhr() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/udhr");
    let mut texts: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    texts.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    texts.sort();
    assert!(texts.len() >= 70);
    texts
}

#[test]
fn pages_of_every_language_hold_their_text() {
    for path in udhr() {
        let text = bytes(&path);
        for density in [None, Some(Density::Safe)] {
            let settings = Settings { density, ..Settings::default() };
            holds(&path.display().to_string(), &text, &settings);
        }
    }
}

#[test]
fn pages_of_every_look_hold_their_text() {
    let small = Some(PageSize::Px(420, 160));
    for path in texts() {
        let text = bytes(&path);
        let text = &text[..text.len().min(3000)];
        let name = path.display().to_string();
        let mut faults = Vec::new();
        let mut look = |settings: Settings| {
            let settings = Settings { page: small, ..settings };
            faults.extend(check(text, &settings).err().map(|error| (error.to_string(), settings)));
        };
        for density in [Density::Safe, Density::Balanced, Density::Dense, Density::Limit] {
            let density = Some(density);
            look(Settings { density, ..Settings::default() });
            for bits in [4, 8] {
                look(Settings { density, bits: Some(Bits::Number(bits)), ..Settings::default() });
            }
        }
        for newlines in [Newlines::Keep, Newlines::Mark, Newlines::Flow] {
            for invert in [Some(false), Some(true)] {
                look(Settings { newlines: Some(newlines), invert, ..Settings::default() });
            }
        }
        for font in fonts().map(|font| font.name).filter(|name| name.contains('x')) {
            // What a pixel font lacks is drawn by outlines, which need more than two levels.
            for &bits in if text.is_ascii() { &[1, 2, 4, 8][..] } else { &[4, 8] } {
                let bits = Some(Bits::Number(bits));
                look(Settings { font: Some(font.to_owned()), bits, ..Settings::default() });
            }
        }
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
}

#[test]
fn pages_of_every_face_hold_their_text() {
    let text = "The quick brown fox (1l|I) jumps over 0123456789 lazy dogs; ßéñ λόγος съешь.\n";
    for font in fonts() {
        for downscale in [None, Some(1.0)] {
            let settings = Settings {
                font: Some(font.name.to_owned()),
                downscale,
                page: Some(PageSize::Px(420, 160)),
                ..Settings::default()
            };
            holds(font.name, text.as_bytes(), &settings);
        }
    }
}

/// At few bits, small outlines lose what tells them apart: that is what the check is for.
#[test]
fn letters_that_pixels_cannot_tell_apart_are_named() {
    let text = bytes(&common::text("prose.txt"));
    let settings = Settings {
        density: Some(Density::Limit),
        bits: Some(Bits::Number(1)),
        ..Settings::default()
    };
    let error = check(&text, &settings).unwrap_err();
    assert!(matches!(error, Error::Unread { page: 1, .. }), "{error}");
    assert!(error.to_string().contains("cannot be told from"), "{error}");
}

#[test]
fn characters_under_others_and_off_the_page_are_named() {
    let fails = |text: &str, settings: &Settings| match check(text.as_bytes(), settings) {
        Err(error @ Error::Unread { .. }) => error.to_string(),
        other => panic!("{text:.20}: {other:?}"),
    };
    let mut pile = String::from("Z");
    pile.extend((0x300..0x370).filter_map(char::from_u32).cycle().take(5_000));
    let said = fails(&pile, &Settings::default());
    assert!(said.starts_with("page 1, line 1, column ") && said.len() < 300, "{said}");
    let said = fails(&"\u{301}".repeat(10_000), &Settings::default());
    assert!(said.contains("cannot be seen"), "{said}");
    // Boxes with code points that the page's edge cuts within the digits.
    let narrow = Settings {
        font: Some("8x16".to_owned()),
        page: Some(PageSize::Px(20, 60)),
        margin: Some(1),
        columns: Some(Columns::Number(1)),
        ..Settings::default()
    };
    let said = fails("\u{10FFFE}\u{10FFFF}", &narrow);
    assert!(said.contains("cannot be told from"), "{said}");
}

/// Pages of 8×16 cells, a line of the text a line of the page, and where the cells begin.
fn cells(dir: &Path, text: &str) -> (PathBuf, u32, u32) {
    let (input, out) = (dir.join("text.txt"), dir.join("pages"));
    fs::write(&input, text).unwrap();
    microfiche()
        .args(["compress", "--check", "--font", "8x16", "--page", "400x100", "--columns", "1"])
        .args(["--newlines", "keep", "--force", "-o"])
        .arg(&out)
        .arg(&input)
        .assert()
        .success();
    let report = report(&out);
    assert_eq!(report["checked"], true);
    let corner = &report["pages"][0]["boxes"][0];
    let side = |name: &str| corner[name].as_u64().unwrap() as u32;
    (out, side("x"), side("y"))
}

/// Alters a page's file.
fn alter(page: &Path, by: impl FnOnce(&mut GrayImage)) {
    let mut image = image::open(page).unwrap().into_luma8();
    by(&mut image);
    image.save(page).unwrap();
}

/// What `verify --reader atlas --json` finds, the exit code, and what is said on standard error.
fn verify(pages: &Path) -> (Value, i32, String) {
    let done = microfiche()
        .arg("verify")
        .arg(pages)
        .args(["--reader", "atlas", "--json"])
        .output()
        .unwrap();
    let value: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/src/fidelity/schema.json");
    let schema = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let errors: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    (value, done.status.code().unwrap(), String::from_utf8(done.stderr).unwrap())
}

#[test]
fn one_altered_glyph_is_named_with_its_place() {
    let dir = folder();
    let text = "first line\nid 70351 and 8\nlast line\nx\ny\nz\nthe second page\n";
    let (pages, left, top) = cells(dir.path(), text);
    let page = pages.join("page-0001.png");
    let clean = fs::read(&page).unwrap();
    let (value, code, said) = verify(&pages);
    assert_eq!((code, value["total"]["fidelity"].as_f64()), (0, Some(1.0)), "{said}");
    assert!(value["note"].as_str().unwrap().contains("not anyone's eyesight"));
    assert_eq!(value["pages"].as_array().unwrap().len(), 2);

    let cell = |column: u32, line: u32| (left + 8 * column, top + 16 * line);
    let copy = |image: &mut GrayImage, from: (u32, u32), to: (u32, u32)| {
        for (x, y) in (0..16).flat_map(|y| (0..8).map(move |x| (x, y))) {
            let sample = *image.get_pixel(from.0 + x, from.1 + y);
            image.put_pixel(to.0 + x, to.1 + y, sample);
        }
    };
    // The zero of 70351 becomes the eight at the end of the line.
    alter(&page, |image| copy(image, cell(13, 1), cell(4, 1)));
    let (value, code, said) = verify(&pages);
    assert_eq!(code, 4);
    assert!(said.contains("page 1, line 2, column 5 (byte 15): \"0\" is read as \"8\""), "{said}");
    let found = &value["pages"][0]["drawing"];
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(found[0]["source"][0]["start"], 15);
    assert_eq!(value["pages"][0]["misreads"][0]["read"], "8");
    assert!(value["pages"][1].get("drawing").is_none());
    assert_eq!(
        value["total"]["exact_strings_read"].as_u64().map(|read| read + 1),
        value["total"]["exact_strings"].as_u64()
    );

    fs::write(&page, &clean).unwrap();
    alter(&page, |image| copy(image, cell(30, 1), cell(4, 1)));
    let (_, code, said) = verify(&pages);
    assert_eq!(code, 4);
    assert!(said.contains("line 2, column 5 (byte 15): \"0\" is not there"), "{said}");

    fs::write(&page, &clean).unwrap();
    alter(&page, |image| image.put_pixel(1, 90, Luma([0])));
    let (value, code, said) = verify(&pages);
    assert_eq!(code, 4);
    assert!(said.contains("page 1, 1x1 px at 1,90: ink where no glyph is"), "{said}");
    assert_eq!(value["total"]["fidelity"], 1.0);

    fs::write(&page, b"not a page").unwrap();
    let (_, code, said) = verify(&pages);
    assert!(code == 4 && said.contains("page 1, the file is no page"), "{said}");
    fs::remove_file(&page).unwrap();
    let (value, code, _) = verify(&pages);
    assert_eq!(code, 1);
    assert!(value["pages"][0]["unread"].as_str().unwrap().contains("page-0001.png"));
}

#[test]
fn a_check_that_does_not_hold_leaves_nothing() {
    let dir = folder();
    let out = dir.path().join("pages");
    let text = ["fine ".repeat(4_000), "\u{301}".repeat(5_000)].concat();
    let done = microfiche()
        .args(["compress", "--check", "--page", "400x100", "-o"])
        .arg(&out)
        .write_stdin(text)
        .output()
        .unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(4), "{said}");
    assert!(said.starts_with("microfiche: --check: page ") && said.lines().count() == 1, "{said}");
    assert!(said.contains(", line ") && said.contains("(byte 2"), "{said}");
    assert!(!out.exists());
}
