//! Healing, from the outside: pages that cannot be read are drawn again, the others stay.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::server::{Do, Server};
use common::{covered, folder, microfiche, report, tesseract, verify};
use microfiche::folder::{Folder, REPORT};
use microfiche::raster::Label;
use serde_json::Value;

/// Lines of prose, of which some in the middle have a word that the reader of the tests stumbles on.
fn text() -> String {
    let line = |n: usize| match n {
        12..16 => {
            format!("Line {n}: the zebra crossed at 7f3a9c{n}d, and nobody saw where it went.\n")
        }
        _ => format!("Line {n}: nothing of note happened, and everybody went home before dusk.\n"),
    };
    (0..60).map(line).collect()
}

/// Small pages of small letters, in a folder beside their text.
fn pages(dir: &Path, text: &str, extra: &[&str]) -> PathBuf {
    let (input, out) = (dir.join("text.txt"), dir.join("pages"));
    fs::write(&input, text).unwrap();
    let look = ["compress", "--density", "limit", "--page", "420x56", "--columns", "1", "-o"];
    microfiche().args(look).arg(&out).args(extra).arg(&input).assert().success();
    out
}

/// A server that reads pages of a text: `errors` says, of the number of the page's look (in the order
/// in which they came) and its text, that every so many characters one is wrong; 0: none.
fn reader(text: &str, errors: fn(usize, &str) -> usize) -> Server {
    let text = text.to_owned();
    // Pages are asked for one at a time, in order: each begins where another ends.
    let known: Mutex<(Vec<String>, Vec<usize>)> = Mutex::new((Vec::new(), vec![0]));
    let read = move |png: &[u8]| -> String {
        let label = Label::read(png).expect("a page has a label");
        let mut known = known.lock().unwrap();
        let (looks, starts) = &mut *known;
        let profile = label.profile.to_hex().to_string();
        if !looks.contains(&profile) {
            looks.push(profile.clone());
        }
        let look = looks.iter().position(|known| *known == profile).unwrap();
        let of = |start: usize| {
            let ends = (start + 1..=text.len()).filter(|&end| text.is_char_boundary(end));
            let mut hasher = blake3::Hasher::new();
            let mut at = start;
            ends.into_iter().find_map(|end| {
                hasher.update(&text.as_bytes()[std::mem::replace(&mut at, end)..end]);
                (hasher.finalize() == label.source).then_some((start, end))
            })
        };
        let (start, end) = starts.iter().rev().find_map(|&start| of(start)).expect("a known page");
        starts.push(end);
        let page = &text[start..end];
        let every = errors(look, page);
        let wrong = |(n, c): (usize, char)| if every > 0 && n % every == 0 { '#' } else { c };
        page.chars().enumerate().map(wrong).collect()
    };
    Server::new(vec![Do::By(Arc::new(read))])
}

/// `verify --heal`, a page at a time.
fn heal(pages: &Path, reader: &str) -> assert_cmd::Command {
    let mut command = verify(pages, reader);
    command.args(["--heal", "--min-fidelity", "0.95", "--jobs", "1"]);
    command
}

fn said(command: &mut assert_cmd::Command, code: i32) -> String {
    let done = command.assert().code(code);
    String::from_utf8(done.get_output().stderr.clone()).unwrap()
}

/// The files of a folder but its readings.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = files.filter(|entry| entry.file_type().unwrap().is_file());
    files
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

fn recalled(pages: &Path, what: &[&str]) -> Vec<u8> {
    microfiche().arg("recall").arg(pages).args(what).assert().success().get_output().stdout.clone()
}

/// Words of a text as drawn, marks away.
fn words(drawn: &[u8]) -> String {
    let text = String::from_utf8(drawn.to_vec()).unwrap();
    text.replace('§', " ").split_whitespace().collect()
}

