//! `microfiche eyechart` and `fonts --confusable`, from the outside.

mod common;

use std::fs;

use common::{covered, folder, microfiche, report};
use serde_json::Value;

#[test]
fn a_chart_has_a_page_a_question_and_answers_apart() {
    let dir = folder();
    let out = dir.path().join("chart");
    microfiche().args(["eyechart", "--density", "dense", "-o"]).arg(&out).assert().success();
    let report = report(&out);
    covered(&report);
    assert_eq!(report["pages"].as_array().unwrap().len(), 1);
    let answers: Value =
        serde_json::from_slice(&fs::read(out.join("answers.json")).unwrap()).unwrap();
    let items = answers[0]["items"].as_array().unwrap();
    assert_eq!(items.len(), 45);
    let (chart, question) = (
        fs::read_to_string(out.join("chart.txt")).unwrap(),
        fs::read_to_string(out.join("question.txt")).unwrap(),
    );
    for item in items {
        let (label, text) = (item["label"].as_str().unwrap(), item["text"].as_str().unwrap());
        assert!(chart.contains(&format!("{label}={text}")));
        assert!(question.contains(label) && !question.contains(text));
    }
    // Seven right, one guessed, one admitted, the rest not answered.
    let hex: Vec<&Value> = items.iter().filter(|item| item["kind"] == "hex").collect();
    let mut reply: String = hex[..7]
        .iter()
        .map(|item| {
            format!("{}={}\n", item["label"].as_str().unwrap(), item["text"].as_str().unwrap())
        })
        .collect();
    reply += &format!(
        "{}=0123456789ab\n{}=unreadable\n",
        hex[7]["label"].as_str().unwrap(),
        hex[8]["label"].as_str().unwrap()
    );
    fs::write(dir.path().join("reply.txt"), reply).unwrap();
    let done = microfiche()
        .args(["eyechart", "--json", "--score"])
        .arg(&out)
        .arg(dir.path().join("reply.txt"))
        .assert()
        .success();
    let score: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    let hex = &score[0]["kinds"][0];
    assert_eq!((&hex["right"], &hex["wrong"], &hex["missing"]), (&7.into(), &1.into(), &7.into()));
    assert_eq!(score[0]["read"], false);
}

#[test]
fn a_ladder_has_a_chart_a_density_and_labels_of_its_own() {
    let dir = folder();
    let out = dir.path().join("ladder");
    microfiche().args(["eyechart", "--ladder", "-o"]).arg(&out).assert().success();
    let answers: Value =
        serde_json::from_slice(&fs::read(out.join("answers.json")).unwrap()).unwrap();
    let charts = answers.as_array().unwrap();
    let densities: Vec<&str> = charts.iter().map(|c| c["density"].as_str().unwrap()).collect();
    assert_eq!(densities, ["safe", "balanced", "dense", "limit"]);
    let mut labels = Vec::new();
    let mut before = f64::MAX;
    for chart in charts {
        assert!(out.join(chart["page"].as_str().unwrap()).is_file());
        let px = chart["px_per_char"].as_f64().unwrap();
        assert!(px < before, "{px} after {before}");
        before = px;
        labels.extend(chart["items"].as_array().unwrap().iter().map(|i| i["label"].to_string()));
    }
    let count = labels.len();
    labels.sort();
    labels.dedup();
    assert_eq!(labels.len(), count);
}

#[test]
fn confusable_pairs_come_closest_first() {
    let done = microfiche().args(["fonts", "--confusable", "5x8", "--json"]).assert().success();
    let pairs: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    let shares: Vec<f64> =
        pairs.as_array().unwrap().iter().map(|p| p["share"].as_f64().unwrap()).collect();
    assert_eq!(shares.len(), 20);
    assert!(shares.is_sorted() && shares[0] > 0.0);
    // The pairs that are usually lost have been mended in the pixel fonts.
    let done = microfiche()
        .args(["fonts", "--confusable", "5x8", "--json", "--pairs", "5000"])
        .assert()
        .success();
    let pairs: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    for (a, b) in [("0", "O"), ("H", "K"), ("1", "l"), ("5", "S"), ("8", "B")] {
        let pair = pairs.as_array().unwrap().iter().find(|p| p["a"] == a && p["b"] == b);
        assert!(pair.unwrap()["pixels"].as_f64().unwrap() >= 3.0, "{a} {b}");
    }
}
