//! The rule file. Its keywords are picked out at the first look at a text, the rules are read when
//! one of them is met, and each pattern is compiled when one of its own is.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};
use serde::Deserialize;

/// `gitleaks/gitleaks.toml` as the build script wrote it.
const FILE: &str = include_str!(concat!(env!("OUT_DIR"), "/secrets.json"));

/// A pattern that is larger than this when compiled is not worth its memory.
const SIZE: usize = 32 << 20;

#[derive(Deserialize)]
struct File {
    allowlist: Allowed,
    rules: Vec<RuleText>,
}

#[derive(Deserialize)]
struct RuleText {
    id: String,
    regex: Option<String>,
    entropy: Option<f64>,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    allowlists: Vec<Allowed>,
    #[serde(rename = "secretGroup", default)]
    group: usize,
}

/// What is no secret after all.
#[derive(Deserialize)]
struct Allowed {
    #[serde(default)]
    regexes: Vec<String>,
    #[serde(default)]
    stopwords: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    condition: String,
    #[serde(rename = "regexTarget", default)]
    target: String,
    #[serde(skip)]
    compiled: OnceLock<Vec<Regex>>,
}

/// A rule.
pub(super) struct Rule {
    pub id: String,
    text: String,
    pub entropy: f64,
    pub keywords: Vec<String>,
    /// Whether its pattern spells out none of its keywords, so that they need not be in a match.
    pub apart: bool,
    allowed: Vec<Allowed>,
    group: usize,
    /// Whether a value must be assigned right after its keyword.
    assigns: bool,
    /// Characters without white space between them that every match has.
    run: OnceLock<usize>,
    compiled: OnceLock<Option<Regex>>,
}

/// What most patterns have between the keyword and the secret.
const ASSIGNED: &str =
    r#"(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}("#;

/// The keywords of all rules.
pub(super) struct Keywords {
    words: Vec<String>,
    pub automaton: AhoCorasick,
}

impl Keywords {
    pub fn embedded() -> &'static Self {
        static KEYWORDS: OnceLock<Keywords> = OnceLock::new();
        KEYWORDS.get_or_init(|| {
            let words = keywords(FILE);
            let automaton = AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .build(&words)
                .expect("a few hundred short keywords");
            Self { words, automaton }
        })
    }
}

/// The keywords in a rule file, without reading the rest of it, which takes milliseconds.
fn keywords(file: &str) -> Vec<String> {
    let mut words: Vec<String> = file
        .split("\"keywords\":[")
        .skip(1)
        .filter_map(|list| list.split(']').next())
        .flat_map(|list| list.split('"').skip(1).step_by(2))
        .map(str::to_ascii_lowercase)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// All rules.
pub(super) struct Rules {
    pub rules: Vec<Rule>,
    /// The rules of each keyword.
    pub of_keyword: Vec<Vec<usize>>,
    everywhere: Allowed,
}

impl Rules {
    pub fn embedded() -> &'static Self {
        static RULES: OnceLock<Rules> = OnceLock::new();
        RULES.get_or_init(|| Self::read(FILE))
    }

    fn read(file: &str) -> Self {
        let file: File = serde_json::from_str(file).expect("the embedded rules are valid");
        let rules: Vec<Rule> = file
            .rules
            .into_iter()
            // A rule that has no pattern, or no keyword, is about the names of files.
            .filter_map(|rule| {
                let text = rule.regex.filter(|_| !rule.keywords.is_empty())?;
                let keywords: Vec<String> =
                    rule.keywords.iter().map(|keyword| keyword.to_ascii_lowercase()).collect();
                let small = text.to_ascii_lowercase();
                let apart = !keywords.iter().any(|keyword| small.contains(keyword));
                Some(Rule {
                    assigns: text.contains(ASSIGNED),
                    run: OnceLock::new(),
                    id: rule.id,
                    text,
                    entropy: rule.entropy.unwrap_or(0.0),
                    keywords,
                    apart,
                    allowed: rule.allowlists,
                    group: rule.group,
                    compiled: OnceLock::new(),
                })
            })
            .collect();
        let of_keyword = Keywords::embedded()
            .words
            .iter()
            .map(|word| {
                (0..rules.len())
                    .filter(|&at| rules[at].keywords.iter().any(|k| k == word))
                    .collect()
            })
            .collect();
        Self { rules, of_keyword, everywhere: file.allowlist }
    }
}

