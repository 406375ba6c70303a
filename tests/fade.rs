//! `microfiche fade`: conversations that fade, grow, and are had back.

#[path = "common/chat.rs"]
mod chat;
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use assert_cmd::assert::OutputAssertExt;
use common::{bytes, folder, microfiche};
use serde_json::{Value, json};

/// Writes messages as a file.
fn write(folder: &Path, messages: &[Value]) -> std::path::PathBuf {
    let path = folder.join("chat.json");
    std::fs::write(&path, serde_json::to_string(messages).unwrap()).unwrap();
    path
}

/// Fades with these flags into a folder; returns the report.
fn fade(chat: &Path, out: &Path, flags: &[&str]) -> Value {
    let mut command = microfiche();
    command.arg("fade").arg(chat).arg("-o").arg(out).args(flags);
    command.output().unwrap().assert().success();
    report(out)
}

/// A folder's report, checked against its schema and added up.
fn report(out: &Path) -> Value {
    let report: Value = serde_json::from_slice(&bytes(&out.join("report.json"))).unwrap();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/memory/schema.json");
    let schema: Value = serde_json::from_slice(&bytes(&schema)).unwrap();
    let errors: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    let after = &report["after"];
    let sum = |of: &Value, field: &str| -> u64 {
        of.as_array().unwrap().iter().map(|one| one[field].as_u64().unwrap()).sum()
    };
    let figure = |name: &str| after[name].as_u64().unwrap();
    let beside = figure("system") + figure("factsheets") + figure("frame");
    assert_eq!(sum(&report["turns"], "costs") + beside, figure("total"));
    assert_eq!(figure("text") + figure("images") + figure("overhead") + beside, figure("total"));
    assert_eq!(sum(&report["pages"], "vision_tokens"), figure("images"));
    assert_eq!(sum(&report["tiers"], "images"), figure("images") + figure("overhead"));
    assert_eq!(sum(&report["turns"], "was"), report["before"]["turns"]);
    report
}

/// Every file of a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|e| (e.file_name().into_string().unwrap(), bytes(&e.path()))).collect()
}

/// Messages up to the end of each turn from `from` on.
fn steps(messages: &[Value], from: usize) -> impl Iterator<Item = &[Value]> {
    let ends = (1..=messages.len())
        .filter(|&end| messages.get(end).is_none_or(|next| next["role"] != "tool"));
    ends.skip(from).map(|end| &messages[..end])
}

/// 400 turns and 300,000 tokens fit 60,000, and text is what another counter says it is.
#[test]
fn a_long_conversation_fits_its_budget_to_the_last_token() {
    let scratch = folder();
    let chat = write(scratch.path(), &chat::chat(400, 8));
    let out = scratch.path().join("out");
    let report = fade(&chat, &out, &["--model", "gpt-4o", "--budget", "60000"]);
    assert_eq!(report["turns"].as_array().unwrap().len(), 400);
    assert!(report["after"]["total"].as_u64().unwrap() <= 60_000);

    let encoding = tiktoken::get_encoding("o200k_base").unwrap();
    let count = |text: &str| encoding.count(text) as u64;
    let cost = |message: &Value| {
        let content = match &message["content"] {
            Value::Array(parts) => {
                parts.iter().filter_map(|part| part["text"].as_str()).map(count).sum()
            }
            content => content.as_str().map_or(0, count),
        };
        let calls = message["tool_calls"].as_array().map_or(&[][..], Vec::as_slice).iter();
        let calls = calls.map(|call| &call["function"]).map(|function| {
            count(function["name"].as_str().unwrap())
                + count(function["arguments"].as_str().unwrap())
        });
        4 + content + calls.sum::<u64>()
    };
    let counted = |path: &Path| -> u64 {
        let messages: Vec<Value> = serde_json::from_slice(&bytes(path)).unwrap();
        messages.iter().map(cost).sum()
    };
    assert_eq!(counted(&chat), report["before"]["total"]);
    let after = &report["after"];
    let images = after["images"].as_u64().unwrap() + after["overhead"].as_u64().unwrap();
    assert_eq!(counted(&out.join("messages.json")) + images, after["total"].as_u64().unwrap());
}

