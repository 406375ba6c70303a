//! Requests ready to send, from the outside.

mod common;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use base64::prelude::{BASE64_STANDARD, Engine};
use common::{bytes, folder, microfiche, report, text, validate};
use serde_json::Value;

const FORMATS: [(&str, &str); 4] = [
    ("anthropic", "claude-fable-5"),
    ("openai-chat", "gpt-5.6-sol"),
    ("openai-responses", "gpt-5.6-sol"),
    ("gemini", "gemini-3.6-flash"),
];
const MARK: &str = ",\"cache_control\":{\"type\":\"ephemeral\"}";

/// Paragraphs, each other than the ones before; those of a shorter text are the first of a longer.
fn prose(paragraphs: usize) -> String {
    let words =
        "once upon a time there was an old house that nobody had seen from within".split(' ');
    let words: Vec<&str> = words.collect();
    let paragraph = |n: usize| {
        let word = |i: usize| words[(i * 7 + n * i + n) % words.len()];
        let said: Vec<&str> = (0..80).map(word).collect();
        format!("{n}: {}.\n\n", said.join(" "))
    };
    (0..paragraphs).map(paragraph).collect()
}

/// Runs `compress` on standard input; returns what it printed there and said beside it.
fn emit(input: &str, args: &[&str], exit: i32) -> (String, String) {
    let done = microfiche().arg("compress").args(args).write_stdin(input).assert().code(exit);
    let output = done.get_output();
    let string = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (string(&output.stdout), string(&output.stderr))
}

fn parts<'a>(format: &str, body: &'a Value) -> &'a Vec<Value> {
    let parts = match format {
        "gemini" => &body["contents"][0]["parts"],
        "openai-responses" => &body["input"][0]["content"],
        _ => body["messages"].as_array().unwrap().last().map(|m| &m["content"]).unwrap(),
    };
    parts.as_array().unwrap()
}

/// The file of a part that is a page.
fn png(part: &Value) -> Option<Vec<u8>> {
    let url = part["image_url"]["url"].as_str().or(part["image_url"].as_str());
    let data = part["source"]["data"].as_str().or(part["inlineData"]["data"].as_str());
    let data = data.or(url.and_then(|url| url.strip_prefix("data:image/png;base64,")))?;
    Some(BASE64_STANDARD.decode(data).unwrap())
}

fn texts(parts: &[Value]) -> Vec<&str> {
    parts.iter().filter_map(|part| part["text"].as_str()).collect()
}

#[test]
fn a_body_holds_what_the_folder_holds() {
    let dir = folder();
    let system = "Be \"brief\".\n\tAlways; naïve 東京 😀\n";
    fs::write(dir.path().join("system.txt"), system).unwrap();
    fs::write(dir.path().join("question.txt"), "What\nis it?\n").unwrap();
    let log = String::from_utf8(bytes(&text("build.log"))).unwrap() + &prose(60);
    for (format, model) in FORMATS {
        let out = dir.path().join(format);
        let done = microfiche()
            .current_dir(dir.path())
            .args(["compress", "--emit", format, "--model", model, "--system", "system.txt"])
            .args(["--ask", "question.txt", "--page", "768x512", "-o", format])
            .write_stdin(log.clone())
            .assert()
            .success();
        let line = String::from_utf8(done.get_output().stdout.clone()).unwrap();
        assert_eq!(line.find('\n'), Some(line.len() - 1));
        let body: Value = serde_json::from_str(&line).unwrap();
        let report = report(&out);
        assert_eq!(report["payload"]["format"], format);
        assert_eq!(report["payload"]["bytes"], line.len() - 1);
        let said = String::from_utf8(done.get_output().stderr.clone()).unwrap();
        assert!(said.contains(&format!("a request of {} bytes", line.len() - 1)), "{said}");

        let parts = parts(format, &body);
        let pages: Vec<Vec<u8>> = parts.iter().filter_map(png).collect();
        let files = report["pages"].as_array().unwrap();
        assert!(pages.len() > 2 && pages.len() == files.len());
        for (page, record) in pages.iter().zip(files) {
            assert!(*page == bytes(&out.join(record["file"].as_str().unwrap())));
        }
        let beside = ["prompt.txt", "factsheet.txt"].map(|name| bytes(&out.join(name)));
        let beside = beside.map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(texts(parts), [&*beside[0], &*beside[1], "What\nis it?\n"]);
        assert!(texts(&parts[..pages.len()]).is_empty(), "the pages come first");
        let rules = match format {
            "anthropic" => &body["system"],
            "openai-chat" => &body["messages"][0]["content"],
            "openai-responses" => &body["instructions"],
            _ => &body["systemInstruction"]["parts"][0]["text"],
        };
        assert_eq!(rules, system);
        assert_eq!(body["model"], if format == "gemini" { Value::Null } else { model.into() });
    }
}

