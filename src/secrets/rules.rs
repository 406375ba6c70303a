//! The rule file. Its keywords are picked out at the first look at a text, the rules are read when
//! one of them is met, and each pattern is compiled when one of its own is.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;

const FILE: &str = include_str!("gitleaks/gitleaks.toml");

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
    compiled: OnceLock<Option<Regex>>,
}

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
        .split("\nkeywords = [")
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
        let file: File = toml::from_str(file).expect("the embedded rules are valid");
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
            let small = secret.to_ascii_lowercase();
            self.stopwords
                .iter()
                .any(|word| small.windows(word.len().max(1)).any(|part| part == word.as_bytes()))
        }
    }
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
