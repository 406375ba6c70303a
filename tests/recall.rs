//! From pages back to text: every byte, or an error that says why not.

mod common;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use common::{bytes, folder, microfiche, nobody_reads, report, text, texts};
use microfiche::compress::{Options, compress};
use microfiche::error::Error;
use microfiche::layout::SourceRange;
use microfiche::profile::{ModelPage, PageSize, Profile, Settings};
use microfiche::raster::Label;
use microfiche::recall::Recall;
use microfiche::source::Source;
use microfiche::text::{Newlines, Preparer, Role};
use microfiche::tokens::models::ModelTable;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

/// Pixel letters, and no tokens, so that it is quick.
const SMALL: [&str; 5] = ["--font", "5x8", "--no-tokens", "--threads", "2"];

/// Pages of files, and of standard input where there are none: small ones, so that there are many.
fn draw(out: &Path, files: &[PathBuf], stdin: &[u8], flags: &[&str]) {
    let page: &[&str] = if flags.contains(&"--page") { &[] } else { &["--page", "300x120"] };
    microfiche()
        .arg("compress")
        .args(files)
        .arg("-o")
        .arg(out)
        .args(SMALL)
        .args(page)
        .args(flags)
        .write_stdin(stdin)
        .assert()
        .success();
}

/// A run of `recall` that must succeed; what it printed.
fn recall(folder: &Path, args: &[&str]) -> Vec<u8> {
    let done = microfiche().arg("recall").arg(folder).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && said.is_empty(), "{args:?}: {said}");
    done.stdout
}

/// A run of `recall` that must fail with one line that has all the words, and print nothing.
fn refuses(folder: &Path, args: &[&str], code: i32, words: &[&str]) {
    let done = microfiche().arg("recall").arg(folder).args(args).output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(code), "{args:?}: {said}");
    assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
    assert!(said.starts_with("microfiche: ") && done.stdout.is_empty(), "{args:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{args:?}: no {word:?} in {said}");
    }
}

/// Folders of pages of every kind of input, each with the bytes of its inputs.
fn kinds(dir: &Path) -> Vec<(PathBuf, Vec<Vec<u8>>)> {
    let prose = String::from_utf8(bytes(&text("prose.txt"))).unwrap().repeat(5);
    let many = "Zwölf Boxkämpfer\tjagen 漢字 \u{1F600} שלום über den Deich.\n".repeat(300);
    let utf_16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once('\u{FEFF}')
            .chain(many.chars())
            .flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec())
            .flat_map(unit)
            .collect()
    };
    let controls: Vec<u8> = (0..6000_u32)
        .map(|i| (i * i % 127 + 1) as u8)
        .chain(*b"\x1b[31mred\x1b[0m\r\r\n")
        .collect();
    let files: [(&str, Vec<u8>, &[&str]); 8] = [
        ("utf-8", many.clone().into_bytes(), &[]),
        ("utf-8-mark", [b"\xEF\xBB\xBF", prose.as_bytes()].concat(), &["--newlines", "flow"]),
        ("utf-16le", utf_16(u16::to_le_bytes), &[]),
        ("utf-16be", utf_16(u16::to_be_bytes), &["--newlines", "keep"]),
        ("latin-1", b"caf\xE9 au lait \xA7 ".repeat(900), &["--encoding", "latin1"]),
        ("crlf", prose.replace('\n', "\r\n").into_bytes(), &["--newlines", "keep"]),
        ("controls", controls, &[]),
        ("lossy", b"a\xFFb \xE2\x82 \n".repeat(700), &["--lossy"]),
    ];
    let mut kinds = Vec::new();
    for (name, bytes, flags) in &files {
        let file = dir.join(name);
        fs::write(&file, bytes).unwrap();
        let out = dir.join(format!("{name}.pages"));
        draw(&out, &[file], b"", flags);
        kinds.push((out, vec![bytes.clone()]));
    }
    let tree = dir.join("tree");
    fs::create_dir(&tree).unwrap();
    let inside = [("a.txt", prose.clone()), ("b.txt", String::new()), ("c.txt", many.clone())];
    for (name, text) in &inside {
        fs::write(tree.join(name), text).unwrap();
    }
    fs::write(tree.join("d.png"), b"\x89PNG\r\n\x1a\n\0\0").unwrap();
    let inside: Vec<Vec<u8>> = inside.map(|(_, text)| text.into_bytes()).to_vec();
    draw(&dir.join("tree.pages"), std::slice::from_ref(&tree), b"", &[]);
    kinds.push((dir.join("tree.pages"), inside));
    draw(&dir.join("stdin.pages"), &[], many.as_bytes(), &[]);
    kinds.push((dir.join("stdin.pages"), vec![many.clone().into_bytes()]));
    // Standard input between files, an empty one among them; what is kept is apart from the rest.
    let empty = dir.join("empty");
    fs::write(&empty, "").unwrap();
    let mixed = [dir.join("utf-16le"), "-".into(), empty, dir.join("crlf")];
    let all = vec![files[2].1.clone(), many.clone().into_bytes(), Vec::new(), files[5].1.clone()];
    draw(&dir.join("mixed.pages"), &mixed, many.as_bytes(), &[]);
    kinds.push((dir.join("mixed.pages"), all.clone()));
    draw(&dir.join("embedded.pages"), &mixed, many.as_bytes(), &["--embed-source"]);
    kinds.push((dir.join("embedded.pages"), all));
    kinds
}