#[test]
fn the_detail_goes_along() {
    let short = "A few words.\n";
    let body = |args: &[&str]| -> Value { serde_json::from_str(&emit(short, args, 0).0).unwrap() };
    let responses = ["--emit", "openai-responses", "--model", "gpt-5.6-sol", "--detail", "high"];
    assert_eq!(body(&responses)["input"][0]["content"][0]["detail"], "high");
    let chat = ["--emit", "openai-chat", "--model", "gpt-5.6-sol", "--max-tokens", "7"];
    let chat = body(&chat);
    assert_eq!(chat["messages"][0]["content"][0]["image_url"]["detail"], "auto");
    assert_eq!(chat["max_completion_tokens"], 7);
    let qwen = ["--model", "dashscope/qwen3.8-max", "--detail", "high_resolution"];
    let qwen = body(&[&["--emit", "openai-chat"], &qwen[..]].concat());
    assert_eq!(
        (&qwen["model"], &qwen["vl_high_resolution_images"]),
        (&"qwen3.8-max".into(), &true.into())
    );
    assert!(qwen["messages"][0]["content"][0]["image_url"]["detail"].is_null());
    let gemini =
        |detail| body(&["--emit", "gemini", "--model", "gemini-3.6-flash", "--detail", detail]);
    assert_eq!(gemini("low")["generationConfig"]["mediaResolution"], "MEDIA_RESOLUTION_LOW");
    let single = gemini("ultra_high");
    let part = &single["contents"][0]["parts"][0];
    assert_eq!(part["mediaResolution"]["level"], "MEDIA_RESOLUTION_ULTRA_HIGH");
    assert!(single["generationConfig"].is_null());
    let claude = body(&["--emit", "anthropic", "--model", "anthropic/claude-sonnet-4.5-20250929"]);
    assert_eq!(claude["model"], "claude-sonnet-4-5-20250929");
    assert_eq!(claude["max_tokens"], 4096);
}

#[test]
fn parts_are_the_content_alone() {
    for (format, model) in FORMATS.into_iter().filter(|(format, _)| *format != "openai-responses") {
        let whole = emit("Words.\n", &["--emit", format, "--model", model, "--ask", "?"], 0).0;
        let alone = emit("Words.\n", &["--emit", "parts", "--model", model, "--ask", "?"], 0).0;
        let (whole, alone): (Value, Value) =
            (serde_json::from_str(&whole).unwrap(), serde_json::from_str(&alone).unwrap());
        assert_eq!(parts(format, &whole), alone.as_array().unwrap());
    }
}

/// A longer text begins with the same bytes, up to the last page of the shorter one; what is
/// marked for the cache is all of that.
#[test]
fn what_is_appended_changes_no_earlier_byte() {
    for (format, model) in FORMATS {
        let run = |paragraphs| {
            let args = ["--emit", format, "--model", model, "--page", "768x512", "--ask", "Why?"];
            emit(&prose(paragraphs), &args, 0).0
        };
        let before = run(90);
        let body: Value = serde_json::from_str(&before).unwrap();
        let parts = parts(format, &body);
        let pages: Vec<Vec<u8>> = parts.iter().filter_map(png).collect();
        assert!(pages.len() > 2, "{}", pages.len());
        let last = BASE64_STANDARD.encode(pages.last().unwrap());
        let prefix = &before[..before.find(&last).unwrap()];
        let plain = |text: &str| text.replace(MARK, "");
        let mut grown = pages.len();
        for paragraphs in [91, 93, 140, 400] {
            let after = run(paragraphs);
            let longer: Value = serde_json::from_str(&after).unwrap();
            let count = self::parts(format, &longer).iter().filter_map(png).count();
            assert!(plain(&after).starts_with(&plain(prefix)), "{format} {paragraphs}");
            if count == pages.len() {
                assert!(after.starts_with(prefix));
            }
            if format == "anthropic" {
                let marked = after.find(MARK).unwrap();
                assert_eq!(after.matches(MARK).count(), 1);
                let at_mark = &after[..marked];
                assert_eq!(at_mark.matches("\"type\":\"base64\"").count(), count - 1);
                // Up to the mark, the bytes are those of the longer text too, its mark aside.
                let cached = &before[..before.find(MARK).unwrap()];
                assert!(after.starts_with(cached));
            } else {
                assert!(!after.contains(MARK));
            }
            grown = grown.max(count);
        }
        assert!(grown > pages.len() + 2, "{grown}");
    }
    let one = emit("A page.\n", &["--emit", "anthropic"], 0).0;
    assert!(!one.contains("cache_control"), "the only page can change");
}

