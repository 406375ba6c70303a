//! Keys and credentials are found by kind and place, and never told.

use microfiche::secrets::{Scanner, Secret};

pub fn find(text: &str) -> Vec<Secret> {
    let mut scanner = Scanner::default();
    scanner.push(text);
    scanner.finish();
    scanner.take()
}

/// Written in parts, so that no scanner takes this file for a leak.
pub fn planted() -> Vec<(&'static str, String, String)> {
    let key = "MIIEpAIBAAKCAQEAx5Gm3Jt9pQk2v8Yw1ZbR7nLsUdE4cVhX6oTfKaPiNzWqBjSg";
    [
        ("aws-access-token", "id = ", ["AKIA", "Z5QFJ7XKRN3WLD6B"].concat(), ""),
        (
            "github-pat",
            "git clone https://",
            ["ghp_", "k3JxWq9ZtV7bYfLm2Rn8DsPcHg5Aa1Ee4UoT"].concat(),
            "@github.com/x/y",
        ),
        ("gitlab-pat", "token: ", ["glpat-", "x9Kf3mQz7LpWv2TnRb8Y"].concat(), ""),
        ("stripe-access-token", "key=", ["sk_live_", "9vQx3LmZ7KpWt2NrBb8YcF5d"].concat(), "\n"),
        (
            "slack-bot-token",
            "SLACK=",
            ["xoxb", "-1234567890123-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx"].concat(),
            "",
        ),
        (
            "jwt",
            "Authorization: Bearer ",
            [
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
                ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4ifQ",
                ".dQw4w9WgXcQ7vYz3KpLmNb2Rt8",
            ]
            .concat(),
            "\n",
        ),
        (
            "private-key",
            "",
            [
                "-----BEGIN RSA PRIVATE",
                " KEY-----\n",
                key,
                "\n",
                key,
                "\n-----END RSA PRIVATE",
                " KEY-----",
            ]
            .concat(),
            "\n",
        ),
        ("generic-api-key", "my_api_key = \"", "x7Kq2ZpW9vLm4TnRb8Yc5Fd3".to_owned(), "\""),
    ]
    .into_iter()
    .map(|(kind, before, secret, after)| (kind, format!("{before}{secret}{after}"), secret))
    .collect()
}

#[test]
fn the_place_and_kind_of_each() {
    for (kind, line, secret) in planted() {
        let text = format!("Some words before.\n{line}\nSome words after.\n");
        let found = find(&text);
        assert_eq!(found.len(), 1, "{kind}: {found:?}");
        assert_eq!(found[0].kind, kind);
        assert_eq!(&text[found[0].start as usize..found[0].end as usize], secret, "{kind}");
    }
}

#[test]
fn all_of_them_in_one_text() {
    let text: String = planted()
        .into_iter()
        .map(|(_, line, _)| format!("{line}\nand so on, for a while\n"))
        .collect();
    let kinds: Vec<&str> = find(&text).iter().map(|secret| secret.kind).collect();
    let expected: Vec<&str> = planted().iter().map(|(kind, _, _)| *kind).collect();
    assert_eq!(kinds, expected);
}

#[test]
fn what_is_no_secret() {
    let text = "The key to the token is a secret: password protection for the api.\n\
        let key = parse(token);\npassword = \"${PASSWORD}\"\napi_key = \"{{ secrets.API_KEY }}\"\n\
        token = \"aaaaaaaaaaaaaaaaaaaaaaaa\"\nid = 550e8400-e29b-41d4-a716-446655440000\n";
    assert_eq!(find(text), []);
}

#[test]
fn nothing_printed_tells_a_value() {
    let (_, line, secret) = planted().swap_remove(0);
    let mut stream = Scanner::default();
    stream.push(&line);
    let printed = format!("{stream:?}");
    stream.finish();
    let printed = format!("{printed} {:?} {stream:?}", stream.take());
    assert!(!printed.contains(&secret) && !printed.contains(&secret[4..]));
}

#[test]
fn characters_are_not_cut() {
    let text = "api_key = \"ключ-x7Kq2ZpW9vLm4TnRb8Yc5Fd3\u{20ac}\" token: \u{20ac}\u{20ac} 密码 password=秘密x7Kq2ZpW9vLm4TnRb8Yc5Fd3\n".repeat(50);
    for secret in find(&text) {
        assert!(text.get(secret.start as usize..secret.end as usize).is_some(), "{secret:?}");
    }
}

#[test]
fn keywords_without_end_take_time_in_proportion() {
    use std::time::{Duration, Instant};
    for unit in ["key", "key=", "token: ", "password\n", "-----BEGIN ", "kind: secret data: "] {
        let text = unit.repeat((1 << 20) / unit.len());
        let start = Instant::now();
        find(&text);
        let time = start.elapsed();
        assert!(time < Duration::from_secs(20), "{unit}: {time:?}");
    }
}
