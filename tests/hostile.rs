//! Strange and broken input. Text that is valid, however strange, gives pages; the rest is one line
//! of error and nothing written.

mod common;

use std::fs;
use std::path::Path;

use common::{covered, folder, microfiche, nobody_reads, report};

/// Runs on bytes that must work, and returns the report.
fn pages(name: &str, bytes: &[u8], args: &[&str]) -> serde_json::Value {
    let dir = folder();
    let out = dir.path().join("pages");
    let done = microfiche()
        .args(["compress", "--threads", "2", "-o"])
        .arg(&out)
        .args(args)
        .write_stdin(bytes)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{name}: {said}");
    let report = report(&out);
    covered(&report);
    assert_eq!(report["inputs"][0]["bytes"], bytes.len(), "{name}");
    assert!(!report["pages"].as_array().unwrap().is_empty(), "{name}");
    report
}

/// Runs on what must fail: one line that has all the words, the exit code, and nothing written.
fn fails(args: &[&str], stdin: &[u8], code: i32, words: &[&str]) {
    let dir = folder();
    let out = dir.path().join("pages");
    let done = microfiche().args(args).arg("-o").arg(&out).write_stdin(stdin).output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(code), "{args:?}: {said}");
    assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
    assert!(said.starts_with("microfiche: "), "{said}");
    for word in words {
        assert!(said.contains(word), "{args:?}: no {word:?} in {said}");
    }
    assert!(done.stdout.is_empty());
    assert!(!out.exists(), "{args:?} left {:?}", fs::read_dir(&out).map(|d| d.count()));
}

#[test]
fn strange_text_gives_pages() {
    let mut zalgo = String::from("Z");
    zalgo.extend((0x300..0x370).filter_map(char::from_u32).cycle().take(5_000));
    let unassigned: String =
        ['\u{378}', '\u{E000}', '\u{F8FF}', '\u{10FFFF}', '\u{FFFE}', '\u{FDD0}']
            .into_iter()
            .collect();
    let cases: &[(&str, Vec<u8>)] = &[
        ("one byte", b"x".to_vec()),
        ("one newline", b"\n".to_vec()),
        ("one blank", b" ".to_vec()),
        ("newlines", b"\n".repeat(3_000)),
        ("returns", b"\r".repeat(3_000)),
        ("mixed line ends", b"a\r\nb\rc\n\r\n\r\rd".to_vec()),
        ("tabs", b"\t".repeat(100_000)),
        ("blanks", b" ".repeat(300_000)),
        ("separators", "a\u{2028}b\u{2029}c\u{85}d\u{B}e\u{C}f".into()),
        ("combining stack", zalgo.into_bytes()),
        ("only combining", "\u{301}".repeat(10_000).into_bytes()),
        ("bidi controls", "\u{202E}abc\u{202C}\u{2066}x\u{2069}".repeat(50).into_bytes()),
        ("zero width", "\u{200B}\u{200D}\u{FEFF}\u{2060}".into()),
        ("one zero width", "\u{200B}".into()),
        ("soft hyphens", "\u{AD}".repeat(1000).into_bytes()),
        ("unassigned and private", unassigned.into_bytes()),
        ("tags", "a\u{E0041}\u{E007F}".into()),
        ("controls", (1..32).chain([127]).map(|b| b as u8).collect()),
        ("escape at the end", b"text\x1b[31".to_vec()),
        ("unended string", [b"\x1b]0;", &b"x".repeat(9_000)[..]].concat()),
        ("nested escapes", b"\x1b\x1b\x1b[[[".to_vec()),
        ("byte order mark", b"\xEF\xBB\xBFtext".to_vec()),
        ("utf-16", b"\xFF\xFEh\0i\0\x3D\xD8\0\xDE".to_vec()),
        ("utf-16 big endian", b"\xFE\xFF\0h\0i".to_vec()),
        (
            "emoji families",
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{1F3FD}\u{1F1E9}\u{1F1EA}".into(),
        ),
        ("right to left", "שלום עולם مرحبا بالعالم".into()),
        ("one long word", b"x".repeat(500_000)),
        ("alternating", "a漢".repeat(20_000).into_bytes()),
        ("marks", "§‹4›".repeat(500).into_bytes()),
    ];
    for (name, bytes) in cases {
        // Marks piled on each other hide each other, and a check says so: tests/atlas.rs.
        let piled = name.contains("combining");
        let check = if piled { "--no-tokens" } else { "--check" };
        for newlines in ["keep", "mark"] {
            let args = [check, "--newlines", newlines];
            pages(name, bytes, &args);
            pages(name, bytes, &[&args[..], &["--font", "5x8", "--page", "200x100"]].concat());
        }
    }
}

