//! Keys and credentials in a text, by the rules of gitleaks (`gitleaks/`).
//!
//! ```text
//! Chunk ─► Redactor ─► Passage (text, or what a bar covers) ─► text
//!             └► Scanner ─► Secret { kind, start, end } ─► Findings ─► report
//! ```
//!
//! A rule is tried only around its keywords: a pattern sees a few hundred bytes on each side of
//! one, more where a secret may have many lines or the keyword is not part of the pattern. What is
//! found is told by kind and place, never by value.

mod findings;
mod redactor;
mod rules;

use serde::Deserialize;

use crate::text::parts;
pub use findings::{Findings, Of};
pub(crate) use redactor::{Passage, Redactor};
use rules::{Keywords, Rule, Rules};

/// What becomes of keys and credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Handling {
    /// They are drawn like other text, and the report warns of them.
    #[default]
    Keep,
    /// A bar with their kind is drawn in their place.
    Redact,
    /// The run ends with [`Error::Secrets`](crate::error::Error::Secrets) before a page that holds
    /// one is made.
    Refuse,
}

/// Bytes that a pattern sees before a keyword.
const BEFORE: usize = 200;
/// Bytes it sees after it.
const AFTER: usize = 600;
/// The same for secrets of many lines.
const AFTER_LINES: usize = 8 * 1024;
/// Bytes of text looked at in one go; where a block ends is up to the text alone.
const BLOCK: usize = 64 * 1024;
/// Bytes after a block that a secret which starts in it may reach into.
const HOLD: usize = AFTER_LINES + AFTER;
/// Bytes before a block that stay for the patterns to see.
const BACK: usize = 2 * 1024;

/// Bytes on each side of a block in which keywords count too: a secret may start in the block
/// though its keyword does not.
const EDGE: usize = AFTER;

/// The rule that others are preferred to.
const GENERIC: &str = "generic-api-key";

/// A secret: what and where, not its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The id of its rule, such as `aws-access-token`.
    pub kind: &'static str,
    /// Its first byte.
    pub start: u64,
    /// The byte after its last.
    pub end: u64,
}

/// Finds secrets in a text that comes in chunks; how it is cut makes no difference. Costs nothing
/// until it is used.
#[derive(Default)]
pub struct Scanner {
    buffer: String,
    /// Offset of the buffer in the text.
    base: u64,
    /// Where the next block starts; in the buffer.
    from: usize,
    /// Where the last secret ends; in the text.
    last: u64,
    ready: Vec<Secret>,
}

impl Scanner {
    /// Takes the next part of the text.
    pub fn push(&mut self, text: &str) {
        for part in parts(text, 4 * BLOCK) {
            self.buffer.push_str(part);
            self.work(false);
        }
    }

    /// Ends the text: what was held back is looked at now. The next push starts another text, whose
    /// places go on from here.
    pub fn finish(&mut self) {
        self.work(true);
        self.base += self.buffer.len() as u64;
        self.buffer.clear();
        self.from = 0;
    }

    /// What was found since the last call, in order and without overlap.
    pub fn take(&mut self) -> Vec<Secret> {
        std::mem::take(&mut self.ready)
    }

    /// Every secret that starts before this byte of the text has been found.
    pub fn decided(&self) -> u64 {
        self.base + self.from as u64
    }

    fn work(&mut self, done: bool) {
        loop {
            let end = self.from + BLOCK;
            if self.from >= self.buffer.len() || (!done && end + HOLD > self.buffer.len()) {
                break;
            }
            let block = self.from..end.min(self.buffer.len());
            self.block(block.start, block.end);
            self.from = block.end;
        }
        let cut = self.from.saturating_sub(BACK);
        if cut >= 4 * BLOCK {
            let cut = self.buffer.floor_char_boundary(cut);
            self.buffer.drain(..cut);
            self.base += cut as u64;
            self.from -= cut;
        }
    }