/// Turn by turn: pages stay, each step draws at most one page a tier, and a fresh run is the same.
#[test]
fn a_conversation_that_grows_keeps_its_pages() {
    let scratch = folder();
    let messages = chat::chat(100, 3);
    let state = scratch.path().join("state");
    let flags = ["--budget", "24000", "--tiers", "balanced:1,dense:rest", "--recent", "2"];
    let mut before = BTreeMap::new();
    let mut shares = Vec::new();
    for (step, messages) in steps(&messages, 30).enumerate() {
        let chat = write(scratch.path(), messages);
        let mut command = microfiche();
        command.arg("fade").arg(&chat).arg("--state").arg(&state).args(flags);
        command.output().unwrap().assert().success();
        report(&state);
        let mut now = files(&state);
        now.retain(|name, _| name.ends_with(".png"));
        let kept = |(name, file): &(&String, &Vec<u8>)| before.get(*name) == Some(*file);
        for tier in ["balanced", "dense"] {
            let drawn = now.iter().filter(|page| page.0.starts_with(tier) && !kept(page));
            assert!(drawn.count() <= 1, "step {step}: more than one page of {tier}");
        }
        if !before.is_empty() {
            let all: usize = now.values().map(Vec::len).sum();
            let same: usize = now.iter().filter(kept).map(|(_, file)| file.len()).sum();
            shares.push(same as f64 / all as f64);
        }
        if step % 15 == 0 {
            let fresh = scratch.path().join(format!("fresh-{step}"));
            fade(&chat, &fresh, &flags);
            assert_eq!(files(&fresh), files(&state), "step {step}");
        }
        before = now;
    }
    let average = shares.iter().sum::<f64>() / shares.len() as f64;
    assert!(shares.len() > 30 && before.len() > 3, "{} steps", shares.len());
    assert!(average >= 0.9, "{average} of the bytes stay");
}

/// A state of another conversation, or a damaged one, changes nothing.
#[test]
fn a_state_that_does_not_fit_is_no_harm() {
    let scratch = folder();
    let (state, out, fresh) =
        (scratch.path().join("state"), scratch.path().join("out"), scratch.path().join("fresh"));
    let flags = ["--budget", "8000"];
    let mut messages = chat::chat(40, 5);
    fade(&write(scratch.path(), &messages), &state, &flags);
    messages[3]["content"] = json!("something else was said here");
    let chat = write(scratch.path(), &messages);
    let page = files(&state).into_keys().find(|name| name.ends_with(".png")).unwrap();
    std::fs::write(state.join(page), b"no page").unwrap();
    fade(&chat, &fresh, &flags);
    fade(&chat, &out, &["--budget", "8000", "--state", state.to_str().unwrap()]);
    assert_eq!(files(&out), files(&fresh));
}

#[test]
fn what_must_stay_text_does() {
    let scratch = folder();
    let long = "A sentence that is long enough to be worth a page. ".repeat(300);
    let call = |id: &str| {
        json!({ "role": "assistant", "content": "", "tool_calls": [
            { "id": id, "type": "function", "function": { "name": "f", "arguments": "{}" } }] })
    };
    let messages = [
        json!({ "role": "system", "content": long }),
        json!({ "role": "user", "content": long }),
        json!({ "role": "user", "content": long, "pinned": true }),
        call("a"),
        json!({ "role": "tool", "tool_call_id": "a", "content": long }),
        json!({ "role": "user", "content": [
            { "type": "text", "text": long },
            { "type": "image_url", "image_url": { "url": "https://example.org/a.png" } }] }),
        call("b"),
        json!({ "role": "user", "content": long }),
        json!({ "role": "user", "content": long }),
        call("c"),
    ];
    let chat = write(scratch.path(), &messages);
    let out = scratch.path().join("out");
    let report = fade(&chat, &out, &["--budget", "23500", "--recent", "0", "--pin", "8"]);
    let is = |turn: usize| {
        let turn = &report["turns"][turn - 1];
        turn["why"].as_str().unwrap_or(turn["is"].as_str().unwrap()).to_owned()
    };
    let forms: Vec<String> = (1..=9).map(is).collect();
    assert_eq!(
        forms,
        [
            "system",
            "pages",
            "pinned",
            "pages",
            "undrawable",
            "unanswered",
            "pages",
            "pinned",
            "unanswered"
        ]
    );
    assert_eq!(report["turns"][3]["speakers"], json!(["assistant", "tool"]));
    let messages: Vec<Value> = serde_json::from_slice(&bytes(&out.join("messages.json"))).unwrap();
    assert!(messages.iter().all(|message| message.get("pinned").is_none()));
    let order: Vec<&str> = messages.iter().map(|m| m["role"].as_str().unwrap()).collect();
    assert_eq!(
        order,
        ["system", "user", "user", "user", "user", "assistant", "user", "user", "assistant"]
    );
}