fn limited(dir: &Path, model: &str, limits: &str) -> String {
    let file = dir.join("models.toml");
    fs::write(&file, format!("[[model]]\nid = \"{model}\"\nlimits = {{ {limits} }}\n")).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn what_does_not_fit_is_an_error_with_the_numbers_or_split() {
    let dir = folder();
    let input = prose(300);
    for (format, model) in FORMATS {
        let plain = ["--emit", format, "--model", model, "--page", "768x512", "--ask", "Why?"];
        let whole: Value = serde_json::from_str(&emit(&input, &plain, 0).0).unwrap();
        let pages: Vec<Vec<u8>> = parts(format, &whole).iter().filter_map(png).collect();
        let longest = pages.iter().map(Vec::len).max().unwrap();
        for (limits, said) in [
            ("images = 3".to_owned(), format!("{} images, at most 3 a request", pages.len())),
            (
                "many_images = { above = 2, max_side = 600 }".to_owned(),
                "a side of 768 px, at most 600 with more than 2 images".to_owned(),
            ),
            (
                format!("request_bytes = {}, base64 = true", longest * 4),
                format!("bytes, at most {} a request", longest * 4),
            ),
        ] {
            let models = limited(dir.path(), model, &limits);
            let args = [&plain[..], &["--models", &models]].concat();
            let (printed, error) = emit(&input, &args, 1);
            assert_eq!(printed, "");
            assert!(error.contains(&said) && error.contains("--split"), "{error}");
            assert_eq!(error.lines().count(), 1, "{error}");

            let out = dir.path().join("split");
            let out = out.to_str().unwrap();
            let args = [&args[..], &["--split", "--force", "-o", out]].concat();
            let (printed, _) = emit(&input, &args, 0);
            let report = report(Path::new(out));
            let sent = report["payload"]["requests"].as_array().unwrap();
            assert!(sent.len() > 1 && sent.len() == printed.lines().count());
            let mut gone = Vec::new();
            for (index, (line, sent)) in printed.lines().zip(sent).enumerate() {
                assert_eq!(sent["bytes"], line.len());
                let body: Value = serde_json::from_str(line).unwrap();
                let parts = parts(format, &body);
                let here: Vec<Vec<u8>> = parts.iter().filter_map(png).collect();
                let (first, last) = (gone.len() + 1, gone.len() + here.len());
                assert_eq!(
                    (&sent["first_page"], &sent["last_page"]),
                    (&first.into(), &last.into())
                );
                let texts = texts(parts);
                assert_eq!(texts.last(), Some(&"Why?"));
                let which = match here.len() {
                    1 => format!("page {last} of the {} pages", pages.len()),
                    _ => format!("pages {first} to {last} of the {} pages", pages.len()),
                };
                assert!(texts[0].contains(&which), "{}", texts[0]);
                if limits.starts_with("request_bytes") {
                    assert!(line.len() <= longest * 4);
                    // The next page would have been too much.
                    if let Some(next) = pages.get(last) {
                        assert!(line.len() + next.len().div_ceil(3) * 4 > longest * 4 - 200);
                    }
                } else {
                    let most = if limits.starts_with("images") { 3 } else { 2 };
                    assert!(here.len() == most || index + 1 == sent_count(&report));
                }
                gone.extend(here);
            }
            assert!(gone == pages, "{format} {limits}");
            let total: u64 = sent.iter().map(|sent| sent["bytes"].as_u64().unwrap()).sum();
            assert_eq!(report["payload"]["bytes"], total);
        }
    }
}

fn sent_count(report: &Value) -> usize {
    report["payload"]["requests"].as_array().unwrap().len()
}

#[test]
fn what_is_sent_again_is_counted_again() {
    let dir = folder();
    let models = limited(dir.path(), "gpt-4o", "images = 1");
    let input = String::from_utf8(bytes(&text("build.log"))).unwrap() + &prose(300);
    let run = |more: &[&str]| {
        let out = dir.path().join("out");
        let plain = ["--emit", "openai-chat", "--model", "gpt-4o", "--force", "-o"];
        let printed = emit(&input, &[&plain[..], &[out.to_str().unwrap()], more].concat(), 0).0;
        (report(&out), printed.lines().count() as u64)
    };
    let (one, _) = run(&[]);
    let (split, count) = run(&["--models", &models, "--split"]);
    assert!(count > 2);
    let of = |report: &Value, what: &str| report["sidecar"][what].as_u64().unwrap();
    let sheet = of(&one, "factsheet_tokens");
    assert!(sheet > 0);
    assert_eq!(of(&split, "factsheet_tokens"), sheet * count);
    assert!(of(&split, "prompt_tokens") >= of(&one, "prompt_tokens") * count);
    let image = &split["image"];
    let sent = image["tokens"].as_u64().unwrap()
        + image["overhead"].as_u64().unwrap()
        + of(&split, "factsheet_tokens")
        + of(&split, "prompt_tokens");
    assert_eq!(split["models"][0]["image_tokens"], sent);
    validate(&split);
}

#[test]
fn a_page_that_fits_no_request_is_named() {
    let dir = folder();
    let models = limited(dir.path(), "claude-fable-5", "image_bytes = 100");
    let (printed, error) =
        emit("Words.\n", &["--emit", "anthropic", "--models", &models, "--split"], 1);
    assert_eq!(printed, "");
    assert!(
        error.contains("page 1 does not fit one request of claude-fable-5: an image of"),
        "{error}"
    );
    assert!(error.contains("at most 100") && !error.contains("--split"), "{error}");
}

#[test]
fn nothing_is_printed_of_what_is_refused() {
    let key = "aws_access_key_id = AKIAZ7QXWR2MTLKP4VHS\n";
    let emit = |input: &str, more: &[&str], exit| {
        let (printed, error) = emit(input, &[&["--emit", "anthropic"], more].concat(), exit);
        assert_eq!(printed, "", "{more:?}");
        assert_eq!(error.lines().count(), 1, "{error}");
        error
    };
    assert!(emit("Short.\n", &["--gate=5"], 3).contains("the ratio is"));
    assert!(emit("An odd one: \u{10FFFD}\n", &["--strict"], 4).contains("no glyph"));
    assert!(emit(key, &["--secrets", "refuse"], 4).contains("secrets"));
    assert!(emit("", &[], 1).contains("empty"));
    assert!(emit("\u{0}\u{1}\u{2}", &[], 1).contains("not text"));
    assert!(emit("Words.\n", &["--system", "nowhere.txt"], 1).contains("nowhere.txt"));
}

#[test]
fn a_secret_that_is_covered_is_in_no_part() {
    let key = "AKIAZ7QXWR2MTLKP4VHS";
    let input = format!("aws_access_key_id = {key}\n");
    let redacted = ["--emit", "anthropic", "--secrets", "redact", "--factsheet", "all", "--check"];
    let (printed, _) = emit(&input, &redacted, 0);
    assert!(!printed.contains(key) && printed.contains("covers a secret"), "{printed}");
    let (kept, _) = emit(&input, &["--emit", "anthropic", "--factsheet", "all"], 0);
    assert!(kept.contains(key), "the test would see it");
}

#[test]
fn wrong_usage_is_told() {
    for (args, said) in [
        (&["--emit", "anthropic", "--json"][..], "--json"),
        (&["--emit", "anthropic", "--compare"], "--compare"),
        (&["--emit", "soap"], "openai-responses"),
        (&["--ask", "Why?"], "--emit"),
        (&["--emit", "openai-chat"], "--model"),
        (&["--emit", "gemini", "--model", "gpt-4o"], "--emit openai-chat"),
        (&["--emit", "anthropic", "--model", "gemini-3.6-flash"], "--emit gemini"),
        (&["--emit", "parts", "--max-tokens", "5"], "--max-tokens"),
        (&["--emit", "anthropic", "--max-tokens", "0"], "--max-tokens"),
        (&["--emit", "anthropic", "--embed-source"], "-o DIR"),
    ] {
        let (printed, error) = emit("Words.\n", args, 2);
        assert_eq!(printed, "");
        assert!(error.contains(said), "{args:?}: {error}");
    }
}

#[test]
fn a_file_needs_no_folder_and_no_tokens_are_no_trouble() {
    let dir = folder();
    fs::write(dir.path().join("a.txt"), "hello").unwrap();
    let args = ["compress", "a.txt", "--emit", "anthropic", "--no-tokens"];
    microfiche().current_dir(dir.path()).args(args).assert().success();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = folder();
    let input = dir.path().join("long.txt");
    fs::write(&input, prose(400)).unwrap();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("microfiche"))
        .args(["compress", "--emit", "anthropic"])
        .arg(&input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