impl Rule {
    /// Its pattern; `None` if it does not compile.
    pub fn pattern(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.text)).as_ref()
    }

    /// Whether the pattern may match around a keyword, by what is cheap to see: prose is full of
    /// keys and authors, and compiling the patterns takes longer than drawing a page. `after` is
    /// the text after the keyword, `longest` the longest run of the text without white space.
    pub fn may_match(&self, after: &[u8], longest: usize) -> bool {
        let run = || *self.run.get_or_init(|| shortest_run(&self.text));
        (!self.assigns || is_assigned(after, self.entropy)) && longest >= run()
    }

    /// The secret in a match: the group that the rule names, or the first that took part.
    pub fn secret<'t>(
        &self,
        captures: &regex::bytes::Captures<'t>,
    ) -> Option<regex::bytes::Match<'t>> {
        if self.group > 0 {
            return captures.get(self.group);
        }
        (1..captures.len())
            .find_map(|group| captures.get(group).filter(|m| !m.is_empty()))
            .or_else(|| captures.get(0))
    }

    /// Whether an allowlist clears the secret.
    pub fn allows(&self, rules: &Rules, secret: &[u8], whole: &[u8], line: &[u8]) -> bool {
        rules.everywhere.clears(secret, whole, line)
            || self.allowed.iter().any(|list| list.clears(secret, whole, line))
    }
}

impl Allowed {
    fn clears(&self, secret: &[u8], whole: &[u8], line: &[u8]) -> bool {
        // The text has no path, so that a list that also needs one to match clears nothing.
        if self.condition.eq_ignore_ascii_case("and") && !self.paths.is_empty() {
            return false;
        }
        let target = match self.target.as_str() {
            "match" => whole,
            "line" => line,
            _ => secret,
        };
        let regexes = self
            .compiled
            .get_or_init(|| self.regexes.iter().filter_map(|text| compile(text)).collect());
        if regexes.iter().any(|regex| regex.is_match(target)) {
            return true;
        }
        !self.stopwords.is_empty() && {
            let small = String::from_utf8_lossy(secret).to_ascii_lowercase();
            self.stopwords.iter().any(|word| small.contains(word))
        }
    }
}

/// Bytes of a run that are looked at before the pattern is asked in any case.
const ENOUGH: usize = 200;

/// Whether the start of a text matches [`ASSIGNED`] and goes on with a run of bytes that may be a
/// secret of more entropy; or something less.
fn is_assigned(after: &[u8], entropy: f64) -> bool {
    // Bytes that differ: entropy is no more than their binary logarithm.
    let least = if entropy > 0.0 { libm::exp2(entropy).floor() as usize + 1 } else { 1 };
    let between = |c: &u8| c.is_ascii_alphanumeric() || b"_.-'\"".contains(c) || is_white(c);
    let name = after.iter().take(24).take_while(|c| between(c)).count();
    let Some((_, rest)) = after[name..].split_first().filter(|(c, _)| b"=>:|?,".contains(c)) else {
        return false;
    };
    let sign = |c: &u8| b"=>:|?,`'\"".contains(c) || is_white(c);
    let signs = rest.iter().take(9).take_while(|c| sign(c)).count();
    // The secret may begin with a sign that is one of its own.
    let run = rest.iter().enumerate().take_while(|(at, c)| *at < signs || is_of_secret(c));
    let mut seen = [false; 256];
    let mut length = 0;
    for (_, &c) in run.take(ENOUGH) {
        seen[usize::from(c)] |= is_of_secret(&c);
        length += 1;
    }
    // What is longer may have its entropy further on.
    length == ENOUGH || seen.iter().filter(|seen| **seen).count() >= least
}

fn is_white(c: &u8) -> bool {
    c.is_ascii_whitespace() || *c == 0x0B
}

fn is_of_secret(c: &u8) -> bool {
    !is_white(c) && !b"`'\";".contains(c)
}

/// Length of the longest run without white space.
pub(super) fn longest_run(text: &[u8]) -> usize {
    text.split(is_white).map(<[u8]>::len).max().unwrap_or(0)
}

/// How long a run without white space every match of a pattern has at least; 0 where nobody knows.
fn shortest_run(text: &str) -> usize {
    fn of(hir: &Hir) -> usize {
        let is_white = |byte: u8| is_white(&byte);
        match hir.kind() {
            HirKind::Literal(literal) => longest_run(&literal.0),
            HirKind::Class(class) => {
                let white = match class {
                    Class::Bytes(class) => {
                        class.iter().any(|range| (range.start()..=range.end()).any(is_white))
                    }
                    Class::Unicode(_) => true,
                };
                usize::from(!white)
            }
            HirKind::Repetition(repetition) => match (of(&repetition.sub), repetition.sub.kind()) {
                (1, HirKind::Class(_)) => repetition.min as usize,
                (run, _) if repetition.min > 0 => run,
                _ => 0,
            },
            HirKind::Capture(capture) => of(&capture.sub),
            HirKind::Concat(parts) => parts.iter().map(of).max().unwrap_or(0),
            HirKind::Alternation(parts) => parts.iter().map(of).min().unwrap_or(0),
            HirKind::Empty | HirKind::Look(_) => 0,
        }
    }
    let mut parser = ParserBuilder::new().unicode(false).utf8(false).build();
    parser.parse(&braces(text)).map_or(0, |hir| of(&hir))
}

