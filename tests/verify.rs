//! Reading pages back, from the outside: readers, their failures, what is said and how it ends.

mod common;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use assert_cmd::Command;
use common::server::{Do, Server};
use common::{folder, microfiche, tesseract, verify};
use serde_json::{Value, json};

const TEXT: &str = "The committee met on Tuesday to discuss the harbour. Nobody had read the \
    report, which was a pity, because it was good. It said that the wall would hold for another \
    ten years, and that the lamps should be lit at dusk. The chairman thanked everyone and closed \
    the meeting before noon, and they went down to look at the boats.\n";

/// Three pages of large letters in one column, and the folder that they are in.
fn pages(dir: &Path, text: &str) -> PathBuf {
    let (input, out) = (dir.join("text.txt"), dir.join("pages"));
    fs::write(&input, text).unwrap();
    microfiche()
        .args(["compress", "--density", "safe", "--page", "500x44", "--columns", "1", "-o"])
        .arg(&out)
        .arg(&input)
        .assert()
        .success();
    out
}

fn json_of(command: &mut Command, code: i32) -> Value {
    let done = command.arg("--json").assert().code(code);
    let value: Value = serde_json::from_slice(&done.get_output().stdout).expect("JSON");
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/src/fidelity/schema.json");
    let schema = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    value
}

fn said(command: &mut Command, code: i32) -> String {
    let done = command.assert().code(code);
    String::from_utf8(done.get_output().stderr.clone()).unwrap()
}

#[test]
fn tesseract_reads_pages_and_misreads_are_boxed() {
    if !tesseract() {
        return;
    }
    let dir = folder();
    let pages = pages(dir.path(), TEXT);
    let mut command = verify(&pages, "tesseract");
    let value = json_of(command.args(["--overlay", "--min-fidelity", "0.9"]), 0);
    assert_eq!(value["schema"], "microfiche.fidelity/1");
    assert!(value["reader"].as_str().unwrap().starts_with("tesseract "));
    let count = value["pages"].as_array().unwrap().len();
    assert!(count >= 2, "{count} pages");
    assert!(value["total"]["fidelity"].as_f64().unwrap() > 0.95, "{}", value["total"]);
    let (page, over) = ("page-0001.png", "overlay-0001.png");
    let size = |name| image::open(pages.join(name)).map(|i| (i.width(), i.height())).unwrap();
    assert_eq!(size(page), size(over));
    let table = verify(&pages, "tesseract").assert().success();
    let table = String::from_utf8(table.get_output().stdout.clone()).unwrap();
    assert!(table.contains("FIDELITY") && table.contains("  all"), "{table}");
}