/// That every figure of a report follows from its pages.
fn adds_up(report: &Value) {
    let sum = |name: &str| -> u64 {
        report["pages"].as_array().unwrap().iter().map(|page| page[name].as_u64().unwrap()).sum()
    };
    assert_eq!(report["image"]["tokens"], sum("vision_tokens"));
    let part = |a: &str, b: &str| report[a][b].as_u64().unwrap();
    let sent = sum("vision_tokens")
        + part("image", "overhead")
        + part("sidecar", "factsheet_tokens")
        + part("sidecar", "prompt_tokens");
    let text = part("text", "tokens");
    assert_eq!(report["saved_tokens"], text as i64 - sent as i64);
    assert_eq!(report["models"][0]["image_tokens"], sent);
    let ratio = (text as f64 / sent as f64 * 1000.0).round() / 1000.0;
    assert_eq!(report["ratio"], ratio);
    let area: u64 = report["pages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|page| page["width"].as_u64().unwrap() * page["height"].as_u64().unwrap())
        .sum();
    let chars = report["inputs"][0]["chars"].as_u64().unwrap();
    let px = (area as f64 / chars as f64 * 100.0).round() / 100.0;
    assert_eq!(report["px_per_source_char"], px);
}

/// The page that has the zebras is read at the third step.
fn zebras(look: usize, page: &str) -> usize {
    if page.contains("zebra") && look < 2 { 4 } else { 0 }
}

#[test]
fn pages_below_the_bar_are_drawn_again_and_the_others_stay() {
    let dir = folder();
    let text = text();
    let pages = pages(dir.path(), &text, &["--factsheet", "off", "--embed-source"]);
    let (old, before) = (report(&pages), files(&pages));
    let drawn = recalled(&pages, &["--page", "1-", "--drawn"]);
    let server = reader(&text, zebras);
    let said_first = said(&mut heal(&pages, &server.reader()), 0);
    let new = report(&pages);
    covered(&new);
    adds_up(&new);

    // The story.
    let story = &new["healing"][0];
    assert_eq!((&story["ended"], &story["min_fidelity"]), (&"held".into(), &0.95.into()));
    let rounds = story["rounds"].as_array().unwrap();
    assert_eq!(rounds.len(), 2, "{story}");
    let try_of = |round: usize| &rounds[round][0];
    assert_eq!(try_of(0)["from"]["density"], "limit");
    assert_eq!(try_of(0)["to"]["density"], "dense");
    assert_eq!(try_of(1)["to"]["density"], "balanced");
    assert!(try_of(0)["fidelity_before"].as_f64().unwrap() < 0.8);
    assert_eq!((&try_of(1)["fidelity"], &try_of(1)["kept"]), (&1.0.into(), &true.into()));
    assert_eq!(try_of(0)["kept"], false);
    assert_eq!(story["after"]["ratio"], new["ratio"]);
    assert_eq!(story["before"]["ratio"], old["ratio"]);
    assert!(new["ratio"].as_f64() < old["ratio"].as_f64());
    assert!(said_first.contains("limit (6 px a line) to dense"), "{said_first}");
    assert!(!said_first.contains("nothing"), "{said_first}");

    // Pages that hold keep their bytes; those drawn again are as large as the others, but the last.
    let all = new["pages"].as_array().unwrap();
    let redrawn: Vec<&Value> = all.iter().filter(|page| page.get("redrawn").is_some()).collect();
    assert!(redrawn.len() > rounds[1].as_array().unwrap().len(), "{redrawn:?}");
    let healed = files(&pages);
    let mut kept = 0;
    for page in all.iter().filter(|page| page.get("redrawn").is_none()) {
        let name = page["file"].as_str().unwrap();
        let hash = blake3::hash(&healed[name]).to_hex().to_string();
        assert_eq!(page["blake3"], hash);
        kept += usize::from(before.values().any(|bytes| *bytes == healed[name]));
    }
    assert_eq!(kept, all.len() - redrawn.len());
    assert_eq!(healed.keys().filter(|name| name.starts_with("page-")).count(), all.len());
    let tokens: u64 = redrawn.iter().map(|page| page["vision_tokens"].as_u64().unwrap()).sum();
    let told: u64 =
        rounds[1].as_array().unwrap().iter().map(|t| t["tokens"].as_u64().unwrap()).sum();
    assert_eq!(tokens, told);

    // Everything still works on it, without the original.
    fs::remove_file(dir.path().join("text.txt")).unwrap();
    assert_eq!(recalled(&pages, &["--bytes", "0-"]), text.as_bytes());
    assert_eq!(recalled(&pages, &["--page", "1-"]), text.as_bytes());
    assert_eq!(words(&recalled(&pages, &["--page", "1-", "--drawn"])), words(&drawn));
    verify(&pages, "atlas").assert().success();
    for page in 1..=all.len() {
        let png = pages.join(format!("page-{page:04}.png"));
        let traced = microfiche().arg("recall").arg(&pages).arg("--trace").arg(&png).assert();
        let out = String::from_utf8(traced.success().get_output().stdout.clone()).unwrap();
        let range = &all[page - 1]["source"][0];
        assert!(out.contains(&format!("bytes {}-{} of", range["start"], range["end"])), "{out}");
    }

    // A second time there is nothing to do, and nobody is asked.
    let asked = server.asked().len();
    let again = said(&mut heal(&pages, &server.reader()), 0);
    assert!(again.contains("nothing to heal"), "{again}");
    assert_eq!((files(&pages), server.asked().len()), (healed, asked));

    // For other eyes it goes on from there.
    let other = reader(&text, |look, page| if page.contains("zebra") && look < 3 { 4 } else { 0 });
    said(heal(&pages, &other.reader()).arg("--overlay"), 0);
    let twice = report(&pages);
    covered(&twice);
    adds_up(&twice);
    assert_eq!(twice["healing"].as_array().unwrap().len(), 2);
    assert_eq!(twice["healing"][0], *story);
    assert_eq!(twice["healing"][1]["rounds"][0][0]["from"]["density"], "balanced");
    let looks = |page: &Value| page["redrawn"]["look"].as_u64();
    let used: BTreeSet<u64> = twice["pages"].as_array().unwrap().iter().filter_map(looks).collect();
    assert_eq!(used.len(), twice["looks"].as_array().unwrap().len());
    let overlays = files(&pages).keys().filter(|name| name.starts_with("overlay-")).count();
    assert_eq!(overlays, twice["pages"].as_array().unwrap().len());
    assert_eq!(recalled(&pages, &["--bytes", "0-"]), text.as_bytes());
    verify(&pages, "atlas").assert().success();
}

#[test]
fn what_stays_unreadable_goes_onto_the_factsheet_as_far_as_pages_pay() {
    let dir = folder();
    let secret = format!("ghp_{}", "x7Kq9Lm2Vt4Rw8Ys3Zb6Nc1Pd5Gf0HjQaWe1"); // 36 characters
    let text = text().replace("Line 13:", &format!("Line 13: token {secret}"));
    for secrets in ["keep", "redact"] {
        let dir = dir.path().join(secrets);
        fs::create_dir(&dir).unwrap();
        let pages = pages(&dir, &text, &["--secrets", secrets, "--factsheet-budget", "0"]);
        let (old, before) = (report(&pages), files(&pages));
        assert_eq!(old["secrets"][0]["kind"], "github-pat");
        let server = reader(&text, |_, _| 3);
        let first = said(&mut heal(&pages, &server.reader()), 4);
        assert!(first.contains("stay below 0.95, the first of them page 1"), "{first}");
        let new = report(&pages);
        covered(&new);
        adds_up(&new);
        let story = &new["healing"][0];
        assert!(new["ratio"].as_f64().unwrap() > 1.0, "{}", new["ratio"]);
        assert!(["ratio", "ladder"].contains(&story["ended"].as_str().unwrap()), "{story}");
        // No step was read better than what there was, so all pages are what they were.
        let same = |name: &str| name.starts_with("page-");
        let now = files(&pages);
        for (name, bytes) in before.iter().filter(|(name, _)| same(name)) {
            assert_eq!(&now[name], bytes, "{name}");
        }
        assert_eq!(new["pages"], old["pages"]);
        assert!(new.get("looks").is_none());
        // Ids first, then words; each is where it says.
        let spans = story["spans"].as_array().unwrap();
        assert_eq!(spans[0]["exact"], true);
        assert!(spans.iter().any(|span| span["exact"] == false), "{spans:?}");
        let sheet = fs::read_to_string(pages.join("factsheet.txt")).unwrap();
        let mut exact = 0;
        for span in spans {
            let range = &span["source"][0];
            let (start, end) = (range["start"].as_u64().unwrap(), range["end"].as_u64().unwrap());
            let (string, source) =
                (span["text"].as_str().unwrap(), &text[start as usize..end as usize]);
            assert_eq!(string, source.replace('\n', ""));
            assert!(sheet.contains(string), "{string}");
            exact += usize::from(string.starts_with("7f3a9c1"));
        }
        assert_eq!(exact, 4, "{sheet}");
        assert_eq!(secrets == "redact", !sheet.contains(&secret), "{sheet}");
        assert!(new["sidecar"]["factsheet_tokens"].as_u64().unwrap() > 50);

        // The same again changes nothing.
        assert!(first.contains("and on the factsheet"), "{first}");
        let again = said(&mut heal(&pages, &server.reader()), 4);
        assert!(again.contains("nothing helped"), "{first}\n----\n{again}");
        assert_eq!(files(&pages), now);
    }
}

#[test]
fn a_run_that_fails_leaves_the_folder_as_it_was() {
    let dir = folder();
    let text = text();
    let pages = pages(dir.path(), &text, &[]);
    let before = files(&pages);
    let server = reader(&text, zebras);
    let entries = || fs::read_dir(&pages).unwrap().count();

    // A file is in the way of a page that is to come.
    let count = report(&pages)["pages"].as_array().unwrap().len();
    let stranger = pages.join(format!("page-{:04}.png", count + 1));
    fs::write(&stranger, "mine").unwrap();
    let said_so = said(&mut heal(&pages, &server.reader()), 1);
    assert!(said_so.contains("which no report names"), "{said_so}");
    fs::remove_file(&stranger).unwrap();
    assert_eq!(files(&pages), before);
    assert_eq!(entries(), before.len() + 1, "more than the readings was left");

    // A page that holds has other bytes than were drawn.
    let name = format!("page-{count:04}.png");
    let last = pages.join(&name);
    fs::write(&last, [&before[&name][..], b"\n"].concat()).unwrap();
    let said_so = said(&mut heal(&pages, &server.reader()), 1);
    assert!(said_so.contains(&format!("{name} has changed")), "{said_so}");
    fs::write(&last, &before[&name]).unwrap();
    assert_eq!(files(&pages), before);

    // The original has changed.
    let input = dir.path().join("text.txt");
    fs::write(&input, text.replace("dusk", "dawn")).unwrap();
    let said_so = said(&mut heal(&pages, &server.reader()), 1);
    assert!(said_so.contains("text.txt has changed"), "{said_so}");
    assert_eq!(files(&pages), before);
    fs::write(&input, &text).unwrap();

    // The reader fails in the middle of it.
    let broken = Server::new(vec![Do::Status(400, "", "{}".to_owned())]);
    said(&mut heal(&pages, &broken.reader()), 1);
    assert_eq!(files(&pages), before);
    assert_eq!(entries(), before.len() + 1);
}

#[test]
fn files_that_cannot_get_their_names_bring_the_old_ones_back() {
    let dir = folder();
    let pages = pages(dir.path(), "A few words, and no more.\n", &[]);
    let before = files(&pages);
    let report = serde_json::from_slice(&before[REPORT]).unwrap();
    let mut target = Folder::create(&pages, true).unwrap();
    target.put("page-0001.png", b"new").unwrap();
    target.put("prompt.txt", b"new").unwrap();
    fs::remove_file(pages.join(".prompt.txt.microfiche-part")).unwrap();
    assert!(target.commit(report).is_err());
    assert_eq!(files(&pages), before);

    // Nor is anything lost by a run that was killed there.
    for name in [REPORT, "page-0001.png"] {
        let aside = pages.join(format!(".{name}.microfiche-aside"));
        fs::rename(pages.join(name), aside).unwrap();
    }
    fs::write(pages.join("page-0001.png"), "new").unwrap();
    drop(Folder::create(&pages, true).unwrap());
    assert_eq!(files(&pages), before);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_the_folder_as_it_was() {
    let dir = folder();
    let text = text();
    let pages = pages(dir.path(), &text, &[]);
    let before = files(&pages);
    let server = reader(&text, |look, page| {
        if look > 0 {
            std::thread::sleep(Duration::from_secs(60));
        }
        zebras(look, page)
    });
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_microfiche"))
        .arg("verify")
        .arg(&pages)
        .args(["--reader", &server.reader(), "--heal", "--min-fidelity", "0.95", "--jobs", "1"])
        .env("NO_PROXY", "127.0.0.1")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let all = report(&pages)["pages"].as_array().unwrap().len();
    while server.asked().len() <= all {
        assert_eq!(run.try_wait().unwrap(), None, "it ended by itself");
        std::thread::sleep(Duration::from_millis(20));
    }
    let id = run.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(run.wait().unwrap().code(), Some(130));
    assert_eq!(files(&pages), before);
    assert_eq!(fs::read_dir(&pages).unwrap().count(), before.len() + 1);
}

#[test]
fn wrong_usage_is_said_at_once() {
    let dir = folder();
    let pages = pages(dir.path(), "A few words, and no more.\n", &[]);
    for (reader, extra, want) in [
        ("command:true", &["--heal"][..], "--min-fidelity"),
        ("command:true", &["--heal", "--min-fidelity", "0.9", "--pages", "1"], "--pages"),
        ("atlas", &["--heal", "--min-fidelity", "0.9"], "atlas"),
    ] {
        let said = said(verify(&pages, reader).args(extra), 2);
        assert!(said.contains(want) && said.lines().count() == 1, "{said}");
    }
}

/// Code whose lines are full of ids, the same at every run.
fn code_full_of_ids() -> String {
    let mut state = 7_u64;
    let mut hex = |digits: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:016x}", state ^ (state >> 29))[..digits].to_owned()
    };
    let function = |n: usize| {
        format!(
            "/// Opens the ledger of tenant `{}` and waits for the window.\n\
             pub fn open_{n}(id: &str) -> Result<Handle> {{\n    \
             if id == \"{}\" {{\n        return Err(Error::Refused(0x{}));\n    }}\n    \
             Ok(Handle::new(\"{}\", {n}))\n}}\n\n",
            hex(12),
            hex(16),
            hex(8),
            hex(10),
        )
    };
    (100..140).map(function).collect()
}

#[test]
fn a_run_that_is_too_dense_for_tesseract_is_healed() {
    if !tesseract() {
        return;
    }
    let dir = folder();
    let (input, pages) = (dir.path().join("ids.rs"), dir.path().join("pages"));
    fs::write(&input, code_full_of_ids()).unwrap();
    let look = ["compress", "--density", "limit", "-o"];
    microfiche().args(look).arg(&pages).arg(&input).assert().success();
    let bar = ["--min-fidelity", "0.95"];
    verify(&pages, "tesseract").args(bar).assert().code(4);
    let old = report(&pages);
    let done = heal(&pages, "tesseract").arg("--json").assert().code(0);
    let healed: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    assert!(healed["total"]["fidelity"].as_f64().unwrap() >= 0.95, "{}", healed["total"]);
    let new = report(&pages);
    covered(&new);
    adds_up(&new);
    assert!(new["ratio"].as_f64().unwrap() > 1.0 && new["ratio"].as_f64() < old["ratio"].as_f64());
    assert_eq!(new["healing"][0]["after"]["fidelity"], healed["total"]["fidelity"]);
    verify(&pages, "tesseract").args(bar).assert().success();
    verify(&pages, "atlas").assert().success();
}
