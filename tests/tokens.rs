//! `microfiche tokens` and `models`, from the outside.

mod common;

use std::fs;

use common::{folder, microfiche, text};
use serde_json::{Value, json};

fn answers(lines: &str) -> Vec<Value> {
    let done = microfiche().args(["tokens", "--jsonl"]).write_stdin(lines).assert().success();
    let out = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn lines_of_questions_get_lines_of_answers_in_order() {
    let got = answers(
        "{\"model\":\"claude-fable-5\",\"width\":1568,\"height\":728}\n\
         {\"model\":\"gpt-6-astra\",\"detail\":\"original\",\"width\":7999,\"height\":8000}\n\
         not json\n\
         {\"model\":\"no-such\",\"width\":1,\"height\":1}\n\
         {\"model\":\"gpt-4o\",\"detail\":\"high\",\"width\":1024,\"height\":1024}\n\
         {\"model\":\"claude-sonnet-4-5\",\"width\":2000,\"height\":1500}\n\
         {\"model\":\"claude-sonnet-4-5\",\"width\":9000,\"height\":100}\n",
    );
    assert_eq!(got.len(), 7);
    assert_eq!(got[0], json!({"tokens": 1456, "overhead": 3, "exact": true, "resized": null}));
    assert!(got[1]["error"].as_str().unwrap().contains("62500 patches > 30000"));
    assert!(got[2]["error"].is_string() && got[3]["error"].as_str().unwrap().contains("nearest"));
    assert_eq!(got[4]["tokens"], 765);
    assert_eq!(got[5]["tokens"], 1564);
    assert!(got[5]["resized"].is_array());
    assert!(got[6]["error"].as_str().unwrap().contains("8000"));
}

/// Every golden vector through the program, as a user's script would ask.
#[test]
fn the_golden_vectors_through_the_program() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vision_tokens.json");
    let file: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let sure = [
        "executed-reference-code",
        "published-algorithm",
        "measured",
        "constant",
        "transcribed-reference-code",
    ];
    let vectors: Vec<&Value> = file["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|v| sure.contains(&v["confidence"].as_str().unwrap()))
        .collect();
    let question = |v: &&Value| {
        let mut question = json!({"model": v["id"], "width": v["width"], "height": v["height"]});
        if let Some(detail) = v.get("detail").filter(|detail| detail.is_string()) {
            question["detail"] = detail.clone();
        }
        question.to_string() + "\n"
    };
    let got = answers(&vectors.iter().map(question).collect::<String>());
    assert_eq!(got.len(), vectors.len());
    assert!(vectors.len() > 1500);
    for (vector, answer) in vectors.iter().zip(&got) {
        assert_eq!(answer["tokens"], vector["tokens"], "{vector} {answer}");
    }
}

#[test]
fn sizes_and_images_are_counted() {
    let dir = folder();
    let page = dir.path().join("page.png");
    image::GrayImage::new(1092, 1092).save(&page).unwrap();
    let done = microfiche()
        .args(["tokens", "--model", "anthropic/claude-sonnet-4.5", "1568x728"])
        .arg(&page)
        .assert()
        .success();
    let out = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("1568x728: 1456 tokens, 1460 with overhead"), "{out}");
    assert!(lines[1].ends_with("page.png 1092x1092: 1521 tokens, 1525 with overhead"), "{out}");
    let said = |args: &[&str]| {
        let done = microfiche().arg("tokens").args(args).assert().failure();
        String::from_utf8(done.get_output().stderr.clone()).unwrap()
    };
    assert!(said(&["no-such.png"]).contains("no-such.png"));
    assert!(said(&["0x5"]).contains("empty"));
    assert!(said(&["--model", "claude-fabel-5", "5x5"]).contains("claude-fable-5"));
    assert!(said(&["--model", "gpt-4o", "--detail", "ultra", "5x5"]).contains("high"));
}

const MINE: &str = r#"
[[model]]
id = "my-model"
like = "qwen3-vl"
price = { input = 0.5 }
tokenizer = "o200k"
"#;

#[test]
fn a_model_of_ones_own_is_listed_priced_and_compared() {
    let dir = folder();
    let file = dir.path().join("mine.toml");
    fs::write(&file, MINE).unwrap();
    let out = |args: &[&str]| {
        let done = microfiche().args(args).arg("--models").arg(&file).assert().success();
        String::from_utf8(done.get_output().stdout.clone()).unwrap()
    };
    assert!(out(&["models"]).lines().any(|line| line.starts_with("my-model ")));
    assert!(out(&["tokens", "--model", "my-model", "1024x1024"]).contains("1024 tokens"));
    let prose = text("prose.txt").display().to_string();
    let table = out(&["estimate", "--compare", &prose]);
    let line = table.lines().find(|line| line.starts_with("my-model ")).unwrap();
    assert!(line.contains("0.000"), "{line}");
    let report: Value =
        serde_json::from_str(&out(&["estimate", "--compare", "--json", &prose])).unwrap();
    common::validate(&report);
    let models = report["models"].as_array().unwrap();
    assert!(models.len() > 100);
    let mine = models.iter().find(|model| model["id"] == "my-model").unwrap();
    assert!(mine["usd_image"].as_f64().unwrap() > 0.0 && mine["exact"].is_boolean());
    let alone: Value = serde_json::from_str(&out(&["estimate", "--json", &prose])).unwrap();
    assert_eq!(alone["models"].as_array().unwrap().len(), 1);
}

#[test]
fn a_bad_models_file_is_named_with_line_and_key() {
    let dir = folder();
    let file = dir.path().join("bad.toml");
    fs::write(&file, "[[model]]\nid = \"x\"\nlike = \"qwen3-vl\"\nprize = 3\n").unwrap();
    let done = microfiche().arg("models").arg("--models").arg(&file).assert().code(1);
    let said = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    assert!(said.contains("bad.toml:4") && said.contains("prize"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn the_gate_refuses_what_does_not_pay() {
    let dir = folder();
    let out = dir.path().join("pages");
    let run = |args: &[&str], code: i32| {
        let done = microfiche()
            .args(["compress", "-o"])
            .arg(&out)
            .args(args)
            .arg(text("prose.txt"))
            .assert()
            .code(code);
        String::from_utf8(done.get_output().stderr.clone()).unwrap()
    };
    let said =
        run(&["--gate", "--density", "safe", "--newlines", "keep", "--model", "gpt-4.1-nano"], 3);
    assert!(said.contains("below 1") && said.contains("--density"), "{said}");
    assert!(!out.exists());
    assert!(run(&["--gate=50"], 3).contains("send the text"));
    run(&["--gate=0.1"], 0);
    assert!(out.join("report.json").exists());
}