#[test]
fn a_model_behind_http_is_asked_once_a_page() {
    if !tesseract() {
        return;
    }
    let dir = folder();
    let pages = pages(dir.path(), TEXT);
    let server = Server::new(vec![Do::Read]);
    let run = |extra: &[&str]| {
        let mut command = verify(&pages, &server.reader());
        command.env("MICROFICHE_API_KEY", "sk-very-secret").args(extra);
        let done = command.arg("--json").assert().success();
        let output = done.get_output().clone();
        (output.stdout, String::from_utf8(output.stderr).unwrap())
    };
    let (first, _) = run(&["--jobs", "2", "--request", r#"{"temperature":0}"#]);
    let value: Value = serde_json::from_slice(&first).unwrap();
    assert!(value["total"]["fidelity"].as_f64().unwrap() > 0.9, "{}", value["total"]);
    assert_eq!(value["reader"], server.reader());
    let asked = server.asked();
    assert_eq!(asked.len(), value["pages"].as_array().unwrap().len());
    assert!(asked[0].head.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"));
    assert!(asked[0].head.to_lowercase().contains("authorization: bearer sk-very-secret\r\n"));
    assert_eq!(asked[0].body["model"], "test-model");
    assert_eq!(asked[0].body["temperature"], 0);

    // A second run asks nothing and says the same, whatever it is told of trying.
    let (second, said) =
        run(&["--jobs", "1", "--timeout", "7", "--request", r#"{"temperature":0}"#]);
    assert_eq!(second, first);
    assert!(said.contains("kept"), "{said}");
    assert_eq!(server.asked().len(), asked.len());
    // Another request is another reading.
    let (_, _) = run(&["--pages", "1"]);
    assert_eq!(server.asked().len(), asked.len() + 1);
    let (_, _) = run(&["--pages", "1", "--no-cache"]);
    assert_eq!(server.asked().len(), asked.len() + 2);

    // The key is nowhere but in the request.
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in [pages.clone(), pages.join("readings")] {
        files.extend(fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()));
    }
    for file in files.iter().filter(|file| file.is_file()) {
        let bytes = fs::read(file).unwrap();
        assert!(!bytes.windows(9).any(|w| w == b"sk-very-s"), "{}", file.display());
    }
}

/// Has a server that goes by a script read one page; returns what came of it, how often the server was
/// asked, and how long it took.
fn meets(script: Vec<Do>, extra: &[&str], code: i32) -> (Value, usize, Duration) {
    let dir = folder();
    let pages = pages(dir.path(), "some short words\n");
    let server = Server::new(script);
    let start = Instant::now();
    let mut command = verify(&pages, &server.reader());
    command.env("OPENAI_API_KEY", "sk-very-secret").args(extra);
    let value = json_of(&mut command, code);
    (value["pages"][0].clone(), server.asked().len(), start.elapsed())
}

fn right() -> Do {
    Do::Say("some short words".to_owned())
}

#[test]
fn a_server_in_trouble_is_asked_again() {
    let trouble = |status, headers| Do::Status(status, headers, "{}".to_owned());
    let (page, asked, took) = meets(vec![trouble(500, ""), trouble(503, ""), right()], &[], 0);
    assert_eq!((page["score"]["fidelity"].as_f64(), asked), (Some(1.0), 3));
    assert!(took >= Duration::from_millis(1500), "no back-off: {took:?}");

    let (page, asked, took) = meets(vec![trouble(429, "retry-after: 2\r\n"), right()], &[], 0);
    assert_eq!((page["score"]["fidelity"].as_f64(), asked), (Some(1.0), 2));
    assert!(took >= Duration::from_secs(2), "Retry-After was not heeded: {took:?}");

    let patience = Do::Silence(Duration::from_secs(20));
    let (page, asked, _) = meets(vec![patience.clone(), right()], &["--timeout", "1"], 0);
    assert_eq!((page["score"]["fidelity"].as_f64(), asked), (Some(1.0), 2));

    let (page, asked, _) = meets(vec![trouble(500, "")], &["--retries", "1"], 1);
    assert_eq!((page["unread"].as_str(), asked), (Some("the server answered 500: {}"), 2));
    let (page, asked, _) = meets(vec![patience], &["--timeout", "0.5", "--retries", "1"], 1);
    assert_eq!((page["unread"].as_str(), asked), (Some("no answer within 0.5 s"), 2));
    let (page, asked, _) = meets(vec![trouble(429, "retry-after: 86400\r\n")], &[], 1);
    assert_eq!((page["unread"].as_str(), asked), (Some("the server answered 429: {}"), 1));
}

#[test]
fn a_server_that_refuses_is_asked_once() {
    for (status, body, want) in [
        (401, r#"{"error":{"message":"Incorrect key: sk-very-secret"}}"#, "401: Incorrect key: …"),
        (404, "<html>\n<b>gone</b>", "404: <html> <b>gone</b>"),
        (307, "", "307"),
    ] {
        let refusal = Do::Status(status, "location: http://127.0.0.1:9/\r\n", body.to_owned());
        let (page, asked, _) = meets(vec![refusal], &[], 1);
        assert_eq!(page["unread"], format!("the server answered {want}"));
        assert_eq!(asked, 1);
    }
}

#[test]
fn answers_that_are_none_are_told_apart() {
    let choice = |message: Value, reason: &str| {
        let choice = json!({ "message": message, "finish_reason": reason });
        Do::Status(200, "", json!({ "choices": [choice] }).to_string())
    };
    for (answer, want) in [
        (choice(json!({ "content": "some sho" }), "length"), "half an answer"),
        (Do::CutShort, "broke off"),
        (Do::Status(200, "", "{\"choices\": [".to_owned()), "not a Chat Completions answer"),
        (Do::Status(200, "", "{\"text\": \"hello\"}".to_owned()), "no choices"),
        (choice(json!({ "content": 7 }), "stop"), "neither text nor parts"),
        (choice(json!({ "content": "" }), "stop"), "empty"),
        (choice(json!({ "content": null }), "content_filter"), "withheld"),
    ] {
        let (page, asked, _) = meets(vec![answer], &[], 1);
        let unread = page["unread"].as_str().unwrap();
        assert!(unread.contains(want) && !unread.contains('\n'), "{unread}");
        assert!(page.get("score").is_none(), "an answer that is none was scored");
        assert_eq!(asked, 1, "{want}");
    }
}

#[test]
fn a_page_that_fails_does_not_stop_the_others() {
    let dir = folder();
    let pages = pages(dir.path(), TEXT);
    let server = Server::new(vec![
        Do::Status(400, "", "{}".to_owned()),
        Do::Say("Something else altogether.".to_owned()),
    ]);
    let reader = server.reader();
    let value = json_of(verify(&pages, &reader).args(["--jobs", "1"]), 1);
    assert_eq!((&value["unread"], &value["pages"][0]["page"]), (&json!(1), &json!(1)));
    assert!(value["pages"][0]["unread"].is_string() && value["pages"][1]["score"].is_object());
    let misreads = value["pages"][1]["misreads"].as_array().unwrap();
    assert!(!misreads.is_empty());
    assert!(misreads.iter().all(|m| m["start"].as_u64() <= m["end"].as_u64()));
    // What was read is kept; what failed is asked for again, and reads no better for it.
    let before = server.asked().len();
    let said = said(verify(&pages, &reader).args(["--min-fidelity", "0.9"]), 4);
    assert!(said.contains("below 0.9"), "{said}");
    assert_eq!(server.asked().len(), before + 1);
}

#[test]
fn a_server_that_is_not_there() {
    let dir = folder();
    let pages = pages(dir.path(), "some short words\n");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let reader = format!("openai:http://{}#m", listener.local_addr().unwrap());
    drop(listener);
    let said = said(&mut verify(&pages, &reader), 1);
    assert!(said.contains("1 of 1 pages could not be read"), "{said}");
}

#[test]
fn no_page_is_sent_above_the_limit_of_cost() {
    let dir = folder();
    let pages = pages(dir.path(), TEXT);
    let server = Server::new(vec![right()]);
    let reader = server.reader();
    let known = ["--model", "claude-opus-5", "--max-cost"];
    let refused = said(verify(&pages, &reader).args(known).arg("0.0001"), 3);
    assert!(refused.contains("pages to ask for") && refused.contains("--max-cost"), "{refused}");
    let unknown = said(verify(&pages, &reader).args(["--max-cost", "100"]), 3);
    assert!(unknown.contains("not known"), "{unknown}");
    assert_eq!(server.asked().len(), 0);
    let allowed = said(verify(&pages, &reader).args(known).arg("100"), 0);
    assert!(allowed.contains("about $"), "{allowed}");
    // What is kept costs nothing.
    let kept = said(verify(&pages, &reader).args(["--max-cost", "0"]), 0);
    assert!(!kept.contains('$'), "{kept}");
    let open = said(verify(&pages, &reader).arg("--no-cache"), 0);
    assert!(open.contains("no estimate of the cost"), "{open}");
}

#[cfg(unix)]
#[test]
fn any_program_reads() {
    let dir = folder();
    let pages = pages(dir.path(), "some short words\n");
    let value = json_of(&mut verify(&pages, "command:echo some short words"), 0);
    assert_eq!(value["total"]["fidelity"], 1.0);
    let value = json_of(&mut verify(&pages, "command:echo some sh0rt words {png}"), 0);
    assert_eq!(value["pages"][0]["misreads"][0]["text"], "o");
    assert_eq!(value["pages"][0]["misreads"][0]["read"], "0");
    assert_eq!(value["pages"][0]["misreads"][0]["start"], 7);
    let source = json!([{ "input": 0, "start": 7, "end": 8 }]);
    assert_eq!(value["pages"][0]["misreads"][0]["source"], source);
    let value = json_of(&mut verify(&pages, "command:sh -c 'echo no >&2; exit 3'"), 1);
    assert_eq!(value["pages"][0]["unread"], "sh failed (exit status: 3): no");
    let unmet = said(verify(&pages, "command:echo some").args(["--min-fidelity", "0.5"]), 4);
    assert!(unmet.contains("--min-fidelity"), "{unmet}");
}

#[cfg(unix)]
#[test]
fn a_misread_is_boxed_where_it_is() {
    let dir = folder();
    let pages = pages(dir.path(), "some short words\n");
    verify(&pages, "command:echo some sh0rt words").arg("--overlay").assert().success();
    let page = image::open(pages.join("page-0001.png")).unwrap().to_rgb8();
    let over = image::open(pages.join("overlay-0001.png")).unwrap().to_rgb8();
    let red: Vec<(u32, u32)> = over
        .enumerate_pixels()
        .filter(|(x, y, pixel)| *pixel != page.get_pixel(*x, *y))
        .map(|(x, y, _)| (x, y))
        .collect();
    let (left, right) = (red.iter().map(|p| p.0).min(), red.iter().map(|p| p.0).max());
    // The o of "short" is the eighth of sixteen characters.
    let ink = |x: u32| (0..page.height()).any(|y| page.get_pixel(x, y).0[0] < 128);
    let columns: Vec<u32> = (0..page.width()).filter(|&x| ink(x)).collect();
    let (first, last) = (columns[0], columns[columns.len() - 1]);
    let middle = f64::from(left.unwrap() + right.unwrap()) / 2.0;
    let share = (middle - f64::from(first)) / f64::from(last - first);
    assert!((0.35..0.55).contains(&share), "boxed at {share} of the line");
    assert!(right.unwrap() - left.unwrap() < (last - first) / 6);

    // It goes with the page that it shows; what the program did not write stays.
    fs::write(pages.join("overlay-0009.png"), "mine").unwrap();
    let again = ["compress", "--force", "-o"];
    microfiche().args(again).arg(&pages).arg(dir.path().join("text.txt")).assert().success();
    assert!(!pages.join("overlay-0001.png").exists());
    assert!(pages.join("overlay-0009.png").exists());
}

#[test]
fn wrong_usage_is_said_before_anything_is_read() {
    let dir = folder();
    let pages = pages(dir.path(), "some short words\n");
    for (reader, extra, code, want) in [
        ("paddle", &[][..], 2, "readers are"),
        ("openai:http://h", &[], 2, "openai:URL#MODEL"),
        ("command:true", &["--lang", "eng"], 2, "--lang"),
        ("command:true", &["--max-cost", "1"], 2, "openai"),
        ("command:true", &["--min-fidelity", "95"], 2, "from 0 to 1"),
        ("command:true", &["--pages", "7"], 2, "page 7"),
        ("command:true", &["--jobs", "0"], 2, "--jobs"),
        ("openai:http://h#m", &["--key-env", "NO_SUCH_VARIABLE"], 2, "NO_SUCH_VARIABLE"),
        ("openai:http://h#m", &["--request", "[1]"], 2, "JSON object"),
        ("openai:http://h#m", &["--prompt", "no/such/file"], 1, "no/such/file"),
    ] {
        let said = said(verify(&pages, reader).args(extra), code);
        assert!(said.contains(want) && said.lines().count() == 1, "{reader} {extra:?}: {said}");
        assert!(!pages.join("readings").exists(), "{reader} {extra:?}");
    }
    let said = said(&mut verify(&dir.path().join("nowhere"), "command:true"), 1);
    assert!(said.contains("nowhere") && said.lines().count() == 1, "{said}");
}

#[test]
fn a_page_whose_file_is_gone_or_no_image() {
    let dir = folder();
    let pages = pages(dir.path(), TEXT);
    fs::remove_file(pages.join("page-0001.png")).unwrap();
    let value = json_of(&mut verify(&pages, "command:echo x"), 1);
    assert!(value["pages"][0]["unread"].as_str().unwrap().contains("page-0001.png"));
    if tesseract() {
        fs::write(pages.join("page-0001.png"), "no image").unwrap();
        let value = json_of(verify(&pages, "tesseract").args(["--pages", "1"]), 1);
        assert!(value["pages"][0]["unread"].as_str().unwrap().contains("not an image"));
    }
}