/// Whatever the budget, what is sent is never more than what was there.
#[test]
fn no_budget_makes_it_longer() {
    let scratch = folder();
    let chat = write(scratch.path(), &chat::chat(30, 11));
    let mut totals = BTreeSet::new();
    for budget in ["0", "3000", "6000", "12000", "24000", "99000"] {
        let mut command = microfiche();
        command.arg("fade").arg(&chat).args(["--recent", "0", "--json", "--budget", budget]);
        let output = command.output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let total = report["after"]["total"].as_u64().unwrap();
        assert!(total <= report["before"]["total"].as_u64().unwrap());
        assert_eq!(report["fits"] == json!(true), output.status.code() == Some(0));
        assert_eq!(report["minimum"].as_u64(), (output.status.code() == Some(1)).then_some(total));
        totals.insert(total);
    }
    assert!(totals.len() > 3, "{totals:?}");
}

#[test]
fn turns_are_had_back() {
    let scratch = folder();
    let messages = chat::chat(40, 5);
    let out = scratch.path().join("out");
    fade(&write(scratch.path(), &messages), &out, &["--budget", "8000"]);
    let recall = |flags: &[&str]| {
        let mut command = microfiche();
        let output = command.arg("recall").arg(&out).args(flags).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(recall(&["--turn", "2"]).1, messages[1]["content"].as_str().unwrap());
    let (_, line) = recall(&["--turn", "3", "--json"]);
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["messages"], json!(messages[2..4]));
    let needle = messages[3]["content"].as_str().unwrap().lines().next().unwrap();
    let (code, found) = recall(&["--grep", &regex::escape(needle)]);
    assert!(code == Some(0) && found.starts_with("3:") && found.contains(".png:"), "{found}");
    assert_eq!(recall(&["--grep", "nothing has this"]).0, Some(1));
    assert_eq!(recall(&["--turn", "41"]).0, Some(2));
    assert_eq!(recall(&["--page", "1"]).0, Some(2));
    std::fs::write(out.join("source.gz"), b"x").unwrap();
    assert_eq!(recall(&["--turn", "2"]).0, Some(1));
}

/// A transcript that nobody made for this: `tests/data/chats/README.md`.
#[test]
fn a_real_transcript_fades_and_comes_back() {
    let chat =
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/chats/missing-colon.json"));
    let messages: Vec<Value> = serde_json::from_slice(&bytes(chat)).unwrap();
    let scratch = folder();
    let out = scratch.path().join("out");
    let flags = ["--model", "gpt-4o", "--budget", "1000", "--recent", "1"];
    let report = fade(chat, &out, &flags);
    assert!(report["after"]["total"].as_u64().unwrap() <= 1000, "{report}");
    assert_eq!(report["turns"].as_array().unwrap().len(), 7);
    let mut start = 0;
    for (turn, so_far) in steps(&messages, 0).enumerate() {
        let mut recall = microfiche();
        recall.arg("recall").arg(&out).args(["--turn", &(turn + 1).to_string(), "--json"]);
        let line: Value = serde_json::from_slice(&recall.output().unwrap().stdout).unwrap();
        assert_eq!(line["messages"], json!(so_far[start..]));
        start = so_far.len();
    }
    assert_eq!(start, messages.len());
}

