//! A conversation with the shape of a real one: someone and an assistant who works with tools on a
//! code base. Prose, code, listings, logs, test runs; mostly short, now and then very long.

use serde_json::{Value, json};

/// Numbers that are the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, end: usize) -> usize {
        self.next() as usize % end
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    fn hex(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from_digit(self.below(16) as u32, 16).unwrap()).collect()
    }

    /// A length about `usual`, one in eight times up to six times that.
    fn length(&mut self, usual: usize) -> usize {
        let long = if self.below(8) == 0 { 1 + self.below(6) } else { 1 };
        usual * long / 2 + self.below(usual)
    }
}

const PROSE: &str = include_str!("../../benches/legibility/texts/addresses.txt");
const CODE: &str = include_str!("../../benches/legibility/texts/code.txt");
const NOUNS: &[&str] = &[
    "cache", "index", "parser", "queue", "session", "token", "buffer", "ledger", "schema",
    "router", "worker", "digest", "cursor", "bucket", "replica", "snapshot", "journal", "lease",
    "shard", "probe",
];
const VERBS: &[&str] =
    &["load", "merge", "split", "drain", "commit", "verify", "encode", "resolve", "trim", "replay"];

fn prose(random: &mut Random, chars: usize) -> String {
    let sentences: Vec<&str> = PROSE.split_inclusive(". ").collect();
    let mut text = String::new();
    while text.len() < chars {
        text += &random.pick(&sentences).replace('\n', " ");
        if random.below(6) == 0 {
            text += "\n\n";
        }
    }
    text.trim().to_owned()
}

fn name(random: &mut Random) -> String {
    format!("{}_{}", random.pick(VERBS), random.pick(NOUNS))
}

fn path(random: &mut Random) -> String {
    format!("src/{}/{}.rs", random.pick(NOUNS), name(random))
}

fn code(random: &mut Random, chars: usize) -> String {
    let blocks: Vec<&str> = CODE.split("\n\n").collect();
    let mut text = String::new();
    while text.len() < chars {
        match random.below(3) {
            0 => {
                let (f, a, b) = (name(random), random.pick(NOUNS), random.pick(NOUNS));
                let n = random.below(4096);
                text += &format!(
                    "fn {f}({a}: &mut Vec<u64>, {b}: usize) -> Result<u64, Error> {{\n    \
                     if {a}.len() < {b} + {n} {{\n        return Err(Error::Short({n}));\n    }}\n    \
                     Ok({a}.drain(..{b}).map(|x| x.rotate_left(7) ^ 0x{}).sum())\n}}\n\n",
                    random.hex(8)
                );
            }
            _ => {
                text += blocks[random.below(blocks.len())];
                text += "\n\n";
            }
        }
    }
    text
}

/// What a tool answers: lines of one kind.
fn output(random: &mut Random, chars: usize) -> String {
    let kind = random.below(5);
    let mut text = String::new();
    let mut line = random.below(300);
    while text.len() < chars {
        line += 1 + random.below(9);
        let (second, place) = (line % 60, path(random));
        text += &match kind {
            0 => format!(
                "2026-11-{:02}T{:02}:{:02}:{second:02}.{:03}Z INFO worker-{} {} took {} ms (request {})\n",
                1 + random.below(28),
                random.below(24),
                random.below(60),
                random.below(1000),
                random.below(16),
                name(random),
                random.below(9000),
                random.hex(12),
            ),
            1 => format!(
                "{place}:{line}:    let {} = {}(&self.{}, {})?;\n",
                random.pick(NOUNS),
                name(random),
                random.pick(NOUNS),
                random.below(512)
            ),
            2 => format!("test {}::{} ... ok\n", random.pick(NOUNS), name(random)),
            3 => format!(
                "-rw-r--r-- 1 build build {:>7} Nov {:>2} {:02}:{second:02} {place}\n",
                random.below(900_000),
                1 + random.below(28),
                random.below(24)
            ),
            _ => format!(
                "{{\"id\":\"{}\",\"path\":\"{place}\",\"line\":{line},\"ok\":{}}}\n",
                random.hex(8),
                random.below(9) > 0
            ),
        };
    }
    text
}

/// So many turns; every third or so is a call of a tool with its result. About 750 tokens a turn.
pub fn chat(turns: usize, seed: u64) -> Vec<Value> {
    let mut random = Random(seed);
    let mut messages = vec![json!({
        "role": "system",
        "content": "You are a careful engineer. Work in small steps, run the tests, say what you did.",
    })];
    for turn in 1..turns {
        match turn % 5 {
            1 => {
                let chars = random.length(340);
                messages.push(json!({ "role": "user", "content": prose(&mut random, chars) }));
            }
            0 => {
                let (said, shown) = (random.length(800), random.length(1000));
                let text = format!(
                    "{}\n\n```rust\n{}```",
                    prose(&mut random, said),
                    code(&mut random, shown)
                );
                messages.push(json!({ "role": "assistant", "content": text }));
            }
            step => {
                let id = format!("call_{}", random.hex(12));
                let (tool, arguments) = match step {
                    2 => ("grep", json!({ "pattern": name(&mut random), "path": "src" })),
                    3 => (
                        "read",
                        json!({ "path": path(&mut random), "lines": [1, random.below(400)] }),
                    ),
                    _ => {
                        ("shell", json!({ "command": format!("cargo test {}", name(&mut random)) }))
                    }
                };
                let said = random.length(110);
                messages.push(json!({
                    "role": "assistant",
                    "content": prose(&mut random, said),
                    "tool_calls": [{ "id": id, "type": "function", "function": {
                        "name": tool, "arguments": arguments.to_string() } }],
                }));
                let chars = random.length(1440);
                let answer = match step {
                    3 => code(&mut random, chars),
                    _ => output(&mut random, chars),
                };
                messages.push(json!({ "role": "tool", "tool_call_id": id, "content": answer }));
            }
        }
    }
    messages
}
