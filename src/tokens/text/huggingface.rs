//! Reads `tokenizer.json`, the format of Hugging Face's `tokenizers`.
//!
//! What is read is byte-level byte-pair encoding with the pre-tokenisers of `pretokenize.rs`, which
//! is what nearly all models since GPT-2 come with. Anything that would make counts differ is an
//! error that names the part; added tokens and post-processors are passed over, for literals of
//! special tokens are plain text here and nothing is put around a text.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::merges::{Merges, MergesError};
use super::pretokenize::Pattern;

/// A tokenizer as far as counting goes.
pub struct Tokenizer {
    /// The vocabulary.
    pub merges: Merges,
    /// How text is cut into words.
    pub pattern: Pattern,
    /// Whether text is brought into normalisation form C first.
    pub nfc: bool,
}

/// Why a `tokenizer.json` cannot be counted with.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It is not such a file, or contradicts itself.
    #[error("{0}")]
    Malformed(String),
    /// It asks for something else.
    #[error("{0}")]
    Unsupported(String),
}

impl From<MergesError> for Refusal {
    fn from(error: MergesError) -> Self {
        Self::Malformed(error.to_string())
    }
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
    #[serde(default)]
    added_tokens: Vec<Added>,
    model: Model,
}

#[derive(Deserialize)]
struct Added {
    content: String,
    #[serde(default)]
    special: bool,
}

#[derive(Deserialize)]
struct Model {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    vocab: Value,
    #[serde(default)]
    merges: Vec<Merge>,
    #[serde(default)]
    ignore_merges: bool,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    dropout: Option<f64>,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
    #[serde(default)]
    end_of_word_suffix: Option<String>,
}

/// Older files write a merge as one string with a space.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Joined(String),
    Pair(String, String),
}

fn unsupported<T>(part: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Unsupported(part.into()))
}

/// Reads a `tokenizer.json`.
pub fn read(json: &str) -> Result<Tokenizer, Refusal> {
    let file: File =
        serde_json::from_str(json).map_err(|error| Refusal::Malformed(error.to_string()))?;
    let nfc = is_nfc(&file.normalizer)?;
    let pattern = pattern(&file.pre_tokenizer)?;
    let blank = |added: &&Added| !added.special && added.content.trim().is_empty();
    if let Some(added) = file.added_tokens.iter().find(blank) {
        return unsupported(format!("the added token {:?}", added.content));
    }
    let model = file.model;
    if model.kind.as_deref().is_some_and(|kind| kind != "BPE") {
        return unsupported(format!("model.type {:?}", model.kind.unwrap_or_default()));
    }
    if model.dropout.unwrap_or_default() != 0.0 {
        return unsupported("model.dropout");
    }
    if model.byte_fallback {
        return unsupported("model.byte_fallback");
    }
    let affixes = [model.continuing_subword_prefix, model.end_of_word_suffix];
    if affixes.iter().flatten().any(|affix| !affix.is_empty()) {
        return unsupported("model.continuing_subword_prefix or end_of_word_suffix");
    }
    let Value::Object(vocabulary) = model.vocab else {
        return Err(Refusal::Malformed("model.vocab is no object".into()));
    };
    let alphabet = byte_alphabet();
    let bytes =
        |token: &str| token.chars().map(|c| alphabet.get(&c).copied()).collect::<Option<Vec<u8>>>();
    // Special tokens may be in the vocabulary too, and may have characters that are no byte's.
    let tokens: Vec<_> = vocabulary.keys().filter_map(|token| bytes(token)).collect();
    let mut list = Vec::with_capacity(model.merges.len());
    for merge in &model.merges {
        let halves = match merge {
            Merge::Joined(joined) => joined.split_once(' '),
            Merge::Pair(left, right) => Some((&left[..], &right[..])),
        };
        let pair = halves.and_then(|(left, right)| Some((bytes(left)?, bytes(right)?)));
        let Some(pair) = pair else {
            let number = list.len();
            return Err(Refusal::Malformed(format!("merge {number} is no pair of byte strings")));
        };
        list.push(pair);
    }
    let mut merges = Merges::of_list(&tokens, &list)?;
    if !model.ignore_merges {
        merges.whole_only.clear();
    }
    Ok(Tokenizer { merges, pattern, nfc })
}

/// How byte-level vocabularies write bytes: printable ones as themselves, the others as characters
/// from U+0100 on.
fn byte_alphabet() -> HashMap<char, u8> {
    let mut others = '\u{100}'..;
    (0..=255)
        .filter_map(|byte: u8| {
            let printable = matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
            let c = if printable { Some(char::from(byte)) } else { others.next() };
            Some((c?, byte))
        })
        .collect()
}

fn is_nfc(normalizer: &Value) -> Result<bool, Refusal> {
    match (normalizer, normalizer["type"].as_str()) {
        (Value::Null, _) => Ok(false),
        (_, Some("NFC")) => Ok(true),
        (_, Some("Sequence")) => {
            let steps = normalizer["normalizers"].as_array();
            let mut nfc = false;
            for step in steps.into_iter().flatten() {
                nfc |= is_nfc(step)?;
            }
            Ok(nfc)
        }
        (_, kind) => unsupported(format!("normalizer {}", kind.unwrap_or("without a type"))),
    }
}

/// Recognises the pre-tokeniser as one of those written out in `pretokenize.rs`.
fn pattern(pre_tokenizer: &Value) -> Result<Pattern, Refusal> {
    let alone = std::slice::from_ref(pre_tokenizer);
    let steps = match pre_tokenizer["pretokenizers"].as_array() {
        Some(steps) => steps,
        None => alone,
    };
    let Some((last, splits)) = steps.split_last() else {
        return unsupported("an empty pre_tokenizer");
    };
    if last["type"] != "ByteLevel" {
        return unsupported(format!("pre_tokenizer ending in {}", last["type"]));
    }
    if last["add_prefix_space"] == true {
        return unsupported("pre_tokenizer.add_prefix_space");
    }
    let mut regexes = Vec::new();
    for split in splits {
        let whole = split["behavior"] == "Isolated" && split["invert"] != true;
        let inverted = split["behavior"] == "Removed" && split["invert"] == true;
        match split["pattern"]["Regex"].as_str() {
            Some(regex) if split["type"] == "Split" && (whole || inverted) => regexes.push(regex),
            _ => return unsupported(format!("pre_tokenizer {split}")),
        }
    }
    // A pre-tokeniser without the flag is an old one, and has the pattern on.
    if last["use_regex"] != false {
        return match regexes[..] {
            [] => Ok(Pattern::Gpt2),
            _ => unsupported("pre_tokenizer: a split before ByteLevel's own"),
        };
    }
    Pattern::of_regexes(&regexes)
        .map_or_else(|| unsupported(format!("pre_tokenizer with the pattern {regexes:?}")), Ok)
}
