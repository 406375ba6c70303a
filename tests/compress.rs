//! The main job, from the outside: text in, pages and a report out.

mod common;

use std::fs;

use common::{bytes, covered, folder, microfiche, report, text, texts, validate};
use serde_json::Value;

#[test]
fn every_text_becomes_pages_and_a_report() {
    for text in texts() {
        let dir = folder();
        let out = dir.path().join("pages");
        microfiche().arg("compress").arg(&text).arg("-o").arg(&out).assert().success().stdout("");
        let report = report(&out);
        covered(&report);
        assert_eq!(report["inputs"][0]["bytes"], bytes(&text).len());
        for page in report["pages"].as_array().unwrap() {
            let file = out.join(page["file"].as_str().unwrap());
            let png = bytes(&file);
            assert_eq!(page["bytes"], png.len());
            assert_eq!(page["blake3"], blake3::hash(&png).to_hex().as_str());
            let image = image::load_from_memory(&png).unwrap();
            assert_eq!(
                (page["width"].as_u64(), page["height"].as_u64()),
                (Some(image.width().into()), Some(image.height().into()))
            );
        }
        assert!(out.join("prompt.txt").is_file());
        let left: Vec<_> = fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{left:?}");
    }
}

#[test]
fn the_folder_of_one_file_is_beside_it() {
    let dir = folder();
    fs::write(dir.path().join("a.txt"), "hello").unwrap();
    microfiche().current_dir(dir.path()).args(["compress", "a.txt"]).assert().success();
    assert!(dir.path().join("a.txt.pages/report.json").is_file());
}

#[test]
fn standard_input_several_files_and_a_folder() {
    let dir = folder();
    let out = |name: &str| dir.path().join(name);
    let prose = bytes(&text("prose.txt"));
    let done = microfiche()
        .args(["compress", "--json", "-o"])
        .arg(out("stdin"))
        .write_stdin(prose.clone())
        .assert()
        .success();
    let printed: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    assert_eq!(printed, report(&out("stdin")));
    assert!(printed["ratio"].as_f64().unwrap() > 1.0);
    covered(&printed);

    microfiche().arg("compress").args(texts()).arg("-o").arg(out("several")).assert().success();
    let several = report(&out("several"));
    covered(&several);
    assert_eq!(several["inputs"].as_array().unwrap().len(), texts().len());

    let tree = out("tree");
    fs::create_dir_all(tree.join("sub")).unwrap();
    fs::write(tree.join("b.txt"), "second").unwrap();
    fs::write(tree.join("a.txt"), "first").unwrap();
    fs::write(tree.join("empty.txt"), "").unwrap();
    fs::write(tree.join("ignored.txt"), "never").unwrap();
    fs::write(tree.join(".gitignore"), "ignored.txt\n").unwrap();
    fs::write(tree.join("image.png"), b"\x89PNG\r\n\x1a\n\0\0").unwrap();
    fs::write(tree.join("late.txt"), [&b"x".repeat(200_000)[..], b"\xFF"].concat()).unwrap();
    fs::write(tree.join("sub/c.txt"), "third").unwrap();
    // Twice, into the tree itself: the pages of the first run are no input of the second.
    for force in [&[][..], &["--force"]] {
        microfiche()
            .args(["compress", "-o"])
            .arg(tree.join("pages"))
            .arg(&tree)
            .args(force)
            .assert()
            .success();
    }
    let walked = report(&tree.join("pages"));
    covered(&walked);
    let names = |list: &Value| -> Vec<String> {
        let last = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        list.as_array().unwrap().iter().map(|i| last(i["path"].as_str().unwrap())).collect()
    };
    assert_eq!(names(&walked["inputs"]), ["a.txt", "b.txt", "empty.txt", "c.txt"]);
    assert_eq!(names(&walked["skipped"]), ["image.png", "late.txt"]);
}

#[test]
fn estimate_says_what_compress_does() {
    let dir = folder();
    let out = dir.path().join("pages");
    for text in texts() {
        microfiche().args(["compress", "--force", "-o"]).arg(&out).arg(&text).assert().success();
        let done = microfiche().args(["estimate", "--json"]).arg(&text).assert().success();
        let mut drawn = report(&out);
        let estimate: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
        validate(&estimate);
        let files = drawn.as_object_mut().unwrap().remove("files").unwrap();
        let sheet = drawn["sidecar"]["factsheet_tokens"] != 0;
        let beside = if sheet { &["prompt.txt", "factsheet.txt"][..] } else { &["prompt.txt"] };
        assert_eq!(files, serde_json::json!(beside));
        for page in drawn["pages"].as_array_mut().unwrap() {
            for key in ["file", "bytes", "blake3"] {
                page.as_object_mut().unwrap().remove(key);
            }
        }
        assert_eq!(estimate, drawn);
    }
}

#[test]
fn threads_and_time_change_nothing() {
    let dir = folder();
    let long = bytes(&text("prose.txt")).repeat(200);
    fs::write(dir.path().join("long.txt"), long).unwrap();
    for threads in ["1", "2", "7"] {
        microfiche()
            .current_dir(dir.path())
            .args(["compress", "long.txt", "--threads", threads, "-o", threads])
            .assert()
            .success();
    }
    let files = |name: &str| {
        let mut files: Vec<_> =
            fs::read_dir(dir.path().join(name)).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        files.iter().map(|f| (f.file_name().unwrap().to_owned(), bytes(f))).collect::<Vec<_>>()
    };
    assert!(files("1").len() > 8);
    assert!(files("1") == files("2") && files("2") == files("7"));
}

