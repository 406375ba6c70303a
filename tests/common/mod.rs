//! What the tests share: the binary, throw-away folders, reports.

#![allow(dead_code, reason = "every test binary uses a part of it")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

pub mod server;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// The program.
pub fn microfiche() -> Command {
    let mut command = Command::cargo_bin("microfiche").expect("the binary is built with the tests");
    command.timeout(std::time::Duration::from_secs(120));
    command
}

/// A folder that goes with the test.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A text of the repository.
pub fn text(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/texts").join(name)
}

/// Every text of the repository.
pub fn texts() -> Vec<PathBuf> {
    ["prose.txt", "code.rs", "mixed.md", "build.log"].map(text).to_vec()
}

/// A folder's report, checked against the schema.
pub fn report(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("report.json")).expect("a report");
    let report: Value = serde_json::from_str(&text).expect("the report is JSON");
    validate(&report);
    report
}

/// Checks a report against the schema that the repository ships.
pub fn validate(report: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let errors: Vec<String> = validator.iter_errors(report).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

/// Checks that the pages' ranges are every byte of every input once, in order.
pub fn covered(report: &Value) {
    let mut at = vec![0; report["inputs"].as_array().unwrap().len()];
    let mut current = 0;
    for page in report["pages"].as_array().unwrap() {
        for range in page["source"].as_array().unwrap() {
            let input = range["input"].as_u64().unwrap() as usize;
            assert!(input >= current, "inputs out of order");
            current = input;
            assert_eq!(range["start"], at[input], "a hole or an overlap in {page}");
            assert!(range["end"].as_u64() > range["start"].as_u64());
            at[input] = range["end"].as_u64().unwrap();
        }
    }
    for (input, at) in report["inputs"].as_array().unwrap().iter().zip(at) {
        assert_eq!(input["bytes"], at, "not every byte is on a page");
    }
}

/// A file's bytes.
pub fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Numbers from a seed (splitmix64), the same on every run.
pub struct Dice(pub u64);

impl Dice {
    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.roll() % n
    }

    /// One of several.
    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len() as u64) as usize]
    }

    /// So many ASCII characters out of these.
    pub fn chars(&mut self, of: &str, count: usize) -> String {
        (0..count).map(|_| of.as_bytes()[self.below(of.len() as u64) as usize] as char).collect()
    }
}

/// Checks that the program ends well, and says nothing, when nobody reads what it prints.
pub fn nobody_reads(args: &[&str]) {
    use std::process::{Command, Stdio};
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("microfiche"))
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{args:?}");
    assert!(done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Whether Tesseract is there. Where tests run on their own it must be; elsewhere the tests that need
/// it say that they did nothing.
pub fn tesseract() -> bool {
    let found = std::process::Command::new("tesseract").arg("--version").output().is_ok();
    assert!(found || std::env::var_os("CI").is_none(), "tesseract is not installed");
    if !found {
        eprintln!("skipped: tesseract is not installed");
    }
    found
}

/// `verify`, without keys and proxies of the machine.
pub fn verify(pages: &Path, reader: &str) -> Command {
    let mut command = microfiche();
    for name in ["MICROFICHE_API_KEY", "OPENAI_API_KEY", "http_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        command.env_remove(name);
    }
    command.arg("verify").arg(pages).args(["--reader", reader]);
    command
}