#[test]
fn a_thousand_ranges_and_all_pages_are_the_exact_bytes() {
    let dir = folder();
    let kinds = kinds(dir.path());
    for (folder, inputs) in &kinds {
        let recall = Recall::open(folder).unwrap();
        let facts = &recall.report().inputs;
        assert_eq!(facts.len(), inputs.len(), "{folder:?}");
        let pages = recall.report().pages.len();
        assert!(pages > 1, "{folder:?}");
        let mut whole = Vec::new();
        for page in 1..=pages {
            let source = recall.page(page).unwrap();
            let record = recall.record(page).unwrap();
            assert_eq!(record.source_blake3, blake3::hash(&source).to_hex().as_str());
            for &range in &record.source {
                assert!(recall.pages_of(range).contains(&page));
            }
            whole.extend(source);
        }
        assert!(whole == inputs.concat(), "{folder:?}");
        assert!(matches!(recall.page(0), Err(Error::OutOfRange(_))));
        assert!(matches!(recall.page(pages + 1), Err(Error::OutOfRange(_))));
        assert!(self::recall(folder, &["--page", "1-"]) == whole, "{folder:?}");
    }
    let opened: Vec<_> = kinds.iter().map(|(folder, _)| Recall::open(folder).unwrap()).collect();
    let mut runner = TestRunner::new(Config { cases: 1000, ..Config::default() });
    let ranges = (0..kinds.len(), any::<prop::sample::Index>(), any::<u64>(), any::<u64>());
    let check = |(kind, input, a, b): (usize, prop::sample::Index, u64, u64)| {
        let inputs = &kinds[kind].1;
        let input = input.index(inputs.len());
        let length = inputs[input].len() as u64 + 1;
        let (start, end) = (a % length, b % length);
        let range = SourceRange { input, start: start.min(end), end: start.max(end) };
        let mut got = Vec::new();
        opened[kind].passage(range).unwrap().read_to_end(&mut got).unwrap();
        prop_assert!(got == inputs[input][range.start as usize..range.end as usize]);
        Ok(())
    };
    runner.run(&ranges, check).unwrap();
}