#[test]
fn a_line_of_20_megabytes_gives_pages() {
    let line = "All work and no play makes Jack a dull boy. ".repeat(20 << 20 >> 5);
    let report =
        pages("one line", &line.as_bytes()[..20 << 20], &["--no-tokens", "--density", "limit"]);
    assert!(report["pages"].as_array().unwrap().len() > 300);
}

#[test]
fn what_is_not_drawn_is_counted() {
    let text = "a\u{AD}b\u{1B}[0m\u{7}\u{E123}\u{E123}";
    let report = pages("counted", text.as_bytes(), &[]);
    assert_eq!(report["missing"][0]["char"], "U+E123");
    assert_eq!(report["missing"][0]["count"], 2);
    assert_eq!(report["pages"][0]["missing"], 2);
    assert_eq!(report["boxed"][0]["char"], "U+0007");
    assert_eq!(report["not_drawn"][0]["kind"], "ansi-sequence");
    assert_eq!(report["not_drawn"][1]["kind"], "soft-hyphen");
}

#[test]
fn strict_refuses_what_has_no_glyph() {
    fails(&["compress", "--strict"], "ok \u{E123}".as_bytes(), 4, &["strict", "U+E123"]);
    fails(&["compress", "--strict", "--lossy"], b"ok \xFF", 4, &["strict", "1 invalid"]);
}

#[test]
fn lossy_goes_on_and_counts() {
    let report = pages("lossy", b"a\xFFb\xE2\x82 \xF0\x9F", &["--lossy"]);
    assert_eq!(report["replacements"], 3);
}

#[test]
fn an_encoding_can_be_named() {
    let report = pages("shift_jis", b"\x83\x65\x83\x58\x83\x67", &["--encoding", "shift_jis"]);
    assert_eq!(report["inputs"][0]["chars"], 3);
    assert_eq!(report["inputs"][0]["encoding"], "Shift_JIS");
    let report = pages("latin-1", b"caf\xE9", &["--encoding", "latin1"]);
    assert_eq!(report["inputs"][0]["chars"], 4);
    // A closing shift sequence draws nothing and still has its place.
    pages("iso-2022-jp", b"\x1b$B$\"\x1b(B", &["--encoding", "iso-2022-jp"]);
    pages("nul", b"a\0b", &["--encoding", "utf-8"]);
}

#[test]
fn broken_text_is_one_line_of_error() {
    let invalid = |bytes: &[u8], words: &[&str]| fails(&["compress"], bytes, 1, words);
    invalid(b"\xFFabc", &["byte 0", "FF", "--lossy", "--encoding"]);
    invalid(b"ab\xC3(c", &["byte 2", "C3"]);
    invalid(b"ab\xE2\x82", &["byte 2", "E2 82"]);
    invalid("\u{1F600}".as_bytes().split_last().unwrap().1, &["byte 0", "F0 9F 98"]);
    invalid(b"\xED\xA0\x80", &["byte 0", "ED"]);
    invalid(b"\xFF\xFEa\0\0\xD8b\0", &["byte 4", "UTF-16LE"]);
    invalid(b"\xFE\xFF\0a\xDC\0", &["byte 4", "UTF-16BE"]);
    invalid(b"\xFF\xFEa\0b", &["byte 4"]);
    invalid(&[&b"x".repeat(300_000)[..], b"\xFF"].concat(), &["byte 300000"]);
    invalid(b"ab\0c", &["NUL byte at 2"]);
    invalid(&[&b"x".repeat(300_000)[..], b"\0"].concat(), &["NUL byte at 300000"]);
    invalid(b"%PDF-1.7 ...", &["PDF"]);
    invalid(b"PK\x03\x04...", &["zip"]);
    invalid(b"\x89PNG\r\n\x1a\n", &["PNG"]);
    invalid(b"\xFF\xFE\0\0a\0\0\0", &["UTF-32"]);
    invalid(b"", &["empty"]);
    invalid(b"\xEF\xBB\xBF", &["empty"]);
}