#[test]
fn appending_text_leaves_earlier_pages_as_they_were() {
    let dir = folder();
    let words: String = (0..40_000).map(|i| format!("word{i} ")).collect();
    for (name, length) in [("short", 150_000), ("long", 250_000)] {
        fs::write(dir.path().join(name), &words[..length]).unwrap();
        microfiche().arg("compress").arg(dir.path().join(name)).assert().success();
    }
    let page = |name: &str, number: usize| {
        bytes(&dir.path().join(format!("{name}.pages/page-{number:04}.png")))
    };
    let pages = report(&dir.path().join("short.pages"))["pages"].as_array().unwrap().len();
    assert!(pages > 3);
    for number in 1..pages {
        assert!(page("short", number) == page("long", number), "page {number}");
    }
}

#[test]
fn pages_have_the_size_asked_for_and_only_the_last_is_cut() {
    let dir = folder();
    let long = bytes(&text("prose.txt")).repeat(40);
    let sizes = |args: &[&str]| -> Vec<(u64, u64)> {
        let out = dir.path().join("pages");
        microfiche()
            .args(["compress", "--force", "-o"])
            .arg(&out)
            .args(args)
            .write_stdin(long.clone())
            .assert()
            .success();
        let report = report(&out);
        let pages = report["pages"].as_array().unwrap();
        pages
            .iter()
            .map(|p| (p["width"].as_u64().unwrap(), p["height"].as_u64().unwrap()))
            .collect()
    };
    for (args, size) in [
        (&["--page", "640x400"][..], (640, 400)),
        (&["--page", "a4"], (595, 842)),
        (&["--page", "letter", "--dpi", "100"], (850, 1100)),
    ] {
        let cut = sizes(args);
        assert!(cut.len() > 1);
        assert!(cut[..cut.len() - 1].iter().all(|&s| s == size), "{cut:?}");
        let last = cut[cut.len() - 1];
        assert!(last.0 <= size.0 && last.1 <= size.1);
        let whole = sizes(&[args, &["--crop", "none"]].concat());
        assert!(whole.iter().all(|&s| s == size), "{whole:?}");
    }
}

#[test]
fn a_font_size_in_points_follows_the_dpi() {
    let size = |args: &[&str]| {
        let done = microfiche()
            .args(["estimate", "--json", "--font", "dejavu-sans"])
            .args(args)
            .write_stdin("text")
            .assert()
            .success();
        let report: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
        report["profile"]["font_size"].as_f64().unwrap()
    };
    assert_eq!(size(&["--font-size", "9pt", "--dpi", "96"]), 12.0);
    assert_eq!(size(&["--font-size", "9pt"]), 9.0);
    assert_eq!(size(&["--font-size", "9px", "--dpi", "96"]), 9.0);
}

#[test]
fn the_default_font_can_be_replaced_by_a_file() {
    let dir = folder();
    let out = dir.path().join("pages");
    let font = concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/dejavu/DejaVuSansMono.ttf");
    microfiche()
        .args(["compress", "--font", font, "--font-size", "12", "-o"])
        .arg(&out)
        .arg(text("code.rs"))
        .assert()
        .success();
    assert_eq!(report(&out)["profile"]["font"], font);
}

#[test]
fn settings_come_from_a_file_and_flags_win() {
    let dir = folder();
    let config = dir.path().join("look.toml");
    fs::write(&config, "font = \"5x8\"\ncolumns = 2\nmargin = 7\n").unwrap();
    let done = microfiche()
        .args(["estimate", "--json", "--margin", "3", "--config"])
        .arg(&config)
        .write_stdin("text")
        .assert()
        .success();
    let report: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    let profile = &report["profile"];
    assert_eq!(
        (&profile["font"], &profile["columns"], &profile["margin"]),
        (&"5x8".into(), &2.into(), &3.into())
    );
    assert_eq!(profile["bits"], 1);
}

#[test]
fn a_summary_goes_to_people_and_nothing_else_to_programs() {
    let dir = folder();
    let done = microfiche()
        .args(["compress", "-o"])
        .arg(dir.path().join("p"))
        .arg(text("prose.txt"))
        .assert()
        .success()
        .stdout("");
    let said = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    assert!(said.contains("page") && said.contains("ratio"), "{said}");
}

/// Characters on the first page of a dense run.
fn chars_on_first_page(text: &[u8], args: &[&str]) -> u64 {
    let done = microfiche()
        .args(["estimate", "--json", "--no-tokens", "--density", "dense", "--page", "1568x728"])
        .args(args)
        .write_stdin(text)
        .assert()
        .success();
    let report: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    assert!(report["pages"].as_array().unwrap().len() > 1, "the text fills more than a page");
    report["pages"][0]["chars"].as_u64().unwrap()
}

#[test]
fn flowing_lines_fill_the_page() {
    let repository = env!("CARGO_MANIFEST_DIR");
    let wrapped = bytes(format!("{repository}/LICENSE-APACHE").as_ref()).repeat(8);
    let sources =
        ["source/mod.rs", "text/mod.rs", "profile/mod.rs", "layout/mod.rs", "compress/mod.rs"];
    let code: Vec<u8> =
        sources.iter().flat_map(|f| bytes(format!("{repository}/src/{f}").as_ref())).collect();
    for (text, columns) in [(wrapped, 1.8), (code, 2.5)] {
        let one = chars_on_first_page(&text, &["--newlines", "keep", "--columns", "1"]);
        let three = chars_on_first_page(&text, &["--newlines", "keep", "--columns", "3"]);
        for newlines in ["mark", "auto"] {
            let chars = chars_on_first_page(&text, &["--newlines", newlines, "--columns", "3"]);
            assert!(chars >= 3 * one, "{newlines}: {chars} against {one} in one column");
            assert!(chars as f64 >= columns * three as f64, "{newlines}: {chars} against {three}");
        }
    }
}