#[test]
fn lines_and_bytes_and_inputs() {
    let dir = folder();
    let crlf = dir.path().join("crlf.txt");
    fs::write(&crlf, "one\r\ntwo\r\nthree").unwrap();
    let out = dir.path().join("one");
    draw(&out, std::slice::from_ref(&crlf), b"", &[]);
    assert_eq!(recall(&out, &["--lines", "2"]), b"two\r\n");
    assert_eq!(recall(&out, &["--lines", "2-"]), b"two\r\nthree");
    assert_eq!(recall(&out, &["--lines", "1-3"]), b"one\r\ntwo\r\nthree");
    assert_eq!(recall(&out, &["--bytes", "5-8"]), b"two");
    assert_eq!(recall(&out, &["--bytes", "10-"]), b"three");
    refuses(&out, &["--lines", "3-4"], 2, &["3-4", "has 3"]);
    refuses(&out, &["--lines", "9"], 2, &["has 3"]);
    refuses(&out, &["--lines", "0"], 2, &["from 1"]);
    refuses(&out, &["--lines", "3-2"], 2, &["3-2"]);
    refuses(&out, &["--bytes", "3"], 2, &["A-B"]);
    refuses(&out, &["--bytes", "0-16"], 2, &["has 15"]);
    refuses(&out, &["--page", "2"], 2, &["pages 1 to 1"]);
    refuses(&out, &["--page", "0"], 2, &["no page 0"]);
    refuses(&out, &["--page", "1-18446744073709551615"], 2, &["pages 1 to 1"]);
    refuses(&out, &[], 2, &["--page", "--grep"]);
    refuses(&out, &["--grep", "("], 2, &["unclosed"]);
    refuses(&out, &["--grep", "nowhere"], 1, &["no line"]);
    refuses(&dir.path().join("none"), &["--page", "1"], 1, &["report.json"]);

    let wide = dir.path().join("wide.txt");
    let text: Vec<u8> = "\u{FEFF}ä\nsecond é\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(&wide, &text).unwrap();
    let both = dir.path().join("both");
    draw(&both, &[crlf, wide.clone()], b"", &[]);
    refuses(&both, &["--lines", "1"], 2, &["2 inputs", "--input"]);
    refuses(&both, &["--lines", "1", "--input", "2"], 2, &["0 to 1"]);
    assert_eq!(recall(&both, &["--lines", "2", "--input", "1"]), text[6..]);
    let path = wide.display().to_string();
    assert_eq!(recall(&both, &["--bytes", "2-4", "--input", &path]), text[2..4]);

    let found = String::from_utf8(recall(&both, &["--grep", "(?i)SECOND|tw"])).unwrap();
    let first = report(&both)["inputs"][0]["path"].as_str().unwrap().to_owned();
    assert_eq!(found, format!("{first}:1:2:5:two\n{path}:1:2:6:second é\n"));
    let found = recall(&both, &["--grep", "é", "--json"]);
    let found: Value = serde_json::from_slice(&found).unwrap();
    assert_eq!(found["matches"], json!([{ "start": 20, "end": 22 }]));
    assert_eq!((&found["line"], &found["text"]), (&json!(2), &json!("second é")));
    assert_eq!(found["source"][0]["input"], 1);

    let answer = |args: &[&str]| -> Value { serde_json::from_slice(&recall(&both, args)).unwrap() };
    let answered = answer(&["--bytes", "0-3", "--input", "0", "--json"]);
    assert_eq!((&answered["text"], &answered["pages"]), (&json!("one"), &json!([1])));
    assert_eq!(answer(&["--bytes", "0-2", "--input", "1", "--json"])["base64"], "//4=");
}

#[test]
fn an_original_that_changed_or_went_is_refused() {
    let dir = folder();
    let file = dir.path().join("a.txt");
    fs::write(&file, "words and more words\n".repeat(400)).unwrap();
    let out = dir.path().join("a.txt.pages");
    draw(&out, std::slice::from_ref(&file), b"", &[]);
    let asked: [&[&str]; 5] = [
        &["--page", "1"],
        &["--page", "1", "--drawn"],
        &["--lines", "1"],
        &["--bytes", "0-1"],
        &["--grep", "words"],
    ];
    let mut other = bytes(&file);
    other[5000] ^= 1;
    for (now, how) in [(other, "others"), (b"short".to_vec(), "8400 bytes and has 5")] {
        fs::write(&file, now).unwrap();
        for args in asked {
            refuses(&out, args, 1, &["a.txt has changed", how]);
        }
    }
    fs::remove_file(&file).unwrap();
    for args in asked {
        refuses(&out, args, 1, &["a.txt", "not below", "--embed-source"]);
    }
    fs::create_dir(&file).unwrap();
    refuses(&out, &["--page", "1"], 1, &["a.txt", "no file now"]);
}

#[test]
fn originals_are_looked_up_from_here_and_from_the_report() {
    let dir = folder();
    let sub = dir.path().join("sub");
    fs::create_dir(&sub).unwrap();
    fs::write(sub.join("a.txt"), "the text").unwrap();
    microfiche().current_dir(dir.path()).args(["compress", "sub/a.txt"]).assert().success();
    // From elsewhere, with another file of that name in the way.
    let away = folder();
    fs::create_dir(away.path().join("sub")).unwrap();
    fs::write(away.path().join("sub/a.txt"), "no  text").unwrap();
    for at in [dir.path(), away.path()] {
        let mut command = microfiche();
        command.current_dir(at).arg("recall").arg(sub.join("a.txt.pages"));
        command.args(["--page", "1"]).assert().success().stdout("the text");
    }
    fs::rename(sub.join("a.txt"), dir.path().join("moved.txt")).unwrap();
    let mut command = microfiche();
    command.current_dir(away.path()).arg("recall").arg(sub.join("a.txt.pages"));
    command.args(["--page", "1"]).assert().code(1).stdout("");
}

