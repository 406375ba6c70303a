//! Exact strings planted in code, logs and prose, made from a fixed seed, are found again.

use microfiche::factsheet::Finder;
use microfiche::factsheet::Kind::{self, *};

use crate::common::Dice;

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const HEX: &str = "0123456789abcdef";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const WORDS: [&str; 24] = [
    "parse", "request", "page", "cache", "token", "user", "index", "writer", "stream", "config",
    "node", "batch", "queue", "layout", "merge", "retry", "server", "client", "value", "buffer",
    "worker", "session", "frame", "table",
];
const EXTENSIONS: [&str; 12] =
    ["rs", "py", "ts", "toml", "json", "md", "txt", "csv", "yaml", "html", "go", "c"];
const DOMAINS: [&str; 6] = [
    "example.org",
    "example.com",
    "api.example.net",
    "mail.example.co.uk",
    "docs.rs",
    "git.example.io",
];

fn hump(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

fn iban(dice: &mut Dice) -> String {
    let body = dice.chars(DIGITS, 18);
    // DE is 13 14, then two zeros in place of the check digits.
    let remainder =
        format!("{body}131400").bytes().fold(0, |r, c| (r * 10 + u32::from(c - b'0')) % 97);
    let compact = format!("DE{:02}{body}", 98 - remainder);
    if dice.below(2) == 0 {
        return compact;
    }
    compact
        .as_bytes()
        .chunks(4)
        .map(|c| std::str::from_utf8(c).expect("ASCII"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A string of a kind, written as people and programs write it.
fn string(kind: Kind, dice: &mut Dice) -> String {
    let word = |dice: &mut Dice| dice.pick(&WORDS).to_owned();
    let (a, b, c) = (word(dice), word(dice), word(dice));
    match kind {
        Hex => {
            let length = [7, 8, 12, 16, 32, 40, 64][dice.below(7) as usize];
            // A letter and two digits, as nearly every hash has.
            let body = dice.chars(HEX, length - 3);
            format!("{body}{}{}", dice.chars("abcdef", 1), dice.chars(DIGITS, 2))
        }
        Uuid => [8, 4, 4, 4, 12].map(|n| dice.chars(HEX, n)).join("-"),
        Base64 => match dice.below(3) {
            0 => format!("{}=", dice.chars(BASE64, 43)),
            1 => dice.chars(BASE64_URL, 32).replace(['-', '_'], "x"),
            _ => format!("{}==", dice.chars(BASE64, 22)),
        },
        Jwt => format!(
            "eyJ{}.eyJ{}.{}",
            dice.chars(BASE64_URL, 17),
            dice.chars(BASE64_URL, 40),
            dice.chars(&BASE64_URL[..62], 43)
        ),
        Url => {
            let host = dice.pick(&DOMAINS).to_owned();
            match dice.below(4) {
                0 => format!("https://{host}/{a}/{b}?{c}={}", dice.below(1000)),
                1 => format!("http://{host}:{}/{a}", 1024 + dice.below(60000)),
                2 => format!("https://{host}/{a}_({b})#{c}"),
                _ => format!("git@{host}:{a}/{b}.git"),
            }
        }
        Email => format!("{a}.{b}{}@{}", dice.below(100), dice.pick(&DOMAINS)),
        Ip => match dice.below(4) {
            0 => format!(
                "{}.{}.{}.{}",
                1 + dice.below(254),
                dice.below(256),
                dice.below(256),
                dice.below(256)
            ),
            1 => format!(
                "10.{}.{}.{}:{}",
                dice.below(256),
                dice.below(256),
                dice.below(256),
                1024 + dice.below(60000)
            ),
            2 => format!("192.168.{}.0/{}", dice.below(256), 16 + dice.below(16)),
            _ => format!("2001:db8:{:x}::{:x}", 1 + dice.below(65535), 1 + dice.below(65535)),
        },
        Path => {
            let ext = dice.pick(&EXTENSIONS).to_owned();
            match dice.below(7) {
                0 => format!("src/{a}/{b}.{ext}:{}", 1 + dice.below(900)),
                1 => format!("/usr/lib/{a}/{b}-{}.{ext}", dice.below(10)),
                2 => format!("./{a}/{b}_{c}.{ext}"),
                3 => format!("C:\\Users\\{a}\\{b}.{ext}"),
                4 => format!("~/.config/{a}/{b}"),
                5 => format!("{a}_{b}.{ext}:{}:{}", 1 + dice.below(900), 1 + dice.below(80)),
                _ => format!("{a}/{b}/{c}"),
            }
        }
        Version => match dice.below(4) {
            0 => format!("{}.{}.{}", dice.below(30), dice.below(30), dice.below(300)),
            1 => format!("v{}.{}", dice.below(30), dice.below(30)),
            2 => format!(
                "{}.{}.{}-rc.{}",
                dice.below(30),
                dice.below(30),
                dice.below(30),
                dice.below(9)
            ),
            _ => format!("{a}-{}.{}.{}", dice.below(30), dice.below(30), dice.below(30)),
        },
        Flag => match dice.below(3) {
            0 => format!("--{a}-{b}"),
            1 => format!("--no-{a}"),
            _ => format!(
                "--{}",
                dice.pick(&["verbose", "config", "force", "release", "output", "all"])
            ),
        },
        Ticket => match dice.below(4) {
            0 => format!("{}-{}", dice.chars(UPPER, 4), 1 + dice.below(9999)),
            1 => format!("CVE-20{}-{}", 10 + dice.below(17), 1000 + dice.below(60000)),
            2 => format!(
                "GHSA-{}-{}-{}",
                dice.chars("23456789cfghjmpqrvwx", 4),
                dice.chars("23456789cfghjmpqrvwx", 4),
                dice.chars("23456789cfghjmpqrvwx", 4)
            ),
            _ => format!("#{}", 10 + dice.below(9000)),
        },
        Number => match dice.below(8) {
            0 => format!("{}.{}", dice.below(1000), dice.chars(DIGITS, 3)),
            1 => format!("{}%", 1 + dice.below(99)),
            2 => format!("{}.{} ms", dice.below(900), dice.below(10)),
            3 => format!("{} MiB", 1 + dice.below(900)),
            4 => format!("{},{:03},{:03}", 1 + dice.below(99), dice.below(1000), dice.below(1000)),
            5 => format!("0x{}", dice.chars(HEX, 8)),
            6 => format!("{}", 10_000 + dice.below(90_000_000)),
            _ => format!("-{}.{}e-{}", dice.below(9), dice.below(99), 1 + dice.below(30)),
        },
        Date => {
            let (y, m, d) = (1900 + dice.below(130), 1 + dice.below(12), 1 + dice.below(28));
            let month = dice
                .pick(&["January", "March", "May", "July", "Oct", "Dec", "September"])
                .to_owned();
            let time = format!("{:02}:{:02}:{:02}", dice.below(24), dice.below(60), dice.below(60));
            match dice.below(7) {
                0 => format!("{y}-{m:02}-{d:02}"),
                1 => format!("{y}-{m:02}-{d:02}T{time}Z"),
                2 => format!("{y}-{m:02}-{d:02} {time},{:03}", dice.below(1000)),
                3 => format!("{month} {d}, {y}"),
                4 => format!("{d} {month} {y}"),
                5 => format!("{d:02}.{m:02}.{y}"),
                _ => time,
            }
        }
        Currency => match dice.below(5) {
            0 => format!("${},{:03}.{:02}", 1 + dice.below(900), dice.below(1000), dice.below(100)),
            1 => format!("\u{20ac}{}", 1 + dice.below(9000)),
            2 => format!("{} USD", 1 + dice.below(9000)),
            3 => format!("{},{:02} \u{20ac}", 1 + dice.below(900), dice.below(100)),
            _ => format!("\u{a3}{} million", 1 + dice.below(900)),
        },
        Phone => match dice.below(3) {
            0 => format!("+49 {} {}", 30 + dice.below(900), 100_000 + dice.below(9_000_000)),
            1 => format!(
                "+1 ({}) {}-{}",
                200 + dice.below(700),
                200 + dice.below(700),
                1000 + dice.below(9000)
            ),
            _ => format!(
                "{}-{}-{}",
                200 + dice.below(700),
                200 + dice.below(700),
                1000 + dice.below(9000)
            ),
        },
        Iban => iban(dice),
        Identifier => match dice.below(6) {
            0 => format!("{a}{}", hump(&b)),
            1 => format!("{a}_{b}"),
            2 => format!("{}_{}", a.to_uppercase(), b.to_uppercase()),
            3 => format!("{}{}{}", hump(&a), hump(&b), hump(&c)),
            4 => format!("__{a}__"),
            _ => format!("{a}{}{}", hump(&b), dice.below(10)),
        },
        LookAlike => match dice.below(3) {
            0 => format!("{}\u{0430}{}", &a[..2], &b[..3]),
            1 => format!(
                "{}0O{}1l{}",
                dice.chars(UPPER, 1),
                dice.chars(DIGITS, 1),
                dice.chars(UPPER, 1)
            ),
            _ => format!("{}0{}", dice.chars("gbdfk", 2), dice.chars("gklmn", 3)),
        },
    }
}

/// Lines with a place for a string: what code, logs and prose put around one.
fn frames(kind: Kind) -> [&'static [&'static str]; 3] {
    let code: &[&str] = match kind {
        Identifier => &[
            "    let @ = 3;",
            "    self.@(x);",
            "fn @() {}",
            "    if @ == other {",
            "// calls @ twice",
        ],
        Flag => &["    run(\"@\");", "$ tool @ input", "    tool @", "# usage: tool [@]"],
        Number => &["    let x = @;", "    draw(@, y);", "const LIMIT: f64 = @; // all"],
        _ => &[
            "    let x = \"@\";",
            "// see @ for more",
            "    call(\"@\", y);",
            "name: '@'",
            "# @",
            "x = [\"@\"]",
        ],
    };
    let log: &[&str] = &[
        "INFO worker: got @ from upstream",
        "WARN [main] failed: @",
        "ERROR value=@ status=bad",
        "DEBUG (@) done",
        "info: @, retrying",
    ];
    let prose: &[&str] = match kind {
        Flag => &[
            "You can pass @ to it as well.",
            "It has the flag @, which few know.",
            "The option `@` is new.",
            "Use @ when in doubt.",
        ],
        _ => &[
            "We were told that @ was the one to look at.",
            "The letter names @, and nothing else.",
            "In the end (@) it was found by chance.",
            "Nobody remembered why it was @.",
            "Then came \u{201c}@\u{201d}, of all things.",
        ],
    };
    [code, log, prose]
}

#[test]
fn what_is_planted_is_found() {
    let mut dice = Dice(20_261_122);
    let mut text = String::new();
    let mut planted = Vec::new();
    for round in 0..180 {
        for kind in Kind::ALL {
            let context = round % 3;
            let value = string(kind, &mut dice);
            let frame = dice.pick(frames(kind)[context]);
            let at = frame.find('@').expect("a place");
            let start = text.len() + at;
            text.push_str(&frame.replace('@', &value));
            text.push('\n');
            planted.push((kind, context, start as u64, (start + value.len()) as u64));
        }
    }
    assert!(planted.len() >= 2_000);
    let mut finder = Finder::default();
    finder.push(&text);
    finder.finish();
    let found = finder.take();
    let mut missed = Vec::new();
    let (mut whole, mut exact, mut agreed) = ([0; 3], 0, 0);
    for &(kind, context, start, end) in &planted {
        // Found by itself, or whole in a longer string.
        let hit = found.iter().find(|f| f.start <= start && f.end >= end);
        match hit {
            Some(hit) => {
                whole[context] += 1;
                exact += usize::from((hit.start, hit.end) == (start, end));
                agreed += usize::from(hit.kind == kind);
            }
            None => {
                let line_start = text[..start as usize].rfind('\n').map_or(0, |p| p + 1);
                let line = text[line_start..].lines().next().unwrap_or("");
                missed.push(format!("{kind:?}: {line}"));
            }
        }
    }
    let each = planted.len() as f64 / 3.0;
    let report = format!(
        "{} planted; recall in code {:.4}, logs {:.4}, prose {:.4}; of those found, to the byte {:.4}, kind {:.4}\nmissed:\n{}",
        planted.len(),
        f64::from(whole[0]) / each,
        f64::from(whole[1]) / each,
        f64::from(whole[2]) / each,
        exact as f64 / (planted.len() - missed.len()) as f64,
        agreed as f64 / (planted.len() - missed.len()) as f64,
        missed.join("\n"),
    );
    show(&report);
    for count in whole {
        assert!(f64::from(count) / each >= 0.98, "{report}");
    }
    assert!(exact as f64 / planted.len() as f64 >= 0.95, "{report}");
}

#[expect(clippy::print_stdout, reason = "the figures, for those who ask with --nocapture")]
fn show(report: &str) {
    println!("{report}");
}