#[test]
fn impossible_settings_are_one_line_of_error() {
    let usage = |args: &[&str], words: &[&str]| {
        fails(&[&["compress"], args].concat(), b"text", 2, words);
    };
    usage(&["--page", "0x0"], &["0x0"]);
    usage(&["--page", "1x1"], &["1x1"]);
    usage(&["--page", "100000x100000"], &["100000x100000"]);
    usage(&["--page", "16384x16384"], &["million px"]);
    usage(&["--page", "wide"], &["wide", "WIDTHxHEIGHT"]);
    usage(&["--font-size", "0"], &["font size"]);
    usage(&["--font-size", "9999999"], &["cannot be drawn"]);
    usage(&["--font-size", "0.001"], &["cannot be drawn"]);
    usage(&["--x-height", "nan"], &["x-height"]);
    usage(&["--downscale", "99"], &["downscale"]);
    usage(&["--x-scale", "0"], &["x-scale"]);
    usage(&["--pitch", "0"], &["pitch"]);
    usage(&["--columns", "0"], &["columns"]);
    usage(&["--columns", "64", "--page", "800x400"], &["no room"]);
    usage(&["--margin", "4000000000"], &["margin"]);
    usage(&["--gutter", "4000000000", "--columns", "9"], &["gutter"]);
    usage(&["--gutter", "700", "--columns", "9"], &["no room"]);
    usage(&["--bits", "3"], &["bits"]);
    usage(&["--mark", "x"], &["mark"]);
    usage(&["--tab", "0"], &["tab"]);
    usage(&["--threads", "0"], &["threads"]);
    usage(&["--encoding", "klingon"], &["klingon"]);
    usage(&["--font", "5x8", "--font-size", "12"], &["pixel font"]);
    usage(&["--density", "thin"], &["thin"]);
}

#[test]
fn bad_fonts_models_and_files_are_one_line_of_error() {
    let dir = folder();
    let file = |name: &str, bytes: &[u8]| {
        fs::write(dir.path().join(name), bytes).unwrap();
        dir.path().join(name).display().to_string()
    };
    let dejavu = concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/dejavu/DejaVuSansMono.ttf");
    let font = fs::read(dejavu).unwrap();
    let fails = |args: &[&str], words: &[&str]| {
        fails(&[&["compress"], args].concat(), b"text", 1, words);
    };
    fails(&["--font", "no-such-font"], &["no-such-font", "5x8"]);
    fails(&["--font", &file("short.ttf", &font[..5000])], &["short.ttf"]);
    fails(&["--font", &file("text.ttf", b"not a font")], &["text.ttf"]);
    fails(&["--font", &file("empty.ttf", b"")], &["empty.ttf"]);
    fails(&["--model", "no-such-model"], &["no-such-model"]);
    fails(&["--model", "gpt-4o", "--detail", "sharp"], &["sharp"]);
    fails(&["--models", &file("models.toml", b"[[model]]\nid = 3")], &["models.toml"]);
    fails(&["--config", &file("look.toml", b"pitch = \"x\"")], &["look.toml"]);
    fails(&["no-such-file.txt"], &["no-such-file.txt"]);
    fails(&[dejavu], &["DejaVuSansMono.ttf", "not text"]);
    fails(&[&file("good.txt", b"text"), &file("bad.txt", b"a\xFF")], &["bad.txt", "byte 1"]);
    let empty = dir.path().join("empty");
    fs::create_dir(&empty).unwrap();
    fails(&[&empty.display().to_string()], &["empty"]);
}