/// The rules are written for Go: classes are ASCII, and a brace that starts no count is itself.
fn compile(text: &str) -> Option<Regex> {
    RegexBuilder::new(&braces(text)).unicode(false).size_limit(SIZE).build().ok()
}

fn braces(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + 8);
    let mut class = false;
    let mut count = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
            // \x{10} and \p{…} keep their braces; the rules have none of them.
        } else if c == '[' && !class {
            class = true;
        } else if c == ']' && class && bytes[at - 1] != b'[' && !text[..at].ends_with("[^") {
            class = false;
        } else if c == '{' && !class {
            let inner = text[at + 1..].split('}').next().unwrap_or("");
            count = inner.starts_with(|c: char| c.is_ascii_digit())
                && inner.chars().all(|c| c.is_ascii_digit() || c == ',')
                && at > 0
                && text[at + 1..].contains('}');
            if !count {
                out.push('\\');
            }
        } else if c == '}' && !class {
            if !count {
                out.push('\\');
            }
            count = false;
        } else if class
            && (c == '[' && !text[at..].starts_with("[:")
                || text[at..].starts_with("&&")
                || text[at..].starts_with("--")
                || text[at..].starts_with("~~"))
        {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keywords_are_those_of_the_rules() {
        let rules = Rules::embedded();
        let mut words: Vec<&String> = rules.rules.iter().flat_map(|rule| &rule.keywords).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(Keywords::embedded().words.iter().collect::<Vec<_>>(), words);
        assert!(rules.of_keyword.iter().all(|rules| !rules.is_empty()));
    }

    /// What [`is_assigned`] takes for granted of a secret: neither white space nor quotes are in it.
    #[test]
    fn assigned_secrets_are_short_runs() {
        let parse = |text: &str| {
            ParserBuilder::new().unicode(false).utf8(false).build().parse(text).unwrap()
        };
        let rules = Rules::embedded().rules.iter().filter(|rule| rule.assigns);
        let mut count = 0;
        for rule in rules {
            let (_, rest) = rule.text.split_once(ASSIGNED).unwrap();
            let (secret, end) = rest.rsplit_once("(?:[").expect(&rule.id);
            assert!(end.starts_with("\\x60"), "{}", rule.id);
            let secret = parse(&braces(&format!("({secret}")));
            let outside: Vec<u8> = (0..=u8::MAX).filter(|c| !is_of_secret(c)).collect();
            let pattern = RegexBuilder::new(&secret.to_string()).unicode(false).build().unwrap();
            for c in outside {
                // Nothing that has such a byte in it matches whole.
                let found = [[b'a', c], [c, b'a'], [c, c]].iter().any(|two| {
                    let long = two.repeat(100);
                    pattern.find_iter(&long).any(|found| found.as_bytes().contains(&c))
                });
                assert!(!found, "{} {c}", rule.id);
            }
            count += 1;
        }
        assert!(count > 80, "{count}");
    }

    #[test]
    fn runs_are_no_longer_than_matches() {
        let known =
            [(r"SK[0-9a-f]{32}", 32), (r"\bey[a-zA-Z0-9]{17,}\.ey", 17), (r"(?i)a{2}|b{3}c", 2)];
        for (pattern, run) in
            known.into_iter().chain([(r"[\s\S]{40}", 0), (r"(?:ab ){9}", 2), (r"a{0,9}", 0)])
        {
            assert_eq!(shortest_run(pattern), run, "{pattern}");
        }
    }

    #[test]
    fn prose_assigns_nothing() {
        for (after, entropy, may) in [
            (" to the success, understandably", 3.5, false),
            ("s: international relations", 3.5, false),
            ("_x = 'aB3dE6gH9jK2'", 3.5, true),
            ("=aB3dE6gH9jK2", 3.5, true),
            (" := \"=aB3dE6gH9jK2", 3.5, true),
            ("  twenty letters more = aB3dE6gH9jK2", 3.5, true),
            (" more than twenty letters more = aB3dE6gH9jK2", 3.5, false),
            (": aaaaaaaaaa", 0.0, true),
        ] {
            assert_eq!(is_assigned(after.as_bytes(), entropy), may, "{after}");
        }
    }

    #[test]
    fn every_rule_compiles() {
        let rules = Rules::embedded();
        let failed: Vec<&str> = rules
            .rules
            .iter()
            .filter(|rule| rule.pattern().is_none())
            .map(|rule| rule.id.as_str())
            .collect();
        assert_eq!(rules.rules.len(), 221);
        assert_eq!(failed, [""; 0]);
        let lists = rules.rules.iter().flat_map(|rule| &rule.allowed).chain([&rules.everywhere]);
        for list in lists {
            for regex in &list.regexes {
                assert!(compile(regex).is_some(), "{regex}");
            }
        }
    }
}
