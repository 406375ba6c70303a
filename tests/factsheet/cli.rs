//! The factsheet and the secrets from the outside.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use microfiche::factsheet::Finder;
use serde_json::Value;

use super::common::{bytes, covered, folder, microfiche, report, text, texts, validate};
use super::secrets::planted;

/// Text with exact strings on every line, different in each.
fn ids(lines: usize) -> String {
    let line = |n: usize| {
        let hash = blake3::hash(&n.to_le_bytes()).to_hex();
        format!("Build {} of src/part_{n}.rs:{n} took {n}.5 ms, then we went on.\n", &hash[..12])
    };
    (0..lines).map(line).collect()
}

/// Compresses what is given on standard input; the folder and its report.
fn run(input: &[u8], args: &[&str]) -> (tempfile::TempDir, Value) {
    let dir = folder();
    let out = dir.path().join("pages");
    let done = microfiche()
        .args(["compress", "-o"])
        .arg(&out)
        .args(args)
        .write_stdin(input)
        .output()
        .unwrap();
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    let report = report(&out);
    covered(&report);
    (dir, report)
}

fn sheet(dir: &Path) -> String {
    fs::read_to_string(dir.join("pages/factsheet.txt")).unwrap_or_default()
}

fn sum(counts: &Value) -> u64 {
    counts.as_object().map_or(0, |kinds| kinds.values().map(|n| n.as_u64().unwrap()).sum())
}