/// A font whose bytes are damaged is refused or drawn, but never a crash.
#[test]
fn damaged_fonts_do_not_crash() {
    let dir = folder();
    let path = dir.path().join("damaged.ttf");
    let font = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/dejavu/DejaVuSansMono.ttf"));
    let font = font.unwrap();
    for step in 0..24 {
        let mut damaged = font.clone();
        for at in (step * 7..damaged.len()).step_by(211 + 97 * step) {
            damaged[at] ^= 0x5A;
        }
        fs::write(&path, damaged).unwrap();
        let done = microfiche()
            .args(["compress", "--force", "--no-tokens", "-o"])
            .arg(dir.path().join("pages"))
            .arg("--font")
            .arg(&path)
            .write_stdin("The quick brown fox: 0123456789 äöü")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(matches!(done.status.code(), Some(0..=2)), "step {step}: {said}");
        assert!(!said.contains("panicked"), "step {step}: {said}");
    }
}

#[test]
fn an_output_folder_that_cannot_be_is_one_line_of_error() {
    let dir = folder();
    let file = dir.path().join("file");
    fs::write(&file, "mine").unwrap();
    let run = |out: &Path, args: &[&str]| {
        let done = microfiche()
            .args(["compress", "-o"])
            .arg(out)
            .args(args)
            .write_stdin("text")
            .output()
            .unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(1), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        said
    };
    assert!(run(&file, &[]).contains("not a folder"));
    assert!(run(&file.join("below"), &[]).contains("cannot write"));
    let full = dir.path().join("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("mine.txt"), "mine").unwrap();
    assert!(run(&full, &[]).contains("--force"));
    fs::write(full.join("page-0001.png"), "mine").unwrap();
    assert!(run(&full, &["--force"]).contains("no report names"));
    assert_eq!(fs::read(full.join("page-0001.png")).unwrap(), b"mine");
    assert_eq!(fs::read_dir(&full).unwrap().count(), 2);
}

#[test]
fn force_replaces_its_own_files_and_no_others() {
    let dir = folder();
    let out = dir.path().join("pages");
    let run = |bytes: &[u8], args: &[&str]| {
        microfiche()
            .args(["compress", "-o"])
            .arg(&out)
            .args(args)
            .write_stdin(bytes)
            .output()
            .unwrap()
    };
    assert!(run(&b"words and more words. ".repeat(9_000), &[]).status.success());
    assert!(out.join("page-0003.png").exists());
    fs::write(out.join("notes.txt"), "mine").unwrap();
    assert!(!run(b"short", &[]).status.success());
    // A run that fails leaves the pages of the one before.
    assert!(!run(b"bad \xFF", &["--force"]).status.success());
    covered(&report(&out));
    assert!(out.join("page-0003.png").exists());
    assert!(run(b"short", &["--force"]).status.success());
    assert!(!out.join("page-0002.png").exists());
    assert_eq!(fs::read_dir(&out).unwrap().count(), 5);
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    nobody_reads(&["models", "--json"]);
    let text = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/texts/prose.txt");
    nobody_reads(&["estimate", text, "--json"]);
}

/// What did not reach the disk must not pass for written.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_line_of_error() {
    use std::process::{Command, Stdio};
    let text = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/texts/prose.txt");
    let mut estimate = Command::new(assert_cmd::cargo::cargo_bin("microfiche"));
    let full = std::fs::File::create("/dev/full").unwrap();
    estimate.args(["estimate", text, "--json"]).stdout(full).stderr(Stdio::piped());
    let output = estimate.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        message.lines().filter(|line| line.contains("No space left")).count(),
        1,
        "{message}"
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_takes_everything_away() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let dir = folder();
    let out = dir.path().join("pages");
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("microfiche"))
        .args(["compress", "-o"])
        .arg(&out)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Enough for some pages, and then it waits for more.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&b"words and more words. ".repeat(60_000)).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert!(out.exists());
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let done = child.wait_with_output().unwrap();
    drop(stdin);
    assert_eq!(done.status.code(), Some(130));
    assert!(!out.exists());
}