#[test]
fn what_is_kept_needs_no_files_and_is_checked() {
    let dir = folder();
    let out = dir.path().join("pages");
    let file = dir.path().join("a.txt");
    fs::write(&file, "one line\n".repeat(3000)).unwrap();
    draw(&out, &[file.clone(), "-".into()], b"from a pipe", &["--embed-source"]);
    assert_eq!(report(&out)["files"], json!(["source.gz", "prompt.txt"]));
    fs::remove_file(&file).unwrap();
    assert_eq!(recall(&out, &["--bytes", "5-", "--input", "1"]), b"a pipe");
    assert_eq!(recall(&out, &["--lines", "2999-", "--input", "0"]), b"one line\none line\n");

    let kept = out.join("source.gz");
    let good = bytes(&kept);
    for at in (0..good.len()).step_by(7) {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        fs::write(&kept, bad).unwrap();
        let done = microfiche().arg("recall").arg(&out).args(["--page", "1-"]).output().unwrap();
        // A few bits of a gzip header say nothing about the text: then the text is right.
        match done.status.code() {
            Some(0) => assert!(
                done.stdout == ["one line\n".repeat(3000).as_bytes(), b"from a pipe"].concat()
            ),
            code => assert!(code == Some(1) && done.stdout.is_empty(), "{at}"),
        }
    }
    fs::write(&kept, &good[..good.len() / 2]).unwrap();
    refuses(&out, &["--page", "1"], 1, &["source.gz"]);
    fs::write(&kept, [&good[..], &good[..]].concat()).unwrap();
    refuses(&out, &["--page", "1"], 1, &["goes on"]);
    fs::remove_file(&kept).unwrap();
    refuses(&out, &["--page", "1"], 1, &["source.gz"]);

    // The file goes with the pages, and with a run that keeps nothing.
    fs::write(&kept, &good).unwrap();
    draw(&out, &[], b"no more", &["--force", "--no-embed-source"]);
    assert!(!kept.exists());
    refuses(&out, &["--page", "1"], 1, &["standard input was not kept"]);
    let none = dir.path().join("none");
    microfiche()
        .args(["compress", "--gate=99", "-o"])
        .arg(&none)
        .write_stdin("dear")
        .assert()
        .code(3);
    assert!(!none.exists());
    let printed = microfiche().args(["compress", "--json"]).write_stdin("text").output().unwrap();
    let printed: Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert!(printed["inputs"][0].get("kept").is_none());
    microfiche()
        .args(["compress", "--json", "--embed-source"])
        .write_stdin("text")
        .assert()
        .code(2)
        .stdout("");
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_kept_as_standard_input_is() {
    let dir = folder();
    let pipe = dir.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::write(pipe, "through a pipe")
    });
    let out = dir.path().join("pages");
    draw(&out, &[pipe], b"", &[]);
    writer.join().unwrap().unwrap();
    assert_eq!(recall(&out, &["--page", "1"]), b"through a pipe");
}