#[test]
fn places_lead_to_the_strings_in_the_inputs() {
    let dir = folder();
    let utf16: Vec<u8> = [0xFEFF_u16]
        .into_iter()
        .chain("Größe 3f2a9c1d in src/größe/mod.rs:12 \u{1F600} and 10.0.0.1:80".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(dir.path().join("wide.txt"), &utf16).unwrap();
    fs::write(dir.path().join("colour.log"), "a \u{1B}[31m3f2a9c1d77\u{1B}[0m b\n".repeat(3))
        .unwrap();
    fs::write(dir.path().join("long.txt"), ids(6000)).unwrap();
    let out = dir.path().join("pages");
    microfiche()
        .args(["compress", "--factsheet", "all", "-o"])
        .arg(&out)
        .args(texts())
        .args(["wide.txt", "colour.log", "long.txt"].map(|name| dir.path().join(name)))
        .assert()
        .success();
    let report = report(&out);
    let inputs: Vec<(Vec<u8>, &str)> = report["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (bytes(i["path"].as_str().unwrap().as_ref()), i["encoding"].as_str().unwrap()))
        .collect();
    let entries = report["factsheet"]["entries"].as_array().unwrap();
    assert!(entries.len() > 6000, "{}", entries.len());
    let mut seen = BTreeSet::new();
    for entry in entries {
        let text = entry["text"].as_str().unwrap();
        let places = entry["places"].as_array().unwrap();
        assert_eq!(places.len() as u64, entry["count"].as_u64().unwrap().min(16), "{text}");
        for place in places {
            let at = |key: &str| place[key].as_u64().unwrap() as usize;
            let (input, encoding) = &inputs[at("input")];
            seen.insert(at("input"));
            let part = &input[at("start")..at("end")];
            match *encoding {
                "UTF-8" => assert_eq!(part, text.as_bytes()),
                _ => {
                    let units: Vec<u16> =
                        part.chunks(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
                    assert_eq!(String::from_utf16(&units).unwrap(), text);
                }
            }
            let on_page = |page: &Value| {
                let ranges = report["pages"][page.as_u64().unwrap() as usize - 1]["source"].clone();
                ranges.as_array().unwrap().iter().any(|range| {
                    range["input"] == place["input"]
                        && range["start"].as_u64() <= place["start"].as_u64()
                        && place["start"].as_u64() < range["end"].as_u64()
                })
            };
            assert!(entry["pages"].as_array().unwrap().iter().any(on_page), "{entry}");
        }
    }
    let name = |at: &usize| report["inputs"][*at]["path"].as_str().unwrap().to_owned();
    let missing: Vec<String> =
        (0..inputs.len()).filter(|at| !seen.contains(at)).map(|at| name(&at)).collect();
    assert!(missing.iter().all(|name| name.ends_with("prose.txt")), "{missing:?}");
    let coloured = entries.iter().find(|entry| entry["text"] == "3f2a9c1d77").expect("a hash");
    assert_eq!((&coloured["kind"], &coloured["count"]), (&"hex".into(), &3.into()));
}

#[test]
fn the_tokens_and_the_counts_add_up() {
    let tokenizer = bpe_openai::o200k_base();
    let input = ids(400);
    for args in [&["--factsheet", "all"][..], &[], &["--factsheet-budget", "200"]] {
        let model = ["--model", "gpt-4o", "--compare"];
        let (dir, report) = run(input.as_bytes(), &[&model, args].concat());
        let count = |name: &str| {
            let text = fs::read_to_string(dir.path().join("pages").join(name)).unwrap();
            tokenizer.count(&text) as u64
        };
        let sidecar = &report["sidecar"];
        assert_eq!(sidecar["factsheet_tokens"], count("factsheet.txt"));
        assert_eq!(sidecar["prompt_tokens"], count("prompt.txt"));
        let image = &report["image"];
        let sent: u64 = [&image["tokens"], &image["overhead"], &sidecar["factsheet_tokens"]]
            .into_iter()
            .chain([&sidecar["prompt_tokens"]])
            .map(|n| n.as_u64().unwrap())
            .sum();
        let tokens = report["text"]["tokens"].as_u64().unwrap();
        assert_eq!(report["models"][0]["image_tokens"], sent);
        assert_eq!(report["saved_tokens"], tokens as i64 - sent as i64);
        let ratio = report["ratio"].as_f64().unwrap();
        assert!((ratio - tokens as f64 / sent as f64).abs() < 0.001, "{ratio}");
        // Another model's share of the same sheet and prompt is in its sum too.
        let alone = run(
            input.as_bytes(),
            &[&["--model", "claude-opus-5", "--page", "768x768"], args].concat(),
        )
        .1;
        assert!(alone["models"][0]["image_tokens"].as_u64() > alone["image"]["tokens"].as_u64());

        let budget = &report["factsheet"]["budget_tokens"];
        match args {
            [] => assert_eq!(*budget, tokens / 10),
            [_, "all"] => assert!(budget.is_null() && report["factsheet"]["left_out"].is_null()),
            _ => assert_eq!(*budget, 200),
        }
        if let Some(budget) = budget.as_u64() {
            assert!(sidecar["factsheet_tokens"].as_u64().unwrap() <= budget);
        }
        let mut finder = Finder::default();
        finder.push(&input);
        finder.finish();
        let distinct: BTreeSet<String> = finder.take().into_iter().map(|f| f.text).collect();
        let facts = &report["factsheet"];
        let listed = facts["entries"].as_array().unwrap().len() as u64;
        assert_eq!(listed + sum(&facts["held"]) + sum(&facts["left_out"]), distinct.len() as u64);
        let sheet = sheet(dir.path());
        for entry in facts["entries"].as_array().unwrap() {
            assert!(sheet.contains(entry["text"].as_str().unwrap()));
        }
    }
}

#[test]
fn a_sheet_only_where_something_is_risky() {
    let prose = "He went down to the river and sat there until the sun was gone. ".repeat(40);
    for (input, args) in [(&prose, &[][..]), (&ids(50), &["--factsheet", "off"])] {
        let (dir, report) = run(input.as_bytes(), args);
        assert!(!dir.path().join("pages/factsheet.txt").exists());
        assert_eq!(report["sidecar"]["factsheet_tokens"], 0);
        assert_eq!(report["files"], serde_json::json!(["prompt.txt", "source.gz"]));
        let prompt = fs::read_to_string(dir.path().join("pages/prompt.txt")).unwrap();
        assert!(!prompt.contains("factsheet") && prompt.contains("unreadable"));
    }
    let (dir, report) = run(ids(50).as_bytes(), &[]);
    assert_eq!(report["files"], serde_json::json!(["factsheet.txt", "prompt.txt", "source.gz"]));
    let prompt = fs::read_to_string(dir.path().join("pages/prompt.txt")).unwrap();
    assert!(prompt.contains("only from the factsheet"));
    // With --force it goes with the pages that it belonged to.
    let out = dir.path().join("pages");
    microfiche()
        .args(["compress", "--force", "--factsheet", "off", "-o"])
        .arg(&out)
        .write_stdin(ids(50))
        .assert()
        .success();
    assert!(!out.join("factsheet.txt").exists());
}

#[test]
fn what_size_and_face_make_risky() {
    let listed = |args: &[&str]| {
        let (_, report) =
            run(ids(300).as_bytes(), &[args, &["--factsheet-budget", "100%"]].concat());
        report["factsheet"]["entries"].as_array().unwrap().len()
    };
    let (small, large) = (listed(&["--density", "limit"]), listed(&["--font-size", "40"]));
    assert!(small > large, "{small} strings at limit, {large} in letters of 40 px");
}

#[test]
fn without_tokens_the_budget_is_an_estimate_and_says_so() {
    let input = ids(100);
    let (dir, report) = run(input.as_bytes(), &["--no-tokens"]);
    let facts = &report["factsheet"];
    assert_eq!(facts["budget_tokens"], input.len() as u64 / 4 / 10);
    assert!(facts["note"].as_str().unwrap().contains("4 bytes"));
    assert!((sheet(dir.path()).len() as u64) <= 4 * facts["budget_tokens"].as_u64().unwrap());
}

#[test]
fn a_prompt_of_ones_own() {
    let dir = folder();
    let prompt = dir.path().join("mine.txt");
    fs::write(&prompt, "Read this.\n").unwrap();
    let name = prompt.to_str().unwrap();
    let (out, report) = run(b"Some text.", &["--prompt", name, "--model", "gpt-4o"]);
    assert_eq!(bytes(&out.path().join("pages/prompt.txt")), b"Read this.\n");
    assert_eq!(report["sidecar"]["prompt_tokens"], bpe_openai::o200k_base().count("Read this.\n"));
    let done = microfiche()
        .args(["estimate", "--prompt", "nowhere.txt"])
        .write_stdin("x")
        .output()
        .unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(said.lines().count() == 1 && said.contains("the prompt nowhere.txt"), "{said}");
}

#[test]
fn flags_that_make_no_sense_are_refused() {
    for (args, word) in [
        (&["--factsheet", "all", "--factsheet-budget", "9"][..], "risky"),
        (&["--factsheet-budget", "lots"], "tokens (500)"),
        (&["--secrets", "hide"], "redact"),
    ] {
        let done = microfiche().arg("estimate").args(args).write_stdin("x").output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{said}");
        assert!(said.contains(word), "{said}");
    }
}

/// Lines with every planted secret, one of them across the edge of a block of the reader.
fn with_secrets() -> String {
    let mut text = String::new();
    for (n, (_, line, _)) in planted().into_iter().enumerate() {
        text += &"Nothing of note is in this line.\n".repeat(1 + 2 * n);
        text += &line;
        text.push('\n');
    }
    let (_, line, _) = planted().swap_remove(1);
    let edge = 128 * 1024;
    let filler = "The words go on and on until the edge comes near. ";
    while text.len() + filler.len() + line.len() / 2 < edge {
        text += filler;
    }
    text += &" ".repeat(edge - line.len() / 2 - text.len());
    text += &line;
    text += "\nand the text goes on after it.\n";
    text
}

/// Whether any file of a folder has the bytes, or a good part of them, in it.
fn leaks(dir: &Path, value: &str) -> bool {
    let middle = &value.as_bytes()[value.len() / 3..value.len() / 3 + 12];
    fs::read_dir(dir).unwrap().any(|entry| {
        let file = bytes(&entry.unwrap().path());
        file.windows(middle.len()).any(|window| window == middle)
    })
}

#[test]
fn redacted_values_are_nowhere() {
    let input = with_secrets();
    let (dir, report) = run(input.as_bytes(), &["--secrets", "redact", "--factsheet", "all"]);
    let out = dir.path().join("pages");
    for (kind, _, value) in planted() {
        assert!(!leaks(&out, &value), "{kind}");
    }
    let (mut count, mut covered_bytes) = (0, 0);
    for record in report["secrets"].as_array().unwrap() {
        assert_eq!(record["redacted"], true);
        let kind = record["kind"].as_str().unwrap();
        let values: Vec<String> =
            planted().into_iter().filter(|p| p.0 == kind).map(|p| p.2).collect();
        for place in record["places"].as_array().unwrap() {
            let at = |key: &str| place[key].as_u64().unwrap() as usize;
            assert!(values.iter().any(|value| input[at("start")..at("end")] == **value), "{kind}");
            let page = &report["pages"][at("page") - 1]["source"][0];
            assert!(page["start"].as_u64() <= place["start"].as_u64());
            assert!(place["start"].as_u64() < page["end"].as_u64());
            count += 1;
            covered_bytes += at("end") - at("start");
        }
    }
    assert_eq!(count, planted().len() + 1);
    let dropped = report["not_drawn"].as_array().unwrap();
    let dropped = dropped.iter().find(|dropped| dropped["kind"] == "redacted").expect("a record");
    assert_eq!((&dropped["count"], &dropped["bytes"]), (&count.into(), &covered_bytes.into()));
    let prompt = fs::read_to_string(out.join("prompt.txt")).unwrap();
    assert!(prompt.contains("▇KIND▇"));
    assert!(report["warnings"].to_string().contains("covered with bars"));
    let chars: u64 =
        report["pages"].as_array().unwrap().iter().map(|p| p["chars"].as_u64().unwrap()).sum();
    assert_eq!(chars, input.chars().count() as u64);
}

/// The pages of two texts that differ in nothing but the values of secrets look the same; the hashes
/// they carry are those of the source.
#[test]
fn redacted_values_are_not_drawn() {
    let first = with_secrets();
    let mut second = first.clone();
    for (kind, _, value) in planted() {
        let mut other = value.clone();
        let at = value.len() - 16;
        let swapped: String = value[at..at + 8].chars().rev().collect();
        if kind != "private-key" && kind != "jwt" {
            other.replace_range(at..at + 8, &swapped);
        }
        second = second.replace(&value, &other);
    }
    assert_ne!(first, second);
    let pages = |text: &str| -> Vec<image::DynamicImage> {
        let (dir, report) = run(text.as_bytes(), &["--secrets", "redact"]);
        let pages = report["pages"].as_array().unwrap().clone();
        pages
            .iter()
            .map(|page| dir.path().join("pages").join(page["file"].as_str().unwrap()))
            .map(|file| image::open(file).unwrap())
            .collect()
    };
    assert!(pages(&first) == pages(&second));
    let drawn = run(first.as_bytes(), &[]).1;
    assert_ne!(drawn["pages"][0]["blake3"], run(second.as_bytes(), &[]).1["pages"][0]["blake3"]);
}

/// A value that a rule knows by what stands before it is covered without that as well.
#[test]
fn a_known_value_is_covered_again() {
    let (_, line, value) = planted().pop().unwrap();
    let text = format!("{line}\nLater on {value} stands alone, and again in x{value}y.\n");
    let (dir, report) = run(text.as_bytes(), &["--secrets", "redact", "--factsheet", "all"]);
    assert!(!leaks(&dir.path().join("pages"), &value));
    assert_eq!(report["secrets"][0]["count"], 3);
}

#[test]
fn kept_secrets_are_named_and_never_told() {
    let input = with_secrets();
    let (_, report) = run(input.as_bytes(), &["--factsheet", "off"]);
    let warnings = report["warnings"].to_string();
    for (kind, _, value) in planted() {
        assert!(warnings.contains(kind), "{kind}: {warnings}");
        assert!(!report.to_string().contains(&value), "{kind}");
    }
    let place = &report["secrets"][0]["places"][0];
    assert_eq!(report["secrets"][0]["redacted"], false);
    let at = |key: &str| place[key].as_u64().unwrap() as usize;
    assert_eq!(input[at("start")..at("end")], planted()[0].2);
}

#[test]
fn refused_secrets_leave_nothing() {
    let dir = folder();
    let out = dir.path().join("pages");
    let input = with_secrets();
    for verb in [&["compress", "-o", out.to_str().unwrap()][..], &["estimate"]] {
        let done = microfiche()
            .args(verb)
            .args(["--secrets", "refuse", "--json"])
            .write_stdin(input.clone())
            .output()
            .unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(4), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(done.stdout.is_empty());
        for (kind, _, value) in planted() {
            assert!(said.contains(kind) && !said.contains(&value), "{said}");
        }
        assert!(!out.exists());
    }
    let clean = run(&bytes(&text("prose.txt")), &["--secrets", "refuse"]).1;
    assert!(clean["secrets"].is_null());
}

/// Redacting text without secrets changes nothing at all.
#[test]
fn a_guard_with_nothing_to_do_changes_nothing() {
    let mut all = texts();
    all.extend(texts());
    let estimate = |secrets: &str| {
        let args = ["estimate", "--json", "--secrets", secrets];
        microfiche().args(args).args(&all).assert().success().get_output().stdout.clone()
    };
    assert!(estimate("keep") == estimate("redact"));
    let sjis = b"\x83\x65\x83\x58\x83\x67 src/a.rs:1\n".repeat(20_000);
    let page = |secrets: &str| {
        let (_, report) = run(&sjis, &["--encoding", "shift_jis", "--secrets", secrets]);
        (report["pages"].clone(), report["factsheet"].clone())
    };
    assert!(page("keep") == page("redact"));
}

#[test]
fn threads_change_nothing() {
    let input = with_secrets() + &ids(3000);
    for secrets in ["keep", "redact"] {
        let files = |threads: &str| -> Vec<(String, Vec<u8>)> {
            let (dir, _) = run(input.as_bytes(), &["--secrets", secrets, "--threads", threads]);
            let mut files: Vec<_> = fs::read_dir(dir.path().join("pages"))
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .map(|path| {
                    (path.file_name().unwrap().to_string_lossy().into_owned(), bytes(&path))
                })
                .collect();
            files.sort();
            files
        };
        assert!(files("1") == files("5"), "{secrets}");
    }
}

#[test]
fn strange_text_has_a_report_that_holds() {
    let noise: Vec<u8> = (0..200_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .map(|byte| if byte == 0 { b'\n' } else { byte })
        .collect();
    let cases: [(&str, Vec<u8>, &[&str]); 7] = [
        ("one run", b"aB3x/9_k".repeat(131_072), &[]),
        ("digits", b"7".repeat(1 << 20), &[]),
        ("numbers", (10_000..40_000).map(|n| format!("{n} ")).collect::<String>().into(), &[]),
        ("noise", noise, &["--lossy"]),
        ("keys", "api_key=x7Kq2ZpW9vLm4TnRb8Yc5Fd3 ".repeat(4000).into(), &["--secrets", "redact"]),
        ("escapes", b"\x1b]0;".repeat(40_000), &["--secrets", "redact"]),
        ("one secret", planted()[0].2.clone().into(), &["--secrets", "redact"]),
    ];
    for (name, input, args) in cases {
        let model = ["--model", "gpt-4o"];
        let (dir, report) = run(&input, &[&model, args].concat());
        validate(&report);
        assert_eq!(report["inputs"][0]["bytes"], input.len(), "{name}");
        let budget = report["factsheet"]["budget_tokens"].as_u64().unwrap();
        assert!(report["sidecar"]["factsheet_tokens"].as_u64().unwrap() <= budget, "{name}");
        assert_eq!(sheet(dir.path()).is_empty(), report["sidecar"]["factsheet_tokens"] == 0);
    }
}