/// The same conversation in every shape and in two vendors' words has the same turns.
#[test]
fn every_format_is_read() {
    let scratch = folder();
    let said = json!({ "role": "user", "content": "List the files." });
    let openai = [
        said.clone(),
        json!({ "role": "assistant", "content": "Yes.", "tool_calls": [
            { "id": "1", "type": "function", "function": { "name": "ls", "arguments": "{\"a\": 1}" } }] }),
        json!({ "role": "tool", "tool_call_id": "1", "content": "a b c" }),
    ];
    let anthropic = [
        said,
        json!({ "role": "assistant", "content": [
            { "type": "text", "text": "Yes." },
            { "type": "tool_use", "id": "1", "name": "ls", "input": {} }] }),
        json!({ "role": "user", "content": [
            { "type": "tool_result", "tool_use_id": "1", "content": [
                { "type": "text", "text": "a b c" }] }] }),
    ];
    let lines: String = openai.iter().map(|message| format!("{message}\n")).collect();
    let files = [
        json!(openai).to_string(),
        json!({ "messages": openai, "temperature": 0 }).to_string(),
        lines,
        json!({ "system": "Be brief.", "messages": anthropic }).to_string(),
        json!(anthropic).to_string(),
    ];
    for (index, text) in files.iter().enumerate() {
        let chat = scratch.path().join(format!("chat-{index}"));
        std::fs::write(&chat, text).unwrap();
        let report =
            fade(&chat, &scratch.path().join(format!("out-{index}")), &["--budget", "999"]);
        let turns = report["turns"].as_array().unwrap();
        assert_eq!(turns.len(), 2, "{text}");
        assert_eq!(turns[1]["speakers"], json!(["assistant", "tool"]));
        let [start, end] = [0, 1].map(|at| turns[1]["source"][0][at].as_u64().unwrap() as usize);
        assert!(text[start..end].contains("\"Yes.\"") && text[start..end].ends_with('}'));
        for format in ["anthropic", "openai-chat", "openai-responses", "gemini"] {
            let mut command = microfiche();
            command.arg("fade").arg(&chat).args(["--budget", "999", "--emit", format]);
            let output = command.output().unwrap();
            let body: Value = serde_json::from_slice(&output.stdout).unwrap();
            let text = body.to_string();
            for word in ["List the files.", "Yes.", "\"ls\"", "a b c"] {
                assert!(text.contains(word), "{format}: {word} is not in {text}");
            }
        }
    }
}

#[test]
fn a_body_has_its_pages() {
    let scratch = folder();
    let chat = write(scratch.path(), &chat::chat(40, 5));
    let out = scratch.path().join("out");
    let pages = fade(&chat, &out, &["--budget", "8000"])["pages"].as_array().unwrap().len();
    let mut command = microfiche();
    command.arg("fade").arg(&chat).args(["--budget", "8000", "--emit", "anthropic"]);
    let body: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    let content = body["messages"][0]["content"].as_array().unwrap();
    assert_eq!(content.iter().filter(|part| part["type"] == "image").count(), pages);
    assert!(pages > 0 && body["system"].as_str().unwrap().starts_with("You are a careful"));
}

#[test]
fn bad_input_is_one_line_and_nothing_is_written() {
    let scratch = folder();
    let cases: &[(&[u8], &str)] = &[
        (b"", "has no messages"),
        (b"[]", "has no messages"),
        (b"42", "no list of messages"),
        (b"\xff\xfe", "byte 0: not valid UTF-8"),
        (b"[{\"role\":\"user\"", "not JSON"),
        (b"{\"role\":\"user\",\"content\":\"a\"}\n{\"role\":\"us", "line 2: not JSON"),
        (b"[{\"content\":\"a\"}]", "message 1: it has no role"),
        (b"[{\"role\":\"user\",\"content\":7}]", "message 1: its content is neither"),
        (b"[{\"role\":\"user\",\"role\":\"user\",\"content\":\"\"}]", "twice"),
        (b"[{\"role\":\"user\",\"content\":[{\"text\":\"a\"}]}]", "no type"),
        (b"[{\"role\":\"assistant\",\"tool_calls\":[{}]}]", "no function"),
        (b"{\"messages\":7}", "messages: they are no list"),
    ];
    for (text, reason) in cases {
        let chat = scratch.path().join("chat");
        std::fs::write(&chat, text).unwrap();
        let out = scratch.path().join("out");
        let mut command = microfiche();
        let output = command
            .arg("fade")
            .arg(&chat)
            .args(["--budget", "9", "-o"])
            .arg(&out)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(reason) && said.lines().count() == 1, "{reason}: {said}");
        assert!(!out.exists());
    }
}

/// What does not fit leaves the state as it was.
#[test]
fn a_budget_that_cannot_be_met_does_not_touch_the_state() {
    let scratch = folder();
    let chat = write(scratch.path(), &chat::chat(30, 2));
    let state = scratch.path().join("state");
    fade(&chat, &state, &["--budget", "9000"]);
    let before = files(&state);
    let mut command = microfiche();
    command.arg("fade").arg(&chat).args(["--budget", "10", "--state"]).arg(&state);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("are the least"));
    assert_eq!(files(&state), before);
}