#[test]
fn a_hostile_report_is_one_line_of_error() {
    let dir = folder();
    let out = dir.path().join("pages");
    draw(&out, &[], "words and more words\n".repeat(300).as_bytes(), &[]);
    let secret = dir.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    let good = report(&out);
    let write = |text: &str| fs::write(out.join("report.json"), text).unwrap();
    let edits: Vec<(&str, Value, &str)> = vec![
        ("/schema", json!("microfiche.report/2"), "report/2"),
        ("/schema", json!(7), "string"),
        ("/pages", json!([]), "on no page"),
        ("/pages/0/file", json!("../secret"), "../secret"),
        ("/pages/0/file", json!("/etc/passwd"), "/etc/passwd"),
        ("/pages/0/file", json!(".."), "\"..\""),
        ("/pages/0/file", json!(""), "not the name"),
        ("/inputs/0/kept", json!("../secret"), "../secret"),
        ("/files/0", json!("sub/../../secret"), "secret"),
        ("/pages/0/source/0/start", json!(1), "page 1"),
        ("/pages/0/source/0/start", json!(-1), "-1"),
        ("/pages/0/source/0/end", json!(1), "page 2"),
        ("/pages/0/source/0/input", json!(1), "input 1"),
        ("/pages/0/source/0/input", json!(u64::MAX), "input"),
        ("/pages/1/source/0/end", json!(u64::MAX), "page 2"),
        ("/pages/1/source", json!([]), "page 3"),
        ("/inputs", json!([]), "no inputs"),
        ("/inputs/0/bytes", json!(10), "page 1"),
        ("/inputs/0/bytes", json!(1_000_000), "no page"),
        ("/inputs/0/blake3", json!("00"), "other bytes"),
        ("/inputs/0/kept", json!("prompt.txt"), "prompt.txt"),
        ("/inputs/0/kept", Value::Null, "not kept"),
        ("/profile/density", json!("\u{1B}[31m"), "unknown variant"),
    ];
    for (at, value, word) in edits {
        let mut bad = good.clone();
        *bad.pointer_mut(at).unwrap() = value;
        write(&bad.to_string());
        refuses(&out, &["--page", "1"], 1, &[word]);
    }
    for text in ["", "{", "[]", "null", "{\"schema\":\"microfiche.report/1\"}", "\0", "\u{FEFF}{}"]
    {
        write(text);
        refuses(&out, &["--page", "1"], 1, &["report.json"]);
    }
    write(&"[".repeat(1 << 20));
    refuses(&out, &["--page", "1"], 1, &["report.json"]);
    fs::write(out.join("report.json"), b"\xFF\xFE").unwrap();
    refuses(&out, &["--page", "1"], 1, &["report.json"]);
    // Where a path leads elsewhere, only what was drawn comes out.
    let mut bad = good.clone();
    bad["inputs"][0].as_object_mut().unwrap().remove("kept");
    for path in [secret.display().to_string(), "/dev/zero".to_owned(), "/".to_owned()] {
        bad["inputs"][0]["path"] = json!(path);
        write(&bad.to_string());
        refuses(&out, &["--page", "1"], 1, &["changed"]);
    }
    // Values that would divide by nothing or draw without end.
    for (key, value) in [
        ("columns", json!(0)),
        ("pitch", json!(0)),
        ("tab", json!(0)),
        ("bits", json!(3)),
        ("width", json!(0)),
        ("height", json!(u32::MAX)),
        ("font_size", json!(1e30)),
        ("x_scale", json!(1e39)),
        ("gutter", json!(u32::MAX)),
        ("font", json!("no-such-font")),
        ("pitch", json!(9)),
    ] {
        let mut bad = good.clone();
        bad["profile"][key] = value;
        write(&bad.to_string());
        let done =
            microfiche().arg("recall").arg(&out).args(["--page", "1", "--drawn"]).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(matches!(done.status.code(), Some(1 | 2)), "{key}: {said}");
        assert_eq!(said.lines().count(), 1, "{key}: {said}");
        assert!(done.stdout.is_empty());
    }
    // What it does not know it passes over.
    let mut new = good;
    new["pages"][0]["colour"] = json!("blue");
    write(&new.to_string());
    recall(&out, &["--page", "1"]);
}

#[test]
fn what_is_drawn_is_what_the_page_has() {
    let dir = folder();
    let out = dir.path().join("pages");
    let source = "first line\n\tx\u{7} and a line that is longer than the page is wide, by far, so \
                  that it is drawn on two lines\n\n§\u{E123}\n";
    let drawn = |flags: &[&str]| {
        draw(
            &out,
            &[],
            source.as_bytes(),
            &[&["--force", "--page", "400x300", "--columns", "1"], flags].concat(),
        );
        String::from_utf8(recall(&out, &["--page", "1", "--drawn"])).unwrap()
    };
    assert_eq!(
        drawn(&["--newlines", "keep"]),
        "first line\n    x[07] and a line that is longer than the page is wide, by far, so that it is \n\
         drawn on two lines\n\n§[E123]\n"
    );
    assert_eq!(
        drawn(&["--newlines", "mark", "--mark", "§"]),
        "first line §1t x[07] and a line that is longer than the page is wide, by far, so \nthat it is \
         drawn on two lines §§ [A7][E123] § \n"
    );
    let json = recall(&out, &["--page", "1", "--drawn", "--json"]);
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert!(json["drawn"].as_str().unwrap().ends_with("[E123] § \n"));
}