    /// Looks at the keywords that start in a block.
    fn block(&mut self, start: usize, end: usize) {
        let low = start.saturating_sub(BACK);
        let high = self.buffer.len().min(end + HOLD);
        let text = &self.buffer.as_bytes()[low..high];
        let block = start - low..end - low;
        // A keyword may stand across the edge of the block, or right before it.
        let lead = block.start.saturating_sub(EDGE);
        let part = &text[lead..(block.end + EDGE).min(text.len())];
        let mut hits = Keywords::embedded().automaton.find_overlapping_iter(part).peekable();
        if hits.peek().is_none() {
            return;
        }
        let longest = rules::longest_run(text);
        // Where each rule's keywords are, as ranges that its pattern is to see.
        let rules = Rules::embedded();
        let mut ranges: Vec<Vec<(usize, usize)>> = vec![Vec::new(); rules.rules.len()];
        for hit in hits {
            let (at, after) = (hit.start() + lead, hit.end() + lead);
            for &rule in &rules.of_keyword[hit.pattern().as_usize()] {
                if ranges[rule].last().is_some_and(|last| last.1 == text.len()) {
                    continue;
                }
                if !rules.rules[rule].may_match(&text[after..], longest) {
                    continue;
                }
                let range = if rules.rules[rule].apart {
                    (0, text.len())
                } else {
                    let after = if rules.rules[rule].many_lines() { AFTER_LINES } else { AFTER };
                    (at.saturating_sub(BEFORE), text.len().min(at + after))
                };
                match ranges[rule].last_mut() {
                    Some(last) if range.0 <= last.1 => {
                        *last = (last.0.min(range.0), last.1.max(range.1));
                    }
                    _ => ranges[rule].push(range),
                }
            }
        }
        let mut found = Vec::new();
        for (rule, ranges) in rules.rules.iter().zip(&ranges) {
            for &(from, to) in ranges {
                look(rules, rule, text, from, to, &mut found);
            }
        }
        // Of two that overlap, the one that starts first; of two that start together, one that
        // names a service, then the longer.
        found.sort_by_key(|&(rule, start, end): &(&Rule, usize, usize)| {
            (start, rule.id == GENERIC, usize::MAX - end)
        });
        let offset = self.base + low as u64;
        let mut here: Vec<(&'static Rule, u64, u64)> = Vec::new();
        for (rule, from, to) in found {
            // What starts in another block is that block's.
            if !block.contains(&from) {
                continue;
            }
            let (from, to) = (offset + from as u64, offset + to as u64);
            match here.last_mut() {
                Some(last) if from < last.2 => {
                    if last.0.id == GENERIC && rule.id != GENERIC {
                        *last = (rule, last.1, last.2.max(to));
                    } else {
                        last.2 = last.2.max(to);
                    }
                }
                _ => here.push((rule, from, to)),
            }
        }
        for (rule, from, to) in here {
            let from = from.max(self.last);
            if from < to {
                self.ready.push(Secret { kind: &rule.id, start: from, end: to });
                self.last = to;
            }
        }
    }
}

/// Matches of a rule between two places, as places of the secret in them.
fn look(
    rules: &'static Rules,
    rule: &'static Rule,
    text: &[u8],
    from: usize,
    to: usize,
    found: &mut Vec<(&'static Rule, usize, usize)>,
) {
    let Some(pattern) = rule.pattern() else { return };
    let part = &text[from..to];
    for captures in pattern.captures_iter(part) {
        let (Some(whole), Some(secret)) = (captures.get(0), rule.secret(&captures)) else {
            continue;
        };
        if secret.is_empty() || (rule.entropy > 0.0 && entropy(secret.as_bytes()) <= rule.entropy) {
            continue;
        }
        let line_start =
            part[..whole.start()].iter().rposition(|&c| c == b'\n').map_or(0, |p| p + 1);
        let line_end = part[whole.end()..]
            .iter()
            .position(|&c| c == b'\n')
            .map_or(part.len(), |p| whole.end() + p);
        if rule.allows(rules, secret.as_bytes(), whole.as_bytes(), &part[line_start..line_end]) {
            continue;
        }
        // A pattern of bytes may stop amid a character.
        let (mut start, mut end) = (from + secret.start(), from + secret.end());
        while start > 0 && text[start] & 0xc0 == 0x80 {
            start -= 1;
        }
        while end < text.len() && text[end] & 0xc0 == 0x80 {
            end += 1;
        }
        found.push((rule, start, end));
    }
}

impl Rule {
    fn many_lines(&self) -> bool {
        self.id == "private-key" || self.id == "kubernetes-secret-yaml"
    }
}

/// Shannon's entropy in bits a byte.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for &byte in bytes {
        counts[usize::from(byte)] += 1;
    }
    let total = bytes.len() as f64;
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| f64::from(count) / total)
        .map(|share| -share * libm::log2(share))
        .sum()
}

// The buffer holds secrets: it is never printed.
impl std::fmt::Debug for Scanner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scanner")
            .field("at", &(self.base + self.from as u64))
            .finish_non_exhaustive()
    }
}
