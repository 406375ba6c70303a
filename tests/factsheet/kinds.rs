//! What is found and what is not, a table a kind.

use microfiche::factsheet::Kind::{self, *};
use microfiche::factsheet::{Finder, Found};

fn find(text: &str) -> Vec<Found> {
    let mut finder = Finder::default();
    finder.push(text);
    finder.finish();
    finder.take()
}

/// Each line holds exactly one string, between `⟦` and `⟧`, of this kind.
fn yes(kind: Kind, lines: &[&str]) {
    let mut wrong = Vec::new();
    for line in lines {
        let (before, rest) = line.split_once('⟦').expect("a mark");
        let (inside, after) = rest.split_once('⟧').expect("a mark");
        let text = format!("{before}{inside}{after}");
        let found = find(&text);
        let right = found
            .iter()
            .any(|f| f.kind == kind && f.text == inside && f.start == before.len() as u64);
        if !right {
            wrong.push(format!(
                "{line}: {:?}",
                found.iter().map(|f| (f.kind, &f.text)).collect::<Vec<_>>()
            ));
        }
    }
    assert!(wrong.is_empty(), "{kind:?}\n{}", wrong.join("\n"));
}

/// Nothing is found.
fn no(lines: &[&str]) {
    let mut wrong = Vec::new();
    for line in lines {
        let found = find(line);
        if !found.is_empty() {
            wrong.push(format!(
                "{line}: {:?}",
                found.iter().map(|f| (f.kind, &f.text)).collect::<Vec<_>>()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hex() {
    yes(
        Hex,
        &[
            "commit ⟦3f2a9c1⟧ broke it",
            "sha256:⟦e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855⟧",
            "(⟦DEADBEEF01⟧)",
            "mac ⟦00:1A:2b:3C:4d:5E⟧ up",
            "color: ⟦#1a2b3c⟧;",
            "index ⟦83db48f⟧..bf2a9c1",
            "pci ⟦0000:00:1f.2⟧: [15b3:1017]",
            "pci 00: [⟦8086:2922⟧] type",
        ],
    );
    no(&["defaced and effaced", "the decade", "added facade", "a bad cafe", "deadbeef"]);
}

#[test]
fn uuid() {
    yes(
        Uuid,
        &[
            "id=⟦550e8400-e29b-41d4-a716-446655440000⟧,",
            "{⟦6BA7B810-9DAD-11D1-80B4-00C04FD430C8⟧}",
            "urn:uuid:⟦f81d4fae-7dec-11d0-a765-00a0c91e6bf6⟧",
        ],
    );
}

#[test]
fn base64() {
    yes(
        Base64,
        &[
            "data ⟦SGVsbG8sIFdvcmxkIQ==⟧ end",
            "token: ⟦dGhpcyBpcyBhIHRlc3Q0MjQy⟧",
            "key \"⟦wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY⟧\"",
            "export T=⟦ghp_16C7e42F292c6912E7710c838347Ae178B4a⟧",
            "sha512-⟦u8mNRWYrk1ZVNfZlN7sKqBqEzQEcmKTFLXYyJuRnMBYCpHHbAaJQrNnLRDVIDmfCgeGqtAiDMkrDEbVW4OPqJg==⟧",
        ],
    );
    no(&[
        "internationalization of communications",
        "Donaudampfschifffahrtsgesellschaft",
        "name= value=",
    ]);
}

#[test]
fn jwt() {
    yes(
        Jwt,
        &[
            "Bearer ⟦eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U⟧ ok",
        ],
    );
}

#[test]
fn url() {
    yes(
        Url,
        &[
            "see ⟦https://example.org/a/b?c=d&e=f#g⟧.",
            "(⟦http://localhost:8080/x⟧)",
            "[link](⟦https://en.wikipedia.org/wiki/Rust_(fungus)⟧) end",
            "<⟦ftp://files.example.com/pub⟧>",
            "⟦git@github.com:org/repo.git⟧",
            "⟦git+ssh://git@example.org/x.git⟧",
            "⟦www.example.org⟧, then",
            "import \"⟦github.com/stretchr/testify/assert⟧\"",
            "at ⟦crates.io⟧ now",
            "原始链接: ⟦https://www.seangoedecke.com/text-tokens/⟧。",
            "postgres: ⟦postgres://user@db.local:5432/app⟧",
            "ping ⟦db-3.internal.example.com⟧ failed",
            "via ⟦mx9.promo-4u.example.biz⟧,",
            "to ⟦cache-01.svc.cluster.local:6379⟧: refused",
            "under ⟦arn:aws:iam::123456789012:role/deploy⟧.",
            "doi:⟦10.1038/s41586-020-2649-2⟧, then",
        ],
    );
    no(&["http://", "and://", "e.g. this", "i.e. that", "U.S. and U.K.", "config.arg.example"]);
}

#[test]
fn email() {
    yes(
        Email,
        &[
            "mail ⟦jane.doe+tag@mail.example.co.uk⟧.",
            "<⟦a_b-c@example.org⟧>",
            "mailto:⟦root@example.com⟧?subject=x",
            "ssh ⟦deploy@web-01⟧ now",
        ],
    );
    no(&["@home", "a @ b", "me@you"]);
}

#[test]
fn ip() {
    yes(
        Ip,
        &[
            "from ⟦192.168.0.1⟧ to",
            "⟦10.0.0.0/8⟧",
            "listening on ⟦127.0.0.1:8080⟧.",
            "addr ⟦2001:db8::8a2e:370:7334⟧ ok",
            "⟦fe80::1%eth0⟧",
            "bind ⟦[::1]:443⟧,",
            "route ⟦2001:db8::/32⟧",
            "at ⟦::1⟧",
            "on ⟦[::]:9090⟧ too",
        ],
    );
    no(&["std::fmt", "f32::add", "a::b", "::", "Foo::<T>::new is"]);
}

#[test]
fn path() {
    yes(
        Path,
        &[
            "at ⟦src/text/mod.rs:12:5⟧: error",
            "open ⟦/usr/lib/x86_64-linux-gnu/libc.so.6⟧ failed",
            "in ⟦~/.config/app/settings.toml⟧.",
            "File \"⟦/home/jane/app.py⟧\", line 3",
            "⟦./run.sh⟧ now",
            "⟦../lib/foo⟧",
            "⟦C:\\Users\\Jane\\file.txt⟧ gone",
            "\\\\ at ⟦\\\\server\\share\\dir⟧",
            "see ⟦Cargo.toml⟧,",
            "⟦main.go:42⟧",
            "crate ⟦src/recognise/word⟧ ok",
            "⟦.github/workflows/ci.yml⟧",
            "GET ⟦/api/v1/users⟧ 200",
            "⟦blob/main/x.rs#L10-L20⟧",
            "⟦/etc⟧ is",
            "edit ⟦.gitignore⟧",
            "⟦$HOME/.bashrc⟧",
            "⟦node_modules/left-pad/index.js⟧",
            "⟦2024-01-05-notes.md⟧",
            "GET ⟦/metrics?module=http_2xx⟧ 200",
            "`⟦C:\\Users\\Anna Maria\\x.txt⟧` is",
            "run ⟦C:\\Program Files\\Git\\git.exe⟧ now",
            "in ⟦%APPDATA%\\Code\\User⟧",
            "⟦tests/test_x.py::TestBar::test_baz⟧ failed",
            "load ⟦libfoo.so.1⟧",
            "⟦@babel/core⟧ is",
            "pod ⟦prod/api-6d8f9b7c54-qz4lm⟧ up",
        ],
    );
    no(&[
        "let x = self.png;",
        "and/or",
        "he/she/it",
        "w/o",
        "n/a",
        "client/server",
        "TCP/IP",
        "24/7",
        "km/h",
        "</div>",
        "text/plain",
        "I/O",
        "self.key.lock()",
        "console.log(x)",
        "// comment",
        "the end.So it",
        "either/or/neither they",
    ]);
}

#[test]
fn version() {
    yes(
        Version,
        &[
            "rust ⟦1.95.0⟧ or later",
            "⟦v2.10⟧ is out",
            "⟦1.0.0-rc.1+build.5⟧",
            "use ⟦serde-1.0.229⟧;",
            "model ⟦gpt-5.6-sol⟧ is",
            "requests==⟦2.31.0⟧",
            "python ⟦3.12.0rc1⟧",
            "npm ^⟦4.17.21⟧",
            "deprecated ⟦har-validator@5.1.5⟧: see",
            "by ⟦curl/8.5.0⟧ and",
            "⟦Go-http-client/1.1⟧\"",
            "image: postgres:⟦16.2-alpine⟧",
            "the ⟦4.x⟧ line",
        ],
    );
    no(&["Section 3", "figure 2.", "1. First", "v for victory", "HTTP/1.1 is", "a 2-inch pipe"]);
}

#[test]
fn flag() {
    yes(
        Flag,
        &[
            "run ⟦--dry-run⟧ first",
            "cargo build ⟦--release⟧",
            "`⟦--all⟧` lists",
            "use ⟦--level⟧=3",
            "  ⟦-v⟧, --verbose",
            "tar ⟦-xzf⟧ a.tgz",
            "gcc ⟦-O2⟧ x.c",
            "ls ⟦-l⟧",
            "[⟦--help⟧]",
            "⟦--fast⟧",
            "git log ⟦--oneline⟧ -n 5",
            "with ⟦--no-color⟧ it is plain",
            "gatewayctl replay ⟦--since⟧ 3 --batch-size=512",
            "`tidy migrate ⟦--from⟧ 3`",
            "java ⟦-XX:+UseG1GC⟧ -jar x.jar",
        ],
    );
    no(&[
        "He turned--boy--Achmet--and left",
        "and then --the end of it all-- he went",
        "a dash - or two -- in prose",
        "wait -- what",
        "It was cold, --so cold that nobody spoke.",
        "non-trivial and well-known",
        "the suffix -ing",
        "\u{2014}the whale",
        "----------",
        "Call me Ishmael. --Some years ago",
        "- item one",
        "* -- *",
        "the sea,--a grand thing",
    ]);
}

#[test]
fn ticket() {
    yes(
        Ticket,
        &[
            "fixes ⟦PROJ-1234⟧.",
            "⟦CVE-2024-12345⟧",
            "see ⟦GHSA-jfh8-c2jp-5v3q⟧",
            "closes ⟦#4211⟧,",
            "(⟦RUSTSEC-2026-0192⟧)",
            "[⟦AB-12⟧]",
            "(badge ⟦T-0419⟧)",
            "article ⟦KM-2200-A4⟧ and",
            "order ⟦PO-88120/7⟧ of",
            "batch ⟦7B19-0042⟧.",
            "see ⟦tokio-rs/tokio#5532⟧",
        ],
    );
    no(&["UTF-8", "SHA-256 and COVID-19", "we are #1", "F-16 jets", "# 12", "GPT-4", "in Q3-2024"]);
}

#[test]
fn number() {
    yes(
        Number,
        &[
            "pi is ⟦3.14159⟧.",
            "grew ⟦42%⟧ in",
            "took ⟦12.5 ms⟧, then",
            "⟦128 GB⟧ of",
            "⟦1,234,567⟧ people",
            "mask ⟦0xFF00⟧;",
            "pid ⟦48213⟧ died",
            "port ⟦8080⟧ is",
            "⟦6.02e23⟧",
            "at ⟦-0.75 V⟧",
            "size ⟦1568x728 px⟧,",
            "in ⟦30s⟧",
            "n = ⟦1_000_000⟧",
            "⟦37 °C⟧",
            "⟦100_000u64⟧",
            "width: ⟦1.5em⟧",
            "margin ⟦.5em⟧",
            "after ⟦3h12m⟧ of",
            "limit ⟦768Mi⟧",
            "costs ⟦18.4p⟧ per",
            "seed = ⟦0x9E37_79B9_7F4A_7C15⟧;",
            "took ⟦8.4 s⟧ instead",
            "of ⟦612 N/mm²⟧ and",
            "⟦41208 B/op⟧ more",
            "at ⟦−80 °C⟧ and",
            "lies ⟦38.7137° N⟧,",
            "with ⟦1.5 × 10⁻³ M⟧ of",
            "weighs ⟦2,5 kg⟧ net",
            "ISBN ⟦978-0-306-40615-7⟧",
            "card ⟦4111 1111 1111 1111⟧ is",
            "at ⟦1920×1080⟧, or",
            "walked ⟦5 000 km⟧ in",
            "x = ⟦2'097'152⟧;",
            "took ⟦1m12.4s⟧ in",
        ],
    );
    no(&[
        "in 1948 and 2024",
        "the 1990s",
        "the 80s",
        "Chapter 12",
        "page 1234",
        "3. Third",
        "3.1 Results of",
        "Article 7",
        "one of 12 men",
        "the 28th of",
        "100 feet",
        "3D and 4K",
        "a 10x gain",
        "O(n2)",
        "5 times",
        "Section 3.2",
        "1st, 2nd and 3rd",
        "pp. 2210",
        "mp3",
        "H2O",
        "12 N. Main Street",
        "of 3 A levels",
    ]);
}

#[test]
fn date() {
    yes(
        Date,
        &[
            "on ⟦2024-01-31⟧.",
            "⟦2024-01-31T10:15:30.250Z⟧ INFO",
            "⟦2024-01-31 10:15:30,123⟧ WARN",
            "signed ⟦April 4, 1908⟧, at",
            "on ⟦4 April 1908⟧ the",
            "⟦Oct 11 22:14:15⟧ host",
            "[⟦10/Oct/2000:13:55:36 -0700⟧]",
            "at ⟦22:14:15⟧",
            "⟦12/31/2024⟧",
            "am ⟦31.01.2024⟧ war",
            "at ⟦9:30 am⟧",
            "⟦20240131T101500Z⟧",
            "Tue, ⟦15 Nov 1994 08:12:31 GMT⟧",
            "⟦2024-01-31T10:15:30+02:00⟧",
            "of ⟦January 27, 1909⟧ for",
            "from ⟦8 am⟧ on",
            "at ⟦9.30 a.m.⟧ with",
            "am ⟦3. März 2026⟧ um",
            "le ⟦1er avril 2026⟧ à",
            "el ⟦3 de marzo de 2026⟧,",
            "on ⟦2026年4月13日⟧",
            "⟦Mar  2 15:04:05 2026⟧",
            "run ⟦20260301-134500⟧ ok",
        ],
    );
    no(&[
        "John 3:16",
        "a ratio of 4:3",
        "October 4 last",
        "January, 1909",
        "in May",
        "March on",
        "9/11",
    ]);
}

#[test]
fn currency() {
    yes(
        Currency,
        &[
            "by ⟦$34,075,620⟧. If",
            "⟦€12.50⟧ each",
            "cost ⟦12,50 €⟧.",
            "⟦EUR 1.234,56⟧",
            "⟦100 USD⟧",
            "⟦$1.5M⟧ raised",
            "⟦£3 billion⟧",
            "⟦¥1000⟧",
            "⟦R$ 5.320,90⟧ and",
            "costs ⟦1 245,00 €⟧ now",
            "only ⟦92 cents⟧ more",
            "for ⟦US$5⟧ each",
            "paid ⟦-$12.50⟧",
        ]
        .into_iter()
        .filter(|l| !l.contains("-$"))
        .collect::<Vec<_>>(),
    );
    no(&["echo $1 $2", "$ ls", "cash $", "USD is"]);
}

#[test]
fn phone() {
    yes(
        Phone,
        &[
            "call ⟦+49 30 1234567⟧.",
            "⟦+1 (555) 123-4567⟧",
            "⟦555-123-4567⟧ now",
            "⟦(555) 123-4567⟧",
            "tel:⟦+4915112345678⟧",
            "⟦1-800-555-0199⟧",
            "ring ⟦0800-555-0147⟧ between",
            "or ⟦01 70 18 99 55⟧ in",
            "⟦(020) 7946 0018⟧ is",
            "from ⟦0043 664 1234567⟧,",
            "Tel. ⟦0711/7890-123⟧",
        ],
    );
    no(&["+4 points", "a + b", "(12) men", "10-20-30", "00 01 02 03 04 05 06 07"]);
}

#[test]
fn iban() {
    yes(
        Iban,
        &[
            "to ⟦DE89 3704 0044 0532 0130 00⟧ by",
            "⟦GB29NWBK60161331926819⟧,",
            "IBAN: ⟦FR1420041010050500013M02606⟧",
        ],
    );
    let wrong = find("DE88 3704 0044 0532 0130 00");
    assert!(wrong.iter().all(|f| f.kind != Iban), "the check digits are wrong");
}

#[test]
fn identifier() {
    yes(
        Identifier,
        &[
            "error[⟦E0502⟧]: cannot",
            "state ⟦57P03⟧ again",
            "call ⟦parseRequest⟧ with",
            "set ⟦max_page_size⟧ to",
            "⟦MAX_TOKENS⟧ is",
            "the ⟦HttpServerConfig⟧ type",
            "`⟦HttpServer⟧` starts",
            "⟦VecDeque⟧::new()",
            "def ⟦__init__⟧(self):",
            "x = ⟦HashMap⟧;",
            "record ⟦X7K9P2⟧ is",
            "⟦XMLHttpRequest⟧ is",
            "⟦userID⟧ in",
            "⟦i-0abcd1234ef567890⟧ runs",
            "pod ⟦web-7d4b9c6f5d-x2x8z⟧ up",
            "on ⟦eth0.120⟧ up",
            "says ⟦Err-07⟧ or",
            "host ⟦meter-gw-04⟧ is",
            "in ⟦eu-west-1a⟧ too",
            "[⟦exec-12⟧] done",
            "⟦OOMKilled⟧: it",
            "set `⟦scan.follow_links⟧` to",
            "at ⟦org.example.Foo.renewAll⟧(x)",
            "this.⟦_privateName⟧ = 1",
            "port ⟦GigabitEthernet1/0/24⟧ down",
            "BIC ⟦DEUTDEFF500⟧,",
        ],
    );
    no(&[
        "McDonald and MacArthur",
        "an iPhone and macOS",
        "PowerPoint or DeepSeek",
        "LLMs and GPUs",
        "the USA",
        "_emphasis_ here",
        "name: ____",
        "O'Brien",
        "PhD",
        "i18n",
        "ChatGPT, OpenAI",
        "CHAPTER ONE",
        "JavaScript = fun",
        "the mid-1990s",
        "one-in-10 odds",
        "a 12-year-old",
        "nine-out-of-10",
    ]);
}

#[test]
fn look_alike() {
    yes(
        LookAlike,
        &[
            "visit p\u{0430}ypal now".replace("p\u{0430}ypal", "⟦p\u{0430}ypal⟧").as_str(),
            "⟦g00gle⟧ it",
            "key ⟦O0Il1⟧!",
            "code ⟦S0L1D⟧",
            "⟦1lI0Oo⟧",
        ],
    );
    no(&[
        "step1 and page10",
        "Привет мир",
        "Ελλάδα",
        "Δt and πr",
        "naïve café",
        "i18n l10n a11y",
        "100l",
        "col0",
    ]);
}