/// Everything that is prepared is on some line, once, in order.
#[test]
fn the_text_of_all_pages_is_all_that_was_prepared() {
    let model = ModelPage::of(ModelTable::embedded().default_model(), None).unwrap();
    let mut all: Vec<String> =
        texts().iter().map(|path| String::from_utf8(bytes(path)).unwrap()).collect();
    all.push(
        "x".repeat(30_000)
            + " שלום עולם مرحبا \u{1B}[1m\u{200B}ป่าไม้ภาษาไทย \u{1F468}\u{200D}\u{1F469}\r\n\t",
    );
    all.push("漢字かな交じり文。\n".repeat(500));
    for text in all {
        for newlines in [Newlines::Keep, Newlines::Mark, Newlines::Flow] {
            for font in ["5x8", "roboto-condensed"] {
                let settings = Settings {
                    font: Some(font.to_owned()),
                    page: Some(PageSize::Px(300, 120)),
                    newlines: Some(newlines),
                    ..Settings::default()
                };
                let profile = Profile::resolve(&settings, model, &text).unwrap();
                let mut preparer = Preparer::new(profile.preparing());
                let mut source = Source::from_text(&text);
                while let Some(chunk) = source.next_chunk().unwrap() {
                    preparer.push(&chunk);
                }
                let prepared: String = preparer
                    .into_last()
                    .iter()
                    .flat_map(|block| &block.units)
                    .filter(|unit| unit.role != Role::Nothing)
                    .map(|unit| match (unit.role, unit.ch as u32) {
                        (Role::Boxed, code @ 0..0x100) => format!("[{code:02X}]"),
                        (Role::Boxed, code) => format!("[{code:04X}]"),
                        _ => unit.ch.to_string(),
                    })
                    .collect();
                let options = Options { text: true, ..Options::default() };
                let mut drawn = String::new();
                for sheet in compress(Source::from_text(&text), &profile, options).unwrap() {
                    let sheet = sheet.unwrap();
                    assert_eq!(sheet.text.lines().count(), sheet.page.lines.len());
                    assert!(sheet.page.missing.is_empty());
                    drawn += &sheet.text.replace('\n', "");
                }
                assert!(drawn == prepared, "{newlines:?} {font}: {}", &text[..8]);
            }
        }
    }
}

#[test]
fn a_page_says_where_it_belongs() {
    let dir = folder();
    let out = dir.path().join("pages");
    draw(&out, &[], "words and more words\n".repeat(300).as_bytes(), &[]);
    let text = fs::read_to_string(out.join("report.json")).unwrap();
    let report = report(&out);
    // The profile of the report, in its order, without white space between the signs.
    let start = text.find("\"profile\": ").unwrap() + "\"profile\": ".len();
    let end = start + text[start..].find("\n  }").unwrap() + 4;
    let mut compact = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for c in text[start..end].chars() {
        if quoted || !c.is_whitespace() {
            compact.push(c);
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    let profile = blake3::hash(compact.as_bytes());
    for (index, page) in report["pages"].as_array().unwrap().iter().enumerate() {
        let number = (index + 1).to_string();
        let source = blake3::hash(&recall(&out, &["--page", &number]));
        assert_eq!(page["source_blake3"], source.to_hex().as_str());
        let file = out.join(page["file"].as_str().unwrap());
        let label = Label { page: index + 1, profile, source };
        assert_eq!(Label::read(&bytes(&file)), Some(label));
    }
    let stray = dir.path().join("stray.png");
    fs::copy(out.join("page-0002.png"), &stray).unwrap();
    let stray = stray.display().to_string();
    let said = recall(&out, &["--trace", &stray]);
    let said = String::from_utf8(said).unwrap();
    let range = &report["pages"][1]["source"][0];
    assert!(said.starts_with(&format!("page 2\nprofile {}\nsource ", profile.to_hex())), "{said}");
    assert!(
        said.ends_with(&format!("\nbytes {}-{} of -\n", range["start"], range["end"])),
        "{said}"
    );
    let alone = microfiche().args(["recall", "--trace", &stray]).output().unwrap();
    assert!(
        said.starts_with(std::str::from_utf8(&alone.stdout).unwrap()) && alone.status.success()
    );

    draw(&out, &[], "other words\n".repeat(600).as_bytes(), &["--force"]);
    let done = microfiche().arg("recall").arg(&out).args(["--trace", &stray]).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&done.stderr).contains("no page of this folder"));
    let plain = text_png(dir.path());
    refuses(&out, &["--trace", &plain], 1, &["no page of microfiche"]);
}

/// An image that somebody else made.
fn text_png(dir: &Path) -> String {
    let path = dir.join("plain.png");
    image::GrayImage::new(9, 9).save(&path).unwrap();
    path.display().to_string()
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    let dir = folder();
    let out = dir.path().join("pages");
    draw(&out, &[], "words and more words\n".repeat(9000).as_bytes(), &[]);
    for args in [["--page", "1-"], ["--grep", "words"], ["--lines", "1-"]] {
        nobody_reads(&[&["recall", out.to_str().unwrap()], &args[..]].concat());
    }
}
